"""A document runs out, or has run out.

Bad: the insurance certificate ends in 12 days, and a renewal takes six weeks.
Good: it ends in five months.

Yellow under `expiry.days` (60), red under 14 and once it is over.
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
from sheetsync.core.rules.verdict import days_left


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each document that ends soon or has ended."""
    for row in facts.requirements:
        left = days_left(row, facts)
        lines = standards.EXPIRY.lines(facts, row.marketplace)
        if left is None or lines is None or not row.evidence.strip() or not row.requirement.strip():
            continue
        light = lines.judge(Decimal(left))
        if light is Light.GREEN:
            continue
        yield RULE.signal(
            light,
            row.row_id,
            " ".join(part for part in (row.requirement.strip(), row.product.strip()) if part),
            seen=left,
            limit=int(lines.green),
            kind=Kind.INTEGER,
            marketplace=row.marketplace,
            variant="expired" if left < 0 else "",
            facts={"days": str(abs(left)), "limit": whole(lines.green), "expiry": day(row.expiry), "owner": row.owner},
        )


RULE = Rule(
    "SS502", "document_expiring", "compliance", Severity.CRITICAL, __doc__, check, (standards.EXPIRY,), "compliance"
)
