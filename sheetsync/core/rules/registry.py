"""Every rule, by name, and what they say together."""

from __future__ import annotations

from dataclasses import replace

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.rules import (
    account_health_poor,
    acos_over_target,
    aged_stock,
    bad_reviews_surge,
    blocked_task,
    bsr_falling,
    cell_unreadable,
    claim_open,
    completion_low,
    cover_too_short,
    document_expiring,
    document_missing,
    engine_cell_edited,
    epr_missing,
    estimate_too_tight,
    goal_behind_pace,
    goal_detached,
    goal_not_smart,
    green_over_red,
    ipi_low,
    late_delivery,
    mixed_currency,
    negative_feedback_surge,
    order_volatility,
    overdue_task,
    owner_overloaded,
    plan_untouched,
    prevention_missing,
    query_share_low,
    report_refused,
    report_stale,
    returns_high,
    rows_unreadable,
    settlement_gap,
    standup_missed,
    stockout_coming,
    tacos_out_of_range,
    term_without_orders,
    too_much_stock,
    top10_keywords_few,
    turnover_out_of_range,
    unowned_task,
)
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.sight import out_of_sight

RULES: tuple[Rule, ...] = (
    goal_behind_pace.RULE,
    goal_not_smart.RULE,
    goal_detached.RULE,
    order_volatility.RULE,
    bsr_falling.RULE,
    top10_keywords_few.RULE,
    query_share_low.RULE,
    acos_over_target.RULE,
    tacos_out_of_range.RULE,
    term_without_orders.RULE,
    ipi_low.RULE,
    turnover_out_of_range.RULE,
    cover_too_short.RULE,
    stockout_coming.RULE,
    aged_stock.RULE,
    too_much_stock.RULE,
    document_missing.RULE,
    document_expiring.RULE,
    epr_missing.RULE,
    late_delivery.RULE,
    account_health_poor.RULE,
    claim_open.RULE,
    bad_reviews_surge.RULE,
    negative_feedback_surge.RULE,
    returns_high.RULE,
    unowned_task.RULE,
    overdue_task.RULE,
    blocked_task.RULE,
    completion_low.RULE,
    estimate_too_tight.RULE,
    owner_overloaded.RULE,
    plan_untouched.RULE,
    standup_missed.RULE,
    green_over_red.RULE,
    prevention_missing.RULE,
    report_stale.RULE,
    rows_unreadable.RULE,
    mixed_currency.RULE,
    engine_cell_edited.RULE,
    cell_unreadable.RULE,
    settlement_gap.RULE,
    report_refused.RULE,
)
"""In the order of their codes. A new rule is a new file and a line here."""

_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


def judge(facts: Facts) -> tuple[Signal, ...]:
    """What every rule sees, the most severe first, then by code and subject: the same facts give the same order.

    Open findings that nobody can see today are among them, grey (see `out_of_sight`).
    """
    seen = [signal for rule in RULES for signal in rule.check(facts)]
    seen = [_with_who(signal, facts) for signal in seen]
    seen += out_of_sight(facts, {(signal.code, signal.subject) for signal in seen})
    return tuple(sorted(seen, key=lambda signal: (_ORDER[signal.severity], signal.code, signal.subject)))


def _with_who(signal: Signal, facts: Facts) -> Signal:
    """The signal with who should have it (`who`), where exactly one person has its module and nobody is named in it."""
    names = [person.name for person in facts.people if signal.module and signal.module in person.modules]
    if len(names) != 1 or signal.facts.get("owner") or signal.facts.get("who"):
        return signal
    return replace(signal, facts={**signal.facts, "who": names[0]})


def rule_of(code: str) -> Rule | None:
    """The rule with this code or name, in any case; None when there is none."""
    wanted = code.strip().casefold().replace("-", "_")
    return next((rule for rule in RULES if wanted in (rule.code.casefold(), rule.name)), None)
