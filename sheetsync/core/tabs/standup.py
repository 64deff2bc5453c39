"""The stand-up pack as a value: at most five things, what changed since the last one, completion, who has what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sheetsync.core.model.facts import Facts, Person, Task
from sheetsync.core.model.finding import Finding, State
from sheetsync.core.model.light import Light
from sheetsync.core.model.plan import HandEdit
from sheetsync.core.rules.verdict import Completion, Load, completion, load, task_verdict

MOST_ITEMS = 5
"""A stand-up of 15 minutes has time for five things (weekly business review practice)."""

FIRST_WINDOW = timedelta(days=7)
"""How far back "since the last stand-up" goes while none was held."""

_OPEN = (State.NEW, State.OPEN, State.REOPENED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to talk about. `kind`: red | contradiction | overdue | blocked | unowned."""

    kind: str
    title: str
    detail: str
    owner: str = ""
    finding: Finding | None = None
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class StandUpPack:
    """What the team needs for 15 minutes."""

    day: date
    since: date
    held_before: bool
    items: tuple[Item, ...]
    more: int
    """How many items there are beyond the ones shown."""
    edits: tuple[HandEdit, ...]
    completion: Completion
    week: int
    week_completion: Completion
    people: tuple[tuple[Person, Load], ...]


def window_start(facts: Facts) -> date:
    """The day of the last stand-up held before today ("held on" in Status), or a week ago."""
    held = [row.held_on for row in facts.standups if row.held_on and row.held_on < facts.today]
    return max(held, default=facts.today - FIRST_WINDOW)


def build_pack(facts: Facts, findings: tuple[Finding, ...], edits: tuple[HandEdit, ...]) -> StandUpPack:
    """The pack as a pure function of what is known."""
    items = _items(facts, findings)
    week = facts.month.week_of(facts.today)
    return StandUpPack(
        day=facts.today,
        since=window_start(facts),
        held_before=any(row.held_on and row.held_on < facts.today for row in facts.standups),
        items=items[:MOST_ITEMS],
        more=max(0, len(items) - MOST_ITEMS),
        edits=edits,
        completion=completion(facts),
        week=week,
        week_completion=completion(facts, week=week),
        people=tuple((person, load(person, facts)) for person in facts.people),
    )


def _items(facts: Facts, findings: tuple[Finding, ...]) -> tuple[Item, ...]:
    """Reds, contradictions, overdue, blocked, unowned; tasks that a finding already tells are not told twice."""
    reds = [f for f in findings if f.signal.light is Light.RED and f.state in _OPEN and not _about_a_task(f, facts)]
    items = [Item("red", f.signal.name, "", f.record.owner if f.record else "", finding=f) for f in reds]
    verdicts = [(task, task_verdict(task, facts)) for task in facts.tasks]
    items += [_task("contradiction", task) for task, verdict in verdicts if verdict.contradiction]
    late = sorted(((t, v) for t, v in verdicts if t.is_open and v.days_late > 0), key=lambda pair: -pair[1].days_late)
    items += [_task("overdue", task, str(verdict.days_late)) for task, verdict in late]
    items += [_task("blocked", task, task.blocker) for task, _ in verdicts if task.status == "blocked"]
    items += [
        _task("unowned", task) for task, _ in verdicts if task.is_open and not task.owner and _is_near(task, facts)
    ]
    return tuple(items)


def _about_a_task(finding: Finding, facts: Facts) -> bool:
    return any(task.row_id and task.row_id in finding.signal.subject for task in facts.tasks)


def _is_near(task: Task, facts: Facts) -> bool:
    """Due by the end of this week: later weeks' owners can still be found."""
    return task.week is None or task.week <= facts.month.week_of(facts.today)


def _task(kind: str, task: Task, detail: str = "") -> Item:
    return Item(kind, task.title, detail, task.owner, task=task)
