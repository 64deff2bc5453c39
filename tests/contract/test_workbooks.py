"""One suite for every backend: what a workbook must do, whatever stands behind the port."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from backends import Bench
from contract_round import START, Rounds, assert_cells, kinds, layout_of

from sheetsync.core.model.plan import CellWrite, EditKind, Plan, Refusal, Why
from sheetsync.core.model.values import Formula, Value, is_blank, same
from sheetsync.errors import MergeRefused, WorkbookBusy, WorkbookChanged, WorkbookMissing


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
