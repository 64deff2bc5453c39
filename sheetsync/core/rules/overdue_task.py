"""A task whose due date is over and that is neither done nor cancelled.

Bad: due on the 10th, today is the 22nd, status "In progress": twelve days late.
Good: done, cancelled, or moved to a date that is meant.

A task cannot be late before the plan existed. Yellow from the first day, red beyond `overdue.days`. When more than
five of one week are late they are one finding: then it is the week that failed, not a task.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts, Task
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, lights_before
from sheetsync.core.rules.lines import Lines
from sheetsync.core.rules.numbers import day
from sheetsync.core.rules.verdict import due_of, task_verdict

MOST = 5
"""So many of a week are told one by one. Our own choice: a meeting goes through five things."""

NAMED = 3
"""How many tasks of a joint finding are named."""


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each task that is late, or one for a week in which many are."""
    lines = standards.OVERDUE.lines(facts)
    if lines is None:
        return
    before = lights_before(facts, RULE.code)
    weeks: dict[int | None, list[Task]] = {}
    for task in facts.tasks:
        if task.is_open and task.title.strip() and task_verdict(task, facts).days_late > lines.green:
            weeks.setdefault(task.week, []).append(task)
    for week, tasks in weeks.items():
        # what was told by itself stays a finding of its own; only the others are put together
        fresh = [task for task in tasks if task.row_id not in before]
        together = fresh if week is not None and len(tasks) > MOST and len(fresh) > 1 else []
        yield from (_alone(task, facts, lines) for task in tasks if task not in together)
        if together:
            yield _joint(week or 0, together, facts, lines)


def _alone(task: Task, facts: Facts, lines: Lines) -> Signal:
    late = task_verdict(task, facts).days_late
    return RULE.signal(
        _light(late, lines),
        task.row_id,
        task.title,
        seen=late,
        limit=int(lines.green),
        kind=Kind.INTEGER,
        marketplace=task.marketplace,
        module=task.module,
        variant="" if task.owner.strip() else "unowned",
        facts={"due": day(due_of(task, facts)), "days": str(late), "owner": task.owner.strip()},
    )


def _joint(week: int, tasks: list[Task], facts: Facts, lines: Lines) -> Signal:
    late = max(task_verdict(task, facts).days_late for task in tasks)
    return RULE.signal(
        _light(late, lines),
        f"week|{week}",
        str(week),
        seen=len(tasks),
        limit=0,
        kind=Kind.INTEGER,
        variant="week",
        facts={
            "count": str(len(tasks)),
            "week": str(week),
            "days": str(late),
            "names": "; ".join(task.title for task in tasks[:NAMED]),
            "unowned": str(sum(not task.owner.strip() for task in tasks)),
        },
    )


def _light(late: int, lines: Lines) -> Light:
    return Light.RED if late > lines.red else Light.YELLOW


RULE = Rule("SS702", "overdue_task", "execution", Severity.CRITICAL, __doc__, check, (standards.OVERDUE,))
