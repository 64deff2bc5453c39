"""The next base: what was read with the proved writes over it, so that nothing done meanwhile goes unseen."""

from __future__ import annotations

from dataclasses import replace

from merge_table import Case, World, lines

from sheetsync.core.merge.settle import recover, settle
from sheetsync.core.model.plan import Change, ChangeKind, Plan
from sheetsync.core.model.workbook import Base, Current

START = {"tasks": {"w1": {"task": "Review data", "light": "green"}, "w2": {"task": "Bid review", "light": "green"}}}


def world(**facts: object) -> World:
    return World(Case(name="a case", says="So.", plan=[], start=START, **facts))  # type: ignore[arg-type]


def apply_with(made: World, plan: Plan, step: str, deed: object) -> None:
    """Applies a plan while people do something at a step."""
    made.workbook.on(step, deed)  # type: ignore[arg-type]
    receipt = made.workbook.apply(plan, made.workbook.read(made.layout), made.layout)
    made.base = settle(made.base, receipt.current, plan, "run-1")


def test_an_edit_between_read_and_write_is_seen_by_the_next_run() -> None:
    made = world(engine={"tasks": {"w1": {"light": "red"}}})
    plan = made.plan()
    apply_with(made, plan, "before write", lambda: made.workbook.people.type_cell("tasks", "w1", "owner", "Ads lead"))
    assert lines(made.plan()) == ["edit cell tasks w1 owner: empty -> Ads lead"]


def test_an_engine_cell_typed_over_after_the_write_is_seen_by_the_next_run() -> None:
    made = world(engine={"tasks": {"w1": {"light": "red"}}})
    plan = made.plan()
    apply_with(made, plan, "before read-back", lambda: made.workbook.people.type_cell("tasks", "w1", "light", "mine"))
    assert lines(made.plan()) == [
        "write tasks w1 light: mine -> red (restored)",
        "edit engine cell tasks w1 light: red -> mine",
    ]


def test_an_engine_cell_nobody_wrote_typed_over_meanwhile_is_seen_by_the_next_run() -> None:
    made = world(engine={"tasks": {"w1": {"light": "red"}}})
    plan = made.plan()
    apply_with(made, plan, "after write", lambda: made.workbook.people.type_cell("tasks", "w2", "light", "mine"))
    assert "edit engine cell tasks w2 light: green -> mine" in lines(made.plan())


def test_a_missed_write_is_planned_again() -> None:
    made = world(engine={"tasks": {"w1": {"light": "red", "late": 4}}})
    plan = made.plan()
    before = made.workbook.read(made.layout)
    made.base = settle(made.base, before, plan, "run-1")  # nothing arrived
    assert lines(made.plan()) == lines(plan)


def test_a_missed_restoration_is_planned_again() -> None:
    made = world(people=[{"type_cell": ["tasks", "w1", "light", "mine"]}])
    plan = made.plan()
    made.base = settle(made.base, made.workbook.read(made.layout), plan, "run-1")
    assert lines(made.plan()) == lines(plan)


def test_a_placed_row_deleted_at_once_stays_deleted() -> None:
    made = world(engine={"tasks": {"w3": {"task": "New"}}})
    plan = made.plan()
    assert lines(plan) == ["place tasks w3: task=New"]
    apply_with(made, plan, "after write", lambda: made.workbook.people.delete_row("tasks", "w3"))
    assert lines(made.plan()) == []
    assert made.base.tabs["tasks"].tombstones == {"w3"}


def test_a_row_that_could_not_be_placed_is_placed_by_the_next_run() -> None:
    made = world(engine={"facts": {"m1": {"metric": "sales", "value": 1}}})
    plan = made.plan()
    after = made.workbook.read(made.layout)
    gone = replace(after, tabs={key: tab for key, tab in after.tabs.items() if key != "facts"})
    made.base = settle(made.base, gone, plan, "run-1")
    assert lines(made.plan()) == lines(plan)


def test_an_id_that_did_not_arrive_is_given_again() -> None:
    made = world(people=[{"add_row": ["tasks", {"task": "Ours"}]}])
    plan = made.plan()
    made.base = settle(made.base, made.workbook.read(made.layout), plan, "run-1")
    assert lines(made.plan()) == ["id tasks blank -> new-2 (new)", "edit row added tasks new-2: empty -> empty"]


def test_a_restored_id_that_did_not_arrive_is_restored_again() -> None:
    made = world(people=[{"type_id": ["tasks", "w1", None]}])
    plan = made.plan()
    made.base = settle(made.base, made.workbook.read(made.layout), plan, "run-1")
    assert lines(made.plan()) == lines(plan)


def test_an_edit_of_people_read_by_the_run_is_told_once() -> None:
    made = world(people=[{"type_cell": ["tasks", "w1", "owner", "Ads lead"]}])
    plan = made.plan()
    assert len(plan.edits) == 1
    made.apply(plan)
    assert lines(made.plan()) == []


def test_a_tab_without_any_write_is_remembered_as_read() -> None:
    made = world(people=[{"rename_tab": ["facts", "Numbers"]}, {"hide_tab": ["facts"]}])
    made.apply(made.plan())
    assert (made.base.tabs["facts"].title, made.base.tabs["facts"].hidden) == ("Numbers", True)
    assert made.base.run_id == "run-1"
    assert made.base.plan_id == "plan-1"


def test_a_new_workbook_is_remembered_as_read_back() -> None:
    made = world()
    base = settle(Base(), made.workbook.read(made.layout), Plan(), "run-0")
    assert base.known
    assert base.tabs["tasks"].rows == {i: dict(cells) for i, cells in START["tasks"].items()}
    assert base.tabs["tasks"].columns == ("task", "due", "owner", "status", "light", "late")
    assert base.tabs["tasks"].seeds == {}


