"""The guard: plans that are more likely an accident than a wish are refused, and the way on is named."""

from __future__ import annotations

from dataclasses import dataclass

from sheetsync.core.model.layout import Layout, Tab
from sheetsync.core.model.plan import Refusal
from sheetsync.core.model.workbook import Base, BaseTab, Current, CurrentTab

ACCEPT = "If people meant to delete this, run `sheetsync refresh --accept-deletions`; if not, undo it in the workbook."
DOCTOR = "Run `sheetsync doctor` to see what is missing; undo the deletion in the workbook or let doctor repair it."

_FEWEST = 5
"""Fewer vanished rows than this are everyday work, whatever share they are of a small tab."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may vanish from a tab before the guard asks: a share of its known rows, and more than four of them.

    `accept_deletions`: people were asked and meant it (`--accept-deletions`).
    """

    max_vanished: float = 0.2
    accept_deletions: bool = False


def refusals(base: Base, current: Current, layout: Layout, limits: Limits) -> tuple[Refusal, ...]:
    """Every reason not to write, for the whole workbook at once; empty if the plan may go on."""
    if current.plan_id is not None and current.plan_id != layout.plan_id:
        return (_other_plan(current.plan_id, layout),)
    found: list[Refusal] = []
    for tab in layout.tabs:
        found += _of_tab(tab, base, current, limits)
    return tuple(found)


def _other_plan(plan_id: str, layout: Layout) -> Refusal:
    message = f"this workbook belongs to another plan ({plan_id}, not {layout.plan_id})"
    hint = "Point `sheetsync.toml` at this plan's own workbook; `sheetsync doctor` shows which one that is."
    return Refusal("other-plan", message, hint)


def _of_tab(tab: Tab, base: Base, current: Current, limits: Limits) -> list[Refusal]:
    standing = current.tabs.get(tab.key)
    if standing is None:
        if tab.key in current.keyless:
            return [_refuse("key-row-gone", tab, "the hidden first row with the column keys is gone", DOCTOR)]
        return _deleted(tab, base.tabs.get(tab.key), limits)
    if not standing.id_column:
        return [_refuse("id-column-gone", tab, "the hidden first column with the row ids is gone", DOCTOR)]
    old = base.tabs.get(tab.key)
    if old is None or limits.accept_deletions:
        return []
    return _columns_gone(tab, old, standing) + _rows_gone(tab, old, standing, limits)


def _deleted(tab: Tab, old: BaseTab | None, limits: Limits) -> list[Refusal]:
    if old is None or not old.rows or limits.accept_deletions:
        return []
    return [_refuse("tab-deleted", tab, f"the tab is gone, and with it {len(old.rows)} rows", ACCEPT)]


def _columns_gone(tab: Tab, old: BaseTab, standing: CurrentTab) -> list[Refusal]:
    ours = [key for key in old.columns if tab.column(key)]
    gone = [key for key in ours if key not in standing.columns]
    if len(gone) < 2 or len(gone) * 2 <= len(ours):
        return []
    return [_refuse("columns-gone", tab, f"{len(gone)} of {len(ours)} columns lost their key", DOCTOR)]


def _rows_gone(tab: Tab, old: BaseTab, standing: CurrentTab, limits: Limits) -> list[Refusal]:
    ids = {row.row_id for row in standing.rows}
    known = len(old.rows)
    gone = sum(row_id not in ids for row_id in old.rows)
    if gone == known and known > 1:
        return [_refuse("tab-emptied", tab, f"all {known} known rows are gone", ACCEPT)]
    if gone >= _FEWEST and gone > limits.max_vanished * known:
        share = f"{gone} of {known} known rows are gone, more than {limits.max_vanished:.0%}"
        return [_refuse("rows-vanished", tab, share, ACCEPT)]
    return []


def _refuse(code: str, tab: Tab, what: str, hint: str) -> Refusal:
    return Refusal(code, f"{tab.title}: {what}", hint, tab.key)
