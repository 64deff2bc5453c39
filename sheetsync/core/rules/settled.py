"""The settled part of a value: the days whose attribution or settling window has closed.

A month to date that ends yesterday is never settled as a whole: Amazon credits ad sales for 7 days (SP) and restates
the last three days of sales. Judging it would call a campaign bad on clicks whose orders have not been counted yet;
never judging it would be silence. So the verdict is taken on the days that no longer move, and says which they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.metric import METRICS, RATIO_PARTS, Maturity, MetricValue, Period, Scope
from sheetsync.core.rules.standards import ATTRIBUTION

FLOWS = frozenset(
    {
        "sales", "units", "order_items", "sessions", "page_views", "ad_spend", "ad_sales", "ad_orders", "impressions",
        "clicks", "returns", "negative_feedback", "bad_reviews",
    }
)  # fmt: skip
"""Metrics that add up over the days of a month: they have a pace. Ratios and stocks have none."""

RATIOS: Mapping[str, tuple[str, str]] = {
    name: RATIO_PARTS[name] for name in ("acos", "roas", "tacos", "ctr", "cpc", "ad_cvr", "cvr")
}
"""Ratios that are recomputed from two daily series: numerator and denominator (DESIGN: ratios come from sums)."""

ATTRIBUTED = frozenset({"ad_sales", "ad_orders", "acos", "roas", "ad_cvr", "tacos"})
"""Metrics that wait for orders to be credited to clicks (threshold `attribution.days`)."""

MINIMUM_DAYS = 3
"""Fewer settled days than this say nothing. Our own choice: half a week is the least that holds no single spike."""


def settled(facts: Facts, value: MetricValue) -> MetricValue | None:
    """The part of `value` that no longer moves; None when there is none.

    A final value is returned as it is. Otherwise it is summed again from the daily values of the same scope, up to the
    last day whose window has closed, and its period is called `settled`.
    """
    if value.maturity is Maturity.FINAL:
        return value
    first = value.period.start
    # an export of day D holds D itself only in part: without a date of its own, yesterday's end is what it knows
    as_of = value.as_of or value.period.end
    last = min(value.period.end, as_of - timedelta(days=settle_days(facts, value.metric, value.scope) + 1))
    if (last - first).days + 1 < MINIMUM_DAYS:
        return None
    sums = sums_over(facts, value.metric, value.scope, first, last)
    if not sums:
        return _of_campaigns(facts, value)
    period = Period("settled", first, last)
    return replace(value, value=whole_of(sums), period=period, maturity=Maturity.FINAL, inputs=dict(sums))


def settle_days(facts: Facts, metric: str, scope: Scope) -> int:
    """How many days a day of this metric still moves: for attributed sales as the team set it, else by nature."""
    if metric in ATTRIBUTED:
        return int(ATTRIBUTION.number(facts, scope.marketplace))
    return METRICS[metric].settle_days if metric in METRICS else 0


def first_settled(facts: Facts, values: Iterable[MetricValue]) -> MetricValue | None:
    """The settled part of the first of these values that has one."""
    return next((firm for value in values if (firm := settled(facts, value)) is not None), None)


def daily(facts: Facts, metric: str, scope: Scope) -> dict[date, Decimal | None]:
    """The daily values of a metric: those of Metrics, or for a whole marketplace the series kept for the charts."""
    found = {v.period.start: v.value for v in facts.metrics.of(metric, "day") if v.scope == scope}
    if not found and scope == Scope(scope.marketplace):
        found = dict(facts.daily.get(f"{metric}|{scope.marketplace}", ()))
    return found


def sums_over(facts: Facts, metric: str, scope: Scope, first: date, last: date) -> dict[str, Decimal]:
    """The sums behind a metric over the days; empty when a third of the days or more is missing (not zero)."""
    parts = (metric,) if metric in FLOWS else RATIOS.get(metric, ())
    series = [daily(facts, part, scope) for part in parts]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    # a day counts only where every series knows it: a ratio of different days is no ratio
    rows = [row for row in ([one.get(day) for one in series] for day in days) if row and None not in row]
    if len(rows) * 3 <= len(days) * 2:
        return {}
    columns = zip(parts, zip(*rows, strict=True), strict=True)
    return {part: sum((value for value in column if value is not None), Decimal(0)) for part, column in columns}


def whole_of(sums: Mapping[str, Decimal]) -> Decimal | None:
    """The metric from its sums: the sum itself, or numerator over denominator; None where that is 0."""
    above, *below = sums.values()
    if not below:
        return above
    return above / below[0] if below[0] else None


def _of_campaigns(facts: Facts, value: MetricValue) -> MetricValue | None:
    """The sum over a marketplace's campaigns, whose own values end at the last settled day; for ad ratios only."""
    parts = RATIOS.get(value.metric, ())
    if value.scope != Scope(value.scope.marketplace) or not parts or "sales" in parts or "units" in parts:
        return None
    found = [
        [v for v in facts.metrics.of(part, value.period.name) if v.scope.campaign and _in(v, value)] for part in parts
    ]
    periods = {v.period for column in found for v in column}
    sums = [sum((v.value for v in column if v.value is not None), Decimal(0)) for column in found]
    if len(periods) != 1 or not sums[1] or periods.copy().pop().days < MINIMUM_DAYS:
        return None
    return replace(
        value,
        value=sums[0] / sums[1],
        period=periods.pop(),
        maturity=Maturity.FINAL,
        inputs=dict(zip(parts, sums, strict=True)),
    )


def _in(part: MetricValue, whole: MetricValue) -> bool:
    return part.scope.marketplace == whole.scope.marketplace and part.maturity is Maturity.FINAL
