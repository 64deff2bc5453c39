"""An A-to-z claim is open: service and operations must answer it together, within 48 hours.

Bad: two open claims.
Good: none.

Counts come from the account health report or are typed. It opens an incident with its deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest
from sheetsync.core.rules.numbers import whole


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace with an open claim."""
    for value in latest(facts, "a_to_z", ("asof", "last7", "mtd", "last30")):
        if value.value is not None and value.value > 0:
            hours = standards.CLAIM_HOURS.number(facts, value.scope.marketplace)
            yield RULE.of_value(Light.RED, value, Decimal(0), hours=whole(hours))


RULE = Rule("SS506", "claim_open", "compliance", Severity.CRITICAL, __doc__, check, (standards.CLAIM_HOURS,), "reviews")
