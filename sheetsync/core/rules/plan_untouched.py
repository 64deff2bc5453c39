"""The plan is not being used: nobody has changed anything in it for a week.

Bad: the last hand edit is nine days old.
Good: somebody moved a status yesterday.

Planned, not tracked: the way most plans die. Counted from the last edit, or from the day the workbook was made.
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
    last = max((each for each in (facts.last_hand_edit, facts.created_on) if each is not None), default=None)
    lines = standards.UNTOUCHED.lines(facts)
    if last is None or lines is None:
        return
    days = (facts.today - last).days
    light = lines.judge(Decimal(days))
    if light is Light.GREEN:
        return
    yield RULE.signal(
        light,
        "plan",
        str(facts.month),
        seen=days,
        limit=int(lines.green),
        kind=Kind.INTEGER,
        facts={"days": str(days), "limit": whole(lines.green), "last": day(last)},
    )


RULE = Rule("SS707", "plan_untouched", "execution", Severity.WARNING, __doc__, check, (standards.UNTOUCHED,))
