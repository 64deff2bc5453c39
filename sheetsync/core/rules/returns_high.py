"""Too much comes back: return rate over its limit.

Bad: 14 % of the units of the month were returned.
Good: 4 %. Or 2 of 9 units: too few to say.

Returned units by return date over units ordered in the same days, so it mixes cohorts; under 30 ordered units nothing
is said.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before
from sheetsync.core.rules.numbers import whole

ENOUGH_UNITS = 30


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace or product with too many returns."""
    for value in latest(facts, "return_rate", ("last30", "mtd")):
        lines = standards.RETURNS.lines(facts, value.scope.marketplace)
        units = value.inputs.get("units")
        if (
            not value.scope.marketplace
            or value.value is None
            or lines is None
            or (units is not None and units < ENOUGH_UNITS)
        ):
            continue
        light = lines.judge(value.value, light_before(facts, RULE.code, f"return_rate|{value.scope.key()}"))
        if light is not Light.GREEN:
            yield RULE.of_value(light, value, lines.green, units=whole(value.inputs.get("returns")))


RULE = Rule("SS603", "returns_high", "reviews", Severity.WARNING, __doc__, check, (standards.RETURNS,), "reviews")
