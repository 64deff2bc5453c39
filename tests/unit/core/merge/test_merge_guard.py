"""The guard: what it refuses, how it says so, and the way on it names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from merge_table import layout_of

from sheetsync.core.merge.guard import Limits, refusals
from sheetsync.core.model.workbook import Base, BaseTab, Current, CurrentRow, CurrentTab

LAYOUT = layout_of()
COLUMNS = ("task", "due", "owner", "status", "light", "late")


def play(known: int, standing: int, limits: Limits | None = None, **facts: object) -> list[tuple[str, str, str]]:
    """Refusals for a tab that knew `known` rows, of which the first `standing` are left."""
    base = Base({"tasks": BaseTab(rows={f"w{n}": {} for n in range(known)}, columns=COLUMNS)}, known=True)
    rows = tuple(CurrentRow(f"w{n}", {"task": "A"}, n + 3) for n in range(standing))
    tab = replace(CurrentTab("tasks", "Tasks", COLUMNS, {}, rows), **facts)  # type: ignore[arg-type]
    found = refusals(base, Current("r", {"tasks": tab}), LAYOUT, limits or Limits())
    assert all(refusal.tab == "tasks" for refusal in found)
    return [(refusal.code, refusal.message, refusal.hint) for refusal in found]


@pytest.mark.parametrize(
    ("known", "standing", "code"),
    [
        (0, 0, None),
        (1, 0, None),
        (2, 0, "tab-emptied"),
        (2, 1, None),
        (5, 1, None),
        (6, 1, "rows-vanished"),
        (24, 20, None),
        (25, 20, None),  # exactly the share
        (24, 19, "rows-vanished"),
        (100, 80, None),
        (100, 79, "rows-vanished"),
        (100, 0, "tab-emptied"),
    ],
)
def test_how_many_rows_may_vanish(known: int, standing: int, code: str | None) -> None:
    assert [found[0] for found in play(known, standing)] == ([code] if code else [])
    assert play(known, standing, Limits(accept_deletions=True)) == []


def test_another_share_may_be_set() -> None:
    assert play(100, 79, Limits(max_vanished=0.5)) == []
    assert play(100, 49, Limits(max_vanished=0.5))[0][1] == "Tasks: 51 of 100 known rows are gone, more than 50%"


def test_messages_name_the_tab_the_count_and_the_way_on() -> None:
    ((_, message, hint),) = play(7, 0)
    assert message == "Tasks: all 7 known rows are gone"
    assert "`sheetsync refresh --accept-deletions`" in hint
    ((code, message, hint),) = play(3, 3, id_column=False)
    assert (code, message) == ("id-column-gone", "Tasks: the hidden first column with the row ids is gone")
    assert "`sheetsync doctor`" in hint


@pytest.mark.parametrize(
    ("left", "refused"),
    [(COLUMNS[:5], False), (COLUMNS[:3], False), (COLUMNS[:2], True), ((), True), ((*COLUMNS, "own"), False)],
)
def test_more_than_half_of_the_columns_must_stand(left: tuple[str, ...], refused: bool) -> None:
    found = play(1, 1, columns=left)
    assert bool(found) is refused
    if refused:
        assert found[0][1] == f"Tasks: {6 - len(left)} of 6 columns lost their key"
        assert "doctor" in found[0][2]
        assert play(1, 1, Limits(accept_deletions=True), columns=left) == []


def test_one_of_two_columns_may_go_and_the_only_one_too() -> None:
    for stood, left in ((("metric", "value"), ("metric",)), (("metric",), ())):
        base = Base({"facts": BaseTab(columns=stood)}, known=True)
        tab = CurrentTab("facts", "Facts", left, {}, ())
        assert refusals(base, Current("r", {"facts": tab}), LAYOUT, Limits()) == ()


def test_a_deleted_tab_and_every_other_trouble_are_told_at_once() -> None:
    base = Base({"tasks": BaseTab(rows={"a": {}, "b": {}}), "facts": BaseTab(rows={"m": {}})}, known=True)
    current = Current("r", {"tasks": CurrentTab("tasks", "T", COLUMNS, {}, ())})
    found = refusals(base, current, LAYOUT, Limits())
    assert [(item.code, item.tab) for item in found] == [("tab-emptied", "tasks"), ("tab-deleted", "facts")]
    assert found[1].message == "Facts: the tab is gone, and with it 1 rows"
    assert "--accept-deletions" in found[1].hint
    assert refusals(base, current, LAYOUT, Limits(accept_deletions=True)) == ()


def test_a_lost_key_row_is_refused_even_without_a_base_and_when_deletions_are_accepted() -> None:
    current = Current("r", {}, keyless=("tasks",))
    (found,) = refusals(Base(), current, LAYOUT, Limits(accept_deletions=True))
    assert (found.code, found.tab) == ("key-row-gone", "tasks")
    assert found.message == "Tasks: the hidden first row with the column keys is gone"
    assert "`sheetsync doctor`" in found.hint


def test_another_plans_workbook_is_refused_before_anything_else() -> None:
    base = Base({"tasks": BaseTab(rows={"a": {}, "b": {}})}, known=True)
    (found,) = refusals(base, Current("r", {}, plan_id="plan-2"), LAYOUT, Limits(accept_deletions=True))
    assert (found.code, found.tab) == ("other-plan", None)
    assert found.message == "this workbook belongs to another plan (plan-2, not plan-1)"
    assert "sheetsync.toml" in found.hint
    assert "doctor" in found.hint
    assert refusals(Base(), Current("r", {}, plan_id="plan-1"), LAYOUT, Limits()) == ()
    assert refusals(Base(), Current("r", {}, plan_id=None), LAYOUT, Limits()) == ()
