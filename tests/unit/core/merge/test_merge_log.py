"""The Change log: every hand edit, restored cells, lights; the rest summed; and nothing where nothing happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from sheetsync.core.merge.log import as_text, log_rows
from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import CellWrite, EditKind, HandEdit, HeadingWrite, Plan, Refusal, RowAppend, Why
from sheetsync.core.model.values import Formula, Value
from sheetsync.core.model.workbook import Base, BaseTab

KEYS = ("when", "who", "tab", "row", "field", "old", "new", "run")
WHEN = datetime(2026, 3, 2, 7, 0)


def layout_of(**wording: str) -> Layout:
    tasks = Tab(
        "tasks",
        "Tasks",
        (
            Column("task", Owner.SEEDED, Kind.TEXT, "Task"),
            Column("owner", Owner.PEOPLE, Kind.TEXT, "Owner"),
            Column("light", Owner.ENGINE, Kind.LIGHT, "Light"),
            Column("late", Owner.ENGINE, Kind.INTEGER, "Days late"),
        ),
    )
    changes = Tab(
        "changes", "Change log", tuple(Column(k, Owner.ENGINE, Kind.TEXT, k) for k in KEYS), people_rows=False
    )
    words = {f"log.{name}": text for name, text in wording.items()}
    return Layout("p", "t", "2026-03", "en", "T", (tasks, changes), wording=words)


def told(plan: Plan, layout: Layout | None = None) -> list[str]:
    """The log's rows as lines, without time and run."""
    after = log_rows(plan, layout or layout_of(), run_id="run-7", when=WHEN)
    rows = after.appends[len(plan.appends) :]
    assert all(row.tab == "changes" and row.cells["when"] == WHEN and row.cells["run"] == "run-7" for row in rows)
    assert [row.row_id for row in rows] == [f"run-7.{n}" for n in range(1, len(rows) + 1)]
    return ["|".join(str(row.cells.get(key, "")) for key in KEYS[1:-1]) for row in rows]


WRITE = CellWrite("tasks", "w1", "late", 1, 2)


def test_nothing_happened_nothing_is_told() -> None:
    assert log_rows(Plan(), layout_of(), run_id="r", when=WHEN) == Plan()


def test_people_edited_and_the_engine_had_nothing_to_write() -> None:
    edit = HandEdit(EditKind.CELL, "tasks", "w1", "owner", None, "Ads lead", "Review data")
    assert told(Plan(edits=(edit,))) == ["people|Tasks|Review data|Owner||Ads lead"]


@pytest.mark.parametrize("kind", [kind for kind in EditKind if kind not in (EditKind.CELL, EditKind.ENGINE_CELL)])
def test_every_kind_of_edit_has_words(kind: EditKind) -> None:
    assert told(Plan(edits=(HandEdit(kind, "tasks", "w1", None, "a", "b"),))) == [f"people|Tasks|w1|{kind.value}|a|b"]


def test_a_restored_cell_is_told_from_both_sides() -> None:
    plan = Plan(
        writes=(CellWrite("tasks", "w1", "late", "mine", 2, Why.RESTORED),),
        edits=(HandEdit(EditKind.ENGINE_CELL, "tasks", "w1", "late", 2, "mine", "Review"),),
        seen=Base(
            {"tasks": BaseTab(rows={"w1": {"task": "Review"}}, columns=("task",)), "changes": BaseTab(columns=KEYS)}
        ),
    )
    assert told(plan) == ["people|Tasks|Review|Days late|2|mine", "engine|Tasks|Review|Days late|mine|2"]


def test_lights_are_told_other_cells_are_counted() -> None:
    writes = (CellWrite("tasks", "w1", "light", "green", "red"), WRITE, replace(WRITE, row_id="w2"))
    assert told(Plan(writes=writes)) == ["engine|Tasks|w1|Light|green|red", "engine|Tasks||2 cells||"]


def test_a_cell_taken_over_without_a_base_is_told_for_it_may_have_been_typed() -> None:
    adopted = CellWrite("tasks", "w1", "late", "mine?", 2, Why.ADOPTED)
    filled = CellWrite("tasks", "w2", "late", None, 2, Why.ADOPTED)
    assert told(Plan(writes=(adopted, filled))) == ["engine|Tasks|w1|Days late|mine?|2", "engine|Tasks||1 cells||"]


def test_placed_rows_are_named_up_to_ten_and_counted_beyond() -> None:
    few = tuple(RowAppend("tasks", f"w{n}", {"task": f"Task {n}"}) for n in range(10))
    assert told(Plan(appends=few))[0] == "engine|Tasks|Task 0|row added||"
    assert len(told(Plan(appends=few))) == 10
    many = (*few, RowAppend("tasks", "w10", {}))
    assert told(Plan(appends=many)) == ["engine|Tasks||11 rows added||"]


