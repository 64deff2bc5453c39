"""Tokens to numbers, days and headings: the named cases, and what must not be read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.core.model.marketplace import MARKETPLACES, marketplace, sole_marketplace_of
from sheetsync.importers import convert, dates, numbers
from sheetsync.importers.naming import heading, without_currency

CASES = Path(__file__).resolve().parents[2] / "cases" / "importers"
NUMBERS = yaml.safe_load((CASES / "numbers.yml").read_text("utf-8"))
DATES = yaml.safe_load((CASES / "dates.yml").read_text("utf-8"))


def name_of(case):
    return "/".join(str(value) for value in case.values())


@pytest.mark.parametrize("case", NUMBERS["money"], ids=name_of)
def test_amounts(case):
    if case["value"] == "refused":
        with pytest.raises(ValueError):
            numbers.number(case["text"], case.get("style"))
    else:
        expected = None if case["value"] is None else Decimal(case["value"])
        assert numbers.number(case["text"], case.get("style")) == expected


@pytest.mark.parametrize("case", NUMBERS["count"], ids=name_of)
def test_counts(case):
    if case["value"] == "refused":
        with pytest.raises(ValueError):
            numbers.count(case["text"])
    else:
        assert numbers.count(case["text"]) == case["value"]


@pytest.mark.parametrize("case", NUMBERS["ratio"], ids=name_of)
def test_ratios(case):
    if case["value"] == "refused":
        with pytest.raises(ValueError):
            numbers.ratio(case["text"])
    else:
        found = numbers.ratio(case["text"], percent_units=case.get("percent", False))
        assert found == (None if case["value"] is None else pytest.approx(case["value"], rel=1e-12))


@pytest.mark.parametrize("case", DATES["days"], ids=name_of)
def test_days(case):
    if case["day"] == "refused":
        with pytest.raises(ValueError):
            dates.day(case["text"], case.get("order"))
    else:
        assert dates.day(case["text"], case.get("order")) == case["day"]


@pytest.mark.parametrize("case", DATES["moments"], ids=name_of)
def test_moments(case):
    if case["at"] == "refused":
        with pytest.raises(ValueError):
            dates.moment(case["text"])
    else:
        assert dates.moment(case["text"]) == datetime.fromisoformat(case["at"])


@pytest.mark.parametrize("case", DATES["columns"], ids=lambda case: case["name"])
def test_the_order_of_day_and_month_comes_from_the_whole_column(case):
    parts = [dates.ambiguous_parts(text) for text in case["dates"]]
    assert dates.order_of([part for part in parts if part]) == case["order"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("（親）ASIN", "(親)ASIN"),
        ("Sessions – Total", "Sessions - Total"),
        ("Sessions — Total", "sessions -  total "),
        ("7 Day Total Sales ", "7 Day Total Sales"),
        ("Total\u00a0Cost", "total cost"),
        ("7 天内的总订单数 (#)", "7天内的总订单数(#)"),
        ("点击量最高的商品 #1：ASIN", "点击量最高的商品 #1:ASIN"),
        ("Total Advertising Cost of Sales (ACoS) ", "Total Advertising Cost of Sales (ACOS)"),
        ("\ufeffDate", "Date"),
    ],
)
def test_headings_that_are_the_same(one, other):
    assert heading(one) == heading(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sessions - Total", "Sessions - Total - B2B"),
        ("Sales", "Sales (halo)"),
        ("Sessions", "Session Percentage"),
        ("7 Day Total Sales", "14 Day Total Sales"),
    ],
)
def test_headings_that_are_not_the_same(one, other):
    assert heading(one) != heading(other)


def test_a_currency_in_brackets_is_taken_off_a_heading_and_nothing_else():
    assert without_currency(heading("Spend(USD)")) == ("spend", "usd")
    assert without_currency(heading("7 Day Total Sales (₹)")) == ("7 day total sales", "₹")
    assert without_currency(heading("CTR(%)")) == ("ctr(%)", None)
    assert without_currency(heading("7 Day Total Orders (#)")) == ("7 day total orders(#)", None)


def test_ids_keep_their_zeros_and_lose_excels_guard():
    assert convert.text('="0046812345678901234"') == "0046812345678901234"
    assert convert.text("00123") == "00123"
    assert convert.text(347066231335202.0) == "347066231335202"
    assert convert.text('="a ""quoted"" name"') == 'a "quoted" name'
    assert convert.text(" \u00a0 ") is None


def test_typed_cells_of_workbooks():
    assert convert.count(14.0) == 14
    assert convert.money(26.490000000000002, None) == 26_490_000
    assert convert.day(datetime(2026, 1, 4, 12, 0), None) == date(2026, 1, 4)
    assert convert.day(46026.0, None) == date(2026, 1, 4)
    assert convert.day(20260104.0, None) == date(2026, 1, 4)
    with pytest.raises(ValueError, match="not a whole number"):
        convert.count(1.5)
    with pytest.raises(ValueError, match="not a number"):
        convert.money(True, None)
    with pytest.raises(ValueError, match="not a date"):
        convert.day(12.0, None)


def test_marketplaces_by_code_id_and_domain():
    assert marketplace("GB") is marketplace("uk") is marketplace("A1F83G8C2ARO7P") is marketplace("Amazon.co.uk")
    assert marketplace("amazon.com").code == "US"
    for text in ("Non-Amazon", "", "SI UK Prod Marketplace", "amazon"):
        with pytest.raises(KeyError):
            marketplace(text)


def test_only_a_currency_of_one_marketplace_tells_it():
    assert sole_marketplace_of("JPY").code == "JP"
    assert sole_marketplace_of("EUR") is None
    assert sole_marketplace_of("CNY") is None


@pytest.mark.parametrize("field", ["code", "amazon_id", "domain"])
def test_no_two_marketplaces_share_what_names_them(field):
    names = [getattr(place, field) for place in MARKETPLACES]
    assert len(set(names)) == len(names) == 23


@settings(max_examples=500)
@given(st.text(alphabet="-$€+ 0123456789,.%_e()", max_size=12))
def test_the_short_way_for_ordinary_tokens_reads_what_the_long_one_reads(text):
    assert numbers.token(text) == numbers._token(text)


@settings(max_examples=500)
@given(
    st.from_regex(r"[0-9]{1,6}(,[0-9]{1,4}){0,2}(\.[0-9]{0,6})?", fullmatch=True),
    st.sampled_from([None, ".", ",", "group"]),
)
def test_the_short_way_for_plain_decimals_reads_what_the_long_one_reads(body, style):
    def read(way):
        try:
            return way()
        except (ValueError, ArithmeticError) as failure:
            return type(failure)

    assert read(lambda: numbers.decimal(body, style)) == read(lambda: Decimal(numbers._plain(body, style)))
