"""The decision table, case by case: each cell of it is a named case in tests/cases/merge/."""

from __future__ import annotations

import pytest
from merge_table import Case, World, lines, load_cases, value_of

from sheetsync.core.model.values import same

CASES = load_cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_plan_is_what_the_table_says(case: Case) -> None:
    plan = World(case).plan()
    assert lines(plan) == case.plan, case.says


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_after_it_was_applied_the_second_run_plans_nothing(case: Case) -> None:
    world = World(case)
    plan = world.plan()
    if plan.refusals:
        assert plan.is_empty, "a refused plan holds no write"
        return
    world.apply(plan)
    for place, expected in case.stands.items():
        tab, row_id, column = place.split()
        assert same(world.workbook.people.cell(tab, row_id, column), value_of(expected)), place
    again = world.plan()
    assert lines(again) == []


def test_every_case_has_a_name_of_its_own_and_says_why() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert all(case.says.endswith(".") for case in CASES)
