"""Windows: the days each value covers, found from the days the reports cover.

    mtd        first of the month to the last day with data          prior_mtd  the same days of the month before
    last30     the 30 days up to the last day with data              prior30    the 30 days before those
    last14, last7

A window never reaches past `today`. Where data begins inside a window it begins there: the period says which days are
really in it. A prior window is left out unless it is known as a whole: half a month is no comparison. TACoS divides ads
by sales, so its window (`both`) ends where the shorter of the two ends. Windows of campaigns, products and search terms
(`settled`) end at the last day whose attribution window has closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sheetsync.core.model.facts import Month
from sheetsync.core.model.metric import Maturity, Period, matured
from sheetsync.history.store import History

ATTRIBUTION_DAYS = 7
"""Sponsored Products of sellers; the reports of vendors, of Sponsored Brands and of Display say 14 themselves."""

QUIET_DAYS = 35
"""An ad product without a day of data for this long is taken as stopped, not as missing. A month and a few days."""


@dataclass(frozen=True, slots=True)
class Known:
    """Which days a kind of data covers in one marketplace, the day of the export that speaks for each, and how settled.

    `window_days` is the longest attribution window of the reports behind it.
    """

    days: Mapping[date, date]
    window_days: int = 0

    def end(self, today: date) -> date | None:
        """The last covered day up to today."""
        return max((day for day in self.days if day <= today), default=None)

    def within(self, first: date, last: date) -> list[date]:
        """The covered days of a span, in order."""
        return sorted(day for day in self.days if first <= day <= last)


@dataclass(frozen=True, slots=True)
class Window:
    """A period of one basis (sales, ads, both, settled ...) in one marketplace, and what is known of its days.

    `covered` days of it have data; `as_of` is the export that speaks for the last of them, and `worst` the covered day
    that was exported soonest after it happened, with that export.
    """

    basis: str
    marketplace: str
    period: Period
    covered: int
    as_of: date | None
    worst: tuple[date, date] | None

    @classmethod
    def of(cls, basis: str, marketplace: str, period: Period, known: Known) -> Window:
        """The window of a period over the days that are known."""
        days = known.within(period.start, period.end)
        soonest = min(days, key=lambda day: (known.days[day] - day, day), default=None)
        worst = (soonest, known.days[soonest]) if soonest is not None else None
        return cls(basis, marketplace, period, len(days), known.days[days[-1]] if days else None, worst)

    def maturity(self, settle_days: int) -> Maturity:
        """FINAL when every day is covered and was exported after its own window had closed."""
        if self.worst is None or self.covered < self.period.days:
            return Maturity.PROVISIONAL
        return matured(self.worst[0], settle_days, self.worst[1])


def spans(known: Known, today: date, month: Month) -> list[Period]:
    """The windows over covered days, in the order they are shown; empty without any data."""
    end = known.end(today)
    if end is None:
        return []
    first = min(known.days)
    found = []
    if end >= month.first:
        last = min(end, month.last)
        start = max(month.first, min(first, last))
        found.append(Period("mtd", start, last))
        before = month.previous()
        offset = last - month.first
        found.append(Period("prior_mtd", before.first, min(before.first + offset, before.last)))
    found.extend(Period(f"last{n}", max(end - timedelta(days=n - 1), first), end) for n in (30, 14, 7))
    found.append(Period("prior30", end - timedelta(days=59), end - timedelta(days=30)))
    return [period for period in found if not _half_known(period, known)]


def _half_known(period: Period, known: Known) -> bool:
    return period.name.startswith("prior") and len(known.within(period.start, period.end)) < period.days


def settled_spans(known: Known, today: date, month: Month) -> list[Period]:
    """Windows that end at the last day whose attribution window has closed, for verdicts on single campaigns."""
    settle = max(known.window_days, ATTRIBUTION_DAYS)
    closed = {day: as_of for day, as_of in known.days.items() if as_of > day + timedelta(days=settle)}
    return [
        period for period in spans(Known(closed, settle), today, month) if period.name in ("mtd", "last30", "last14")
    ]


def both(left: Known, right: Known) -> Known:
    """The days both cover; the export is the earlier of the two."""
    shared = {day: min(as_of, right.days[day]) for day, as_of in left.days.items() if day in right.days}
    return Known(shared, max(left.window_days, right.window_days))


def known_days(history: History, reports: tuple[str, ...], marketplace: str, *, rows_only: bool = False) -> Known:
    """The days any of these reports covers in a marketplace. `rows_only`: a day without a row is a hole, not a zero."""
    book = _coverage(history)
    days: dict[date, date] = {}
    for report in reports:
        for day, as_of, has_rows in book.days.get((report, marketplace), ()):
            if has_rows or not rows_only:
                days[day] = max(as_of, days.get(day, as_of))
    return Known(days, max((book.windows.get((report, marketplace), 0) for report in reports), default=0))


@dataclass(frozen=True, slots=True)
class _Coverage:
    """Covered days and attribution windows by report and marketplace, read once."""

    days: Mapping[tuple[str, str], list[tuple[date, date, bool]]]
    windows: Mapping[tuple[str, str], int]


def _coverage(history: History) -> _Coverage:
    if "coverage" not in history.remembered:
        days: dict[tuple[str, str], list[tuple[date, date, bool]]] = {}
        sql = "SELECT report, marketplace, day, as_of, has_rows FROM coverage WHERE granularity = 'day'"
        for report, place, day, as_of, has_rows in history.rows(sql):
            days.setdefault((report, place), []).append((day, as_of, has_rows))
        sql = "SELECT report, marketplace, max(window_days) FROM imports WHERE in_force GROUP BY report, marketplace"
        windows = {(report, place): int(window or 0) for report, place, window in history.rows(sql)}
        history.remembered["coverage"] = _Coverage(days, windows)
    found: _Coverage = history.remembered["coverage"]
    return found


def all_products(parts: list[Known]) -> Known:
    """Ad products together: days that every product which still runs covers; the export is the earliest of them."""
    latest = max((max(part.days) for part in parts if part.days), default=None)
    if latest is None:
        return Known({})
    running = [part for part in parts if part.days and (latest - max(part.days)).days <= QUIET_DAYS]
    end = min(max(part.days) for part in running)
    days = {day for part in running for day in part.days if day <= end}
    speaks = {day: min(part.days[day] for part in running if day in part.days) for day in days}
    return Known(speaks, max(part.window_days for part in running))
