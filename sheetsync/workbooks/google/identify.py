"""Row ids that were written by position, checked by what the rows hold.

A new row of people's has no id yet, so its id is written where the row stood. A sort in between puts it on another row,
over that row's own id. Both rows are told by what they hold, and put right: ids are the engine's own cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sheetsync.core.model.layout import Owner, Tab
from sheetsync.core.model.plan import IdReason, IdWrite
from sheetsync.core.model.values import is_blank, same
from sheetsync.core.model.workbook import Cells, CurrentRow


@dataclass(slots=True)
class Identities:
    """Which row an id belongs to (by row number), which ids have to be written, and which have no row any more."""

    rows: dict[str, CurrentRow] = field(default_factory=dict)
    fixes: dict[int, str] = field(default_factory=dict)
    missed: list[IdWrite] = field(default_factory=list)

    def of(self, row: CurrentRow) -> str:
        """The id a row has once the fixes are written; "" for none."""
        return self.fixes.get(row.position, row.row_id or "")


def identify(
    tab: Tab, writes: Sequence[IdWrite], before: Sequence[CurrentRow], rows: Sequence[CurrentRow]
) -> Identities:
    """Finds the row of each id write among `rows` as they stand; `before` are the rows the plan was made from."""
    found = Identities()
    new = {write.row_id for write in writes}
    loose = _loose(writes, rows, new)
    taken: set[int] = set()

    def take(write: IdWrite, choices: Iterable[CurrentRow]) -> None:
        free = [row for row in choices if row.position not in taken]
        if free:
            chosen = min(free, key=lambda row: row.position != write.position)
            found.rows[write.row_id] = chosen
            taken.add(chosen.position)

    for write in writes:
        take(write, (row for row in loose if row.row_id == write.row_id and _fits(row, write)))
    for write in writes:
        if write.row_id not in found.rows:
            take(write, (row for row in loose if _fits(row, write) and _may_be(row, write, new)))
    owners = _Owners(tab, before, {row.row_id for row in rows})
    for write in writes:
        if write.row_id not in found.rows:
            # the row was edited while its id was on the way: nobody else's, so it is the one
            take(write, (row for row in loose if row.row_id == write.row_id and not owners.of(row)))
    found.missed = [write for write in writes if write.row_id not in found.rows]
    wanted = {row.position: row_id for row_id, row in found.rows.items()}
    for row in loose:
        right = wanted.get(row.position)
        if right is None and row.row_id in new:
            right = owners.of(row) or ""
        if right is not None and right != (row.row_id or ""):
            found.fixes[row.position] = right
    return found


def _loose(writes: Sequence[IdWrite], rows: Sequence[CurrentRow], new: set[str]) -> list[CurrentRow]:
    """The rows whose id is open: none, one of the new ones, or one that a write replaces."""
    replaced = {write.old_id for write in writes if write.old_id}
    return [row for row in rows if not row.row_id or row.row_id in new or row.row_id in replaced] if writes else []


def _fits(row: CurrentRow, write: IdWrite) -> bool:
    return all(same(row.cells.get(key), value) for key, value in write.cells.items())


def _may_be(row: CurrentRow, write: IdWrite, new: set[str]) -> bool:
    """Whether the row may get this id. Without anything to tell it by, only the place is left."""
    if not write.cells and row.position != write.position:
        return False
    if row.row_id and row.row_id not in new:
        at_home = row.position == write.position
        return row.row_id == write.old_id and (at_home or write.reason is not IdReason.COPIED)
    return True


class _Owners:
    """Whose row is it? Rows the plan knew, whose id stands nowhere any more, told by what they hold."""

    def __init__(self, tab: Tab, before: Sequence[CurrentRow], standing: set[str | None]) -> None:
        self._by_hand = [column.key for column in tab.owned(Owner.PEOPLE, Owner.SEEDED)]
        self._engine = [column.key for column in tab.owned(Owner.ENGINE)]
        self._lost = [row for row in before if row.row_id and row.row_id not in standing]

    def of(self, row: CurrentRow) -> str | None:
        """The id the row had."""
        for keys in (self._by_hand, self._engine):
            for lost in self._lost:
                if _alike(keys, lost.cells, row.cells):
                    return lost.row_id
        return None


def _alike(keys: Sequence[str], left: Cells, right: Cells) -> bool:
    told = any(not is_blank(left.get(key)) for key in keys)
    return told and all(same(left.get(key), right.get(key)) for key in keys)
