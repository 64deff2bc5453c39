"""Each trap of real exports that was found, by name: what a careless reader gets wrong, read right."""

# ruff: noqa: E501  Chinese and Japanese headings are two columns wide

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest
import report_files as files
from report_files import DAILY, RANGED, search_term_row, staged

from sheetsync.errors import AmbiguousReport, MalformedReport, UnknownReport
from sheetsync.importers.read import dry_run, read_report

BY_ASIN = ["(Parent) ASIN", "(Child) ASIN", "Title", "SKU", "Sessions - Total", "Sessions - Total - B2B",
           "Page Views - Total", "Featured Offer (Buy Box) Percentage", "Units Ordered", "Unit Session Percentage",
           "Ordered Product Sales", "Total Order Items"]  # fmt: skip
ASIN_ROW = ["B0PARENT01", "B0CHILD001", 'Mat, 12" x 18"', "SKU-1", "12,131", "31", "20,000", "99%", "1,234", "10.17%",
            "$12,905.25", "1,100"]  # fmt: skip


def test_a_by_asin_report_has_no_date_and_asks_for_its_period(tmp_path):
    file = files.write(tmp_path / "BusinessReport-11-21-19.csv", files.csv_text(BY_ASIN, [ASIN_ROW]), "utf-8-sig")
    read = read_report(file)
    assert (read.report, read.period, read.needs) == ("business_by_asin", None, ("marketplace", "period"))
    assert read.currency is None  # a bare dollar sign may be four currencies
    told = read_report(file, marketplace="CA", period=(date(2019, 11, 1), date(2019, 11, 30)))
    assert (told.currency, told.needs) == ("CAD", ())
    assert told.totals == {
        "sales": Decimal("12905.25"), "units": 1234, "orders": 1100, "sessions": 12131, "page_views": 20000
    }  # fmt: skip


def test_one_child_asin_on_several_rows_is_kept_once_a_sku(tmp_path):
    rows = [ASIN_ROW, [*ASIN_ROW[:3], "SKU-2", *ASIN_ROW[4:]]]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(BY_ASIN, rows), "utf-8-sig"))
    assert staged(read, "child_asin, sku") == [("B0CHILD001", "SKU-1"), ("B0CHILD001", "SKU-2")]
    assert read.totals["units"] == 2468


def test_a_vanished_column_does_not_shift_the_others(tmp_path):
    place = BY_ASIN.index("SKU")
    names, row = BY_ASIN[:place] + BY_ASIN[place + 1 :], ASIN_ROW[:place] + ASIN_ROW[place + 1 :]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, [row]), "utf-8-sig"))
    assert staged(read, "sku, units_ordered, ordered_sales") == [(None, 1234, 12_905_250_000)]


def test_columns_in_another_order_are_read_by_name(tmp_path):
    order = sorted(range(len(BY_ASIN)), key=lambda index: BY_ASIN[index][::-1])
    text = files.csv_text([BY_ASIN[i] for i in order], [[ASIN_ROW[i] for i in order]])
    assert read_report(files.write(tmp_path / "r.csv", text)).totals["sales"] == Decimal("12905.25")


def test_a_report_without_its_sales_column_is_refused_and_told_what_it_lacks(tmp_path):
    place = BY_ASIN.index("Ordered Product Sales")
    file = files.write(tmp_path / "r.csv", files.csv_text(BY_ASIN[:place], [ASIN_ROW[:place]]))
    with pytest.raises(UnknownReport, match=r"business_by_asin.*lacks ordered_sales") as refusal:
        read_report(file)
    assert "sp_search_term" in refusal.value.hint
    assert "[reports.aliases.business_by_asin]" in refusal.value.hint


def test_total_is_no_prefix_of_total_b2b(tmp_path):
    names = [name for name in BY_ASIN if name != "Sessions - Total"]
    row = [cell for name, cell in zip(BY_ASIN, ASIN_ROW, strict=True) if name != "Sessions - Total"]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, [row])))
    assert "sessions" not in read.totals
    assert staged(read, "sessions, sessions_b2b") == [(None, 31)]


