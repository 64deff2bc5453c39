"""The Change log tab: what a run changed and what people did since the last one, as rows the plan places.

Every hand edit has a row of its own, so do restored cells, lights that changed and engine cells taken over without a
base; the engine's other cells are summed up by tab (the journal holds each of them). A plan that writes nothing and
saw no edit adds no row: the second run stays at 0 writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sheetsync.core.merge.names import row_name
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.plan import CellWrite, EditKind, HandEdit, Plan, RowAppend, Why
from sheetsync.core.model.values import Formula, Value, is_blank

TAB = "changes"

_DERIVED = ("home", "metrics")
"""Tabs whose lights only repeat what other tabs and the journal say: they are summed up like their numbers."""

_ROWS_TOLD = 10
"""Up to this many placed rows of a tab are named one by one; more are counted."""

_ENGLISH = {
    "log.people": "people",
    "log.engine": "engine",
    "log.row_placed": "row added",
    "log.cells": "{count} cells",
    "log.rows": "{count} rows added",
    "log.headings": "{count} headings",
} | {f"log.{kind.name.lower()}": kind.value for kind in EditKind}
"""What stands in the log where the template has no wording of its own."""


def log_rows(plan: Plan, layout: Layout, *, run_id: str, when: datetime) -> Plan:
    """The plan with its own account added as rows of the Change log; unchanged if there is no such tab or no news."""
    tab = layout.tab(TAB)
    if tab is None or plan.refusals or (plan.is_empty and not plan.edits) or not _stands(plan):
        return plan
    keys = [column.key for column in tab.columns]
    if plan.seen is not None:
        keys = [key for key in keys if key in plan.seen.tabs[TAB].columns]
    rows = []
    for n, entry in enumerate(_entries(plan, layout), 1):
        full: dict[str, Value] = {**entry, "when": when, "run": run_id}
        cells = {key: full[key] for key in keys if not is_blank(full.get(key))}
        rows.append(RowAppend(TAB, f"{run_id}.{n}", cells))
    return replace(plan, appends=plan.appends + tuple(rows))


def as_text(value: Value) -> str:
    """A value as the log shows it: dates in ISO form, a formula as its text, "" for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _stands(plan: Plan) -> bool:
    """Whether the log tab stands in the workbook the plan was made from (taken as given for plans made otherwise)."""
    seen = plan.seen.tabs.get(TAB) if plan.seen is not None else None
    return plan.seen is None or (seen is not None and bool(seen.columns))


def _say(layout: Layout, key: str, **facts: object) -> str:
    if key in layout.wording:
        return layout.say(key, **facts)
    return _ENGLISH[key].format_map(facts)


def _entries(plan: Plan, layout: Layout) -> Iterator[dict[str, Value]]:
    for edit in plan.edits:
        if edit.tab != TAB:
            yield _hand(edit, layout)
    told = [write for write in plan.writes if _told(write, layout)]
    for write in told:
        yield _engine(plan, layout, write)
    summed = Counter(write.tab for write in plan.writes)
    summed.subtract(Counter(write.tab for write in told))
    for key, count in summed.items():
        tab = layout.tab(key)
        if count and not (tab and tab.hidden):  # what stands behind dropdowns and charts is nobody's news
            yield _sum(layout, key, "log.cells", count)
    yield from _placed(plan, layout)
    for key, count in Counter(heading.tab for heading in plan.headings).items():
        yield _sum(layout, key, "log.headings", count)


def _told(write: CellWrite, layout: Layout) -> bool:
    """Whether a write gets a row of its own: restored, taken over from an unknown hand, undone, or a light."""
    if write.why in (Why.RESTORED, Why.UNDO) or (write.why is Why.ADOPTED and not is_blank(write.old)):
        return True
    if write.tab in _DERIVED:
        return False
    tab = layout.tab(write.tab)
    column = tab.column(write.column) if tab else None
    return column is not None and column.kind is Kind.LIGHT


def _title(layout: Layout, key: str) -> str:
    tab = layout.tab(key)
    return tab.title if tab else key


def _heading(layout: Layout, key: str, column: str | None) -> str:
    tab = layout.tab(key)
    found = tab.column(column or "") if tab else None
    return found.heading if found else column or ""


def _hand(edit: HandEdit, layout: Layout) -> dict[str, Value]:
    cell = edit.kind in (EditKind.CELL, EditKind.ENGINE_CELL)
    return {
        "who": _say(layout, "log.people"),
        "tab": _title(layout, edit.tab),
        "row": edit.row_name or edit.row_id,
        "field": _heading(layout, edit.tab, edit.column) if cell else _say(layout, f"log.{edit.kind.name.lower()}"),
        "old": as_text(edit.old),
        "new": as_text(edit.new),
    }


def _engine(plan: Plan, layout: Layout, write: CellWrite) -> dict[str, Value]:
    tab = layout.tab(write.tab)
    seen = plan.seen.tabs.get(write.tab) if plan.seen else None
    cells = seen.rows.get(write.row_id) if seen else None
    return {
        "who": _say(layout, "log.engine"),
        "tab": _title(layout, write.tab),
        "row": (row_name(tab, cells) if tab and cells else "") or write.row_id,
        "field": _heading(layout, write.tab, write.column),
        "old": as_text(write.old),
        "new": as_text(write.new),
    }


def _placed(plan: Plan, layout: Layout) -> Iterator[dict[str, Value]]:
    by_tab: dict[str, list[RowAppend]] = {}
    for row in plan.appends:
        by_tab.setdefault(row.tab, []).append(row)
    for key, rows in by_tab.items():
        tab = layout.tab(key)
        if tab is None or len(rows) > _ROWS_TOLD:
            yield _sum(layout, key, "log.rows", len(rows))
            continue
        for row in rows:
            entry = _sum(layout, key, "log.row_placed", 1)
            yield {**entry, "row": row_name(tab, row.cells) or row.row_id}


def _sum(layout: Layout, key: str, words: str, count: int) -> dict[str, Value]:
    return {
        "who": _say(layout, "log.engine"),
        "tab": _title(layout, key),
        "field": _say(layout, words, count=count),
    }
