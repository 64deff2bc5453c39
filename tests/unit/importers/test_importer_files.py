"""Workbooks, JSON documents, archives and reports of several tables; files that mean harm."""

# ruff: noqa: E501  rows of reports are long

from __future__ import annotations

import gc
import gzip
import json
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import report_files as files
from report_files import DAILY, search_term_row, staged

from sheetsync.errors import AmbiguousReport, MalformedReport, UnknownReport
from sheetsync.importers import workbook_table
from sheetsync.importers.read import dry_run, identify, read_report

SHEET = "Sponsored Product Search Term R"


def typed_row(**given):
    """A row as Amazon's xlsx holds it: a real date, plain numbers, ratios as fractions, blanks where undefined."""
    typed = {
        "Date": date(2025, 11, 10), "Impressions": 1200.0, "Clicks": 12.0, "Click-Thru Rate (CTR)": 0.01,
        "Cost Per Click (CPC)": 0.5, "Spend": 6.0, "7 Day Total Sales ": 1234.5,
        "Total Advertising Cost of Sales (ACoS) ": None, "Total Return on Advertising Spend (RoAS)": 205.75,
        "7 Day Total Orders (#)": 3.0, "7 Day Total Units (#)": 4.0, "7 Day Conversion Rate": 0.25,
        "7 Day Advertised SKU Units (#)": 3.0, "7 Day Other SKU Units (#)": 1.0, "7 Day Advertised SKU Sales ": 1000.0,
        "7 Day Other SKU Sales ": 234.5,
    }  # fmt: skip
    return [(search_term_row() | typed | given)[name] for name in DAILY]


def test_amazons_own_xlsx_is_not_one_cell_wide(tmp_path):
    file = files.write_xlsx(tmp_path / "r.xlsx", {SHEET: [DAILY, typed_row(), typed_row(Spend=0.07)]}, poi=True)
    believed = openpyxl.load_workbook(file, read_only=True).worksheets[0]
    assert believed.max_column == 1  # what a reader sees that believes the file
    read = read_report(file)
    assert (read.report, read.encoding, read.rows, read.rejected) == ("sp_search_term", "xlsx", 2, 0)
    assert read.totals == {
        "impressions": 2400, "clicks": 24, "spend": Decimal("6.07"), "sales": Decimal("2469.00"), "orders": 6, "units": 8
    }  # fmt: skip
    assert staged(read, "date, ctr, acos, portfolio, own_sales")[0] == (date(2025, 11, 10), 0.01, None, None, 10**9)


def test_xlsx_and_csv_of_one_report_give_the_same_rows(tmp_path):
    book = read_report(files.write_xlsx(tmp_path / "r.xlsx", {SHEET: [DAILY, typed_row()]}))
    row = search_term_row(**{"Total Advertising Cost of Sales (ACoS) ": "", "Portfolio name": "No Portfolio"})
    text = read_report(files.write(tmp_path / "r.csv", files.csv_text(DAILY, [row])))
    assert staged(book) == staged(text)
    assert book.totals == text.totals


def test_a_workbook_of_two_reports_is_not_guessed_at(tmp_path):
    orders = ["sku", "afn-fulfillable-quantity", "afn-total-quantity"]
    sheets = {SHEET: [DAILY, typed_row()], "stock": [orders, ["a", 1, 2]]}
    with pytest.raises(AmbiguousReport, match=r"fba_myi.*|sp_search_term.*"):
        read_report(files.write_xlsx(tmp_path / "r.xlsx", sheets))


def bulk(tmp_path):
    campaign = ["Product", "Entity", "Operation", "Campaign ID", "Ad Group ID", "Campaign Name", "Targeting Type",
                "State", "Daily Budget", "Impressions", "Clicks", "Spend", "Sales", "Orders", "Units"]  # fmt: skip
    rows = [["Sponsored Products", "Campaign", None, "347066231335202", None, "C", "Manual", "enabled", 8.0, 100, 10,
             5.5, 20.0, 1, 1],
            ["Sponsored Products", "Ad Group", None, "347066231335202", "55", None, None, "enabled", None, 100, 10, 5.5,
             20.0, 1, 1],
            ["Sponsored Products", "Keyword", None, "347066231335202", "55", None, None, "enabled", None, 100, 10, 5.5,
             20.0, 1, 1]]  # fmt: skip
    terms = ["Product", "Campaign ID", "Ad Group ID", "Keyword ID", "Product Targeting ID", "Customer Search Term",
             "Impressions", "Clicks", "Spend", "Sales", "Orders", "Units", "ACOS", "ROAS"]  # fmt: skip
    portfolio = ["Product", "Entity", "Operation", "Portfolio ID", "Portfolio Name", "Budget Currency Code"]
    return files.write_xlsx(
        tmp_path / "bulk_20251118-20260117.xlsx",
        {
            "Portfolios": [portfolio, ["Portfolios", "Portfolio", None, "95", "P", "USD"]],
            "Sponsored Products Campaigns": [campaign, *rows],
            "SP Search Term Report": [
                terms,
                ["Sponsored Products", "347066231335202", "55", "9", None, "mat", 90, 9, 5, 20, 1, 1, 0.25, 4],
            ],
            "SB Search Term Report": [terms],
        },
    )


