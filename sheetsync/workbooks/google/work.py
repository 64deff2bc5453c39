"""What is still to be done: the plan compared with one look at the workbook. Pure.

The same comparison serves as first plan, as check after the write, and as repair. A write that landed on another row
(people sorted meanwhile) is seen by its value standing where it does not belong; what stood there is put back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import CellWrite, HeadingWrite, IdWrite, Plan, RowAppend
from sheetsync.core.model.values import Formula, Value, is_blank, same
from sheetsync.core.model.workbook import CurrentRow
from sheetsync.workbooks.google import ids
from sheetsync.workbooks.google.cells import from_number, stored
from sheetsync.workbooks.google.change import Ink, kind_of
from sheetsync.workbooks.google.identify import Identities, identify
from sheetsync.workbooks.google.paints import Mending, mend
from sheetsync.workbooks.google.scratch import Spot, kept
from sheetsync.workbooks.google.sight import Place, Sight


def as_of(value: Value, column: Column | None) -> Value:
    """A value kept in the hidden tab, as it reads in its own column: there a serial number may be a day."""
    if isinstance(value, Formula) or column is None:
        return value
    return from_number(value, column.kind) if isinstance(value, int | float) else value


@dataclass(slots=True)
class TabTodo:
    """What one tab still needs. `guarded` are the columns that must stand where the look saw them."""

    inks: list[Ink] = field(default_factory=list)
    guarded: set[str] = field(default_factory=set)
    rows: list[RowAppend] = field(default_factory=list)
    headings: list[HeadingWrite] = field(default_factory=list)
    mending: Mending = field(default_factory=lambda: Mending((), ()))
    sent: list[tuple[str, int, str, Value]] = field(default_factory=list)
    """(column, row number, row id, value) of each ink."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return not (self.inks or self.rows or self.headings or self.mending.requests)


@dataclass(slots=True)
class Work:
    """A plan under way. `before` is the look it was made from; `sent` what went out, by tab and column."""

    plan: Plan
    layout: Layout
    before: Sight
    sent: dict[tuple[str, str], list[tuple[int, str, Value]]] = field(default_factory=dict)
    tries: dict[tuple[str, str], int] = field(default_factory=dict)
    placed: dict[tuple[str, str], int] = field(default_factory=dict)
    """(tab, row id) -> the token of the batch that placed it."""
    keeping: dict[str, tuple[Spot, ...]] = field(default_factory=dict)
    """What batches kept in the hidden tab, by their tags."""
    owed: dict[tuple[str, str, str], Value] = field(default_factory=dict)
    """(tab, row id or #number, column) -> what people had in a seeded cell that we wrote over."""
    missed: dict[str, None] = field(default_factory=dict)
    repaired: dict[str, None] = field(default_factory=dict)

    def take_up(self) -> bool:
        """Takes up what a run that died has left to put back; whether there is anything."""
        for tab in self.layout.tabs:
            place = self.before.places.get(tab.key)
            rows = {row.row_id: row for row in self.before.rows(tab.key)}
            for item in place.left if place else ():
                row, column = rows.get(item.row_id), tab.column(item.column)
                if row is None or column is None:
                    continue
                ours, stood = stored(item.sent, column.kind), as_of(item.stood, column)
                if same(row.cells.get(item.column), ours) and not same(stood, ours) and not same(stood, item.old):
                    self.owed[tab.key, item.row_id, item.column] = item.stood
                    self.sent.setdefault((tab.key, item.column), []).append((row.position, item.row_id, item.sent))
        return bool(self.owed)

    def remember(self, tab: str, todo: TabTodo, token: int) -> None:
        """Notes what was sent, whether or not an answer came."""
        for row in todo.rows:
            self.placed[tab, row.row_id] = token
        for column, position, row_id, value in todo.sent:
            self.sent.setdefault((tab, column), []).append((position, row_id, value))
        for heading in todo.headings:
            self.tries[tab, heading.column] = self.tries.get((tab, heading.column), 0) + 1
        if todo.mending.requests:
            self.tries[tab, ""] = self.tries.get((tab, ""), 0) + 1

    def recover(self, sight: Sight) -> None:
        """Reads from the hidden tab what stood in seeded cells when they were written."""
        for tag, spots in list(self.keeping.items()):
            found = kept(sight.scratch, tag, spots)
            if found is None:
                continue
            del self.keeping[tag]
            given = {(write.tab, write.row_id): write.old_id or "" for write in self.plan.ids}
            for spot, stood in found.items():
                ours = any(same(stood.value, value) for _, _, value in self.sent.get((spot.tab, spot.column), ()))
                # a row that got its id in the same batch had none, or the one it was copied with
                fresh = stood.row_id != spot.row_id and stood.row_id == given.get((spot.tab, spot.row_id))
                mine = fresh or stood.row_id == spot.row_id
                tab = self.layout.tab(spot.tab)
                expected = same(as_of(stood.value, tab.column(spot.column) if tab else None), spot.old)
                if (not is_blank(stood.value) and not ours and not expected) or not mine:
                    row = f"#{spot.position}" if fresh or not stood.row_id else stood.row_id
                    self.owed.setdefault((spot.tab, row, spot.column), None if ours else stood.value)

    def pending(self, sight: Sight) -> dict[str, TabTodo]:
        """What is still to be done, by tab; what cannot be done any more goes to `missed`."""
        self.missed.clear()
        todo: dict[str, TabTodo] = {}
        for tab in self.layout.tabs:
            place = sight.places.get(tab.key)
            if place is None:
                self._all_missed(tab.key)
                continue
            found = _Comparison(self, tab, place, sight).todo()
            if not found.is_empty:
                todo[tab.key] = found
        return todo

    def _all_missed(self, tab: str) -> None:
        for write in self.plan.writes:
            if write.tab == tab:
                self.miss(tab, write.row_id, write.column)
        rows = [(one.tab, one.row_id) for one in self.plan.ids] + [(one.tab, one.row_id) for one in self.plan.appends]
        for at, row_id in rows:
            if at == tab:
                self.miss(tab, row_id)
        for heading in self.plan.headings:
            if heading.tab == tab:
                self.miss(tab, heading.column)

    def miss(self, *name: str) -> None:
        """Notes a write whose row or column is gone."""
        self.missed["!".join(name)] = None

    def repair(self, *name: str) -> None:
        """Notes something that was put right."""
        self.repaired["!".join(name)] = None


