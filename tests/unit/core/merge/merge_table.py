"""A workbook of two tabs, and the reading of the decision table's cases (tests/cases/merge/*.yml).

A case: `start` rows as the last refresh left them (id -> cells), what `people` then did (verbs of the memory
workbook), what the `engine` now says, and the `plan` that must come of it, line by line. `stands` checks cells after
it was applied.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.identity import identify
from sheetsync.core.merge.log import as_text
from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.values import Formula, Value
from sheetsync.core.model.workbook import Base, Current, Incoming, IncomingRow, IncomingTab
from sheetsync.workbooks.memory import MemoryWorkbook

CASES = Path(__file__).parents[3] / "cases" / "merge"

HEADINGS = {
    "en": {"task": "Task", "due": "Due", "owner": "Owner", "status": "Status", "light": "Light", "late": "Days late"},
    "zh": {"task": "任务", "due": "截止", "owner": "责任人", "status": "状态", "light": "灯", "late": "逾期天数"},
}


def layout_of(language: str = "en", plan_id: str = "plan-1") -> Layout:
    """Tab `tasks` (people add rows) and tab `facts` (they do not)."""
    say = HEADINGS[language]
    tasks = Tab(
        "tasks",
        "Tasks",
        (
            Column("task", Owner.SEEDED, Kind.TEXT, say["task"]),
            Column("due", Owner.SEEDED, Kind.DATE, say["due"]),
            Column("owner", Owner.PEOPLE, Kind.TEXT, say["owner"]),
            Column("status", Owner.PEOPLE, Kind.CHOICE, say["status"]),
            Column("light", Owner.ENGINE, Kind.LIGHT, say["light"]),
            Column("late", Owner.ENGINE, Kind.INTEGER, say["late"]),
        ),
    )
    facts = Tab(
        "facts",
        "Facts",
        (Column("metric", Owner.ENGINE, Kind.TEXT, "Metric"), Column("value", Owner.ENGINE, Kind.NUMBER, "Value")),
        people_rows=False,
    )
    return Layout(plan_id, "test", "2026-03", language, "Test", (tasks, facts))


@dataclass(frozen=True)
class Case:
    """One cell of the decision table."""

    name: str
    says: str
    plan: list[str]
    start: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    people: list[dict[str, list[Any]]] = field(default_factory=list)
    engine: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    silent: bool = False  # the engine says nothing at all of the rows it does not list under `engine`
    complete: bool = False
    base: str = "known"
    language: str = "en"
    accept_deletions: bool = False
    stands: dict[str, Any] = field(default_factory=dict)
    people_rows: dict[str, Any] | None = None  # what the engine says of every row people added


def load_cases() -> list[Case]:
    """Every case, file by file."""
    found = []
    for path in sorted(CASES.glob("*.yml")):
        found += [Case(**data) for data in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found


def value_of(data: Any) -> Value:
    """A cell as the cases write it: `=...` is a formula, the rest as YAML says."""
    return Formula(data) if isinstance(data, str) and data.startswith("=") else data


def _cells(data: dict[str, Any]) -> dict[str, Value]:
    return {key: value_of(value) for key, value in data.items()}


class World:
    """One case played: the workbook, the base, and what a refresh would do."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.layout = layout_of(case.language)
        self.workbook = MemoryWorkbook()
        self.numbers = count(1)
        made = layout_of()
        receipt = self.workbook.create(made, self._start(made, placed_only=True))
        self.base = settle(Base(), receipt.current, Plan(), "run-0")
        self._seed_memory(made)
        for deed in case.people:
            for verb, arguments in deed.items():
                getattr(self.workbook.people, verb)(*[_argument(a) for a in arguments])
        if case.base == "lost":
            self.base = Base()

    def _seed_memory(self, made: Layout) -> None:
        """A quiet refresh first, as in life: what was seeded is then known to have been filled."""
        plan = self.refresh(self._start(made, placed_only=True), made)
        assert plan.is_empty

    def _start(self, made: Layout, *, placed_only: bool) -> Incoming:
        owned = {tab.key: {c.key for c in tab.columns} for tab in made.tabs}
        return Incoming(
            {
                tab: IncomingTab(tuple(IncomingRow(i, _cells(c)) for i, c in rows.items() if set(c) <= owned[tab]))
                for tab, rows in self.case.start.items()
            }
        )

    def incoming(self, current: Current) -> Incoming:
        """What the engine says: as at the start, with the case's changes, and a word on rows people added."""
        tabs = {}
        for key in {*self.case.start, *self.case.engine, *current.tabs}:
            start = {} if self.case.silent else self.case.start.get(key, {})
            said = self.case.engine.get(key, {})
            rows = [
                IncomingRow(i, _cells(_engine_cells(start.get(i, {})) | said.get(i, {}))) for i in {**start, **said}
            ]
            if self.case.people_rows is not None and key == "tasks":
                known = {row.row_id for row in rows}
                added = [r.row_id for r in current.tabs[key].rows if r.row_id and r.row_id not in known]
                rows += [IncomingRow(i, _cells(self.case.people_rows), place=False) for i in added]
            tabs[key] = IncomingTab(tuple(rows), complete=self.case.complete)
        return Incoming(tabs)

    def mint(self, tab: str) -> str:
        """Fresh ids that read well in a case: new-1, new-2 ..."""
        return f"new-{next(self.numbers)}"

    def plan(self) -> Plan:
        """What a refresh would do now."""
        identified = identify(self.base, self.workbook.read(self.layout), self.layout, self.mint)
        limits = Limits(accept_deletions=self.case.accept_deletions)
        return merge(self.base, identified, self.incoming(identified.current), self.layout, limits)

    def refresh(self, incoming: Incoming, layout: Layout) -> Plan:
        """A whole round with what the engine says given."""
        identified = identify(self.base, self.workbook.read(layout), layout, self.mint)
        plan = merge(self.base, identified, incoming, layout)
        receipt = self.workbook.apply(plan, identified.current, layout)
        self.base = settle(self.base, receipt.current, plan, "run")
        return plan

    def apply(self, plan: Plan) -> None:
        """Writes the plan and remembers."""
        receipt = self.workbook.apply(plan, self.workbook.read(self.layout), self.layout)
        assert not receipt.missed
        self.base = settle(self.base, receipt.current, plan, "run-1")


