"""Whatever order files come in, and however often: the history ends as if each had come once, in order of export."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.errors import ReportRefused
from sheetsync.history.ingest import ingest
from sheetsync.history.store import History
from tests.unit.history.fake_reports import BY_ASIN, CAMPAIGN, ORDERS, FakeReport

NOW = datetime(2026, 11, 22, 9)
FIRST = date(2026, 11, 1)


def keep(history: History, report: FakeReport) -> None:
    with suppress(ReportRefused):
        ingest(history, report, imported_at=NOW)


@st.composite
def daily_exports(draw: st.DrawFn) -> list[FakeReport]:
    """Exports of a campaign report on different days: spans overlap, days may be without rows, figures move."""
    exports = []
    for number in range(draw(st.integers(1, 5))):
        start, length = draw(st.integers(0, 8)), draw(st.integers(1, 6))
        cells = st.dictionaries(
            st.tuples(st.integers(start, start + length - 1), st.sampled_from("ABC")), st.integers(0, 9), min_size=1
        )
        rows = tuple(
            {"date": FIRST + timedelta(days=offset), "campaign": name, "spend": spend}
            for (offset, name), spend in sorted(draw(cells).items())
        )
        as_of = FIRST + timedelta(days=20 + number)
        exports.append(FakeReport(CAMPAIGN, rows, file=f"{number}.csv", as_of=as_of))
    return exports


def expected_days(exports: list[FakeReport]) -> list[tuple[date, str, int]]:
    latest: dict[date, FakeReport] = {}
    for export in exports:  # in order of export
        latest |= dict.fromkeys((row["date"] for row in export.data), export)
    rows = [row for day, export in latest.items() for row in export.data if row["date"] == day]
    return sorted((row["date"], row["campaign"], row["spend"]) for row in rows)


def shuffled(draw: st.DrawFn, exports: list[FakeReport]) -> list[FakeReport]:
    again = draw(st.lists(st.sampled_from(exports), max_size=4))
    return draw(st.permutations([*exports, *again]))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[FakeReport], list[FakeReport]]:
    exports = draw(daily_exports())
    return exports, shuffled(draw, exports)


@given(deliveries())
@settings(max_examples=15)
def test_days_in_any_order(delivered: tuple[list[FakeReport], list[FakeReport]]) -> None:
    exports, order = delivered
    with History.open() as history:
        for report in order:
            keep(history, report)
        found = history.rows("SELECT _day, campaign, spend FROM report_sp_campaign ORDER BY ALL")
        covered = dict(history.rows("SELECT day, has_rows FROM coverage"))
        doubled = history.rows("SELECT day FROM coverage GROUP BY day HAVING count(*) > 1")
    assert found == expected_days(exports)
    assert {day for day, has_rows in covered.items() if has_rows} == {day for day, _, _ in found}
    assert not doubled


@given(deliveries())
@settings(max_examples=10)
def test_nothing_of_a_superseded_figure_is_lost(delivered: tuple[list[FakeReport], list[FakeReport]]) -> None:
    """Every figure that stood once and was changed by a later export is in the restated table."""
    exports, _ = delivered
    with History.open() as history:
        stood: set[tuple[Any, ...]] = set()
        for report in exports:
            keep(history, report)
            stood |= set(history.rows("SELECT _day, campaign, spend FROM report_sp_campaign"))
        standing = set(history.rows("SELECT _day, campaign, spend FROM report_sp_campaign"))
        restated = set(history.rows("SELECT _day, campaign, spend FROM restated_sp_campaign"))
    assert stood - standing <= restated


@st.composite
def order_files(draw: st.DrawFn) -> tuple[list[FakeReport], list[FakeReport]]:
    files = []
    for number in range(draw(st.integers(1, 4))):
        orders = draw(
            st.dictionaries(st.sampled_from("KLMN"), st.lists(st.integers(1, 3), min_size=1, max_size=2), min_size=1)
        )
        rows = tuple(
            {"order_id": name, "purchase_date": datetime(2026, 11, 3), "sku": f"S{n}", "quantity": quantity}
            for name, items in sorted(orders.items())
            for n, quantity in enumerate(items)
        )
        files.append(FakeReport(ORDERS, rows, file=f"{number}.txt", as_of=FIRST + timedelta(days=10 + number)))
    return files, shuffled(draw, files)


@given(order_files())
@settings(max_examples=15)
def test_orders_in_any_order(delivered: tuple[list[FakeReport], list[FakeReport]]) -> None:
    files, order = delivered
    latest: dict[str, FakeReport] = {}
    for report in files:
        latest |= dict.fromkeys((row["order_id"] for row in report.data), report)
    expected = sorted(
        (row["order_id"], row["sku"], row["quantity"])
        for name, report in latest.items()
        for row in report.data
        if row["order_id"] == name
    )
    with History.open() as history:
        for report in order:
            keep(history, report)
        found = history.rows("SELECT order_id, sku, quantity FROM report_all_orders ORDER BY ALL")
    assert found == expected


@st.composite
def month_to_date_files(draw: st.DrawFn) -> tuple[list[FakeReport], list[FakeReport]]:
    ends = sorted(draw(st.sets(st.integers(2, 25), min_size=1, max_size=4)))
    files = [
        FakeReport(
            BY_ASIN,
            ({"child_asin": "B1", "ordered_sales": end * 7},),
            file=f"{end}.csv",
            period=(FIRST, FIRST + timedelta(days=end)),
        )
        for end in ends
    ]
    return files, shuffled(draw, files)


@given(month_to_date_files())
@settings(max_examples=10)
def test_a_growing_summary_never_adds_up_twice(delivered: tuple[list[FakeReport], list[FakeReport]]) -> None:
    files, order = delivered
    with History.open() as history:
        for report in order:
            keep(history, report)
        found = history.rows("SELECT sum(ordered_sales) FROM report_business_by_asin")
    assert found == [(files[-1].data[0]["ordered_sales"],)]
