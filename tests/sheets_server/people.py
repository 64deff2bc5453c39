"""People at work on a spreadsheet: each edit is what somebody does in the browser, addressed in A1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.sheets_server import batch, writing
from tests.sheets_server.a1 import Span, column_index, parse_span
from tests.sheets_server.account import Account
from tests.sheets_server.book import Book, Tab
from tests.sheets_server.formula_eval import Evaluator
from tests.sheets_server.reading import Reader
from tests.sheets_server.requests_objects import CALLER

Message = dict[str, Any]


class People:
    """Edits one spreadsheet directly, past protection, without an API call and without a trace in the log."""

    def __init__(self, account: Account, spreadsheet_id: str):
        self.account = account
        self.spreadsheet_id = spreadsheet_id

    @property
    def book(self) -> Book:
        """The spreadsheet as it stands; for looking, not for changing."""
        return self.account.files[self.spreadsheet_id].book

    def tabs(self) -> list[str]:
        return [tab.title for tab in self.book.tabs]

    def tab(self, title: str) -> Tab:
        found = self.book.tab_titled(title)
        if found is None:
            raise KeyError(f"no tab {title!r}; there are {self.tabs()}")
        return found

    def sheet_id(self, title: str) -> int:
        return self.tab(title).sheet_id

    # -- looking -----------------------------------------------------------------------------------------------

    def value(self, title: str, a1: str) -> Any:
        """The effective value of a cell: None, bool, number, str or ErrorValue."""
        row, column = _cell(a1)
        return Evaluator(self.book).value(self.tab(title), row, column)

    def entered(self, title: str, a1: str) -> Any:
        """What stands in the cell: a formula as a `Formula`, which is a str that starts with `=`."""
        return self.tab(title).grid.get(*_cell(a1)).value

    def note(self, title: str, a1: str) -> str | None:
        return self.tab(title).grid.get(*_cell(a1)).note

    def values(self, title: str, a1: str | None = None, render: str = "UNFORMATTED_VALUE") -> list[list[Any]]:
        """The values of a range or of the whole tab, trailing empties trimmed."""
        tab = self.tab(title)
        box = tab.bounds(_span(a1) if a1 else Span())
        return Reader(self.book, {"valueRenderOption": render}).rows(tab, *box)

    def format(self, title: str, a1: str) -> Message:
        return self.tab(title).grid.get(*_cell(a1)).fmt or {}

    def rules(self, title: str) -> list[Message]:
        """The tab's conditional formats, in order."""
        return self.tab(title).objects["conditionalFormats"]

    # -- cells -------------------------------------------------------------------------------------------------

    def set_cell(self, title: str, a1: str, value: Any, *, raw: bool = False) -> None:
        """Types into a cell (`raw`: as is, nothing parsed); None or "" empties it."""
        self.set_range(title, a1, [["" if value is None else value]], raw=raw)

    def set_range(self, title: str, a1: str, values: list[list[Any]], *, raw: bool = False) -> None:
        """Types a block of values with its top left at `a1`; None skips a cell."""
        with self.account.transaction(self.spreadsheet_id, by_people=True) as book:
            span = _span(a1)
            corner = Span(span.row0, (span.row0 or 0) + 1, span.col0, (span.col0 or 0) + 1)
            tab = book.tab(self.sheet_id(title))
            writing.write(book, tab, corner, values, "RAW" if raw else "USER_ENTERED")

    def clear(self, title: str, a1: str) -> None:
        with self.account.transaction(self.spreadsheet_id, by_people=True) as book:
            writing.clear(book, book.tab(self.sheet_id(title)), _span(a1))

    def set_note(self, title: str, a1: str, text: str) -> None:
        where = {"range": self._range(title, a1), "rows": [{"values": [{"note": text}]}], "fields": "note"}
        self.batch({"updateCells": where})

    def paint(self, title: str, a1: str, fmt: Message) -> None:
        """Formats a range; only the named parts of the CellFormat change."""
        fields = ",".join(f"userEnteredFormat.{name}" for name in fmt)
        body = {"range": self._range(title, a1), "cell": {"userEnteredFormat": fmt}, "fields": fields}
        self.batch({"repeatCell": body})

    def copy(self, title: str, source: str, target: str, *, paste: str = "PASTE_NORMAL") -> None:
        """Copies and pastes inside a tab; a normal paste brings conditional formats and fragments the old ones."""
        ranges = {"source": self._range(title, source), "destination": self._range(title, target)}
        self.batch({"copyPaste": {**ranges, "pasteType": paste}})

    def cut(self, title: str, source: str, target: str) -> None:
        row, column = _cell(target)
        to = {"sheetId": self.sheet_id(title), "rowIndex": row, "columnIndex": column}
        self.batch({"cutPaste": {"source": self._range(title, source), "destination": to, "pasteType": "PASTE_NORMAL"}})

    def sort(self, title: str, a1: str, by: str, *, descending: bool = False) -> None:
        """Sorts the rows of a range by a column letter: contents move, rows do not."""
        spec = {"dimensionIndex": column_index(by), "sortOrder": "DESCENDING" if descending else "ASCENDING"}
        self.batch({"sortRange": {"range": self._range(title, a1), "sortSpecs": [spec]}})

    sort_range = sort

    def merge(self, title: str, a1: str) -> None:
        self.batch({"mergeCells": {"range": self._range(title, a1), "mergeType": "MERGE_ALL"}})

    def replace(self, find: str, replacement: str, title: str | None = None) -> None:
        scope = {"sheetId": self.sheet_id(title)} if title else {"allSheets": True}
        self.batch({"findReplace": {"find": find, "replacement": replacement, **scope}})

    # -- rows and columns --------------------------------------------------------------------------------------

    def insert_rows(self, title: str, row: int, count: int = 1) -> None:
        """Empty rows before row number `row` (1-based)."""
        self._lines("insertDimension", title, "ROWS", row - 1, count)

    def delete_rows(self, title: str, row: int, count: int = 1) -> None:
        self._lines("deleteDimension", title, "ROWS", row - 1, count)

    def move_rows(self, title: str, row: int, count: int, before: int) -> None:
        """Moves `count` rows from `row` to before row number `before` (both counted before the move)."""
        self._move(title, "ROWS", row - 1, count, before - 1)

    def duplicate_row(self, title: str, row: int) -> None:
        """A copy of a row right below it, as by insert row, copy, paste."""
        self.insert_rows(title, row + 1)
        self.copy(title, f"{row}:{row}", f"{row + 1}:{row + 1}")

    def insert_columns(self, title: str, letter: str, count: int = 1) -> None:
        """Empty columns before column `letter`."""
        self._lines("insertDimension", title, "COLUMNS", column_index(letter), count)

    insert_column = insert_columns

    def delete_columns(self, title: str, letter: str, count: int = 1) -> None:
        self._lines("deleteDimension", title, "COLUMNS", column_index(letter), count)

    delete_column = delete_columns

    def move_columns(self, title: str, letter: str, before: str, count: int = 1) -> None:
        """Moves columns from `letter` to before column `before` (both named before the move)."""
        self._move(title, "COLUMNS", column_index(letter), count, column_index(before))

    move_column = move_columns

    def hide(self, title: str, dimension: str, start: int, count: int = 1) -> None:
        """Hides lines from the 0-based `start`; dimension ROWS or COLUMNS."""
        where = self._dimension(title, dimension, start, count)
        body = {"range": where, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        self.batch({"updateDimensionProperties": body})

    def set_filter(self, title: str, a1: str) -> None:
        self.batch({"setBasicFilter": {"filter": {"range": self._range(title, a1)}}})

    # -- tabs and the file -------------------------------------------------------------------------------------

    def add_tab(self, title: str, rows: int = 1000, columns: int = 26) -> None:
        grid = {"rowCount": rows, "columnCount": columns}
        self.batch({"addSheet": {"properties": {"title": title, "gridProperties": grid}}})

    def delete_tab(self, title: str) -> None:
        self.batch({"deleteSheet": {"sheetId": self.sheet_id(title)}})

    def rename_tab(self, old: str, new: str) -> None:
        properties = {"sheetId": self.sheet_id(old), "title": new}
        self.batch({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    def move_tab(self, title: str, index: int) -> None:
        properties = {"sheetId": self.sheet_id(title), "index": index}
        self.batch({"updateSheetProperties": {"properties": properties, "fields": "index"}})

    def duplicate_tab(self, title: str, new: str) -> None:
        at = self.tabs().index(title) + 1
        body = {"sourceSheetId": self.sheet_id(title), "newSheetName": new, "insertSheetIndex": at}
        self.batch({"duplicateSheet": body})

    def protect(self, title: str, a1: str | None = None, *, warning_only: bool = False) -> None:
        """Protects a range or a tab against the API's caller (an editor who is not on the list)."""
        where = self._range(title, a1) if a1 else {"sheetId": self.sheet_id(title)}
        with self.account.transaction(self.spreadsheet_id, by_people=True) as book:
            batch.run(book, [{"addProtectedRange": {"protectedRange": {"range": where, "warningOnly": warning_only}}}])
            item = book.tab(self.sheet_id(title)).objects["protectedRanges"][-1]
            if not warning_only:
                item["requestingUserCanEdit"] = False
                item["editors"] = {"users": [user for user in item["editors"]["users"] if user != CALLER]}

    def share(self, *, open_it: bool = True, edit: bool = True) -> None:
        """What the API's caller may do from now on: a 403 answers the rest."""
        file = self.account.files[self.spreadsheet_id]
        file.shared, file.writable = open_it, edit

    def delete_file(self) -> None:
        del self.account.files[self.spreadsheet_id]

    def batch(self, *requests: Message) -> list[Message]:
        """Any batchUpdate requests, done by people."""
        with self.account.transaction(self.spreadsheet_id, by_people=True) as book:
            return batch.run(book, list(requests))

    # -- addresses ---------------------------------------------------------------------------------------------

    def _range(self, title: str, a1: str) -> Message:
        tab = self.tab(title)
        row0, row1, col0, col1 = tab.bounds(_span(a1))
        sides = {"startRowIndex": row0, "endRowIndex": row1, "startColumnIndex": col0, "endColumnIndex": col1}
        return {"sheetId": tab.sheet_id, **sides}

    def _dimension(self, title: str, dimension: str, start: int, count: int) -> Message:
        ends = {"startIndex": start, "endIndex": start + count}
        return {"sheetId": self.sheet_id(title), "dimension": dimension, **ends}

    def _lines(self, request: str, title: str, dimension: str, start: int, count: int) -> None:
        self.batch({request: {"range": self._dimension(title, dimension, start, count)}})

    def _move(self, title: str, dimension: str, start: int, count: int, to: int) -> None:
        source = self._dimension(title, dimension, start, count)
        self.batch({"moveDimension": {"source": source, "destinationIndex": to}})


def _span(a1: str) -> Span:
    span = parse_span(a1)
    if span is None:
        raise ValueError(f"not a range in A1 notation: {a1!r}")
    return span


def _cell(a1: str) -> tuple[int, int]:
    span = _span(a1)
    assert span.row0 is not None
    assert span.col0 is not None
    return span.row0, span.col0


def actions() -> Iterable[str]:
    """The edits that the control API offers by name."""
    return sorted(name for name in vars(People) if not name.startswith("_") and callable(getattr(People, name)))
