"""Goals: what people want to reach, and how it stands."""

from __future__ import annotations

from decimal import Decimal

from sheetsync.core.layout.words import read_choice
from sheetsync.core.model.facts import DataProblem, Facts, Goal, Month
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.metric import METRICS, Direction
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.verdict import GoalVerdict, goal_verdict, smart_check
from sheetsync.core.tabs.months import standard_month
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import currency_of, kind_in, kind_of, light_word, maturity_word, number, say

TAB = "goals"
_NUMBERS = ("target", "range_low", "actual", "pace", "forecast", "baseline", "suggested")
_REACH = {Direction.UP: Decimal("1.1"), Direction.DOWN: Decimal("0.95")}
"""A suggested target: 10 % more, or 5 % less, than the baseline. Our own choice; people set the target."""


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> tuple[Goal, ...]:
    """The goals as people left them."""
    found = (_goal(row) for row in rows_of(layout, tab, problems, needs=("objective", "metric", "target")))
    return tuple(goal for goal in found if not _closed(goal, layout))


def _closed(goal: Goal, layout: Layout) -> bool:
    """Whether a goal is of another month: a standard one by its id, a person's by a due date before this month."""
    placed = standard_month(goal.row_id)
    if placed:
        return placed != layout.month
    return goal.due is not None and goal.due < Month.parse(layout.month).first


def _goal(row: RowReader) -> Goal:
    metric = row.choice("metric", "metrics")
    direction = row.choice("direction", "directions")
    return Goal(
        row_id=row.row_id,
        objective=row.text("objective"),
        metric=metric,
        marketplace=row.choice("marketplace", "marketplaces"),
        asin=row.text("asin"),
        target=_in_unit(row.number("target"), metric),
        direction=Direction(direction) if direction else None,
        due=row.day("due"),
        owner=row.text("owner"),
        confidence=row.choice("confidence", "confidence"),
        comment=row.text("comment"),
        baseline=row.number("baseline"),
        suggested=row.number("suggested"),
        raw_metric="" if metric else row.text("metric"),
        range_low=_in_unit(row.number("range_low"), metric),
    )


def _in_unit(value: Decimal | None, metric: str) -> Decimal | None:
    """A percentage typed without its sign: 22 in an ACoS target can only mean 22 %."""
    if value is None or kind_of(metric) is not Kind.PERCENT or abs(value) <= 2:
        return value
    return value / 100


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """The standard goals to place, and how every goal stands."""
    del findings
    known = {goal.row_id: goal for goal in facts.goals}
    made = []
    for seed in seeds.of(TAB):
        goal = known.pop(seed.row_id, None)
        metric = goal.metric if goal else read_choice(layout, "metrics", seed.cells.get("metric")) or ""
        place = goal.marketplace if goal else str(seed.cells.get("marketplace") or "")
        offered = {**seed.cells, **_offers(goal, facts)} if goal else dict(seed.cells)
        said = _said(goal, facts, layout) if goal else {}
        made.append(IncomingRow(seed.row_id, {**offered, **said}, {**seed.kinds, **_kinds(metric, place)}))
    for goal in known.values():
        cells = {**_offers(goal, facts), **_said(goal, facts, layout)}
        made.append(IncomingRow(goal.row_id, cells, _kinds(goal.metric, goal.marketplace), place=False))
    return IncomingTab(tuple(made))


def _kinds(metric: str, place: str) -> dict[str, Kind]:
    return dict.fromkeys(_NUMBERS, kind_in(metric, currency_of(place)))


def _offers(goal: Goal, facts: Facts) -> dict[str, Value]:
    """Baseline and a target within its reach, where the history knows one."""
    baseline = facts.baselines.get(f"{goal.metric}|{goal.marketplace}") if not goal.asin else None
    if baseline is None:
        return {}
    kind = kind_in(goal.metric, currency_of(goal.marketplace))
    way = goal.direction or (METRICS[goal.metric].direction if goal.metric in METRICS else Direction.UP)
    suggested = _round(baseline * _REACH[way]) if way in _REACH else None
    return {"baseline": number(baseline, kind), "suggested": number(suggested, kind)}


def _round(value: Decimal) -> Decimal:
    """Three digits: a target is a round number."""
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 2)) if value else value


def _said(goal: Goal, facts: Facts, layout: Layout) -> dict[str, Value]:
    verdict = goal_verdict(goal, facts)
    kind = kind_in(goal.metric, currency_of(goal.marketplace))
    known = verdict.actual is not None
    return {
        "actual": number(verdict.actual, kind),
        "as_of": verdict.as_of,
        "pace": number(verdict.pace, kind),
        "percent": number(verdict.percent, Kind.PERCENT),
        "forecast": number(verdict.forecast, kind),
        "light": light_word(layout, verdict.light),
        "why": why(layout, verdict) or None,
        "maturity": maturity_word(layout, verdict.maturity) if known else None,
        "check": _check(goal, facts, layout) or None,
    }


def why(layout: Layout, verdict: GoalVerdict) -> str:
    """What decided the light of a goal, in a sentence."""
    return say(layout, verdict.why_key, verdict.why_facts)


def _check(goal: Goal, facts: Facts, layout: Layout) -> str:
    """What a goal lacks to be one, or that it lacks nothing; and how far it reaches beyond its baseline."""
    check = smart_check(goal, facts)
    parts = [say(layout, "goal.good")]
    if check.missing:
        comma = layout.wording.get("source.comma", ", ")
        items = comma.join(say(layout, f"goal.no_{name}") for name in check.missing)
        parts = [say(layout, "goal.lacking", items=items)]
    if check.stretch is not None and check.realism == "detached":
        parts.append(say(layout, "goal.stretch", times=f"{check.stretch:.1f}"))
    return " ".join(part for part in parts if part)
