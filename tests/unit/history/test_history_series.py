"""Daily series for charts and settled days, and baselines for suggested targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sheetsync.core.model.facts import Month
from sheetsync.history.series import baseline, daily
from sheetsync.history.store import History
from tests.unit.history.a_month import FIRST, LAST, MICRO, NOVEMBER, TODAY, a_month, days, keep, sales_rows, sp_rows
from tests.unit.history.fake_reports import BY_DATE, CAMPAIGN, MYI

DECEMBER = Month(2026, 12)


def series(history: History, *places: str) -> dict[str, dict[date, Decimal | None]]:
    found = daily(history, month=NOVEMBER, today=TODAY, marketplaces=places or ("US",))
    return {key: dict(points) for key, points in found.items()}


def test_a_point_for_every_day_up_to_today() -> None:
    with a_month() as history:
        found = series(history)
    assert list(found["sales|US"]) == days(date(2026, 10, 1), TODAY)
    assert set(found["sales|US"].values()) == {Decimal(100), None}
    assert [day for day, value in found["sales|US"].items() if value is None] == [date(2026, 11, 21), TODAY]
    assert found["ad_spend|US"][LAST] == 18
    assert found["order_items|US"][date(2026, 11, 3)] == 2


def test_a_covered_day_without_ads_is_zero_and_an_uncovered_one_is_not_known() -> None:
    rows = tuple(row for row in sp_rows() if row["date"].day != 7)
    with History.open() as history:
        keep(history, CAMPAIGN, rows, period=(FIRST, LAST))
        keep(history, BY_DATE, tuple(row for row in sales_rows() if row["date"].day != 7))
        found = series(history)
    assert found["ad_spend|US"][date(2026, 11, 7)] == 0
    assert found["sales|US"][date(2026, 11, 7)] is None
    assert found["ad_spend|US"][date(2026, 11, 21)] is None


def test_over_all_marketplaces_only_within_one_currency() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        keep(history, BY_DATE, sales_rows(last=date(2026, 11, 18), amount=50), marketplace="DE", currency="EUR")
        found = series(history, "US", "DE")
        assert "sales|" not in found
        assert found["units|"][LAST] is None
        assert found["units|"][date(2026, 11, 18)] == 8
    with History.open() as history:
        for place in ("DE", "FR"):
            keep(history, BY_DATE, sales_rows(), marketplace=place, currency="EUR", file=place)
        assert series(history, "DE", "FR")["sales|"][LAST] == 200


def test_cover_on_days_the_stock_was_exported() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        rows = ({"sku": "S1", "afn_fulfillable_quantity": 120},)
        keep(history, MYI, rows, period=(date(2026, 11, 18), date(2026, 11, 18)))
        found = series(history)["cover|US"]
    assert {day: value for day, value in found.items() if value is not None} == {date(2026, 11, 18): Decimal(30)}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("sales", "3100"), ("units", "124"), ("ad_spend", "558"), ("acos", "0.346154"), ("tacos", "0.18"), ("cvr", "0.1")],
)
def test_baseline_is_the_mean_of_full_months(metric: str, expected: str) -> None:
    with a_month() as history:
        assert baseline(history, metric, "US", NOVEMBER) == Decimal(expected)
        # November is not full on the 20th: December still rests on October
        assert baseline(history, metric, "US", DECEMBER) == Decimal(expected)


def test_baseline_takes_three_months_at_most() -> None:
    with History.open() as history:
        for first, last, amount in (
            (date(2026, 7, 1), date(2026, 7, 31), 900),
            (date(2026, 8, 1), date(2026, 8, 31), 10),
            (date(2026, 9, 1), date(2026, 9, 30), 20),
            (date(2026, 10, 1), date(2026, 10, 31), 30),
        ):
            keep(history, BY_DATE, sales_rows(first, last, amount), file=f"{first}")
        assert baseline(history, "sales", "US", NOVEMBER) == Decimal("613.33")  # (310 + 600 + 930) / 3


@pytest.mark.parametrize(("first", "expected"), [(date(2026, 10, 18), "3000.00"), (date(2026, 10, 19), None)])
def test_baseline_of_a_young_shop_needs_two_weeks(first: date, expected: str | None) -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows(first, date(2026, 10, 31)))
        found = baseline(history, "sales", "US", NOVEMBER)
    assert found == (Decimal(expected) if expected else None)


def test_baseline_of_what_has_no_series() -> None:
    with a_month() as history:
        assert baseline(history, "stock", "US", NOVEMBER) is None
        assert baseline(history, "ipi", "US", NOVEMBER) is None
        assert baseline(history, "sales", "DE", NOVEMBER) is None


def test_baseline_sees_what_was_imported_after_the_first_question() -> None:
    with History.open() as history:
        assert baseline(history, "sales", "US", NOVEMBER) is None
        keep(history, BY_DATE, sales_rows())
        assert baseline(history, "sales", "US", NOVEMBER) == 3100


def test_a_second_currency_on_a_day_makes_its_money_unknown() -> None:
    rows = [{**row, "currency": "USD"} for row in sp_rows(LAST, LAST)]
    rows[1]["currency"] = "EUR"
    with History.open() as history:
        keep(history, CAMPAIGN, tuple(rows), currency=None)
        assert series(history)["ad_spend|US"][LAST] is None


def test_money_is_exact() -> None:
    rows = tuple({"date": day, "ordered_sales": MICRO // 3, "units_ordered": 1} for day in days(FIRST, LAST))
    with History.open() as history:
        keep(history, BY_DATE, rows)
        assert series(history)["sales|US"][LAST] == Decimal("0.333333")
