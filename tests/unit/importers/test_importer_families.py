"""Reports with rules of their own: orders, settlements, the dashboard, returns, inventory; whose file it is and of when."""

# ruff: noqa: E501  rows of reports are long

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from decimal import Decimal

import pytest
import report_files as files
from report_files import staged

from sheetsync.errors import UnknownReport
from sheetsync.importers.book import standard_book
from sheetsync.importers.read import read_report

ORDERS = ["amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
          "fulfillment-channel", "sales-channel", "product-name", "sku", "asin", "quantity", "currency", "item-price",
          "item-tax", "is-business-order", ""]  # fmt: skip


def order(number, *, channel="Amazon.com", quantity=4, currency="USD", price="103.96", status="Shipped"):
    when = "2020-02-01T08:00:00+00:00"
    return [f"111-{number}", "", when, when, status, "Amazon", channel, '12" x 18" mat', "S-1", "B01", quantity, currency,
            price, "0.00", "false", ""]  # fmt: skip


def test_all_orders_counts_lines_units_and_orders(tmp_path):
    rows = [order(1), order(1, quantity=1, price="5.00"), order(2, status="Cancelled", quantity=0, price="", currency=""),
            order(3, channel="Non-Amazon", price="7.00")]  # fmt: skip
    read = read_report(files.write(tmp_path / "o.txt", files.tab_text(ORDERS, rows, end="\r\n")))
    assert (read.report, read.rows, read.rejected, read.currency) == ("all_orders", 4, 0, "USD")
    assert read.totals == {"units": 9, "sales": Decimal("115.96"), "orders": 3}
    assert staged(read, "marketplace, item_price, product_name, purchase_date")[0] == (
        "US", 103_960_000, '12" x 18" mat', datetime(2020, 2, 1, 8, 0)
    )  # fmt: skip
    assert [row[0] for row in staged(read, "marketplace")] == ["US", "US", "US", None]
    assert "marketplace" not in read.needs  # each row names its own


def test_currencies_never_mix_in_a_total(tmp_path):
    rows = [
        order(1, channel="Amazon.de", currency="EUR"),
        order(2, channel="Amazon.co.uk", currency="GBP", price="1.00"),
    ]
    read = read_report(files.write(tmp_path / "o.txt", files.tab_text(ORDERS, rows)))
    assert (read.currency, read.needs) == (None, ())
    assert read.totals == {"units": 8, "sales EUR": Decimal("103.96"), "sales GBP": Decimal("1.00"), "orders": 2}
    assert read.problems == ("The file mixes currencies: EUR, GBP. Totals stand per currency.",)


V2 = ["settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency",
      "transaction-type", "order-id", "marketplace-name", "amount-type", "amount-description", "amount", "posted-date",
      "posted-date-time", "sku", "quantity-purchased"]  # fmt: skip


def settlement(total, *amounts, european=False):
    when = ["16.06.2026 00:00:00 UTC", "30.06.2026 23:59:59 UTC"] if european else [
        "2026-06-16 00:00:00 UTC", "2026-06-30 23:59:59 UTC"]  # fmt: skip
    rows = [["1", *when, when[1], total, "EUR", *[""] * 10]]
    rows += [["1", "", "", "", "", "EUR", "Order", "114", "amazon.de", "ItemPrice", "Principal", each, when[0], when[0],
              "S", "1"] for each in amounts]  # fmt: skip
    return files.tab_text(V2, rows)


@pytest.mark.parametrize(("european", "total", "amounts"), [
    (False, "1234.50", ["1300.00", "-65.50"]), (True, "1.234,50", ["1.300,00", "-65,50"]),
])  # fmt: skip
def test_a_settlements_lines_sum_to_what_it_states(tmp_path, european, total, amounts):
    read = read_report(files.write(tmp_path / "s.txt", settlement(total, *amounts, european=european)))
    assert read.totals == {"amount": Decimal("1234.50"), "stated": Decimal("1234.50")}
    assert (read.report, read.marketplace, read.problems, read.needs) == ("settlement_v2", "DE", (), ())
    assert read.period == (date(2026, 6, 16), date(2026, 6, 30))


def test_a_settlement_that_lacks_lines_is_kept_and_told(tmp_path):
    read = read_report(files.write(tmp_path / "s.txt", settlement("100.00", "90.00", "-1.01")))
    assert read.rows == 3
    assert read.problems == ("The lines sum to 88.99, the file states 100.00: 11.01 is missing.",)


