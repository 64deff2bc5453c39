"""Daily orders swing more than last month.

Bad: the standard deviation of daily order items was 8, it is 14 now (75 % more).
Good: 8 before, 9 now.

Two spans of at least 14 settled days are compared; fewer make a deviation out of one good weekend. A deviation under a
fifth of the mean daily orders is calm, whatever it was before. Yellow beyond `volatility.change`: it is a question
(deals, stock, price?), never an alarm.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import Maturity, MetricValue, Period
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, light_before
from sheetsync.core.rules.numbers import number, percent
from sheetsync.core.rules.settled import daily, settle_days

ENOUGH_DAYS = 14
CALM = Decimal("0.20")
"""Share of the mean under which a deviation is calm: about the weekly rhythm of a healthy product. Our own choice."""


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace whose daily orders swing much more than before."""
    for month in facts.metrics.of("order_volatility", "mtd"):
        place = month.scope.marketplace
        now, before = _settled(facts, month), facts.metrics.get("order_volatility", "prior_mtd", month.scope)
        lines = standards.VOLATILITY.lines(facts, place)
        if not place or lines is None or not _comparable(now) or not _comparable(before) or _is_calm(now):
            continue
        assert now is not None
        assert before is not None
        assert now.value is not None
        assert before.value is not None
        rise = now.value / before.value - 1
        light = lines.judge(rise, light_before(facts, RULE.code, f"order_volatility|{now.scope.key()}"))
        if light is not Light.GREEN:
            limit = before.value * (1 + lines.green)
            yield RULE.of_value(Light.YELLOW, now, limit, before=number(before.value), rise=percent(rise, 0))


def _comparable(value: MetricValue | None) -> bool:
    return value is not None and bool(value.value) and value.period.days >= ENOUGH_DAYS


def _is_calm(now: MetricValue | None) -> bool:
    if now is None or now.value is None:
        return False
    orders, days = now.inputs.get("order_items"), now.inputs.get("days_with_data")
    return bool(orders and days and now.value < CALM * orders / days)


def _settled(facts: Facts, month: MetricValue) -> MetricValue | None:
    """The deviation over the days that no longer move, from the daily order items; None where they are not known."""
    if month.maturity is Maturity.FINAL:
        return month
    last = (month.as_of or month.period.end) - timedelta(days=settle_days(facts, "order_items", month.scope) + 1)
    items = daily(facts, "order_items", month.scope)
    days = {day: count for day, count in items.items() if count is not None and month.period.start <= day <= last}
    if len(days) < ENOUGH_DAYS:
        return None
    told = {"order_items": sum(days.values(), Decimal(0)), "days_with_data": Decimal(len(days))}
    period = Period("settled", min(days), max(days))
    spread = statistics.stdev(days.values())
    return replace(month, value=spread, period=period, maturity=Maturity.FINAL, inputs=dict(told))


RULE = Rule("SS104", "order_volatility", "sales", Severity.WARNING, __doc__, check, (standards.VOLATILITY,), "sales")
