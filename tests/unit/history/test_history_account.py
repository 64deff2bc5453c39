"""Values of a whole marketplace: sums, ratios from sums, maturity, provenance, and what is not known."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from sheetsync.core.model.metric import Maturity, Metrics, MetricValue, Scope
from sheetsync.history.metrics import compute
from sheetsync.history.store import History
from tests.unit.history.a_month import (
    FIRST,
    LAST,
    MICRO,
    NOVEMBER,
    TODAY,
    a_month,
    ads_row,
    days,
    keep,
    sales_rows,
    sb_rows,
    sp_rows,
)
from tests.unit.history.fake_reports import (
    ADVERTISED,
    BY_ASIN,
    BY_DATE,
    CAMPAIGN,
    PERFORMANCE,
    SB_CAMPAIGN,
    SEARCH_TERM,
)

US = Scope("US")


def computed(history: History, *, today: date = TODAY, places: tuple[str, ...] = ("US",)) -> Metrics:
    return compute(history, today=today, month=NOVEMBER, marketplaces=places)


def value(metrics: Metrics, metric: str, period: str = "mtd", scope: Scope = US) -> MetricValue:
    found = metrics.get(metric, period, scope)
    assert found is not None, (metric, period)
    return found


# 20 days of November; each: sales 100, spend 10 + 5 + 3, ad sales 40 + 0 + 12
MTD = {
    "sales": "2000",
    "units": "80",
    "order_items": "60",
    "sessions": "800",
    "page_views": "1600",
    "cvr": "0.1",
    "buy_box": "0.5",
    "ad_spend": "360",
    "ad_sales": "1040",
    "ad_orders": "40",
    "impressions": "6000",
    "clicks": "300",
    "acos": "0.346154",
    "roas": "2.888889",
    "tacos": "0.18",
    "ctr": "0.05",
    "cpc": "1.2",
    "ad_cvr": "0.133333",
    "order_volatility": "1.025978",
}


@pytest.fixture(scope="module")
def november() -> Metrics:
    with a_month() as history:
        return computed(history)


@pytest.mark.parametrize(("metric", "expected"), MTD.items())
def test_month_to_date(november: Metrics, metric: str, expected: str) -> None:
    found = value(november, metric)
    assert found.value == Decimal(expected)
    assert (found.period.start, found.period.end) == (date(2026, 11, 1), LAST)
    assert found.currency == ("USD" if metric in ("sales", "ad_spend", "ad_sales", "cpc") else "")


def test_windows_cover_the_days_they_say(november: Metrics) -> None:
    metrics = november
    assert value(metrics, "sales", "last7").value == 700
    assert value(metrics, "sales", "last14").value == 1400
    last30 = value(metrics, "sales", "last30")
    assert (last30.value, last30.period.start, last30.period.end) == (Decimal(3000), date(2026, 10, 22), LAST)
    prior = value(metrics, "sales", "prior_mtd")
    assert (prior.period.start, prior.period.end) == (date(2026, 10, 1), date(2026, 10, 20))
    assert metrics.get("sales", "prior30", US) is None  # 22 September is not in the history


def test_today_bounds_every_window() -> None:
    with a_month() as history:
        found = value(computed(history, today=date(2026, 11, 10)), "sales")
    assert (found.value, found.period.end) == (Decimal(1000), date(2026, 11, 10))


def test_tacos_takes_the_days_both_reports_cover() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows(last=date(2026, 11, 10)))
        keep(history, CAMPAIGN, sp_rows())
        metrics = computed(history)
    found = value(metrics, "tacos")
    assert found.period.end == date(2026, 11, 10)
    assert found.inputs["ad_spend"] == 150
    assert found.inputs["sales"] == 1000
    assert value(metrics, "ad_spend").inputs["ad_spend"] == 300
    assert {(source.report, source.rows) for source in found.sources} == {("sp campaign", 20), ("business by date", 10)}


def test_no_by_date_report_means_not_known_never_the_sum_over_asins() -> None:
    with History.open() as history:
        rows = ({"child_asin": "B1", "ordered_sales": 500 * MICRO, "units_ordered": 9, "sessions": 90},)
        keep(history, BY_ASIN, rows, period=(date(2026, 11, 1), LAST))
        keep(history, CAMPAIGN, sp_rows())
        metrics = computed(history)
    assert value(metrics, "sales", scope=Scope("US", asin="B1")).value == 500
    for metric in ("sales", "units", "sessions", "cvr", "tacos"):
        found = value(metrics, metric)
        assert found.value is None
        assert None in found.inputs.values()
        assert found.sources == ()
        assert found.maturity is Maturity.PROVISIONAL


def test_spend_is_counted_once_however_many_reports_tell_it() -> None:
    with History.open() as history:
        keep(history, CAMPAIGN, sp_rows(last=date(2026, 11, 18)))
        advertised = tuple({**row, "advertised_asin": "B1"} for row in sp_rows())
        keep(history, ADVERTISED, advertised)
        terms = tuple({**row, "search_term": "mat"} for row in sp_rows())
        keep(history, SEARCH_TERM, terms)
        keep(history, PERFORMANCE, tuple({"date": d, "spend": 15 * MICRO, "clicks": 10} for d in days(FIRST, LAST)))
        found = value(computed(history), "ad_spend")
    assert found.value == 300
    assert [(source.report, source.rows) for source in found.sources] == [
        ("sp campaign", 36),
        ("sp advertised product", 4),
    ]


def test_products_of_advertising_are_added_up_to_where_each_still_runs() -> None:
    with History.open() as history:
        keep(history, CAMPAIGN, sp_rows())
        keep(history, SB_CAMPAIGN, sb_rows(last=date(2026, 11, 15)))
        found = value(computed(history), "ad_spend")
        assert (found.value, found.period.end) == (Decimal(18 * 15), date(2026, 11, 15))
        # a product without a day for more than a month has stopped: it does not hold the others back
    with History.open() as history:
        keep(history, CAMPAIGN, sp_rows())
        keep(history, SB_CAMPAIGN, sb_rows(date(2026, 10, 1), date(2026, 10, 10)))
        found = value(computed(history), "ad_spend")
        assert (found.value, found.period.end) == (Decimal(15 * 20), LAST)


def test_a_report_without_sales_makes_acos_unknown_not_infinite() -> None:
    with History.open() as history:
        keep(history, PERFORMANCE, tuple({"date": d, "spend": 15 * MICRO, "clicks": 10} for d in days(FIRST, LAST)))
        metrics = computed(history)
    assert value(metrics, "ad_spend").value == 300
    assert value(metrics, "ad_sales").value is None
    assert value(metrics, "acos").value is None
    assert value(metrics, "cpc").value == Decimal("1.5")


def test_no_ad_sales_is_no_acos() -> None:
    with History.open() as history:
        keep(history, CAMPAIGN, tuple(ads_row(day, "A", 10, 0, 0) for day in days(FIRST, LAST)))
        found = value(computed(history), "acos")
    assert found.value is None
    assert (found.inputs["ad_spend"], found.inputs["ad_sales"]) == (Decimal(200), Decimal(0))


def test_a_day_without_sessions_makes_cvr_unknown() -> None:
    rows = [dict(row) for row in sales_rows()]
    rows[-1]["sessions"] = None
    with History.open() as history:
        keep(history, BY_DATE, tuple(rows))
        metrics = computed(history)
    assert value(metrics, "sessions").value is None
    assert value(metrics, "cvr").value is None
    assert value(metrics, "sales").value == 2000
    assert value(metrics, "cvr", "prior_mtd").value == Decimal("0.1")


def test_a_missing_day_is_told_and_keeps_the_value_provisional() -> None:
    rows = tuple(row for row in sales_rows() if row["date"] != date(2026, 11, 5))
    with History.open() as history:
        keep(history, BY_DATE, rows, exported=date(2026, 12, 20))
        found = value(computed(history), "sales")
    assert found.value == 1900
    assert (found.inputs["days"], found.inputs["days_with_data"]) == (Decimal(20), Decimal(19))
    assert found.maturity is Maturity.PROVISIONAL


@pytest.mark.parametrize(
    ("exported", "sales", "acos"),
    [
        (date(2026, 11, 21), Maturity.PROVISIONAL, Maturity.PROVISIONAL),
        (date(2026, 11, 23), Maturity.PROVISIONAL, Maturity.PROVISIONAL),
        (date(2026, 11, 24), Maturity.FINAL, Maturity.PROVISIONAL),
        (date(2026, 11, 27), Maturity.FINAL, Maturity.PROVISIONAL),
        (date(2026, 11, 28), Maturity.FINAL, Maturity.FINAL),
    ],
)
def test_maturity_follows_the_day_of_the_export(exported: date, sales: Maturity, acos: Maturity) -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows(), exported=exported)
        keep(history, CAMPAIGN, sp_rows(), exported=exported, window_days=7)
        metrics = computed(history, today=date(2026, 11, 30))
    assert value(metrics, "sales").maturity is sales
    assert value(metrics, "acos").maturity is acos
    assert value(metrics, "acos").as_of == exported


def test_the_day_of_the_export_may_be_told_later() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        assert value(computed(history), "sales").maturity is Maturity.PROVISIONAL
        again = keep(history, BY_DATE, sales_rows(), exported=date(2026, 11, 25))
        assert again.duplicate
        found = value(computed(history), "sales")
        assert (found.maturity, found.as_of) == (Maturity.FINAL, date(2026, 11, 25))
        keep(history, BY_DATE, sales_rows(), exported=date(2026, 11, 21))
        assert value(computed(history), "sales").as_of == date(2026, 11, 25)


def test_vendors_wait_fourteen_days() -> None:
    with History.open() as history:
        keep(history, CAMPAIGN, sp_rows(), exported=LAST + timedelta(days=14), window_days=14)
        metrics = computed(history, today=date(2026, 12, 30))
        assert value(metrics, "acos").maturity is Maturity.PROVISIONAL
        assert value(metrics, "ad_spend").maturity is Maturity.FINAL
    with History.open() as history:
        keep(history, CAMPAIGN, sp_rows(), exported=LAST + timedelta(days=15), window_days=14)
        assert value(computed(history, today=date(2026, 12, 30)), "acos").maturity is Maturity.FINAL


def test_an_early_day_that_was_never_exported_again_keeps_the_month_provisional() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows(FIRST, date(2026, 11, 1)), exported=date(2026, 11, 2))
        keep(history, BY_DATE, sales_rows(date(2026, 11, 2), LAST), exported=date(2026, 12, 20), file="later.csv")
        found = value(computed(history, today=date(2026, 12, 22)), "sales")
    assert found.period.end == LAST
    assert found.maturity is Maturity.PROVISIONAL


def test_monthly_rows_do_not_count_as_days() -> None:
    with History.open() as history:
        monthly = ({"date": date(2026, 11, 1), "ordered_sales": 99 * MICRO},)
        keep(history, BY_DATE, monthly, granularity="month", file="monthly.csv")
        assert value(computed(history), "sales").value is None
        keep(history, BY_DATE, sales_rows())
        assert value(computed(history), "sales").value == 2000


def test_empty_history_gives_grey_values_for_every_marketplace() -> None:
    with History.open() as history:
        metrics = computed(history, places=("US", "DE"))
    for place in ("US", "DE"):
        found = value(metrics, "sales", scope=Scope(place))
        assert found.value is None
        assert (found.period.start, found.period.end) == (date(2026, 11, 1), TODAY)


def test_summary_of_advertising_serves_where_no_days_were_exported() -> None:
    span = (date(2026, 11, 1), date(2026, 11, 15))
    rows = tuple({**ads_row(span[0], name, 150, 600), "date": None, "start_date": span[0]} for name in "AB")
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        keep(history, CAMPAIGN, rows, period=span)
        metrics = computed(history)
    spend, tacos = value(metrics, "ad_spend"), value(metrics, "tacos")
    assert (spend.value, spend.period.start, spend.period.end) == (Decimal(300), *span)
    assert tacos.value == Decimal("0.2")
    assert tacos.inputs["sales"] == 1500
