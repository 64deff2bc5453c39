"""A product loses ground in its category: best-seller rank worse by more than 10 places in two weeks.

Bad: rank 1,200 two weeks ago, 1,400 now, in the same category.
Good: 1,200 and 1,205; or 40,000 and 40,300, which is the jitter of a high rank.

Only one marketplace and category series is compared. The loss must exceed `bsr.drift` places and `bsr.noise` of the
earlier rank.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import MetricValue
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, lights_before
from sheetsync.core.rules.numbers import whole


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each product and category whose rank fell."""
    before = lights_before(facts, RULE.code)
    for drift in latest(facts, "bsr_drift", ("asof", "last14")):
        place = drift.scope.marketplace
        lines = standards.BSR_DRIFT.lines(facts, place)
        if drift.value is None or lines is None:
            continue
        now, earlier = _ranks(facts, drift)
        if earlier is not None and drift.value <= earlier * standards.BSR_NOISE.number(facts, place):
            continue
        light = lines.judge(drift.value, before.get(f"bsr_drift|{drift.scope.key()}", ""))
        if light is Light.GREEN:
            continue
        yield RULE.of_value(
            light,
            drift,
            lines.green,
            now=whole(now),
            earlier=whole(earlier),
            asin=drift.scope.asin,
            category=drift.scope.category,
        )


def _ranks(facts: Facts, drift: MetricValue) -> tuple[Decimal | None, Decimal | None]:
    """The rank now and two weeks before: from the drift's own inputs, or from the rank and the drift."""
    if drift.inputs.get("rank_before") is not None:
        return drift.inputs.get("rank_now"), drift.inputs["rank_before"]
    found = facts.metrics.get("bsr", drift.period.name, drift.scope) or facts.metrics.get("bsr", "asof", drift.scope)
    if found is None or found.value is None or drift.value is None:
        return None, None
    return found.value, found.value - drift.value


RULE = Rule(
    "SS201",
    "bsr_falling",
    "traffic",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.BSR_DRIFT, standards.BSR_NOISE),
    "sales",
)
