"""Every fault, at every call, once and for ever: it converges, no cell of people is lost, nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from google_plan import Project, again, project

from sheetsync.core.model.plan import Plan
from sheetsync.errors import WorkbookError
from tests.sheets_server.faults import KINDS
from tests.sheets_server.server import SheetsServer

CALLS = 5
"""A changed run makes 2 calls; with a look after a lost answer and another write 4. One more, to be sure."""

THEIRS = {"B9": "typed below", "C3": "Ads lead", "D4": "Done", "C6": "=1+1"}


@pytest.fixture(scope="module")
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        running.faults.slow = 0.0
        yield running


@pytest.fixture(scope="module")
def original(server: SheetsServer) -> tuple[Project, Any]:
    """The plan as it was made and as people then left it; each test gets a copy of the spreadsheet."""
    made = project(server)
    people = server.people(spreadsheet(made))
    for a1, value in THEIRS.items():
        people.set_cell("Tasks", a1, value)
    return made, people.book.clone()


@pytest.fixture
def plan(server: SheetsServer, original: tuple[Project, Any]) -> Iterator[Project]:
    first, book = original
    server.account.files[spreadsheet(first)].book = book.clone()
    made = again(first, server, max_answer=1_000_000)
    made.tasks["t1"] |= {"light": "red", "late": 3}
    made.tasks["t4"] |= {"late": 1}
    made.tasks["t6"] = {"task": "New", "light": "green", "late": 0}
    made.facts["f2"] |= {"value": None}
    server.reset()
    yield made
    server.reset()


def spreadsheet(made: Project) -> str:
    return made.workbook.place.rsplit("/", 1)[-1]


def as_people_left_it(server: SheetsServer, made: Project) -> None:
    people = server.people(spreadsheet(made))
    for a1, value in THEIRS.items():
        assert people.entered("Tasks", a1) == value, a1


def in_order(server: SheetsServer, made: Project) -> None:
    """The workbook is as the engine wants it, each row once, and another run has nothing to do."""
    rows = server.people(spreadsheet(made)).values("Tasks")[2:]
    ids = [row[0] for row in rows if row and row[0]]
    assert sorted(ids) == sorted({*ids}), f"a row twice: {ids}"
    assert {"t1", "t2", "t3", "t4", "t5", "t6"} <= {*ids}
    lights = {row[0]: row[4:6] for row in rows if row}
    assert lights["t1"] == ["red", 3]
    assert lights["t4"] == ["green", 1]
    assert lights["t6"] == ["green", 0]
    server.reset()
    again, _ = made.refresh()
    assert again == Plan()
    assert (server.count("read"), server.count("write")) == (1, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", range(CALLS))
def test_a_fault_once(server: SheetsServer, plan: Project, index: int, kind: str) -> None:
    server.faults.at(index, kind)
    with suppress(WorkbookError):
        plan.refresh()
    as_people_left_it(server, plan)
    server.faults.clear()
    plan.refresh()
    as_people_left_it(server, plan)
    in_order(server, plan)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", range(3))
def test_a_fault_for_ever(server: SheetsServer, plan: Project, index: int, kind: str) -> None:
    server.faults.at(index, kind, forever=True)
    before: Any = server.people(spreadsheet(plan)).values("Tasks")
    refused = None
    try:
        plan.refresh()
    except WorkbookError as error:
        refused = error
    assert refused is not None or index == 2, "it said ok where nothing got through"
    as_people_left_it(server, plan)
    if refused is not None and refused.exit_code == 3:
        assert server.people(spreadsheet(plan)).values("Tasks") == before, "nothing was written, it said"
    server.faults.clear()
    plan.refresh()
    as_people_left_it(server, plan)
    in_order(server, plan)


def test_the_next_sign_of_life_is_believed(server: SheetsServer, plan: Project) -> None:
    """A write whose answer is lost is looked for, found, and not sent again."""
    server.faults.at(1, "reset-after")
    _, receipt = plan.refresh()
    assert receipt.verified
    assert [call.kind for call in server.requests] == ["read", "write", "read"]
    in_order(server, plan)


PAIRED = ("429", "503-after", "reset-before", "reset-after", "cut-json")


@pytest.mark.parametrize("second", PAIRED)
@pytest.mark.parametrize("first", PAIRED)
def test_two_faults_in_one_run(server: SheetsServer, plan: Project, first: str, second: str) -> None:
    """The write fails, and then what follows it: the look, or the write once more."""
    server.faults.at(1, first)
    server.faults.at(2, second)
    with suppress(WorkbookError):
        plan.refresh()
    as_people_left_it(server, plan)
    server.faults.clear()
    plan.refresh()
    as_people_left_it(server, plan)
    in_order(server, plan)


def test_two_hosts_refresh_at_once(server: SheetsServer, plan: Project) -> None:
    """Another host with a memory of its own does a whole refresh between our read and our write."""
    other = again(plan, server)
    ran: list[Plan] = []
    server.before(1, lambda: ran or ran.append(other.refresh()[0]))
    _, receipt = plan.refresh()
    assert receipt.verified
    assert not ran[0].is_empty
    assert receipt.rows_added == 0, "the other one had placed it"
    as_people_left_it(server, plan)
    in_order(server, plan)
    assert other.refresh()[0].is_empty
