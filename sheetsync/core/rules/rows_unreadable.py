"""Rows of a report could not be read and were set aside.

Bad: 40 of 600 rows have a date that is none.
Good: every row was read.

The good rows are kept and counted, so the sums are too small by what was set aside. Yellow for any, red beyond
`unreadable.share` of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each file with rows set aside."""
    lines = standards.UNREADABLE.lines(facts)
    for problem in facts.problems:
        if problem.kind != "unreadable_rows" or lines is None:
            continue
        share = _share(problem.facts)
        light = Light.YELLOW if share is None else lines.judge(share)
        if light is not Light.GREEN:
            yield RULE.signal(
                light,
                problem.subject,
                problem.name,
                seen=None if share is None else float(share),
                limit=float(lines.green),
                kind=Kind.PERCENT,
                facts=problem.facts,
            )


def _share(facts: Mapping[str, str]) -> Decimal | None:
    """The share of rows that were set aside; None where the counts are not told as plain numbers."""
    counts = [facts.get(name, "").replace(",", "") for name in ("rejected", "rows")]
    if not all(text.isdecimal() for text in counts):
        return None
    rejected, kept = (Decimal(text) for text in counts)
    return rejected / (rejected + kept) if rejected + kept else None


RULE = Rule("SS802", "rows_unreadable", "data", Severity.CRITICAL, __doc__, check, (standards.UNREADABLE,))
