"""Too few keywords stand in the organic top 10.

Bad: 4 keywords ranked 10 or better, the goal is 10.
Good: 12.

The count is typed by people (Amazon exports no organic rank). A goal of the marketplace for this metric goes before
the threshold `keywords.top10`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace or product with too few keywords in the top 10."""
    for value in latest(facts, "top10_keywords", ("asof", "mtd", "last30")):
        lines = standards.TOP10.lines(facts, value.scope.marketplace)
        goals = {(g.metric, g.marketplace, g.asin) for g in facts.goals if g.target is not None}
        told = ("top10_keywords", value.scope.marketplace, value.scope.asin) in goals
        if value.value is None or lines is None or told:
            continue
        light = lines.judge(value.value, light_before(facts, RULE.code, f"top10_keywords|{value.scope.key()}"))
        if light is not Light.GREEN:
            yield RULE.of_value(light, value, lines.green)


RULE = Rule("SS202", "top10_keywords_few", "traffic", Severity.WARNING, __doc__, check, (standards.TOP10,), "sales")
