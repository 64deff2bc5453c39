"""The suite for every backend, continued: the shape people give it, the guard, and what happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from backends import Bench
from contract_round import Rounds, assert_cells, kinds

from sheetsync.core.model.plan import EditKind, Plan
from sheetsync.core.model.values import Value, same
from sheetsync.errors import WorkbookChanged


class TestShape:
    def test_a_column_of_people_moves_ours_aside(self, made: Rounds) -> None:
        made.bench.people.insert_column("tasks", 1, "Our notes")
        made.bench.people.type_cell("tasks", "t1", "Our notes", "keep me")
        made.said["tasks"]["t1"]["light"] = "red"
        made.said["tasks"]["n1"] = {"task": "New", "late": 4}
        plan = made.refresh()
        assert kinds(plan) == [EditKind.COLUMN_ADDED]
        assert made.read().tabs["tasks"].extra_columns == ("Our notes",)
        assert made.bench.people.cell("tasks", "t1", "Our notes") == "keep me"
        assert_cells(made, "tasks", {"t1": {"light": "red"}, "n1": {"task": "New", "late": 4}})

    def test_a_moved_column_is_found_by_its_key(self, made: Rounds) -> None:
        made.bench.people.move_column("tasks", "light", 1)
        made.said["tasks"]["t2"]["light"] = "red"
        made.refresh()
        assert made.read().tabs["tasks"].columns[0] == "light"
        assert made.bench.people.cell("tasks", "t2", "light") == "red"
        assert_cells(made, "tasks", {"t2": {"task": "Bid review"}})

    def test_a_renamed_heading_is_kept(self, made: Rounds) -> None:
        made.bench.people.rename_heading("tasks", "owner", "Who")
        made.said["tasks"]["t2"]["light"] = "red"
        assert kinds(made.refresh()) == [EditKind.COLUMN_RENAMED]
        assert made.read().tabs["tasks"].headings["owner"] == "Who"
        assert made.refresh() == Plan()

    def test_a_deleted_engine_column_is_skipped(self, made: Rounds) -> None:
        made.bench.people.delete_column("tasks", "light")
        made.said["tasks"]["t2"] |= {"light": "red", "late": 9}
        made.said["tasks"]["n1"] = {"task": "New", "light": "red"}
        made.refresh()
        assert "light" not in made.read().tabs["tasks"].columns
        assert_cells(made, "tasks", {"t2": {"late": 9}, "n1": {"task": "New"}})
        assert made.refresh() == Plan()

    def test_a_renamed_tab_is_found_by_its_key(self, made: Rounds) -> None:
        made.bench.people.rename_tab("tasks", "Our tasks 任务")
        made.said["tasks"]["t2"]["light"] = "red"
        made.refresh()
        assert made.read().tabs["tasks"].title == "Our tasks 任务"
        assert_cells(made, "tasks", {"t2": {"light": "red"}})

    def test_a_hidden_tab_is_kept_up_to_date(self, made: Rounds) -> None:
        made.bench.people.hide_tab("facts")
        made.said["facts"]["f1"]["value"] = 7
        assert kinds(made.refresh()) == [EditKind.TAB_HIDDEN]
        assert made.read().tabs["facts"].hidden
        assert_cells(made, "facts", {"f1": {"value": 7}})


class TestGuard:
    def test_a_deleted_tab_is_refused(self, made: Rounds) -> None:
        made.bench.people.delete_tab("facts")
        plan, _ = made.plan()
        assert [refusal.code for refusal in plan.refusals] == ["tab-deleted"]

    def test_an_emptied_tab_is_refused(self, made: Rounds) -> None:
        made.bench.people.clear_rows("tasks")
        plan, _ = made.plan()
        assert [refusal.code for refusal in plan.refusals] == ["tab-emptied"]

    def test_a_deleted_key_row_is_refused(self, made: Rounds) -> None:
        made.bench.people.delete_key_row("tasks")
        plan, _ = made.plan()
        assert [refusal.code for refusal in plan.refusals] == ["key-row-gone"]

    def test_another_plans_workbook_is_refused(self, made: Rounds) -> None:
        made.bench.people.swap_plan("plan-2")
        plan, _ = made.plan()
        assert [refusal.code for refusal in plan.refusals] == ["other-plan"]


class TestMeanwhile:
    """People act between the read and the write: no cell of theirs is lost, what was aimed at moves with its row."""

    def refresh_while(self, made: Rounds, deed: Callable[[], None]) -> Plan:
        """A refresh during which people act; the round is tried again where the backend asks for it."""
        assert made.bench.before_write is not None
        made.bench.before_write(deed)
        try:
            return made.refresh()
        except WorkbookChanged:
            return made.refresh()

    @pytest.fixture(autouse=True)
    def _needs_a_hook(self, bench: Bench) -> None:
        if bench.before_write is None:
            pytest.skip("this backend cannot be held between read and write")

    @pytest.mark.parametrize("column", ["owner", "status", "task", "due", "hours"])
    def test_an_edit_of_theirs_stands(self, made: Rounds, column: str) -> None:
        made.said["tasks"]["t1"]["light"] = "red"
        value: Value = date(2026, 5, 1) if column == "due" else 5 if column == "hours" else "typed meanwhile"
        self.refresh_while(made, lambda: made.bench.people.type_cell("tasks", "t1", column, value))
        assert same(made.bench.people.cell("tasks", "t1", column), value)
        made.refresh()
        assert same(made.bench.people.cell("tasks", "t1", column), value)
        assert_cells(made, "tasks", {"t1": {"light": "red"}})
        assert made.refresh() == Plan()

    def test_rows_inserted_sorted_and_deleted(self, made: Rounds) -> None:
        people = made.bench.people

        def deed() -> None:
            people.type_cell("tasks", "t2", "owner", "A desk")
            people.add_row("tasks", {"task": "Between", "owner": "B desk"}, 3)
            people.sort("tasks", "owner")
            people.delete_row("tasks", "t3")

        made.said["tasks"]["t1"] |= {"light": "red", "late": 1}
        made.said["tasks"]["t2"] |= {"light": "red", "late": 2}
        self.refresh_while(made, deed)
        made.refresh()
        ids = [row.row_id for row in made.read().tabs["tasks"].rows]
        assert sorted(str(i) for i in ids) == ["new-1", "t1", "t2"]
        assert_cells(
            made, "tasks", {"t1": {"late": 1}, "t2": {"late": 2, "owner": "A desk"}, "new-1": {"owner": "B desk"}}
        )
        assert made.refresh() == Plan()

    def test_a_column_inserted_or_moved(self, made: Rounds) -> None:
        people = made.bench.people

        def deed() -> None:
            people.insert_column("tasks", 1, "Our notes")
            people.type_cell("tasks", "t1", "Our notes", "keep me")
            people.move_column("tasks", "late", 2)

        made.said["tasks"]["t1"] |= {"light": "red", "late": 1}
        made.said["tasks"]["n1"] = {"task": "New", "late": 4}
        self.refresh_while(made, deed)
        made.refresh()
        assert people.cell("tasks", "t1", "Our notes") == "keep me"
        expected = {"t1": {"light": "red", "late": 1, "task": "Review data"}, "n1": {"task": "New", "late": 4}}
        assert_cells(made, "tasks", expected)
        assert made.refresh() == Plan()

    def test_a_row_they_added_while_its_neighbour_got_an_id(self, made: Rounds) -> None:
        people = made.bench.people
        people.add_row("tasks", {"task": "First of ours"})
        self.refresh_while(made, lambda: people.delete_row("tasks", "t1"))
        made.refresh()
        rows = {str(row.row_id): row.cells.get("task") for row in made.read().tabs["tasks"].rows}
        assert sorted(str(name) for name in rows.values()) == ["0012", "Bid review", "First of ours"]
        assert (rows["t2"], rows["t3"]) == ("Bid review", "0012")
        assert made.refresh() == Plan()

    def test_an_append_is_placed_once(self, made: Rounds) -> None:
        made.said["tasks"]["n1"] = {"task": "New"}
        self.refresh_while(made, lambda: made.bench.people.add_row("tasks", {"task": "Ours meanwhile"}) and None)
        made.refresh()
        names = [str(row.cells.get("task")) for row in made.read().tabs["tasks"].rows]
        assert sorted(names) == ["0012", "Bid review", "New", "Ours meanwhile", "Review data"]

    def test_an_engine_cell_typed_over_meanwhile(self, made: Rounds) -> None:
        if made.bench.overtakes:
            pytest.skip("without compare-and-swap an engine cell typed over in the window is overtaken")
        made.said["tasks"]["t1"]["light"] = "red"
        plan = self.refresh_while(made, lambda: made.bench.people.type_cell("tasks", "t1", "light", "by hand"))
        edits = (*plan.edits, *made.refresh().edits)
        assert made.bench.people.cell("tasks", "t1", "light") == "red"
        assert "by hand" in [edit.new for edit in edits if edit.kind is EditKind.ENGINE_CELL]
