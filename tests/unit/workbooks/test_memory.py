"""The memory workbook beyond the contract: its steps, its faults, what people do to it, and copies."""

from __future__ import annotations

from typing import Any

import pytest

from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import CellWrite, HeadingWrite, IdReason, IdWrite, Plan, RowAppend
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import Incoming, IncomingRow, IncomingTab
from sheetsync.workbooks.base import Workbook
from sheetsync.workbooks.memory import STEPS, MemoryWorkbook

LAYOUT = Layout(
    "plan-1",
    "test",
    "2026-03",
    "en",
    "T",
    (
        Tab(
            "tasks",
            "Tasks",
            (
                Column("task", Owner.SEEDED, Kind.TEXT, "Task"),
                Column("owner", Owner.PEOPLE, Kind.TEXT, "Owner"),
                Column("light", Owner.ENGINE, Kind.LIGHT, "Light"),
            ),
        ),
        Tab("facts", "Facts", (Column("value", Owner.ENGINE, Kind.NUMBER, "Value"),)),
    ),
)
ROWS = (IncomingRow("a", {"task": "B", "light": "red"}), IncomingRow("b", {"task": "A", "light": "red"}))


@pytest.fixture
def book() -> MemoryWorkbook:
    made = MemoryWorkbook("somewhere")
    made.create(LAYOUT, Incoming({"tasks": IncomingTab(ROWS)}))
    return made


def rows(book: MemoryWorkbook) -> dict[str | None, dict[str, Value]]:
    return {row.row_id: row.cells for row in book.read(LAYOUT).tabs["tasks"].rows}


def write(row_id: str = "a", old: Value = "red", new: Value = "green") -> Plan:
    return Plan(writes=(CellWrite("tasks", row_id, "light", old, new),))


def test_it_keeps_the_port(book: MemoryWorkbook) -> None:
    port: Workbook = book
    assert port.place == "somewhere"


@pytest.mark.parametrize("step", STEPS)
def test_a_hook_runs_once_at_its_step(book: MemoryWorkbook, step: str) -> None:
    seen: list[Any] = []
    book.on(step, lambda: seen.append(rows_at(book)))
    current = book.read(LAYOUT)
    book.apply(write(), current, LAYOUT)
    book.apply(write(old="green", new="red"), book.read(LAYOUT), LAYOUT)
    assert seen == ["red" if step in ("read", "before write") else "green"]


def rows_at(book: MemoryWorkbook) -> Value:
    return book.people.cell("tasks", "a", "light")


def test_there_are_no_other_steps(book: MemoryWorkbook) -> None:
    with pytest.raises(ValueError, match="no such step: later"):
        book.on("later", lambda: None)


@pytest.mark.parametrize(
    ("step", "stands"), [("before write", "red"), ("after write", "green"), ("before read-back", "green")]
)
def test_a_fault_before_or_after_the_commit(book: MemoryWorkbook, step: str, stands: str) -> None:
    def fault() -> None:
        raise ConnectionError

    current = book.read(LAYOUT)
    book.on(step, fault)
    with pytest.raises(ConnectionError):
        book.apply(write(), current, LAYOUT)
    assert rows(book)["a"]["light"] == stands
    receipt = book.apply(write(), book.read(LAYOUT), LAYOUT)
    assert receipt.missed == (() if stands == "red" else ("tasks!a!light",))


@pytest.mark.parametrize(
    ("plan", "missed"),
    [
        (write(row_id="z"), "tasks!z!light"),
        (write(old="yellow"), "tasks!a!light"),
        (Plan(writes=(CellWrite("tasks", "a", "nowhere", None, 1),)), "tasks!a!nowhere"),
        (Plan(writes=(CellWrite("nowhere", "a", "light", None, 1),)), "nowhere!a!light"),
        (Plan(appends=(RowAppend("nowhere", "n", {}),)), "nowhere!n"),
        (Plan(headings=(HeadingWrite("tasks", "owner", "Wer", "Who"),)), "tasks!owner"),
        (Plan(headings=(HeadingWrite("nowhere", "owner", "Wer", "Who"),)), "nowhere!owner"),
        (Plan(ids=(IdWrite("nowhere", 3, "n", IdReason.NEW),)), "nowhere!n"),
        (Plan(ids=(IdWrite("tasks", 3, "n", IdReason.COPIED, "a", {"task": "gone"}),)), "tasks!n"),
        (Plan(ids=(IdWrite("tasks", 3, "n", IdReason.NEW, None, {"task": "B"}),)), "tasks!n"),
    ],
)
def test_what_does_not_fit_is_missed_not_forced(book: MemoryWorkbook, plan: Plan, missed: str) -> None:
    before = rows(book)
    receipt = book.apply(plan, book.read(LAYOUT), LAYOUT)
    assert receipt.missed == (missed,)
    assert receipt.cells_written == plan.cell_count - 1
    assert rows(book) == before


