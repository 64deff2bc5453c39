"""The merge: base, current, incoming -> Plan. A pure function, and the decision table it keeps.

Who may write is told by the column's owner, never by who was last. *base* is the cell as the last refresh left it,
*current* as it stands, *incoming* as the engine now says; "=" means they hold the same.

    people's column   whatever happened                      never written; a change since base is an edit on record
    engine column     current = incoming                     nothing, whoever wrote it
                      current = base, incoming differs       written (computed)
                      current differs from base              written (restored); what was typed is kept as an edit
                      a formula was typed where a value was  as above: restored, the formula is kept as an edit
                      incoming does not speak of it          left as it is; restored to base if a hand changed it
                      no base for the row                    written (adopted)
    seeded column     never filled, incoming has a value     written once (seeded)
                      filled once, by anyone                 people's; stays, also when people emptied it
                      people and engine both changed it      people's stays; a conflict on record
    row               in incoming only                       placed below the data
                      deleted by people                      stays deleted (tombstone)
                      put back by people                     stands again, engine cells are written
                      added by people                        gets an id, the engine's columns are filled
                      copied                                 the copy gets its own id
                      id blanked or typed over               recognised by its cells, else a new row
                      sorted, moved, filtered, hidden        no effect: a row is its id
    column            moved, renamed, added by people        no effect; the name they gave is kept; on record
                      deleted                                not written any more; on record
    heading           as the engine left it, layout differs  written (language switched)
    tab               renamed, moved, hidden                 no effect; on record
                      deleted                                refused if rows were known there (guard), else on record
    no base at all                                           people's and seeded cells win, engine cells are written,
                                                             rows known by their id are taken over, others placed

The guard (`guard.py`) looks first: with a refusal, the plan writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetsync.core.merge.guard import Limits, refusals
from sheetsync.core.merge.identity import Identified, clean_id
from sheetsync.core.merge.names import row_name
from sheetsync.core.merge.rows import Sides, merge_row
from sheetsync.core.merge.shape import absent_tab, merge_shape
from sheetsync.core.model.layout import Layout, Owner, Tab
from sheetsync.core.model.plan import CellWrite, Conflict, EditKind, HandEdit, HeadingWrite, IdReason, Plan, RowAppend
from sheetsync.core.model.values import Value, is_blank
from sheetsync.core.model.workbook import Base, BaseTab, Current, CurrentRow, CurrentTab, Incoming, IncomingTab


@dataclass(slots=True)
class _Draft:
    """The plan while it grows."""

    writes: list[CellWrite] = field(default_factory=list)
    appends: list[RowAppend] = field(default_factory=list)
    headings: list[HeadingWrite] = field(default_factory=list)
    edits: list[HandEdit] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    seen: dict[str, BaseTab] = field(default_factory=dict)


_NO_LIMITS = Limits()


def merge(
    base: Base, current: Current | Identified, incoming: Incoming, layout: Layout, limits: Limits = _NO_LIMITS
) -> Plan:
    """What one refresh would do, and what people did since the base. Changes nothing; raises nothing.

    `current` comes from `identify`; a bare Current is taken as one whose ids are in order: rows without an id, and
    rows that share one, are then left alone. With refusals the plan holds no write at all.
    """
    known = current if isinstance(current, Identified) else Identified(current)
    refused = refusals(base, known.current, layout, limits)
    draft = _Draft()
    draft.edits.extend(known.edits)
    origins = _origins(known)
    for tab in layout.tabs:
        standing = known.current.tabs.get(tab.key)
        if standing is None and tab.key not in known.current.keyless:
            absent_tab(tab, base, draft.edits, draft.gone, draft.seen)
        if standing is None or not standing.id_column:
            continue
        said = incoming.tabs.get(tab.key) or IncomingTab(())
        _merge_tab(draft, base, tab, standing, said, origins.get(tab.key, {}))
    if refused:
        return Plan(edits=tuple(draft.edits), conflicts=tuple(draft.conflicts), refusals=refused)
    return Plan(
        writes=tuple(draft.writes),
        appends=tuple(draft.appends),
        ids=known.ids,
        headings=tuple(draft.headings),
        edits=tuple(draft.edits),
        conflicts=tuple(draft.conflicts),
        gone=tuple(draft.gone),
        seen=Base(draft.seen, known=True, plan_id=layout.plan_id, run_id=base.run_id),
    )


_Origins = dict[str, str]


def _origins(known: Identified) -> dict[str, _Origins]:
    """Tab -> row id -> the id it was copied from ("": people added it), for rows that got their id just now."""
    found: dict[str, _Origins] = {}
    for write in known.ids:
        if write.reason is not IdReason.RESTORED:
            found.setdefault(write.tab, {})[write.row_id] = write.old_id or ""
    return found


def _merge_tab(draft: _Draft, base: Base, tab: Tab, standing: CurrentTab, said: IncomingTab, origins: _Origins) -> None:
    old = base.tabs.get(tab.key) or BaseTab()
    rows = _addressable(standing)
    sides = Sides(tab, old, standing, base.known)
    wanted = {row.row_id: row for row in said.rows}
    seeds: dict[str, dict[str, Value]] = {}
    for row_id, row in rows.items():
        incoming = wanted.get(row_id)
        if sides.is_quiet(row_id, row, incoming, complete=said.complete):
            if row_id in old.seeds:
                seeds[row_id] = old.seeds[row_id]
            continue
        known = old.rows.get(row_id)
        if known is None and base.known and row_id not in origins and incoming is None:
            draft.edits.append(HandEdit(EditKind.ROW_ADDED, tab.key, row_id, row_name=row_name(tab, row.cells)))
        outcome = merge_row(sides, row_id, row, incoming, origin=origins.get(row_id), complete=said.complete)
        draft.writes += outcome.writes
        draft.edits += outcome.edits
        draft.conflicts += outcome.conflicts
        if outcome.seeds:
            seeds[row_id] = outcome.seeds
    shape = merge_shape(tab, old, standing, base.known, draft.edits, draft.headings)
    gone = _vanished(draft, tab, old, rows)
    _place(draft, tab, standing, said, old.tombstones.union(gone).union(rows))
    draft.seen[tab.key] = BaseTab(
        rows={row_id: row.cells for row_id, row in rows.items()},
        headings=shape.headings,
        columns=standing.columns,
        title=standing.title,
        tombstones=(old.tombstones | gone) - rows.keys(),
        renamed=shape.renamed,
        seeds=seeds,
        hidden=standing.hidden,
        extra_columns=shape.extra_columns,
    )


def _addressable(standing: CurrentTab) -> dict[str, CurrentRow]:
    """Rows by id; a row without an id, or with one that another row holds as well, cannot be addressed."""
    rows: dict[str, CurrentRow] = {}
    shared: set[str] = set()
    for row in standing.rows:
        row_id = clean_id(row)
        if row_id is None:
            continue
        if row_id in rows:
            shared.add(row_id)
        rows[row_id] = row
    for row_id in shared:
        del rows[row_id]
    return rows


def _vanished(draft: _Draft, tab: Tab, old: BaseTab, rows: dict[str, CurrentRow]) -> frozenset[str]:
    """Rows of the base that no longer stand: people deleted them, and that stands."""
    gone = [row_id for row_id in old.rows if row_id not in rows]
    for row_id in gone:
        name = row_name(tab, old.rows[row_id])
        draft.edits.append(HandEdit(EditKind.ROW_DELETED, tab.key, row_id, row_name=name))
        draft.gone.append((tab.key, row_id))
    return frozenset(gone)


def _place(draft: _Draft, tab: Tab, standing: CurrentTab, said: IncomingTab, barred: frozenset[str]) -> None:
    """New rows, with the cells the engine may fill in columns that stand; never a row that stands or was deleted."""
    fillable = [c.key for c in tab.owned(Owner.ENGINE, Owner.SEEDED) if c.key in standing.columns]
    held = {clean_id(row) for row in standing.rows}
    for row in said.rows:
        if not row.place or row.row_id in barred or row.row_id in held:
            continue
        held.add(row.row_id)
        cells = {key: row.cells[key] for key in fillable if not is_blank(row.cells.get(key))}
        # also of cells that are empty yet: a new workbook gives them their format and their tick box
        kinds = {key: kind for key, kind in row.kinds.items() if key in standing.columns}
        draft.appends.append(RowAppend(tab.key, row.row_id, cells, kinds))
