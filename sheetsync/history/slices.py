"""Which rows a file replaces: the shape of a report's slices, found from its spec and its rows.

daily    every row is of a day: a day is replaced as a whole by the latest export that has rows for it
summary  a row is of a range of days that cannot be split: the range is replaced as a whole
keyed    rows are events with an id (orders, returns, settlement lines): a row is replaced by its key, because the
         first and the last day of such a file are cut at some hour
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sheetsync.errors import ReportRefused
from sheetsync.history.staged import SpecLike, StagedReport
from sheetsync.history.store import History, quoted

DAY_FIELDS = (
    "date",
    "snapshot_date",
    "purchase_date",
    "return_date",
    "return_request_date",
    "issue_reported_date",
    "charged_date",
)
"""Fields that say which day a row is of, in the order they are tried; else a daily report's first field of time."""

SCOPE_FIELDS = {
    "search query": ("brand", "asin"),
    "settlement line": ("settlement_id",),
    "search term": ("department",),
}
"""By grain, the fields that cut a period into several files: search query performance comes one file a brand or ASIN,
top search terms one a department, a settlement is one file of its own."""

PARENTS = "parent"
"""The scope of a by-ASIN Business Report in its parent view: the same sales as the child view, on other rows."""

ROLLING = ("account_health",)
"""Reports whose ranges roll on (the last 60 days, told each week): one is kept for each last day, none is added up."""

INCOMING = "incoming_rows"
"""The TEMP table a file is staged into."""


class Shape(StrEnum):
    """How a file's rows replace kept ones."""

    DAILY = "daily"
    SUMMARY = "summary"
    KEYED = "keyed"


@dataclass(frozen=True, slots=True)
class Slice:
    """What a file covers: report, marketplace, days, and how its rows are told apart from others of the report."""

    report: str
    marketplace: str
    currency: str
    shape: Shape
    granularity: str
    scope: str
    first: date
    last: date
    as_of: date
    dated: bool
    """Whether the day of the export is known; else `as_of` is the day after the last one covered."""
    day_sql: str
    """The day of a row, as SQL on the staged table."""

    @property
    def rolling(self) -> bool:
        """Whether ranges of this report overlap by their nature."""
        return self.report in ROLLING

    def where(self) -> tuple[str, list[object]]:
        """The condition on kept rows that may be compared with this file's, and its parameters."""
        return "_marketplace = ? AND _granularity = ? AND _scope = ?", [self.marketplace, self.granularity, self.scope]


def slice_of(
    history: History,
    report: StagedReport,
    *,
    marketplace: str,
    currency: str,
    period: tuple[date, date] | None,
    exported: date | None,
) -> Slice:
    """The slice of a staged file.

    `exported` is the day it was exported where known. Without it and without a day in the file itself it counts as the
    day after its last one: nothing shows that it is any later, so its values stay provisional rather than pass as
    settled. Raises ReportRefused when the period is not known.
    """
    spec = report.spec
    day_sql = _day_sql(spec)
    shape = _shape(history, spec, day_sql)
    days = _days(history, day_sql)
    snapshot = spec.period_rule == "snapshot"
    if snapshot and period is None and report.as_of is not None:
        period = report.as_of, report.as_of
    if snapshot and period is None and exported is not None:
        period = exported, exported
    span = _span(days, period, shape)
    if span is None:
        raise ReportRefused(
            f"{report.file}: the days it covers are not known",
            where=report.file,
            hint="tell them: `sheetsync import FILE --period 2026-11-01..2026-11-30`",
        )
    first, last = span
    if snapshot:
        # a snapshot is of one day, whatever its rows say: the day it was taken
        day_sql = f"DATE '{last.isoformat()}'"
    return Slice(
        report=spec.name,
        marketplace=marketplace,
        currency=currency,
        shape=shape,
        granularity=_granularity(report, shape),
        scope=_scope(history, spec),
        first=first,
        last=last,
        as_of=report.as_of or exported or (last if snapshot else last + timedelta(days=1)),
        dated=snapshot or (report.as_of or exported) is not None,
        day_sql=day_sql if shape is not Shape.SUMMARY else "CAST(NULL AS DATE)",
    )


def _granularity(report: StagedReport, shape: Shape) -> str:
    """Days, weeks or months in a row, where a report comes in several of them and they must not be mixed.

    Business Reports by date and Brand Analytics do; the days of an ads report are days, however sparse they are.
    """
    if shape is Shape.SUMMARY:
        return (report.granularity or "") if report.spec.period_rule == "metadata" else ""
    return (report.granularity or "day") if report.spec.family == "business" else "day"


def _day_field(spec: SpecLike) -> tuple[str, str] | None:
    """Name and kind of the field that says which day a row is of."""
    kinds = {field.name: str(field.kind.value) for field in spec.fields if field.kind.value in ("date", "datetime")}
    names = [name for name in DAY_FIELDS if name in kinds]
    if not names and spec.period_rule == "daily":
        names = list(kinds)
    return (names[0], kinds[names[0]]) if names else None


def _day_sql(spec: SpecLike) -> str:
    found = _day_field(spec)
    return f"CAST({quoted(found[0])} AS DATE)" if found else "CAST(NULL AS DATE)"


def _shape(history: History, spec: SpecLike, day_sql: str) -> Shape:
    if spec.period_rule == "snapshot":
        return Shape.DAILY
    found = _day_field(spec)
    if found and found[1] == "datetime" and spec.period_rule == "daily":
        return Shape.KEYED
    if spec.period_rule == "metadata" or found is None:
        return Shape.SUMMARY
    rows, dated = history.rows(f"SELECT count(*), count({day_sql}) FROM {INCOMING}")[0]
    return Shape.DAILY if rows == dated else Shape.SUMMARY


def _days(history: History, day_sql: str) -> tuple[date, date] | None:
    first, last = history.rows(f"SELECT min({day_sql}), max({day_sql}) FROM {INCOMING}")[0]
    return (first, last) if first is not None else None


def _span(days: tuple[date, date] | None, period: tuple[date, date] | None, shape: Shape) -> tuple[date, date] | None:
    if days is None or period is None or shape is Shape.SUMMARY:
        return period or days
    return min(days[0], period[0]), max(days[1], period[1])


def _scope(history: History, spec: SpecLike) -> str:
    """What a file is of, where a report comes in several files a period; empty for the others."""
    names = {field.name for field in spec.fields}
    if {"parent_asin", "child_asin"} <= names:
        children = history.rows(f"SELECT count(nullif(child_asin, '')), count(nullif(sku, '')) FROM {INCOMING}")
        return "" if any(children[0]) else PARENTS
    parts = []
    for name in SCOPE_FIELDS.get(spec.grain, ()):
        if name in names:
            column = f"CAST({quoted(name)} AS VARCHAR)"
            values = history.rows(f"SELECT DISTINCT {column} AS v FROM {INCOMING} WHERE {column} <> '' ORDER BY v")
            parts.append(",".join(str(value) for (value,) in values))
    return "|".join(parts)
