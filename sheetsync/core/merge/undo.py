"""Undo: the pre-images of a run go back where the cell still holds what the run wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.core.model.layout import Layout, Owner
from sheetsync.core.model.plan import CellWrite, Change, ChangeKind, HeadingWrite, Plan, Why
from sheetsync.core.model.values import Value, same
from sheetsync.core.model.workbook import Current, CurrentTab


@dataclass(frozen=True, slots=True)
class NotUndone:
    """A change that stays, and why, in words."""

    change: Change
    why: str


def undo_plan(changes: Sequence[Change], current: Current, layout: Layout) -> tuple[Plan, tuple[NotUndone, ...]]:
    """The plan that takes `changes` (in the order in which they were made) back, and what it cannot take back.

    Only engine and seeded cells are ever written, and only where the cell still holds what was written; rows and ids
    stay, for the engine deletes nothing.
    """
    desk = _Undo(current, layout)
    for change in reversed(changes):
        reason = desk.take_back(change)
        if reason:
            desk.left.append(NotUndone(change, reason))
    writes = tuple(
        CellWrite(tab, row_id, column, old, new, Why.UNDO)
        for (tab, row_id, column), (old, new) in desk.cells.items()
        if not same(old, new)
    )
    headings = tuple(HeadingWrite(*place, old, new) for place, (old, new) in desk.headings.items() if old != new)
    return Plan(writes=writes, headings=headings), tuple(reversed(desk.left))


class _Undo:
    """What would be written so far: each cell once, from what stands now to the oldest pre-image."""

    def __init__(self, current: Current, layout: Layout) -> None:
        self.layout = layout
        self.tabs = current.tabs
        self.rows: dict[tuple[str, str | None], dict[str, Value]] = {}
        self.copied: set[tuple[str, str | None]] = set()
        for key, tab in current.tabs.items():
            for row in tab.rows:
                place = (key, row.row_id)
                if place in self.rows:
                    self.copied.add(place)
                self.rows[place] = row.cells
        self.cells: dict[tuple[str, str, str], tuple[Value, Value]] = {}
        self.headings: dict[tuple[str, str], tuple[str, str]] = {}
        self.left: list[NotUndone] = []

    def take_back(self, change: Change) -> str:
        """Notes the pre-image to write; otherwise says why not."""
        tab = self.tabs.get(change.tab)
        if tab is None:
            return "the tab is gone"
        if change.kind is ChangeKind.HEADING:
            return self._heading(tab, change)
        if change.kind is ChangeKind.ID:
            return "row ids stay: they tell rows apart"
        if change.kind is ChangeKind.ROW:
            return "the row stays: nothing is ever deleted" if (change.tab, change.row_id) in self.rows else ""
        return self._cell(tab, change)

    def _cell(self, tab: CurrentTab, change: Change) -> str:
        ours = self.layout.tab(change.tab)
        column = ours.column(change.column) if ours else None
        if column is None or column.owner is Owner.PEOPLE:
            return "the column is people's"
        if change.column not in tab.columns:
            return "the column is gone"
        cells = self.rows.get((change.tab, change.row_id))
        if cells is None:
            return "the row is gone"
        if (change.tab, change.row_id) in self.copied:
            return "the row was copied since, and the copy has no id of its own yet"
        place = (change.tab, change.row_id, change.column)
        stands = cells.get(change.column)
        old, now = self.cells.get(place, (stands, stands))
        if not same(now, change.new):
            return "the cell was changed since"
        self.cells[place] = (old, change.old)
        return ""

    def _heading(self, tab: CurrentTab, change: Change) -> str:
        place = (change.tab, change.column)
        stands = tab.headings.get(change.column)
        if stands is None:
            return "the column is gone"
        old, now = self.headings.get(place, (stands, stands))
        if now != change.new:
            return "the heading was changed since"
        self.headings[place] = (old, str(change.old or ""))
        return ""
