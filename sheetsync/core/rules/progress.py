"""Progress of a goal: which value it is about, what was expected by now, where the month will end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sheetsync.core.model.facts import Facts, Goal
from sheetsync.core.model.metric import METRICS, Direction, Maturity, MetricValue, Period, Scope
from sheetsync.core.rules.numbers import shown
from sheetsync.core.rules.settled import FLOWS


def goal_value(goal: Goal, facts: Facts, *, completion: Decimal | None = None) -> MetricValue | None:
    """The value a goal is measured by: the month to date, for stocks the latest. `completion` is the plan's own share.

    A goal without a marketplace takes the sum over all of them, if it has one unit: currencies never mix.
    """
    if goal.metric == "completion":
        period = Period("mtd", facts.month.first, min(facts.today, facts.month.last))
        return MetricValue("completion", Scope(), period, completion, as_of=facts.today)
    names = ("mtd",) if goal.metric in FLOWS else ("mtd", "asof", "last30")
    places = (goal.marketplace,) if goal.marketplace or len(facts.marketplaces) != 1 else ("", *facts.marketplaces)
    for name in names:
        for place in places:
            found = facts.metrics.get(goal.metric, name, Scope(place, goal.asin))
            if found is not None and found.value is not None:
                return found
    return None if goal.marketplace else _over_all(goal, facts)


def _over_all(goal: Goal, facts: Facts) -> MetricValue | None:
    parts = [v for v in facts.metrics.of(goal.metric, "mtd") if v.scope == Scope(v.scope.marketplace, goal.asin)]
    known = [v for v in parts if v.value is not None]
    alike = len({v.currency for v in known}) == 1 and len(known) == len(facts.marketplaces)
    if goal.metric not in FLOWS or not known or not alike:
        return None
    ends = min(v.period.end for v in known)
    provisional = any(v.maturity is Maturity.PROVISIONAL for v in known)
    return MetricValue(
        goal.metric,
        Scope("", goal.asin),
        Period("mtd", known[0].period.start, ends),
        sum((v.value for v in known if v.value is not None), Decimal(0)),
        known[0].currency,
        Maturity.PROVISIONAL if provisional else Maturity.FINAL,
        min((v.as_of for v in known if v.as_of is not None), default=None),
        sources=tuple(source for v in known for source in v.sources),
    )


def elapsed(goal: Goal, value: MetricValue, facts: Facts) -> Decimal:
    """The share of the goal's time that the value covers: of the month, or of the days up to an earlier due.

    Data that begin in mid-month are held against their own days: what is missing before them is not zero.
    """
    month = facts.month
    end = goal.due if goal.due and month.first <= goal.due <= month.last else month.last
    days = (min(value.period.end, end) - max(value.period.start, month.first)).days + 1
    return Decimal(max(days, 0)) / ((end - month.first).days + 1)


def pace_of(goal: Goal, value: MetricValue, facts: Facts) -> Decimal | None:
    """What was expected by the value's last day: target x elapsed share for what adds up, else the target itself."""
    if goal.target is None:
        return None
    return goal.target * elapsed(goal, value, facts) if goal.metric in FLOWS else goal.target


def forecast_of(value: MetricValue, facts: Facts) -> Decimal | None:
    """The month's end at the rate so far; ratios and stocks are expected to stay where they are."""
    if value.value is None or value.metric not in FLOWS:
        return value.value
    days = _days(value.period, facts.month.first)
    return value.value / days * facts.month.days if days > 0 else None


def _days(period: Period, first: date) -> int:
    return (period.end - max(period.start, first)).days + 1


def attained(goal: Goal, value: MetricValue, facts: Facts, *, whole: bool = False) -> Decimal | None:
    """How much of the pace was reached, 1 = all of it, direction-aware; with `whole`, of the target itself.

    Lower is better: 1 at the target, falling by the overshoot (25 % over is 0.75), so that beating it never looks
    like a miss. What adds up and should stay low is measured against its pace either way: a third of a budget spent
    in a third of the month is on target. In a range: 1 inside it.
    """
    if value.value is None or goal.target is None:
        return None
    way = goal.direction or METRICS[goal.metric].direction
    flow = goal.metric in FLOWS
    time = elapsed(goal, value, facts) if flow and not (whole and way is Direction.UP) else Decimal(1)
    upper = goal.target * time
    if way is Direction.UP:
        return _up(value.value, upper)
    if way is Direction.RANGE and goal.range_low is not None and value.value < goal.range_low * time:
        return _up(value.value, goal.range_low * time)
    if way is Direction.RANGE:
        return Decimal(1) if value.value <= upper else _down(value.value, upper)
    return _down(value.value, upper)


def _up(value: Decimal, wanted: Decimal) -> Decimal:
    if wanted > 0:
        return max(value / wanted, Decimal(0))
    return Decimal(1) if value >= wanted else Decimal(0)


def _down(value: Decimal, wanted: Decimal) -> Decimal:
    if wanted > 0:
        return max(2 - value / wanted, Decimal(0))
    return Decimal(1) if value <= wanted else Decimal(0)


def target_of(goal: Goal, currency: str) -> str:
    """The target in words: `22.0 %`, or `6.0 % – 15.0 %` for a range."""
    upper = shown(goal.metric, goal.target, currency)
    if goal.direction is Direction.RANGE and goal.range_low is not None:
        return f"{shown(goal.metric, goal.range_low, currency)} – {upper}"
    return upper
