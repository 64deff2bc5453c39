"""Metrics people typed: what Amazon exports nowhere (IPI, keyword ranks, product reviews) takes part like any other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from sheetsync.core.model.facts import Manual, Month
from sheetsync.core.model.metric import METRICS, Maturity, MetricValue, Period, Scope, SourceRef

COUNTED = frozenset({"bad_reviews", "negative_feedback", "a_to_z", "returns"})
"""Typed metrics that are events: besides the latest they have a sum over the month and over the last days."""

TYPED = "typed into the workbook"


def manual_values(rows: Iterable[Manual], *, today: date, month: Month) -> Iterable[MetricValue]:
    """The latest typed value of each metric and scope (`asof`), and sums over windows of those that are counted.

    Values dated after `today` are left out; of two of the same day the one further down the tab stands.
    """
    groups: dict[tuple[str, Scope], list[Manual]] = {}
    for row in rows:
        if row.metric in METRICS and row.day <= today:
            groups.setdefault((row.metric, Scope(row.marketplace, asin=row.asin)), []).append(row)
    for (metric, scope), typed in groups.items():
        ordered = sorted(typed, key=lambda row: row.day)
        latest = ordered[-1]
        yield _value(metric, scope, Period("asof", latest.day, latest.day), latest.value, [latest])
        if metric in COUNTED:
            yield from _counts(metric, scope, ordered, today, month)


def _counts(metric: str, scope: Scope, rows: list[Manual], today: date, month: Month) -> Iterable[MetricValue]:
    windows = [
        Period("mtd", month.first, max(month.first, min(today, month.last))),
        Period("last30", today - timedelta(days=29), today),
        Period("last7", today - timedelta(days=6), today),
        Period("prior30", today - timedelta(days=59), today - timedelta(days=30)),
    ]
    for window in windows:
        inside = [row for row in rows if window.start <= row.day <= window.end]
        if inside:
            yield _value(metric, scope, window, sum((row.value for row in inside), Decimal(0)), inside)


def _value(metric: str, scope: Scope, period: Period, amount: Decimal, rows: list[Manual]) -> MetricValue:
    last = max(row.day for row in rows)
    source = SourceRef(TYPED, ", ".join(row.row_id for row in rows), len(rows), last)
    return MetricValue(metric, scope, period, amount, "", Maturity.FINAL, last, {metric: amount}, (source,))
