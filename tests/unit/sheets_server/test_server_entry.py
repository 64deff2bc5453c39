"""What typed text becomes, and how values are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.sheets_server.cells import Formula
from tests.sheets_server.entry import moment, raw_value, serial, user_entered
from tests.sheets_server.errors import ApiError
from tests.sheets_server.formats import date_text, display, number_text, plain

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "sheets_server_entry.yml").read_text("utf-8"))


@pytest.mark.parametrize(("typed", "value", "kind", "shown"), CASES["entered"])
def test_typed_text_becomes_what_the_ui_makes_of_it(typed, value, kind, shown):
    stored, shape = user_entered(typed)
    assert stored == value
    assert type(stored) is type(value) or isinstance(value, (int, float))
    assert (shape or {}).get("type") == kind
    assert display(stored, shape) == shown


@pytest.mark.parametrize(("number", "pattern", "shown"), CASES["patterns"])
def test_a_number_under_a_pattern(number, pattern, shown):
    kind = "DATE_TIME" if any(letter in pattern.replace('"days"', "") for letter in "ydh") else "NUMBER"
    assert display(number, {"type": kind, "pattern": pattern}) == shown


def test_a_formula_is_kept_as_one():
    stored, _ = user_entered("=SUM(A1:A3)")
    assert isinstance(stored, Formula)


def test_a_text_cell_takes_what_is_typed():
    assert user_entered("42", {"numberFormat": {"type": "TEXT"}}) == ("42", None)


@given(st.text(max_size=60))
def test_raw_text_is_never_parsed(text):
    stored = raw_value(text)
    assert stored == (text or None)
    assert not isinstance(stored, Formula)


def test_a_cell_takes_50000_characters_and_no_more():
    assert raw_value("x" * 50_000) == "x" * 50_000
    with pytest.raises(ApiError, match="more than the maximum of 50000 characters"):
        raw_value("x" * 50_001)


@given(st.datetimes(min_value=moment(1), max_value=moment(80_000)))
def test_serial_numbers_and_moments_are_inverse_to_the_millisecond(when):
    when = when.replace(microsecond=when.microsecond // 1000 * 1000)
    assert moment(serial(when)) == when


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_are_shown_as_they_are(number):
    assert plain(number) == str(number)


def test_long_fractions_are_cut_to_ten_digits():
    assert plain(1 / 3) == "0.3333333333"
    assert plain(0.1 + 0.2) == "0.3"
    assert plain(1e20) == "1E+20"


def test_a_pattern_with_text_alone_hides_the_number():
    assert number_text(5, '"done"') == "done"


def test_a_number_out_of_the_calendar_is_shown_plain():
    assert date_text(1e9, "yyyy") == "1000000000"
