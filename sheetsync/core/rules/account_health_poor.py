"""A rate that Amazon may suspend an account for nears its limit, or is over it.

Bad: order defect rate 1.2 % (limit 1 %), late shipment 4.4 % (4 %), cancellation 3 % (2.5 %), tracking 93 % (95 %).
Good: 0.3 %, 1 %, 0.4 %, 99 %.

Yellow at about four fifths of the limit, red beyond it. The rate is recomputed from its counts; Amazon's own status is
sometimes wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before

RATES = {
    "odr": standards.ODR,
    "late_shipment": standards.LATE,
    "cancellation": standards.CANCEL,
    "valid_tracking": standards.TRACKING,
}


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each rate of a marketplace that is not green."""
    for metric, default in RATES.items():
        for value in latest(facts, metric, ("asof", "last30", "mtd")):
            lines = default.lines(facts, value.scope.marketplace)
            if value.value is None or lines is None:
                continue
            light = lines.judge(value.value, light_before(facts, RULE.code, f"{metric}|{value.scope.key()}"))
            if light is not Light.GREEN:
                yield RULE.of_value(light, value, lines.red, variant=metric, metric=metric)


RULE = Rule(
    "SS505",
    "account_health_poor",
    "compliance",
    Severity.CRITICAL,
    __doc__,
    check,
    tuple(RATES.values()),
    "compliance",
)
