"""Values of single products, campaigns and search terms.

Advertising of these is summed over days whose attribution window has closed, so every value may be judged. Sales of a
product are those of one by-ASIN export, over exactly its days.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.metric import MetricValue, Scope
from sheetsync.history.account import Row, ads_inputs, one_currency, sales_inputs, value_of
from sheetsync.history.outlook import Outlook
from sheetsync.history.provenance import Provenance

PRODUCT_SALES = ("sales", "units", "order_items", "sessions", "page_views", "cvr", "buy_box")
PRODUCT_ADS = ("ad_spend", "ad_sales", "ad_orders", "clicks", "acos")
CAMPAIGN_ADS = ("ad_spend", "ad_sales", "ad_orders", "clicks", "impressions", "acos")
TERM_ADS = ("ad_spend", "clicks", "ad_orders")

TERMS_KEPT = 200
"""Search terms without orders that are kept for each marketplace and window, the most expensive first: nobody works
through more in a month, and a Sheet has better use for its cells."""


def product_sales(rows: Iterable[Row], outlook: Outlook, provenance: Provenance) -> Iterable[MetricValue]:
    """Sales and traffic of each ASIN, from `sales_by_product.sql`."""
    for row in one_currency(rows):
        window = outlook.window("product", row["marketplace"], row["period"])
        if window is None:
            continue
        sums, scope = sales_inputs(row), Scope(row["marketplace"], asin=row["asin"])
        for metric in PRODUCT_SALES:
            yield value_of(metric, scope, window, sums, row, provenance, coverage=False)


def product_ads(rows: Iterable[Row], outlook: Outlook, provenance: Provenance) -> Iterable[MetricValue]:
    """Advertising of each ASIN, from `advertising_by_product.sql`."""
    for row in one_currency(rows):
        window = outlook.window("product_ads", row["marketplace"], row["period"])
        if window is None:
            continue
        sums, scope = ads_inputs(row), Scope(row["marketplace"], asin=row["asin"])
        for metric in PRODUCT_ADS:
            yield value_of(metric, scope, window, sums, row, provenance, coverage=False)


def campaigns(rows: Iterable[Row], outlook: Outlook, provenance: Provenance) -> Iterable[MetricValue]:
    """Advertising of each campaign, from `advertising_by_campaign.sql`."""
    for row in one_currency(rows):
        window = outlook.window("settled", row["marketplace"], row["period"])
        if window is None:
            continue
        sums, scope = ads_inputs(row), Scope(row["marketplace"], campaign=row["campaign"])
        for metric in CAMPAIGN_ADS:
            yield value_of(metric, scope, window, sums, row, provenance, coverage=False)


def wasted_terms(rows: Iterable[Row], outlook: Outlook, provenance: Provenance) -> Iterable[MetricValue]:
    """Search terms that spend without orders, from `advertising_by_term.sql`, the most expensive first."""
    kept: dict[tuple[str, str], int] = {}
    for row in sorted(one_currency(rows), key=lambda row: (-(row["spend"] or 0), row["campaign"], row["term"])):
        key = (row["marketplace"], row["period"])
        window = outlook.window("term", *key)
        kept[key] = kept.get(key, 0) + 1
        if window is None or kept[key] > TERMS_KEPT:
            continue
        sums, scope = ads_inputs(row), Scope(row["marketplace"], campaign=row["campaign"] or "", term=row["term"])
        for metric in TERM_ADS:
            yield value_of(metric, scope, window, sums, row, provenance, coverage=False)
