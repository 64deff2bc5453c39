"""The workbook as a plan would leave it: the same nouns, before anything is written."""

from __future__ import annotations

from dataclasses import replace

from sheetsync.core.model.plan import Plan
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import Current, CurrentRow, CurrentTab


def foresee(current: Current, plan: Plan) -> Current:
    """`current` (ids already given by `identify`) with the plan's writes, rows and headings in place."""
    cells: dict[str, dict[str, dict[str, Value]]] = {}
    for write in plan.writes:
        cells.setdefault(write.tab, {}).setdefault(write.row_id, {})[write.column] = write.new
    tabs = {key: _tab(key, tab, cells.get(key, {}), plan) for key, tab in current.tabs.items()}
    return replace(current, tabs=tabs)


def _tab(key: str, tab: CurrentTab, cells: dict[str, dict[str, Value]], plan: Plan) -> CurrentTab:
    rows = [replace(row, cells={**row.cells, **cells[row.row_id]}) if row.row_id in cells else row for row in tab.rows]
    below = max((row.position for row in tab.rows), default=0)
    appends = [row for row in plan.appends if row.tab == key]
    rows += [CurrentRow(row.row_id, dict(row.cells), below + n) for n, row in enumerate(appends, 1)]
    headings = {**tab.headings, **{h.column: h.new for h in plan.headings if h.tab == key}}
    return replace(tab, rows=tuple(rows), headings=headings)
