"""Values written: update, append and clear; null skips a cell, an empty string empties it."""

from __future__ import annotations

import json
from typing import Any

from tests.sheets_server.a1 import Span, column_letters, format_range
from tests.sheets_server.book import Book, Tab, check_inside
from tests.sheets_server.cells import Cell
from tests.sheets_server.entry import raw_value, user_entered
from tests.sheets_server.errors import bad_request, protected, violation
from tests.sheets_server.shifts import RANGE_KEYS
from tests.sheets_server.structure import insert

Block = list[list[Any]]


def checked_values(values: Any, path: str) -> Block:
    """A list of lists. Raises the recorded 400 when it is something else."""
    if values is None:
        return []
    if not isinstance(values, list):
        raise _not_a_list(path, values)
    for index, row in enumerate(values):
        if not isinstance(row, list):
            raise _not_a_list(f"{path}[{index}]", row)
    return values


def _not_a_list(path: str, value: Any) -> Exception:
    shown = json.dumps(value, ensure_ascii=False)
    return violation(path, f"Invalid value at '{path}' (type.googleapis.com/google.protobuf.ListValue), {shown}")


class Written:
    """What one range of an update touched."""

    def __init__(self, tab: Tab, span: tuple[int, int, int, int]):
        self.tab = tab
        self.span = span
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.cells = 0

    def reply(self, spreadsheet_id: str | None = None) -> dict[str, Any]:
        """UpdateValuesResponse without its values; zero counts are elided."""
        head: dict[str, Any] = {"spreadsheetId": spreadsheet_id} if spreadsheet_id else {}
        head["updatedRange"] = format_range(self.tab.title, *self.span)
        counts = {"updatedRows": len(self.rows), "updatedColumns": len(self.columns), "updatedCells": self.cells}
        return head | {key: count for key, count in counts.items() if count}


def editable(tab: Tab, row0: int, row1: int, col0: int, col1: int) -> None:
    """Raises the 400 of a protected range that the caller may not edit."""
    for item in tab.objects["protectedRanges"]:
        if item.get("warningOnly") or item.get("requestingUserCanEdit", True):
            continue
        a, b, c, d = tab.bounds(_span(item.get("range", {})))
        if a < row1 and row0 < b and c < col1 and col0 < d and not _freed(tab, item, (row0, row1, col0, col1)):
            raise protected()


