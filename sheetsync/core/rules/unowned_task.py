"""Tasks that nobody owns.

Bad: "Check listing health", due on Friday, owner empty. Nobody will do it, and nobody will notice.
Good: the same task with one name in the owner column (one, not a team: two owners are none).

Each task of the running week, and each due within `unowned.days`, is told by itself: red once it is due within
`due_soon.days`. All later ones together are one finding, and so are those of now when they are more than five, so that
a plan without a team does not drown in them.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts, Task
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light, worst
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day
from sheetsync.core.rules.verdict import due_of

MOST = 5
"""So many are told one by one. Our own choice: a meeting goes through five things."""

NAMED = 3
"""How many tasks of a joint finding are named."""


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each unowned task that is due soon, and one for the rest."""
    unowned = [task for task in facts.tasks if task.is_open and not task.owner.strip() and task.title.strip()]
    soon = [task for task in unowned if _is_soon(task, facts)]
    later = [task for task in unowned if task not in soon]
    if len(soon) > MOST:
        yield _joint("now", soon, worst(_light(task, facts) for task in soon), "now")
    else:
        yield from (_alone(task, facts) for task in soon)
    if len(later) == 1:
        # it keeps its own subject, so that it stays the same finding when its day comes near
        yield _joint(later[0].row_id, later, Light.YELLOW, "one_later")
    elif later:
        yield _joint("later", later, Light.YELLOW, "later")


def _is_soon(task: Task, facts: Facts) -> bool:
    due = due_of(task, facts)
    if due is None:
        return task.due is None and task.week is None
    return (due - facts.today).days <= standards.UNOWNED.number(facts)


def _light(task: Task, facts: Facts) -> Light:
    due = due_of(task, facts)
    soon = due is None or (due - facts.today).days <= standards.DUE_SOON.number(facts)
    return Light.RED if soon else Light.YELLOW


def _alone(task: Task, facts: Facts) -> Signal:
    due = due_of(task, facts)
    return RULE.signal(
        _light(task, facts),
        task.row_id,
        task.title,
        seen=due,
        kind=Kind.DATE,
        marketplace=task.marketplace,
        module=task.module,
        variant="" if due else "undated",
        facts={"due": day(due), "days": str((due - facts.today).days) if due else "0"},
    )


def _joint(subject: str, tasks: list[Task], light: Light, variant: str) -> Signal:
    modules = {task.module for task in tasks}
    return RULE.signal(
        light,
        subject,
        tasks[0].title if len(tasks) == 1 else str(len(tasks)),
        seen=len(tasks),
        kind=Kind.INTEGER,
        module=modules.pop() if len(modules) == 1 else "",
        variant=variant,
        facts={
            "count": str(len(tasks)),
            "names": "; ".join(task.title for task in tasks[:NAMED]),
            "due": day(tasks[0].due),
        },
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
