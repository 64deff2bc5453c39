"""What people do to the memory workbook: the verbs of anyone with a spreadsheet open.

A row is meant by its row id, or by its line number where it has none; a column by its key, or by the heading people
gave it. Nothing here asks whether it is wise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from sheetsync.core.model.layout import KEY_PREFIX
from sheetsync.core.model.values import Value, canonical, is_blank
from sheetsync.workbooks.memory_grid import Grid, Line

Row: TypeAlias = str | int


class _Sheets(Protocol):
    grids: list[Grid]

    def grid(self, key: str) -> Grid | None: ...


class People:
    """Those who edit the workbook. Every verb raises LookupError for a tab, row or column that is not there."""

    def __init__(self, workbook: _Sheets) -> None:
        self._workbook = workbook

    def grid(self, tab: str) -> Grid:
        """The tab with this key."""
        grid = self._workbook.grid(tab)
        if grid is None:
            raise LookupError(f"no tab {tab}")
        return grid

    def line(self, tab: str, row: Row) -> Line:
        """The line meant by a row id or a line number."""
        grid = self.grid(tab)
        if isinstance(row, int):
            return grid.lines[row - 1]
        found = [line for _, line in grid.data(tab) if line.get(grid.id_column(tab) or 0) == row]
        if not found:
            raise LookupError(f"no row {row} on {tab}")
        return found[0]

    def place(self, tab: str, column: str) -> int:
        """Where a column is, by its key or by the heading people gave it."""
        grid = self.grid(tab)
        at = grid.column(tab, column)
        if at is not None:
            return at
        for i in range(len(grid.columns)):
            if grid.heading(tab, i) == column:
                return i
        raise LookupError(f"no column {column} on {tab}")

    def cell(self, tab: str, row: Row, column: str) -> Value:
        """What stands in a cell."""
        return self.line(tab, row).get(self.place(tab, column))

    def type_cell(self, tab: str, row: Row, column: str, value: Value) -> None:
        """Types a value into a cell; None empties it."""
        self.line(tab, row).put(self.place(tab, column), value)

    def type_id(self, tab: str, row: Row, text: str | None) -> None:
        """Types over a row id; None blanks it."""
        self.line(tab, row).put(self.grid(tab).id_column(tab) or 0, text)

    def add_row(self, tab: str, cells: Mapping[str, Value], at: int | None = None) -> int:
        """Fills a new row below the data, or inserts it as line `at`; gives its line number. It has no id."""
        grid = self.grid(tab)
        line = Line([None] * len(grid.columns))
        for column, value in cells.items():
            line.put(self.place(tab, column), value)
        grid.lines.insert(len(grid.lines) if at is None else at - 1, line)
        return grid.lines.index(line) + 1

    def copy_row(self, tab: str, row: Row, at: int | None = None) -> int:
        """Copies a whole row, its id as well, below the data or to line `at`; gives the copy's line number."""
        grid = self.grid(tab)
        line = Line(list(self.line(tab, row).cells))
        grid.lines.insert(len(grid.lines) if at is None else at - 1, line)
        return grid.lines.index(line) + 1

    def delete_row(self, tab: str, row: Row) -> None:
        """Deletes a row; those below move up."""
        self.grid(tab).lines.remove(self.line(tab, row))

    def move_row(self, tab: str, row: Row, to: int) -> None:
        """Drags a row to line number `to`."""
        grid, line = self.grid(tab), self.line(tab, row)
        grid.lines.remove(line)
        grid.lines.insert(to - 1, line)

    def sort(self, tab: str, column: str, *, descending: bool = False) -> None:
        """Sorts the data rows by a column; blank cells last, as both spreadsheets do."""
        grid, at = self.grid(tab), self.place(tab, column)
        top = (grid.key_line(tab) or 0) + 2
        data = grid.lines[top:]
        filled = [line for line in data if not is_blank(line.get(at))]
        filled.sort(key=lambda line: (canonical(line.get(at))[0], str(line.get(at))), reverse=descending)
        grid.lines[top:] = filled + [line for line in data if is_blank(line.get(at))]

    def clear_rows(self, tab: str) -> None:
        """Deletes every data row."""
        grid = self.grid(tab)
        del grid.lines[(grid.key_line(tab) or 0) + 2 :]

    def insert_column(self, tab: str, at: int, heading: str = "") -> None:
        """Inserts a column of people's own at place `at` (0 is the leftmost) with a heading."""
        grid = self.grid(tab)
        grid.columns.insert(at, grid.new_tag())
        for line in grid.lines:
            line.cells.extend([None] * (at - len(line.cells)))
            line.cells.insert(at, None)
        if heading:
            grid.set_heading(tab, at, heading)

    def copy_column(self, tab: str, column: str, at: int) -> None:
        """Copies a whole column, its key as well, to place `at`."""
        grid, source = self.grid(tab), self.place(tab, column)
        values = [line.get(source) for line in grid.lines]
        self.insert_column(tab, at)
        for line, value in zip(grid.lines, values, strict=True):
            line.put(at, value)

    def move_column(self, tab: str, column: str, to: int) -> None:
        """Drags a column to place `to`."""
        grid, source = self.grid(tab), self.place(tab, column)
        for line in grid.lines:
            value = line.get(source)
            line.cells.extend([None] * (len(grid.columns) - len(line.cells)))
            del line.cells[source]
            line.cells.insert(to, value)
        grid.columns.insert(to, grid.columns.pop(source))

    def delete_column(self, tab: str, column: str) -> None:
        """Deletes a column with everything in it."""
        self._drop(self.grid(tab), self.place(tab, column))

    def delete_id_column(self, tab: str) -> None:
        """Deletes the hidden column with the row ids."""
        grid = self.grid(tab)
        self._drop(grid, grid.id_column(tab) or 0)

    @staticmethod
    def _drop(grid: Grid, at: int) -> None:
        del grid.columns[at]
        for line in grid.lines:
            del line.cells[at : at + 1]

    def delete_key_row(self, tab: str) -> None:
        """Deletes the hidden row with the column keys."""
        grid = self.grid(tab)
        del grid.lines[grid.key_line(tab) or 0]

    def rename_heading(self, tab: str, column: str, text: str) -> None:
        """Types over a heading."""
        self.grid(tab).set_heading(tab, self.place(tab, column), text)

    def rename_tab(self, tab: str, title: str) -> None:
        """Gives a tab another title."""
        self.grid(tab).title = title

    def hide_tab(self, tab: str) -> None:
        """Hides a tab."""
        self.grid(tab).hidden = True

    def move_tab(self, tab: str, to: int) -> None:
        """Drags a tab to another place."""
        grid = self.grid(tab)
        self._workbook.grids.remove(grid)
        self._workbook.grids.insert(to, grid)

    def copy_tab(self, tab: str, title: str) -> None:
        """Duplicates a tab, hidden rows and ids as well."""
        grid = self.grid(tab)
        lines = [Line(list(line.cells)) for line in grid.lines]
        self._workbook.grids.append(Grid(title, lines, [grid.new_tag() for _ in grid.columns], grid.hidden))

    def delete_tab(self, tab: str) -> None:
        """Deletes a tab."""
        self._workbook.grids.remove(self.grid(tab))

    def swap_plan(self, plan_id: str) -> None:
        """Types over the plan's id on every tab, as when this is a copy of another plan's workbook."""
        for grid in self._workbook.grids:
            for i, line in enumerate(grid.lines):
                found = [
                    n for n, cell in enumerate(line.cells) if isinstance(cell, str) and cell.startswith(KEY_PREFIX)
                ]
                if found:
                    grid.lines[i + 1].put(found[0], plan_id)