def test_a_v1_settlement_sums_all_its_amount_columns(tmp_path):
    names = ["settlement-id", "settlement-start-date", "settlement-end-date", "total-amount", "currency",
             "transaction-type", "order-id", "shipment-fee-amount", "order-fee-amount", "price-type", "price-amount",
             "item-related-fee-type", "item-related-fee-amount", "misc-fee-amount", "other-fee-amount",
             "promotion-amount", "direct-payment-amount", "other-amount"]  # fmt: skip
    start = ["9", "2020-04-24T07:52:49+00:00", "2020-05-22T07:52:49+00:00", "9.36", "CAD", *[""] * 13]
    line = ["9", "", "", "", "CAD", "Order", "7", "0.01", "0.02", "Principal", "10.00", "Fee", "-1.00", "0.10", "0.03",
            "-0.10", "0.20", "0.10    "]  # fmt: skip
    read = read_report(files.write(tmp_path / "s.txt", files.tab_text(names, [start, line])))
    assert (read.report, read.totals) == ("settlement_v1", {"amount": Decimal("9.36"), "stated": Decimal("9.36")})
    assert staged(read, "amount") == [(None,), (9_360_000,)]


DASHBOARD = """"Sales Dashboard"
"Last updated","November 21, 2019 1:15:54 PM PST"

"Filter selection"
"Date","Custom [November 20, 2019 - November 21, 2019]"

"Sales snapshot"
"Total order items","Units ordered","Ordered product sales","Avg. units/order item","Avg. sales/order item"
"3","5","$1,043.20","1.05","$52.15"

"Compare sales - Graph view"
"Time","Selected date range (OPS)","Selected date range (Units)"
"11/20/19","$1,000.00","4"
"11/21/19","$43.20","1"

"Compare sales - Table view"
"","Total order items","Units ordered","Ordered product sales"
"Selected date range","3","5","$1,043.20"
"""


def test_the_sales_dashboard_is_its_graph_checked_by_its_snapshot(tmp_path):
    read = read_report(files.write(tmp_path / "SalesDashboard-11-21-19.csv", DASHBOARD, "utf-8-sig"), marketplace="US")
    assert (read.report, read.rows, read.rejected, read.problems) == ("sales_dashboard", 2, 0, ())
    assert read.totals == {"sales": Decimal("1043.20"), "units": 5, "orders": 3}
    assert (read.period, read.as_of) == ((date(2019, 11, 20), date(2019, 11, 21)), date(2019, 11, 21))
    cut = DASHBOARD.replace('"11/21/19","$43.20","1"\n', "")
    read = read_report(files.write(tmp_path / "d.csv", cut), marketplace="US")
    assert read.problems == (
        "The graph's units sum to 4, the snapshot says 5.", "The graph's sales sum to 1000.00, the snapshot says 1043.20."
    )  # fmt: skip


def test_planning_is_of_its_snapshots_day(tmp_path):
    names = ["snapshot-date", "sku", "fnsku", "asin", "available", "currency", "units-shipped-t30", "your-price",
             "days-of-supply", "marketplace", "Recommended ship-in date", "DEPRECATED healthy-inventory-level"]  # fmt: skip
    rows = [["2026-07-31", "01", "X", "B", "5", "USD", "30", "0.0", "366", "US", "n/a soon", "7"]]
    for text in (files.tab_text(names, rows), files.csv_text(names, rows, quoting=1)):
        read = read_report(files.write(tmp_path / "p.txt", text))
        assert (read.report, read.marketplace, read.as_of) == ("fba_planning", "US", date(2026, 7, 31))
        assert (read.period, read.needs) == ((date(2026, 7, 31), date(2026, 7, 31)), ())
        assert staged(read, "sku, available, your_price") == [("01", 5, 0)]
        # a date that nobody needs does not cost the row
        assert read.problems == (
            "recommended_ship_in_date: 1 cells cannot be read and stay blank, first 'n/a soon' in line 2.",
        )


