"""Reports without files: specs and staged rows as the importers make them, for the tests of the history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sheetsync.importers.base import Field, FieldKind, ReportSpec

ID, TEXT, COUNT, MONEY, RATIO, DATE, STAMP = (
    FieldKind.ID,
    FieldKind.TEXT,
    FieldKind.COUNT,
    FieldKind.MONEY,
    FieldKind.RATIO,
    FieldKind.DATE,
    FieldKind.DATETIME,
)


def spec(
    name: str,
    fields: Mapping[str, FieldKind],
    key: Iterable[str],
    *,
    rule: str,
    grain: str = "row",
    family: str = "test",
) -> ReportSpec:
    return ReportSpec(
        name=name,
        title=name.replace("_", " "),
        family=family,
        fields=tuple(Field(each, kind) for each, kind in fields.items()),
        key=tuple(key),
        grain=grain,
        period_rule=rule,  # type: ignore[arg-type]
    )


BY_DATE = spec(
    "business_by_date",
    {
        "date": DATE,
        "ordered_sales": MONEY,
        "units_ordered": COUNT,
        "order_items": COUNT,
        "sessions": COUNT,
        "page_views": COUNT,
        "buy_box_pct": RATIO,
    },
    ["date"],
    rule="daily",
    grain="marketplace",
    family="business",
)
BY_ASIN = spec(
    "business_by_asin",
    {
        "parent_asin": ID,
        "child_asin": ID,
        "sku": ID,
        "ordered_sales": MONEY,
        "units_ordered": COUNT,
        "order_items": COUNT,
        "sessions": COUNT,
        "page_views": COUNT,
        "buy_box_pct": RATIO,
    },
    ["parent_asin", "child_asin", "sku"],
    rule="asked",
    grain="asin",
)
_ADS = {"impressions": COUNT, "clicks": COUNT, "spend": MONEY, "sales": MONEY, "orders": COUNT, "units": COUNT}
_WHEN = {"date": DATE, "start_date": DATE, "end_date": DATE, "currency": ID, "campaign": TEXT}
CAMPAIGN = spec("sp_campaign", {**_WHEN, **_ADS}, ["date", "campaign"], rule="daily", grain="campaign")
SB_CAMPAIGN = spec("sb_campaign", {**_WHEN, **_ADS}, ["date", "campaign"], rule="daily", grain="campaign")
PERFORMANCE = spec(
    "sp_performance", {"date": DATE, "currency": ID, "clicks": COUNT, "spend": MONEY}, ["date"], rule="daily"
)
ADVERTISED = spec(
    "sp_advertised_product",
    {**_WHEN, "advertised_sku": ID, "advertised_asin": ID, **_ADS},
    ["date", "campaign", "advertised_asin"],
    rule="daily",
    grain="asin",
)
SEARCH_TERM = spec(
    "sp_search_term",
    {**_WHEN, "ad_group": TEXT, "targeting": TEXT, "match_type": TEXT, "search_term": TEXT, **_ADS},
    ["date", "start_date", "end_date", "campaign", "search_term"],
    rule="daily",
    grain="search term",
)
MYI = spec(
    "fba_myi",
    {
        "sku": ID,
        "asin": ID,
        "afn_fulfillable_quantity": COUNT,
        "afn_total_quantity": COUNT,
        "afn_inbound_working_quantity": COUNT,
        "afn_inbound_shipped_quantity": COUNT,
        "afn_inbound_receiving_quantity": COUNT,
    },
    ["sku"],
    rule="snapshot",
    grain="sku",
)
ORDERS = spec(
    "all_orders",
    {
        "order_id": ID,
        "purchase_date": STAMP,
        "order_status": TEXT,
        "sku": ID,
        "asin": ID,
        "quantity": COUNT,
        "item_price": MONEY,
        "currency": ID,
        "marketplace": ID,
    },
    ["order_id", "sku", "asin", "quantity", "item_price"],
    rule="daily",
    grain="order item",
)
SQP = spec(
    "sqp",
    {"reporting_date": DATE, "brand": TEXT, "asin": ID, "search_query": TEXT, "search_query_volume": COUNT,
     "purchases": COUNT, "purchases_own": COUNT},
    ["reporting_date", "brand", "asin", "search_query"],
    rule="metadata",
    grain="search query",
)  # fmt: skip


PLANNING = spec(
    "fba_planning",
    {
        "sku": ID,
        "asin": ID,
        **dict.fromkeys(
            (
                "available",
                "inbound_quantity",
                "inv_age_181_to_270_days",
                "inv_age_271_to_365_days",
                "inv_age_365_plus_days",
                "units_shipped_t30",
                "units_shipped_t90",
                "sales_rank",
            ),
            COUNT,
        ),
        "product_group": TEXT,
    },
    ["sku"],
    rule="snapshot",
    grain="sku",
)
RETURNS = spec(
    "fba_returns",
    {"return_date": STAMP, "order_id": ID, "sku": ID, "asin": ID, "quantity": COUNT},
    ["return_date", "order_id", "sku"],
    rule="daily",
    grain="event",
)
FEEDBACK = spec("seller_feedback", {"date": DATE, "order_id": ID, "rating": COUNT}, ["date", "order_id"], rule="daily")
EPR = spec(
    "epr",
    {"asin": ID, "registration_number": ID, "epr_category": TEXT, "total_units_sold": COUNT},
    ["asin", "epr_category"],
    rule="range",
    grain="asin",
)
SETTLEMENT = spec(
    "settlement_v2",
    {"settlement_id": ID, "total_amount": MONEY, "amount": MONEY},
    [],
    rule="metadata",
    grain="settlement line",
)
HEALTH = spec(
    "account_health",
    {
        "marketplace": ID,
        "metric": TEXT,
        "fulfillment": TEXT,
        "base_count": COUNT,
        "defect_count": COUNT,
        "rate": RATIO,
        "rate_from_counts": RATIO,
        "claims": COUNT,
    },
    ["marketplace", "metric", "fulfillment"],
    rule="range",
    grain="marketplace",
)


@dataclass(frozen=True)
class FakeReport:
    """Rows as dicts; missing fields are NULL. Money is given in micros."""

    spec: ReportSpec
    data: tuple[Mapping[str, Any], ...]
    file: str = "report.csv"
    marketplace: str | None = "US"
    currency: str | None = "USD"
    period: tuple[date, date] | None = None
    granularity: str | None = None
    as_of: date | None = None
    window_days: int | None = None
    rejected: int = 0
    conflicts: tuple[str, ...] = ()
    totals: Mapping[str, Decimal | int] = field(default_factory=dict)
    salt: str = ""

    @property
    def rows(self) -> int:
        return len(self.data)

    @property
    def sha256(self) -> str:
        text = json.dumps([self.spec.name, self.file, self.salt, [dict(row) for row in self.data]], default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def stage(self, connection: Any, table: str) -> None:
        quoted = {each.name: '"' + each.name.replace('"', '""') + '"' for each in self.spec.fields}
        columns = ", ".join(f"{quoted[each.name]} {each.kind.sql_type}" for each in self.spec.fields)
        connection.execute(f'CREATE OR REPLACE TEMP TABLE "{table}" (_line BIGINT, {columns})')
        names = [each.name for each in self.spec.fields]
        rows = [[line, *(row.get(name) for name in names)] for line, row in enumerate(self.data, 2)]
        for start in range(0, len(rows), 200):
            chunk = rows[start : start + 200]
            marks = ", ".join("(" + ", ".join("?" for _ in row) + ")" for row in chunk)
            connection.execute(f'INSERT INTO "{table}" VALUES {marks}', [cell for row in chunk for cell in row])
