"""Verdicts: the light of a goal, a task, a person, a metric, a document, and what is said about it.

Everything here is a pure answer to "how does this stand today?". The tabs show the answers, the rules raise findings
from them, so that a cell and a finding about it never disagree. Sentences are keys of the wording
(`rules.goal.behind`) with their facts, never text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sheetsync.core.model.facts import Facts, Goal, Person, Requirement, Task
from sheetsync.core.model.light import Light, worst
from sheetsync.core.model.metric import METRICS, Direction, Maturity, MetricValue, Scope
from sheetsync.core.rules import standards
from sheetsync.core.rules.lines import Lines
from sheetsync.core.rules.numbers import day, percent, shown
from sheetsync.core.rules.progress import attained, forecast_of, goal_value, pace_of, target_of
from sheetsync.core.rules.settled import FLOWS, settled


@dataclass(frozen=True, slots=True)
class GoalVerdict:
    """How a goal stands. Numbers are in the metric's unit, `percent` a fraction; None: not known."""

    actual: Decimal | None = None
    as_of: date | None = None
    """The last day the actual covers."""
    pace: Decimal | None = None
    """What was expected by that day."""
    percent: Decimal | None = None
    """Share of the target reached; for lower-is-better metrics 1 means on target and more means better."""
    forecast: Decimal | None = None
    """At the month's end, at the rate so far."""
    light: Light = Light.GREY
    why_key: str = ""
    why_facts: dict[str, str] = field(default_factory=dict)
    maturity: Maturity = Maturity.FINAL
    currency: str = ""
    attained: Decimal | None = None
    """What the light was judged on: the settled actual against its own pace, 1 = on pace."""


def goal_verdict(goal: Goal, facts: Facts) -> GoalVerdict:
    """Judge a goal against its pace, on the days that no longer move.

    Grey without metric, target or data; provisional while too few days are settled; else green, yellow or red by the
    threshold `goal.pace`, with hysteresis from the light shown last.
    """
    value = goal_value(goal, facts, completion=completion(facts).share)
    if goal.metric not in METRICS or goal.target is None:
        return GoalVerdict(why_key="rules.goal.no_metric" if goal.metric not in METRICS else "rules.goal.no_target")
    if value is None or value.value is None:
        return GoalVerdict(why_key=f"rules.goal.{'nothing_due' if goal.metric == 'completion' else 'no_data'}")
    firm = settled(facts, value)
    judged = attained(goal, firm, facts) if firm is not None else None
    light, key = _goal_light(goal, judged, facts)
    pace, hoped = pace_of(goal, value, facts), forecast_of(value, facts)
    share = attained(goal, value, facts, whole=True)
    said = {
        "actual": shown(goal.metric, value.value, value.currency),
        "target": target_of(goal, value.currency),
        "pace": shown(goal.metric, pace, value.currency),
        "forecast": shown(goal.metric, hoped, value.currency),
        "attained": percent(judged, 0),
        "percent": percent(share, 0),
        "as_of": day(value.period.end),
        "settled": day(firm.period.end if firm is not None else None),
        "firm": shown(goal.metric, firm.value if firm is not None else None, value.currency),
    }
    return GoalVerdict(
        value.value, value.period.end, pace, share, hoped, light, key, said, value.maturity, value.currency, judged
    )


def _goal_light(goal: Goal, judged: Decimal | None, facts: Facts) -> tuple[Light, str]:
    lines = standards.GOAL_PACE.lines(facts, goal.marketplace)
    if judged is None:
        return Light.PROVISIONAL, "rules.goal.provisional"
    if lines is None:
        return Light.GREY, "rules.goal.no_threshold"
    light = lines.judge(judged, facts.previous_lights.get(goal.row_id, ""))
    words = {Light.GREEN: "ahead" if judged >= 1 else "on_pace", Light.YELLOW: "behind", Light.RED: "far_behind"}
    kind = "goal" if goal.metric in FLOWS else "level"
    return light, f"rules.{kind}.{words[light]}"


