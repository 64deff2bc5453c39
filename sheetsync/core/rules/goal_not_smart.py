"""A goal that cannot be judged: no metric, no number, no owner or no date.

Bad: "Grow sales", target empty, owner empty.
Good: sales, US, 90,000 by the end of the month, one owner.

Yellow when one thing is missing; red when there is no number or no metric, because then nothing can be said at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.verdict import smart_check


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each goal that lacks something, naming all of it."""
    for goal in facts.goals:
        missing = smart_check(goal, facts).missing
        if not missing or not (goal.objective.strip() or goal.metric or goal.target is not None):
            continue
        yield RULE.signal(
            Light.RED if {"metric", "target"} & set(missing) else Light.YELLOW,
            goal.row_id,
            goal.objective.strip() or goal.metric,
            seen=len(missing),
            limit=0,
            kind=Kind.INTEGER,
            marketplace=goal.marketplace,
            variant=missing[0] if len(missing) == 1 else "",
            facts={"count": str(len(missing)), "owner": goal.owner.strip()},
        )


RULE = Rule("SS102", "goal_not_smart", "sales", Severity.WARNING, __doc__, check, (), "sales")
