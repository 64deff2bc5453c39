"""A task is reported done while the number it was to move is red.

Bad: "Cut bids on losing campaigns" is done, and ACoS is 31 % on the settled days.
Good: the task is done and ACoS is on target; or it was done yesterday, and it is too early to say.

Reported green over a red metric is how plans deceive their team. The status stays people's: it is only told.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.verdict import task_verdict


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each done task whose metric is red."""
    for task in facts.tasks:
        verdict = task_verdict(task, facts)
        if not verdict.contradiction:
            continue
        yield RULE.signal(
            Light.YELLOW,
            task.row_id,
            task.title,
            marketplace=task.marketplace,
            module=task.module,
            facts={**verdict.contradiction_facts, "owner": task.owner.strip() or "–"},
        )


RULE = Rule("SS709", "green_over_red", "execution", Severity.WARNING, __doc__, check)
