"""Units were sold in the EU without a producer registration number.

Bad: 120 units of a product sold in Germany, `registration_number` empty in Amazon's EPR report.
Good: a number in every row.

Amazon blocks offers without a number; the law fines the seller. Any unit counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, finest, latest


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace or product with units sold without a number."""
    for value in finest(latest(facts, "epr_missing", ("asof", "mtd", "last30"))):
        lines = standards.EPR.lines(facts, value.scope.marketplace)
        if value.value is None or lines is None or lines.judge(value.value) is Light.GREEN:
            continue
        yield RULE.of_value(Light.RED, value, lines.green, asin=value.scope.asin)


RULE = Rule("SS503", "epr_missing", "compliance", Severity.CRITICAL, __doc__, check, (standards.EPR,), "compliance")
