"""Tasks that nobody owns.

Bad: "Check listing health", due on Friday, owner empty. Nobody will do it, and nobody will notice.
Good: the same task with one name in the owner column (one, not a team: two owners are none).

Each task of the running week, and each due within `unowned.days`, is told by itself: red once it is due within
`due_soon.days`. All others together are one finding, so that a plan without a team does not drown in them.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts, Task
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day
from sheetsync.core.rules.verdict import due_of

NAMED = 3
"""How many of the later tasks are named."""


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each unowned task that is due soon, and one for the rest."""
    unowned = [task for task in facts.tasks if task.is_open and not task.owner.strip() and task.title.strip()]
    rest: list[Task] = []
    for task in unowned:
        due = due_of(task, facts)
        left = (due - facts.today).days if due else 0
        undated = task.due is None and task.week is None
        if not undated and (due is None or left > standards.UNOWNED.number(facts)):
            rest.append(task)
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
    if rest:
        yield _together(rest)


def _together(rest: list[Task]) -> Signal:
    names = "; ".join(task.title for task in rest[:NAMED])
    return RULE.signal(
        Light.YELLOW,
        # a single one keeps its own subject, so that it stays the same finding when its day comes near
        "later" if len(rest) > 1 else rest[0].row_id,
        rest[0].title if len(rest) == 1 else str(len(rest)),
        seen=len(rest),
        kind=Kind.INTEGER,
        module=rest[0].module if len({task.module for task in rest}) == 1 else "",
        variant="later" if len(rest) > 1 else "one_later",
        facts={"count": str(len(rest)), "names": names, "due": day(rest[0].due)},
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
