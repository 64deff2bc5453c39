"""Parcels arrive late: on-time delivery under what Amazon asks for.

Bad: 88.6 % in Japan; Amazon requires 90 %.
Good: 97 %.

From the account health report. Yellow under the recommended 95 %, red under the required 90 %.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before
from sheetsync.core.rules.numbers import percent


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace whose deliveries are late."""
    for value in latest(facts, "on_time_delivery", ("asof", "last30", "mtd")):
        lines = standards.ON_TIME.lines(facts, value.scope.marketplace)
        if value.value is None or lines is None:
            continue
        light = lines.judge(value.value, light_before(facts, RULE.code, f"on_time_delivery|{value.scope.key()}"))
        if light is not Light.GREEN:
            yield RULE.of_value(light, value, lines.green, required=percent(lines.red, 0))


RULE = Rule(
    "SS504", "late_delivery", "compliance", Severity.CRITICAL, __doc__, check, (standards.ON_TIME,), "compliance"
)
