"""A history with every relation filled: two marketplaces, gaps, missing figures, several exports of the same days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sheetsync.history.store import History
from tests.unit.history.a_month import FIRST, LAST, MICRO, TODAY, days, keep, sales_rows, sb_rows, sp_rows
from tests.unit.history.fake_reports import (
    ADVERTISED,
    BY_ASIN,
    BY_DATE,
    CAMPAIGN,
    EPR,
    FEEDBACK,
    HEALTH,
    MYI,
    ORDERS,
    PLANNING,
    RETURNS,
    SB_CAMPAIGN,
    SEARCH_TERM,
    SETTLEMENT,
    SQP,
)


def fill(history: History) -> None:
    """Puts every kind of report in."""
    _sales(history)
    _advertising(history)
    _stock(history)
    _rest(history)


def _sales(history: History) -> None:
    keep(history, BY_DATE, sales_rows())
    keep(history, BY_DATE, sales_rows(date(2026, 11, 5), LAST, 110), file="later.csv", exported=TODAY)
    germany = [dict(row) for row in sales_rows(amount=70) if row["date"].day not in (6, 7)]
    germany[-3]["sessions"] = None
    keep(history, BY_DATE, tuple(germany), file="de.csv", marketplace="DE", currency="EUR")
    products = tuple(
        {
            "child_asin": f"B{n % 3}",
            "sku": f"S{n}",
            "ordered_sales": (n + 1) * MICRO,
            "units_ordered": n,
            "sessions": 10 * n,
            "buy_box_pct": 0.987654321,
        }
        for n in range(5)
    )
    keep(history, BY_ASIN, products, period=(date(2026, 11, 1), LAST))


def _advertising(history: History) -> None:
    keep(history, CAMPAIGN, sp_rows(), window_days=7)
    keep(history, CAMPAIGN, sp_rows(date(2026, 10, 5), LAST), marketplace="DE", currency="EUR", file="de-ads.csv")
    keep(history, SB_CAMPAIGN, sb_rows(), window_days=14)
    rows = tuple({**row, "advertised_asin": f"B{n % 4}"} for n, row in enumerate(sp_rows()))
    keep(history, ADVERTISED, rows, window_days=7)
    terms = tuple({**row, "search_term": f"term {n % 7}", "orders": n % 7} for n, row in enumerate(sp_rows()))
    keep(history, SEARCH_TERM, terms, window_days=7)


def _stock(history: History) -> None:
    for back in (30, 16, 1):
        day = TODAY - timedelta(days=back)
        rows = tuple({"sku": f"S{n}", "asin": f"B{n % 3}", "afn_fulfillable_quantity": 10 * n + back} for n in range(5))
        keep(history, MYI, rows, period=(day, day), file=f"myi{back}.csv")
        planning = tuple(
            {
                "sku": f"S{n}",
                "asin": f"B{n % 3}",
                "available": 10 * n,
                "inbound_quantity": n,
                "inv_age_181_to_270_days": n,
                "inv_age_271_to_365_days": 1,
                "inv_age_365_plus_days": None if n == 2 else 2,
                "units_shipped_t30": 6 * n,
                "units_shipped_t90": 20 * n,
                "product_group": "Kitchen" if n % 2 or back > 20 else "Home",
                "sales_rank": 1000 * (n + 1) - 10 * back,
            }
            for n in range(5)
        )
        keep(history, PLANNING, planning, period=(day, day), file=f"planning{back}.csv")


def _rest(history: History) -> None:
    bought = tuple(
        {
            "order_id": f"O{n}",
            "purchase_date": datetime.combine(day, datetime.min.time()),
            "order_status": "Cancelled" if n % 9 == 0 else "Shipped",
            "sku": f"S{n % 5}",
            "asin": f"B{n % 5 % 3}",
            "quantity": 1 + n % 2,
        }
        for n, day in enumerate(days(FIRST, LAST) * 2)
    )
    keep(history, ORDERS, bought)
    stamps = [datetime.combine(day, datetime.min.time()) for day in days(FIRST, LAST)]
    back = tuple(
        {"return_date": at, "order_id": f"O{n}", "asin": f"B{n % 3}", "quantity": 1} for n, at in enumerate(stamps)
    )
    keep(history, RETURNS, back)
    stars = tuple({"date": day, "order_id": f"O{n}", "rating": 1 + n % 5} for n, day in enumerate(days(FIRST, LAST)))
    keep(history, FEEDBACK, stars)
    queries = tuple(
        {"reporting_date": date(2026, 10, 31), "brand": "Brand", "search_query": f"q{n}",
         "search_query_volume": 100 * n, "purchases": 10 * n, "purchases_own": n}
        for n in range(6)
    )  # fmt: skip
    keep(history, SQP, queries, period=(date(2026, 10, 1), date(2026, 10, 31)), granularity="month")
    packaging = tuple(
        {
            "asin": f"B{n}",
            "registration_number": "" if n % 2 else f"DE{n}",
            "epr_category": "paper",
            "total_units_sold": n,
        }
        for n in range(4)
    )
    keep(history, EPR, packaging, marketplace="DE", currency=None, period=(date(2026, 10, 1), date(2026, 10, 31)))
    lines = ({"settlement_id": "77", "total_amount": 30 * MICRO}, {"settlement_id": "77", "amount": 29 * MICRO})
    keep(history, SETTLEMENT, lines, period=(date(2026, 10, 20), date(2026, 11, 3)))
    rates = (
        {"marketplace": "US", "metric": "orderDefectRate", "fulfillment": "mfn", "base_count": 400, "defect_count": 2,
         "rate": 0.004, "rate_from_counts": 0.005, "claims": 1},
        {"marketplace": "US", "metric": "orderDefectRate", "fulfillment": "afn", "base_count": 10, "defect_count": 0,
         "rate": 0.0, "rate_from_counts": 0.0, "claims": 0},
        {"marketplace": "DE", "metric": "lateShipmentRate", "rate": 0.031},
    )  # fmt: skip
    keep(history, HEALTH, rates, period=(date(2026, 9, 22), date(2026, 11, 20)))
