"""Buyers complain about us as a seller: feedback of one or two stars.

Bad: six within the month.
Good: one or two.

From the seller feedback report. Feedback counts towards the order defect rate, so it is told before that moves.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace with too much negative feedback."""
    for value in latest(facts, "negative_feedback", ("last30", "mtd", "last7", "asof")):
        lines = standards.FEEDBACK.lines(facts, value.scope.marketplace)
        if value.value is None or lines is None:
            continue
        light = lines.judge(value.value, light_before(facts, RULE.code, f"negative_feedback|{value.scope.key()}"))
        if light is not Light.GREEN:
            yield RULE.of_value(light, value, lines.green)


RULE = Rule(
    "SS602", "negative_feedback_surge", "reviews", Severity.WARNING, __doc__, check, (standards.FEEDBACK,), "reviews"
)
