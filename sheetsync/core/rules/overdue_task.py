"""A task whose due date is over and that is neither done nor cancelled.

Bad: due on the 10th, today is the 22nd, status "In progress": twelve days late.
Good: done, cancelled, or moved to a date that is meant.

A task cannot be late before the plan existed. Yellow from the first day, red beyond `overdue.days`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.lines import Lines
from sheetsync.core.rules.numbers import day
from sheetsync.core.rules.verdict import due_of, task_verdict


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each task that is late."""
    lines = standards.OVERDUE.lines(facts)
    for task in facts.tasks:
        verdict = task_verdict(task, facts)
        if not task.is_open or lines is None or verdict.days_late <= lines.green:
            continue
        yield RULE.signal(
            _light(verdict.days_late, lines),
            task.row_id,
            task.title,
            seen=verdict.days_late,
            limit=int(lines.green),
            kind=Kind.INTEGER,
            marketplace=task.marketplace,
            module=task.module,
            variant="" if task.owner.strip() else "unowned",
            facts={
                "due": day(due_of(task, facts)),
                "days": str(verdict.days_late),
                "owner": task.owner.strip(),
            },
        )


def _light(late: int, lines: Lines) -> Light:
    return Light.RED if late > lines.red else Light.YELLOW


RULE = Rule("SS702", "overdue_task", "execution", Severity.CRITICAL, __doc__, check, (standards.OVERDUE,))