def _engine_cells(cells: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in cells.items() if key not in ("owner", "status")}


def _argument(data: Any) -> Any:
    return _cells(data) if isinstance(data, dict) else value_of(data)


def show(value: Value) -> str:
    """A value in a plan's line."""
    return "empty" if value is None else as_text(value) or "empty"


def lines(plan: Plan) -> list[str]:
    """The plan as the cases write it."""
    found = [f"refuse {r.code} {r.tab or 'workbook'}" for r in plan.refusals]
    found += [f"id {w.tab} {w.old_id or 'blank'} -> {w.row_id} ({w.reason.value})" for w in plan.ids]
    found += [
        f"write {w.tab} {w.row_id} {w.column}: {show(w.old)} -> {show(w.new)} ({w.why.value})" for w in plan.writes
    ]
    found += [
        f"place {r.tab} {r.row_id}: " + ", ".join(f"{k}={show(v)}" for k, v in r.cells.items()) for r in plan.appends
    ]
    found += [f"heading {h.tab} {h.column}: {h.old} -> {h.new}" for h in plan.headings]
    for e in plan.edits:
        where = " ".join(part for part in (e.tab, e.row_id, e.column) if part)
        found.append(f"edit {e.kind.value} {where}: {show(e.old)} -> {show(e.new)}")
    found += [
        f"conflict {c.tab} {c.row_id} {c.column}: kept {show(c.kept)}, not {show(c.incoming)}" for c in plan.conflicts
    ]
    return found
