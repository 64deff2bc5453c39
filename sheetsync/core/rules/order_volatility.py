"""Daily orders swing more than last month.

Bad: the standard deviation of daily order items was 8, it is 14 now (75 % more).
Good: 8 before, 9 now.

Two spans of at least 14 days are compared; fewer days make a deviation out of one good weekend. A deviation under a
fifth of the mean daily orders is calm, whatever it was before. Yellow beyond `volatility.change`: it is a question
(deals, stock, price?), never an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import MetricValue
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, light_before
from sheetsync.core.rules.numbers import number, percent

ENOUGH_DAYS = 14
CALM = Decimal("0.20")
"""Share of the mean under which a deviation is calm: about the weekly rhythm of a healthy product. Our own choice."""


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace whose daily orders swing much more than before."""
    for now in facts.metrics.of("order_volatility", "mtd"):
        before = facts.metrics.get("order_volatility", "prior_mtd", now.scope)
        lines = standards.VOLATILITY.lines(facts, now.scope.marketplace)
        if not now.scope.marketplace or before is None or not before.value or now.value is None or lines is None:
            continue
        if min(now.period.days, before.period.days) < ENOUGH_DAYS or _is_calm(now):
            continue
        rise = now.value / before.value - 1
        light = lines.judge(rise, light_before(facts, RULE.code, f"order_volatility|{now.scope.key()}"))
        if light is Light.GREEN:
            continue
        yield RULE.of_value(
            Light.YELLOW,
            now,
            before.value * (1 + lines.green),
            before=number(before.value),
            rise=percent(rise, 0),
        )


def _is_calm(now: MetricValue) -> bool:
    orders, days = now.inputs.get("order_items"), now.inputs.get("days_with_data")
    return bool(orders and days) and (now.value or Decimal(0)) < CALM * (orders or 0) / (days or 1)


RULE = Rule("SS104", "order_volatility", "sales", Severity.WARNING, __doc__, check, (standards.VOLATILITY,), "sales")