def test_german_money_beside_us_counts_and_point_percentages(tmp_path):
    names = ["(Übergeordnete) ASIN", "(Untergeordnete) ASIN", "Titel", "Sitzungen – Summe", "Bestellte Einheiten",
             "Prozentsatz Bestellposten pro Sitzung", "Durch bestellte Produkte erzielter Umsatz",
             "Zahl der Bestellposten"]  # fmt: skip
    rows = [["B0P", "B0C", "Matte", "1,234", "1,070", "5.63%", "5.255,61\u00a0€", "1,000"],
            ["B0P", "B0D", "Matte", "2", "1", "50.00%", "1.200 €", "1"]]  # fmt: skip
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, rows), "utf-8-sig"), marketplace="DE")
    assert read.totals == {"sales": Decimal("6455.61"), "units": 1071, "orders": 1001, "sessions": 1236}
    assert (read.currency, read.encoding) == ("EUR", "utf-8-sig")
    assert staged(read, "unit_session_pct")[0][0] == pytest.approx(0.0563)


def test_a_semicolon_file_in_cp1252_with_decimal_commas(tmp_path):
    names = ["Datum", "Portfolioname", "Währung", "Kampagnen-Name", "Anzeigengruppenname", "Beworbene SKU",
             "Beworbene ASIN", "Impressionen", "Klicks", "Klickrate (CTR)", "Kosten pro Klick (CPC)", "Ausgaben",
             "7 Tage, Umsatz gesamt (€)", "Zugeschriebene Umsatzkosten (ACOS) gesamt ",
             "Gesamte Rentabilität der Anzeigenkosten (ROAS)", "7 Tage, Aufträge gesamt (#)",
             "7 Tage, Einheiten gesamt (#)"]  # fmt: skip
    row = ["05.01.2026", "Not grouped", "EUR", "Matten für Küche", "Gruppe", "S-1", "B0A", "1.200", "10", "0,83 %",
           "0,35", "3,50", "211,34", "1,66 %", "60,38", "4", "5"]  # fmt: skip
    text = files.csv_text(names, [row], delimiter=";", quoting=csv.QUOTE_ALL)
    read = read_report(files.write(tmp_path / "r.csv", text, "cp1252"))
    assert (read.report, read.encoding, read.currency, read.marketplace) == (
        "sp_advertised_product", "cp1252", "EUR", None
    )  # fmt: skip
    assert read.totals == {
        "impressions": 1200, "clicks": 10, "spend": Decimal("3.50"), "sales": Decimal("211.34"), "orders": 4, "units": 5
    }  # fmt: skip
    assert read.period == (date(2026, 1, 5), date(2026, 1, 5))


def test_a_japanese_file_in_cp932_with_its_yen_as_backslash(tmp_path):
    names = [
        "日付",
        "注文商品の売上額",
        "注文された商品点数",
        "注文品目総数",
        "ページビュー - 合計",
        "セッション数 - 合計",
    ]
    rows = [["2026/01/01", "\\4,907,860", "1,500", "1,400", "12", "9"], ["2026/01/02", "\\1,000", "1", "1", "2", "2"]]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, rows), "cp932"))
    assert (read.report, read.encoding) == ("business_by_date", "cp932")
    assert (read.marketplace, read.currency) == ("JP", "JPY")
    assert read.totals["sales"] == Decimal(4908860)


def test_a_chinese_file_saved_again_by_excel_in_gb18030(tmp_path):
    names = ["（父）ASIN", "（子）ASIN", "标题", "SKU", "会话数 - 总计", "转化率 - 总计", "页面浏览量 - 总计", "已订购商品数量", "商品会话百分比",
             "已订购商品销售额", "订单商品总数"]  # fmt: skip
    row = ["B0P", "B0C", "厨房垫", "S", "1,234", "3.00%", "2,000", "56", "4.54%", "US$1,234.00", "50"]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, [row]), "gb18030"))
    assert (read.encoding, read.currency, read.marketplace) == ("gb18030", "USD", "US")
    # 转化率 reads like a conversion rate, but is the share of sessions
    assert staged(read, "session_pct, unit_session_pct") == [(pytest.approx(0.03), pytest.approx(0.0454))]


def test_a_chinese_acos_that_reads_like_roas(tmp_path):
    names = ["开始日期", "结束日期", "广告组合名称", "货币", "广告活动名称", "广告组名称", "投放", "匹配类型", "客户搜索词", "展示量", "点击量",
             "点击率 (CTR)", "单次点击成本 (CPC)", "花费", "7天总销售额", "广告投入产出比 (ACOS) 总计", "总广告投资回报率 (ROAS)",
             "7天总订单数(#)", "7天总销售量(#)", "7天的转化率"]  # fmt: skip
    row = ["2026-01-01", "2026-01-31", "", "USD", "活动", "组", "*", "-", "mat", "100", "10", "10%", "0.5", "5.00", "20.00",
           "25.00%", "4.0", "1", "1", "10%"]  # fmt: skip
    total = ["总计", "", "", "", "", "", "", "", "", "100", "10", "", "", "5.00", "20.00", "", "", "1", "1", ""]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, [row, total])))
    assert staged(read, "acos, roas") == [(0.25, 4.0)]
    assert (read.rows, read.rejected, read.totals["spend"]) == (1, 0, Decimal("5.00"))


