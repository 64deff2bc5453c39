"""Totals are the sums of the rows, to the last micro, and ratios are made of those sums."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.core.model.facts import Month
from sheetsync.core.model.metric import Scope
from sheetsync.history.ingest import ingest
from sheetsync.history.metrics import compute
from sheetsync.history.series import daily
from sheetsync.history.store import History
from tests.unit.history.fake_reports import BY_DATE, CAMPAIGN, FakeReport

NOW, TODAY, NOVEMBER = datetime(2026, 11, 22, 9), date(2026, 11, 22), Month(2026, 11)
US = Scope("US")
MICROS = st.integers(-(10**12), 10**15)
COUNTS = st.integers(0, 10**9)


@st.composite
def sales(draw: st.DrawFn) -> list[dict[str, Any]]:
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(draw(st.integers(1, 20)))]
    return [
        {
            "date": day,
            "ordered_sales": draw(MICROS),
            "units_ordered": draw(COUNTS),
            "sessions": draw(st.none() | COUNTS),
        }
        for day in days
    ]


@st.composite
def ads(draw: st.DrawFn, days: int) -> list[dict[str, Any]]:
    return [
        {"date": date(2026, 11, 1) + timedelta(days=n), "campaign": name, "spend": draw(MICROS), "clicks": draw(COUNTS)}
        for n in range(days)
        for name in draw(st.sets(st.sampled_from("ABC"), min_size=1))
    ]


@st.composite
def months(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    sold = draw(sales())
    return sold, draw(ads(len(sold)))


@given(months())
@settings(max_examples=10)
def test_totals(month: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    sold, spent = month
    with History.open() as history:
        ingest(history, FakeReport(BY_DATE, tuple(sold)), imported_at=NOW)
        ingest(history, FakeReport(CAMPAIGN, tuple(spent)), imported_at=NOW)
        metrics = compute(history, today=TODAY, month=NOVEMBER, marketplaces=("US",))
        series = daily(history, month=NOVEMBER, today=TODAY, marketplaces=("US",))
    values = {name: metrics.get(name, "mtd", US) for name in ("sales", "units", "sessions", "cvr", "ad_spend", "tacos")}
    found = {name: value.value if value else None for name, value in values.items()}
    total = {key: sum(row[key] for row in sold) for key in ("ordered_sales", "units_ordered")}
    assert found["sales"] == Decimal(total["ordered_sales"]).scaleb(-6)
    assert found["units"] == total["units_ordered"]
    spend = sum(row["spend"] for row in spent)
    assert found["ad_spend"] == Decimal(spend).scaleb(-6)
    visits = [row["sessions"] for row in sold]
    assert found["sessions"] == (None if None in visits else sum(visits))
    if None in visits or not sum(visits):
        assert found["cvr"] is None
    else:
        assert found["cvr"] is not None
        assert abs(found["cvr"] * sum(visits) - total["units_ordered"]) <= Decimal("0.0000005") * sum(visits)
    assert (found["tacos"] is None) == (total["ordered_sales"] == 0)
    for key, expected in (("sales|US", total["ordered_sales"]), ("ad_spend|US", spend)):
        assert sum(value for _, value in series[key] if value is not None) == Decimal(expected).scaleb(-6)
