"""One suite for every backend: what a workbook must do, whatever stands behind the port."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from backends import BACKENDS, Bench
from contract_round import START, Rounds, layout_of

from sheetsync.core.model.plan import CellWrite, EditKind, Plan, Refusal, Why
from sheetsync.core.model.values import Formula, Value, is_blank, same
from sheetsync.errors import MergeRefused, WorkbookBusy, WorkbookChanged, WorkbookMissing


@pytest.fixture(params=BACKENDS, ids=list(BACKENDS))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    factory: Callable[[Path], Bench] = BACKENDS[request.param]
    return factory(tmp_path)


@pytest.fixture
def made(bench: Bench) -> Rounds:
    rounds = Rounds(bench)
    rounds.create()
    return rounds


def kinds(plan: Plan) -> list[EditKind]:
    return [edit.kind for edit in plan.edits]


def assert_cells(made: Rounds, tab: str, expected: dict[str, dict[str, Value]]) -> None:
    """Reads with the backend and checks whole rows by id."""
    rows = {row.row_id: row.cells for row in made.read().tabs[tab].rows}
    for row_id, cells in expected.items():
        for column, value in cells.items():
            assert same(rows[row_id].get(column), value), (row_id, column, rows[row_id].get(column), value)


class TestCreate:
    def test_it_is_not_there_before(self, bench: Bench) -> None:
        assert not bench.workbook.exists()
        with pytest.raises(WorkbookMissing):
            bench.workbook.read(layout_of())

    def test_what_was_put_in_is_read_back(self, bench: Bench) -> None:
        rounds = Rounds(bench)
        receipt = rounds.create()
        assert bench.workbook.exists()
        assert receipt.verified
        for tab, rows in START.items():
            assert [row.row_id for row in receipt.current.tabs[tab].rows] == list(rows)
            assert_cells(rounds, tab, rows)

    def test_the_read_back_names_tabs_columns_headings_and_the_plan(self, made: Rounds) -> None:
        current = made.read()
        assert current.plan_id == "plan-1"
        assert list(current.tabs) == ["tasks", "facts"]
        for tab in made.layout.tabs:
            standing = current.tabs[tab.key]
            assert standing.columns == tuple(column.key for column in tab.columns)
            assert standing.headings == {column.key: column.heading for column in tab.columns}
            assert (standing.title, standing.hidden, standing.extra_columns) == (tab.title, False, ())

    def test_a_second_create_is_refused(self, made: Rounds) -> None:
        with pytest.raises(WorkbookBusy):
            made.create()
        assert_cells(made, "tasks", START["tasks"])

    def test_text_that_looks_like_a_formula_or_a_number_stays_text(self, made: Rounds) -> None:
        rows = {row.row_id: row.cells for row in made.read().tabs["facts"].rows}
        assert rows["f2"]["metric"] == "=1+1"
        assert not isinstance(rows["f2"]["metric"], Formula)
        tasks = {row.row_id: row.cells for row in made.read().tabs["tasks"].rows}
        assert tasks["t3"]["task"] == "0012"


class TestIdempotence:
    def test_the_first_refresh_after_create_plans_nothing(self, made: Rounds) -> None:
        assert made.refresh() == Plan()

    def test_an_empty_plan_writes_nothing_at_all(self, made: Rounds) -> None:
        before = made.read()
        receipt = made.bench.workbook.apply(Plan(), before, made.layout)
        assert (receipt.cells_written, receipt.rows_added) == (0, 0)
        assert receipt.calls.get("write", 0) == 0
        assert made.read().revision == before.revision

    def test_the_second_refresh_after_changes_plans_nothing(self, made: Rounds) -> None:
        made.said["tasks"]["t1"] |= {"light": "red", "late": 3, "seen": datetime(2026, 3, 9, 12, 5)}
        made.said["tasks"]["t9"] = {"task": "New", "due": date(2026, 3, 27), "light": "grey"}
        made.said["facts"]["f1"] |= {"value": -0.5, "share": 1}
        made.bench.people.add_row("tasks", {"task": "Ours", "hours": 2.5})
        assert not made.refresh().is_empty
        assert made.refresh() == Plan()

    def test_a_refused_plan_is_not_applied(self, made: Rounds) -> None:
        plan = Plan(refusals=(Refusal("tab-emptied", "Tasks: all rows are gone", "accept"),))
        with pytest.raises(MergeRefused):
            made.bench.workbook.apply(plan, made.read(), made.layout)


class TestWrites:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("light", "red"),
            ("light", "=HYPERLINK(1)"),
            ("light", "完成 ✓ <&\"'>"),
            ("light", "007"),
            ("light", "TRUE"),
            ("light", "2026-03-01"),
            ("light", "two\nlines"),
            ("light", " spaces "),
            ("light", None),
            ("late", 0),
            ("late", -3),
            ("late", 12345678901),
            ("late", 0.1),
            ("seen", datetime(2026, 3, 9, 23, 59)),
            ("seen", date(2026, 2, 28)),
        ],
    )
    def test_an_engine_cell_holds_what_was_written(self, made: Rounds, column: str, value: Value) -> None:
        made.said["tasks"]["t2"][column] = value
        made.refresh()
        assert_cells(made, "tasks", {"t2": {column: value}, "t1": START["tasks"]["t1"], "t3": START["tasks"]["t3"]})
        assert made.receipt is None or made.receipt.verified

    def test_rows_are_placed_below_the_data_in_order(self, made: Rounds) -> None:
        made.said["tasks"] |= {f"n{i}": {"task": f"New {i}", "late": i} for i in range(40)}
        plan = made.refresh()
        rows = made.read().tabs["tasks"].rows
        assert [row.row_id for row in rows] == [*START["tasks"], *(f"n{i}" for i in range(40))]
        assert made.receipt is not None
        assert made.receipt.rows_added == 40
        assert made.receipt.cells_written == plan.cell_count

    def test_rows_are_placed_below_what_people_added(self, made: Rounds) -> None:
        line = made.bench.people.add_row("tasks", {"task": "Ours", "owner": "Ads lead"})
        made.said["tasks"]["n1"] = {"task": "New"}
        made.refresh()
        assert made.bench.people.cell("tasks", line, "owner") == "Ads lead"
        assert [row.row_id for row in made.read().tabs["tasks"].rows][-2:] == ["new-1", "n1"]

    def test_a_heading_is_rewritten_in_place(self, made: Rounds) -> None:
        made.layout = layout_of("责任人")
        made.refresh()
        assert made.read().tabs["tasks"].headings["owner"] == "责任人"
        assert made.refresh() == Plan()

    def test_a_write_to_a_row_that_is_gone_is_missed_and_told(self, made: Rounds) -> None:
        current = made.read()
        made.bench.people.delete_row("tasks", "t1")
        plan = Plan(writes=(CellWrite("tasks", "t1", "light", "green", "red"),))
        try:
            receipt = made.bench.workbook.apply(plan, current, made.layout)
        except WorkbookChanged:
            receipt = None
        assert receipt is None or receipt.missed
        ids = [row.row_id for row in made.read().tabs["tasks"].rows]
        assert ids == ["t2", "t3"]
        assert_cells(made, "tasks", {"t2": START["tasks"]["t2"], "t3": START["tasks"]["t3"]})


class TestPeople:
    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("owner", "Ads lead"),
            ("owner", "=1+1"),
            ("status", "差不多 done?"),
            ("status", "Done"),
            ("hours", 7.25),
            ("hours", "about five"),
            ("held", True),
            ("due", date(2026, 4, 1)),
            ("task", "Renamed by hand"),
        ],
    )
    def test_what_people_type_is_read_and_never_written(self, made: Rounds, column: str, value: Value) -> None:
        made.bench.people.type_cell("tasks", "t1", column, value)
        made.said["tasks"]["t1"]["light"] = "red"
        plan = made.refresh()
        assert kinds(plan) == [EditKind.CELL]
        assert same(plan.edits[0].new, value)
        assert same(made.bench.people.cell("tasks", "t1", column), value)
        assert_cells(made, "tasks", {"t1": {"light": "red", column: value}})

    def test_an_emptied_cell_reads_as_empty(self, made: Rounds) -> None:
        made.bench.people.type_cell("tasks", "t1", "due", None)
        made.refresh()
        assert is_blank(made.bench.people.cell("tasks", "t1", "due"))
        assert made.refresh() == Plan()

    def test_a_persons_formula_stays_a_formula(self, made: Rounds) -> None:
        made.bench.people.type_cell("tasks", "t1", "hours", Formula("=1+2"))
        made.said["tasks"]["t1"]["light"] = "red"
        made.refresh()
        stands = made.bench.people.cell("tasks", "t1", "hours")
        assert isinstance(stands, Formula)
        assert stands.text == "=1+2"

    def test_an_overwritten_engine_cell_is_restored(self, made: Rounds) -> None:
        made.bench.people.type_cell("tasks", "t1", "late", Formula("=40+2"))
        plan = made.refresh()
        assert [write.why for write in plan.writes] == [Why.RESTORED]
        assert_cells(made, "tasks", {"t1": {"late": 0}})

    def test_an_added_row_gets_its_id(self, made: Rounds) -> None:
        line = made.bench.people.add_row("tasks", {"task": "Ours", "owner": "Ads lead", "hours": 3})
        made.refresh()
        assert made.bench.people.cell("tasks", "new-1", "owner") == "Ads lead"
        assert made.bench.people.cell("tasks", line, "task") == "Ours"

    def test_a_row_inserted_between_gets_its_id(self, made: Rounds) -> None:
        made.bench.people.add_row("tasks", {"task": "Between"}, 4)
        made.said["tasks"]["t3"]["light"] = "red"
        made.refresh()
        assert made.bench.people.cell("tasks", "new-1", "task") == "Between"
        assert_cells(made, "tasks", {"t1": {"light": "green"}, "t2": {"light": "green"}, "t3": {"light": "red"}})

    def test_a_copied_row_gets_its_own_id(self, made: Rounds) -> None:
        made.bench.people.type_cell("tasks", "t1", "owner", "Ads lead")
        made.bench.people.copy_row("tasks", "t1")
        made.refresh()
        ids = [row.row_id for row in made.read().tabs["tasks"].rows]
        assert ids == ["t1", "t2", "t3", "new-1"]
        assert made.bench.people.cell("tasks", "new-1", "owner") == "Ads lead"

    @pytest.mark.parametrize("text", [None, "oops"])
    def test_a_broken_id_is_put_back(self, made: Rounds, text: str | None) -> None:
        made.bench.people.type_id("tasks", "t2", text)
        plan = made.refresh()
        assert kinds(plan) == [EditKind.ID_EDITED]
        assert [row.row_id for row in made.read().tabs["tasks"].rows] == ["t1", "t2", "t3"]

    def test_a_deleted_row_stays_deleted(self, made: Rounds) -> None:
        made.bench.people.delete_row("tasks", "t2")
        made.said["tasks"]["t3"]["light"] = "red"
        made.refresh()
        made.refresh()
        assert [row.row_id for row in made.read().tabs["tasks"].rows] == ["t1", "t3"]
        assert_cells(made, "tasks", {"t3": {"light": "red"}})

    def test_sorted_rows_keep_their_cells(self, made: Rounds) -> None:
        made.bench.people.type_cell("tasks", "t1", "owner", "Zoe's desk")
        made.bench.people.type_cell("tasks", "t3", "owner", "A desk")
        made.bench.people.sort("tasks", "owner")
        made.said["tasks"]["t1"]["light"] = "red"
        made.refresh()
        assert [row.row_id for row in made.read().tabs["tasks"].rows] == ["t3", "t1", "t2"]
        assert_cells(made, "tasks", {"t1": {"light": "red", "owner": "Zoe's desk"}, "t3": {"light": "grey"}})


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
