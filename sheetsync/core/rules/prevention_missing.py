"""An incident has no prevention, or last month's prevention is no task of this month.

Bad: the stock-out of the 3rd has a response and an empty prevention.
Good: "safety stock of 14 days for the top five", and it stands in next month's plan.

Told once the incident is three days old: first the fire, then the lesson.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day

COOLING_DAYS = 3


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each incident without a prevention, and for each prevention that was not planned."""
    for row in facts.incidents:
        cold = row.opened is not None and (facts.today - row.opened).days >= COOLING_DAYS
        if cold and not row.prevention.strip() and row.what.strip():
            yield RULE.signal(
                Light.YELLOW, row.row_id, row.what, seen=row.opened, kind=Kind.DATE, facts={"opened": day(row.opened)}
            )
    known = {row.row_id: row for row in facts.incidents}
    for key in facts.last_month_preventions:
        if any(task.row_id == key or task.row_id.endswith(f".{key}") for task in facts.tasks):
            continue
        incident = known.get(key)
        name = (incident.prevention.strip() or incident.what.strip()) if incident else key
        opened = day(incident.opened if incident else None)
        yield RULE.signal(Light.YELLOW, f"carried|{key}", name, variant="unplanned", facts={"opened": opened})


RULE = Rule("SS710", "prevention_missing", "execution", Severity.WARNING, __doc__, check)