def test_a_day_that_no_period_hangs_on_is_read_as_its_marketplace_writes(tmp_path):
    names = ["Country", "Merchant SKU", "Available", "Currency code", "Price", "Recommended replenishment qty",
             "Recommended ship date"]  # fmt: skip
    for country, expected in (("GB", date(2026, 3, 5)), ("US", date(2026, 5, 3))):
        row = [country, "S", "8", "GBP" if country == "GB" else "USD", "9.99", "60", "05/03/2026"]
        read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, [row])))
        assert (read.report, read.needs, read.problems) == ("fba_restock", (), ())
        assert staged(read, "recommended_ship_date") == [(expected,)]


def test_a_contradiction_with_what_was_said_is_told(tmp_path):
    names = ["snapshot-date", "sku", "available", "units-shipped-t30", "your-price", "currency", "marketplace"]
    file = files.write(tmp_path / "p.txt", files.tab_text(names, [["2026-07-31", "1", "5", "3", "1.00", "GBP", "UK"]]))
    span = (date(2026, 6, 1), date(2026, 6, 30))
    read = read_report(file, marketplace="DE", period=span)
    assert read.problems == (
        "The file says marketplace UK, not DE.",
        "Amounts are in GBP, but marketplace DE trades in EUR.",
        "The file speaks for 2026-07-31 to 2026-07-31, not for 2026-06-01 to 2026-06-30.",
    )
    assert (read.marketplace, read.period) == ("DE", span)
    assert read.conflicts == read.problems
    assert read_report(file, period=(date(2026, 7, 1), date(2026, 7, 31))).conflicts == ()


def test_an_epr_report_keeps_its_blank_registration_numbers(tmp_path):
    names = ["report_period_start", "report_period_end", "asin", "amazon_marketplace", "registration_number",
             "epr_category", "total_units_sold", "paper_kg"]  # fmt: skip
    rows = [["2026-01-01", "2026-01-31", "B01", "DE", "", "Packaging", "12", "0.25"],
            ["2026-01-01", "2026-01-31", "B02", "FR", "FR123", "Packaging", "3", "0.1"]]  # fmt: skip
    for text in (files.csv_text(names, rows), files.tab_text(names, rows)):
        read = read_report(files.write(tmp_path / "e.csv", text))
        assert (read.report, read.totals, read.needs) == ("epr", {"units": 15}, ())
        assert staged(read, "registration_number") == [(None,), ("FR123",)]


def test_a_rank_of_a_tool_stays_what_it_says(tmp_path):
    names = ["Keyword Phrase", "Cerebro IQ Score", "Search Volume", "Position (Rank)", "B0COMPETE1"]
    rows = [["mat", "-", "1,234", ">306", "5"], ["rug", "12", "-", "N/R", "-"]]
    read = read_report(files.write(tmp_path / "US_AMAZON_cerebro_B0X_2025-11-10.csv", files.csv_text(names, rows)))
    assert (read.report, read.marketplace) == ("cerebro", "US")
    assert staged(read, "position_rank, search_volume") == [(">306", 1234.0), ("N/R", None)]
    assert read.problems == ("Not read, for the report does not know them: B0COMPETE1.",)


def test_a_tool_nobody_knows_can_be_mapped(tmp_path):
    file = files.write(tmp_path / "k.csv", files.csv_text(["KW", "Pos"], [["mat", "7"]]))
    read = read_report(file, aliases={"keyword_ranks": {"keyword": ["KW"], "rank": ["pos"]}})
    assert (read.report, staged(read, "keyword, rank")) == ("keyword_ranks", [("mat", "7")])


def test_storage_fees_name_their_month(tmp_path):
    names = ["asin", "fnsku", "country_code", "month_of_charge", "currency", "estimated_monthly_storage_fee"]
    read = read_report(
        files.write(tmp_path / "f.txt", files.tab_text(names, [["B", "X", "US", "2024-02", "USD", "1.5"]]))
    )
    assert read.period == (date(2024, 2, 1), date(2024, 2, 29))