class _Comparison:
    """The comparison of one tab."""

    def __init__(self, work: Work, tab: Tab, place: Place, sight: Sight) -> None:
        self.work, self.tab, self.place = work, tab, place
        self.rows = sight.rows(tab.key)
        self.headings = sight.current.tabs[tab.key].headings
        self.known = {row.row_id: row for row in work.before.rows(tab.key) if row.row_id}
        self.writes = {(w.row_id, w.column): w for w in work.plan.writes if w.tab == tab.key}
        self.appends = {row.row_id: row for row in work.plan.appends if row.tab == tab.key}
        id_writes: list[IdWrite] = [write for write in work.plan.ids if write.tab == tab.key]
        self.identities: Identities = identify(tab, id_writes, work.before.rows(tab.key), self.rows)
        self.by_id: dict[str, list[CurrentRow]] = {}
        for row in self.rows:
            self.by_id.setdefault(self.identities.of(row), []).append(row)
        self.made = TabTodo()

    def todo(self) -> TabTodo:
        """What the tab still needs."""
        self._ids()
        for write in self.writes.values():
            self._cell(write)
        for row in self.appends.values():
            self._row(row)
        self._strays()
        for heading in self.work.plan.headings:
            if heading.tab == self.tab.key:
                self._heading(heading)
        if self.work.tries.get((self.tab.key, ""), 0) < 2:
            self.made.mending = mend(self.tab, self.place, len(self.made.rows))
        return self.made

    def _ids(self) -> None:
        for write in self.identities.missed:
            self.work.miss(self.tab.key, write.row_id)
        if ids.ID_COLUMN not in self.place.columns:
            return
        for position, row_id in self.identities.fixes.items():
            if self._was_sent(ids.ID_COLUMN):
                self.work.repair(self.tab.key, row_id or f"row {position}")
            self._ink(ids.ID_COLUMN, position, row_id, row_id or None)

    def _cell(self, write: CellWrite) -> None:
        name = (self.tab.key, write.row_id, write.column)
        rows = self.by_id.get(write.row_id, ())
        if rows and self._owed_name(rows[0], write.row_id, write.column) in self.work.owed:
            # somebody was faster: what they typed goes back
            self.work.miss(*name)
            return
        if write.column not in self.place.columns or len(rows) != 1:
            self.work.miss(*name)
            return
        column = self.tab.column(write.column)
        stands = rows[0].cells.get(write.column)
        if column is None or same(stands, stored(write.new, column.kind)):
            return
        again = self._was_sent(write.column)
        if not same(stands, write.old) and not self._is_ours(write.column, stands):
            # typed while we were on the way: it stays, and the next refresh records it
            if not again:
                self.work.miss(*name)
            return
        if again:
            self.work.repair(*name)
        kind = kind_of(column, write.new, write.kind)
        changed = kind if kind is not column.kind or kind_of(column, write.old, None) is not kind else None
        self._ink(write.column, rows[0].position, write.row_id, write.new, changed, old=write.old)

    def _row(self, row: RowAppend) -> None:
        rows = self.by_id.get(row.row_id, ())
        if not rows:
            deleted = self.work.placed.get((self.tab.key, row.row_id)) in self.place.tokens
            if deleted or ids.ID_COLUMN not in self.place.columns:
                self.work.miss(self.tab.key, row.row_id)
            else:
                self.made.rows.append(row)
                filled = {key for key in row.cells if key in self.place.columns}
                self.made.guarded |= {ids.ID_COLUMN, *filled}
            return
        for column in self.tab.owned(Owner.ENGINE):
            stands, said = rows[0].cells.get(column.key), row.cells.get(column.key)
            hit = not same(stands, stored(said, column.kind)) and self._is_ours(column.key, stands)
            if hit and column.key in self.place.columns:
                self.work.repair(self.tab.key, row.row_id, column.key)
                self._ink(column.key, rows[0].position, row.row_id, said)

    def _strays(self) -> None:
        """Puts back what stood where a write of ours landed on a row it was not meant for."""
        touched = {column for tab, column in self.work.sent if tab == self.tab.key and column != ids.ID_COLUMN}
        for key in sorted(touched & self.place.columns.keys()):
            column = self.tab.column(key)
            for row in self.rows if column else ():
                row_id = self.identities.of(row)
                stands = row.cells.get(key)
                owed = self._owed_name(row, row_id, key)
                if owed not in self.work.owed and ((row_id, key) in self.writes or row_id in self.appends):
                    continue
                old = self.known[row_id].cells.get(key) if row_id in self.known else None
                old = self._owed(owed, column, old)
                if same(stands, old) or not self._landed(key, row, row_id, stands, owed=owed in self.work.owed):
                    continue
                self.work.repair(self.tab.key, row_id or f"row {row.position}", key)
                self._ink(key, row.position, row_id, old, back=True)

    def _owed_name(self, row: CurrentRow, row_id: str, key: str) -> tuple[str, str, str]:
        """Under which name a cell may be owed: by the row's id, by its place where it had none."""
        by_id = (self.tab.key, row_id, key)
        return by_id if by_id in self.work.owed or row_id in self.known else (self.tab.key, f"#{row.position}", key)

    def _owed(self, name: tuple[str, str, str], column: Column | None, known: Value) -> Value:
        """What people had in a cell: what was kept when we wrote over it, else what the plan was made from."""
        return as_of(self.work.owed[name], column) if name in self.work.owed else known

    def _landed(self, key: str, row: CurrentRow, row_id: str, stands: Value, *, owed: bool) -> bool:
        """Whether what stands in a cell is a write of ours meant for another row.

        In columns that are people's once seeded, only where the hidden tab says so: they may type the same value.
        """
        column = self.tab.column(key)
        if column is None or not self._is_ours(key, stands):
            return False
        if column.owner is not Owner.ENGINE:
            return owed
        if row_id in self.known:
            return True
        if is_blank(stands):
            return False
        sent = self.work.sent.get((self.tab.key, key), ())
        return any(at == row.position and meant != row_id and self._same(key, value, stands)
                   for at, meant, value in sent)  # fmt: skip

    def _heading(self, heading: HeadingWrite) -> None:
        stands = self.headings.get(heading.column)
        tries = self.work.tries.get((self.tab.key, heading.column), 0)
        if stands == heading.new:
            return
        if stands != heading.old or not heading.old or tries >= 2:
            self.work.miss(self.tab.key, heading.column)
            return
        self.made.headings.append(heading)

    def _was_sent(self, column: str) -> bool:
        return (self.tab.key, column) in self.work.sent

    def _is_ours(self, column: str, stands: Value) -> bool:
        sent = self.work.sent.get((self.tab.key, column), ())
        return any(self._same(column, value, stands) for _, _, value in sent)

    def _same(self, key: str, value: Value, stands: Value) -> bool:
        column = self.tab.column(key)
        return same(stands, stored(value, column.kind) if column else value)

    def _ink(
        self,
        key: str,
        position: int,
        row_id: str,
        value: Value,
        kind: Kind | None = None,
        *,
        old: Value = None,
        back: bool = False,
    ) -> None:
        column = self.tab.column(key)
        keep = column is not None and column.owner is not Owner.ENGINE
        spot = Spot(self.tab.key, key, position, row_id, value, old, back) if keep else None
        of = column.kind if column else None
        self.made.inks.append(Ink(position - 1, self.place.columns[key], value, of, kind, spot))
        self.made.guarded |= {key, ids.ID_COLUMN} if spot else {key}
        self.made.sent.append((key, position, row_id, value))


def names(todo: Iterable[str]) -> str:
    """A short list for a message."""
    listed = sorted(todo)
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")
