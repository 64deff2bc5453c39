"""More stock than the next months need.

Bad: 210 days of cover: half a year of money on the shelf, soon with a surcharge.
Good: 70 days.

Days of cover over `cover.max` (90, which Amazon calls excess), red over 180. Seasonal products are people's to judge:
decline the finding with a note.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, lights_before
from sheetsync.core.rules.cover_too_short import products, told
from sheetsync.core.rules.numbers import whole


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each product with too much stock."""
    before = lights_before(facts, RULE.code)
    for value in products(facts):
        lines = standards.COVER_MAX.lines(facts, value.scope.marketplace)
        if value.value is None or lines is None:
            continue
        light = lines.judge(value.value, before.get(f"days_of_cover|{value.scope.key()}", ""))
        if light is not Light.GREEN:
            yield RULE.of_value(light, value, lines.green, limit=whole(lines.green), **told(facts, value))


RULE = Rule(
    "SS406", "too_much_stock", "inventory", Severity.WARNING, __doc__, check, (standards.COVER_MAX,), "inventory"
)
