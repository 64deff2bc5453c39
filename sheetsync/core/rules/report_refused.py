"""A report file in the inbox could not be taken in.

Bad: an unknown header row, a month that does not fit, a file that is cut off.
Good: the file as Amazon exported it, with what it does not say told beside it.

Nothing of a refused file is kept, and what was there before stays.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each file that was refused."""
    for problem in facts.problems:
        if problem.kind == "refused_report":
            yield RULE.signal(Light.RED, problem.subject, problem.name, facts=problem.facts)


RULE = Rule("SS807", "report_refused", "data", Severity.CRITICAL, __doc__, check)
