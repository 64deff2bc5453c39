"""Relations: what the metric files read. Each is a view that lays several reports out in the same columns.

The metric files know nothing of reports, so they run on any engine that has these relations as tables. A column that a
report lacks is NULL there: not known, never 0. Where several reports tell the same thing (ad spend stands in five of
them, and they disagree on the last days), the one of the lowest rank speaks for a day, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BIGINT, VARCHAR, DATE = "BIGINT", "VARCHAR", "DATE"

STANDING: Mapping[str, str] = {
    "import_id": BIGINT,
    "marketplace": VARCHAR,
    "currency": VARCHAR,
    "day": DATE,
    "first_day": DATE,
    "last_day": DATE,
    "as_of": DATE,
}
"""Columns of every relation. `day` is NULL in rows that sum up a range, which `first_day` and `last_day` bound."""


@dataclass(frozen=True, slots=True)
class Source:
    """One report that feeds a relation: SQL per column, in which `{name}` stands for a field of the report.

    `product` is the ad product (SP, SB, SD; ALL where a report holds all of them); `rank` decides between reports.
    """

    report: str
    columns: Mapping[str, str]
    rank: int = 1
    product: str = ""
    where: str = "true"


@dataclass(frozen=True, slots=True)
class Relation:
    """Columns with their types, and the reports they come from. `chosen`: one report speaks for a day and product."""

    name: str
    columns: Mapping[str, str]
    sources: tuple[Source, ...]
    chosen: bool = False
    reach: int = 130
    """How many days back its rows are looked at: two windows of a month, the month before, and some room."""


_MICROS = "CAST(floor({%s} * 1000000 + 0.5) AS BIGINT)"
"""A fraction as integer millionths, rounded the same way by every engine."""

_SALES = {
    "sales": "{ordered_sales}",
    "units": "{units_ordered}",
    "order_items": "{order_items}",
    "sessions": "{sessions}",
    "page_views": "{page_views}",
    "buy_box_micros": _MICROS % "buy_box_pct",
}
_SALES_TYPES = dict.fromkeys(_SALES, BIGINT)
_ADS = {
    "impressions": "{impressions}",
    "clicks": "{clicks}",
    "spend": "{spend}",
    # the API writes a column for each attribution window; sellers are judged by 7 days, vendors by 14
    "sales": "coalesce({sales}, {sales_7d}, {sales_14d})",
    "orders": "coalesce({orders}, {orders_7d}, {orders_14d})",
}
_ADS_TYPES = dict.fromkeys(_ADS, BIGINT)
_CAMPAIGN = {"campaign": "{campaign}", **_ADS}
_PRODUCT = {"sku": "{advertised_sku}", "asin": "{advertised_asin}", **_ADS}
_TERM = {"campaign": "{campaign}", "term": "{search_term}", **_ADS}

_LEVELS = ("campaign", "advertised_product", "targeting", "search_term", "placement")
"""Levels of an ads report, best first: a campaign report is whole, a search term report lacks rows without clicks."""


def _of(product: str, *levels: str) -> list[str]:
    """The reports of an ad product, best first: the console's before the API's, level by level."""
    return [f"{prefix}{product}_{level}" for level in levels for prefix in ("", "ads_api_v3_")]


RELATIONS: tuple[Relation, ...] = (
    Relation(
        "sales_day",
        _SALES_TYPES,
        (Source("business_by_date", _SALES, where="_granularity = 'day'"),),
        chosen=True,
    ),
    Relation(
        "sales_by_product",
        {"parent_asin": VARCHAR, "asin": VARCHAR, "sku": VARCHAR, **_SALES_TYPES},
        (
            Source(
                "business_by_asin",
                {
                    "parent_asin": "{parent_asin}",
                    "asin": "coalesce({child_asin}, {parent_asin})",
                    "sku": "{sku}",
                    **_SALES,
                },
                # parents speak only where no child view of the same days was imported: it is the same sales
                where="_scope = '' OR NOT EXISTS (SELECT 1 FROM imports i WHERE i.in_force AND i.scope = '' "
                "AND i.report = 'business_by_asin' AND i.marketplace = _marketplace AND i.first_day = _first "
                "AND i.last_day = _last)",
            ),
        ),
    ),
    Relation(
        "ads",
        {"campaign": VARCHAR, **_ADS_TYPES},
        (
            *(Source(name, _CAMPAIGN, rank, "SP") for rank, name in enumerate(_of("sp", *_LEVELS))),
            Source("sp_performance", {"clicks": "{clicks}", "spend": "{spend}"}, 90, "SP"),
            *(Source(name, _CAMPAIGN, rank, "SB") for rank, name in enumerate(_of("sb", *_LEVELS))),
            *(Source(name, _CAMPAIGN, rank, "SD") for rank, name in enumerate(_of("sd", *_LEVELS))),
            Source("unified_campaign", _CAMPAIGN, 1, "ALL"),
            Source("unified_advertised_product", _CAMPAIGN, 2, "ALL"),
            Source("unified_search_term", _CAMPAIGN, 3, "ALL"),
            Source("grid_campaigns", _CAMPAIGN, 4, "ALL"),
        ),
        chosen=True,
    ),
    Relation(
        "ads_by_product",
        {"sku": VARCHAR, "asin": VARCHAR, **_ADS_TYPES},
        (
            *(Source(name, _PRODUCT, rank, "SP") for rank, name in enumerate(_of("sp", "advertised_product"))),
            *(Source(name, _PRODUCT, rank, "SD") for rank, name in enumerate(_of("sd", "advertised_product"))),
            Source("unified_advertised_product", _PRODUCT, 2, "ALL"),
        ),
        chosen=True,
    ),
    Relation(
        "ads_by_term",
        {"campaign": VARCHAR, "term": VARCHAR, **_ADS_TYPES},
        (
            *(Source(name, _TERM, rank, "SP") for rank, name in enumerate(_of("sp", "search_term"))),
            *(Source(name, _TERM, rank, "SB") for rank, name in enumerate(_of("sb", "search_term"))),
            Source("unified_search_term", _TERM, 2, "ALL"),
        ),
        chosen=True,
    ),
    Relation(
        "stock",
        {
            "report": VARCHAR,
            "sku": VARCHAR,
            "asin": VARCHAR,
            **dict.fromkeys(("available", "inbound", "aged", "units_30", "units_90"), BIGINT),
        },
        (
            Source(
                "fba_myi",
                {
                    "report": "'fba_myi'",
                    "sku": "{sku}",
                    "asin": "{asin}",
                    "available": "{afn_fulfillable_quantity}",
                    "inbound": "{afn_inbound_working_quantity} + {afn_inbound_shipped_quantity} "
                    "+ {afn_inbound_receiving_quantity}",
                },
            ),
            Source(
                "fba_planning",
                {
                    "report": "'fba_planning'",
                    "sku": "{sku}",
                    "asin": "{asin}",
                    "available": "{available}",
                    "inbound": "{inbound_quantity}",
                    # the age bands changed over the years; a file has one of these sets, never two
                    "aged": "coalesce({inv_age_181_to_270_days} + {inv_age_271_to_365_days}, "
                    "{inv_age_181_to_330_days} + {inv_age_331_to_365_days}) + coalesce({inv_age_366_to_455_days} "
                    "+ {inv_age_456_plus_days}, {inv_age_365_plus_days}, 0)",
                    "units_30": "{units_shipped_t30}",
                    "units_90": "{units_shipped_t90}",
                },
            ),
            Source(
                "fba_restock",
                {
                    "report": "'fba_restock'",
                    "sku": "{sku}",
                    "asin": "{asin}",
                    "available": "{available}",
                    "inbound": "{inbound}",
                    "units_30": "{units_sold_last_30_days}",
                },
            ),
            Source(
                "fba_afn",
                {
                    "report": "'fba_afn'",
                    "sku": "{seller_sku}",
                    "asin": "{asin}",
                    "available": "{quantity_available}",
                },
                where="upper(coalesce({warehouse_condition_code}, 'SELLABLE')) = 'SELLABLE'",
            ),
            Source(
                "fba_ledger_summary",
                {
                    "report": "'fba_ledger_summary'",
                    "sku": "{sku}",
                    "asin": "{asin}",
                    "available": "{ending_warehouse_balance}",
                },
                where="upper(coalesce({disposition}, 'SELLABLE')) = 'SELLABLE'",
            ),
        ),
    ),
    Relation(
        "ranks",
        {"report": VARCHAR, "asin": VARCHAR, "category": VARCHAR, "best_seller_rank": BIGINT},
        (
            Source(
                "fba_planning",
                {
                    "report": "'fba_planning'",
                    "asin": "{asin}",
                    "category": "{product_group}",
                    "best_seller_rank": "{sales_rank}",
                },
                where="{sales_rank} > 0",
            ),
            Source(
                "keepa_viewer",
                {
                    "report": "'keepa_viewer'",
                    "asin": "{asin}",
                    "category": "''",
                    "best_seller_rank": "{sales_rank_current}",
                },
                where="{sales_rank_current} > 0",
            ),
        ),
    ),
    Relation(
        "orders",
        {"order_id": VARCHAR, "sku": VARCHAR, "asin": VARCHAR, "units": BIGINT},
        (
            Source(
                "all_orders",
                {"order_id": "{order_id}", "sku": "{sku}", "asin": "{asin}", "units": "{quantity}"},
                where="lower(coalesce({order_status}, '')) NOT LIKE 'cancel%' "
                "AND lower(coalesce({sales_channel}, '')) NOT LIKE 'non-amazon%' AND _marketplace <> ''",
            ),
        ),
    ),
    Relation(
        "returned",
        {"sku": VARCHAR, "asin": VARCHAR, "units": BIGINT},
        (
            Source("fba_returns", {"sku": "{sku}", "asin": "{asin}", "units": "{quantity}"}),
            Source("mfn_returns", {"sku": "{merchant_sku}", "asin": "{asin}", "units": "{return_quantity}"}),
        ),
    ),
    Relation(
        "queries",
        {"brand": VARCHAR, "query": VARCHAR, "volume": BIGINT, "purchases": BIGINT, "own_purchases": BIGINT},
        (
            Source(
                "sqp",
                {
                    "brand": "coalesce({brand}, {asin}, '')",
                    "query": "{search_query}",
                    "volume": "{search_query_volume}",
                    "purchases": "{purchases}",
                    "own_purchases": "{purchases_own}",
                },
            ),
        ),
        reach=100,
    ),
    Relation(
        "health",
        {
            "metric": VARCHAR,
            "part": VARCHAR,
            **dict.fromkeys(("counted", "base", "rate_micros", "stated_micros", "claims"), BIGINT),
        },
        (
            Source(
                "account_health",
                {
                    "metric": "{metric}",
                    "part": "{fulfillment}",
                    "counted": "{defect_count}",
                    "base": "{base_count}",
                    "rate_micros": _MICROS % "rate_from_counts",
                    "stated_micros": _MICROS % "rate",
                    "claims": "{claims}",
                },
            ),
        ),
        reach=100,
    ),
    Relation(
        "feedback",
        {"rating": BIGINT},
        (Source("seller_feedback", {"rating": "{rating}"}),),
    ),
    Relation(
        "packaging",
        {"asin": VARCHAR, "registration": VARCHAR, "category": VARCHAR, "units": BIGINT},
        (
            Source(
                "epr",
                {
                    "asin": "{asin}",
                    "registration": "nullif(trim({registration_number}), '')",
                    "category": "{epr_category}",
                    "units": "coalesce({total_units_sold}, {units_per_asin})",
                },
            ),
        ),
        reach=500,
    ),
    Relation(
        "settlement_lines",
        {"settlement_id": VARCHAR, "amount": BIGINT, "stated": BIGINT},
        tuple(
            Source(
                name,
                {"settlement_id": "{settlement_id}", "amount": "{amount}", "stated": "{total_amount}"},
            )
            for name in ("settlement_v1", "settlement_v2")
        ),
    ),
)
"""Every relation. Names of reports and fields are those of the importers' specs."""
