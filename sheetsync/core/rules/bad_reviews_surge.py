"""Bad reviews come in a surge: something is broken, and buyers say what.

Bad: five reviews of one or two stars within a week.
Good: one.

Typed by people (Amazon exports no product reviews). Red opens an incident: root cause within 24 hours.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before
from sheetsync.core.rules.numbers import whole


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each product or marketplace with a surge of bad reviews."""
    for value in latest(facts, "bad_reviews", ("last7", "asof", "mtd", "last30")):
        lines = standards.REVIEWS.lines(facts, value.scope.marketplace)
        if value.value is None or lines is None:
            continue
        light = lines.judge(value.value, light_before(facts, RULE.code, f"bad_reviews|{value.scope.key()}"))
        if light is not Light.GREEN:
            hours = standards.REVIEW_HOURS.number(facts, value.scope.marketplace)
            variant = "surge" if light is Light.RED else ""
            yield RULE.of_value(light, value, lines.green, variant=variant, hours=whole(hours), asin=value.scope.asin)


RULE = Rule(
    "SS601",
    "bad_reviews_surge",
    "reviews",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.REVIEWS, standards.REVIEW_HOURS),
    "reviews",
)
