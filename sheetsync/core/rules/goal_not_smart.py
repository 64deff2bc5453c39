"""A goal that cannot be judged: no metric, no number, no owner or no date.

Bad: "Grow sales", target empty, owner empty.
Good: sales, US, 90,000 by the end of the month, one owner.

Yellow when one thing is missing; red when there is no number or no metric, because then nothing can be said at all.
Three goals or more that lack the same are one finding: a new plan lacks much, and one line says it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts, Goal
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.verdict import smart_check

TOGETHER = 3
"""From so many goals on that lack the same, they are told in one finding; as many are named. Our own choice."""

Missing = tuple[str, ...]


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each goal that lacks something, or for all that lack the same."""
    lacking: dict[Missing, list[Goal]] = {}
    for goal in facts.goals:
        missing = smart_check(goal, facts).missing
        if missing and (goal.objective.strip() or goal.metric or goal.target is not None):
            lacking.setdefault(missing, []).append(goal)
    for missing, goals in lacking.items():
        if len(goals) < TOGETHER:
            yield from (_alone(goal, missing) for goal in goals)
        else:
            yield _joint(goals, missing)


def _light(missing: Missing) -> Light:
    return Light.RED if {"metric", "target"} & set(missing) else Light.YELLOW


def _name(goal: Goal) -> str:
    return goal.objective.strip() or goal.metric


def _alone(goal: Goal, missing: Missing) -> Signal:
    return RULE.signal(
        _light(missing),
        goal.row_id,
        _name(goal),
        seen=len(missing),
        limit=0,
        kind=Kind.INTEGER,
        marketplace=goal.marketplace,
        variant=missing[0] if len(missing) == 1 else "",
        facts={"count": str(len(missing)), "owner": goal.owner.strip()},
    )


def _joint(goals: list[Goal], missing: Missing) -> Signal:
    alone = missing[0] if len(missing) == 1 else ""
    return RULE.signal(
        _light(missing),
        f"several|{'+'.join(missing)}",
        str(len(goals)),
        seen=len(goals),
        limit=0,
        kind=Kind.INTEGER,
        variant=f"several_{alone}" if alone in ("owner", "target") else "several",
        facts={"count": str(len(goals)), "names": "; ".join(_name(goal) for goal in goals[:TOGETHER])},
    )


RULE = Rule("SS102", "goal_not_smart", "sales", Severity.WARNING, __doc__, check, (), "sales")