def test_a_bulk_sheet_counts_a_campaign_once(tmp_path):
    read = read_report(bulk(tmp_path))
    assert (read.report, read.rows, read.currency) == ("bulk_sheet", 5, "USD")
    assert read.totals["spend"] == Decimal("5.50")
    assert read.period == (date(2025, 11, 18), date(2026, 1, 17))
    assert [each.report for each in read.tables] == [
        "bulk_portfolios", "bulk_sp_campaigns", "bulk_sp_search_term", "bulk_sb_search_term"
    ]  # fmt: skip
    assert read.tables[1].window_days == 7
    assert staged(read.tables[2], "campaign_id, search_term, spend") == [("347066231335202", "mat", 5_000_000)]
    with pytest.raises(ValueError, match="stage its parts"):
        staged(read)


@pytest.mark.parametrize("harm", ["truncated", "empty zip", "text", "ole"])
def test_a_broken_workbook_is_refused_in_words(tmp_path, harm):
    whole = files.write_xlsx(tmp_path / "r.xlsx", {SHEET: [DAILY, typed_row()]}).read_bytes()
    file = tmp_path / "broken.xlsx"
    if harm == "empty zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
    else:
        file.write_bytes({"truncated": whole[:900], "text": b"<html><table>", "ole": b"\xd0\xcf\x11\xe0" * 20}[harm])
    with pytest.raises((MalformedReport, UnknownReport)) as refusal:
        read_report(file)
    assert refusal.value.hint
    assert dry_run(file)["report"] is None


def test_a_bomb_is_refused_before_it_is_opened(tmp_path):
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (40 << 20))
    with pytest.raises(MalformedReport, match="unpacks to 40 MB"):
        read_report(file)


def test_a_cell_at_the_far_corner_ends_the_child_and_not_us(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_table, "MEGABYTES", 1024)
    file = tmp_path / "sparse.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.active["XFD1048576"] = 1
    book.save(file)
    with pytest.raises(MalformedReport, match="cannot be read"):
        read_report(file)


def test_hidden_worksheets_are_not_read(tmp_path):
    file = files.write_xlsx(tmp_path / "r.xlsx", {SHEET: [DAILY, typed_row()], "old": [DAILY, typed_row()]})
    book = openpyxl.load_workbook(file)
    book["old"].sheet_state = "hidden"
    book.save(file)
    assert read_report(file).rows == 1


@pytest.mark.parametrize("kind", ["zip", "gz", "gz in zip"])
def test_an_archive_of_one_report_is_opened(tmp_path, kind):
    text = files.csv_text(DAILY, [search_term_row()]).encode()
    file = tmp_path / "report.bin"
    if kind == "gz":
        file.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("report.csv", text if kind == "zip" else gzip.compress(text))
            archive.writestr("__MACOSX/._report.csv", "litter")
    assert read_report(file).rows == 1


def test_archives_that_are_not_one_report(tmp_path):
    several, deep, cut = tmp_path / "s.zip", tmp_path / "d.gz", tmp_path / "c.gz"
    with zipfile.ZipFile(several, "w") as archive:
        archive.writestr("../../a.csv", "x")
        archive.writestr("b.csv", "y")
    deep.write_bytes(gzip.compress(gzip.compress(gzip.compress(b"x"))))
    cut.write_bytes(gzip.compress(b"date,spend\n" * 5000)[:40])
    for file, words in ((several, "holds 2 files"), (deep, "another archive"), (cut, "damaged")):
        with pytest.raises(MalformedReport, match=words):
            read_report(file)
    assert not (tmp_path.parent / "a.csv").exists()


