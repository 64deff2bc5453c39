"""Undo: pre-images go back where the cell still holds what was written, and the rest is named."""

from __future__ import annotations

import pytest
from merge_table import Case, World, layout_of

from sheetsync.core.merge.undo import undo_plan
from sheetsync.core.model.plan import CellWrite, Change, ChangeKind, HeadingWrite, Why
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import Current
from sheetsync.state.journal import changes_of

START = {"tasks": {"w1": {"task": "Review data", "light": "red"}, "w2": {"task": "Bid review"}}}
LAYOUT = layout_of()


def world() -> World:
    return World(Case(name="a case", says="So.", plan=[], start=START))


def read(made: World) -> Current:
    return made.workbook.read(made.layout)


def cell(column: str, old: Value, new: Value, row_id: str = "w1", tab: str = "tasks") -> Change:
    return Change(ChangeKind.CELL, tab, row_id, column, old, new)


def test_a_cell_that_holds_what_was_written_goes_back() -> None:
    plan, left = undo_plan([cell("light", "green", "red")], read(world()), LAYOUT)
    assert plan.writes == (CellWrite("tasks", "w1", "light", "red", "green", Why.UNDO),)
    assert left == ()


def test_a_seed_goes_back_to_empty() -> None:
    plan, _ = undo_plan([cell("task", None, "Review data")], read(world()), LAYOUT)
    assert plan.writes == (CellWrite("tasks", "w1", "task", "Review data", None, Why.UNDO),)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (cell("light", "green", "yellow"), "the cell was changed since"),
        (cell("owner", None, None), "the column is people's"),
        (cell("nowhere", None, None), "the column is people's"),
        (cell("light", "green", "red", row_id="w9"), "the row is gone"),
        (cell("light", "green", "red", tab="nowhere"), "the tab is gone"),
        (Change(ChangeKind.ROW, "tasks", "w1", "task", None, "Review data"), "the row stays: nothing is ever deleted"),
        (Change(ChangeKind.ID, "tasks", "w1", "", None, "w1"), "row ids stay: they tell rows apart"),
        (Change(ChangeKind.HEADING, "tasks", "", "owner", "Wer", "Who"), "the heading was changed since"),
    ],
)
def test_what_cannot_be_undone_is_named(change: Change, why: str) -> None:
    plan, left = undo_plan([change], read(world()), LAYOUT)
    assert plan.is_empty
    assert [item.change for item in left] == [change]
    assert left[0].why == why


def test_a_deleted_column_and_a_copied_row_are_left() -> None:
    made = world()
    made.workbook.people.delete_column("tasks", "late")
    made.workbook.people.copy_row("tasks", "w1")
    plan, left = undo_plan([cell("late", 1, None), cell("light", "green", "red")], read(made), LAYOUT)
    assert plan.is_empty
    assert [item.why for item in left] == [
        "the column is gone",
        "the row was copied since, and the copy has no id of its own yet",
    ]


def test_a_placed_row_that_is_gone_needs_no_word() -> None:
    plan, left = undo_plan([Change(ChangeKind.ROW, "tasks", "w9", "", None, None)], read(world()), LAYOUT)
    assert (plan.is_empty, left) == (True, ())


def test_several_runs_go_back_to_the_oldest_pre_image() -> None:
    changes = [cell("light", None, "green"), cell("light", "green", "yellow"), cell("light", "yellow", "red")]
    plan, left = undo_plan(changes, read(world()), LAYOUT)
    assert plan.writes == (CellWrite("tasks", "w1", "light", "red", None, Why.UNDO),)
    assert left == ()


def test_a_break_in_the_chain_stops_there() -> None:
    changes = [cell("light", None, "green"), cell("light", "yellow", "red")]
    plan, left = undo_plan(changes, read(world()), LAYOUT)
    assert plan.writes == (CellWrite("tasks", "w1", "light", "red", "yellow", Why.UNDO),)
    assert [item.change for item in left] == changes[:1]


def test_there_and_back_within_the_runs_is_no_write() -> None:
    changes = [cell("light", "red", "green"), cell("light", "green", "red")]
    assert undo_plan(changes, read(world()), LAYOUT)[0].is_empty


def test_headings_go_back() -> None:
    change = Change(ChangeKind.HEADING, "tasks", "", "owner", "责任人", "Owner")
    plan, left = undo_plan([change], read(world()), LAYOUT)
    assert plan.headings == (HeadingWrite("tasks", "owner", "Owner", "责任人"),)
    assert left == ()


def test_a_heading_goes_back_through_several_runs_to_nothing() -> None:
    def heading(old: str | None, new: str, column: str = "owner") -> Change:
        return Change(ChangeKind.HEADING, "tasks", "", column, old, new)

    made = world()
    plan, left = undo_plan([heading(None, "Wer"), heading("Wer", "Owner")], read(made), LAYOUT)
    assert (plan.headings, left) == ((HeadingWrite("tasks", "owner", "Owner", ""),), ())
    assert undo_plan([heading("Owner", "Wer"), heading("Wer", "Owner")], read(made), LAYOUT)[0].is_empty
    _, left = undo_plan([heading(None, "", column="nowhere")], read(made), LAYOUT)
    assert len(left) == 1
    made.workbook.people.rename_heading("tasks", "owner", "")
    plan, left = undo_plan([heading("Owner", "")], read(made), LAYOUT)
    assert (plan.headings, left) == ((HeadingWrite("tasks", "owner", "", "Owner"),), ())


def test_undo_of_undo_is_what_was() -> None:
    made = world()
    before = read(made)
    plan, _ = undo_plan([cell("light", "green", "red"), cell("task", None, "Review data")], before, LAYOUT)
    receipt = made.workbook.apply(plan, before, LAYOUT)
    assert receipt.current.tabs["tasks"].rows[0].cells == {"light": "green"}
    again, left = undo_plan(list(changes_of(plan)), receipt.current, LAYOUT)
    assert made.workbook.apply(again, receipt.current, LAYOUT).current.tabs == before.tabs
    assert left == ()
