"""Row ids: every row gets one that is its own, whatever people added, copied, blanked or typed over.

A row is its id, never its place. People break ids in four ways: they add a row (no id), copy one (two rows, one id),
blank an id, or type over it. The first two get a fresh id; the others are recognised by what the row still holds.
Nothing is guessed in silence: each decision is a HandEdit beside its IdWrite.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from sheetsync.core.merge.names import row_name
from sheetsync.core.merge.recognise import recognise, resemblance
from sheetsync.core.model.layout import Layout, Owner, Tab
from sheetsync.core.model.plan import EditKind, HandEdit, IdReason, IdWrite
from sheetsync.core.model.values import Value, is_blank
from sheetsync.core.model.workbook import Base, BaseTab, Current, CurrentRow, CurrentTab

Mint = Callable[[str], str]
"""Tab key -> a fresh id, unique in the project."""

_TRIES = 100


@dataclass(frozen=True, slots=True)
class Identified:
    """The workbook as it stands with every row's id usable: unique within its tab, or None for rows left alone."""

    current: Current
    ids: tuple[IdWrite, ...] = ()
    edits: tuple[HandEdit, ...] = ()


def identify(base: Base, current: Current, layout: Layout, mint: Mint, placed: Collection[str] = ()) -> Identified:
    """Gives every row of people an id of its own and recognises rows whose id was blanked or typed over.

    `mint` makes a fresh id for a tab. `placed` are ids that an unresolved run may have placed before its base was
    saved (the journal knows them): they are the engine's own, never a person's typing. Raises ValueError if `mint`
    keeps giving ids that are taken.
    """
    tabs = dict(current.tabs)
    ids: list[IdWrite] = []
    edits: list[HandEdit] = []
    for tab in layout.tabs:
        standing = current.tabs.get(tab.key)
        if standing is None or not standing.id_column:
            continue
        desk = _Desk(tab, standing, base.tabs.get(tab.key) or BaseTab(), mint, frozenset(placed))
        desk.decide()
        tabs[tab.key] = replace(standing, rows=desk.rows())
        ids += desk.ids
        edits += desk.edits
    return Identified(replace(current, tabs=tabs), tuple(ids), tuple(edits))


def clean_id(row: CurrentRow) -> str | None:
    """What stands in the id column, None if it is blank."""
    text = (row.row_id or "").strip()
    return text or None


@dataclass(slots=True)
class _Desk:
    """The decisions for one tab: `given` holds the id of each row, by position in the reading."""

    tab: Tab
    standing: CurrentTab
    base: BaseTab
    mint: Mint
    placed: frozenset[str]
    given: dict[int, str | None] = field(default_factory=dict)
    ids: list[IdWrite] = field(default_factory=list)
    edits: list[HandEdit] = field(default_factory=list)

    def rows(self) -> tuple[CurrentRow, ...]:
        """The rows with the ids decided here."""
        return tuple(
            row if row.row_id == self.given[i] else replace(row, row_id=self.given[i])
            for i, row in enumerate(self.standing.rows)
        )

    def decide(self) -> None:
        claims: dict[str, list[int]] = {}
        blank: list[int] = []
        for i, row in enumerate(self.standing.rows):
            row_id = clean_id(row)
            self.given[i] = row_id
            if row_id is None:
                blank.append(i)
            else:
                claims.setdefault(row_id, []).append(i)
        copies = [i for row_id, holders in claims.items() if len(holders) > 1 for i in self._copies(row_id, holders)]
        strays = [holders[0] for row_id, holders in claims.items() if len(holders) == 1 and self._is_stray(row_id)]
        found = self._recognise(sorted([*blank, *copies, *strays]), claims)
        for i in sorted([*blank, *copies]):
            if i not in found:
                self._settle_loose(i, copied=self.given[i])

    def _is_stray(self, row_id: str) -> bool:
        return row_id not in self.base.rows and row_id not in self.base.tombstones and row_id not in self.placed

    def _copies(self, row_id: str, holders: list[int]) -> list[int]:
        """All holders but the original: the one that resembles the base most, the topmost among equals."""
        known = self.base.rows.get(row_id)
        if known is None:
            return holders[1:]
        original = max(holders, key=lambda i: (resemblance(self.tab, known, self.standing.rows[i].cells), -i))
        return [i for i in holders if i != original]

    def _recognise(self, loose: list[int], claims: Mapping[str, list[int]]) -> set[int]:
        missing = {row_id: cells for row_id, cells in self.base.rows.items() if row_id not in claims}
        if not missing or not loose:
            return set()
        rows = {i: self.standing.rows[i].cells for i in loose}
        found = recognise(self.tab, self.standing.columns, rows, missing)
        for i, row_id in found.items():
            self._write(i, row_id, IdReason.RESTORED, EditKind.ID_EDITED)
        return set(found)

    def _settle_loose(self, i: int, copied: str | None) -> None:
        if copied is not None:
            self._write(i, self._fresh(), IdReason.COPIED, EditKind.ROW_COPIED)
        elif self.tab.people_rows and self._by_hand(self.standing.rows[i]):
            self._write(i, self._fresh(), IdReason.NEW, EditKind.ROW_ADDED)

    def _write(self, i: int, row_id: str, reason: IdReason, kind: EditKind) -> None:
        row = self.standing.rows[i]
        old = clean_id(row)
        self.given[i] = row_id
        self.ids.append(IdWrite(self.tab.key, row.position, row_id, reason, old, self._by_hand(row)))
        name = row_name(self.tab, row.cells)
        if kind is EditKind.ID_EDITED:
            self.edits.append(HandEdit(kind, self.tab.key, row_id, None, row_id, old, name))
        else:
            self.edits.append(HandEdit(kind, self.tab.key, row_id, None, old, None, name))

    def _by_hand(self, row: CurrentRow) -> dict[str, Value]:
        """The row's cells that people or the seeds filled: what makes a row a person's."""
        keys = (column.key for column in self.tab.owned(Owner.PEOPLE, Owner.SEEDED))
        return {key: row.cells[key] for key in keys if not is_blank(row.cells.get(key))}

    def _fresh(self) -> str:
        taken = {row_id for row_id in self.given.values() if row_id}
        for _ in range(_TRIES):
            row_id = self.mint(self.tab.key)
            if row_id not in taken and row_id not in self.base.rows and row_id not in self.base.tombstones:
                return row_id
        raise ValueError(f"no fresh row id for {self.tab.key} after {_TRIES} tries")
