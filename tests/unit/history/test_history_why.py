"""Why a value is what it is: formula, sums, files, days, and when it will be final."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from sheetsync.core.model.facts import Manual
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.metric import METRICS, Maturity, Metrics, MetricValue, Period, Scope
from sheetsync.history.metrics import compute
from sheetsync.history.store import History
from sheetsync.history.why import Explanation, arithmetic, explain
from tests.unit.history.a_month import LAST, NOVEMBER, TODAY, a_month, keep, sales_rows
from tests.unit.history.everything import fill
from tests.unit.history.fake_reports import BY_DATE


@pytest.fixture(scope="module")
def november() -> Iterator[Metrics]:
    typed = (Manual("m1", "ipi", "US", "", date(2026, 11, 16), Decimal(390)),)
    with a_month() as history:
        yield compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US", "DE"), manual=typed)


def why(metrics: Metrics, metric: str, period: str = "mtd", place: str = "US") -> Explanation:
    value = metrics.get(metric, period, Scope(place))
    assert value is not None
    return explain(value)


def test_acos(november: Metrics) -> None:
    found = why(november, "acos")
    assert found.subject == "US"
    assert found.kind is Kind.PERCENT
    assert found.formula == "ad spend / attributed ad sales"
    assert dict(found.inputs) == {"ad_spend": Decimal(360), "ad_sales": Decimal(1040)}
    assert [(source.file, source.rows) for source in found.sources] == [
        ("sp_campaign.csv", 40),
        ("sb_campaign.csv", 20),
    ]
    assert found.rows == 60
    assert found.maturity is Maturity.PROVISIONAL
    assert found.final_from == date(2026, 11, 28)
    assert (found.gap_days, found.missing, found.needed) == (0, (), ())


def test_ratio_shows_its_division(november: Metrics) -> None:
    value = november.get("acos", "mtd", Scope("US"))
    assert value is not None
    assert arithmetic(value) == ("ad_spend", "ad_sales")
    sales = november.get("sales", "mtd", Scope("US"))
    assert sales is not None
    assert arithmetic(sales) is None


def test_what_is_missing_says_which_export_would_help(november: Metrics) -> None:
    found = why(november, "tacos", place="DE")
    assert found.value is None
    assert found.missing == ("ad_spend", "sales")
    assert found.needed == ("Sponsored Products campaign report", "Business Report by date")
    assert found.final_from is None
    assert found.rows == 0


def test_typed(november: Metrics) -> None:
    found = why(november, "ipi", "asof")
    assert found.typed
    assert found.sources[0].file == "m1"
    assert found.final_from is None


def test_a_division_by_zero_is_told_as_one() -> None:
    rows = tuple({**row, "sessions": 0} for row in sales_rows())
    with History.open() as history:
        keep(history, BY_DATE, rows)
        found = why(compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US",)), "cvr")
    assert (found.value, found.zero, found.missing) == (None, "sessions", ())


def test_gaps_are_counted() -> None:
    rows = tuple(row for row in sales_rows() if row["date"].day not in (3, 4))
    with History.open() as history:
        keep(history, BY_DATE, rows)
        found = why(compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US",)), "sales")
    assert found.gap_days == 2


def test_every_value_can_be_explained() -> None:
    with History.open() as history:
        fill(history)
        for value in compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US", "DE")):
            found = explain(value)
            assert found.formula == METRICS[value.metric].formula
            assert (found.value is None) == bool(found.missing or found.zero), value


def test_a_metric_nobody_defined() -> None:
    odd = MetricValue("odd", Scope("US"), Period("mtd", LAST, LAST), Decimal(1))
    with pytest.raises(KeyError):
        explain(odd)