def test_a_search_term_that_is_the_word_total_is_kept(tmp_path):
    rows = [search_term_row(), search_term_row(**{"Customer Search Term": "total", "Campaign Name": "Total"})]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(DAILY, rows)))
    assert (read.rows, read.rejected) == (2, 0)


def test_an_inch_mark_at_the_front_of_a_flat_file_cell_swallows_no_rows(tmp_path):
    names = ["sku", "fnsku", "asin", "product-name", "condition", "your-price", "afn-fulfillable-quantity",
             "afn-total-quantity"]  # fmt: skip
    rows = [["0012", "X1", "B01", '"Deluxe" mat', "New", "9.99", "5", "6"],
            ["0013", "X2", "B02", '"18 inch mat', "New", "9.99", "7", "8"],
            ["0014", "X3", "B03", '12" x 18" mat', "New", "9.99", "1", "1"]]  # fmt: skip
    read = read_report(files.write(tmp_path / "r.txt", files.tab_text(names, rows)))
    assert staged(read, "sku, product_name") == [(row[0], row[3]) for row in rows]
    assert read.totals["available"] == 13


def test_the_ledger_is_tab_with_quotes(tmp_path):
    names = ["Date", "FNSKU", "ASIN", "MSKU", "Title", "Disposition", "Starting Warehouse Balance",
             "Ending Warehouse Balance", "Receipts", "Customer Shipments"]  # fmt: skip
    rows = [["11/25/2025", "X1", "B01", "S1", 'Mat, 12"" x 18""', "SELLABLE", "5", "4", "0", "-1"]]
    lines = ["\t".join(f'"{cell}"' for cell in row) for row in [names, *rows]]
    read = read_report(files.write(tmp_path / "r.txt", "\n".join(lines) + "\n"))
    assert read.report == "fba_ledger_summary"
    assert staged(read, "title, starting_warehouse_balance, date") == [('Mat, 12" x 18"', 5, date(2025, 11, 25))]


def test_a_campaign_csv_escapes_inch_marks_with_a_backslash(tmp_path):
    names = ["Date", "Start Date", "End Date", "Portfolio name", "Campaign Type", "Campaign Name", "Status", "Currency",
             "Budget", "Targeting Type", "Bidding strategy", "Impressions", "Clicks", "Click-Thru Rate (CTR)", "Spend",
             "Cost Per Click (CPC)", "7 Day Total Orders (#)", "Total Advertising Cost of Sales (ACoS) ",
             "7 Day Total Sales "]  # fmt: skip
    start = '"Nov 10, 2018","Nov 1, 2018","","No Portfolio","Sponsored Products",'
    lines = [
        ",".join(names),
        start + r'"Mat 31\" wide, blue","ENABLED","USD","$6.0","MANUAL","Fixed","0","0","0.00%","$0.00","","1","0.00%","$9.99"',
        start + r'"Mat 31\"","ENABLED","USD","$6.0","MANUAL","Fixed","10","1","10.00%","$0.50","$0.50","0","0.00%","$0.00"',
    ]  # fmt: skip
    read = read_report(files.write(tmp_path / "r.csv", "\r\n".join(lines) + "\r\n", "utf-8-sig"))
    assert staged(read, "campaign, portfolio, orders") == [('Mat 31" wide, blue', None, 1), ('Mat 31"', None, 0)]
    assert (read.period, read.rejected) == ((date(2018, 11, 10), date(2018, 11, 10)), 0)  # Date goes before Start Date
    assert read.totals["sales"] == Decimal("9.99")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind(tmp_path, end):
    rows = [search_term_row(), search_term_row(**{"Customer Search Term": "two"})]
    file = tmp_path / "r.csv"
    file.write_bytes(files.csv_text(DAILY, rows, end=end).encode())
    assert read_report(file).rows == 2


def test_repeated_headings_blank_lines_and_trailing_commas(tmp_path):
    good = files.csv_text(DAILY, [search_term_row()])
    head, row = good.splitlines()
    text = f"{head}\n{row}\n\n{head}\n{row},,\n\n"
    read = read_report(files.write(tmp_path / "r.csv", text))
    assert (read.rows, read.rejected) == (2, 0)
    assert any("headings stand again" in problem for problem in read.problems)


