"""A file, or a sum, holds more than one currency.

Bad: one orders file with EUR and GBP rows: its total is no amount of anything.
Good: one currency a file; or a dated exchange rate in the Typed numbers tab.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each mix of currencies."""
    for problem in facts.problems:
        if problem.kind == "mixed_currency":
            yield RULE.signal(Light.RED, problem.subject, problem.name, facts=problem.facts)


RULE = Rule("SS803", "mixed_currency", "data", Severity.CRITICAL, __doc__, check)
