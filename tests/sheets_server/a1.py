"""A1 notation: letters and numbers to indices, ranges to GridRanges and back, titles quoted as Google does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.sheets_server.errors import bad_request

_CELL = re.compile(r"^\$?([A-Za-z]{1,4})?\$?([0-9]+)?$")
_R1C1 = re.compile(r"^R(\d+)C(\d+)$", re.IGNORECASE)
_PLAIN_TITLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_LOOKS_LIKE_CELL = re.compile(r"^([A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|[Rr]|[Cc]|(?i:true|false))$")
MAX_COLUMNS = 18278


@dataclass(frozen=True)
class Span:
    """A half-open rectangle; None leaves a side unbounded."""

    row0: int | None = None
    row1: int | None = None
    col0: int | None = None
    col1: int | None = None

    def within(self, rows: int, columns: int) -> tuple[int, int, int, int]:
        """The rectangle (row0, row1, col0, col1) clipped to a grid."""
        row0 = min(self.row0 or 0, rows)
        col0 = min(self.col0 or 0, columns)
        row1 = rows if self.row1 is None else min(self.row1, rows)
        col1 = columns if self.col1 is None else min(self.col1, columns)
        return row0, max(row0, row1), col0, max(col0, col1)


def column_letters(index: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def quote_title(title: str) -> str:
    """Quotes only where they are needed, as the server echoes ranges."""
    if _PLAIN_TITLE.match(title) and not _LOOKS_LIKE_CELL.match(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def format_range(title: str, row0: int, row1: int, col0: int, col1: int) -> str:
    """The echo of a bounded rectangle: `Sheet1!A1:B2`, one cell as `Sheet1!A1`."""
    start = f"{column_letters(col0)}{row0 + 1}"
    if row1 - row0 <= 1 and col1 - col0 <= 1:
        return f"{quote_title(title)}!{start}"
    return f"{quote_title(title)}!{start}:{column_letters(max(col1 - 1, col0))}{max(row1, row0 + 1)}"


def format_span(title: str, span: Span) -> str:
    """A range with its open sides left open: `T!A1001:B`, `T!AA1:2`."""
    row0, col0 = span.row0 or 0, span.col0 or 0
    start = f"{column_letters(col0)}{row0 + 1}"
    if span.row1 == row0 + 1 and span.col1 == col0 + 1:
        return f"{quote_title(title)}!{start}"
    end = "" if span.col1 is None else column_letters(max(span.col1 - 1, col0))
    end += "" if span.row1 is None else str(max(span.row1, row0 + 1))
    return f"{quote_title(title)}!{start}:{end}" if end else f"{quote_title(title)}!{start}"


def split_title(text: str) -> tuple[str | None, str | None]:
    """`'My tab'!A1` -> (`My tab`, `A1`); a bare word comes back as (None, word)."""
    if text.startswith("'"):
        match = re.match(r"^'((?:[^']|'')*)'(?:!(.*))?$", text, re.DOTALL)
        if not match:
            return None, text
        return match.group(1).replace("''", "'"), match.group(2)
    if "!" in text:
        title, _, rest = text.rpartition("!")
        return title, rest
    return None, text


def _corner(text: str) -> tuple[int | None, int | None] | None:
    match = _CELL.match(text)
    if not match or not text or text == "$":
        return None
    letters, digits = match.groups()
    if letters is None and digits is None:
        return None
    if digits is not None and int(digits) == 0:
        return None
    column = column_index(letters) if letters else None
    if column is not None and column >= MAX_COLUMNS:
        return None
    return (int(digits) - 1 if digits else None), column


def parse_span(text: str) -> Span | None:
    """`A1`, `A1:B2`, `A:B`, `1:2`, `A5:B`, `R1C1:R2C2`; None when it is none of them."""
    first, colon, second = text.partition(":")
    classic = [_R1C1.match(part) for part in ([first, second] if colon else [first])]
    if all(classic):
        corners: list[Any] = [(int(m.group(1)) - 1, int(m.group(2)) - 1) for m in classic if m]
    else:
        corners = [_corner(part) for part in ([first, second] if colon else [first])]
    if any(corner is None for corner in corners):
        return None
    if not colon:
        row, column = corners[0]
        if row is None or column is None:
            return None
        return Span(row, row + 1, column, column + 1)
    return _between(corners[0], corners[1])


def _between(first: tuple[int | None, int | None], second: tuple[int | None, int | None]) -> Span:
    row0, row1 = _ordered(first[0], second[0])
    col0, col1 = _ordered(first[1], second[1])
    return Span(row0, row1, col0, col1)


def _ordered(start: int | None, end: int | None) -> tuple[int | None, int | None]:
    """Two inclusive ends, in any order, one of them perhaps open -> half-open."""
    if start is None and end is None:
        return None, None
    if start is None:
        return end, None
    if end is None:
        return start, None
    return min(start, end), max(start, end) + 1


def span_of(grid_range: dict[str, Any]) -> Span:
    """A GridRange message as a Span; a range whose end lies before its start is refused."""
    span = Span(
        grid_range.get("startRowIndex"),
        grid_range.get("endRowIndex"),
        grid_range.get("startColumnIndex"),
        grid_range.get("endColumnIndex"),
    )
    for low, high, name in ((span.row0, span.row1, "Row"), (span.col0, span.col1, "Column")):
        if (low or 0) < 0 or (high is not None and high < 0):
            raise bad_request(f"range.start{name}Index must be >= 0")
        if high is not None and high < (low or 0):  # equal ends are an empty range, which the server takes
            raise bad_request(f"range.end{name}Index[{high}] must be after range.start{name}Index[{low or 0}]")
    return span


def grid_range(sheet_id: int, row0: int | None, row1: int | None, col0: int | None, col1: int | None) -> dict[str, Any]:
    """A GridRange message as the server sends it: sheetId 0 is elided, index 0 is not."""
    pairs = (
        ("sheetId", sheet_id or None),
        ("startRowIndex", row0),
        ("endRowIndex", row1),
        ("startColumnIndex", col0),
        ("endColumnIndex", col1),
    )
    return {key: value for key, value in pairs if value is not None}
