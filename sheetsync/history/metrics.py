"""Metrics: every value the plan needs, computed from the history in one go.

The sums come from the SQL files in `metrics/`; ratios, rounding, maturity and provenance are made here, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sheetsync.core.model.facts import Manual, Month, Rate
from sheetsync.core.model.metric import Metrics, MetricValue, Scope
from sheetsync.history import account, entities, standing, stock
from sheetsync.history.account import Row
from sheetsync.history.arithmetic import whole
from sheetsync.history.manual import manual_values
from sheetsync.history.outlook import Outlook, look
from sheetsync.history.provenance import Provenance
from sheetsync.history.rollup import roll_ups
from sheetsync.history.sql import metric_sql
from sheetsync.history.stock import Pace
from sheetsync.history.store import History
from sheetsync.history.views import create_views

FILES = {
    "sales": "sales_day",
    "sales_by_product": "sales_by_product",
    "advertising": "ads",
    "advertising_by_campaign": "ads",
    "advertising_by_product": "ads_by_product",
    "advertising_by_term": "ads_by_term",
    "inventory": "stock",
    "stock_on_hand": "stock",
    "orders": "orders",
    "returns": "returned",
    "bsr": "ranks",
    "search": "queries",
    "feedback": "feedback",
    "epr": "packaging",
    "settlement": "settlement_lines",
    "health": "health",
}
"""Every metric file, with the relation it reads. Each has meaning, grain, unit, formula and source at its head."""

VELOCITY_DAYS = 7
"""Sales over fewer days than this say nothing about how fast a product sells. Our own choice: one of each weekday."""


def compute(
    history: History,
    *,
    today: date,
    month: Month,
    marketplaces: tuple[str, ...],
    manual: tuple[Manual, ...] = (),
    rates: tuple[Rate, ...] = (),
) -> Metrics:
    """Every metric of the given marketplaces, as of `today`, for the plan's month.

    Money is in currency units, ratios are fractions, both Decimal. A value that is not known is None and says in its
    inputs what is missing. A computed value goes before a typed one of the same metric, period and scope.
    """
    fed, outlook = prepare(history, today=today, month=month, marketplaces=marketplaces)
    rows = {name: _rows(history, name, marketplaces) if FILES[name] in fed else [] for name in FILES}
    found = list(_computed(rows, outlook, Provenance(history), marketplaces))
    found.extend(roll_ups(found, rates))
    found.extend(manual_values(manual, today=today, month=month))
    return Metrics(found)


def prepare(
    history: History, *, today: date, month: Month, marketplaces: tuple[str, ...]
) -> tuple[frozenset[str], Outlook]:
    """Makes what the metric files read, the relations and the table of windows; says which relations have rows."""
    fed = create_views(history, until=today)
    return fed, look(history, today=today, month=month, marketplaces=marketplaces)


def _computed(
    rows: Mapping[str, list[Row]], outlook: Outlook, provenance: Provenance, marketplaces: tuple[str, ...]
) -> Iterator[MetricValue]:
    whole_account = [
        *account.sales_values(rows["sales"], outlook, provenance),
        *account.ads_values(rows["advertising"], outlook, provenance),
        *account.tacos_values(rows["advertising"], rows["sales"], outlook, provenance),
    ]
    yield from whole_account
    for place in marketplaces:
        yield from account.missing(outlook, place, whole_account)
    products = list(entities.product_sales(rows["sales_by_product"], outlook, provenance))
    yield from products
    yield from entities.product_ads(rows["advertising_by_product"], outlook, provenance)
    yield from entities.campaigns(rows["advertising_by_campaign"], outlook, provenance)
    yield from entities.wasted_terms(rows["advertising_by_term"], outlook, provenance)
    pace = _pace(whole_account, products, rows["orders"], outlook, provenance)
    yield from stock.stock_values(rows["inventory"], rows["stock_on_hand"], pace, provenance)
    yield from standing.ranks(rows["bsr"], provenance)
    yield from standing.queries(rows["search"], provenance)
    yield from standing.returned(rows["returns"], rows["sales"], outlook, provenance)
    yield from standing.feedback(rows["feedback"], outlook, provenance)
    yield from standing.unregistered(rows["epr"], provenance)
    yield from standing.settlements(rows["settlement"], provenance)
    yield from standing.health(rows["health"], provenance)


def _rows(history: History, name: str, marketplaces: tuple[str, ...]) -> list[Row]:
    return [row for row in history.records(metric_sql(name)) if row["marketplace"] in marketplaces]


def _pace(
    whole_account: list[MetricValue],
    products: list[MetricValue],
    orders: list[Row],
    outlook: Outlook,
    provenance: Provenance,
) -> dict[Scope, Pace]:
    """How fast each scope sells: marketplaces by sales by date, SKUs by orders, ASINs by orders or their own sales.

    The longest window counts, as long as it holds a week.
    """
    found: dict[Scope, Pace] = {}
    values = [v for v in (*products, *whole_account) if v.metric == "units" and v.period.name in ("mtd", "last30")]
    for value in sorted(values, key=lambda v: v.period.days):
        if value.value is not None and value.period.days >= VELOCITY_DAYS:
            found[value.scope] = Pace(value.value, value.period.days, value.sources)
    for row in orders:
        window = outlook.window("orders", row["marketplace"], "last30")
        units = whole(row["units"])
        if row["period"] != "last30" or window is None or units is None or window.period.days < VELOCITY_DAYS:
            continue
        scope = Scope(row["marketplace"], asin=row["asin"] or "", sku=row["sku"] or "")
        found[scope] = Pace(units, window.period.days, provenance.sources(row["sources"]))
    return found
