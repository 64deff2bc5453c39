"""The ids we choose ourselves, so that a request sent twice is refused instead of done twice.

The Sheets API lets the caller choose sheet, chart, protected range and developer metadata ids, and refuses an id that
is taken. Every id here is derived from the plan id and a name: two machines derive the same one.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

TAB_KEY, COLUMN_KEY, ROW_KEY = "sheetsync.tab", "sheetsync.column", "sheetsync.row"
"""Keys of our developer metadata on a tab, a column, a row."""

APPEND_KEY, LANGUAGE_KEY = "sheetsync.append", "sheetsync.language"
"""Keys of our developer metadata on the spreadsheet: a batch of new rows, and the language of the headings."""

ID_COLUMN = "_row_id"
"""The name under which the column of row ids goes among the column keys."""

AFTER_LAST = "_after_last"
"""The name of the column right of our last one: it moves when one of ours is inserted or deleted."""

HEAD, TAIL = "_head", "_tail"
"""The names of the row of headings and of the sheet's last row: they move when rows come in or go out between them."""


def number(*names: str) -> int:
    """A positive 31-bit id for these names: the API takes int32, and 0 is elided from its answers."""
    digest = sha256("\x1f".join(("sheetsync", *names)).encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFF_FFFF or 1


def sheet_id(plan_id: str, tab: str) -> int:
    """The id of a tab's sheet."""
    return number(plan_id, "sheet", tab)


def column_id(plan_id: str, tab: str, column: str) -> int:
    """The metadata id of a column (ID_COLUMN for the row ids)."""
    return number(plan_id, "column", tab, column)


def row_id(plan_id: str, tab: str, row: str) -> int:
    """The metadata id of a row (HEAD or TAIL)."""
    return number(plan_id, "row", tab, row)


def tab_id(plan_id: str, tab: str) -> int:
    """The metadata id of a tab."""
    return number(plan_id, "tab", tab)


def language_id(plan_id: str) -> int:
    """The metadata id of the note that says in which language the headings stand."""
    return number(plan_id, "language")


def protection_id(plan_id: str, tab: str, column: str) -> int:
    """The id of the protected range on a column."""
    return number(plan_id, "protection", tab, column)


def chart_id(plan_id: str, tab: str, chart: str) -> int:
    """The id of a chart."""
    return number(plan_id, "chart", tab, chart)


def token(plan_id: str, revision: str, rows: Iterable[tuple[str, str]]) -> int:
    """The idempotency token of a batch of new rows: the same rows into the same workbook state give the same token."""
    return number(plan_id, "append", revision, *(f"{tab}\x1e{row}" for tab, row in sorted(rows)))
