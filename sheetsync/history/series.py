"""Series: daily values for charts and for judging settled days, and the baseline a target is suggested from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sheetsync.core.model.facts import Month
from sheetsync.history.account import RATIOS
from sheetsync.history.arithmetic import money, ratio, whole
from sheetsync.history.outlook import ads_days, reports_of
from sheetsync.history.sql import metric_sql
from sheetsync.history.stock import REPORTS
from sheetsync.history.store import History
from sheetsync.history.views import create_views
from sheetsync.history.windows import Known, known_days

Points = tuple[tuple[date, Decimal | None], ...]

SALES = ("sales", "units", "order_items", "sessions", "page_views")
ADS = ("ad_spend", "ad_sales", "ad_orders", "impressions", "clicks")
MONEY = ("sales", "ad_spend", "ad_sales")

CHART_DAYS = 45
"""How far back series reach at least: the 30 days a verdict looks at, and the attribution windows before today."""

COVER_DAYS = 30
"""Days of cover divide by the sales of this many days."""

BASELINE_MONTHS = 3
ENOUGH_DAYS = 14
"""Without a full month, a baseline is taken from this many days at least: two of each weekday."""


def daily(history: History, *, month: Month, today: date, marketplaces: tuple[str, ...]) -> dict[str, Points]:
    """Daily values by `metric|marketplace`, from the month before (or 45 days back) up to today, None where not known.

    Metrics: those that add up over days, and `cover` (days of cover on the days the stock was exported). Over all
    marketplaces (`metric|`) where each has the value and money is of one currency.
    """
    first = min(month.previous().first, today - timedelta(days=CHART_DAYS))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    create_views(history, until=today, only=("sales_day", "ads", "stock"))
    table = _table(history, marketplaces)
    found: dict[str, Points] = {}
    for (metric, place), values in table.values.items():
        found[f"{metric}|{place}"] = tuple((day, values.get(day)) for day in days)
    for metric in (*SALES, *ADS):
        over = _over_all(metric, table, marketplaces, days)
        if over is not None:
            found[f"{metric}|"] = over
    for place in marketplaces:
        found[f"cover|{place}"] = _cover(history, table, place, days)
    return found


class _Table:
    """Daily values by metric and marketplace, and the currencies seen in each marketplace."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], dict[date, Decimal | None]] = {}
        self.currencies: dict[str, set[str]] = {}

    def add(self, rows: Iterable[Mapping[str, Any]], metrics: tuple[str, ...]) -> None:
        for row in rows:
            place = row["marketplace"]
            self.currencies.setdefault(place, set()).update({row["currency"]} - {""})
            for metric in metrics:
                read = money if metric in MONEY else whole
                days = self.values.setdefault((metric, place), {})
                # a second currency on the same day: neither amount is the marketplace's
                days[row["day"]] = read(row[metric]) if row["day"] not in days else None


def _table(history: History, marketplaces: tuple[str, ...]) -> _Table:
    table = _Table()
    for name, metrics in (("sales_daily", SALES), ("advertising_daily", ADS)):
        rows = history.records(metric_sql(name))
        table.add((row for row in rows if row["marketplace"] in marketplaces), metrics)
    for place in marketplaces:
        for day in ads_days(history, "ads", place).days:
            for metric in ADS:
                if (metric, place) in table.values:
                    table.values[metric, place].setdefault(day, Decimal(0))
    return table


def _over_all(metric: str, table: _Table, marketplaces: tuple[str, ...], days: list[date]) -> Points | None:
    series = [table.values.get((metric, place)) for place in marketplaces]
    currencies = set().union(*(table.currencies.get(place, set()) for place in marketplaces))
    if len(series) < 2 or any(values is None for values in series) or (metric in MONEY and len(currencies) > 1):
        return None
    found: list[tuple[date, Decimal | None]] = []
    for day in days:
        values = [one.get(day) for one in series if one is not None]
        known = [value for value in values if value is not None]
        found.append((day, sum(known, Decimal(0)) if len(known) == len(series) else None))
    return tuple(found)


