"""Somebody carries more than fits into their week.

Bad: 38 hours of open work with buffer, capacity 24.
Good: 20 hours.

Open work of this week and what is late, each estimate with its buffer, against the hours in Owners. Red beyond the
second bound of `load.max`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, light_before
from sheetsync.core.rules.numbers import number, percent
from sheetsync.core.rules.verdict import load


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each person over capacity."""
    lines = standards.LOAD.lines(facts)
    for person in facts.people:
        carried = load(person, facts)
        if lines is None or carried.share is None:
            continue
        light = lines.judge(carried.share, light_before(facts, RULE.code, person.row_id))
        if light is Light.GREEN:
            continue
        yield RULE.signal(
            light,
            person.row_id,
            person.name,
            seen=float(carried.hours),
            limit=float(person.capacity_hours or 0),
            facts={
                "hours": number(carried.hours),
                "capacity": number(person.capacity_hours),
                "share": percent(carried.share, 0),
                "open": str(carried.open),
                "overdue": str(carried.overdue),
            },
        )


RULE = Rule(
    "SS706", "owner_overloaded", "execution", Severity.WARNING, __doc__, check, (standards.LOAD, standards.BUFFER)
)
