"""Roll-ups over all marketplaces: only within one currency, or with rates that people typed.

Counts are added over all marketplaces. Money is added where every marketplace has the same currency; else it needs a
rate for each other currency, dated no later than the period's end. Without one the roll-up over everything is not
known, and each currency has its own (the currency stands as the scope's category).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Rate
from sheetsync.core.model.metric import Maturity, MetricValue, Period, Scope
from sheetsync.history.account import MONEY_METRICS, RATIOS
from sheetsync.history.arithmetic import MONEY_STEP, ratio
from sheetsync.history.provenance import merged

ADDED = (
    "sales",
    "units",
    "order_items",
    "sessions",
    "page_views",
    "ad_spend",
    "ad_sales",
    "ad_orders",
    "impressions",
    "clicks",
)
DIVIDED = ("cvr", "acos", "roas", "tacos", "ctr", "cpc", "ad_cvr")
PERIODS = ("mtd", "prior_mtd", "last30", "prior30")


def roll_ups(values: Iterable[MetricValue], rates: tuple[Rate, ...]) -> Iterable[MetricValue]:
    """The values over all marketplaces; nothing when there is only one, whose own values already say it.

    A roll-up needs every marketplace: one whose value is not known makes it unknown, one without the period drops it.
    """
    account = [v for v in values if v.scope == Scope(v.scope.marketplace) and v.scope.marketplace]
    if len({v.scope.marketplace for v in account}) < 2:
        return
    for name in PERIODS:
        here = [v for v in account if v.period.name == name]
        sums: dict[tuple[str, str], MetricValue] = {}
        for metric in ADDED:
            everywhere = {v.scope.marketplace for v in account if v.metric == metric}
            parts = [v for v in here if v.metric == metric]
            if parts and everywhere - {v.scope.marketplace for v in parts}:
                continue  # a marketplace has nothing for these days: there is no sum to compare with
            for total in _totals(parts, rates):
                sums[metric, total.scope.category] = total
                yield total
        for metric in DIVIDED:
            yield from _ratios(metric, sums, [v for v in here if v.metric == metric])


def _totals(parts: list[MetricValue], rates: tuple[Rate, ...]) -> Iterable[MetricValue]:
    if not parts:
        return
    currencies = sorted({v.currency for v in parts if v.value is not None})
    if parts[0].metric not in MONEY_METRICS or len(currencies) <= 1:
        yield _sum(Scope(), parts, currencies[0] if currencies else "")
        return
    yield _converted(parts, currencies, rates)
    for currency in currencies:
        yield _sum(Scope(category=currency), [v for v in parts if v.currency == currency], currency)


def _sum(scope: Scope, parts: list[MetricValue], currency: str) -> MetricValue:
    known = [v.value for v in parts if v.value is not None]
    total = sum(known, Decimal(0)) if len(known) == len(parts) else None
    return _over(scope, parts, total, currency, {v.scope.marketplace: v.value for v in parts})


def _converted(parts: list[MetricValue], currencies: list[str], rates: tuple[Rate, ...]) -> MetricValue:
    """The sum in the one currency that rates lead to; not known when a rate is missing."""
    amounts: dict[str, Decimal | None] = {v.scope.marketplace: v.value for v in parts}
    targets = list(dict.fromkeys([*(rate.to for rate in rates), *currencies]))
    for target in targets:
        found = {c: rate_on(rates, c, target, parts[0].period) for c in currencies}
        if all(rate is not None for rate in found.values()) and all(v.value is not None for v in parts):
            total = sum((v.value * found[v.currency] for v in parts), Decimal(0))  # type: ignore[operator]
            return _over(Scope(), parts, total.quantize(MONEY_STEP), target, {**amounts, **_named(found, target)})
    lacking = {c: rate_on(rates, c, targets[0], parts[0].period) for c in currencies}
    return _over(Scope(), parts, None, "", {**amounts, **_named(lacking, targets[0])})


def _named(rates: dict[str, Decimal | None], target: str) -> dict[str, Decimal | None]:
    return {f"{currency}/{target}": rate for currency, rate in rates.items() if currency != target}


def rate_on(rates: tuple[Rate, ...], currency: str, target: str, period: Period) -> Decimal | None:
    """The latest typed rate no later than the period's end; 1 for the currency itself; None when there is none."""
    if currency == target:
        return Decimal(1)
    fitting = [rate for rate in rates if (rate.currency, rate.to) == (currency, target) and rate.day <= period.end]
    return max(fitting, key=lambda rate: rate.day).rate if fitting else None


def _ratios(metric: str, sums: dict[tuple[str, str], MetricValue], parts: list[MetricValue]) -> Iterable[MetricValue]:
    top, bottom = RATIOS[metric]
    for (name, category), over in list(sums.items()):
        under = sums.get((bottom, category))
        if name != top or under is None or not parts:
            continue
        alike = metric not in ("acos", "roas", "tacos") or over.currency == under.currency
        # TACoS divides ads by sales: where they end on different days the roll-up would mix periods
        alike = alike and (metric != "tacos" or _same_days(over, under))
        value = ratio(over.value, under.value) if alike else None
        currency = over.currency if metric in MONEY_METRICS else ""
        both = [over, under]
        yield _over(over.scope, both, value, currency, {top: over.value, bottom: under.value}, metric)


def _same_days(left: MetricValue, right: MetricValue) -> bool:
    return (left.period.start, left.period.end) == (right.period.start, right.period.end)


def _over(
    scope: Scope,
    parts: list[MetricValue],
    total: Decimal | None,
    currency: str,
    inputs: dict[str, Decimal | None],
    metric: str = "",
) -> MetricValue:
    period = Period(parts[0].period.name, min(v.period.start for v in parts), max(v.period.end for v in parts))
    # marketplaces whose data end on different days add up to a sum that is still short of some
    uneven = len({v.period.end for v in parts}) > 1
    provisional = uneven or any(v.maturity is Maturity.PROVISIONAL for v in parts)
    return MetricValue(
        metric or parts[0].metric,
        scope,
        period,
        total,
        currency,
        Maturity.PROVISIONAL if provisional else Maturity.FINAL,
        min((v.as_of for v in parts if v.as_of is not None), default=None),
        inputs,
        merged(v.sources for v in parts),
    )