def _span(where: dict[str, Any]) -> Span:
    return Span(*(where.get(key) for key in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")))


def _freed(tab: Tab, item: dict[str, Any], box: tuple[int, int, int, int]) -> bool:
    for hole in item.get("unprotectedRanges", []):
        assert hole.keys() <= RANGE_KEYS
        a, b, c, d = tab.bounds(_span(hole))
        if a <= box[0] and box[1] <= b and c <= box[2] and box[3] <= d:
            return True
    return False


def write(book: Book, tab: Tab, span: Span, values: Block, option: str, major: str = "ROWS") -> Written:
    """Writes a block at the top left of a range, which limits it; a one-cell range sets no limit. The grid grows."""
    if major == "COLUMNS":
        values = _turned(values)
    grid = tab.grid
    row0, col0 = span.row0 or 0, span.col0 or 0
    height, width = len(values), max((len(row) for row in values), default=0)
    check_inside(tab, span)
    if span.row1 == row0 + 1 and span.col1 == col0 + 1:
        span = Span(row0, None, col0, None)
    _check_limits(tab, span, height, width, grows=book.foreign_editor or book.update_grows)
    grid.resize(max(grid.row_count, row0 + height), max(grid.column_count, col0 + width))
    book.check_size()
    box = (row0, row0 + max(height, 1), col0, col0 + max(width, 1))
    if not book.foreign_editor and height:
        editable(tab, *box)
    written = Written(tab, box)
    for down, line in enumerate(values):
        for right, value in enumerate(line):
            if value is not None and not tab.covered(row0 + down, col0 + right):
                enter(tab, row0 + down, col0 + right, value, option)
                written.rows.add(row0 + down)
                written.columns.add(col0 + right)
                written.cells += 1
    return written


def _check_limits(tab: Tab, span: Span, height: int, width: int, *, grows: bool) -> None:
    row0, row1, col0, col1 = tab.bounds(span)
    if grows:  # only what the range itself says is a limit
        row1 = span.row1 if span.row1 is not None else max(row1, row0 + height)
        col1 = span.col1 if span.col1 is not None else max(col1, col0 + width)
    label = format_range(tab.title, row0, row1, col0, col1)
    if row0 + height > row1:
        raise bad_request(f"Requested writing within range [{label}], but tried writing to row [{row1 + 1}]")
    if col0 + width > col1:
        letters = column_letters(col1)
        raise bad_request(f"Requested writing within range [{label}], but tried writing to column [{letters}]")


def enter(tab: Tab, row: int, column: int, value: Any, option: str) -> None:
    """Puts one value into a cell, keeping its looks; rich text goes with the old value."""
    cell = tab.grid.get(row, column)
    if option == "USER_ENTERED":
        parsed, shape = user_entered(value, cell.fmt)
    else:
        parsed, shape = raw_value(value), None
    fmt = cell.fmt
    if shape and (fmt or {}).get("numberFormat", {}).get("type") != shape["type"]:
        fmt = {**(fmt or {}), "numberFormat": shape}
    extra = cell.extra
    if extra:
        extra = {key: item for key, item in extra.items() if key not in {"textFormatRuns", "chipRuns"}} or None
    tab.grid.put(row, column, Cell(parsed, fmt, cell.note, cell.rule, extra))


def _turned(columns: Block) -> Block:
    height = max((len(column) for column in columns), default=0)
    return [[column[row] if row < len(column) else None for column in columns] for row in range(height)]


def clear(book: Book, tab: Tab, span: Span) -> str:
    """Empties values and leaves looks; gives the cleared range in A1."""
    row0, row1, col0, col1 = tab.bounds(span)
    if not book.foreign_editor:
        editable(tab, row0, row1, col0, col1)
    for row in range(row0, min(row1, len(tab.grid.rows))):
        for column, cell in enumerate(tab.grid.row_cells(row)[col0:col1], start=col0):
            if cell is not None and cell.value is not None:
                tab.grid.put(row, column, cell.replace(value=None, extra=None))
    return format_range(tab.title, row0, row1, col0, col1)


def region(tab: Tab, row: int, column: int) -> tuple[int, int, int, int]:
    """The block of data around a cell, grown until a ring of empty cells surrounds it."""
    row0, row1, col0, col1 = row, row + 1, column, column + 1
    grown = True
    while grown:
        grown = False
        top, bottom = max(row0 - 1, 0), min(row1 + 1, tab.grid.row_count)
        left, right = max(col0 - 1, 0), min(col1 + 1, tab.grid.column_count)
        if top < row0 and _any(tab, top, top + 1, left, right):
            row0, grown = top, True
        if bottom > row1 and _any(tab, bottom - 1, bottom, left, right):
            row1, grown = bottom, True
        if left < col0 and _any(tab, top, bottom, left, left + 1):
            col0, grown = left, True
        if right > col1 and _any(tab, top, bottom, right - 1, right):
            col1, grown = right, True
    return row0, row1, col0, col1


def _any(tab: Tab, row0: int, row1: int, col0: int, col1: int) -> bool:
    for row in range(row0, min(row1, len(tab.grid.rows))):
        if any(cell is not None and not cell.blank for cell in tab.grid.row_cells(row)[col0:col1]):
            return True
    return False


def last_table(tab: Tab, span: Span) -> tuple[int, int, int, int] | None:
    """The table that values:append goes on from: the last block of data that meets the range."""
    row0, row1, col0, col1 = tab.bounds(span)
    for row in range(min(row1, len(tab.grid.rows)) - 1, row0 - 1, -1):
        cells = tab.grid.row_cells(row)[col0:col1]
        for at in range(len(cells) - 1, -1, -1):
            cell = cells[at]
            if cell is not None and not cell.blank:
                return region(tab, row, col0 + at)
    return None


def append(
    book: Book, tab: Tab, span: Span, values: Block, option: str, *, insert_rows: bool = False, major: str = "ROWS"
) -> tuple[str | None, Written]:
    """values:append with its real hazard: the table found decides the row *and the column*."""
    if major == "COLUMNS":
        values = _turned(values)
    table = last_table(tab, span)
    if table is None:
        row, column, found = span.row0 or 0, span.col0 or 0, None
    else:
        row, column = table[1], table[2]
        found = format_range(tab.title, *table)
    height, width = len(values), max((len(line) for line in values), default=0)
    if insert_rows and height and row < tab.grid.row_count:
        insert(book, tab, "ROWS", row, height, inherit=row > 0)
    needed = (max(tab.grid.row_count, row + height), max(tab.grid.column_count, column + width))
    if needed != (tab.grid.row_count, tab.grid.column_count):
        tab.grid.resize(*needed)
        book.check_size()
    return found, write(book, tab, Span(row, row + 1, column, column + 1), values, option)