def test_short_and_long_rows_are_set_aside_with_line_and_reason(tmp_path):
    head, row = files.csv_text(DAILY, [search_term_row()]).splitlines()
    read = read_report(files.write(tmp_path / "r.csv", f"{head}\n{row}\nNov 10,x\n{row},surplus\n{row}\n"))
    assert (read.rows, read.rejected) == (2, 2)
    assert [(each.line, each.reason) for each in read.quarantine] == [
        (3, f"2 cells under {len(DAILY)} headings"), (4, f"{len(DAILY) + 1} cells under {len(DAILY)} headings")
    ]  # fmt: skip
    assert read.quarantine[0].text == "Nov 10 | x"


def test_one_stray_quotation_mark_costs_its_own_line_only(tmp_path):
    lines = files.csv_text(DAILY, [search_term_row(**{"Campaign Name": f"c{n}"}) for n in range(50)]).splitlines()
    lines[10] = lines[10].replace("c9", '"c9')
    read = read_report(files.write(tmp_path / "r.csv", "\n".join(lines)))
    assert read.rows + read.rejected == 50
    assert read.rejected <= 1


def test_a_duplicate_heading_is_kept_once_and_must_not_contradict_itself(tmp_path):
    names = [*DAILY, "Spend"]
    rows = [[search_term_row()[name] for name in DAILY] + [spend] for spend in ("$6.00", "$7.00", "")]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, rows)))
    assert (read.rows, read.quarantine[0].reason) == (2, "two columns hold spend and differ")


def test_a_blank_heading_column_is_left_out(tmp_path):
    place = DAILY.index("Impressions")
    names = [*DAILY[:place], "", *DAILY[place:]]
    row = [search_term_row()[name] for name in DAILY]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, [[*row[:place], "", *row[place:]]])))
    assert (read.rows, read.totals["impressions"]) == (1, 1200)


def test_a_bad_amount_sets_its_row_aside_and_a_bad_ratio_only_its_cell(tmp_path):
    rows = [search_term_row(Spend="six"), search_term_row(**{"Click-Thru Rate (CTR)": "lots"}), search_term_row()]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(DAILY, rows)))
    assert (read.rows, read.rejected, read.quarantine[0].line) == (2, 1, 2)
    assert read.quarantine[0].reason == "spend: 'six' is not a number"
    assert any(problem.startswith("ctr: 1 cells cannot be read") for problem in read.problems)


def test_missing_is_not_zero(tmp_path):
    row = search_term_row(**{"7 Day Total Sales ": "", "Total Advertising Cost of Sales (ACoS) ": ""})
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(DAILY, [row])))
    assert staged(read, "sales, acos") == [(None, None)]


def test_ambiguous_dates_are_asked_for_and_settled_by_what_is_known(tmp_path):
    names = ["Date", "Ordered Product Sales", "Units Ordered", "Total Order Items"]
    file = files.write(tmp_path / "r.csv", files.csv_text(names, [["03/04/26", "£5.00", "1", "1"]]))
    assert read_report(file).period == (date(2026, 4, 3), date(2026, 4, 3))  # a pound is of one marketplace
    file = files.write(tmp_path / "r.csv", files.csv_text(names, [["03/04/26", "$5.00", "1", "1"]]))
    asked = read_report(file)
    assert (asked.needs, asked.period, asked.rows, asked.rejected) == (("marketplace", "date order"), None, 1, 0)
    assert read_report(file, marketplace="US").period == (date(2026, 3, 4), date(2026, 3, 4))
    assert read_report(file, marketplace="AU").period == (date(2026, 4, 3), date(2026, 4, 3))
    assert read_report(file, date_order="dmy").needs == ("marketplace",)


def test_monthly_rows_are_told_from_daily_ones(tmp_path):
    names = ["Date", "Ordered Product Sales", "Units Ordered", "Total Order Items"]
    rows = [[f"{month:02d}/01/2019", "$5.00", "1", "1"] for month in range(1, 13)]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, rows)), marketplace="US")
    assert (read.granularity, read.period) == ("month", (date(2019, 1, 1), date(2019, 12, 31)))


