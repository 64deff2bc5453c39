"""The settled part of a value: the days whose attribution or settling window has closed.

A month to date that ends yesterday is never settled as a whole: Amazon credits ad sales for 7 days (SP) and restates
the last three days of sales. Judging it would call a campaign bad on clicks whose orders have not been counted yet;
never judging it would be silence. So the verdict is taken on the days that no longer move, and says which they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.metric import METRICS, Maturity, MetricValue, Period, Scope

FLOWS = frozenset(
    {
        "sales", "units", "order_items", "sessions", "page_views", "ad_spend", "ad_sales", "ad_orders", "impressions",
        "clicks", "returns", "negative_feedback", "bad_reviews",
    }
)  # fmt: skip
"""Metrics that add up over the days of a month: they have a pace. Ratios and stocks have none."""

RATIOS: Mapping[str, tuple[str, str]] = {
    "acos": ("ad_spend", "ad_sales"),
    "roas": ("ad_sales", "ad_spend"),
    "tacos": ("ad_spend", "sales"),
    "ctr": ("clicks", "impressions"),
    "cpc": ("ad_spend", "clicks"),
    "ad_cvr": ("ad_orders", "clicks"),
    "cvr": ("units", "sessions"),
}
"""Ratios that are recomputed from two daily series: numerator and denominator (DESIGN: ratios come from sums)."""

MINIMUM_DAYS = 3
"""Fewer settled days than this say nothing. Our own choice: half a week is the least that holds no single spike."""


def settled(facts: Facts, value: MetricValue, *, start: date | None = None) -> MetricValue | None:
    """The part of `value` that no longer moves, from `start` (its own first day by default); None when there is none.

    A final value is returned as it is. Otherwise it is summed again from the daily values of the same scope, up to the
    last day whose window has closed, and its period is called `settled`.
    """
    if value.maturity is Maturity.FINAL and start is None:
        return value
    first = start or value.period.start
    spec = METRICS.get(value.metric)
    # an export of day D holds D itself only in part: without a date of its own, yesterday's end is what it knows
    as_of = value.as_of or value.period.end
    last = min(value.period.end, as_of - timedelta(days=(spec.settle_days if spec else 0) + 1))
    if (last - first).days + 1 < MINIMUM_DAYS:
        return None
    amount = _sum(facts, value.metric, value.scope, first, last)
    if amount is None:
        return None
    return replace(value, value=amount, period=Period("settled", first, last), maturity=Maturity.FINAL)


def daily(facts: Facts, metric: str, scope: Scope) -> dict[date, Decimal | None]:
    """The daily values of a metric: those of Metrics, or for a whole marketplace the series kept for the charts."""
    found = {v.period.start: v.value for v in facts.metrics.of(metric, "day") if v.scope == scope}
    if not found and scope == Scope(scope.marketplace):
        found = dict(facts.daily.get(f"{metric}|{scope.marketplace}", ()))
    return found


def _sum(facts: Facts, metric: str, scope: Scope, first: date, last: date) -> Decimal | None:
    """The metric over the days; None when a third of them or more is missing (missing is not zero)."""
    parts = (metric,) if metric in FLOWS else RATIOS.get(metric, ())
    series = [daily(facts, part, scope) for part in parts]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    # a day counts only where every series knows it: a ratio of different days is no ratio
    rows = [row for row in ([one.get(day) for one in series] for day in days) if row and None not in row]
    if len(rows) * 3 <= len(days) * 2:
        return None
    sums = [sum((value for value in column if value is not None), Decimal(0)) for column in zip(*rows, strict=True)]
    if len(sums) == 1:
        return sums[0]
    return sums[0] / sums[1] if sums[1] else None