@dataclass(frozen=True, slots=True)
class SmartCheck:
    """What a goal lacks to be one. `missing`: metric, target, owner, due; `realism`: "", no_baseline or detached."""

    missing: tuple[str, ...] = ()
    realism: str = ""
    stretch: Decimal | None = None
    """The target as a multiple of its baseline, in the direction that is wanted: 2 is twice as much, or half."""
    light: Light = Light.GREEN


def smart_check(goal: Goal, facts: Facts) -> SmartCheck:
    """Whether a goal names a metric, a number, an owner and a date, and how far it reaches beyond its baseline."""
    parts = (("metric", goal.metric), ("target", goal.target), ("owner", goal.owner.strip()), ("due", goal.due))
    missing = tuple(name for name, value in parts if value in (None, ""))
    if goal.target is None or goal.direction is Direction.RANGE:
        return SmartCheck(missing, light=Light.YELLOW if missing else Light.GREEN)
    if not goal.baseline:
        return SmartCheck(missing, "no_baseline", light=Light.YELLOW if missing else Light.GREEN)
    ratio = (goal.target, goal.baseline) if direction_of(goal) is Direction.UP else (goal.baseline, goal.target)
    if ratio[1] <= 0:
        return SmartCheck(missing, "detached", light=Light.RED)
    stretch = ratio[0] / ratio[1]
    lines = standards.GOAL_STRETCH.lines(facts, goal.marketplace)
    light = lines.judge(stretch) if lines else Light.GREEN
    light = worst((light, Light.YELLOW)) if missing else light
    return SmartCheck(missing, "detached" if lines and lines.judge(stretch) is Light.RED else "", stretch, light)


def direction_of(goal: Goal) -> Direction:
    """Which way is better: as people said, else as the metric is by nature."""
    if goal.direction is not None:
        return goal.direction
    return METRICS[goal.metric].direction if goal.metric in METRICS else Direction.UP


def metric_key(value: MetricValue) -> str:
    """The stable text of a metric and its scope, whichever period it is shown for: lights last shown are kept by it."""
    return f"{value.metric}|{value.scope.key()}"


def metric_light(value: MetricValue, facts: Facts) -> Light:
    """The light of a value against its thresholds, else against a goal for the same thing, else grey.

    Judged on the settled part; provisional where nothing is settled yet.
    """
    if value.value is None:
        return Light.GREY
    lines = metric_lines(value, facts)
    if not lines:
        goals = (
            g for g in facts.goals if (g.metric, g.marketplace, g.asin) == _subject(value) and value.scope.sku == ""
        )
        return worst(goal_verdict(goal, facts).light for goal in goals)
    firm = settled(facts, value)
    if firm is None or firm.value is None:
        return Light.PROVISIONAL
    previous = facts.previous_lights.get(metric_key(value), "")
    # the light shown last belongs to the worst line; another line of the same metric must not inherit it
    fresh = worst(line.judge(firm.value) for line in lines)
    return worst(line.judge(firm.value, previous) for line in lines if line.judge(firm.value) is fresh)


def _subject(value: MetricValue) -> tuple[str, str, str]:
    return value.metric, value.scope.marketplace, value.scope.asin


def metric_lines(value: MetricValue, facts: Facts) -> tuple[Lines, ...]:
    """The lines in force for a value's metric in its marketplace.

    Days of cover are judged by lead time and buffer together, IPI by its goal (green) and Amazon's limit (red).
    """
    scope = value.scope.marketplace
    if value.metric == "days_of_cover":
        return (cover_lines(facts, scope),)
    if value.metric == "ipi":
        limit, hoped = standards.IPI_LIMIT.number(facts, scope), standards.IPI_GOAL.number(facts, scope)
        return (Lines(hoped, limit, Direction.UP),)
    found = (each.lines(facts, scope) for each in standards.standards_of(value.metric))
    return tuple(lines for lines in found if lines is not None)


