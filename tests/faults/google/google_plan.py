"""A small plan in Google Sheets, and one run as a scheduler does it: read, merge, apply."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.identity import identify
from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.layout import Choice, ChoiceList, Column, Kind, Layout, Owner, Paint, Tab
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.workbook import Base, Incoming, IncomingRow, IncomingTab
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.google.auth import local
from sheetsync.workbooks.google.backend import GoogleWorkbook
from sheetsync.workbooks.google.transport import Transport
from tests.sheets_server.server import SheetsServer

LAYOUT = Layout(
    "plan-f",
    "faults",
    "2026-03",
    "en",
    "Faults",
    (
        Tab(
            "tasks",
            "Tasks",
            (
                Column("task", Owner.SEEDED, Kind.TEXT, "Task"),
                Column("owner", Owner.PEOPLE, Kind.TEXT, "Owner"),
                Column("status", Owner.PEOPLE, Kind.CHOICE, "Status", choices="status"),
                Column("light", Owner.ENGINE, Kind.LIGHT, "Light"),
                Column("late", Owner.ENGINE, Kind.INTEGER, "Days late"),
            ),
            paints=(Paint("light", "red", words=("red",)), Paint("light", "green", words=("green",))),
        ),
        Tab("facts", "Facts", (Column("value", Owner.ENGINE, Kind.NUMBER, "Value"),), people_rows=False),
    ),
    (ChoiceList("status", (Choice("todo", "To do"), Choice("done", "Done"))),),
)


class Clock:
    """A clock that only sleeping moves: tests wait for nothing."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def transport(server: SheetsServer, clock: Clock | None = None, **options: Any) -> Transport:
    """A transport to the local server that sleeps on a clock of its own."""
    clock = clock or Clock()
    return Transport(local, base_url=server.url, sleep=clock.sleep, clock=clock, jitter=lambda: 0.5, **options)


@dataclass
class Project:
    """The engine's side: what it says, what it remembers, and a workbook."""

    workbook: GoogleWorkbook
    base: Base = field(default_factory=Base)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))

    def incoming(self) -> Incoming:
        tabs = {"tasks": self.tasks, "facts": self.facts}
        return Incoming(
            {tab: IncomingTab(tuple(IncomingRow(i, dict(c)) for i, c in rows.items())) for tab, rows in tabs.items()}
        )

    def create(self) -> Receipt:
        receipt = self.workbook.create(LAYOUT, self.incoming())
        self.base = settle(Base(), receipt.current, Plan(), "run-0")
        return receipt

    def refresh(self) -> tuple[Plan, Receipt]:
        """One run; the memory is saved after the workbook, so a run that raises remembers nothing."""
        known = identify(self.base, self.workbook.read(LAYOUT), LAYOUT, lambda _: f"new-{next(self.numbers)}")
        plan = merge(self.base, known, self.incoming(), LAYOUT, Limits())
        receipt = self.workbook.apply(plan, known.current, LAYOUT)
        self.base = settle(self.base, receipt.current, plan, "run")
        return plan, receipt


def project(server: SheetsServer, **options: Any) -> Project:
    """A plan with five tasks and two facts, in a spreadsheet of its own."""
    made = Project(GoogleWorkbook("new", transport(server, **options)))
    for number in range(1, 6):
        made.tasks[f"t{number}"] = {"task": f"Task {number}", "light": "green", "late": 0}
    made.facts = {"f1": {"value": 1.5}, "f2": {"value": 2}}
    made.create()
    return made


def again(first: Project, server: SheetsServer, **options: Any) -> Project:
    """The same project in another process: what it says and remembers, and a line of its own."""
    workbook = GoogleWorkbook(first.workbook.place, transport(server, **options))
    return Project(workbook, first.base, deepcopy(first.tasks), deepcopy(first.facts))
