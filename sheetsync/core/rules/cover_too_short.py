"""Stock that will run out before a new order can arrive: days of cover under lead time + buffer.

Bad: 18 days of cover, and an order takes 30 days to reach the shelf.
Good: 60 days of cover.

Yellow under lead time + buffer (order now), red under the lead time (too late for the usual way: ask for air freight).
Very short cover is told by `stockout_coming` instead. Set `cover.lead_time` and `cover.buffer` for each marketplace.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import MetricValue
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, finest, latest, lights_before
from sheetsync.core.rules.numbers import day, number, whole
from sheetsync.core.rules.verdict import cover_lines

YEARS = 3650
"""A cover beyond ten years is told as ten: a product that hardly sells has no day on which it is gone."""


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each SKU (or ASIN) whose cover is too short to reorder in time."""
    before = lights_before(facts, RULE.code)
    for value in products(facts):
        place = value.scope.marketplace
        lines = cover_lines(facts, place)
        shown = before.get(f"days_of_cover|{value.scope.key()}", "")
        # what was already told does not recover by getting worse
        if value.value is None or (value.value <= standards.STOCK_OUT.number(facts, place) and not shown):
            continue
        light = lines.judge(value.value, shown)
        if light is not Light.GREEN:
            yield RULE.of_value(
                light, value, lines.green, variant="late" if light is Light.RED else "", **told(facts, value)
            )


def products(facts: Facts) -> tuple[MetricValue, ...]:
    """Days of cover of single products: values with a SKU, or with an ASIN where no SKU is known."""
    return tuple(v for v in finest(latest(facts, "days_of_cover", ("asof", "last30"))) if v.scope.sku or v.scope.asin)


def told(facts: Facts, value: MetricValue) -> dict[str, str]:
    """What people ask first: how many units, how fast they go, when they are gone, how long an order takes."""
    place = value.scope.marketplace
    assert value.value is not None
    inbound = facts.metrics.get("inbound", value.period.name, value.scope)
    return {
        "lead": whole(standards.LEAD_TIME.number(facts, place)),
        "buffer": whole(standards.COVER_BUFFER.number(facts, place)),
        "gone": day(value.period.end + timedelta(days=min(int(value.value), YEARS))),
        "stock": whole(next((v for k, v in value.inputs.items() if k in ("stock", "available")), None)),
        "inbound": whole(inbound.value if inbound else None),
        "days": number(value.value, 0),
        "asin": value.scope.asin,
    }


RULE = Rule(
    "SS403",
    "cover_too_short",
    "inventory",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.LEAD_TIME, standards.COVER_BUFFER, standards.STOCK_OUT),
    "inventory",
)