def _cover(history: History, table: _Table, place: str, days: list[date]) -> Points:
    """Days of cover on each day with a stock export: units in stock over the mean sales of the 30 days up to it."""
    stock: dict[date, Decimal | None] = {}
    rows = [row for row in history.records(metric_sql("stock_daily")) if row["marketplace"] == place]
    for row in sorted(rows, key=lambda row: -REPORTS.index(row["report"])):
        stock[row["day"]] = whole(row["stock"])
    units = table.values.get(("units", place), {})
    return tuple((day, _cover_on(day, stock.get(day), units)) for day in days)


def _cover_on(day: date, stock: Decimal | None, units: Mapping[date, Decimal | None]) -> Decimal | None:
    before = [units.get(day - timedelta(days=n)) for n in range(COVER_DAYS)]
    sold = [value for value in before if value is not None]
    if stock is None or len(sold) < COVER_DAYS // 2:
        return None
    return ratio(stock * len(sold), sum(sold, Decimal(0)))


def baseline(history: History, metric: str, marketplace: str, month: Month) -> Decimal | None:
    """What a month of this metric was before: the mean of up to three full months before `month`.

    A ratio is taken from the sums of those months. Without any full month: the mean of the days known in the month
    before (14 at least), carried to a month's length. None for metrics that have no daily series.
    """
    parts = RATIOS.get(metric, (metric,))
    if any(part not in (*SALES, *ADS) for part in parts):
        return None
    table = _before(history, month, marketplace)
    series = [table.values.get((part, marketplace), {}) for part in parts]
    known = {part: _known(history, part, marketplace) for part in parts}
    months = [month.previous()]
    while len(months) < BASELINE_MONTHS:
        months.append(months[-1].previous())
    full = [
        each
        for each in months
        if all(_is_full(each, known[part], one) for part, one in zip(parts, series, strict=True))
    ]
    if full:
        sums = [_sum(one, full) for one in series]
        return ratio(sums[0], sums[1]) if len(sums) == 2 else _mean(sums[0], len(full), metric)
    return _from_days(metric, series, month)


def _before(history: History, month: Month, place: str) -> _Table:
    """The days before a month, remembered: baselines of many metrics are asked for one after the other."""
    key = ("before", month, place)
    if key not in history.remembered:
        create_views(history, until=month.first - timedelta(days=1), only=("sales_day", "ads"))
        history.remembered[key] = _table(history, (place,))
    table: _Table = history.remembered[key]
    return table


def _known(history: History, metric: str, place: str) -> Known:
    if metric in ADS:
        return ads_days(history, "ads", place)
    return known_days(history, reports_of("sales_day"), place, rows_only=True)


def _days_of(month: Month) -> list[date]:
    return [month.first + timedelta(days=n) for n in range(month.days)]


def _is_full(month: Month, known: Known, values: Mapping[date, Decimal | None]) -> bool:
    return all(day in known.days and values.get(day) is not None for day in _days_of(month))


def _sum(values: Mapping[date, Decimal | None], months: list[Month]) -> Decimal:
    days = (day for each in months for day in _days_of(each))
    return sum((value for day in days if (value := values.get(day)) is not None), Decimal(0))


def _from_days(metric: str, series: list[dict[date, Decimal | None]], month: Month) -> Decimal | None:
    before = month.previous()
    rows = [row for day in _days_of(before) if None not in (row := [one.get(day) for one in series])]
    if len(rows) < ENOUGH_DAYS:
        return None
    sums = [sum((value for value in column if value is not None), Decimal(0)) for column in zip(*rows, strict=True)]
    if len(sums) == 2:
        return ratio(sums[0], sums[1])
    return _mean(sums[0] * month.days, len(rows), metric)


def _mean(total: Decimal, count: int, metric: str) -> Decimal:
    step = Decimal("0.01") if metric in MONEY else Decimal(1)
    return (total / count).quantize(step)
