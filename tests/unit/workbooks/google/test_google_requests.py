"""Requests are pure: the same layout and the same plan give the same requests, kept beside this test as goldens.

SHEETSYNC_GOLDEN=write writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sample_layout import CONTENTS, LAYOUT, TASKS

from sheetsync.core.model.plan import CellWrite, HeadingWrite, IdReason, IdWrite, Plan, RowAppend, Why
from sheetsync.core.model.workbook import Current, CurrentRow, CurrentTab
from sheetsync.workbooks.google import ids
from sheetsync.workbooks.google.batches import batches, healing, size
from sheetsync.workbooks.google.build import first_rows, plots, properties, structure, top
from sheetsync.workbooks.google.change import Ink, blocks
from sheetsync.workbooks.google.guards import prove
from sheetsync.workbooks.google.sight import Place, Sight
from sheetsync.workbooks.google.work import Work

GOLDEN = Path(__file__).parents[3] / "golden" / "google"


def agrees(name: str, made: Any) -> None:
    path = GOLDEN / f"{name}.json"
    text = json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("SHEETSYNC_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def place(**changes: Any) -> Place:
    """Where the tasks stand in a workbook as it was made."""
    columns = {ids.ID_COLUMN: 0, **{column.key: at for at, column in enumerate(TASKS.columns, start=1)}}
    tagged = {ids.column_id("plan-g", "tasks", key): at for key, at in columns.items()}
    tagged[ids.column_id("plan-g", "tasks", ids.AFTER_LAST)] = 8
    rows = {ids.row_id("plan-g", "tasks", ids.HEAD): 1, ids.row_id("plan-g", "tasks", ids.TAIL): 202}
    engine = [ids.ID_COLUMN, "done", "light", "why"]
    made: dict[str, Any] = {
        "sheet_id": ids.sheet_id("plan-g", "tasks"),
        "title": "Tasks",
        "key_row": 0,
        "heading_row": 1,
        "columns": columns,
        "tagged": tagged,
        "tagged_rows": rows,
        "protected": frozenset(ids.protection_id("plan-g", "tasks", key) for key in engine),
        "row_count": 203,
        "column_count": 12,
        "used_rows": 5,
    }
    return Place(**(made | changes))


def sight(*rows: CurrentRow, where: Place | None = None) -> Sight:
    headings = {column.key: column.heading for column in TASKS.columns}
    where = where or place(rules=tuple(ours()))
    tab = CurrentTab("tasks", "Tasks", tuple(headings), headings, rows, handle=where)
    return Sight(Current("r1", {"tasks": tab}), {"tasks": where})


def ours() -> list[dict[str, Any]]:
    from sheetsync.workbooks.google.paints import rules

    columns = {ids.ID_COLUMN: 0, **{column.key: at for at, column in enumerate(TASKS.columns, start=1)}}
    return rules(TASKS, columns, ids.sheet_id("plan-g", "tasks"), 2)


ROWS = (
    CurrentRow("t1", {"task": "One", "light": "Red", "done": 0}, 3),
    CurrentRow("t2", {"task": "Two", "light": "Red"}, 4),
    CurrentRow(None, {"task": "Theirs", "owner": "Ads lead"}, 5),
)


class TestBuild:
    def test_a_new_workbook(self) -> None:
        made = plots(LAYOUT, CONTENTS)
        by_key = {plot.tab.key: plot for plot in made}
        requests = [request for plot in made for request in (top(LAYOUT, plot), *structure(LAYOUT, plot, by_key))]
        for plot in made:
            said = CONTENTS.tabs.get(plot.tab.key)
            requests += first_rows(plot, said.rows if said else ())
        agrees("build", {"sheets": [properties(plot) for plot in made], "requests": requests})

    def test_a_taken_title_gets_a_number(self) -> None:
        made = plots(LAYOUT, CONTENTS, frozenset({"home", "Home (2)", "Sheet1"}))
        assert [plot.title for plot in made] == ["Home (3)", "Tasks", "Team's list", "Series"]

    def test_ids_are_ours_positive_and_all_different(self) -> None:
        made = plots(LAYOUT, CONTENTS)
        by_key = {plot.tab.key: plot for plot in made}
        requests = [request for plot in made for request in structure(LAYOUT, plot, by_key)]
        marks = [r["createDeveloperMetadata"]["developerMetadata"]["metadataId"] for r in requests
                 if "createDeveloperMetadata" in r]  # fmt: skip
        assert len(marks) == len(set(marks))
        assert all(0 < mark < 2**31 for mark in marks)

    def test_no_text_is_ever_a_formula(self) -> None:
        rows = first_rows(plots(LAYOUT, CONTENTS)[1], CONTENTS.tabs["tasks"].rows)
        cells = rows[0]["updateCells"]["rows"][0]["values"]
        assert cells[1] == {"userEnteredValue": {"stringValue": "=1+1"}}


class TestChange:
    def test_everything_at_once(self) -> None:
        plan = Plan(
            writes=(
                CellWrite("tasks", "t1", "light", "Red", "Green"),
                CellWrite("tasks", "t2", "light", "Red", "Green"),
                CellWrite("tasks", "t2", "done", None, 0.5),
                CellWrite("tasks", "new-1", "light", None, "Red"),
                CellWrite("tasks", "t1", "task", None, "Seed", Why.SEEDED),
            ),
            appends=(RowAppend("tasks", "t3", {"task": "Three", "light": "Red"}),),
            ids=(IdWrite("tasks", 5, "new-1", IdReason.NEW, None, {"task": "Theirs", "owner": "Ads lead"}),),
            headings=(HeadingWrite("tasks", "due", "Due", "到期"),),
        )
        rows = (CurrentRow("t1", {"light": "Red", "done": 0}, 3), *ROWS[1:])
        work = Work(plan, LAYOUT, sight(*rows))
        (batch,) = batches(LAYOUT, work.pending(sight(*rows)), sight(*rows))
        agrees("change", batch.body(look=True))

    def test_nothing_to_do_gives_nothing(self) -> None:
        plan = Plan(writes=(CellWrite("tasks", "t1", "light", "Green", "Red"),))
        assert Work(plan, LAYOUT, sight(*ROWS)).pending(sight(*ROWS)) == {}

    def test_guards_come_before_anything_they_guard(self) -> None:
        plan = Plan(writes=(CellWrite("tasks", "t1", "light", "Red", "Green"),))
        (batch,) = batches(LAYOUT, Work(plan, LAYOUT, sight(*ROWS)).pending(sight(*ROWS)), sight(*ROWS))
        kinds = [next(iter(request)) for request in batch.requests]
        assert kinds.index("updateCells") == len(kinds) - 1
        assert kinds[:3] == ["updateProtectedRange", "deleteDeveloperMetadata", "createDeveloperMetadata"]

    def test_a_column_whose_mark_hangs_elsewhere_is_healed_first(self) -> None:
        where = place(tagged={}, rules=tuple(ours()))
        plan = Plan(writes=(CellWrite("tasks", "t1", "light", "Red", "Green"),))
        look = sight(*ROWS, where=where)
        todo = Work(plan, LAYOUT, look).pending(look)
        healed = healing("plan-g", todo, look)
        assert [next(iter(request)) for request in healed] == ["deleteDeveloperMetadata", "createDeveloperMetadata"]
        assert healing("plan-g", todo, sight(*ROWS)) == []

    def test_above_two_megabytes_it_is_split_and_each_part_is_guarded(self) -> None:
        rows = tuple(CurrentRow(f"r{n}", {"why": "old"}, n + 3) for n in range(300))
        plan = Plan(writes=tuple(CellWrite("tasks", f"r{n}", "why", "old", "x" * 400) for n in range(300)))
        look = sight(*rows)
        parts = batches(LAYOUT, Work(plan, LAYOUT, look).pending(look), look, limit=60_000)
        assert len(parts) > 1
        assert all("createDeveloperMetadata" in {next(iter(r)) for r in part.requests} for part in parts)
        assert all(size(part.requests) < 120_000 for part in parts)
        assert sum(len(part.parts["tasks"].inks) for part in parts) == 300

    def test_the_proof_asks_for_a_mark_that_is_taken(self) -> None:
        asked = prove("plan-g", "tasks", place())["createDeveloperMetadata"]["developerMetadata"]
        assert asked["metadataId"] == ids.column_id("plan-g", "tasks", ids.ID_COLUMN)
        assert asked["location"]["dimensionRange"]["startIndex"] == 1


class TestBlocks:
    def test_neighbours_go_together_and_nothing_between_is_touched(self) -> None:
        inks = [Ink(2, 1, "a"), Ink(2, 2, "b"), Ink(3, 1, "c"), Ink(3, 2, "d"), Ink(4, 1, "e"), Ink(2, 4, "f")]
        found = [request["updateCells"] for request in blocks(7, inks)]
        spans = [
            (m["start"]["rowIndex"], m["start"]["columnIndex"], [len(r["values"]) for r in m["rows"]]) for m in found
        ]
        assert sorted(spans) == [(2, 1, [2, 2]), (2, 4, [1]), (4, 1, [1])]

    @pytest.mark.parametrize("value", [None, ""])
    def test_nothing_empties_the_value_and_leaves_the_looks(self, value: str | None) -> None:
        (made,) = blocks(7, [Ink(0, 0, value)])
        assert made["updateCells"]["rows"] == [{"values": [{"userEnteredValue": {}}]}]
        assert made["updateCells"]["fields"] == "userEnteredValue"


def test_tokens_depend_on_rows_and_state_and_not_on_order() -> None:
    rows = [("tasks", "a"), ("tasks", "b")]
    assert ids.token("p", "1", rows) == ids.token("p", "1", rows[::-1])
    assert len({ids.token("p", "1", rows), ids.token("p", "2", rows), ids.token("p", "1", rows[:1])}) == 3
