"""A task is blocked, and says so.

Bad: status "Blocked", waiting for the supplier's quote.
Good: the same task once somebody has removed what is in the way.

Yellow, and red once it is late as well: a blocked task that is late needs a decision, not patience.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day
from sheetsync.core.rules.verdict import due_of, task_verdict


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each blocked task."""
    for task in facts.tasks:
        if task.status != "blocked" or not task.title.strip():
            continue
        late = task_verdict(task, facts).days_late
        due = due_of(task, facts)
        yield RULE.signal(
            Light.RED if late else Light.YELLOW,
            task.row_id,
            task.title,
            seen=due,
            kind=Kind.DATE,
            marketplace=task.marketplace,
            module=task.module,
            variant="" if task.blocker.strip() else "unsaid",
            facts={"blocker": task.blocker.strip(), "owner": task.owner.strip() or "–", "due": day(due)},
        )


RULE = Rule("SS703", "blocked_task", "execution", Severity.CRITICAL, __doc__, check)
