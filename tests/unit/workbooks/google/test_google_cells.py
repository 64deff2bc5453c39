"""Values on the wire and back: nothing becomes a formula, days stay days, nothing changes by being read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.values import Formula, Value, same
from sheetsync.workbooks.google.cells import MAX_TEXT, from_cell, moment, raw, serial, stored, typed

PLAIN_KINDS = [kind for kind in Kind if kind not in {Kind.DATE, Kind.DATETIME}]
DAYS = st.dates(date(1970, 1, 1), date(9999, 12, 31))
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30))
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15, allow_nan=False)


def read_back(value: Value, kind: Kind) -> Value:
    """What Google answers for a cell that was written: literals as they are, a day's formula as its serial."""
    sent = typed(value, kind)
    if "formulaValue" not in sent:
        return from_cell({"effectiveValue": sent} if sent else {}, kind)
    result: dict[str, Any] = {"numberValue": serial(value)} if isinstance(value, date) else {}
    return from_cell({"userEnteredValue": sent, "effectiveValue": result}, kind)


@given(st.text() | st.sampled_from(["=1+1", "+1", "@SUM(A1)", "\t=1", "＝1", "'=1", "-2", "TRUE", "1e5"]))
def test_text_is_text(text: str) -> None:
    for kind in Kind:
        assert typed(text, kind) == ({"stringValue": text} if text else {})
        assert read_back(text, kind) == (text or None)


@given(NUMBERS, st.sampled_from(PLAIN_KINDS))
def test_numbers_come_back(number: float, kind: Kind) -> None:
    assert same(read_back(number, kind), number)
    assert same(stored(number, kind), read_back(number, kind))


@given(DAYS, st.sampled_from(list(Kind)))
def test_days_come_back_in_a_column_of_any_kind(day: date, kind: Kind) -> None:
    assert same(read_back(day, kind), day)
    assert same(stored(day, kind), day)


@given(TIMES, st.sampled_from(list(Kind)))
def test_moments_come_back_to_the_second(when: datetime, kind: Kind) -> None:
    assert same(read_back(when, kind), when.replace(microsecond=0))


@pytest.mark.parametrize("value", [True, False])
def test_truth_comes_back(value: bool) -> None:
    assert read_back(value, Kind.CHECKBOX) is value


@pytest.mark.parametrize("value", [None, "", float("nan"), float("inf"), float("-inf")])
def test_nothing_is_nothing(value: Value) -> None:
    assert typed(value, Kind.NUMBER) == {}
    assert stored(value, Kind.NUMBER) is None


def test_a_formula_is_written_as_one_and_only_typed() -> None:
    assert typed(Formula("=TODAY()"), Kind.TEXT) == {"formulaValue": "=TODAY()"}
    with pytest.raises(TypeError):
        raw(Formula("=TODAY()"))


@pytest.mark.parametrize(
    ("error", "shown"), [("DIVIDE_BY_ZERO", "#DIV/0!"), ("N_A", "#N/A"), ("REF", "#REF!"), ("NUM", "#NUM!")]
)
def test_a_formula_with_an_error_shows_it(error: str, shown: str) -> None:
    cell = {"userEnteredValue": {"formulaValue": "=1/0"}, "effectiveValue": {"errorValue": {"type": error}}}
    assert from_cell(cell, Kind.NUMBER) == Formula("=1/0", shown)


def test_peoples_formulas_keep_their_result() -> None:
    cell = {"userEnteredValue": {"formulaValue": "=B3*2"}, "effectiveValue": {"numberValue": 46090}}
    assert from_cell(cell, Kind.DATE) == Formula("=B3*2", date(2026, 3, 9))
    assert from_cell(cell, Kind.NUMBER) == Formula("=B3*2", 46090)


def test_an_answer_may_name_parts_that_are_empty() -> None:
    assert from_cell({"userEnteredValue": {}, "effectiveValue": {"stringValue": "x"}}, Kind.TEXT) == "x"
    assert from_cell({"userEnteredValue": {}, "effectiveValue": {}}, Kind.TEXT) is None
    assert from_cell({}, Kind.TEXT) is None


def test_a_small_number_in_a_date_column_is_what_somebody_typed() -> None:
    assert from_cell({"effectiveValue": {"numberValue": 30}}, Kind.DATE) == 30
    assert moment(46090.5, Kind.DATE) == datetime(2026, 3, 9, 12)


def test_text_beyond_googles_limit_is_cut_the_same_way_twice() -> None:
    text = "x" * (MAX_TEXT + 5)
    assert typed(text, Kind.NOTE) == {"stringValue": "x" * MAX_TEXT}
    assert stored(text, Kind.NOTE) == "x" * MAX_TEXT
