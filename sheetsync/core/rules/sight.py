"""Sight: a finding does not recover because its data are missing.

When a report stops coming, the rules that rest on it fall silent. That is not recovery: what was open stays open, grey,
until somebody can look again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import FindingRecord, Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import METRICS
from sheetsync.core.rules import goal_behind_pace
from sheetsync.core.rules.base import OVER
from sheetsync.core.rules.verdict import goal_verdict


def out_of_sight(facts: Facts, seen: Collection[tuple[str, str]]) -> Iterator[Signal]:
    """A grey signal, without words of its own, for each open finding whose subject cannot be judged today."""
    for record in facts.records:
        if record.state in OVER or record.first_seen is None or (record.code, record.subject) in seen:
            continue
        if _is_dark(facts, record):
            yield Signal(
                code=record.code,
                subject=record.subject,
                name=record.title or record.subject,
                light=Light.GREY,
                severity=Severity.INFO,
                module=record.module,
            )


def _is_dark(facts: Facts, record: FindingRecord) -> bool:
    """Whether nothing is known of what the finding is about.

    For a metric: no value of it is known in the marketplace at all. One product or search term that is no longer listed
    among others has recovered. For the pace of a goal: it has no verdict.
    """
    metric, _, key = record.subject.partition("|")
    if metric in METRICS:
        place = key.partition("|")[0]
        return not any(v.value is not None and v.scope.marketplace == place for v in facts.metrics.of(metric))
    if record.code != goal_behind_pace.RULE.code:
        return False
    goal = next((goal for goal in facts.goals if goal.row_id == record.subject), None)
    return goal is not None and goal_verdict(goal, facts).light in (Light.GREY, Light.PROVISIONAL)
