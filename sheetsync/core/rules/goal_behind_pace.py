"""A goal that will be missed if nothing changes.

Bad: a sales goal of 30,000, two thirds of the month over, 15,000 sold on the days that no longer move.
Good: 20,000 or more by then; for a goal like "ACoS at most 22 %": 22 % or less.

Judged on settled days only, direction-aware, against `goal.pace`. Sales, units, sessions and other sums are compared
with the pace expected by the last settled day, ratios and stocks with the target itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts, Goal
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import METRICS
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.progress import goal_value
from sheetsync.core.rules.settled import FLOWS
from sheetsync.core.rules.verdict import goal_verdict, metric_light

MODULES = {"acos": "ads", "tacos": "ads", "roas": "ads", "ad_sales": "ads", "ad_spend": "ads", "cpc": "ads"}


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each goal that is yellow or red."""
    for goal in facts.goals:
        verdict = goal_verdict(goal, facts)
        if verdict.light not in (Light.YELLOW, Light.RED) or _told_elsewhere(goal, facts):
            continue
        who = goal.owner.strip()
        kind = METRICS[goal.metric].kind if goal.metric in METRICS else Kind.NUMBER
        yield RULE.signal(
            verdict.light,
            goal.row_id,
            goal.objective.strip() or goal.metric,
            seen=None if verdict.actual is None else float(verdict.actual),
            limit=None if verdict.pace is None else float(verdict.pace),
            kind=kind,
            marketplace=goal.marketplace,
            module=MODULES.get(goal.metric, "sales"),
            variant="" if goal.metric in FLOWS else "level",
            facts={"metric": goal.metric, **({"who": who} if who else {}), **verdict.why_facts},
        )


def _told_elsewhere(goal: Goal, facts: Facts) -> bool:
    """Whether another rule already says the same: a metric that misses its threshold is not also told as a goal."""
    if goal.metric == "completion":
        return True
    value = goal_value(goal, facts)
    if value is None or not standards.standards_of(goal.metric):
        return False
    return metric_light(value, facts) is Light.RED


RULE = Rule("SS101", "goal_behind_pace", "sales", Severity.CRITICAL, __doc__, check, (standards.GOAL_PACE,))
