"""Values of a whole marketplace: sales, traffic, advertising, and TACoS on the days both sides cover.

Account totals and the denominator of TACoS come from the Business Report by date only. Where it is missing they are
not known; the sum over ASINs is never put in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sheetsync.core.model.metric import METRICS, RATIO_PARTS, Maturity, MetricValue, Period, Scope, SourceRef
from sheetsync.history.arithmetic import deviation, fraction, money, ratio, whole
from sheetsync.history.outlook import Outlook
from sheetsync.history.provenance import Provenance, merged
from sheetsync.history.windows import Window

Row = Mapping[str, Any]
Inputs = dict[str, Decimal | None]

SALES = ("sales", "units", "order_items", "sessions", "page_views", "cvr", "buy_box", "order_volatility")
ADS = ("ad_spend", "ad_sales", "ad_orders", "impressions", "clicks", "acos", "roas", "ctr", "cpc", "ad_cvr")

ATTRIBUTED = frozenset({"ad_sales", "ad_orders", "acos", "roas", "ad_cvr"})
"""Metrics that move until the attribution window of their reports has closed."""

MONEY_METRICS = frozenset({"sales", "ad_spend", "ad_sales", "cpc", "settlement_gap"})


def sales_inputs(row: Row) -> Inputs:
    """The sums of a row of `sales.sql` or `sales_by_product.sql`, in units people know."""
    return {
        "sales": money(row["sales"]),
        "units": whole(row["units"]),
        "order_items": whole(row["order_items"]),
        "sessions": whole(row["sessions"]),
        "page_views": whole(row["page_views"]),
        "buy_box_sessions": fraction(row["buy_box_sessions"]),
    }


def ads_inputs(row: Row) -> Inputs:
    """The sums of a row of an `advertising*.sql`, in units people know."""
    return {
        "ad_spend": money(row["spend"]),
        "ad_sales": money(row["sales"]),
        "ad_orders": whole(row["orders"]),
        "impressions": whole(row["impressions"]),
        "clicks": whole(row["clicks"]),
    }


def derived(metric: str, sums: Inputs) -> tuple[Decimal | None, Inputs]:
    """A metric from its sums, and the sums it used. A sum is its own input."""
    parts = RATIOS.get(metric)
    if parts is None:
        return sums.get(metric), {metric: sums.get(metric)}
    used = {name: sums.get(name) for name in parts}
    return ratio(used[parts[0]], used[parts[1]]), used


RATIOS: Mapping[str, tuple[str, str]] = RATIO_PARTS


def value_of(
    metric: str, scope: Scope, window: Window, sums: Inputs, row: Row, provenance: Provenance, *, coverage: bool = True
) -> MetricValue:
    """One value over a window. With `coverage`, the inputs say how many of the period's days have data."""
    amount, used = derived(metric, sums)
    settle = METRICS[metric].settle_days
    if metric in ATTRIBUTED:
        settle = max(settle, provenance.window_days(row["sources"]))
    if coverage:
        used = {**used, "days": Decimal(window.period.days), "days_with_data": Decimal(window.covered)}
    return MetricValue(
        metric,
        scope,
        window.period,
        amount,
        row["currency"] if metric in MONEY_METRICS else "",
        window.maturity(settle),
        window.as_of,
        used,
        provenance.sources(row["sources"]),
    )


def sales_values(rows: Iterable[Row], outlook: Outlook, provenance: Provenance) -> Iterable[MetricValue]:
    """Sales and traffic of each marketplace and window, from `sales.sql`."""
    for row in one_currency(rows):
        window = outlook.window("sales", row["marketplace"], row["period"])
        if row["basis"] != "sales" or window is None:
            continue
        sums, scope = sales_inputs(row), Scope(row["marketplace"])
        for metric in SALES[:-1]:
            yield value_of(metric, scope, window, sums, row, provenance)
        spread = deviation(row["row_count"], whole(row["order_items"]), whole(row["order_items_squared"]))
        base = value_of("order_items", scope, window, sums, row, provenance)
        yield replace(base, metric="order_volatility", value=spread)


def ads_values(rows: Iterable[Row], outlook: Outlook, provenance: Provenance) -> Iterable[MetricValue]:
    """Advertising of each marketplace and window, from `advertising.sql`."""
    for row in one_currency(rows):
        window = outlook.window("ads", row["marketplace"], row["period"])
        if row["basis"] != "ads" or window is None:
            continue
        sums, scope = ads_inputs(row), Scope(row["marketplace"])
        for metric in ADS:
            yield value_of(metric, scope, window, sums, row, provenance)


def tacos_values(
    ads: Iterable[Row], sales: Iterable[Row], outlook: Outlook, provenance: Provenance
) -> Iterable[MetricValue]:
    """TACoS of each marketplace on the days that both reports cover."""
    spent = {(row["marketplace"], row["period"]): row for row in one_currency(ads) if row["basis"] == "both"}
    for row in one_currency(sales):
        key = (row["marketplace"], row["period"])
        window = outlook.window("both", *key)
        if row["basis"] != "both" or window is None or key not in spent:
            continue
        ad_row = spent[key]
        # spend and sales of two currencies make no ratio; an unnamed currency is the marketplace's own
        alike = not (row["currency"] and ad_row["currency"]) or row["currency"] == ad_row["currency"]
        sums: Inputs = {"ad_spend": ads_inputs(ad_row)["ad_spend"] if alike else None, "sales": money(row["sales"])}
        value = value_of("tacos", Scope(key[0]), window, sums, row, provenance)
        sources = merged((provenance.sources(ad_row["sources"]), value.sources))
        yield replace(value, sources=sources)


def one_currency(rows: Iterable[Row]) -> list[Row]:
    """Rows whose marketplace and window have one currency; where there are two, their money is not known.

    Counts of the two rows are not added either: a report in two currencies is a fault that `import` tells.
    """
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in KEYS if name in row)
        if key in found:
            found[key] = {**row, "currency": "", **dict.fromkeys((n for n in MONEY_COLUMNS if n in row), None)}
        else:
            found[key] = row
    return list(found.values())


KEYS = ("basis", "period", "marketplace", "asin", "campaign", "term")
MONEY_COLUMNS = ("sales", "spend")


def missing(outlook: Outlook, marketplace: str, known: Iterable[MetricValue]) -> Iterable[MetricValue]:
    """A value that is not known for each core metric of a marketplace without a month to date: grey, never 0."""
    seen = {value.metric for value in known if value.period.name == "mtd" and value.scope == Scope(marketplace)}
    period: Period = outlook.empty_mtd
    for metric in ("sales", "units", "sessions", "cvr", "ad_spend", "ad_sales", "acos", "tacos", "ctr", "cpc"):
        if metric not in seen:
            inputs: Inputs = dict.fromkeys(RATIOS.get(metric, (metric,)))
            nothing: tuple[SourceRef, ...] = ()
            yield MetricValue(metric, Scope(marketplace), period, None, "", Maturity.PROVISIONAL, None, inputs, nothing)
