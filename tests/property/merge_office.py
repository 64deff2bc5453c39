"""An office: a workbook, people who edit it at any moment, and an engine that refreshes it, under the oracle's eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

from merge_oracle import Oracle
from merge_protocols import Protocol

from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.settle import recover
from sheetsync.core.merge.undo import undo_plan
from sheetsync.core.model.plan import Change, ChangeKind, Plan
from sheetsync.core.model.values import Formula, Value, same
from sheetsync.core.model.workbook import Base, Current, Incoming, IncomingRow, IncomingTab
from sheetsync.state.journal import changes_of


class Crash(Exception):
    """The process died here."""


WHEN = datetime(2026, 3, 2, 7, 0)


class Office(Oracle):
    """One workbook and everything that happens to it."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__(protocol.workbook())
        self.protocol = protocol
        self.base = Base()
        self.journal: list[tuple[Change, ...]] = []  # runs that were sent and not confirmed
        self.numbers = count(1)
        self.report = 1
        self.standard = ["w1", "w2", "w3", "w4", "w5", "w6"]
        self.facts = ["m1", "m2"]
        self.last: Plan | None = None
        self.refreshes = 0
        self.crashes = 0
        self.deeds = 0
        self.deeds_after_write = 0
        self.in_refresh = False
        self._create()

    # -- the engine --------------------------------------------------------------------------------------------

    def _create(self) -> None:
        receipt = self.workbook.create(self.layout, self.incoming(None))
        self.base = self.protocol.settle(Base(), receipt.current, Plan(), "run-0")
        self.begin(receipt.current)

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
        self.note_reading()
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
            self.check_written(plan, receipt.missed)
        if crash == "before confirmed":
            raise Crash
        if not self.protocol.base_first:
            self.base = self.protocol.settle(self._recovered, receipt.current, plan, run)
        self.journal.clear()
        self.check_people()
        self.note_confirmed(current, plan)
        self.last = plan
        return plan

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
        self.forget()
        self.last = None

    def check_quiet(self) -> None:
        """Two refreshes with nobody about: the first may write, the second plans nothing; then all is in order."""
        plan = self.refresh()
        if plan is not None and plan.refusals:
            plan = self.refresh(accept=True)
        assert plan is not None
        assert not plan.refusals, plan.refusals
        again, current, _ = self.plan(Limits())
        assert again == Plan(), f"the second run plans {again}"
        self.check_rows(current, self.incoming(current))
        self.check_typed()
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
        before = {key: self.ids(key) for key in self._grids()}
        deed()
        self.deeds += 1
        self.note_deed(before)


def nonsense(n: int) -> Value:
    """Something people type: mostly a text that stands nowhere else; now and then a formula, a number, nothing."""
    kinds: list[Value] = [None, True, n + 0.5, Formula(f"=1+{n}"), "完成", " "]
    return kinds[n % 13] if n % 13 < len(kinds) else f"by hand {n}"