def test_the_unified_export_has_guards_ranges_and_another_purchase_rate(tmp_path):
    names = ["Date range", "Campaign name", "Campaign ID", "Ad group name", "Ad group ID", "Target value",
             "Target match type", "Search term", "Budget currency", "Impressions", "Clicks", "CTR", "CPC", "Total cost",
             "Purchases", "Sales", "Units sold", "ROAS", "Cost per purchase", "Purchase rate"]  # fmt: skip
    row = ["Nov 09, 2025 - Nov 27, 2025", "C", '="468123456789012345"', "G", '="12"', "mat", "BROAD", "kitchen mat", "USD",
           "1437", "15", "1.0438%", "1.2", "18", "1", "26.49", "1", "1.4717", "18", "0.0696%"]  # fmt: skip
    read = read_report(files.write(tmp_path / "u.csv", files.csv_text(names, [row]), "utf-8-sig"))
    assert (read.report, read.period) == ("unified_search_term", (date(2025, 11, 9), date(2025, 11, 27)))
    assert staged(read, "campaign_id, start_date, end_date, orders, purchase_rate") == [
        ("468123456789012345", date(2025, 11, 9), date(2025, 11, 27), 1, pytest.approx(0.000696))
    ]  # fmt: skip
    assert "conversion_rate" not in {each.name for each in standard_book().spec("unified_search_term").fields}


def test_grid_percentages_are_hundredths(tmp_path):
    names = ["State", "Campaigns", "Status", "Type", "Targeting", "Start date", "End date", "Portfolio", "Budget(USD)",
             "Impressions", "Clicks", "CTR(%)", "Spend(USD)", "CPC(USD)", "Orders", "Sales(USD)", "ACOS(%)"]  # fmt: skip
    row = ["enabled", "C", "Delivering", "SP", "MANUAL", "11/13/18", "", "", "10", "100", "5", "5.0000", "6.13", "1.2",
           "1", "10", "61.3227"]  # fmt: skip
    read = read_report(files.write(tmp_path / "Campaigns_Nov_21_2019.csv", files.csv_text(names, [row]), "utf-8-sig"))
    assert (read.report, read.currency, read.needs) == ("grid_campaigns", "USD", ("period",))
    assert staged(read, "acos, ctr, spend") == [(pytest.approx(0.613227), pytest.approx(0.05), 6_130_000)]


def test_no_sample_of_the_docs_is_left_without_a_reader():
    families = {re.split(r"_", name)[0] for name in standard_book().shapes}
    assert families >= {"business", "sales", "sp", "sb", "sd", "unified", "grid", "bulk", "ads", "fba", "sqp", "top",
                        "all", "mfn", "settlement", "account", "epr", "seller", "keepa", "cerebro"}  # fmt: skip


FEEDBACK = {
    "DE": (["Datum", "Bewertung", "Kommentare", "Ihre Antwort", "Bestellnummer", "E-Mail des Bewerters"],
           "05.11.26", "Kam zu spät", "utf-8"),
    "FR": (["Date", "Note", "Commentaires", "Votre réponse", "Numéro de commande", "E-mail"],
           "05/11/26", 'Boîte "cassée"', "cp1252"),
    "JP": (["日付", "評価", "コメント", "返答", "注文番号", "評価者のEメール"], "2026/11/05", "配達が遅い", "cp932"),
    "US": (["Date", "Rating", "Comments", "Your Response", "Order ID", "Rater Email"], "11/05/26", "Late", "utf-8-sig"),
}  # fmt: skip


@pytest.mark.parametrize("place", sorted(FEEDBACK))
def test_feedback_is_read_by_the_place_of_its_columns_where_its_headings_are_translated(tmp_path, place):
    headings, day, comment, encoding = FEEDBACK[place]
    rows = [[day, "1", comment, "", f"30{n}-1234567-7654321", "x1@marketplace.amazon.com"] for n in range(3)]
    rows.append([day, "5", "", "", "304-1234567-7654321", ""])
    file = files.write(tmp_path / "feedback.txt", files.tab_text(headings, rows), encoding=encoding)
    read = read_report(file, marketplace=place)
    assert (read.report, read.rows, read.rejected, read.needs) == ("seller_feedback", 4, 0, ())
    assert read.period == (date(2026, 11, 5), date(2026, 11, 5))
    assert staged(read, "rating, comments, order_id")[0] == (1, comment, "300-1234567-7654321")
    assert any("by their place" in each for each in read.problems) is (place != "US")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["05.11.26", "6", "x", "", "300-1234567-7654321", ""], "a rating is 1 to 5"),
        (["05.11.26", "1", "x", "", "300-1234567", ""], "no order id"),
        (["05.11.26", "1", "x", "300-1234567-7654321", ""], "five columns"),
    ],
)
def test_rows_of_another_pattern_are_not_taken_for_feedback(tmp_path, row, why):
    headings = FEEDBACK["DE"][0][: len(row)]
    good = ["05.11.26", "1", "x", "", "300-1234567-7654321", ""][: len(row)]
    file = files.write(tmp_path / "f.txt", files.tab_text(headings, [good, row]))
    with pytest.raises(UnknownReport):
        read_report(file, marketplace="DE")
    assert why


