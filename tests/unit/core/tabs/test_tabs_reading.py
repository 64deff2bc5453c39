"""Cells people type are read for what they mean; sentences survive whatever a template leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
import sample_month as sample
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.values import Formula
from sheetsync.core.model.workbook import CurrentRow, CurrentTab
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import brief, number, say, say_reports, several

LAYOUT = sample.layout()


def reader(value, problems=None, key="estimate"):
    row = CurrentRow("task.1", {key: value, "title": "Do it"}, 3)
    tab = CurrentTab("weekly", "Weekly focus", (key,), {}, (row,))
    return RowReader(LAYOUT, tab, row, problems if problems is not None else [])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (3, "3"),
        (2.5, "2.5"),
        ("2.5", "2.5"),
        ("1,200", "1200"),
        ("1，200", "1200"),
        ("22 %", "0.22"),
        ("22％", "0.22"),
        ("$1,200.50", "1200.50"),
        ("￥ 300", "300"),
        (" 7 ", "7"),
        (Formula("=2*3", 6), "6"),
        (0, "0"),
        ("-4", "-4"),
    ],
)
def test_numbers(typed, read):
    problems = []
    assert reader(typed, problems).number("estimate") == Decimal(read)
    assert not problems


@pytest.mark.parametrize("typed", ["a lot", "1.2.3", "NaN", "Infinity", "%", "two", True, date(2026, 1, 1), "1e"])
def test_what_is_no_number_is_told(typed):
    problems = []
    assert reader(typed, problems).number("estimate") is None
    assert [problem.subject for problem in problems] == ["weekly|task.1|estimate"]
    assert problems[0].facts["column"] == "Hours"
    assert problems[0].name == "Do it"


@pytest.mark.parametrize("typed", [None, "", "   ", Formula("=A1", None)])
def test_an_empty_cell_is_no_problem(typed):
    problems = []
    cell = reader(typed, problems)
    assert cell.number("estimate") is None
    assert cell.day("estimate") is None
    assert cell.choice("estimate", "statuses") == ""
    assert not problems


@pytest.mark.parametrize(
    "typed",
    [
        date(2026, 11, 5),
        datetime(2026, 11, 5, 17, 30),
        "2026-11-05",
        "2026/11/5",
        "2026.11.05",
        "2026年11月5日",
        " 2026-11-5 ",
        Formula("=TODAY()", date(2026, 11, 5)),
    ],
)
def test_days(typed):
    assert reader(typed).day("estimate") == date(2026, 11, 5)


@pytest.mark.parametrize("typed", ["05/11/2026", "2026-13-01", "2026-02-30", "Friday", 46331, True])
def test_a_day_that_could_be_two_days_is_asked_about(typed):
    problems = []
    assert reader(typed, problems).day("estimate") is None
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("typed", "read"),
    [(True, True), (1, True), ("✓", True), ("TRUE", True), (False, False), (None, False), ("no", False)],
)
def test_boxes(typed, read):
    assert reader(typed).flag("estimate") is read


def test_rows_without_an_id_or_without_words_say_nothing():
    rows = (
        CurrentRow(None, {"title": "new"}, 3),
        CurrentRow("a", {"status": None, "title": " "}, 4),
        CurrentRow("b", {"title": "x"}, 5),
    )
    tab = CurrentTab("weekly", "Weekly focus", ("title",), {}, rows)
    assert [row.row_id for row in rows_of(LAYOUT, tab, [], needs=("title", "status"))] == ["b"]
    assert not list(rows_of(LAYOUT, None, []))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_a_number_becomes_a_cell_that_stays_the_same(value):
    for kind, step in ((Kind.MONEY, "0.01"), (Kind.PERCENT, "0.0001"), (Kind.INTEGER, "1")):
        cell = number(value, kind)
        assert abs(Decimal(str(cell)) - value) <= Decimal(step) / 2
        assert number(Decimal(str(cell)), kind) == cell


def test_missing_is_empty_and_never_zero():
    assert number(None, Kind.MONEY) is None
    assert number(Decimal(0), Kind.INTEGER) == 0


def test_a_sentence_without_its_value_still_reads():
    said = say(LAYOUT, "home.completion_detail", done=1)
    assert said == "1 of {due} tasks due by today are done; {open} are open this month."
    assert say(LAYOUT, "nobody.wrote.this") == ""
    odd = replace(LAYOUT, wording={"x": "{name} and {0} and {name.__class__} and {"})
    assert say(odd, "x", name="{brace}") == "{brace} and {0} and {name.__class__} and {"


@pytest.mark.parametrize(
    ("names", "said"),
    [([], "None."), (["a"], "a"), (["a", "b", "c"], "a; b; c"), (["a", "b", "c", "d"], "a; b; c; and 1 more")],
)
def test_a_few_names_are_said_and_the_rest_is_counted(names, said):
    assert several(LAYOUT, names) == said


@given(st.text(max_size=80), st.integers(min_value=3, max_value=40))
def test_a_brief_text_is_short(text, length):
    said = brief(text, length)
    assert len(said) <= length
    assert said == text or said.endswith("…")


def test_reports_are_called_by_name():
    assert say_reports(LAYOUT, "sp_campaign (a.csv); fba_myi (b.txt)") == "SP campaigns (a.csv); FBA inventory (b.txt)"
