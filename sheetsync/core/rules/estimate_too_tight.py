"""An estimate with its 20 % buffer does not fit into the days that are left.

Bad: 20 hours estimated (24 with buffer), due the day after tomorrow: two working days hold 12.
Good: the same task due in a week.

`buffer.estimate` on top of every estimate, `buffer.workday` hours a working day (Monday to Friday).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day, number
from sheetsync.core.rules.verdict import due_of, task_verdict


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each open task that cannot be done in the time left."""
    for task in facts.tasks:
        due = due_of(task, facts)
        hours = task_verdict(task, facts).with_buffer_hours
        if not task.is_open or due is None or due < facts.today or not hours or not task.title.strip():
            continue
        room = working_days(facts.today, due) * standards.WORKDAY.number(facts)
        if hours <= room or task.status == "doing":
            continue
        yield RULE.signal(
            Light.YELLOW,
            task.row_id,
            task.title,
            seen=float(hours),
            limit=float(room),
            marketplace=task.marketplace,
            module=task.module,
            facts={"seen": number(hours), "limit": number(room), "due": day(due), "owner": task.owner.strip() or "–"},
        )


def working_days(first: date, last: date) -> int:
    """Monday to Friday, both ends included; a task of a weekend has at least that day."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return max(sum(each.weekday() < 5 for each in days), 1)


RULE = Rule(
    "SS705",
    "estimate_too_tight",
    "execution",
    Severity.WARNING,
    __doc__,
    check,
    (standards.BUFFER, standards.WORKDAY),
)
