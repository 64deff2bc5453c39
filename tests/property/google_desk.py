"""The office's workbook on Google: what people do to the memory grids is done to a spreadsheet on the local server.

The state machine knows people's deeds by lines and columns themselves. So before each call the grids are carried over
to the server as people would do it (rows and columns in, out and moved, cells typed), and after it the server's cells
are carried back; the engine in between is the real backend over real sockets.
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from functools import cache
from typing import Any

from merge_protocols import Desk, LostAnswer

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.values import Formula, Value
from sheetsync.core.model.workbook import Current, Incoming
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.google.auth import local
from sheetsync.workbooks.google.backend import GoogleWorkbook
from sheetsync.workbooks.google.outcome import Applied, Outcome, Unknown
from sheetsync.workbooks.google.paints import letters
from sheetsync.workbooks.google.transport import Transport
from sheetsync.workbooks.memory_grid import Grid, Line
from tests.sheets_server.book import Tab
from tests.sheets_server.cells import Formula as Typed
from tests.sheets_server.people import People
from tests.sheets_server.server import SheetsServer


@cache
def server() -> SheetsServer:
    """One server for all examples."""
    started = SheetsServer().start()
    atexit.register(started.stop)
    return started


class Wire(Transport):
    """The line to Google: people act before and after a call, and an answer may get lost."""

    def __init__(self, desk: GoogleDesk) -> None:
        super().__init__(local, base_url=server().url, sleep=lambda _: None)
        self.desk = desk

    def read(self, path: str, params: Mapping[str, str], *, place: str) -> Applied:
        self.desk.reach("read" if self.desk.reading else "before read-back")
        self.desk.carry_over()
        return super().read(path, params, place=place)

    def write(self, path: str, body: object, *, place: str, params: Mapping[str, str] | None = None) -> Outcome:
        self.desk.reach("before write")
        self.desk.carry_over()
        outcome = super().write(path, body, place=place, params=params)
        self.desk.carry_back()
        try:
            self.desk.reach("after write")
        except LostAnswer:
            return Unknown("lost")
        return outcome


class GoogleDesk(Desk):
    """The memory workbook's grids, kept equal with a spreadsheet that the Google backend reads and writes."""

    def __init__(self) -> None:
        super().__init__("google")
        self.reading = False
        self.google = GoogleWorkbook("new", Wire(self))
        self._sheets: dict[int, tuple[list[int], list[int]]] = {}  # sheet id -> tags of its lines and columns
        self._grid_of: dict[int, Grid] = {}

    def reach(self, step: str) -> None:
        if self.made:
            self._reach(step)

    @property
    def browser(self) -> People:
        return server().people(self.google.place.rsplit("/", 1)[-1])

    def create(self, layout: Layout, contents: Incoming) -> Receipt:
        receipt = self.google.create(layout, contents)
        for tab in layout.tabs:
            sheet = next(s for s in self.browser.book.tabs if s.title == tab.title)
            grid = Grid.made(tab, layout.plan_id)
            self._grid_of[sheet.sheet_id] = grid
            self.grids.append(grid)
            self._sheets[sheet.sheet_id] = ([line.tag for line in grid.lines], list(grid.columns))
        self.made = True
        self.carry_back()
        return receipt

    def read(self, layout: Layout) -> Current:
        self.reading = True
        try:
            return self.google.read(layout)
        finally:
            self.reading = False

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        return self.google.apply(plan, current, layout)

    # -- people's deeds, carried over --------------------------------------------------------------------------

    def carry_over(self) -> None:
        """Does to the spreadsheet what was done to the grids."""
        if not self.made:
            return
        browser = self.browser
        for sheet_id, grid in list(self._grid_of.items()):
            title = browser.book.tab(sheet_id).title
            if grid not in self.grids:
                browser.delete_tab(title)
                del self._grid_of[sheet_id], self._sheets[sheet_id]
                continue
            if grid.title != title:
                browser.rename_tab(title, grid.title)
            if grid.hidden != bool(browser.book.tab(sheet_id).props.get("hidden")):
                properties = {"sheetId": sheet_id, "hidden": grid.hidden}
                browser.batch({"updateSheetProperties": {"properties": properties, "fields": "hidden"}})
            self._columns(sheet_id, grid, grid.title)
            self._lines(sheet_id, grid, grid.title)
            self._cells(browser.book.tab(sheet_id), grid)

    def _columns(self, sheet_id: int, grid: Grid, title: str) -> None:
        tags = self._sheets[sheet_id][1]
        for at in reversed(range(len(tags))):
            if tags[at] not in grid.columns:
                self.browser.delete_columns(title, letters(at))
                del tags[at]
        for at, tag in enumerate(grid.columns):
            if tag not in tags:
                self.browser.insert_columns(title, letters(at))
                tags.insert(at, tag)
            elif tags[at] != tag:
                source = tags.index(tag)
                self.browser.move_columns(title, letters(source), letters(at))
                tags.insert(at, tags.pop(source))

    def _lines(self, sheet_id: int, grid: Grid, title: str) -> None:
        """Rows that went and rows put in between; rows in another order have their contents moved, as by a sort."""
        tags = self._sheets[sheet_id][0]
        wanted = [line.tag for line in grid.lines]
        for at in reversed(range(len(tags))):
            if tags[at] not in wanted:
                self.browser.delete_rows(title, at + 1)
                del tags[at]
        for at, tag in enumerate(wanted):
            if tag not in tags:
                if at < len(tags):
                    self.browser.insert_rows(title, at + 1)
                tags.insert(at, tag)
        tags[:] = wanted
        room = self.browser.book.tab(sheet_id).grid.row_count
        if room < len(wanted):
            more = {"sheetId": sheet_id, "dimension": "ROWS", "length": len(wanted) - room}
            self.browser.batch({"appendDimension": more})

    def _cells(self, sheet: Tab, grid: Grid) -> None:
        for row, line in enumerate(grid.lines):
            for column in range(len(grid.columns)):
                want, stands = line.get(column), _value(sheet, row, column)
                if want != stands or type(want) is not type(stands):
                    self._type(grid.title, f"{letters(column)}{row + 1}", want)

    def _type(self, title: str, a1: str, value: Value) -> None:
        if isinstance(value, Formula):
            self.browser.set_cell(title, a1, value.text)
        else:
            self.browser.set_cell(title, a1, value, raw=True)

    # -- the engine's work, carried back -----------------------------------------------------------------------

    def carry_back(self) -> None:
        """Takes the spreadsheet's cells over into the grids; rows below the known ones are the engine's new ones."""
        if not self.made:
            return
        book = self.browser.book
        for sheet_id, grid in self._grid_of.items():
            sheet = book.tab(sheet_id)
            tags = self._sheets[sheet_id][0]
            last = max((r for r in range(len(sheet.grid.rows)) if _filled(sheet, r)), default=-1)
            for row in range(max(last + 1, len(grid.lines))):
                values = [_value(sheet, row, column) for column in range(len(grid.columns))]
                if row >= len(grid.lines):
                    grid.lines.append(Line(values))
                    tags.append(grid.lines[-1].tag)
                    continue
                for column, value in enumerate(values):
                    if grid.lines[row].get(column) != value or type(grid.lines[row].get(column)) is not type(value):
                        grid.lines[row].put(column, value)


def _filled(sheet: Tab, row: int) -> bool:
    return any(cell is not None and not cell.blank for cell in sheet.grid.row_cells(row))


def _value(sheet: Tab, row: int, column: int) -> Any:
    """What stands in a cell, in the grid's words."""
    value = sheet.grid.get(row, column).value
    if isinstance(value, Typed):
        return Formula(str(value))
    return int(value) if isinstance(value, float) and value.is_integer() else value
