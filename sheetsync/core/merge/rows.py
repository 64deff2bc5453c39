"""One row of the merge: each cell decided by its column's owner. The table stands in `threeway.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from sheetsync.core.merge.names import row_name
from sheetsync.core.model.layout import Column, Kind, Owner, Tab
from sheetsync.core.model.plan import CellWrite, Conflict, EditKind, HandEdit, Why
from sheetsync.core.model.values import Value, is_blank, same
from sheetsync.core.model.workbook import BaseTab, CurrentRow, CurrentTab, IncomingRow

_NOTHING: Mapping[str, Value] = {}


@dataclass(slots=True)
class RowOutcome:
    """What the merge decided for one row. `seeds` lists its seeded cells that count as filled."""

    writes: list[CellWrite] = field(default_factory=list)
    edits: list[HandEdit] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    seeds: dict[str, Value] = field(default_factory=dict)


class Sides:
    """What is the same for every row of a tab: its columns that stand, by owner, and what the base knew of it."""

    def __init__(self, tab: Tab, base: BaseTab, standing: CurrentTab, base_known: bool) -> None:
        self.tab = tab
        self.base = base
        self.base_known = base_known
        stand = frozenset(standing.columns)
        self.people = [c for c in tab.owned(Owner.PEOPLE) if c.key in stand]
        self.engine = [c for c in tab.owned(Owner.ENGINE) if c.key in stand]
        self.seeded = [c for c in tab.owned(Owner.SEEDED) if c.key in stand]
        self.seeded_keys = frozenset(column.key for column in self.seeded)
        self.in_base = frozenset(base.columns)
        self.all_in_base = stand <= self.in_base

    def is_quiet(self, row_id: str, row: CurrentRow, incoming: IncomingRow | None, *, complete: bool) -> bool:
        """Whether nobody changed anything in a row: the common case, told by whole-row comparison, never guessed.

        Ticks are compared cell by cell instead, for Python takes True for 1.
        """
        known = self.base.rows.get(row_id)
        if known is None or not self.all_in_base or known != row.cells or (complete and incoming is None):
            return False
        said = incoming.cells if incoming else _NOTHING
        filled = self.base.seeds.get(row_id, _NOTHING)
        if not (said.items() <= row.cells.items() and self._all_filled(known, filled)):
            return False
        return bool not in set(map(type, chain(known.values(), row.cells.values(), said.values())))

    def _all_filled(self, known: Mapping[str, Value], filled: Mapping[str, Value]) -> bool:
        """Whether each seeded cell that is filled is on record as filled."""
        return self.seeded_keys <= filled.keys() or all(
            key in filled or is_blank(known.get(key)) for key in self.seeded_keys
        )


def merge_row(
    sides: Sides,
    row_id: str,
    row: CurrentRow,
    incoming: IncomingRow | None,
    *,
    origin: str | None,
    complete: bool,
) -> RowOutcome:
    """Decides every cell of a row that stands.

    `origin`: for a row that got its id just now, the id it was copied from ("" if people added it); None for others.
    `complete`: as in IncomingTab.
    """
    decision = _Row(sides, row_id, row.cells, sides.base.rows.get(row_id), incoming, origin)
    for column in sides.people:
        decision.people_cell(column)
    for column in sides.engine:
        decision.engine_cell(column, complete)
    for column in sides.seeded:
        decision.seeded_cell(column)
    return decision.outcome


class _Row:
    """One row's three sides: base (None: not known), current, incoming (None: the engine does not speak of it)."""

    __slots__ = (
        "base",
        "cells",
        "copied",
        "filled",
        "fresh",
        "incoming",
        "kinds",
        "origin",
        "outcome",
        "row_id",
        "said",
        "sides",
    )

    def __init__(
        self,
        sides: Sides,
        row_id: str,
        cells: Mapping[str, Value],
        base: Mapping[str, Value] | None,
        incoming: IncomingRow | None,
        origin: str | None,
    ) -> None:
        self.sides = sides
        self.row_id = row_id
        self.cells = cells
        self.base = base
        self.incoming = incoming
        self.said: Mapping[str, Value] = incoming.cells if incoming else _NOTHING
        self.kinds: Mapping[str, Kind] = incoming.kinds if incoming else {}
        self.fresh = origin is not None
        self.copied = bool(origin)
        self.origin = sides.base.rows.get(origin or "", _NOTHING)
        self.filled = sides.base.seeds.get(origin or row_id, _NOTHING)
        self.outcome = RowOutcome()

    def people_cell(self, column: Column) -> None:
        key = column.key
        if self.base is None or key not in self.sides.in_base:
            return
        before, now = self.base.get(key), self.cells.get(key)
        if not same(before, now):
            self._edit(EditKind.CELL, key, before, now)

    def engine_cell(self, column: Column, complete: bool) -> None:
        key = column.key
        now = self.cells.get(key)
        if self.base is None or key not in self.sides.in_base:
            if key in self.said and not same(now, self.said[key]):
                self._adopt(key, now)
            return
        before = self.base.get(key)
        said = self.said.get(key, None if complete and self.incoming is None else before)
        if same(now, said):
            return
        if same(now, before):
            self._write(key, now, said, Why.COMPUTED)
        else:
            self._write(key, now, said, Why.RESTORED)
            self._edit(EditKind.ENGINE_CELL, key, before, now)

    def _adopt(self, key: str, now: Value) -> None:
        """An engine cell the base does not know. In a row people just made, what was not copied was typed by them."""
        if not self.fresh:
            self._write(key, now, self.said[key], Why.ADOPTED)
        elif is_blank(now) or same(now, self.origin.get(key)):
            self._write(key, now, self.said[key], Why.COMPUTED)
        else:
            self._write(key, now, self.said[key], Why.RESTORED)
            self._edit(EditKind.ENGINE_CELL, key, None, now)

    def seeded_cell(self, column: Column) -> None:
        key = column.key
        now, said = self.cells.get(key), self.said.get(key)
        before = self.base.get(key) if self.base is not None else None
        if key in self.filled or not (is_blank(now) and is_blank(before)) or self._was_filled_once(key):
            self._filled(key, before, now, said)
        elif not is_blank(said):
            self._write(key, now, said, Why.SEEDED)

    def _was_filled_once(self, key: str) -> bool:
        """Whether an empty seeded cell of a row the base does not know was emptied by people.

        Yes for a copy of a row that had it filled, and for rows that a forgotten run placed whole. Without any base it
        cannot be told which of two rows is the copy, so that what is empty in either stays empty.
        """
        if self.base is not None:
            return False
        if self.fresh:
            return not is_blank(self.origin.get(key)) or (self.copied and not self.sides.base_known)
        return not self.sides.base_known or (self.incoming is not None and self.incoming.place)

    def _filled(self, key: str, before: Value, now: Value, said: Value) -> None:
        offer = self.filled[key] if key in self.filled else self._first_offer(before, now, said)
        edited = self.base is not None and key in self.sides.in_base and not same(before, now)
        if edited:
            self._edit(EditKind.CELL, key, before, now)
        new_offer = not is_blank(said) and not is_blank(offer) and not same(said, offer)
        if edited and new_offer and not same(said, now):
            why = "people and engine both changed it; what people typed stands"
            self.outcome.conflicts.append(Conflict(self.sides.tab.key, self.row_id, key, before, now, said, now, why))
            offer = said
        self.outcome.seeds[key] = offer

    @staticmethod
    def _first_offer(before: Value, now: Value, said: Value) -> Value:
        """What the engine put there, as far as it still shows; None where people were first."""
        return said if not is_blank(said) and (same(before, said) or same(now, said)) else None

    def _write(self, key: str, old: Value, new: Value, why: Why) -> None:
        write = CellWrite(self.sides.tab.key, self.row_id, key, old, new, why, self.kinds.get(key))
        self.outcome.writes.append(write)

    def _edit(self, kind: EditKind, key: str, old: Value, new: Value) -> None:
        tab = self.sides.tab
        self.outcome.edits.append(HandEdit(kind, tab.key, self.row_id, key, old, new, row_name(tab, self.cells)))