def cover_lines(facts: Facts, scope: str) -> Lines:
    """Days of cover: red under the lead time (an order today comes too late), yellow under lead time + buffer."""
    lead = standards.LEAD_TIME.number(facts, scope)
    return Lines(lead + standards.COVER_BUFFER.number(facts, scope), lead, Direction.UP)


@dataclass(frozen=True, slots=True)
class TaskVerdict:
    """How a task stands. `contradiction` is a wording key ("" for none) with its facts; hours are None when unknown."""

    light: Light
    days_late: int = 0
    with_buffer_hours: Decimal | None = None
    contradiction: str = ""
    contradiction_facts: dict[str, str] = field(default_factory=dict)


def due_of(task: Task, facts: Facts) -> date | None:
    """The day a task is due: as typed, else the end of its week. None where there is none that could be kept.

    A plan that starts in mid-month holds standard tasks whose day was over before it existed: nobody could have done
    them in time, so they are not late. A date that people type, outside the task's own week, counts as it is.
    """
    end = facts.month.week_end(task.week) if task.week else None
    due = task.due or end
    if due is None or not task.cadence or facts.created_on is None or due >= facts.created_on:
        return due
    own_week = end is not None and end.replace(day=(task.week or 1) * 7 - 6) <= due <= end
    return None if own_week else due


def task_verdict(task: Task, facts: Facts) -> TaskVerdict:
    """Red when overdue beyond `task.overdue`; yellow when late, blocked, unowned or nearly due and not begun."""
    due = due_of(task, facts)
    end = facts.today if task.is_open else task.done_on
    late = max((end - due).days, 0) if due and end and task.status != "cancelled" else 0
    buffer = standards.BUFFER.number(facts)
    hours = task.estimate_hours * (1 + buffer) if task.estimate_hours is not None else None
    key, said = _contradiction(task, facts)
    return TaskVerdict(_task_light(task, due, late, facts), late, hours, key, said)


def _task_light(task: Task, due: date | None, late: int, facts: Facts) -> Light:
    if task.status == "cancelled":
        return Light.GREY
    if task.status == "done":
        return Light.GREEN
    lines = standards.OVERDUE.lines(facts)
    light = lines.judge(Decimal(late)) if lines else Light.GREEN
    if light is Light.RED:
        return light
    near = due is not None and (due - facts.today).days <= standards.DUE_SOON.number(facts)
    waiting = task.status == "blocked" or not task.owner.strip() or (near and task.status != "doing")
    if light is Light.GREEN and not waiting and due is None:
        return Light.GREY
    return Light.YELLOW if waiting else light


ROUTINE = frozenset({"daily", "weekly"})
"""Cadences of tasks that keep watch: they are done again and again and are not meant to move a number by themselves."""


def _contradiction(task: Task, facts: Facts) -> tuple[str, dict[str, str]]:
    """A task that is done while the metric it was to move is red: the status says green, the number does not."""
    if task.status != "done" or task.metric not in METRICS or task.cadence in ROUTINE:
        return "", {}
    settle = METRICS[task.metric].settle_days
    if task.done_on is not None and (facts.today - task.done_on).days <= settle:
        return "", {}
    for value in _values_of(task, facts):
        if metric_light(value, facts) is Light.RED:
            number = shown(value.metric, value.value, value.currency)
            return "rules.task.done_but_red", {"metric": value.metric, "value": number, "scope": value.scope.label()}
    return "", {}


def _values_of(task: Task, facts: Facts) -> Iterable[MetricValue]:
    """The account-level values of a task's metric: in its marketplace, or in every one."""
    found = (v for name in ("mtd", "asof") for v in facts.metrics.of(task.metric, name))
    return (v for v in found if _is_account(v) and task.marketplace in ("", v.scope.marketplace))


def _is_account(value: MetricValue) -> bool:
    return bool(value.scope.marketplace) and value.scope == Scope(value.scope.marketplace)


