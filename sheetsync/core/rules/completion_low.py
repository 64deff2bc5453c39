"""Less was done than was due: completion under the goal of 90 %.

Bad: 20 tasks were due by today, 12 are done: 60 %.
Good: 18 or more of 20.

Counts tasks whose due day is over, and those done early; cancelled ones are left out. Yellow at most while fewer than
three were due. One finding for the whole plan,
because the modules' own figures stand in the Status tab.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, light_before
from sheetsync.core.rules.numbers import percent
from sheetsync.core.rules.verdict import completion, completion_light


def check(facts: Facts) -> Iterable[Signal]:
    """At most one signal: the plan's completion."""
    found = completion(facts)
    lines = standards.COMPLETION.lines(facts)
    if found.share is None or lines is None:
        return
    light = completion_light(found.share, found.planned, lines, light_before(facts, RULE.code, "plan"))
    if light is Light.GREEN:
        return
    yield RULE.signal(
        light,
        "plan",
        str(facts.month),
        seen=float(found.share),
        limit=float(lines.green),
        kind=Kind.PERCENT,
        facts={
            "seen": percent(found.share, 0),
            "limit": percent(lines.green, 0),
            "done": str(found.done),
            "planned": str(found.planned),
            "open": str(found.planned - found.done),
            "blocked": str(found.blocked),
            "unowned": str(found.unowned),
        },
    )


RULE = Rule("SS704", "completion_low", "execution", Severity.CRITICAL, __doc__, check, (standards.COMPLETION,))
