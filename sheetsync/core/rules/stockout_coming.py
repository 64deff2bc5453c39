"""A product is out of stock, or will be within days.

Bad: 4 days of cover, the next shipment arrives in three weeks; or nothing left of a product that sells.
Good: more than `cover.stock_out` days (7).

An emergency: it opens an incident. The listing is kept alive by its automatic campaign, manual exact campaigns are
paused, and the date of the next receipt is made known.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, lights_before
from sheetsync.core.rules.cover_too_short import products, told
from sheetsync.core.rules.lines import MARGIN
from sheetsync.core.rules.numbers import whole


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each product with next to no stock left."""
    before = lights_before(facts, RULE.code)
    for value in products(facts):
        limit = standards.STOCK_OUT.number(facts, value.scope.marketplace)
        if value.value is None:
            continue
        margin = limit * MARGIN if before.get(f"days_of_cover|{value.scope.key()}", "") else 0
        if value.value > limit + margin:
            continue
        yield RULE.of_value(
            Light.RED,
            value,
            limit,
            variant="empty" if value.value == 0 else "",
            limit=whole(limit),
            **told(facts, value),
        )


RULE = Rule(
    "SS404",
    "stockout_coming",
    "inventory",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.STOCK_OUT,),
    "inventory",
)
