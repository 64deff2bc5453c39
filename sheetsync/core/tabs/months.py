"""Months of rows: which rows are of this month, which are carried into it, which are closed.

A task or goal knows the month it belongs to (column `month`). When a new month is opened, finished rows of an older
month are closed: they stay where they are, are read no more and never written again. Unfinished tasks are carried:
their month becomes the new one and their age grows by the months between. Standard tasks are placed anew each month,
so an unfinished one of an older month hands its age to its successor instead.
"""

from __future__ import annotations

import re

from sheetsync.core.model.facts import Facts, Month, Task

_STANDARD = re.compile(r"(?:task|goal)\.(\d{4}-\d\d)\.(.+)")


def standard_month(row_id: str) -> str:
    """The month a standard row was placed for, told by its id; "" for rows of people and of findings."""
    found = _STANDARD.fullmatch(row_id)
    return found[1] if found else ""


def standard_key(row_id: str) -> str:
    """What a standard row is, whichever month it was placed for; "" for other rows."""
    found = _STANDARD.fullmatch(row_id)
    return found[2] if found else ""


def months_between(earlier: str, later: str) -> int:
    """How many months lie between two months `YYYY-MM`; negative when they are the other way round, 0 if unreadable."""
    try:
        first, last = Month.parse(earlier), Month.parse(later)
    except ValueError:
        return 0
    return (last.year - first.year) * 12 + last.number - first.number


def is_closed(row_id: str, month: str, current: str, *, finished: bool) -> bool:
    """Whether a task's row is of another month and done with.

    `month` is what stands in its month cell ("" in a new row), `current` the month of the plan.
    """
    placed = standard_month(row_id)
    if placed:
        return placed != current
    return finished and bool(month) and month < current


def carried(task: Task, facts: Facts) -> int:
    """How many months the task was carried into this one."""
    gap = months_between(task.month, str(facts.month)) if task.month else 0
    return max(0, task.carried + gap)
