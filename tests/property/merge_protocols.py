"""The protocol under attack, and its mutants: each is the real thing with one defence taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sheetsync.core.merge.foresee import foresee
from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.identity import Identified, identify
from sheetsync.core.merge.log import log_rows
from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.layout import Layout, Owner
from sheetsync.core.model.plan import CellWrite, EditKind, Plan, RowAppend, Why
from sheetsync.core.model.values import Value, is_blank, same
from sheetsync.core.model.workbook import Base, BaseTab, Current, Incoming
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.memory import MemoryWorkbook
from sheetsync.workbooks.memory_grid import Grid, Line


class LostAnswer(Exception):
    """It was written, but nobody heard so; the write is tried again."""


class Desk(MemoryWorkbook):
    """The memory workbook behind a line that may lose an answer: the write is then sent again."""

    def forget_hooks(self) -> None:
        """What was to happen in a step that never came does not happen later."""
        self._hooks.clear()

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        try:
            return super().apply(plan, current, layout)
        except LostAnswer:
            return super().apply(plan, current, layout)


class Service(Desk):
    """As a service without compare-and-swap has it: rows by where they stood at reading, nothing compared.

    A row that moved meanwhile makes it hit another row's engine cell; the read-back tells which writes missed. Seeded
    cells are people's as soon as they are filled, so those alone are looked up and compared again before the write.
    """

    def _find_line(self, grid: Grid, write: CellWrite, current: Current) -> Line | None:
        if write.why is Why.SEEDED:
            return grid.line(write.tab, write.row_id)
        rows = current.tabs[write.tab].rows
        at = next(row.position for row in rows if row.row_id == write.row_id)
        return grid.lines[at - 1] if at <= len(grid.lines) else None

    def _may_write(self, write: CellWrite, stands: Value) -> bool:
        return write.why is not Why.SEEDED or is_blank(stands)

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        receipt = super().apply(plan, current, layout)
        stand = {(k, r.row_id): r.cells for k, t in receipt.current.tabs.items() for r in t.rows}
        lost = [w for w in plan.writes if not same(stand.get((w.tab, w.row_id), {}).get(w.column), w.new)]
        return replace(receipt, missed=(*receipt.missed, *(f"{w.tab}!{w.row_id}!{w.column}" for w in lost)))


@dataclass(frozen=True)
class Protocol:
    """How a refresh is done. `overtakes`: an engine cell typed over between read and write may be written over."""

    workbook: Callable[[], Desk] = Desk
    identify: Callable[..., Identified] = identify
    merge: Callable[..., Plan] = merge
    settle: Callable[[Base, Current, Plan, str], Base] = settle
    log: Callable[..., Plan] = log_rows
    foresee: Callable[[Current, Plan], Current] = foresee
    base_first: bool = False
    overtakes: bool = False


SAFE = Protocol()
SERVICE = Protocol(workbook=Service, overtakes=True)


# -- mutants of the workbook -----------------------------------------------------------------------------------


class WholeRows(Desk):
    """Whole rows are written back as they were read, with the new cells in them."""

    def _commit(self, plan: Plan, current: Current) -> list[str]:
        missed = super()._commit(plan, current)
        for key, tab in foresee(current, plan).tabs.items():
            grid = self.grid(key)
            for row in tab.rows:
                line = grid.line(key, row.row_id) if grid and row.row_id else None
                if (
                    grid is not None
                    and line is not None
                    and any((w.tab, w.row_id) == (key, row.row_id) for w in plan.writes)
                ):
                    for column in tab.columns:
                        at = grid.column(key, column)
                        if at is not None:
                            line.put(at, row.cells.get(column))
        return missed


class ColumnsByPlace(Service):
    """Columns are where they were at reading."""

    def read(self, layout: Layout) -> Current:
        current = super().read(layout)
        self.places = {
            (key, column): grid.column(key, column)
            for key, tab in current.tabs.items()
            if (grid := self.grid(key)) is not None
            for column in tab.columns
        }
        return current

    def _write_cell(self, write: CellWrite, current: Current) -> str:
        grid = self.grid(write.tab)
        line = grid.line(write.tab, write.row_id) if grid else None
        column = self.places.get((write.tab, write.column))
        if line is not None and column is not None:
            line.put(column, write.new)
        return ""


class NoReadBack(Service):
    """What was sent is taken for written."""

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        return replace(super().apply(plan, current, layout), missed=(), current=foresee(current, plan))


class AppendsAgain(Desk):
    """A row is placed without asking whether an earlier try already did."""

    def _append(self, row: RowAppend) -> str:
        grid = self.grid(row.tab)
        if grid is not None:
            grid.append(row.tab, row.row_id, row.cells)
        return ""


class NoCompare(Desk):
    """A cell is written whatever stands there by now."""

    def _may_write(self, write: CellWrite, stands: Value) -> bool:
        return True


class ClearsFirst(Desk):
    """Tabs are cleared, then written anew: a crash in between leaves them empty."""

    def _commit(self, plan: Plan, current: Current) -> list[str]:
        kept = [(grid, list(grid.lines)) for grid in self.grids]
        for grid in self.grids:
            del grid.lines[2:]
        self._reach("after write")
        for grid, lines in kept:
            grid.lines[:] = lines
        return super()._commit(plan, current)


# -- mutants of the merge and its memory -----------------------------------------------------------------------


def _each_tab(base: Base, change: Callable[[BaseTab], BaseTab]) -> Base:
    return replace(base, tabs={key: change(tab) for key, tab in base.tabs.items()})


def _no_tombstones(base: Base, after: Current, plan: Plan, run_id: str) -> Base:
    return _each_tab(settle(base, after, plan, run_id), lambda tab: replace(tab, tombstones=frozenset()))


def _seeds_forgotten(base: Base, after: Current, plan: Plan, run_id: str) -> Base:
    return _each_tab(settle(base, after, plan, run_id), lambda tab: replace(tab, seeds={}))


def _base_of_read_back(base: Base, after: Current, plan: Plan, run_id: str) -> Base:
    kept = settle(base, after, plan, run_id)
    stands = {key: {row.row_id: row.cells for row in tab.rows if row.row_id} for key, tab in after.tabs.items()}
    return replace(kept, tabs={key: replace(tab, rows=stands.get(key, {})) for key, tab in kept.tabs.items()})


def _copies_keep_ids(base: Base, current: Current, layout: Layout, mint: Any, placed: Any) -> Identified:
    known = identify(base, current, layout, mint, placed)
    copied = {write.row_id: write.old_id for write in known.ids if write.reason.value == "copied"}
    tabs = {
        key: replace(tab, rows=tuple(replace(row, row_id=copied.get(row.row_id or "", row.row_id)) for row in tab.rows))
        for key, tab in known.current.tabs.items()
    }
    ids = tuple(write for write in known.ids if write.row_id not in copied)
    return Identified(replace(known.current, tabs=tabs), ids, known.edits)


def _nothing_recognised(base: Base, current: Current, layout: Layout, mint: Any, placed: Any) -> Identified:
    return identify(Base(known=base.known), current, layout, mint, placed)


def _everything_the_engines(base: Base, known: Any, incoming: Incoming, layout: Layout, limits: Limits) -> Plan:
    tabs = tuple(
        replace(tab, columns=tuple(replace(column, owner=Owner.ENGINE) for column in tab.columns))
        for tab in layout.tabs
    )
    return merge(base, known, incoming, replace(layout, tabs=tabs), limits)


def _seeds_are_the_engines(base: Base, known: Any, incoming: Incoming, layout: Layout, limits: Limits) -> Plan:
    def ours(owner: Owner) -> Owner:
        return Owner.ENGINE if owner is Owner.SEEDED else owner

    tabs = tuple(
        replace(tab, columns=tuple(replace(column, owner=ours(column.owner)) for column in tab.columns))
        for tab in layout.tabs
    )
    return merge(base, known, incoming, replace(layout, tabs=tabs), limits)


def _no_guard(base: Base, known: Any, incoming: Incoming, layout: Layout, limits: Limits) -> Plan:
    return merge(base, known, incoming, layout, Limits(accept_deletions=True))


def _typed_not_logged(plan: Plan, layout: Layout, **facts: Any) -> Plan:
    edits = tuple(edit for edit in plan.edits if edit.kind is not EditKind.ENGINE_CELL)
    writes = tuple(
        write if write.why is not Why.RESTORED else replace(write, why=Why.COMPUTED) for write in plan.writes
    )
    return log_rows(replace(plan, edits=edits, writes=writes), layout, **facts)


@dataclass(frozen=True)
class Mutant:
    """One defence removed."""

    name: str
    protocol: Protocol
    says: str = field(default="")


MUTANTS = (
    Mutant("whole rows written back", Protocol(workbook=WholeRows)),
    Mutant("columns by position", Protocol(workbook=ColumnsByPlace, overtakes=True)),
    Mutant("no read-back", Protocol(workbook=NoReadBack, overtakes=True)),
    Mutant("append retried without its token", Protocol(workbook=AppendsAgain)),
    Mutant("nothing compared at the write", Protocol(workbook=NoCompare)),
    Mutant("cleared first, then written", Protocol(workbook=ClearsFirst)),
    Mutant("no tombstones", Protocol(settle=_no_tombstones)),
    Mutant("base saved before the workbook", Protocol(base_first=True)),
    Mutant("base taken from the read-back", Protocol(settle=_base_of_read_back)),
    Mutant("forgets that a seeded cell was filled", Protocol(settle=_seeds_forgotten)),
    Mutant("copies keep the original's id", Protocol(identify=_copies_keep_ids)),
    Mutant("broken ids are not recognised", Protocol(identify=_nothing_recognised)),
    Mutant("every column is the engine's", Protocol(merge=_everything_the_engines)),
    Mutant("seeded columns are the engine's", Protocol(merge=_seeds_are_the_engines)),
    Mutant("no guard", Protocol(merge=_no_guard)),
    Mutant("typed-over engine cells are not on record", Protocol(log=_typed_not_logged)),
)