def test_a_row_that_stands_twice_is_not_addressed(book: MemoryWorkbook) -> None:
    book.people.copy_row("tasks", "a")
    assert book.apply(write(), book.read(LAYOUT), LAYOUT).missed == ("tasks!a!light",)


def test_an_id_goes_to_the_row_it_was_meant_for_when_rows_moved(book: MemoryWorkbook) -> None:
    line = book.people.add_row("tasks", {"task": "Ours"})
    current = book.read(LAYOUT)
    plan = Plan(ids=(IdWrite("tasks", line, "n", IdReason.NEW, None, {"task": "Ours"}),))
    book.on("before write", lambda: book.people.delete_row("tasks", "a"))
    assert book.apply(plan, current, LAYOUT).missed == ()
    assert rows(book) == {"b": {"task": "A", "light": "red"}, "n": {"task": "Ours"}}


def test_two_rows_it_could_be_meant_for_get_no_id(book: MemoryWorkbook) -> None:
    plan = Plan(ids=(IdWrite("tasks", 9, "n", IdReason.NEW, None, {"task": "Ours"}),))
    book.people.add_row("tasks", {"task": "Ours"})
    book.people.add_row("tasks", {"task": "Ours"})
    assert book.apply(plan, book.read(LAYOUT), LAYOUT).missed == ("tasks!n",)


def test_a_row_is_placed_once_however_often_it_is_sent(book: MemoryWorkbook) -> None:
    plan = Plan(appends=(RowAppend("tasks", "n", {"task": "New", "nowhere": 1}),))
    for _ in range(2):
        book.apply(plan, book.read(LAYOUT), LAYOUT)
    assert rows(book)["n"] == {"task": "New"}
    assert len(rows(book)) == 3


def test_a_row_that_was_copied_before_it_is_sent_again_is_not_placed_again(book: MemoryWorkbook) -> None:
    plan = Plan(appends=(RowAppend("tasks", "n", {"task": "New"}),))
    current = book.read(LAYOUT)
    book.apply(plan, current, LAYOUT)
    book.people.copy_row("tasks", "n")
    assert book.apply(plan, current, LAYOUT).missed == ()
    assert [row.row_id for row in book.read(LAYOUT).tabs["tasks"].rows] == ["a", "b", "n", "n"]


def test_calls_are_counted_per_apply(book: MemoryWorkbook) -> None:
    receipt = book.apply(write(), book.read(LAYOUT), LAYOUT)
    assert receipt.calls == {"read": 1, "write": 1}


def test_ids_are_read_without_white_space(book: MemoryWorkbook) -> None:
    book.people.type_id("tasks", "a", " a ")
    assert list(rows(book)) == ["a", "b"]
    assert book.apply(write(), book.read(LAYOUT), LAYOUT).missed == ()


def test_the_revision_tells_any_change_by_people(book: MemoryWorkbook) -> None:
    first = book.read(LAYOUT).revision
    assert book.read(LAYOUT).revision == first
    book.people.type_cell("tasks", "a", "owner", "X")
    second = book.read(LAYOUT).revision
    book.people.rename_tab("facts", "Numbers")
    assert len({first, second, book.read(LAYOUT).revision}) == 3


def test_a_copied_tab_is_told_and_the_first_is_read(book: MemoryWorkbook) -> None:
    book.people.copy_tab("tasks", "Tasks (2)")
    current = book.read(LAYOUT)
    assert current.duplicate_tabs == ("tasks",)
    assert current.tabs["tasks"].title == "Tasks"


def test_without_its_id_column_a_tab_has_keys_but_no_ids(book: MemoryWorkbook) -> None:
    book.people.delete_id_column("tasks")
    tab = book.read(LAYOUT).tabs["tasks"]
    assert (tab.id_column, tab.columns, tab.rows) == (False, ("task", "owner", "light"), ())


def test_a_copy_leads_a_life_of_its_own(book: MemoryWorkbook) -> None:
    other = book.copy()
    other.people.type_cell("tasks", "a", "owner", "X")
    assert "owner" not in rows(book)["a"]
    assert rows(other)["a"]["owner"] == "X"


@pytest.mark.parametrize("where", [("nowhere", "a", "owner"), ("tasks", "z", "owner"), ("tasks", "a", "nowhere")])
def test_people_cannot_point_at_what_is_not_there(book: MemoryWorkbook, where: tuple[str, str, str]) -> None:
    with pytest.raises(LookupError):
        book.people.type_cell(*where, "X")


def test_blank_cells_sort_last_both_ways(book: MemoryWorkbook) -> None:
    book.people.add_row("tasks", {"owner": "X"})
    for descending, order in ((False, ["b", "a", None]), (True, ["a", "b", None])):
        book.people.sort("tasks", "task", descending=descending)
        assert list(rows(book)) == order
