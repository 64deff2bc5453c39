"""A small workbook of every kind of cell, and one refresh around a backend: read, merge, apply, settle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from backends import Bench

from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.identity import identify
from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.layout import Choice, ChoiceList, Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import EditKind, Plan
from sheetsync.core.model.values import Value, same
from sheetsync.core.model.workbook import Base, Current, Incoming, IncomingRow, IncomingTab
from sheetsync.workbooks.base import Receipt

STATUS = ChoiceList("status", (Choice("todo", "To do"), Choice("done", "Done", ("finished",))))
LIGHTS = (Choice("green", "green"), Choice("red", "red"), Choice("grey", "grey"))


def layout_of(owner_heading: str = "Owner") -> Layout:
    """Tab `tasks` with people's, seeded and engine columns of every kind; tab `facts` with the engine's only."""
    tasks = Tab(
        "tasks",
        "Tasks",
        (
            Column("task", Owner.SEEDED, Kind.TEXT, "Task"),
            Column("due", Owner.SEEDED, Kind.DATE, "Due"),
            Column("owner", Owner.PEOPLE, Kind.TEXT, owner_heading),
            Column("status", Owner.PEOPLE, Kind.CHOICE, "Status", choices="status"),
            Column("hours", Owner.PEOPLE, Kind.NUMBER, "Hours"),
            Column("held", Owner.PEOPLE, Kind.CHECKBOX, "Held"),
            Column("light", Owner.ENGINE, Kind.LIGHT, "Light"),
            Column("late", Owner.ENGINE, Kind.INTEGER, "Days late"),
            Column("seen", Owner.ENGINE, Kind.DATETIME, "Seen"),
        ),
    )
    facts = Tab(
        "facts",
        "Facts",
        (
            Column("metric", Owner.ENGINE, Kind.TEXT, "Metric"),
            Column("value", Owner.ENGINE, Kind.MONEY, "Value"),
            Column("share", Owner.ENGINE, Kind.PERCENT, "Share"),
        ),
        people_rows=False,
    )
    return Layout("plan-1", "contract", "2026-03", "en", "Contract", (tasks, facts), (STATUS,), LIGHTS)


START: dict[str, dict[str, dict[str, Any]]] = {
    "tasks": {
        "t1": {"task": "Review data", "due": date(2026, 3, 6), "light": "green", "late": 0},
        "t2": {"task": "Bid review", "due": date(2026, 3, 13), "light": "green", "late": 0},
        "t3": {"task": "0012", "due": date(2026, 3, 20), "light": "grey", "seen": datetime(2026, 3, 1, 7, 30)},
    },
    "facts": {
        "f1": {"metric": "sales", "value": 1234.5, "share": 0.22},
        "f2": {"metric": "=1+1", "value": 0, "share": None},
    },
}


def incoming_of(rows: dict[str, dict[str, dict[str, Any]]]) -> Incoming:
    """What the engine says, from plain dicts."""
    return Incoming(
        {tab: IncomingTab(tuple(IncomingRow(i, dict(c)) for i, c in said.items())) for tab, said in rows.items()}
    )


@dataclass
class Rounds:
    """Refreshes around one backend, with the memory between them."""

    bench: Bench
    layout: Layout = field(default_factory=layout_of)
    base: Base = field(default_factory=Base)
    said: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {tab: {i: dict(c) for i, c in rows.items()} for tab, rows in START.items()}
    )
    numbers: Any = field(default_factory=lambda: count(1))
    receipt: Receipt | None = None

    def create(self) -> Receipt:
        """Makes the workbook."""
        receipt = self.bench.workbook.create(self.layout, incoming_of(self.said))
        self.base = settle(Base(), receipt.current, Plan(), "run-0")
        return receipt

    def read(self) -> Current:
        """The workbook as it stands."""
        return self.bench.workbook.read(self.layout)

    def plan(self, limits: Limits | None = None) -> tuple[Plan, Current]:
        """What a refresh would do, and what it was made from."""
        known = identify(self.base, self.read(), self.layout, lambda tab: f"new-{next(self.numbers)}")
        return merge(self.base, known, incoming_of(self.said), self.layout, limits or Limits()), known.current

    def refresh(self) -> Plan:
        """One whole round."""
        plan, current = self.plan()
        self.receipt = self.bench.workbook.apply(plan, current, self.layout)
        self.base = settle(self.base, self.receipt.current, plan, "run")
        return plan


def kinds(plan: Plan) -> list[EditKind]:
    return [edit.kind for edit in plan.edits]


def assert_cells(made: Rounds, tab: str, expected: dict[str, dict[str, Value]]) -> None:
    """Reads with the backend and checks whole rows by id."""
    rows = {row.row_id: row.cells for row in made.read().tabs[tab].rows}
    for row_id, cells in expected.items():
        for column, value in cells.items():
            assert same(rows[row_id].get(column), value), (row_id, column, rows[row_id].get(column), value)
