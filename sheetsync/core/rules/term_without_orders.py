"""A search term that spends and brings no order.

Bad: 60 clicks and 37 dollars in the settled weeks, no order.
Good: 12 clicks without an order: too few to know; or 60 clicks yesterday: too early to know.

Settled days only. Both `wasted_term.clicks` and `wasted_term.spend` must be exceeded; the spend is in the
marketplace's own currency, so give yen a row of its own. The twenty most expensive of a marketplace are told.
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
from sheetsync.core.rules.settled import settled

MOST = 20


def check(facts: Facts) -> Iterable[Signal]:
    """At most twenty signals a marketplace: the most expensive terms without an order."""
    told: dict[str, int] = {}
    spent = [v for v in latest(facts, "ad_spend", ("last30", "mtd", "last14")) if v.scope.term]
    for value in sorted(spent, key=lambda v: (-(v.value or 0), v.scope.key())):
        place = value.scope.marketplace
        firm = settled(facts, value)
        clicks, orders = (_beside(facts, value, metric) for metric in ("clicks", "ad_orders"))
        if firm is None or firm.value is None or clicks is None or orders is None or orders > 0:
            continue
        light = _light(facts, place, clicks, firm.value)
        if light is Light.GREEN:
            continue
        told[place] = told.get(place, 0) + 1
        if told[place] <= MOST:
            limit = standards.TERM_CLICKS.number(facts, place)
            facts_of = {"clicks": whole(clicks), "term": value.scope.term, "campaign": value.scope.campaign}
            yield RULE.of_value(
                light, firm, standards.TERM_SPEND.number(facts, place), limit_clicks=whole(limit), **facts_of
            )


def _light(facts: Facts, place: str, clicks: Decimal, spend: Decimal) -> Light:
    """The better of the two lights: both clicks and spend must be over their lines."""
    by_clicks, by_spend = standards.TERM_CLICKS.lines(facts, place), standards.TERM_SPEND.lines(facts, place)
    if by_clicks is None or by_spend is None:
        return Light.GREEN
    lights = {by_clicks.judge(clicks), by_spend.judge(spend)}
    if Light.GREEN in lights:
        return Light.GREEN
    return Light.YELLOW if Light.YELLOW in lights else Light.RED


def _beside(facts: Facts, value: MetricValue, metric: str) -> Decimal | None:
    found = facts.metrics.get(metric, value.period.name, value.scope)
    return found.value if found is not None else None


RULE = Rule(
    "SS303",
    "term_without_orders",
    "ads",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.TERM_CLICKS, standards.TERM_SPEND),
    "ads",
)
