"""The weekly stand-up was not held.

Bad: the last one was ten days ago.
Good: held on Monday, with the date typed into Status.

Counted from the last date in Status, the day the workbook was made, or the month's first day, whichever is latest.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day, whole


def check(facts: Facts) -> Iterable[Signal]:
    """At most one signal."""
    held = [row.held_on for row in facts.standups if row.held_on is not None and row.held_on <= facts.today]
    since = max([*held, facts.month.first, *([facts.created_on] if facts.created_on else [])])
    lines = standards.STANDUP.lines(facts)
    days = (facts.today - since).days
    light = lines.judge(Decimal(days)) if lines else Light.GREEN
    if lines is None or light is Light.GREEN or facts.today > facts.month.last:
        return
    yield RULE.signal(
        light,
        "plan",
        str(facts.month),
        seen=days,
        limit=int(lines.green),
        kind=Kind.INTEGER,
        variant="" if held else "never",
        facts={"days": str(days), "limit": whole(lines.green), "last": day(max(held, default=None))},
    )


RULE = Rule("SS708", "standup_missed", "execution", Severity.WARNING, __doc__, check, (standards.STANDUP,))
