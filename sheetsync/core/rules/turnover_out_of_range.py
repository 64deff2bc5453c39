"""Stock turns too slowly or too fast: outside 4-6 times a year.

Bad: 2.1 a year (money lies on the shelf), or 14 a year (one late ship and the shelf is empty).
Good: 5 a year, which is 73 days of stock.

For a whole marketplace; single products are told by cover. Yellow outside the range, red far outside.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import Scope
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before
from sheetsync.core.rules.numbers import whole


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace whose stock turns too slowly or too fast."""
    for value in latest(facts, "turnover", ("asof", "last30", "mtd")):
        place = value.scope.marketplace
        if not place or value.scope != Scope(place) or value.value is None:
            continue
        before = light_before(facts, RULE.code, f"turnover|{value.scope.key()}")
        for variant, default in (("slow", standards.TURNOVER_MIN), ("fast", standards.TURNOVER_MAX)):
            lines = default.lines(facts, place)
            # hysteresis belongs to the line that was crossed: the other one has a light of its own
            light = (
                lines.judge(value.value, before if lines.judge(value.value) is not Light.GREEN else "")
                if lines
                else None
            )
            if lines is not None and light not in (None, Light.GREEN):
                days = whole(365 / value.value) if value.value else "–"
                yield RULE.of_value(light or Light.GREY, value, lines.green, variant=variant, days=days)


RULE = Rule(
    "SS402",
    "turnover_out_of_range",
    "inventory",
    Severity.WARNING,
    __doc__,
    check,
    (standards.TURNOVER_MIN, standards.TURNOVER_MAX),
    "inventory",
)
