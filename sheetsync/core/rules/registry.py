"""Every rule, by name, and what they say together."""

from __future__ import annotations

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.rules import (
    acos_over_target,
    completion_low,
    cover_too_short,
    goal_behind_pace,
    overdue_task,
    report_stale,
    tacos_out_of_range,
    unowned_task,
)
from sheetsync.core.rules.base import Rule

RULES: tuple[Rule, ...] = (
    goal_behind_pace.RULE,
    acos_over_target.RULE,
    tacos_out_of_range.RULE,
    cover_too_short.RULE,
    unowned_task.RULE,
    overdue_task.RULE,
    completion_low.RULE,
    report_stale.RULE,
)
"""In the order of their codes. A new rule is a new file and a line here."""

_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


def judge(facts: Facts) -> tuple[Signal, ...]:
    """What every rule sees, the most severe first, then by code and subject: the same facts give the same order."""
    seen = [signal for rule in RULES for signal in rule.check(facts)]
    return tuple(sorted(seen, key=lambda signal: (_ORDER[signal.severity], signal.code, signal.subject)))


def rule_of(code: str) -> Rule | None:
    """The rule with this code or name, in any case; None when there is none."""
    wanted = code.strip().casefold().replace("-", "_")
    return next((rule for rule in RULES if wanted in (rule.code.casefold(), rule.name)), None)
