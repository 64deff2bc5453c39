"""Roll-ups over marketplaces: one currency, dated rates, or not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sheetsync.core.model.facts import Manual, Rate
from sheetsync.core.model.metric import Maturity, Metrics, Scope
from sheetsync.history.metrics import compute
from sheetsync.history.store import History
from sheetsync.history.why import explain
from tests.unit.history.a_month import LAST, NOVEMBER, TODAY, keep, sales_rows, sp_rows
from tests.unit.history.fake_reports import BY_DATE, CAMPAIGN

ALL = Scope()


def two(history: History, second: str, currency: str, *rates: Rate, last: date = LAST) -> Metrics:
    keep(history, BY_DATE, sales_rows())
    keep(history, CAMPAIGN, sp_rows())
    keep(history, BY_DATE, sales_rows(last=last, amount=50), marketplace=second, currency=currency, file="other.csv")
    keep(history, CAMPAIGN, sp_rows(last=last), marketplace=second, currency=currency, file="other-ads.csv")
    return compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US", second), rates=rates)


def rate(day: date, amount: str, currency: str = "EUR", to: str = "USD") -> Rate:
    return Rate("r1", day, currency, to, Decimal(amount))


def test_one_currency_is_added() -> None:
    with History.open() as history:
        metrics = two(history, "CA", "USD")
    total = metrics.get("sales", "mtd", ALL)
    assert total is not None
    assert (total.value, total.currency) == (Decimal(3000), "USD")
    assert total.inputs == {"US": Decimal(2000), "CA": Decimal(1000)}
    acos = metrics.get("tacos", "mtd", ALL)
    assert acos is not None
    assert acos.value == Decimal("0.2")
    assert {source.file for source in total.sources} == {"business_by_date.csv", "other.csv"}


def test_two_currencies_are_never_added() -> None:
    with History.open() as history:
        metrics = two(history, "DE", "EUR")
    total = metrics.get("sales", "mtd", ALL)
    assert total is not None
    assert total.value is None
    assert total.currency == ""
    assert total.inputs == {"US": Decimal(2000), "DE": Decimal(1000), "USD/EUR": None}
    assert explain(total).needed == ("a dated exchange rate",)
    for currency, amount in (("USD", 2000), ("EUR", 1000)):
        each = metrics.get("sales", "mtd", Scope(category=currency))
        assert each is not None
        assert (each.value, each.currency) == (Decimal(amount), currency)
    units = metrics.get("units", "mtd", ALL)
    assert units is not None
    assert units.value == 160
    tacos = metrics.get("tacos", "mtd", ALL)
    assert tacos is not None
    assert tacos.value is None


def test_a_dated_rate_makes_one_sum() -> None:
    with History.open() as history:
        metrics = two(history, "DE", "EUR", rate(date(2026, 10, 1), "1.5"), rate(date(2026, 11, 10), "1.1"))
    total = metrics.get("sales", "mtd", ALL)
    assert total is not None
    assert (total.value, total.currency) == (Decimal(3100), "USD")
    assert total.inputs["EUR/USD"] == Decimal("1.1")


def test_a_rate_after_the_period_does_not_count() -> None:
    with History.open() as history:
        metrics = two(history, "DE", "EUR", rate(date(2026, 11, 21), "1.1"))
    total = metrics.get("sales", "mtd", ALL)
    assert total is not None
    assert total.value is None


def test_data_that_end_on_different_days_are_provisional() -> None:
    with History.open() as history:
        metrics = two(history, "CA", "USD", last=date(2026, 11, 10))
    total = metrics.get("sales", "mtd", ALL)
    assert total is not None
    assert (total.value, total.maturity) == (Decimal(2500), Maturity.PROVISIONAL)
    tacos = metrics.get("tacos", "mtd", ALL)
    assert tacos is not None
    assert tacos.value == Decimal("0.18")  # both divide the same days: (300 + 150) / (2000 + 500)


def test_a_marketplace_without_data_makes_the_sum_unknown() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        metrics = compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US", "DE"))
    total = metrics.get("sales", "mtd", ALL)
    assert total is not None
    assert total.value is None
    assert total.inputs == {"US": Decimal(2000), "DE": None}
    assert metrics.get("sales", "last30", ALL) is None


def test_a_single_marketplace_needs_no_roll_up() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        metrics = compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US",))
    assert metrics.get("sales", "mtd", ALL) is None


def typed(metric: str, day: date, value: int, row: str = "m1") -> Manual:
    return Manual(row, metric, "US", "", day, Decimal(value))


def test_typed_metrics_take_part() -> None:
    rows = (
        typed("ipi", date(2026, 11, 2), 430, "m1"),
        typed("ipi", date(2026, 11, 16), 390, "m2"),
        typed("ipi", date(2026, 11, 23), 999, "m3"),
        typed("bad_reviews", date(2026, 11, 15), 2, "m4"),
        typed("bad_reviews", date(2026, 11, 21), 3, "m5"),
        typed("bad_reviews", date(2026, 10, 2), 5, "m6"),
        typed("not_a_metric", date(2026, 11, 21), 3, "m7"),
    )
    with History.open() as history:
        metrics = compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US",), manual=rows)
    ipi = metrics.get("ipi", "asof", Scope("US"))
    assert ipi is not None
    assert (ipi.value, ipi.period.end) == (Decimal(390), date(2026, 11, 16))
    assert (ipi.sources[0].report, ipi.sources[0].file) == ("typed into the workbook", "m2")
    sums = {
        name: value.value
        for name in ("mtd", "last7", "last30", "prior30")
        if (value := metrics.get("bad_reviews", name, Scope("US")))
    }
    assert sums == {"mtd": 5, "last7": 3, "last30": 5, "prior30": 5}
    assert not metrics.of("not_a_metric")


def test_a_report_goes_before_what_was_typed() -> None:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        rows = (typed("sales", date(2026, 11, 20), 7),)
        metrics = compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US",), manual=rows)
    sales = metrics.get("sales", "mtd", Scope("US"))
    assert sales is not None
    assert sales.value == 2000
