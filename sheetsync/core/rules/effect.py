"""Effect: did the number move after a task was done? A comparison of days before and after, never a claim of cause.

Two weeks before the day it was done are compared with the settled days after it, up to two weeks. Daily figures are
needed, so it is answered for sales, traffic and advertising; stock and account health are snapshots.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sheetsync.core.model.facts import Facts, Task
from sheetsync.core.model.metric import METRICS, Direction, Scope
from sheetsync.core.rules.numbers import percent, shown
from sheetsync.core.rules.settled import FLOWS, daily, settle_days, sums_over, whole_of

SPAN = 14
"""Days compared on either side: two of each weekday."""

ENOUGH = 7
"""Settled days after the task from which an answer is given: one of each weekday."""

NOTICEABLE = Decimal("0.05")
"""A change under 5 % is called none. Our own choice."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What happened to a done task's metric. `key` is its sentence (`rules.effect.better`) with `facts`.

    `before` and `after` are means a day for what adds up, the ratio itself otherwise; None while it is too early.
    """

    key: str
    facts: dict[str, str] = field(default_factory=dict)
    before: Decimal | None = None
    after: Decimal | None = None


def effect_of(task: Task, facts: Facts) -> Effect | None:
    """The effect of a done task; None for open tasks, and where day or daily figures of its metric are not known."""
    done, spec = task.done_on, METRICS.get(task.metric)
    if task.status != "done" or done is None or spec is None:
        return None
    scope = Scope(task.marketplace or (facts.marketplaces[0] if len(facts.marketplaces) == 1 else ""))
    last = _settled_day(task.metric, scope, facts)
    before = _mean(facts, task.metric, scope, done - timedelta(days=SPAN), done - timedelta(days=1))
    if last is None or before is None:
        return None
    end = min(done + timedelta(days=SPAN), last)
    if (end - done).days < ENOUGH:
        ready = done + timedelta(days=ENOUGH + settle_days(facts, task.metric, scope) + 1)
        return Effect("rules.effect.too_early", {"metric": task.metric, "ready": ready.isoformat()}, before)
    after = _mean(facts, task.metric, scope, done + timedelta(days=1), end)
    if after is None:
        return None
    said = {"metric": task.metric, "before": shown(task.metric, before), "after": shown(task.metric, after)}
    return Effect(f"rules.effect.{_word(before, after, spec.direction)}", said | _change(before, after), before, after)


def _settled_day(metric: str, scope: Scope, facts: Facts) -> date | None:
    """The last day whose window has closed, as far as the month's own value or the newest daily figure tells."""
    value = facts.metrics.get(metric, "mtd", scope) or facts.metrics.get(metric, "last30", scope)
    days = [day for part in (metric, "sales", "ad_spend") for day, known in daily(facts, part, scope).items() if known]
    as_of = value.as_of if value is not None and value.as_of is not None else max(days, default=None)
    return as_of - timedelta(days=settle_days(facts, metric, scope) + 1) if as_of else None


def _mean(facts: Facts, metric: str, scope: Scope, first: date, last: date) -> Decimal | None:
    sums = sums_over(facts, metric, scope, first, last)
    amount = whole_of(sums) if sums else None
    return amount / ((last - first).days + 1) if amount is not None and metric in FLOWS else amount


def _change(before: Decimal, after: Decimal) -> dict[str, str]:
    return {"change": percent(abs(after / before - 1), 0) if before else "–"}


def _word(before: Decimal, after: Decimal, direction: Direction) -> str:
    """better, worse or same; for metrics that are best inside a range only higher or lower."""
    if before and abs(after / before - 1) < NOTICEABLE:
        return "same"
    up = after > before
    if direction is Direction.RANGE:
        return "higher" if up else "lower"
    return "better" if up == (direction is Direction.UP) else "worse"
