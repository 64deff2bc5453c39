"""A workbook in memory: the port with nothing behind it but lists, and people who edit it.

It ships for previews and for tests. Its grid is what a spreadsheet's is: a hidden key row, a heading row, data rows and
columns in any order, so reading and writing find rows by id and columns by key exactly as the others must. `people`
holds the verbs of those who edit it, and `on` lets them act between any two steps of a refresh, or lets a step fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import CellWrite, IdWrite, Plan, RowAppend
from sheetsync.core.model.values import Value, same
from sheetsync.core.model.workbook import Current, Incoming
from sheetsync.errors import MergeRefused, WorkbookBusy, WorkbookMissing
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.memory_grid import Grid, Line
from sheetsync.workbooks.memory_people import People
from sheetsync.workbooks.memory_reading import read_grids

STEPS = ("read", "before write", "after write", "before read-back")
"""The moments at which an `on` hook runs."""


class MemoryWorkbook:
    """A workbook that is only in memory. `grids` are its tabs in order; `people` are those who edit it."""

    def __init__(self, place: str = "memory") -> None:
        self._place = place
        self.grids: list[Grid] = []
        self.made = False
        self.people = People(self)
        self.calls: dict[str, int] = {"read": 0, "write": 0}
        self._hooks: dict[str, list[Callable[[], None]]] = {}

    @property
    def place(self) -> str:
        """Where it is, as people would say it."""
        return self._place

    def on(self, step: str, hook: Callable[[], None]) -> None:
        """Runs `hook` once at the next `step` (one of STEPS): people act there, or it raises what goes wrong."""
        if step not in STEPS:
            raise ValueError(f"no such step: {step}")
        self._hooks.setdefault(step, []).append(hook)

    def _reach(self, step: str) -> None:
        for hook in self._hooks.pop(step, []):
            hook()

    def exists(self) -> bool:
        """Whether it was created."""
        return self.made

    def create(self, layout: Layout, contents: Incoming) -> Receipt:
        """Makes the tabs with their first rows. Raises WorkbookBusy if it was made before."""
        if self.made:
            raise WorkbookBusy("there is a workbook already", where=self.place)
        self._reach("before write")
        grids = [Grid.made(tab, layout.plan_id) for tab in layout.tabs]
        count = 0
        for grid, tab in zip(grids, layout.tabs, strict=True):
            said = contents.tabs.get(tab.key)
            for row in said.rows if said else ():
                grid.append(tab.key, row.row_id, row.cells)
                count += 1
        self.grids, self.made = grids, True
        self.calls["write"] += 1
        self._reach("after write")
        current = self._read_back(layout)
        cells = sum(1 + len(row.cells) for tab in current.tabs.values() for row in tab.rows)
        return Receipt(verified=True, current=current, cells_written=cells, rows_added=count, calls=dict(self.calls))

    def read(self, layout: Layout) -> Current:
        """The workbook as it stands. Raises WorkbookMissing if it was never made."""
        if not self.made:
            raise WorkbookMissing("there is no workbook yet", where=self.place)
        self._reach("read")
        self.calls["read"] += 1
        return read_grids(self.grids, layout)

    def _read_back(self, layout: Layout) -> Current:
        self._reach("before read-back")
        self.calls["read"] += 1
        return read_grids(self.grids, layout)

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        """Writes the plan in one step and reads it back.

        Every cell is found by its row's id and its column's key at the moment of writing, and is written only while
        it still holds what the plan was made from: a cell that people changed meanwhile is missed, not overwritten.
        Raises MergeRefused for a plan with refusals.
        """
        if plan.refusals:
            raise MergeRefused(plan.refusals[0].message, where=self.place, hint=plan.refusals[0].hint)
        if plan.is_empty:
            return Receipt(verified=True, current=current)
        before = dict(self.calls)
        self._reach("before write")
        missed = self._commit(plan, current)
        self.calls["write"] += 1
        self._reach("after write")
        after = self._read_back(layout)
        calls = {name: count - before[name] for name, count in self.calls.items()}
        written = plan.cell_count - len(missed)
        return Receipt(True, after, written, len(plan.appends), calls, missed=tuple(missed))

    def _commit(self, plan: Plan, current: Current) -> list[str]:
        missed = [name for write in plan.ids if (name := self._write_id(write))]
        missed += [name for write in plan.writes if (name := self._write_cell(write, current))]
        for heading in plan.headings:
            grid = self.grid(heading.tab)
            column = grid.column(heading.tab, heading.column) if grid else None
            if grid is None or column is None or grid.heading(heading.tab, column) != heading.old:
                missed.append(f"{heading.tab}!{heading.column}")
            else:
                grid.set_heading(heading.tab, column, heading.new)
        missed += [name for row in plan.appends if (name := self._append(row))]
        return missed

    def grid(self, key: str) -> Grid | None:
        """The tab whose key row names `key`, whatever its title is now."""
        return next((grid for grid in self.grids if grid.key_line(key) is not None), None)

    def _write_id(self, write: IdWrite) -> str:
        grid = self.grid(write.tab)
        line = grid.find_for_id(write) if grid else None
        if grid is None or line is None:
            return f"{write.tab}!{write.row_id}"
        grid.set_id(write.tab, line, write.row_id)
        return ""

    def _write_cell(self, write: CellWrite, current: Current) -> str:
        grid = self.grid(write.tab)
        column = grid.column(write.tab, write.column) if grid else None
        line = self._find_line(grid, write, current) if grid else None
        if column is None or line is None or not self._may_write(write, line.get(column)):
            return f"{write.tab}!{write.row_id}!{write.column}"
        line.put(column, write.new)
        return ""

    def _find_line(self, grid: Grid, write: CellWrite, current: Current) -> Line | None:
        del current  # other ways of finding a row start from what was read; this one asks the grid
        return grid.line(write.tab, write.row_id)

    def _may_write(self, write: CellWrite, stands: Value) -> bool:
        return same(stands, write.old)

    def _append(self, row: RowAppend) -> str:
        grid = self.grid(row.tab)
        if grid is None:
            return f"{row.tab}!{row.row_id}"
        # a retry after a lost answer must not place it twice, not even where people copied the row since
        if not grid.lines_with(row.tab, row.row_id):
            grid.append(row.tab, row.row_id, row.cells)
        return ""

    def copy(self) -> MemoryWorkbook:
        """A second workbook that holds the same, for previews."""
        other = MemoryWorkbook(self._place)
        other.grids = [replace(grid, lines=[line.copy() for line in grid.lines]) for grid in self.grids]
        other.made = self.made
        return other
