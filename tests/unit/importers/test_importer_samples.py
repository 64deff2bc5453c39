"""The openly licensed sample reports: rows and totals equal the file's own, counted here in another way."""

from __future__ import annotations

import csv
import json
import warnings
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from report_files import staged

from sheetsync.importers.read import dry_run, read_report

pytestmark = pytest.mark.samples


def the(samples: Path, pattern: str) -> Path:
    return next(samples.rglob(pattern))


def book_of(path: Path) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Amazon's and Keepa's files have no default style
        return openpyxl.load_workbook(path)


def flat(path: Path) -> list[dict[str, str]]:
    lines = path.read_text("utf-8-sig").splitlines()
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:] if line.strip()]


TAB = {
    "GET_AFN_INVENTORY_DATA.tsv": ("fba_afn", {"available": "Quantity Available"}),
    "GET_AFN_INVENTORY_DATA_BY_COUNTRY.tsv": ("fba_afn_by_country", {"available": "quantity-for-local-fulfillment"}),
    "GET_FBA_FULFILLMENT_INBOUND_NONCOMPLIANCE_DATA.tsv": ("fba_inbound_problems", {"fee": "fee-total"}),
    "GET_FBA_INVENTORY_PLANNING_DATA.tsv": (
        "fba_planning", {"available": "available", "units_shipped_t30": "units-shipped-t30"}),
    "GET_FBA_MYI_ALL_INVENTORY_DATA.tsv": (
        "fba_myi", {"available": "afn-fulfillable-quantity", "total": "afn-total-quantity"}),
    "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA.tsv": ("fba_myi", {"reserved": "afn-reserved-quantity"}),
    "GET_FBA_OVERAGE_FEE_CHARGES_DATA.tsv": ("fba_overage_fees", {"fee": "charged_fee_amount"}),
    "GET_FBA_STORAGE_FEE_CHARGES_DATA.tsv": ("fba_storage_fees", {"fee": "estimated_monthly_storage_fee"}),
    "GET_LEDGER_DETAIL_VIEW_DATA.tsv": ("fba_ledger_detail", {"quantity": "Quantity"}),
    "GET_LEDGER_SUMMARY_VIEW_DATA.tsv": ("fba_ledger_summary", {"ending_balance": "EndingWarehouseBalance"}),
    "GET_RESERVED_INVENTORY_DATA.tsv": ("fba_reserved", {"reserved": "reserved_qty"}),
    "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT.tsv": ("fba_restock", {"available": "Available"}),
    "GET_STRANDED_INVENTORY_LOADER_DATA.tsv": ("fba_stranded_loader", {"quantity": "quantity"}),
    "GET_STRANDED_INVENTORY_UI_DATA.tsv": ("fba_stranded", {"unfulfillable": "unfulfillable-qty"}),
    "ScaleLeap_merchant_listings.txt": ("listings", {"quantity": "quantity"}),
    "xieyi138_sample.txt": ("settlement_v2", {"amount": "amount", "stated": "total-amount"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TAB)
def test_flat_files(samples, name):
    report, totals = TAB[name]
    rows = flat(the(samples, name))
    read = read_report(the(samples, name))
    assert (read.report, read.rows, read.rejected, read.problems) == (report, len(rows), 0, ())
    for total, column in totals.items():
        assert read.totals[total] == sum(Decimal(row.get(column) or "0") for row in rows)


def test_a_v1_settlement_that_owes_amazon(samples):
    path = the(samples, "ScaleLeap_settlement_V1_CAD.txt")
    rows = flat(path)
    lines = sum(Decimal(row["other-amount"].strip()) for row in rows if row.get("other-amount", "").strip())
    read = read_report(path)
    assert read.totals == {"amount": lines, "stated": Decimal(rows[0]["total-amount"])}
    assert (read.currency, read.marketplace, read.rows, read.problems) == ("CAD", "CA", len(rows), ())


@pytest.mark.parametrize(("pattern", "report", "totals"), [
    ("*Search_Query*.csv", "sqp", {"search_query_volume": "Search Query Volume", "own_clicks": "Clicks: Brand Count",
                                   "purchases": "Purchases: Total Count"}),
    ("*Top_search*2025_11_30.csv", "top_search_terms", {}),
    ("*Top_search*2025_12_31.csv", "top_search_terms", {}),
])  # fmt: skip
def test_brand_analytics(samples, pattern, report, totals):
    path = the(samples, pattern)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        next(stream)
        rows = list(csv.DictReader(stream))
    read = read_report(path)
    assert (read.report, read.rows, read.rejected, read.marketplace) == (report, len(rows), 0, "US")
    assert read.period[1].isoformat() == rows[0]["Reporting Date"]
    assert read.period[0].day == 1
    for total, column in totals.items():
        assert read.totals[total] == sum(int(row[column]) for row in rows if row[column])


def test_brand_analytics_shares_are_fractions(samples):
    path = the(samples, "*Search_Query*.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        next(stream)
        shares = [float(row["Impressions: Brand Share %"]) / 100 for row in csv.DictReader(stream)]
    assert [row[0] for row in staged(read_report(path), "impressions_own_share")] == shares


def test_the_sales_dashboard(samples):
    path = the(samples, "aattaran_SalesDashboard*.csv")
    lines = path.read_text("utf-8-sig").splitlines()
    days = [next(csv.reader([line])) for line in lines if line.startswith("202")]
    read = read_report(path)
    assert (read.report, read.rows, read.problems) == ("sales_dashboard", len(days), ())
    assert read.totals["sales"] == sum(Decimal(day[1].strip("$").replace(",", "")) for day in days)
    assert read.totals["orders"] == 60


def test_the_bulk_sheet(samples):
    path = the(samples, "aattaran_bulk*.xlsx")
    book = book_of(path)
    read = read_report(path)
    sheets = {"bulk_sp_campaigns": "Sponsored Products Campaigns", "bulk_sp_search_term": "SP Search Term Report"}
    for part in read.tables:
        if part.report in sheets:
            names, *rows = book[sheets[part.report]].iter_rows(values_only=True)
            place = {name: index for index, name in enumerate(names)}
            counted = [row for row in rows if part.report.endswith("term") or row[place["Entity"]] == "Campaign"]
            assert part.rows == len(rows)
            for total, column in (("spend", "Spend"), ("sales", "Sales"), ("impressions", "Impressions")):
                expected = sum(Decimal(str(row[place[column]] or 0)) for row in counted)
                assert Decimal(part.totals[total]) == expected.quantize(Decimal("0.01"))
    assert read.rejected == 0


def test_amazons_schema_examples(samples):
    for path in sorted(samples.rglob("sellerSalesAndTraffic*.json")):
        content = json.loads(path.read_text("utf-8"))
        days = content["salesAndTrafficByDate"]
        read = read_report(path)
        amounts = [Decimal(str(day["salesByDate"]["orderedProductSales"]["amount"])) for day in days]
        assert read.totals["sales"] == sum(amounts)
        assert read.totals["sessions"] == sum(day["trafficByDate"]["sessions"] for day in days)
        assert read.rows == len(days) + len(content["salesAndTrafficByAsin"])
        assert (read.rejected, read.problems, read.marketplace) == (0, (), "US")
    health = read_report(the(samples, "accountHealthReport*.json"))
    assert any("0.8848 against GREATER_THAN 0.9 is BAD" in problem for problem in health.problems)


def test_a_keepa_export_has_a_last_row_without_a_product(samples):
    path = the(samples, "*keepa_sample.xlsx")
    rows = list(book_of(path).worksheets[0].iter_rows(values_only=True))
    read = read_report(path)
    named = [row for row in rows[1:] if row[36]]
    assert (read.report, read.rows, read.rows + read.rejected) == ("keepa_viewer", len(named), len(rows) - 1)


def test_every_sample_is_read_or_refused_in_words(samples):
    for path in sorted(each for each in samples.rglob("*.*") if each.is_file() and each.suffix != ".md"):
        found = dry_run(path)
        assert found["report"] or found["problems"], path.name
        json.dumps(found)