@dataclass(frozen=True, slots=True)
class Completion:
    """How much of what was planned up to today is done. `planned` counts tasks due by now or done early."""

    planned: int
    done: int
    share: Decimal | None
    blocked: int
    unowned: int
    light: Light
    total: int = 0
    """Every task of the week or module that was not cancelled, due or not."""


def completion(facts: Facts, week: int | None = None, module: str | None = None) -> Completion:
    """Completion of the month, a week, a module or both. A task counts as planned once its due day is over."""
    tasks = [task for task in facts.tasks if week in (None, task.week) and module in (None, task.module)]
    return completion_of(tasks, facts)


FEW = 3
"""Fewer tasks due than this give no red: one late task of one is 0 % and no trend. Our own choice."""


def completion_light(share: Decimal, planned: int, lines: Lines | None, previous: str = "") -> Light:
    """The light of a completion; at most yellow while fewer than `FEW` tasks were due."""
    light = lines.judge(share, previous) if lines else Light.GREY
    return Light.YELLOW if light is Light.RED and planned < FEW else light


def completion_of(tasks: Iterable[Task], facts: Facts) -> Completion:
    """Completion of these tasks; the share is None (grey) while none of them is due."""
    live = [task for task in tasks if task.status != "cancelled"]
    done = sum(task.status == "done" for task in live)
    still = [task for task in live if task.status != "done"]
    late = sum(1 for task in still if (due := due_of(task, facts)) is not None and due < facts.today)
    planned = done + late
    share = Decimal(done) / planned if planned else None
    lines = standards.COMPLETION.lines(facts)
    light = completion_light(share, planned, lines) if share is not None else Light.GREY
    blocked = sum(task.status == "blocked" for task in still)
    unowned = sum(not task.owner.strip() for task in still)
    return Completion(planned, done, share, blocked, unowned, light, len(live))


@dataclass(frozen=True, slots=True)
class Load:
    """What a person carries. `hours`: open work of this week and what is late, with buffer."""

    open: int
    overdue: int
    hours: Decimal
    share: Decimal | None
    completion: Decimal | None
    light: Light


def load(person: Person, facts: Facts) -> Load:
    """A person's load: red over capacity or far behind, grey when neither work nor capacity is known."""
    name = person.name.strip().casefold()
    mine = [task for task in facts.tasks if task.owner.strip().casefold() == name]
    open_tasks = [task for task in mine if task.is_open]
    week = facts.month.week_of(facts.today)
    now = [task for task in open_tasks if task.week in (None, week) or task_verdict(task, facts).days_late > 0]
    hours = sum((task_verdict(task, facts).with_buffer_hours or Decimal(0) for task in now), Decimal(0))
    overdue = sum(task_verdict(task, facts).days_late > 0 for task in open_tasks)
    share = hours / person.capacity_hours if person.capacity_hours else None
    lines = standards.LOAD.lines(facts)
    loaded = lines.judge(share) if lines and share is not None else Light.GREY
    finished = completion_of(mine, facts)
    return Load(len(open_tasks), overdue, hours, share, finished.share, worst((loaded, finished.light)))


def days_left(requirement: Requirement, facts: Facts) -> int | None:
    """Days until a document expires, negative when it has; None without a date."""
    return (requirement.expiry - facts.today).days if requirement.expiry else None


def compliance_light(requirement: Requirement, facts: Facts) -> Light:
    """Red when the evidence is missing or runs out within the red line; a gate, so the worst counts.

    Evidence without an expiry date is good; a row that names no requirement is grey.
    """
    if not requirement.requirement.strip():
        return Light.GREY
    if not requirement.evidence.strip():
        return Light.RED
    left = days_left(requirement, facts)
    lines = standards.EXPIRY.lines(facts, requirement.marketplace)
    return lines.judge(Decimal(left)) if left is not None and lines is not None else Light.GREEN
