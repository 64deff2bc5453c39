"""What the workbook would hold if a plan were applied: the plan is worked out against it until nothing moves."""

from __future__ import annotations

from dataclasses import replace

from sheetsync.core.model.plan import Plan
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import Current, CurrentRow, CurrentTab


def foresee(current: Current, plan: Plan) -> Current:
    """The workbook after `plan`, as far as reading rows is concerned. `current` must have its row ids in place."""
    written: dict[tuple[str, str], dict[str, Value]] = {}
    for write in plan.writes:
        written.setdefault((write.tab, write.row_id), {})[write.column] = write.new
    tabs = {key: _tab(tab, written, plan) for key, tab in current.tabs.items()}
    return replace(current, tabs=tabs)


def _tab(tab: CurrentTab, written: dict[tuple[str, str], dict[str, Value]], plan: Plan) -> CurrentTab:
    rows = [replace(row, cells={**row.cells, **written.get((tab.key, row.row_id or ""), {})}) for row in tab.rows]
    last = max((row.position for row in rows), default=2)
    for offset, row in enumerate((row for row in plan.appends if row.tab == tab.key), start=1):
        rows.append(CurrentRow(row.row_id, dict(row.cells), last + offset))
    headings = {write.column: write.new for write in plan.headings if write.tab == tab.key}
    return replace(tab, rows=tuple(rows), headings={**tab.headings, **headings})
