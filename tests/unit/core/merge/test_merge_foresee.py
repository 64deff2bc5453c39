"""The workbook a plan would leave is the workbook it leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from merge_table import Case, World, load_cases

from sheetsync.core.merge.foresee import foresee
from sheetsync.core.merge.identity import identify
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.plan import CellWrite, HeadingWrite, Plan, RowAppend
from sheetsync.core.model.workbook import Current, CurrentRow, CurrentTab

CASES = [case for case in load_cases() if not any(line.startswith("refuse") for line in case.plan)]


def seen(current: Current) -> dict[str, tuple[dict[str, str], list[CurrentRow]]]:
    return {
        key: (tab.headings, [replace(r, cells={k: v for k, v in r.cells.items() if v is not None}) for r in tab.rows])
        for key, tab in current.tabs.items()
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_foreseen_comes_about(case: Case) -> None:
    world = World(case)
    known = identify(world.base, world.workbook.read(world.layout), world.layout, world.mint)
    plan = merge(world.base, known, world.incoming(known.current), world.layout)
    if plan.refusals:
        return
    foreseen = foresee(known.current, plan)
    assert seen(world.workbook.apply(plan, known.current, world.layout).current) == seen(foreseen)


def test_what_it_was_made_from_is_left_as_it_is() -> None:
    row = CurrentRow("a", {"light": "red"}, 3)
    current = Current("r", {"tasks": CurrentTab("tasks", "T", ("light",), {"light": "Light"}, (row,))})
    plan = Plan(
        writes=(CellWrite("tasks", "a", "light", "red", "green"),),
        appends=(RowAppend("tasks", "b", {"light": "grey"}), RowAppend("tasks", "c", {}), RowAppend("facts", "d", {})),
        headings=(HeadingWrite("tasks", "light", "Light", "灯"), HeadingWrite("facts", "light", "Light", "X")),
    )
    after = foresee(current, plan)
    assert row.cells == {"light": "red"}
    assert current.tabs["tasks"].headings == {"light": "Light"}
    assert after.tabs["tasks"].headings == {"light": "灯"}
    assert [(r.row_id, r.cells, r.position) for r in after.tabs["tasks"].rows] == [
        ("a", {"light": "green"}, 3),
        ("b", {"light": "grey"}, 4),
        ("c", {}, 5),
    ]


def test_rows_are_placed_from_the_top_of_an_empty_tab() -> None:
    current = Current("r", {"tasks": CurrentTab("tasks", "T", ("light",), {}, ())})
    after = foresee(current, Plan(appends=(RowAppend("tasks", "a", {}),)))
    assert [row.position for row in after.tabs["tasks"].rows] == [1]
