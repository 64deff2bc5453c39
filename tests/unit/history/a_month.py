"""A history to compute on: October and November of two marketplaces with numbers that are easy to add up by hand.

US, days 1 Oct to 20 Nov: sales 100, units 4, order items 2 on odd and 4 on even days of the month, sessions 40,
page views 80, buy box 50 %.
Ads SP: campaign A spends 10 and sells 40 a day, B spends 5 and sells 0. SB (to 20 Nov): spends 3 and sells 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sheetsync.core.model.facts import Month
from sheetsync.history.ingest import IngestResult, ingest
from sheetsync.history.store import History
from sheetsync.importers.base import ReportSpec
from tests.unit.history.fake_reports import BY_DATE, CAMPAIGN, SB_CAMPAIGN, FakeReport

NOW = datetime(2026, 11, 22, 9)
TODAY = date(2026, 11, 22)
NOVEMBER = Month(2026, 11)
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 20)
MICRO = 1_000_000


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def sales_rows(first: date = FIRST, last: date = LAST, amount: int = 100) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "date": day,
            "ordered_sales": amount * MICRO,
            "units_ordered": 4,
            "order_items": 2 if day.day % 2 else 4,
            "sessions": 40,
            "page_views": 80,
            "buy_box_pct": 0.5,
        }
        for day in days(first, last)
    )


def ads_row(day: date, campaign: str, spend: int, sales: int | None, orders: int = 1, **more: Any) -> dict[str, Any]:
    money = None if sales is None else sales * MICRO
    row = {"date": day, "campaign": campaign, "spend": spend * MICRO, "sales": money, "orders": orders}
    return {**row, "clicks": 5, "impressions": 100, **more}


def sp_rows(first: date = FIRST, last: date = LAST) -> tuple[dict[str, Any], ...]:
    each = days(first, last)
    return tuple(ads_row(day, "A", 10, 40) for day in each) + tuple(ads_row(day, "B", 5, 0, 0) for day in each)


def sb_rows(first: date = FIRST, last: date = LAST) -> tuple[dict[str, Any], ...]:
    return tuple(ads_row(day, "Brand", 3, 12) for day in days(first, last))


def keep(history: History, kind: ReportSpec, rows: tuple[dict[str, Any], ...], **more: Any) -> IngestResult:
    exported = more.pop("exported", None)
    report = FakeReport(kind, rows, **{"file": f"{kind.name}.csv", **more})
    return ingest(history, report, imported_at=NOW, exported=exported)


@contextmanager
def a_month() -> Iterator[History]:
    with History.open() as history:
        keep(history, BY_DATE, sales_rows())
        keep(history, CAMPAIGN, sp_rows(), window_days=7)
        keep(history, SB_CAMPAIGN, sb_rows(), window_days=14)
        yield history