def test_a_gz_that_swells_is_stopped(tmp_path):
    file = tmp_path / "big.gz"
    file.write_bytes(gzip.compress(b"\0" * (80 << 20), 9))
    with pytest.raises(MalformedReport, match="unpacks to more than"):
        read_report(file)


def sales_traffic(**day):
    sales = {"orderedProductSales": {"amount": 238.44, "currencyCode": "USD"}, "unitsOrdered": 23,
             "totalOrderItems": 20, "refundRate": 4.35}  # fmt: skip
    traffic = {"browerPageViews": 1158, "pageViews": 1658, "sessions": 1000, "unitSessionPercentage": 300.0}
    by_asin = {"orderedProductSales": {"amount": 99.1, "currencyCode": "USD"}, "unitsOrdered": 9, "totalOrderItems": 9}
    return {
        "reportSpecification": {
            "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
            "reportOptions": {"dateGranularity": "DAY", "asinGranularity": "SKU"},
            "dataStartTime": "2021-06-11", "dataEndTime": "2021-06-12", "marketplaceIds": ["ATVPDKIKX0DER"],
        },
        "salesAndTrafficByDate": [
            {"date": f"2021-06-{n}", "salesByDate": sales, "trafficByDate": traffic | day} for n in (11, 12)
        ],
        "salesAndTrafficByAsin": [
            {"parentAsin": "B0P", "childAsin": "B0C", "sku": "S", "salesByAsin": by_asin,
             "trafficByAsin": {"sessions": 5, "buyBoxPercentage": 99.5}}
        ],
    }  # fmt: skip


def test_sales_and_traffic_json_becomes_the_two_business_reports(tmp_path):
    read = read_report(files.write_json(tmp_path / "r.json", sales_traffic()))
    assert (read.report, read.marketplace, read.currency, read.needs) == ("sp_api_sales_traffic", "US", "USD", ())
    assert [each.report for each in read.tables] == ["business_by_date", "business_by_asin"]
    assert read.totals["sales"] == Decimal("476.88")  # of the days, not of the products, which do not add up to them
    assert read.rows == 3
    daily, products = read.tables
    assert daily.granularity == "day"
    assert products.period == (date(2021, 6, 11), date(2021, 6, 12))
    assert staged(daily, "date, refund_rate, unit_session_pct, page_views_browser")[0] == (
        date(2021, 6, 11), pytest.approx(0.0435), 3.0, 1158
    )  # fmt: skip
    assert staged(products, "sku, ordered_sales, buy_box_pct") == [("S", 99_100_000, pytest.approx(0.995))]


def test_a_json_document_that_ends_early_is_refused(tmp_path):
    file = tmp_path / "r.json"
    file.write_text(json.dumps(sales_traffic())[:-60])
    with pytest.raises(MalformedReport, match="ends early"):
        read_report(file)


def test_advertising_api_reports_are_told_apart_by_their_keys(tmp_path):
    record = {"date": "2026-01-05", "campaignId": 123456789012345678, "campaignName": "C", "adGroupId": 5,
              "searchTerm": "mat", "matchType": "BROAD", "impressions": 10, "clicks": 2, "cost": 1.25, "sales7d": 9.99,
              "purchases7d": 1, "unitsSoldClicks7d": 1, "sales14d": 19.99}  # fmt: skip
    file = tmp_path / "r.json.gz"
    file.write_bytes(gzip.compress(json.dumps([record]).encode()))
    read = read_report(file, marketplace="US")
    assert (read.report, read.window_days, read.totals["sales"]) == ("ads_api_v3_sp_search_term", 7, Decimal("9.99"))
    assert staged(read, "campaign_id, spend, sales_14d") == [("123456789012345678", 1_250_000, 19_990_000)]
    brands = {name: value for name, value in record.items() if not name.endswith(("7d", "14d"))} | {"sales": 5.0}
    assert read_report(files.write_json(tmp_path / "sb.json", [brands])).report == "ads_api_v3_sb_search_term"
    display = {"date": "2026-01-05", "campaignName": "C", "impressions": 1, "clicks": 0, "cost": 0, "sales": 0}
    with pytest.raises(AmbiguousReport, match="sb_campaign and ads_api_v3_sd_campaign"):
        read_report(files.write_json(tmp_path / "x.json", [display]))
    assert read_report(files.write_json(tmp_path / "sdCampaigns_1.json", [display])).report == "ads_api_v3_sd_campaign"


