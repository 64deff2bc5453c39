"""Somebody typed over a cell that the engine computes.

Bad: the ACoS cell was overwritten with 20 %. It was put back, and what was typed is in the change log.
Good: the wish stands where it works: a target in Goals, a threshold in Thresholds, a word in a note.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each computed cell that was typed over."""
    for problem in facts.problems:
        if problem.kind == "edited_engine_cell":
            yield RULE.signal(Light.YELLOW, problem.subject, problem.name, facts=problem.facts)


RULE = Rule("SS804", "engine_cell_edited", "data", Severity.WARNING, __doc__, check)
