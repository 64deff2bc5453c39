"""Products, campaigns, search terms, stock, ranks, queries, returns, health: on a history with everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sheetsync.core.model.metric import METRICS, Maturity, Metrics, MetricValue, Scope
from sheetsync.history.metrics import compute
from sheetsync.history.store import History
from tests.unit.history.a_month import FIRST, LAST, MICRO, NOVEMBER, TODAY, ads_row, days, keep, sales_rows
from tests.unit.history.everything import fill
from tests.unit.history.fake_reports import (
    ADVERTISED,
    BY_ASIN,
    BY_DATE,
    CAMPAIGN,
    HEALTH,
    MYI,
    ORDERS,
    PLANNING,
    SEARCH_TERM,
    SQP,
)

SETTLED = date(2026, 11, 13)
"""The last day whose seven days of attribution had passed at the export of 21 November."""


def compute_us(history: History, *places: str) -> Metrics:
    return compute(history, today=TODAY, month=NOVEMBER, marketplaces=places or ("US",))


def got(metrics: Metrics, metric: str, period: str, scope: Scope) -> MetricValue:
    found = metrics.get(metric, period, scope)
    assert found is not None, (metric, period, scope)
    return found


@pytest.fixture(scope="module")
def full() -> Iterator[History]:
    with History.open() as history:
        fill(history)
        yield history


@pytest.fixture(scope="module")
def everything(full: History) -> Metrics:
    return compute_us(full, "US", "DE")


def test_every_metric_of_reports_has_a_value(everything: Metrics) -> None:
    found = {value.metric for value in everything if value.value is not None}
    typed_or_planned = {"bad_reviews", "ipi", "top10_keywords", "completion"}
    not_in_these_files = {"cancellation", "valid_tracking", "on_time_delivery"}
    assert set(METRICS) - found == typed_or_planned | not_in_these_files


def test_every_value_says_where_it_came_from(everything: Metrics) -> None:
    for value in everything:
        if value.value is not None:
            assert value.sources, value
            assert all(source.rows > 0 for source in value.sources), value
            assert value.inputs, value
            assert value.period.start <= value.period.end


def test_computing_twice_gives_the_same_in_the_same_order(everything: Metrics, full: History) -> None:
    assert list(compute_us(full, "US", "DE")) == list(everything)


def test_campaigns_are_judged_on_settled_days_only() -> None:
    with History.open() as history:
        keep(history, CAMPAIGN, tuple(ads_row(day, "A", 10, 40 if day <= SETTLED else 0) for day in days(FIRST, LAST)))
        metrics = compute_us(history)
    found = got(metrics, "acos", "last30", Scope("US", campaign="A"))
    assert found.value == Decimal("0.25")
    assert found.maturity is Maturity.FINAL
    assert found.period.end == SETTLED
    assert got(metrics, "acos", "last30", Scope("US")).maturity is Maturity.PROVISIONAL


def test_terms_that_spend_without_orders() -> None:
    rows = []
    for day in days(FIRST, LAST):
        rows.append({**ads_row(day, "A", 2, 0, 0), "search_term": "free mat"})
        rows.append(
            {**ads_row(day, "A", 9, 0, 1 if day == FIRST + timedelta(days=20) else 0), "search_term": "one order"}
        )
        rows.append({**ads_row(day, "B", 0, 0, 0), "search_term": "costs nothing"})
        rows.append({**ads_row(day, "B", 5, 0, 0 if day <= SETTLED else 3), "search_term": "ordered since"})
    with History.open() as history:
        keep(history, SEARCH_TERM, tuple(rows), window_days=7)
        metrics = compute_us(history)
    spent = {value.scope.term: value for value in metrics.of("ad_spend", "last30") if value.scope.term}
    assert {term: value.value for term, value in spent.items()} == {"free mat": 60, "ordered since": 150}
    assert spent["free mat"].scope.campaign == "A"
    assert spent["free mat"].sources[0].rows == 30
    assert got(metrics, "ad_orders", "last30", spent["free mat"].scope).value == 0


def test_a_term_whose_orders_are_not_known_is_no_waste() -> None:
    rows = tuple({**ads_row(day, "A", 2, 0), "orders": None, "search_term": "mat"} for day in days(FIRST, LAST))
    with History.open() as history:
        keep(history, SEARCH_TERM, rows)
        assert not [value for value in compute_us(history).of("ad_spend") if value.scope.term]


def test_one_asin_on_several_rows_is_added_up() -> None:
    rows = tuple(
        {"child_asin": asin, "sku": sku, "ordered_sales": 5 * MICRO, "units_ordered": 2, "sessions": 8}
        for asin, sku in (("B1", "S1"), ("B1", "S2"), ("B2", "S3"))
    )
    with History.open() as history:
        keep(history, BY_ASIN, rows, period=(date(2026, 11, 1), LAST))
        metrics = compute_us(history)
    assert got(metrics, "sales", "mtd", Scope("US", asin="B1")).value == 10
    found = got(metrics, "cvr", "mtd", Scope("US", asin="B1"))
    assert (found.value, found.sources[0].rows) == (Decimal("0.25"), 2)


def test_the_parent_view_speaks_only_without_the_child_view() -> None:
    span = (date(2026, 11, 1), LAST)
    parents = ({"parent_asin": "P1", "ordered_sales": 15 * MICRO, "units_ordered": 6},)
    children = tuple({"parent_asin": "P1", "child_asin": f"B{n}", "ordered_sales": 5 * MICRO} for n in range(3))
    with History.open() as history:
        keep(history, BY_ASIN, parents, period=span, file="parents.csv")
        assert got(compute_us(history), "sales", "mtd", Scope("US", asin="P1")).value == 15
        keep(history, BY_ASIN, children, period=span, file="children.csv")
        sold = {v.scope.asin: v.value for v in compute_us(history).of("sales", "mtd") if v.scope.asin}
    assert sold == {"B0": 5, "B1": 5, "B2": 5}


def test_advertising_of_an_asin() -> None:
    rows = tuple({**ads_row(day, name, 10, 40), "advertised_asin": "B1"} for day in days(FIRST, LAST) for name in "AB")
    with History.open() as history:
        keep(history, ADVERTISED, rows, window_days=7)
        found = got(compute_us(history), "acos", "mtd", Scope("US", asin="B1"))
    assert found.inputs == {"ad_spend": Decimal(20 * 13), "ad_sales": Decimal(80 * 13)}


def myi(day: date, **units: int) -> tuple[dict[str, object], ...]:
    return tuple({"sku": sku, "asin": f"B-{sku}", "afn_fulfillable_quantity": count} for sku, count in units.items())


def test_days_of_cover_divide_stock_by_how_fast_it_sells() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        keep(history, MYI, myi(TODAY, S1=100, S2=20), period=(TODAY, TODAY))
        bought = tuple(
            {"order_id": f"{day}", "purchase_date": day, "sku": "S1", "asin": "B-S1", "quantity": 5}
            for day in days(FIRST, LAST)
        )
        keep(history, ORDERS, bought)
        metrics = compute_us(history)
    account = got(metrics, "days_of_cover", "asof", Scope("US"))
    assert account.value == 30  # 120 units at 4 a day
    assert account.inputs == {"stock": Decimal(120), "units": Decimal(120), "days": Decimal(30)}
    sku = got(metrics, "days_of_cover", "asof", Scope("US", asin="B-S1", sku="S1"))
    assert sku.value == 20  # 100 units at 5 a day
    assert {source.report for source in sku.sources} == {"fba myi", "all orders"}
    asin = got(metrics, "days_of_cover", "asof", Scope("US", asin="B-S1"))
    assert asin.value == 20
    unknown = got(metrics, "days_of_cover", "asof", Scope("US", asin="B-S2", sku="S2"))
    assert unknown.value is None
    assert unknown.inputs["units"] is None


def test_a_product_sells_as_its_own_inventory_report_says() -> None:
    planning = ({"sku": "S1", "asin": "B1", "available": 90, "units_shipped_t30": 60, "units_shipped_t90": 150},)
    with History.open() as history:
        keep(history, PLANNING, planning, period=(TODAY, TODAY))
        metrics = compute_us(history)
    scope = Scope("US", asin="B1", sku="S1")
    assert got(metrics, "days_of_cover", "asof", scope).value == 45
    assert got(metrics, "turnover", "asof", scope).value == Decimal("8.111111")  # 60 x 365 / 30 / 90
    assert got(metrics, "sell_through", "asof", scope).value == Decimal("1.666667")


def test_the_latest_snapshot_speaks_and_the_mean_takes_all() -> None:
    early = TODAY - timedelta(days=10)
    rows = {
        day: ({"sku": "S1", "asin": "B1", "available": n, "units_shipped_t30": 30},)
        for day, n in ((early, 10), (TODAY, 50))
    }
    with History.open() as history:
        for day, planning in rows.items():
            keep(history, PLANNING, planning, period=(day, day), file=f"{day}.csv")
        metrics = compute_us(history)
    scope = Scope("US", asin="B1", sku="S1")
    stock = got(metrics, "stock", "asof", scope)
    assert (stock.value, stock.period.end) == (Decimal(50), TODAY)
    turnover = got(metrics, "turnover", "asof", scope)
    assert turnover.inputs == {"units_30": Decimal(30), "unit_days": Decimal(60), "snapshots": Decimal(2)}
    assert turnover.value == Decimal("12.166667")


def test_a_later_report_of_another_kind_takes_over_what_it_knows() -> None:
    yesterday = TODAY - timedelta(days=1)
    planning = ({"sku": "S1", "asin": "B1", "available": 90, "inbound_quantity": 7},)
    with History.open() as history:
        keep(history, PLANNING, planning, period=(yesterday, yesterday))
        keep(history, MYI, myi(TODAY, S1=80), period=(TODAY, TODAY))
        metrics = compute_us(history)
    assert got(metrics, "stock", "asof", Scope("US")).value == 80
    inbound = got(metrics, "inbound", "asof", Scope("US"))
    assert (inbound.value, inbound.period.end) == (Decimal(7), yesterday)  # the newer file does not know it


def test_rank_drift_stays_within_one_category() -> None:
    before = TODAY - timedelta(days=15)
    with History.open() as history:
        for day, category, rank in ((before, "Kitchen", 100), (TODAY, "Home", 900)):
            row = {"sku": "S1", "asin": "B1", "available": 1, "sales_rank": rank, "product_group": category}
            keep(history, PLANNING, (row,), period=(day, day), file=f"{day}.csv")
        metrics = compute_us(history)
        assert not metrics.of("bsr_drift")
        assert got(metrics, "bsr", "asof", Scope("US", asin="B1", category="Home")).value == 900
        row = {"sku": "S1", "asin": "B1", "available": 1, "sales_rank": 160, "product_group": "Kitchen"}
        keep(history, PLANNING, (row,), period=(TODAY, TODAY), file="again.csv")
        drift = got(compute_us(history), "bsr_drift", "asof", Scope("US", asin="B1", category="Kitchen"))
    assert drift.value == 60
    assert (drift.period.start, drift.period.end) == (before, TODAY)


@pytest.mark.parametrize(("back", "known"), [(13, False), (14, True), (21, True), (22, False)])
def test_rank_drift_looks_two_weeks_back(back: int, known: bool) -> None:
    with History.open() as history:
        for day, rank in ((TODAY - timedelta(days=back), 100), (TODAY, 130)):
            row = {"sku": "S1", "asin": "B1", "available": 1, "sales_rank": rank, "product_group": "Kitchen"}
            keep(history, PLANNING, (row,), period=(day, day), file=f"{day}.csv")
        found = compute_us(history).of("bsr_drift")
    assert [value.value for value in found] == ([Decimal(30)] if known else [])


def test_share_of_a_query_comes_from_counts(everything: Metrics) -> None:
    found = got(everything, "brand_share", "asof", Scope("US", term="q5", category="Brand"))
    assert found.value == Decimal("0.1")
    assert found.inputs == {"own_purchases": Decimal(5), "purchases": Decimal(50), "query_volume": Decimal(500)}
    nobody_bought = got(everything, "brand_share", "asof", Scope("US", term="q0", category="Brand"))
    assert nobody_bought.value is None


def test_returns_and_their_rate(everything: Metrics) -> None:
    assert got(everything, "returns", "mtd", Scope("US")).value == 20
    rate = got(everything, "return_rate", "mtd", Scope("US"))
    assert rate.value == Decimal("0.25")  # 20 of 80 units
    assert {source.report for source in rate.sources} == {"fba returns", "business by date"}


def test_feedback_of_one_or_two_stars(everything: Metrics) -> None:
    # ratings run 1 2 3 4 5 from 1 October; 20 days of November hold 8 of 1 or 2
    assert got(everything, "negative_feedback", "mtd", Scope("US")).value == 8
    assert everything.get("negative_feedback", "mtd", Scope("DE")) is None


def test_health_takes_the_counts_before_the_stated_rate(everything: Metrics) -> None:
    odr = got(everything, "odr", "asof", Scope("US"))
    assert (odr.value, odr.inputs["stated"]) == (Decimal("0.005"), Decimal("0.004"))
    assert got(everything, "odr", "asof", Scope("US", category="afn")).value == 0
    assert got(everything, "late_shipment", "asof", Scope("DE")).value == Decimal("0.031")
    assert got(everything, "a_to_z", "asof", Scope("US")).value == 1


def test_health_of_a_rolling_window_is_told_every_week() -> None:
    def told(base: int) -> tuple[dict[str, object], ...]:
        rate = {"metric": "validTrackingRate", "base_count": base, "defect_count": 1, "rate_from_counts": 1 / base}
        return ({**rate, "marketplace": "US"}, {**rate, "marketplace": "DE"})

    with History.open() as history:
        for last, base in ((date(2026, 11, 13), 50), (date(2026, 11, 20), 100)):
            keep(history, HEALTH, told(base), period=(last - timedelta(days=60), last), file=f"{last}.json")
        again = keep(history, HEALTH, told(200), period=(date(2026, 9, 21), date(2026, 11, 20)), file="again.json")
        metrics = compute_us(history, "US", "DE")
    assert (again.rows_added, again.rows_replaced) == (2, 2)
    for place in ("US", "DE"):  # one file speaks of both, row by row
        assert got(metrics, "valid_tracking", "asof", Scope(place)).value == Decimal("0.005")


def test_orders_say_their_marketplace_row_by_row() -> None:
    bought = tuple(
        {
            "order_id": f"{place}{day}",
            "purchase_date": day,
            "sku": "S1",
            "asin": "B1",
            "quantity": 1,
            "marketplace": place,
        }
        for day in days(FIRST, LAST)
        for place in ("US", "DE", None)
    )
    with History.open() as history:
        keep(history, ORDERS, bought)
        rows = history.rows("SELECT _marketplace, count(*) FROM report_all_orders GROUP BY 1 ORDER BY 1")
    assert rows == [("", 51), ("DE", 51), ("US", 51)]  # no marketplace: orders of other shops, nobody's sales here


def test_queries_of_two_brands_stand_side_by_side() -> None:
    span = {"period": (date(2026, 10, 1), date(2026, 10, 31)), "granularity": "month"}
    with History.open() as history:
        for brand, own in (("Acme", 1), ("Bolt", 3), ("Acme", 2)):
            row = {"reporting_date": date(2026, 10, 31), "brand": brand, "search_query": "mat", "purchases": 10}
            keep(history, SQP, ({**row, "purchases_own": own},), file=f"{brand}{own}.csv", **span)
        weekly = ({"reporting_date": date(2026, 10, 31), "brand": "Acme", "search_query": "mat", "purchases": 4},)
        keep(history, SQP, weekly, period=(date(2026, 10, 25), date(2026, 10, 31)), granularity="week", file="week.csv")
        shares = {v.scope.category: v for v in compute_us(history).of("brand_share")}
    assert shares["Bolt"].value == Decimal("0.3")
    # the week speaks for the latest days of its brand, and the month is not added to it
    assert (shares["Acme"].value, shares["Acme"].inputs["purchases"]) == (None, Decimal(4))
    assert shares["Acme"].period.start == date(2026, 10, 25)


def test_units_without_registration(everything: Metrics) -> None:
    found = got(everything, "epr_missing", "asof", Scope("DE"))
    assert (found.value, found.inputs["units"]) == (Decimal(4), Decimal(6))


def test_gap_of_a_settlement(everything: Metrics) -> None:
    found = got(everything, "settlement_gap", "asof", Scope("US", category="77"))
    assert (found.value, found.currency) == (Decimal(1), "USD")
    assert found.inputs == {"stated": Decimal(30), "lines": Decimal(29)}
