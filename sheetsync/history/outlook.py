"""The outlook of one computation: every window of every marketplace, written down as a table the metric files join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sheetsync.core.model.facts import Month
from sheetsync.core.model.metric import Period
from sheetsync.history.relations import RELATIONS
from sheetsync.history.store import History
from sheetsync.history.windows import (
    Known,
    Window,
    all_products,
    both,
    known_days,
    settled_spans,
    spans,
)

SUMMARY_REACH = 45
"""A summary that ended longer ago than this speaks for nothing that is shown as recent. A month and a half."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one computation looks at: the day, the plan's month, and the windows by basis, marketplace and name."""

    today: date
    month: Month
    windows: dict[tuple[str, str, str], Window]

    def window(self, basis: str, marketplace: str, name: str) -> Window | None:
        """The window of that name, or None when there is nothing to look at."""
        return self.windows.get((basis, marketplace, name))

    def of(self, basis: str, marketplace: str) -> tuple[Window, ...]:
        """Every window of a basis in a marketplace."""
        return tuple(w for (b, m, _), w in self.windows.items() if (b, m) == (basis, marketplace))

    @property
    def empty_mtd(self) -> Period:
        """The month to date as it would be with data up to today."""
        return Period("mtd", self.month.first, max(self.month.first, min(self.today, self.month.last)))


def look(history: History, *, today: date, month: Month, marketplaces: tuple[str, ...]) -> Outlook:
    """Finds every window and puts them into the TEMP table `windows`."""
    found: dict[tuple[str, str, str], Window] = {}
    for place in marketplaces:
        for basis, known, periods in _bases(history, place, today, month):
            for period in periods:
                found.setdefault((basis, place, period.name), Window.of(basis, place, period, known))
    history.run(
        "CREATE OR REPLACE TEMP TABLE windows (basis VARCHAR, marketplace VARCHAR, period VARCHAR, first_day DATE, "
        "last_day DATE)"
    )
    rows = [(w.basis, w.marketplace, w.period.name, w.period.start, w.period.end) for w in found.values()]
    history.insert("windows", rows)
    return Outlook(today, month, found)


def reports_of(relation: str, product: str | None = None) -> tuple[str, ...]:
    """The reports that feed a relation, optionally of one ad product."""
    sources = next(each.sources for each in RELATIONS if each.name == relation)
    return tuple(source.report for source in sources if product in (None, source.product))


Basis = tuple[str, Known, list[Period]]


def _bases(history: History, place: str, today: date, month: Month) -> list[Basis]:
    sales = known_days(history, reports_of("sales_day"), place, rows_only=True)
    ads = ads_days(history, "ads", place)
    found: list[Basis] = [
        ("sales", sales, spans(sales, today, month)),
        ("ads", ads, spans(ads, today, month)),
        ("both", both(ads, sales), spans(both(ads, sales), today, month)),
        ("settled", ads, settled_spans(ads, today, month)),
    ]
    product_ads, terms = ads_days(history, "ads_by_product", place), ads_days(history, "ads_by_term", place)
    found.append(("product_ads", product_ads, settled_spans(product_ads, today, month)))
    found.append(("term", terms, settled_spans(terms, today, month)))
    found.extend(_summaries(history, place, today, month, {"ads": ads, "term": terms, "product_ads": product_ads}))
    returned = known_days(history, reports_of("returned"), place)
    shared = both(returned, sales) if sales.days else returned
    found.append(("returns", shared, spans(shared, today, month)))
    for basis in ("orders", "feedback"):
        known = known_days(history, reports_of(basis), place)
        found.append((basis, known, spans(known, today, month)))
    stock = known_days(history, reports_of("stock"), place, rows_only=True)
    found.append(("stock", stock, _stock_spans(stock, today)))
    return found


def ads_days(history: History, relation: str, place: str) -> Known:
    """The days an advertising relation covers in a marketplace, every ad product that still runs taken together."""
    parts = [known_days(history, reports_of(relation, product), place) for product in ("SP", "SB", "SD")]
    if not any(part.days for part in parts):
        parts = [known_days(history, reports_of(relation, "ALL"), place)]
    return all_products(parts)


def _stock_spans(known: Known, today: date) -> list[Period]:
    end = known.end(today)
    return [] if end is None else [Period(f"last{n}", end - timedelta(days=n - 1), end) for n in (30, 90)]


def _summaries(history: History, place: str, today: date, month: Month, daily: dict[str, Known]) -> list[Basis]:
    """Windows that are the range of a summary, where nothing was exported day by day."""
    relations = {"product": "sales_by_product", "ads": "ads", "term": "ads_by_term", "product_ads": "ads_by_product"}
    found = []
    for basis, relation in relations.items():
        if basis in daily and daily[basis].days:
            continue
        for period, as_of, window in _ranges(history, reports_of(relation), place, today, month):
            days = (period.end - period.start).days + 1
            known = Known({period.start + timedelta(days=n): as_of for n in range(days)}, window)
            found.append((basis, known, [period]))
            if basis == "ads":
                sales = known_days(history, reports_of("sales_day"), place, rows_only=True)
                found.append(("both", both(known, sales), [period]))
                found.append(("settled", known, [period]))
    return found


def _ranges(
    history: History, reports: tuple[str, ...], place: str, today: date, month: Month
) -> list[tuple[Period, date, int]]:
    """The latest summary inside the month, and the latest of about a month's length, as `mtd` and `last30`."""
    marks = ", ".join("?" for _ in reports)
    rows = history.rows(
        f"SELECT first_day, last_day, max(as_of), max(window_days) FROM imports WHERE in_force AND shape = 'summary' "
        f"AND report IN ({marks}) AND marketplace = ? AND last_day <= ? AND last_day >= ? "
        "GROUP BY first_day, last_day ORDER BY last_day DESC, first_day",
        [*reports, place, today, today - timedelta(days=SUMMARY_REACH)],
    )
    in_month = next((row for row in rows if row[0] >= month.first and row[1] <= month.last), None)
    about_a_month = next((row for row in rows if 13 <= (row[1] - row[0]).days <= 34), None)
    return [
        (Period(name, row[0], row[1]), row[2], int(row[3] or 0))
        for name, row in (("mtd", in_month), ("last30", about_a_month))
        if row is not None
    ]
