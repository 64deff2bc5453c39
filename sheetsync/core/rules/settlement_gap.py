"""The lines of a settlement do not add up to its total.

Bad: the file says 4,210.55, its lines add up to 4,198.05: rows are missing or were read wrongly.
Good: equal to the cent, as in every settlement seen.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each settlement that does not add up."""
    for problem in facts.problems:
        if problem.kind == "settlement_gap":
            yield RULE.signal(Light.RED, problem.subject, problem.name, facts=problem.facts)
    told = {problem.subject for problem in facts.problems if problem.kind == "settlement_gap"}
    for value in latest(facts, "settlement_gap", ("asof", "mtd", "last30")):
        limit = standards.GAP.number(facts, value.scope.marketplace)
        if value.value is not None and abs(value.value) > limit and value.scope.key() not in told:
            yield RULE.of_value(Light.RED, value, limit, variant="amount")


RULE = Rule("SS806", "settlement_gap", "data", Severity.CRITICAL, __doc__, check, (standards.GAP,))
