"""A document that a product needs in a marketplace is not there.

Bad: "EPR registration", Germany, evidence empty.
Good: the same row with a number or a link.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import Rule


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each requirement without evidence."""
    for row in facts.requirements:
        if not row.requirement.strip() or row.evidence.strip():
            continue
        yield RULE.signal(
            Light.RED,
            row.row_id,
            " ".join(part for part in (row.requirement.strip(), row.product.strip()) if part),
            marketplace=row.marketplace,
            variant="" if row.owner.strip() else "unowned",
            facts={"requirement": row.requirement, "product": row.product, "owner": row.owner.strip()},
        )


RULE = Rule("SS501", "document_missing", "compliance", Severity.CRITICAL, __doc__, check, (), "compliance")