def test_the_window_is_that_of_the_headings(tmp_path):
    names = [name.replace("7 Day", "14 Day").replace("Other SKU", "Brand Halo ASIN").replace("Advertised SKU", "Advertised ASIN")
             for name in DAILY]  # fmt: skip
    names = [name.strip() + " (₹)" if "Sales" in name and "Day" in name else name for name in names]
    row = [str(cell).replace("$", "") for cell in (search_term_row(Currency="INR")[name] for name in DAILY)]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(names, [row])))
    assert (read.report, read.window_days, read.currency, read.marketplace) == ("sp_search_term", 14, "INR", "IN")
    assert read.totals["sales"] == Decimal("1234.50")


def test_summary_rows_with_ranges_of_their_own(tmp_path):
    rows = [search_term_row(), search_term_row(**{"Start Date": "Nov 15, 2025", "End Date": "Dec 2, 2025"})]
    read = read_report(files.write(tmp_path / "r.csv", files.csv_text(RANGED, rows)))
    assert (read.period, read.granularity) == ((date(2025, 11, 1), date(2025, 12, 2)), None)


def test_two_claims_are_an_error_that_names_both(tmp_path):
    names = [name.replace("7 Day", "14 Day") for name in DAILY if "SKU" not in name]
    row = [search_term_row()[name] for name in DAILY if "SKU" not in name]
    file = files.write(tmp_path / "r.csv", files.csv_text(names, [row]))
    with pytest.raises(AmbiguousReport, match="sb_search_term and sp_search_term"):
        read_report(file)
    assert read_report(file, report="sb_search_term").report == "sb_search_term"
    named = files.write(tmp_path / "Sponsored_Brands_Search_term_report.csv", files.csv_text(names, [row]))
    assert read_report(named).report == "sb_search_term"


@pytest.mark.parametrize(
    ("names", "language"),
    [
        (["ASIN (parent)", "Titre", "Unités commandées", "Ventes de produits commandés"], "French"),
        (["ASIN (genitore)", "Titolo", "Unità ordinate", "Vendite prodotti ordinati"], "Italian"),
    ],
)
def test_languages_that_were_never_seen_are_refused_by_name_and_can_be_mapped(tmp_path, names, language):
    file = files.write(tmp_path / "r.csv", files.csv_text(names, [["B0P", "x", "1", "5,00 €"]]))
    with pytest.raises(UnknownReport, match=language):
        read_report(file)
    aliases = {
        "business_by_asin": {"parent_asin": names[0], "units_ordered": [names[2]], "ordered_sales": [names[3]]}
    }  # fmt: skip
    read = read_report(file, aliases=aliases)
    assert (read.totals["sales"], read.unmapped) == (Decimal("5.00"), (names[1],))


def test_an_alias_for_what_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no such report"):
        read_report(tmp_path / "r.csv", aliases={"business": {}})
    with pytest.raises(ValueError, match="no such field"):
        read_report(tmp_path / "r.csv", aliases={"business_by_asin": {"sales": ["x"]}})


def test_a_file_damaged_by_a_wrong_encoding_is_refused(tmp_path):
    row = search_term_row(**{"Campaign Name": "K\ufffdche"})
    with pytest.raises(MalformedReport, match="U\\+FFFD"):
        read_report(files.write(tmp_path / "r.csv", files.csv_text(DAILY, [row])))


def test_utf8_with_one_broken_byte_is_refused_and_not_garbled(tmp_path):
    text = files.csv_text(DAILY, [search_term_row(**{"Campaign Name": f"Küche für {n} — 厨房"}) for n in range(20)])
    data = text.encode().replace("19 — ".encode(), b"19 \xff ")
    file = tmp_path / "r.csv"
    file.write_bytes(data)
    with pytest.raises(MalformedReport, match="not valid UTF-8"):
        read_report(file)


def test_a_file_that_nobody_knows_is_a_problem_in_a_dry_run(tmp_path):
    found = dry_run(files.write(tmp_path / "r.csv", "a,b\n1,2\n"))
    assert (found["report"], found["rows"], found["totals"]) == (None, 0, {})
    assert found["problems"][0] == "No report is known with these headings: a, b."
    assert dry_run(tmp_path / "absent.csv")["report"] is None
    assert dry_run(files.write(tmp_path / "empty.csv", ""))["problems"][0] == "The file is empty."
    assert (
        dry_run(files.write(tmp_path / "k.csv", "kitchen mat\tBroad\t0.48\rsink mat\tBroad\t0.5\r"))["report"] is None
    )
    assert list(found) == [
        "file", "report", "marketplace", "currency", "period", "encoding", "rows", "rejected", "totals", "needs",
        "problems",
    ]  # fmt: skip