def _change(row_id: str, column: str, new: object, kind: ChangeKind = ChangeKind.CELL) -> Change:
    return Change(kind, "tasks", row_id, column, "green", new)  # type: ignore[arg-type]


def _read(made: World) -> Current:
    return made.workbook.read(made.layout)


def test_what_a_dead_run_wrote_is_not_taken_for_a_hand() -> None:
    made = world(engine={"tasks": {"w1": {"light": "yellow"}}})
    made.workbook.people.type_cell("tasks", "w1", "light", "red")  # the dead run did this
    made.base = recover(made.base, _read(made), [_change("w1", "light", "red")])
    assert lines(made.plan()) == ["write tasks w1 light: red -> yellow (computed)"]


def test_what_a_hand_changed_after_a_dead_run_is_taken_for_a_hand() -> None:
    made = world()
    made.workbook.people.type_cell("tasks", "w1", "light", "mine")
    made.base = recover(made.base, _read(made), [_change("w1", "light", "red")])
    assert "edit engine cell tasks w1 light: green -> mine" in lines(made.plan())


def test_a_row_a_dead_run_placed_is_known_with_what_was_placed() -> None:
    made = world(engine={"tasks": {"w3": {"task": "New", "due": "soon"}}})
    made.workbook.people.add_row("tasks", {"task": "New"})
    made.workbook.people.type_id("tasks", 5, "w3")
    placed = [_change("w3", "task", "New", ChangeKind.ROW), _change("w3", "due", "soon", ChangeKind.ROW)]
    made.base = recover(made.base, _read(made), placed)
    assert lines(made.plan()) == ["edit cell tasks w3 due: soon -> empty"]


def test_a_row_a_dead_run_did_not_place_is_still_to_place() -> None:
    made = world(engine={"tasks": {"w3": {"task": "New"}}})
    base = recover(made.base, _read(made), [_change("w3", "task", "New", ChangeKind.ROW)])
    assert base == made.base
    assert recover(made.base, _read(made), [replace(_change("w1", "light", "x"), tab="nowhere")]) == made.base


def test_an_empty_placed_row_is_known() -> None:
    made = world()
    made.workbook.people.add_row("tasks", {"owner": "X"})
    made.workbook.people.type_id("tasks", 5, "w3")
    base = recover(made.base, _read(made), [_change("w3", "", None, ChangeKind.ROW)])
    assert base.tabs["tasks"].rows["w3"] == {}
    assert "w3" not in made.base.tabs["tasks"].rows, "the base given is left as it is"


def test_a_missed_takeover_counts_as_read_and_is_computed_again() -> None:
    made = world(base="lost", engine={"tasks": {"w1": {"light": "red"}}})
    plan = made.plan()
    assert lines(plan) == ["write tasks w1 light: green -> red (adopted)"]
    made.base = settle(made.base, made.workbook.read(made.layout), plan, "run-1")
    assert lines(made.plan()) == ["write tasks w1 light: green -> red (computed)"]


def test_a_missed_takeover_in_a_known_row_counts_as_read() -> None:
    made = world(engine={"tasks": {"w1": {"light": "red"}}})
    tab = made.base.tabs["tasks"]
    columns = tuple(column for column in tab.columns if column != "light")
    made.base = replace(made.base, tabs={**made.base.tabs, "tasks": replace(tab, columns=columns)})
    plan = made.plan()
    assert lines(plan) == ["write tasks w1 light: green -> red (adopted)"]
    made.base = settle(made.base, made.workbook.read(made.layout), plan, "run-1")
    assert lines(made.plan()) == ["write tasks w1 light: green -> red (computed)"]


def test_a_missed_seed_is_planned_again() -> None:
    made = world(engine={"tasks": {"w1": {"due": "soon"}}})
    plan = made.plan()
    made.base = settle(made.base, made.workbook.read(made.layout), plan, "run-1")
    assert lines(made.plan()) == lines(plan) == ["write tasks w1 due: empty -> soon (seeded)"]


def test_a_heading_is_remembered_as_written() -> None:
    made = world(language="zh")
    made.apply(made.plan())
    assert made.base.tabs["tasks"].headings["owner"] == "责任人"


def test_a_deleted_tab_leaves_its_rows_as_tombstones() -> None:
    made = world(accept_deletions=True, people=[{"delete_tab": ["tasks"]}])
    plan = made.plan()
    assert plan.gone == (("tasks", "w1"), ("tasks", "w2"))
    assert [edit.old for edit in plan.edits] == ["Tasks"]
    made.apply(plan)
    assert made.base.tabs["tasks"].tombstones == {"w1", "w2"}
    assert made.base.tabs["tasks"].rows == {}
    assert made.plan().edits == ()


def test_a_change_that_no_longer_fits_does_not_hide_the_next() -> None:
    made = world()
    made.workbook.people.type_cell("tasks", "w1", "light", "red")
    gone = replace(_change("w1", "light", "x"), tab="nowhere")
    base = recover(made.base, _read(made), [gone, _change("w9", "light", "x"), _change("w1", "light", "red")])
    assert base.tabs["tasks"].rows["w1"]["light"] == "red"


def test_a_copy_that_a_dead_run_gave_its_id_is_not_filled_where_the_original_was() -> None:
    made = world(people=[{"copy_row": ["tasks", "w1"]}], people_rows={"task": "of the engine"})
    made.workbook.people.type_id("tasks", 5, "run-9.1")
    made.workbook.people.type_cell("tasks", "run-9.1", "task", None)
    change = replace(_change("run-9.1", "", "run-9.1", ChangeKind.ID), old="w1")
    made.base = recover(made.base, _read(made), [change])
    assert made.plan().writes == ()
