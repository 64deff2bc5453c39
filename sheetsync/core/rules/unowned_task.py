"""A task that nobody owns, and that is due soon or overdue.

Bad: "Check listing health", due on Friday, owner empty. Nobody will do it, and nobody will notice.
Good: the same task with one name in the owner column (one, not a team: two owners are none).

Told `unowned.days` before the task is due, or at once without a date; red once it is due within two days.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day
from sheetsync.core.rules.verdict import due_of


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each open task without an owner that is due soon."""
    for task in facts.tasks:
        if not task.is_open or task.owner.strip() or not task.title.strip():
            continue
        due = due_of(task, facts)
        left = (due - facts.today).days if due else 0
        if left > standards.UNOWNED.number(facts):
            continue
        yield RULE.signal(
            Light.RED if left <= standards.DUE_SOON.number(facts) else Light.YELLOW,
            task.row_id,
            task.title,
            seen=due,
            kind=Kind.DATE,
            marketplace=task.marketplace,
            module=task.module,
            variant="" if due else "undated",
            facts={"due": day(due), "days": str(left)},
        )


RULE = Rule(
    "SS701",
    "unowned_task",
    "execution",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.UNOWNED, standards.DUE_SOON),
)
