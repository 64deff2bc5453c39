"""A target that has lost touch with its baseline.

Bad: 20,000 in a new listing's first month, where the last months were 3,000.
Good: up to one and a half times the baseline; more with a plan that says where it comes from.

`goal.stretch` is the target as a multiple of the baseline (of the last full months), in the direction that is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import number, shown
from sheetsync.core.rules.verdict import smart_check


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each goal whose target is too many times its baseline."""
    for goal in facts.goals:
        found = smart_check(goal, facts)
        lines = standards.GOAL_STRETCH.lines(facts, goal.marketplace)
        if found.realism != "detached" or lines is None or goal.baseline is None:
            continue
        yield RULE.signal(
            Light.YELLOW,
            goal.row_id,
            goal.objective.strip() or goal.metric,
            seen=None if found.stretch is None else float(found.stretch),
            limit=float(lines.red),
            marketplace=goal.marketplace,
            facts={
                "times": number(found.stretch),
                "limit": number(lines.red),
                "target": shown(goal.metric, goal.target),
                "baseline": shown(goal.metric, goal.baseline),
            },
        )


RULE = Rule("SS103", "goal_detached", "sales", Severity.WARNING, __doc__, check, (standards.GOAL_STRETCH,), "sales")
