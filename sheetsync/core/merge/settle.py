"""The next base: what was read, with the writes that are proved to stand laid over it.

The base is made from what the merge *read*, not from the read-back: an edit people made in between then differs from
the base, so the next run sees it and puts it on record. The read-back only tells which writes arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sheetsync.core.model.plan import CellWrite, Change, ChangeKind, Plan, Why
from sheetsync.core.model.values import Value, is_blank, same
from sheetsync.core.model.workbook import Base, BaseTab, Current, CurrentTab


def settle(base: Base, after: Current, plan: Plan, run_id: str) -> Base:
    """The base to save after `plan` was applied and `after` read back.

    A write that was missed keeps the old base, so that it is planned again. For a workbook just created:
    `settle(Base(), receipt.current, Plan(), run_id)`.
    """
    start = plan.seen or (base if base.known else _newborn(after))
    touched = {w.tab for w in plan.writes} | {r.tab for r in plan.appends}
    touched |= {w.tab for w in plan.ids} | {h.tab for h in plan.headings}
    tabs = {
        key: _settle_tab(key, base.tabs.get(key) or BaseTab(), tab, after.tabs.get(key), plan)
        if key in touched
        else tab
        for key, tab in start.tabs.items()
    }
    return Base(tabs, known=True, plan_id=start.plan_id or after.plan_id, run_id=run_id)


def recover(base: Base, current: Current, changes: Iterable[Change]) -> Base:
    """The base advanced by what a run wrote before it was cut short: `changes` are its journal.

    Only what still stands exactly as the run wrote it counts; a placed row counts as soon as its id stands.
    """
    tabs = {key: replace(tab, rows=dict(tab.rows), seeds=dict(tab.seeds)) for key, tab in base.tabs.items()}
    standing = {key: {row.row_id: row.cells for row in tab.rows} for key, tab in current.tabs.items()}
    for change in changes:
        tab = tabs.get(change.tab)
        cells = standing.get(change.tab, {}).get(change.row_id)
        if tab is None or cells is None:
            continue
        if change.kind is ChangeKind.ROW:
            row = tab.rows.setdefault(change.row_id, {})
            if change.column:
                row[change.column] = change.new
        elif change.kind is ChangeKind.ID and isinstance(change.old, str) and change.old in tab.rows:
            # a copy got its own id: what was filled in the original is not filled again in it
            filled = {key: None for key, value in tab.rows[change.old].items() if not is_blank(value)}
            tab.seeds.setdefault(change.row_id, {**filled, **tab.seeds.get(change.old, {})})
        elif (
            change.kind is ChangeKind.CELL and change.row_id in tab.rows and same(cells.get(change.column), change.new)
        ):
            tab.rows[change.row_id] = {**tab.rows[change.row_id], change.column: change.new}
    return replace(base, tabs=tabs)


def _newborn(after: Current) -> Base:
    tabs = {
        key: BaseTab(
            rows={row.row_id: row.cells for row in tab.rows if row.row_id},
            headings=dict(tab.headings),
            columns=tab.columns,
            title=tab.title,
            hidden=tab.hidden,
            extra_columns=(*tab.extra_columns, *tab.duplicate_columns),
        )
        for key, tab in after.tabs.items()
    }
    return Base(tabs, known=True, plan_id=after.plan_id)


def _settle_tab(key: str, old: BaseTab, tab: BaseTab, after: CurrentTab | None, plan: Plan) -> BaseTab:
    rows = dict(tab.rows)
    standing = {row.row_id: row.cells for row in after.rows if row.row_id} if after else {}
    columns = after.columns if after else ()
    _lay_ids(key, old, rows, standing, plan)
    for write in plan.writes:
        if write.tab == key and write.row_id in rows:
            stood = standing.get(write.row_id)
            arrived = stood is not None and write.column in columns and _arrived(write, stood.get(write.column))
            value = write.new if arrived else _as_before(write, old)
            rows[write.row_id] = {**rows[write.row_id], write.column: value}
    placed = {row.row_id: row.cells for row in plan.appends if row.tab == key} if after and after.id_column else {}
    # a read-back without a row that was just placed: people deleted it within the same breath
    struck = {row_id for row_id in placed if row_id not in standing}
    rows.update({row_id: cells for row_id, cells in placed.items() if row_id not in struck})
    headings = dict(tab.headings)
    if after:
        headings.update({h.column: h.new for h in plan.headings if h.tab == key and h.column in columns})
    return replace(tab, rows=rows, headings=headings, tombstones=(tab.tombstones | struck) - rows.keys())


def _lay_ids(
    key: str, old: BaseTab, rows: dict[str, dict[str, Value]], standing: dict[str, dict[str, Value]], plan: Plan
) -> None:
    """A row whose id did not arrive is as unknown, or as known, as it was."""
    for write in plan.ids:
        if write.tab == key and write.row_id not in standing:
            rows.pop(write.row_id, None)
            if write.row_id in old.rows:
                rows[write.row_id] = old.rows[write.row_id]


def _arrived(write: CellWrite, now: Value) -> bool:
    """Missed is what still holds the old value; anything else was written, even if a hand changed it since."""
    return not same(now, write.old)


def _as_before(write: CellWrite, old: BaseTab) -> Value:
    """The base of a cell whose write was missed. A cell it did not know counts as read: it will be computed again."""
    known = old.rows.get(write.row_id)
    return write.old if known is None or write.why is Why.ADOPTED else known.get(write.column)