ABOVE = """"Includes Amazon Marketplace, Fulfillment by Amazon (FBA), and Amazon Webstore transactions"
"All amounts in USD, unless specified"
"Definitions:"
"Sales tax collected: Includes sales tax collected from buyers for product sales, shipping, and gift wrap."
"Selling fees: Includes variable closing fees and referral fees."
"Other transaction fees: Includes shipping chargebacks, shipping holdbacks, per-item fees  and sales tax collection fees."
"Other: Includes non-order transaction amounts. For more details, see the ""Type"" and ""Description"" columns."
"""
FRONT = ["date/time", "settlement id", "type", "order id", "sku", "description", "quantity", "marketplace"]
GENERATIONS = {
    2017: (["fulfillment", "order city", "order state", "order postal", "product sales", "shipping credits",
            "gift wrap credits", "promotional rebates", "sales tax collected", "Marketplace Facilitator Tax", "selling fees",
            "fba fees", "other transaction fees", "other", "total"],
           ["Amazon", "X", "WA", "98110", "57.96", "0", "0", "0", "0", "0", "-8.69", "-10.19", "0", "0", "39.08"]),
    2025: (["account type", "fulfillment", "order city", "order state", "order postal", "tax collection model",
            "product sales", "product sales tax", "shipping credits", "shipping credits tax", "gift wrap credits",
            "giftwrap credits tax", "Regulatory Fee", "Tax On Regulatory Fee", "promotional rebates",
            "promotional rebates tax", "marketplace withheld tax", "selling fees", "fba fees", "other transaction fees",
            "other", "total", "Transaction Status", "Transaction Release Date"],
           ["Standard Orders", "Amazon", "X", "WA", "98110", "MarketplaceFacilitator", "1,057.96", "5.00", "0", "0", "0",
            "0", "0", "0", "-1.00", "0", "-5.00", "-158.69", "-10.19", "0", "0", "888.08", "Released", "Jan 20, 2026"]),
}  # fmt: skip


def transactions(year: int, *, lost: str = "") -> str:
    names, cells = GENERATIONS[year]
    order = [
        "Jan 15, 2026 11:38:23 PM PST",
        "65030",
        "Order",
        "113-0013318-7697855",
        "S-1",
        "Mat",
        "2",
        "amazon.com",
        *cells,
    ]
    fee = ["Jan 16, 2026 1:05:07 AM PST", "65030", "Service Fee", "", "", "Cost of Advertising", "", ""]
    amounts = {"other transaction fees": "-20.50", "total": "-20.50"}
    fee += [amounts.get(name, "0" if name not in {"fulfillment", "order city"} else "") for name in names]
    fee = fee[: len(FRONT) + len(names) - (2 if year == 2025 else 0)] + (["Released", ""] if year == 2025 else [])
    heads = [*FRONT, *names]
    if lost:
        place = heads.index(lost)
        heads, order, fee = ([*row[:place], *row[place + 1 :]] for row in (heads, order, fee))
    return ABOVE + files.csv_text(heads, [order, fee], quoting=csv.QUOTE_ALL)


@pytest.mark.parametrize("year", sorted(GENERATIONS))
def test_a_date_range_report_of_transactions_sums_to_its_totals(tmp_path, year):
    read = read_report(files.write(tmp_path / "t.csv", transactions(year), encoding="utf-8-sig"))
    assert (read.report, read.marketplace, read.currency, read.needs) == ("date_range_transactions", "US", "USD", ())
    assert read.period == (date(2026, 1, 15), date(2026, 1, 16))
    stated = {2017: Decimal("18.58"), 2025: Decimal("867.58")}[year]
    assert (read.totals["amount"], read.totals["stated"], read.rows, read.rejected) == (stated, stated, 2, 0)
    assert read.problems == ()


def test_a_part_that_is_missing_from_a_date_range_report_is_told(tmp_path):
    read = read_report(files.write(tmp_path / "t.csv", transactions(2017, lost="fba fees")))
    assert read.problems == ("The lines sum to 28.77, the file states 18.58: -10.19 is missing.",)