def test_query_performance_is_in_hundredths_in_csv_and_in_fractions_in_json(tmp_path):
    names = ["Search Query", "Search Query Volume", "Impressions: Total Count", "Impressions: Brand Count",
             "Impressions: Brand Share %", "Clicks: Click Rate %", "Reporting Date"]  # fmt: skip
    text = 'Brand=["Acme, Inc"],Reporting Range=["Weekly"],Select week=["Week 28 | 2026-07-05 - 2026-07-11 2026"]\n'
    row = ["mat", "1,500", "10,000", "765", "7.65", "200.0", "2026-07-11"]
    name = "UK_Search_Query_Performance_Brand_View_Simple_Week_2026_07_11.csv"
    read = read_report(files.write(tmp_path / name, text + files.csv_text(names, [row]), "utf-8-sig"))
    assert (read.report, read.marketplace, read.currency) == ("sqp", "UK", "GBP")
    assert (read.period, read.granularity) == ((date(2026, 7, 5), date(2026, 7, 11)), "week")
    wanted = "brand, impressions_own_share, clicks_click_rate"
    assert staged(read, wanted) == [("Acme, Inc", pytest.approx(0.0765), 2.0)]
    record = {
        "startDate": "2026-07-05", "endDate": "2026-07-11", "asin": "B0A",
        "searchQueryData": {"searchQuery": "mat", "searchQueryVolume": 1500},
        "impressionData": {"totalQueryImpressionCount": 10000, "asinImpressionCount": 765, "asinImpressionShare": 0.0765},
        "clickData": {"totalClickRate": 2.0, "totalMedianClickPrice": {"amount": 19.99, "currencyCode": "GBP"}},
    }  # fmt: skip
    document = {"reportSpecification": {"marketplaceIds": ["A1F83G8C2ARO7P"]}, "dataByAsin": [record]}
    other = read_report(files.write_json(tmp_path / "sqp.json", document))
    assert (other.report, other.period, other.currency) == ("sqp", read.period, "GBP")
    assert staged(other, "impressions_own_share, clicks_click_rate, clicks_price_median") == [
        (pytest.approx(0.0765), 2.0, 19_990_000)
    ]  # fmt: skip


def test_account_health_is_judged_by_its_own_numbers(tmp_path):
    span = {"reportingDateFrom": "2026-01-01T00:00Z", "reportingDateTo": "2026-01-30T23:59Z"}
    metric = {"reportingDateRange": span, "totalUnitCount": 165, "unitOnTimeDeliveryCount": 146, "rate": 0.8848,
              "status": "GOOD", "targetValue": 0.9, "targetCondition": "GREATER_THAN"}  # fmt: skip
    defects = {"orderCount": 1000, "orderWithDefects": {"count": 9, "status": "GOOD"}, "claims": {"count": 4},
               "rate": 0.009, "status": "GOOD", "targetValue": 0.01, "targetCondition": "LESS_THAN"}  # fmt: skip
    block = {"marketplaceId": "ATVPDKIKX0DER", "unitOnTimeDeliveryRate": metric, "orderDefectRate": {"mfn": defects}}
    read = read_report(files.write_json(tmp_path / "r.json", {"performanceMetrics": [block]}))
    assert staged(read, "metric, fulfillment, status, status_from_rate, claims") == [
        ("unitOnTimeDeliveryRate", None, "GOOD", "BAD", None), ("orderDefectRate", "mfn", "GOOD", "GOOD", 4)
    ]  # fmt: skip
    assert read.problems == (
        "US unitOnTimeDeliveryRate: Amazon says GOOD, but 0.8848 against GREATER_THAN 0.9 is BAD.",
    )


def test_what_is_left_behind_goes_with_the_result(tmp_path):
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(DAILY, [search_term_row()])))
    folder = read.spool.keep.path
    assert list(folder.iterdir())
    del read
    gc.collect()
    assert not folder.exists()


def test_a_report_is_named_from_its_headings_alone(tmp_path):
    assert identify(bulk(tmp_path)) == "bulk_sheet"
    assert identify(files.write(tmp_path / "r.csv", files.csv_text(DAILY, []))) == "sp_search_term"
    with pytest.raises(UnknownReport):
        identify(files.write(tmp_path / "x.csv", "a,b\n1,2\n"))
    with pytest.raises(MalformedReport, match="no such file"):
        identify(tmp_path / "absent.csv")