def test_headings_are_counted() -> None:
    assert told(Plan(headings=(HeadingWrite("tasks", "owner", "Owner", "Who"),))) == ["engine|Tasks||1 headings||"]


def test_the_words_are_the_workbooks() -> None:
    edit = HandEdit(EditKind.ROW_ADDED, "tasks", "w1", row_name="任务")
    layout = layout_of(people="人工", row_added="新增一行", engine="引擎", cells="{count} 个单元格")
    assert told(Plan(edits=(edit,), writes=(WRITE,)), layout) == [
        "人工|Tasks|任务|新增一行||",
        "引擎|Tasks||1 个单元格||",
    ]


def test_edits_of_the_log_itself_are_not_told_in_it() -> None:
    edit = HandEdit(EditKind.ROW_DELETED, "changes", "run-1.1")
    assert told(Plan(edits=(edit,))) == []


@pytest.mark.parametrize("seen", [Base({}), Base({"changes": BaseTab()})])
def test_no_row_without_the_tab(seen: Base) -> None:
    assert told(Plan(writes=(WRITE,), seen=seen)) == []
    bare = replace(layout_of(), tabs=layout_of().tabs[:1])
    assert told(Plan(writes=(WRITE,)), bare) == []


def test_only_columns_that_stand_are_filled() -> None:
    seen = Base({"changes": BaseTab(columns=("when", "run", "who"))})
    after = log_rows(Plan(writes=(WRITE,), seen=seen), layout_of(), run_id="r", when=WHEN)
    assert set(after.appends[0].cells) == {"when", "run", "who"}


def test_a_refused_plan_has_no_log() -> None:
    plan = Plan(edits=(HandEdit(EditKind.TAB_DELETED, "tasks"),), refusals=(Refusal("tab-deleted", "m", "h"),))
    assert log_rows(plan, layout_of(), run_id="r", when=WHEN) == plan


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "TRUE"),
        (0, "0"),
        (0.1 + 0.2, "0.3"),
        (1234567.5, "1234567.5"),
        ("text", "text"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 7, 5, 9), "2026-03-02 07:05"),
        (Formula("=A1", 3), "=A1"),
    ],
)
def test_values_as_text(value: Value, text: str) -> None:
    assert as_text(value) == text


def test_a_tab_or_column_the_layout_does_not_have_is_told_by_its_key() -> None:
    plan = Plan(
        writes=(
            CellWrite("old", "w1", "c", "x", 1, Why.RESTORED),
            CellWrite("tasks", "w1", "c", "x", 1, Why.UNDO),
            CellWrite("old", "w2", "c", None, 1),
        ),
        edits=(
            HandEdit(EditKind.CELL, "old", "w1", "c", None, 1),
            HandEdit(EditKind.CELL, "tasks", "w1", "c", None, 1),
            HandEdit(EditKind.ENGINE_CELL, "tasks", None, None, None, 1),
        ),
        appends=(RowAppend("old", "w3", {"task": "X"}),),
    )
    assert told(plan) == [
        "people|old|w1|c||1",
        "people|Tasks|w1|c||1",
        "people|Tasks||||1",
        "engine|old|w1|c|x|1",
        "engine|Tasks|w1|c|x|1",
        "engine|old||1 cells||",
        "engine|old||1 rows added||",
    ]


def test_a_row_without_a_name_is_told_by_its_id() -> None:
    seen = Base({"tasks": BaseTab(rows={"w1": {"light": 3}}), "changes": BaseTab(columns=KEYS)})
    write = CellWrite("tasks", "w1", "light", "green", "red")
    assert told(Plan(writes=(write, replace(write, row_id="w2")), seen=seen)) == [
        "engine|Tasks|w1|Light|green|red",
        "engine|Tasks|w2|Light|green|red",
    ]
    assert told(Plan(appends=(RowAppend("tasks", "w7", {}),))) == ["engine|Tasks|w7|row added||"]


def test_everything_comes_in_one_order() -> None:
    plan = Plan(
        writes=(WRITE, CellWrite("tasks", "w1", "light", "green", "red")),
        appends=(RowAppend("tasks", "w7", {"task": "T"}),),
        headings=(HeadingWrite("tasks", "owner", "Owner", "Who"), HeadingWrite("tasks", "late", "Late", "Days")),
        edits=(HandEdit(EditKind.ROW_ADDED, "tasks", "n"),),
    )
    assert [line.split("|", 2)[2] for line in told(plan)] == [
        "n|row added||",
        "w1|Light|green|red",
        "|1 cells||",
        "T|row added||",
        "|2 headings||",
    ]


def test_a_tab_with_many_rows_does_not_hide_the_next() -> None:
    many = tuple(RowAppend("old", f"m{n}", {}) for n in range(11))
    plan = Plan(appends=(*many, RowAppend("tasks", "w1", {"task": "T"})))
    assert told(plan) == ["engine|old||11 rows added||", "engine|Tasks|T|row added||"]
