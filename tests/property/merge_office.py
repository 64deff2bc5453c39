"""An office: a workbook, people who edit it at any moment, an engine that refreshes it, and the oracle.

The oracle is what people's actions alone would have produced. After each deed of theirs the cells that are people's are
noted (by line and column themselves, not by id or key); whatever the engine does must leave them so. It never looks at
the engine's own memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from merge_protocols import Protocol

from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.log import as_text
from sheetsync.core.merge.settle import recover
from sheetsync.core.merge.undo import undo_plan
from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import Change, ChangeKind, Plan, Why
from sheetsync.core.model.values import Formula, Value, is_blank, same
from sheetsync.core.model.workbook import Base, Current, Incoming, IncomingRow, IncomingTab
from sheetsync.state.journal import changes_of
from sheetsync.workbooks.memory_grid import Grid, Line


class Crash(Exception):
    """The process died here."""


WHEN = datetime(2026, 3, 2, 7, 0)
ENGINE_KEYS = {"tasks": {"light", "late"}, "facts": {"metric", "value"}, "changes": set()}
PEOPLE_KEYS = {"tasks": ("owner", "status"), "facts": (), "changes": ()}
SEEDED_KEYS = {"tasks": ("task", "due"), "facts": (), "changes": ()}


def layout_of() -> Layout:
    """Tasks that everybody edits, facts of the engine, and the Change log."""

    def columns(owner: Owner, *keys: str) -> tuple[Column, ...]:
        return tuple(Column(key, owner, Kind.TEXT, key.title()) for key in keys)

    log = ("when", "who", "tab", "row", "field", "old", "new", "run")
    return Layout(
        "plan-1",
        "office",
        "2026-03",
        "en",
        "Office",
        (
            Tab(
                "tasks",
                "Tasks",
                columns(Owner.SEEDED, "task", "due")
                + columns(Owner.PEOPLE, "owner", "status")
                + columns(Owner.ENGINE, "light", "late"),
            ),
            Tab("facts", "Facts", columns(Owner.ENGINE, "metric", "value"), people_rows=False),
            Tab("changes", "Changes", columns(Owner.ENGINE, *log), people_rows=False),
        ),
    )


Cells = dict[tuple[int, int], Value]


@dataclass
class Known:
    """What the oracle remembers of one tab."""

    cells: Cells = field(default_factory=dict)  # people's cells, by line and column
    lines: set[int] = field(default_factory=set)
    engine_columns: set[int] = field(default_factory=set)
    seeded_columns: set[int] = field(default_factory=set)
    filled: set[tuple[int, int]] = field(default_factory=set)  # seeded cells a confirmed run saw or made filled
    engine_made: set[int] = field(default_factory=set)  # lines the engine placed
    headings: dict[int, str] = field(default_factory=dict)  # headings people gave


class Office:
    """One workbook and everything that happens to it."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.layout = layout_of()
        self.workbook = protocol.workbook()
        self.base = Base()
        self.journal: list[tuple[Change, ...]] = []  # runs that were sent and not confirmed
        self.numbers = count(1)
        self.report = 1
        self.standard = ["w1", "w2", "w3", "w4", "w5", "w6"]
        self.facts = ["m1", "m2"]
        self.known: dict[str, Known] = {}
        self.removed: set[tuple[str, str]] = set()
        self.read_ids: set[tuple[str, str]] = set()  # ids that a confirmed run had read or placed
        self.typed: dict[tuple[str, int, int], Value] = {}  # engine cells people typed over
        self.last: Plan | None = None
        self.refreshes = 0
        self.crashes = 0
        self.deeds = 0
        self.deeds_after_write = 0
        self.in_refresh = False
        self._at_reading: dict[str, set[tuple[int, int]]] = {}
        self._create()

    # -- the engine --------------------------------------------------------------------------------------------

    def _create(self) -> None:
        receipt = self.workbook.create(self.layout, self.incoming(None))
        self.base = self.protocol.settle(Base(), receipt.current, Plan(), "run-0")
        for tab in self.layout.tabs:
            grid = self.workbook.people.grid(tab.key)
            keys = [str(grid.lines[0].get(i)) for i in range(len(grid.columns))]
            known = Known()
            known.engine_columns = {t for t, k in zip(grid.columns, keys, strict=True) if k in ENGINE_KEYS[tab.key]}
            known.engine_columns.add(grid.columns[0])
            if tab.key == "changes":
                known.engine_columns = set(grid.columns)
            known.seeded_columns = {t for t, k in zip(grid.columns, keys, strict=True) if k in SEEDED_KEYS[tab.key]}
            self.known[tab.key] = known
        self.observe()
        self._note_read(receipt.current)
        for known in self.known.values():
            known.filled = set(known.cells)

    def incoming(self, current: Current | None) -> Incoming:
        """What the engine says: standard rows, and a word on every row people added."""
        rows = [
            IncomingRow(i, {"task": f"task {i}", "due": f"due {i}", "light": self.light(i), "late": None, "owner": "E"})
            for i in self.standard
        ]
        tab = current.tabs.get("tasks") if current else None
        for row in tab.rows if tab else ():
            if row.row_id and row.row_id not in self.standard:
                said: dict[str, Value] = {"light": self.light(row.row_id), "due": "due of theirs", "owner": "E"}
                rows.append(IncomingRow(row.row_id, said, place=False))
        facts = [IncomingRow(i, {"metric": f"metric {i}", "value": f"value {self.report}"}) for i in self.facts]
        return Incoming({"tasks": IncomingTab(tuple(rows)), "facts": IncomingTab(tuple(facts))})

    def light(self, row_id: str) -> str:
        """The engine's judgement of a row; every second report changes every second row's."""
        return f"light {self.report // (1 + len(row_id) % 2)}"

    def new_report(self, kind: int) -> None:
        """A report arrives: numbers change, sometimes a new standard task or fact."""
        self.report += 1
        if kind % 3 == 1:
            self.standard.append(f"w{len(self.standard) + 1}")
        if kind % 3 == 2:
            self.facts.append(f"m{len(self.facts) + 1}")

    def plan(self, limits: Limits) -> tuple[Plan, Current, str]:
        """Reads, recovers what a dead run left, identifies, merges."""
        self.refreshes += 1
        run = f"run-{next(self.numbers)}"
        current = self.workbook.read(self.layout)
        self._at_reading = {key: set(known.cells) for key, known in self.known.items()}
        base = self.base
        placed = {c.row_id for changes in self.journal for c in changes if c.kind is ChangeKind.ROW}
        for changes in self.journal:
            base = recover(base, current, changes)
        mint = count(1)
        known = self.protocol.identify(base, current, self.layout, lambda tab: f"{run}.{next(mint)}", placed)
        self._recovered = base
        plan = self.protocol.merge(base, known, self.incoming(known.current), self.layout, limits)
        return self.protocol.log(plan, self.layout, run_id=run, when=WHEN), known.current, run

    def refresh(self, *, accept: bool = False, crash: str | None = None) -> Plan | None:
        """One refresh; None if it crashed. What people do meanwhile was scheduled with `meanwhile`."""
        self.in_refresh = True
        try:
            plan = self._refresh(accept=accept, crash=crash)
        except Crash:
            plan = None
            self.crashes += 1
        self.in_refresh = False
        self.workbook.forget_hooks()
        self.check_people()
        return plan

    def _refresh(self, *, accept: bool, crash: str | None) -> Plan:
        plan, current, run = self.plan(Limits(accept_deletions=accept))
        self.check_people()
        if plan.refusals:
            return plan
        if crash == "planned":
            raise Crash
        if self.protocol.base_first:
            self.base = self.protocol.settle(self._recovered, self.protocol.foresee(current, plan), plan, run)
        if not plan.is_empty:
            self.journal.append(tuple(changes_of(plan)))
        self.deeds_after_write = 0
        receipt = self.workbook.apply(plan, current, self.layout)
        if not self.deeds_after_write:
            self._check_written(plan, receipt.missed)
        if crash == "before confirmed":
            raise Crash
        if not self.protocol.base_first:
            self.base = self.protocol.settle(self._recovered, receipt.current, plan, run)
        self.journal.clear()
        self._note_read(current)
        self.read_ids |= {(row.tab, row.row_id) for row in plan.appends}
        self._note_removed()
        self._note_filled(plan)
        self.last = plan
        return plan

    def _note_read(self, current: Current) -> None:
        for key, tab in current.tabs.items():
            self.read_ids |= {(key, row.row_id) for row in tab.rows if row.row_id}

    def _note_filled(self, plan: Plan) -> None:
        """Seeded cells that were filled when a confirmed run read them, or that it filled: people's for good."""
        for key, places in self._at_reading.items():
            self.known[key].filled |= places
        made = [(w.tab, w.row_id, w.column) for w in plan.writes if w.why is Why.SEEDED]
        made += [(row.tab, row.row_id, column) for row in plan.appends for column in row.cells]
        for key, row_id, column in made:
            grid = self.workbook.grid(key)
            at = grid.column(key, column) if grid else None
            if grid is not None and at is not None and column in SEEDED_KEYS[key]:
                self.known[key].filled |= {(line.tag, grid.columns[at]) for line in self._lines_with(key, row_id)}

    def _note_removed(self) -> None:
        """Ids a confirmed run had read that no longer stand are removed by people: nobody else removes."""
        for key, row_id in self.read_ids:
            if key != "changes" and not self._lines_with(key, row_id):
                self.removed.add((key, row_id))

    def _check_written(self, plan: Plan, missed: tuple[str, ...]) -> None:
        """Every write stands in its row, or is told as missed."""
        for write in plan.writes:
            if f"{write.tab}!{write.row_id}!{write.column}" in missed:
                continue
            at = self.workbook.people.place(write.tab, write.column)
            stands = [line.get(at) for line in self._lines_with(write.tab, write.row_id)]  # two, if just copied
            assert any(same(value, write.new) for value in stands), f"not where it was meant: {write}, but {stands}"

    def undo(self) -> None:
        """Takes the last run back, twice: the cells hold what they held, then what the run wrote."""
        if self.last is None or self.journal:
            return
        changes = tuple(changes_of(self.last))
        before = self.workbook.read(self.layout)
        plan, left = undo_plan(changes, before, self.layout)
        kept = {id(item.change) for item in left}
        receipt = self.workbook.apply(plan, before, self.layout)
        self.base = self.protocol.settle(self.base, receipt.current, plan, "undo")
        for change in changes:
            if change.kind is ChangeKind.CELL and id(change) not in kept:
                stands = self.workbook.people.cell(change.tab, change.row_id, change.column)
                assert same(stands, change.old), f"not undone: {change}"
        again, _ = undo_plan(tuple(changes_of(plan)), receipt.current, self.layout)
        receipt = self.workbook.apply(again, receipt.current, self.layout)
        self.base = self.protocol.settle(self.base, receipt.current, again, "redo")
        assert receipt.current.tabs == before.tabs, "undo of undo is not what was"
        self.check_people()

    def lose_state(self) -> None:
        """The state file is gone: what was removed may come back, everything else holds."""
        self.base = Base()
        self.journal.clear()
        self.removed.clear()
        self.read_ids.clear()
        self.last = None

    # -- the oracle --------------------------------------------------------------------------------------------

    def _grids(self) -> dict[str, Grid]:
        found = {key: self.workbook.grid(key) for key in self.known}
        return {key: grid for key, grid in found.items() if grid is not None}

    def _lines_with(self, tab: str, row_id: str) -> list[Line]:
        grid = self.workbook.grid(tab)
        if grid is None:
            return []
        column = grid.id_column(tab) or 0
        return [line for _, line in grid.data(tab) if line.get(column) == row_id]

    def observe(self) -> None:
        """Notes what is people's right after a deed of theirs."""
        for key, grid in self._grids().items():
            known = self.known[key]
            header = self._header(grid, key)
            known.lines = {line.tag for line in grid.lines if line.tag not in header}
            known.cells = {}
            for line in grid.lines:
                for at, column in enumerate(grid.columns):
                    if line.tag in header or column in known.engine_columns:
                        continue
                    value = line.get(at)
                    if not is_blank(value):
                        known.cells[line.tag, column] = value

    @staticmethod
    def _header(grid: Grid, key: str) -> set[int]:
        at = grid.key_line(key)
        return set() if at is None else {line.tag for line in grid.lines[at : at + 2]}

    def check_people(self) -> None:
        """Whatever the engine did since the last deed: people's cells, lines and names are as they left them."""
        for key, grid in self._grids().items():
            known = self.known[key]
            header = self._header(grid, key)
            lines = {line.tag: line for line in grid.lines if line.tag not in header}
            assert known.lines <= lines.keys(), f"a line of {key} vanished"
            for tag in lines.keys() - known.lines:
                self._check_placed(key, grid, lines[tag])
            for at, column in enumerate(grid.columns):
                if column in known.engine_columns:
                    continue
                for tag, line in lines.items():
                    self._check_cell(known, (tag, column), line.get(at))
            for column, text in known.headings.items():
                if column in grid.columns:
                    stands = grid.heading(key, grid.columns.index(column))
                    assert stands == text, f"the heading {text!r} became {stands!r}"
        self.observe()

    def _check_placed(self, key: str, grid: Grid, line: Line) -> None:
        row_id = line.get(grid.id_column(key) or 0)
        assert isinstance(row_id, str), f"a line without an id was placed on {key}"
        assert (key, row_id) not in self.removed, f"{row_id} was deleted by people and placed again"
        others = [other for other in self._lines_with(key, row_id) if other is not line]
        assert not any(o.tag in self.known[key].engine_made for o in others), f"{row_id} was placed twice"
        self.known[key].engine_made.add(line.tag)

    @staticmethod
    def _check_cell(known: Known, place: tuple[int, int], now: Value) -> None:
        before = known.cells.get(place)
        if is_blank(before) and is_blank(now):
            return
        tag, column = place
        seedable = column in known.seeded_columns and place not in known.filled
        fresh = tag not in known.lines and column in known.seeded_columns
        if is_blank(before) and (seedable or fresh):
            return
        assert same(before, now), f"people's cell held {before!r}, now {now!r}"

    def check_quiet(self) -> None:
        """Two refreshes with nobody about: the first may write, the second plans nothing; then all is in order."""
        plan = self.refresh()
        if plan is not None and plan.refusals:
            plan = self.refresh(accept=True)
        assert plan is not None
        assert not plan.refusals, plan.refusals
        again, current, _ = self.plan(Limits())
        assert again == Plan(), f"the second run plans {again}"
        self._check_rows(current)
        self._check_typed()
        for key, ids in (("tasks", self.standard), ("facts", self.facts)):
            if key not in current.tabs:
                continue
            for row_id in ids:
                excused = (key, row_id) in self.removed
                assert excused or self._lines_with(key, row_id), f"{row_id} of {key} was never placed"

    def check_broken_id(self, number: int) -> None:
        """A row that holds what no other does gets its blanked id back."""
        self.check_quiet()
        grid = self.workbook.grid("tasks")
        assert grid is not None
        column = grid.id_column("tasks") or 0
        data = grid.data("tasks")
        if not data or grid.column("tasks", "task") is None:
            return
        _, line = data[number % len(data)]
        row_id = line.get(column)
        if row_id is None:
            return
        self.act(lambda: line.put(grid.column("tasks", "task") or 0, f"the only one {number}"))
        self.check_quiet()
        self.act(lambda: line.put(grid.id_column("tasks") or 0, None))
        self.check_quiet()
        assert line.get(grid.id_column("tasks") or 0) == row_id, f"{row_id} was not recognised"

    def check_wiped(self) -> None:
        """Everything on a tab is deleted: refused, nothing is written; people take it back."""
        self.check_quiet()
        grid = self.workbook.grid("tasks")
        assert grid is not None
        if sum(bool(line.get(grid.id_column("tasks") or 0)) for _, line in grid.data("tasks")) < 2:
            return
        lines, removed = list(grid.lines), set(self.removed)
        self.new_report(1)
        self.act(lambda: self.workbook.people.clear_rows("tasks"))
        plan = self.refresh()
        assert plan is not None
        assert plan.refusals, "a wiped tab was not refused"
        assert plan.is_empty, "a refused plan would have written"
        self.act(lambda: grid.lines.__setitem__(slice(None), lines))
        self.removed = removed

    def check_key_row_cut(self) -> None:
        """The key row is deleted: refused, nothing is written; people take it back."""
        grid = self.workbook.grid("tasks")
        if grid is None:
            return
        removed, at = set(self.removed), grid.key_line("tasks")
        assert at is not None
        line, title = grid.lines[at], grid.title
        before = [list(each.cells) for each in grid.lines]
        grid.title = "Tasks"
        del grid.lines[at]
        plan, _, _ = self.plan(Limits(accept_deletions=True))
        assert [refusal.code for refusal in plan.refusals if refusal.tab == "tasks"] == ["key-row-gone"]
        assert plan.is_empty
        grid.lines.insert(at, line)
        grid.title = title
        assert [list(each.cells) for each in grid.lines] == before
        self.removed = removed

    def _check_rows(self, current: Current) -> None:
        said = self.incoming(current)
        for key, tab in current.tabs.items():
            if key == "changes":
                continue
            ids = [row.row_id for row in tab.rows if row.row_id]
            assert len(ids) == len(set(ids)), f"two rows of {key} share an id"
            want = {row.row_id: row.cells for row in said.tabs[key].rows}
            for row in tab.rows:
                by_hand = (*PEOPLE_KEYS[key], *SEEDED_KEYS[key])
                if row.row_id is None:
                    assert key == "facts" or all(is_blank(row.cells.get(k)) for k in by_hand), "a row without an id"
                    continue
                for column in ENGINE_KEYS[key] & set(tab.columns):
                    if column in want.get(row.row_id, {}):
                        assert same(row.cells.get(column), want[row.row_id][column]), f"{key} {row.row_id} {column}"

    def _check_typed(self) -> None:
        """What people typed over an engine cell stands there, or stands in the Change log."""
        grid = self.workbook.grid("changes")
        assert grid is not None
        logged = {cell for _, line in grid.data("changes") for cell in line.cells}
        for (key, tag, column), value in self.typed.items():
            home = self.workbook.grid(key)
            line = next((each for each in home.lines if each.tag == tag), None) if home else None
            if home is None or line is None or column not in home.columns:
                continue  # people deleted it themselves
            stands = line.get(home.columns.index(column))
            assert same(stands, value) or as_text(value) in logged, f"typed and lost: {value!r}"

    # -- people ------------------------------------------------------------------------------------------------

    def meanwhile(self, step: str, deed: Callable[[], Any]) -> None:
        """Lets people do something at a step of the next refresh."""

        def act() -> None:
            self.act(deed)
            if step != "before write":
                self.deeds_after_write += 1

        self.workbook.on(step, act)

    def act(self, deed: Callable[[], Any]) -> None:
        """People do something: first what the engine did is checked, then what is theirs is noted anew."""
        self.check_people()
        before = {key: set(self._ids(key)) for key in self._grids()}
        deed()
        self.deeds += 1
        for key, ids in before.items():
            for row_id in ids - set(self._ids(key)):
                if (key, row_id) in self.read_ids and key != "changes":
                    self.removed.add((key, row_id))
        self.observe()

    def _ids(self, tab: str) -> list[str]:
        grid = self.workbook.grid(tab)
        if grid is None:
            return []
        return [
            str(line.get(grid.id_column(tab) or 0)) for _, line in grid.data(tab) if line.get(grid.id_column(tab) or 0)
        ]


def nonsense(n: int) -> Value:
    """Something people type: mostly a text that stands nowhere else; now and then a formula, a number, nothing."""
    kinds: list[Value] = [None, True, n + 0.5, Formula(f"=1+{n}"), "完成", " "]
    return kinds[n % 13] if n % 13 < len(kinds) else f"by hand {n}"
