"""Row ids: who is the original, who is recognised, and that no id is given twice."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from merge_table import layout_of

from sheetsync.core.merge.identity import Identified, identify
from sheetsync.core.model.plan import EditKind, IdReason
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import Base, BaseTab, Current, CurrentRow, CurrentTab

LAYOUT = layout_of()
COLUMNS = ("task", "due", "owner", "status", "light", "late")

Rows = list[tuple[str | None, dict[str, Value]]]


def play(base: dict[str, dict[str, Value]], rows: Rows, **facts: object) -> Identified:
    numbers = count(1)
    tab = CurrentTab("tasks", "Tasks", COLUMNS, {}, tuple(CurrentRow(i, c, 3 + n) for n, (i, c) in enumerate(rows)))
    memory = Base({"tasks": BaseTab(rows=base, columns=COLUMNS)}, known=True)
    return identify(memory, Current("r", {"tasks": tab}), LAYOUT, lambda tab: f"{tab}-{next(numbers)}", **facts)  # type: ignore[arg-type]


def ids(known: Identified) -> list[str | None]:
    return [row.row_id for row in known.current.tabs["tasks"].rows]


def test_nothing_to_do_gives_the_same_rows_back() -> None:
    known = play({"a": {"task": "A"}}, [("a", {"task": "A"}), ("b", {"task": "B"})])
    assert ids(known) == ["a", "b"]
    assert (known.ids, known.edits) == ((), ())


def test_a_write_says_where_the_row_stood_and_what_it_must_still_hold() -> None:
    (write,) = play({}, [("a", {"task": "A"}), (None, {"owner": "Ads lead", "light": "red", "status": " "})]).ids
    assert (write.tab, write.position, write.row_id, write.reason) == ("tasks", 4, "tasks-1", IdReason.NEW)
    assert write.cells == {"owner": "Ads lead"}
    assert write.old_id is None


def test_white_space_in_the_id_column_is_a_blank_id() -> None:
    assert ids(play({"a": {"task": "A"}}, [("  ", {"task": "A"})])) == ["a"]
    assert ids(play({"a": {"task": "A"}}, [(" a ", {"task": "A"})])) == ["a"]


def test_an_id_placed_by_a_run_that_died_is_the_engines_own() -> None:
    base: dict[str, dict[str, Value]] = {"gone": {"task": "Twin", "owner": "X"}}
    rows: Rows = [("w9", {"task": "Twin", "owner": "X"})]
    assert ids(play(base, rows)) == ["gone"]
    assert ids(play(base, rows, placed=["w9"])) == ["w9"]


def test_a_row_put_back_after_its_deletion_keeps_its_id() -> None:
    memory = Base(
        {"tasks": BaseTab(rows={"b": {"task": "A"}}, tombstones=frozenset({"a"}), columns=COLUMNS)}, known=True
    )
    tab = CurrentTab("tasks", "Tasks", COLUMNS, {}, (CurrentRow("a", {"task": "A"}, 3),))
    known = identify(memory, Current("r", {"tasks": tab}), LAYOUT, str)
    assert ids(known) == ["a"]


def test_twins_are_paired_in_order() -> None:
    base: dict[str, dict[str, Value]] = {"a": {"task": "Same"}, "b": {"task": "Same"}}
    assert ids(play(base, [(None, {"task": "Same"}), (None, {"task": "Same"})])) == ["a", "b"]


def test_the_engines_cells_tell_twins_apart() -> None:
    base: dict[str, dict[str, Value]] = {"a": {"task": "Same", "light": "red"}, "b": {"task": "Same", "light": "green"}}
    rows: Rows = [(None, {"task": "Same", "light": "green"}), (None, {"task": "Same", "light": "red"})]
    assert ids(play(base, rows)) == ["b", "a"]


@pytest.mark.parametrize(
    ("row", "is_a"),
    [
        ({"task": "A", "owner": "X", "light": "red"}, True),
        ({"task": "A", "owner": "X", "light": "green"}, True),  # the engine's cells need not agree
        ({"task": "A", "owner": "Y", "light": "red"}, True),  # one of people's differs, the engine's agree
        ({"task": "A", "owner": "Y", "light": "green"}, False),
        ({"task": "A", "owner": "Y"}, False),
        ({"task": "B", "owner": "Y", "light": "red"}, False),
        ({"light": "red"}, False),
    ],
)
def test_how_much_must_agree(row: dict[str, Value], is_a: bool) -> None:
    known = play({"a": {"task": "A", "owner": "X", "light": "red"}}, [(None, row)])
    assert (ids(known) == ["a"]) is is_a


def test_two_likely_rows_decide_nothing() -> None:
    base: dict[str, dict[str, Value]] = {
        "a": {"task": "A", "owner": "X", "light": "red"},
        "b": {"task": "A", "owner": "Z", "light": "red"},
    }
    assert ids(play(base, [(None, {"task": "A", "owner": "Y", "light": "red"})])) == ["tasks-1"]


def test_each_decision_is_on_record() -> None:
    base: dict[str, dict[str, Value]] = {"a": {"task": "A"}, "b": {"task": "B"}}
    known = play(base, [("a", {"task": "A"}), ("a", {"task": "A"}), ("x", {"task": "B"}), (None, {"task": "C"})])
    assert sorted((e.kind, e.row_id, e.old, e.new) for e in known.edits) == [
        (EditKind.ID_EDITED, "b", "b", "x"),
        (EditKind.ROW_ADDED, "tasks-2", None, None),
        (EditKind.ROW_COPIED, "tasks-1", "a", None),
    ]
    assert [edit.row_name for edit in known.edits if edit.kind is EditKind.ROW_ADDED] == ["C"]


def test_a_mint_that_repeats_itself_is_an_error_not_a_loop() -> None:
    tab = CurrentTab(
        "tasks", "Tasks", COLUMNS, {}, (CurrentRow("t", {"task": "A"}, 3), CurrentRow(None, {"task": "B"}, 4))
    )
    with pytest.raises(ValueError, match="no fresh row id for tasks"):
        identify(Base(), Current("r", {"tasks": tab}), LAYOUT, lambda _: "t")


def test_a_mint_may_hit_ids_that_are_taken_or_were() -> None:
    minted = iter(["here", "base", "dead", "free"])
    memory = Base({"tasks": BaseTab(rows={"base": {}}, tombstones=frozenset({"dead"}))}, known=True)
    rows = (CurrentRow("here", {"task": "A"}, 3), CurrentRow(None, {"task": "B"}, 4))
    known = identify(
        memory, Current("r", {"tasks": CurrentTab("tasks", "T", COLUMNS, {}, rows)}), LAYOUT, lambda _: next(minted)
    )
    assert ids(known) == ["here", "free"]


CELLS = st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(["p", "q", 1, None, " "]), max_size=4)
IDS = st.sampled_from([None, "", "a", "b", "c", "x", "y"])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), CELLS), st.lists(st.tuples(IDS, CELLS), max_size=8))
def test_ids_end_up_unique_and_every_row_of_people_has_one(base: dict[str, dict[str, Value]], rows: Rows) -> None:
    known = play(base, rows)
    given_ids = [row_id for row_id in ids(known) if row_id is not None]
    assert len(given_ids) == len(set(given_ids))
    for (_, cells), row_id in zip(rows, ids(known), strict=True):
        filled = any(str(cells.get(key) or "").strip() for key in ("task", "due", "owner", "status"))
        assert row_id is not None or not filled
    # what changed is written, and nothing else
    changed = [i for i, (before, _) in enumerate(rows) if (before or "").strip() != (ids(known)[i] or "")]
    assert sorted(write.position - 3 for write in known.ids) == changed
    assert len(known.edits) == len(known.ids)
    again = play(base, [(row.row_id, row.cells) for row in known.current.tabs["tasks"].rows])
    assert all(write.reason is IdReason.RESTORED for write in again.ids)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ({"task": "A", "owner": "X"}, {"task": "A", "owner": "X"}, 0),  # twins: the upper one
        ({"task": "A", "owner": "Y"}, {"task": "A", "owner": "X"}, 1),  # people's cells
        ({"task": "B", "owner": "X"}, {"task": "A", "owner": "X"}, 1),  # seeded cells
        ({"task": "A", "owner": "X", "light": "red"}, {"task": "A", "owner": "X", "light": "green"}, 1),  # engine's
        ({"task": "A", "owner": "Y", "light": "green"}, {"task": "A", "owner": "X", "light": "red"}, 1),  # people first
    ],
)
def test_the_original_of_a_copy(first: dict[str, Value], second: dict[str, Value], kept: int) -> None:
    known = play({"a": {"task": "A", "owner": "X", "light": "green"}}, [("a", first), ("a", second)])
    assert ids(known).index("a") == kept


def test_a_row_that_is_like_no_other_does_not_hide_the_next() -> None:
    base: dict[str, dict[str, Value]] = {"a": {"task": "A", "owner": "X", "light": "red"}}
    rows: Rows = [(None, {"task": "N"}), (None, {"task": "A", "owner": "Y", "light": "red"})]
    assert ids(play(base, rows)) == ["tasks-1", "a"]


def test_agreeing_in_emptiness_is_not_agreeing() -> None:
    base: dict[str, dict[str, Value]] = {"a": {"task": "A", "light": "red"}}
    assert ids(play(base, [(None, {"task": "B", "light": "red"})])) == ["tasks-1"]
