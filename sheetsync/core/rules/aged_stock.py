"""Stock grows old: a large share has lain at Amazon for more than 180 days.

Bad: 168 of 400 units are older than 180 days: the aged-inventory surcharge is charged every month.
Good: 10 of 400.

The share of each product against `aged_stock.share`; a handful of units (under ten) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, finest, latest, lights_before
from sheetsync.core.rules.numbers import percent, whole

FEW = 10


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each product with too much old stock."""
    before = lights_before(facts, RULE.code)
    for aged in finest(latest(facts, "aged_stock", ("asof", "last30"))):
        stock = facts.metrics.get("stock", aged.period.name, aged.scope)
        lines = standards.AGED.lines(facts, aged.scope.marketplace)
        if aged.value is None or aged.value < FEW or stock is None or not stock.value or lines is None:
            continue
        share = min(aged.value / stock.value, Decimal(1))
        light = lines.judge(share, before.get(f"aged_stock|{aged.scope.key()}", ""))
        if light is not Light.GREEN:
            yield RULE.of_value(
                light,
                aged,
                stock.value * lines.green,
                share=percent(share, 0),
                share_limit=percent(lines.green, 0),
                stock=whole(stock.value),
            )


RULE = Rule("SS405", "aged_stock", "inventory", Severity.WARNING, __doc__, check, (standards.AGED,), "inventory")
