"""A cell that people filled cannot be read: a status, a date, a number, or an id that stands twice.

Bad: status "almost", due "next Friday", two rows with the same id after a copy.
Good: a word of the dropdown, a date, a number.

What was typed stays as it is; it only does not count until it can be read.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each cell that cannot be read."""
    for problem in facts.problems:
        if problem.kind in ("unreadable_status", "unreadable_cell", "duplicate_id"):
            yield RULE.signal(
                Light.YELLOW,
                problem.subject,
                problem.name,
                variant=problem.kind.removeprefix("unreadable_"),
                facts=problem.facts,
            )


RULE = Rule("SS805", "cell_unreadable", "data", Severity.WARNING, __doc__, check)
