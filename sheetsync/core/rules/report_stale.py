"""A report is stale or missing: the lights under it are old news.

Bad: the ads report ends on the 8th, today is the 22nd, and it is due every week.
Good: it ends yesterday.

Days since the last day it covers, beyond `report.stale_days` or the report's own rhythm, whichever is longer. Red when
it is twice as late as allowed. A marketplace of the plan whose Business Report by date never came is told as well:
without it there are no totals to judge anything by.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.facts import Facts, Freshness
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.numbers import day, whole

TOTALS = "business_by_date"


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each report of a marketplace that has not come for too long."""
    for source in (*facts.freshness, *_never_came(facts)):
        name = f"{source.report} {source.marketplace}".strip()
        subject = f"{source.report}|{source.marketplace}"
        if source.last_day is None:
            place = source.marketplace
            yield RULE.signal(Light.YELLOW, subject, name, marketplace=place, variant="missing", facts=_told(source))
            continue
        allowed = _allowed(facts, source)
        age = Decimal((facts.today - source.last_day).days)
        if allowed is None or age <= allowed[0]:
            continue
        yield RULE.signal(
            Light.RED if age > allowed[1] else Light.YELLOW,
            subject,
            name,
            seen=int(age),
            limit=int(allowed[0]),
            kind=Kind.INTEGER,
            marketplace=source.marketplace,
            facts={"seen": whole(age), "limit": whole(allowed[0]), **_told(source)},
        )


def _never_came(facts: Facts) -> Iterable[Freshness]:
    """The report of account totals, for each marketplace where neither it nor any sales are known."""
    told = {source.marketplace for source in facts.freshness if source.report == TOTALS}
    known = {v.scope.marketplace for v in facts.metrics.of("sales") if v.value is not None}
    return (Freshness(TOTALS, place, None, None) for place in facts.marketplaces if place not in told | known)


def _allowed(facts: Facts, source: Freshness) -> tuple[Decimal, Decimal] | None:
    """Days allowed before yellow and before red; a report that is due monthly is not late after a week."""
    lines = standards.STALE.lines(facts, source.marketplace)
    if lines is None:
        return None
    own = Decimal(source.due_days)
    return max(lines.green, own), max(lines.red, own * 2)


def _told(source: Freshness) -> dict[str, str]:
    return {
        "report": source.report,
        "marketplace": source.marketplace,
        "last_day": day(source.last_day),
        "imported": day(source.imported_on),
    }


RULE = Rule("SS801", "report_stale", "data", Severity.CRITICAL, __doc__, check, (standards.STALE,))
