"""People search for it often, and hardly anybody buys it from us.

Bad: "bath mat", searched 40,000 times in the month, our brand has 0.8 % of its purchases.
Good: 5 %; or a query of 200 searches, which moves nothing.

From the search query performance report: queries with at least `brand_share.volume` searches whose brand share is
under `brand_share.min`. The ten largest of a marketplace are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import MetricValue
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest
from sheetsync.core.rules.numbers import whole

MOST = 10


def check(facts: Facts) -> Iterable[Signal]:
    """At most ten signals a marketplace: the largest queries where the brand is hardly bought."""
    found = [
        (volume, value)
        for value in latest(facts, "brand_share", ("last30", "mtd", "asof"))
        if (volume := _volume(facts, value)) is not None
        and volume >= standards.VOLUME.number(facts, value.scope.marketplace)
    ]
    told: dict[str, int] = {}
    for volume, value in sorted(found, key=lambda pair: (-pair[0], pair[1].scope.key())):
        place = value.scope.marketplace
        lines = standards.SHARE.lines(facts, place)
        if value.value is None or lines is None or lines.judge(value.value) is Light.GREEN:
            continue
        told[place] = told.get(place, 0) + 1
        if told[place] <= MOST:
            yield RULE.of_value(Light.YELLOW, value, lines.green, volume=whole(volume), term=value.scope.term)


def _volume(facts: Facts, share: MetricValue) -> Decimal | None:
    found = facts.metrics.get("query_volume", share.period.name, share.scope)
    return found.value if found is not None else None


RULE = Rule(
    "SS203",
    "query_share_low",
    "traffic",
    Severity.WARNING,
    __doc__,
    check,
    (standards.SHARE, standards.VOLUME),
    "ads",
)
