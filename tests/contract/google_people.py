"""People at work in the browser, for the contract: the verbs of `backends.People` on the local Sheets server."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sheetsync.core.model.layout import KEY_PREFIX, Kind, Layout
from sheetsync.core.model.values import Formula, Value
from sheetsync.workbooks.google.auth import local
from sheetsync.workbooks.google.backend import GoogleWorkbook
from sheetsync.workbooks.google.cells import moment, serial
from sheetsync.workbooks.google.outcome import Outcome
from sheetsync.workbooks.google.paints import letters
from sheetsync.workbooks.google.transport import Transport
from tests.sheets_server.book import Tab
from tests.sheets_server.people import People as Browser
from tests.sheets_server.server import SheetsServer


class GooglePeople:
    """`browser` gives the people of the spreadsheet; it is asked late, because the spreadsheet is made late."""

    def __init__(self, browser: Any, layout: Layout) -> None:
        self._browser, self._layout = browser, layout

    @property
    def browser(self) -> Browser:
        return self._browser()

    def _tab(self, key: str) -> tuple[Tab, int, int]:
        """The tab with this key, its key row and its id column, 0-based."""
        for tab in self.browser.book.tabs:
            for row in range(min(60, len(tab.grid.rows))):
                for column, cell in enumerate(tab.grid.row_cells(row)):
                    if cell is not None and cell.value == KEY_PREFIX + key:
                        return tab, row, column
        raise LookupError(f"no tab {key}")

    def _rows(self, key: str) -> list[int]:
        """The data rows, 0-based, blank ones left out."""
        tab, key_row, _ = self._tab(key)
        return [
            row
            for row in range(key_row + 2, len(tab.grid.rows))
            if any(cell is not None and not cell.blank for cell in tab.grid.row_cells(row))
        ]

    def _at(self, key: str, column: str) -> int:
        tab, key_row, _ = self._tab(key)
        for row in (key_row, key_row + 1):
            for index, cell in enumerate(tab.grid.row_cells(row)):
                if cell is not None and cell.value == column:
                    return index
        raise LookupError(f"no column {column} on {key}")

    def _row(self, key: str, row: str | int) -> int:
        if isinstance(row, int):
            return row - 1
        tab, _, id_column = self._tab(key)
        found = [at for at in self._rows(key) if tab.grid.get(at, id_column).value == row]
        if not found:
            raise LookupError(f"no row {row} on {key}")
        return found[0]

    def _a1(self, key: str, row: str | int, column: str) -> tuple[str, str]:
        tab, _, _ = self._tab(key)
        return tab.title, f"{letters(self._at(key, column))}{self._row(key, row) + 1}"

    def cell(self, tab: str, row: str | int, column: str) -> Value:
        title, a1 = self._a1(tab, row, column)
        shown = self.browser.value(title, a1)
        entered = self.browser.entered(title, a1)
        known = self._layout.tab(tab)
        found = known.column(column) if known else None
        if found and found.kind in {Kind.DATE, Kind.DATETIME} and isinstance(shown, int | float):
            shown = moment(shown, found.kind)
        return Formula(str(entered), shown) if type(entered).__name__ == "Formula" else shown

    def type_cell(self, tab: str, row: str | int, column: str, value: Value) -> None:
        title, a1 = self._a1(tab, row, column)
        self._put(title, a1, value)

    def _put(self, title: str, a1: str, value: Value) -> None:
        if isinstance(value, Formula):
            self.browser.set_cell(title, a1, value.text)
        elif isinstance(value, datetime | date):
            self.browser.set_cell(title, a1, serial(value), raw=True)
        else:
            self.browser.set_cell(title, a1, value, raw=True)

    def type_id(self, tab: str, row: str | int, text: str | None) -> None:
        found, _, id_column = self._tab(tab)
        self._put(found.title, f"{letters(id_column)}{self._row(tab, row) + 1}", text)

    def add_row(self, tab: str, cells: Mapping[str, Value], at: int | None = None) -> int:
        found, key_row, _ = self._tab(tab)
        line = at if at is not None else max(self._rows(tab), default=key_row + 1) + 2
        if at is not None:
            self.browser.insert_rows(found.title, at)
        for column, value in cells.items():
            self._put(found.title, f"{letters(self._at(tab, column))}{line}", value)
        return line

    def copy_row(self, tab: str, row: str | int) -> int:
        found, _, _ = self._tab(tab)
        source, target = self._row(tab, row) + 1, max(self._rows(tab)) + 2
        self.browser.copy(found.title, f"{source}:{source}", f"{target}:{target}")
        return target

    def delete_row(self, tab: str, row: str | int) -> None:
        self.browser.delete_rows(self._tab(tab)[0].title, self._row(tab, row) + 1)

    def move_row(self, tab: str, row: str | int, to: int) -> None:
        source = self._row(tab, row) + 1
        self.browser.move_rows(self._tab(tab)[0].title, source, 1, to if to < source else to + 1)

    def sort(self, tab: str, column: str) -> None:
        found, key_row, _ = self._tab(tab)
        rows = self._rows(tab)
        if rows:
            end = letters(found.grid.column_count - 1)
            self.browser.sort(found.title, f"A{key_row + 3}:{end}{rows[-1] + 1}", letters(self._at(tab, column)))

    def clear_rows(self, tab: str) -> None:
        for row in reversed(self._rows(tab)):
            self.browser.delete_rows(self._tab(tab)[0].title, row + 1)

    def insert_column(self, tab: str, at: int, heading: str) -> None:
        found, key_row, _ = self._tab(tab)
        self.browser.insert_columns(found.title, letters(at))
        if heading:
            self._put(found.title, f"{letters(at)}{key_row + 2}", heading)

    def move_column(self, tab: str, column: str, to: int) -> None:
        source = self._at(tab, column)
        before = to if to < source else to + 1
        self.browser.move_columns(self._tab(tab)[0].title, letters(source), letters(before))

    def delete_column(self, tab: str, column: str) -> None:
        self.browser.delete_columns(self._tab(tab)[0].title, letters(self._at(tab, column)))

    def delete_id_column(self, tab: str) -> None:
        found, _, id_column = self._tab(tab)
        self.browser.delete_columns(found.title, letters(id_column))

    def rename_heading(self, tab: str, column: str, text: str) -> None:
        found, key_row, _ = self._tab(tab)
        self._put(found.title, f"{letters(self._at(tab, column))}{key_row + 2}", text)

    def rename_tab(self, tab: str, title: str) -> None:
        self.browser.rename_tab(self._tab(tab)[0].title, title)

    def hide_tab(self, tab: str) -> None:
        found = self._tab(tab)[0]
        properties = {"sheetId": found.sheet_id, "hidden": True}
        self.browser.batch({"updateSheetProperties": {"properties": properties, "fields": "hidden"}})

    def copy_tab(self, tab: str, title: str) -> None:
        self.browser.duplicate_tab(self._tab(tab)[0].title, title)

    def delete_tab(self, tab: str) -> None:
        self.browser.delete_tab(self._tab(tab)[0].title)

    def delete_key_row(self, tab: str) -> None:
        found, key_row, _ = self._tab(tab)
        self.browser.delete_rows(found.title, key_row + 1)

    def swap_plan(self, plan_id: str) -> None:
        for tab in self._layout.tabs:
            found, key_row, id_column = self._tab(tab.key)
            self._put(found.title, f"{letters(id_column)}{key_row + 2}", plan_id)


@cache
def server() -> SheetsServer:
    """One local Sheets server for all contract tests; each test has a spreadsheet of its own."""
    started = SheetsServer().start()
    atexit.register(started.stop)
    return started


class Overheard(Transport):
    """A transport before whose next write people may act."""

    def __init__(self) -> None:
        super().__init__(local, base_url=server().url)
        self.deeds: list[Callable[[], None]] = []

    def write(self, path: str, body: object, *, place: str, params: Mapping[str, str] | None = None) -> Outcome:
        deeds = self.deeds.copy()
        self.deeds.clear()
        for deed in deeds:
            deed()
        return super().write(path, body, place=place, params=params)


def google(layout: Layout) -> tuple[GoogleWorkbook, GooglePeople, Overheard]:
    """A workbook that is still to be made, its people, and where they may come in between."""
    transport = Overheard()
    workbook = GoogleWorkbook("new", transport)
    people = GooglePeople(lambda: server().people(workbook.place.rsplit("/", 1)[-1]), layout)
    return workbook, people, transport
