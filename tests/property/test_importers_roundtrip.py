"""Any table in any listed dialect gives back the numbers that went in, by the fast path and by the tolerant one."""

# ruff: noqa: E501  Chinese and Japanese headings are two columns wide

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.importers import fast
from sheetsync.importers.read import read_report

NAMES = {
    "en": ["Date", "Campaign Name", "Ad Group Name", "Targeting", "Match Type", "Customer Search Term", "Currency",
           "Impressions", "Clicks", "Click-Thru Rate (CTR)", "Spend", "7 Day Total Sales "],
    "zh": ["日期", "广告活动名称", "广告组名称", "投放", "匹配类型", "客户搜索词", "货币", "展示量", "点击量", "点击率 (CTR)", "花费", "7天总销售额"],
    "ja": ["日付", "キャンペーン名", "広告グループ名", "ターゲティング", "マッチタイプ", "カスタマーの検索キーワード", "通貨", "インプレッション",
           "クリック", "クリックスルー率 (CTR)", "費用", "広告がクリックされてから7日間の総売上高"],
}  # fmt: skip
ENCODINGS = {
    "en": ("utf-8", "utf-8-sig", "utf-16", "cp1252"),
    "zh": ("utf-8", "utf-8-sig", "utf-16", "gb18030"),
    "ja": ("utf-8", "utf-8-sig", "utf-16", "cp932"),
}
WORDS = {"en": "mat kitchen 12in a+b (x) total", "zh": "厨房 垫子 总计 防滑", "ja": "マット 台所 合計 防水"}
MONEY = {
    "plain": lambda cents: f"{cents // 100}.{cents % 100:02d}",
    "dollar": lambda cents: f"${cents // 100:,}.{cents % 100:02d}",
    "euro": lambda cents: f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}\u00a0€",
    "bare comma": lambda cents: f"{cents // 100},{cents % 100:02d}",
    "rupees": lambda cents: f"Rs.{cents // 100}.{cents % 100:02d}",
}
SIGNS = {"dollar": "USD", "euro": "EUR", "plain": "USD", "bare comma": "EUR", "rupees": "INR"}
DAYS = {
    "iso": lambda day: day.isoformat(),
    "named": lambda day: day.strftime("%b %d, %Y"),
    "american": lambda day: f"{day.month}/{day.day}/{day.year}",
    "german": lambda day: day.strftime("%d.%m.%y"),
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
}


@st.composite
def tables(draw):
    language = draw(st.sampled_from(sorted(NAMES)))
    words = st.lists(st.sampled_from(WORDS[language].split()), min_size=1, max_size=3).map(" ".join)
    names = st.one_of(words, words.map(lambda word: f'{word}, "{word}"'), words.map(lambda word: f"x {word}"))
    row = st.tuples(
        st.integers(0, 60), names, names, words, st.sampled_from(["BROAD", "-", "EXACT"]), words,
        st.integers(0, 5_000_000), st.integers(0, 9_999), st.integers(0, 100_000), st.integers(0, 900_000_00),
    )  # fmt: skip
    rows = draw(st.lists(row, min_size=1, max_size=25))
    money = draw(st.sampled_from(sorted(MONEY)))
    encoding = draw(st.sampled_from(ENCODINGS[language]))
    if money == "euro" and encoding in {"cp932", "gb18030"}:
        money = "plain"
    days = draw(st.sampled_from(sorted(DAYS)))
    if days == "chinese" and encoding == "cp1252":
        days = "iso"
    grouped = draw(st.booleans())
    return {
        "language": language, "rows": rows, "money": money, "encoding": encoding, "grouped": grouped,
        "days": days, "delimiter": draw(st.sampled_from([",", ";", "\t"])),
        "end": draw(st.sampled_from(["\n", "\r\n", "\r"])), "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    }  # fmt: skip


def written(table) -> bytes:
    amount, day = MONEY[table["money"]], DAYS[table["days"]]
    out = io.StringIO()
    flat = table["delimiter"] == "\t"
    writer = csv.writer(
        out, delimiter=table["delimiter"], lineterminator=table["end"],
        quoting=csv.QUOTE_NONE if flat else table["quoting"], quotechar=None if flat else '"',
    )  # fmt: skip
    writer.writerow(NAMES[table["language"]])
    for ago, campaign, group, target, match, term, seen, clicks, spend, sales in table["rows"]:
        counted = f"{seen:,}" if table["grouped"] else str(seen)
        rate = "" if seen == 0 else f"{100 * clicks / seen:.4f}%"
        writer.writerow([
            day(date(2026, 1, 31) - timedelta(days=ago)), campaign, group, target, match, term, SIGNS[table["money"]],
            counted, clicks, rate, amount(spend), amount(sales),
        ])  # fmt: skip
    return out.getvalue().encode(table["encoding"])


DESK = duckdb.connect(config={"threads": 1})


def rows_of(report, columns: str = "*") -> list[tuple]:
    report.stage(DESK, "rows")
    return DESK.execute(f"SELECT {columns} FROM rows ORDER BY _line").fetchall()


@settings(max_examples=40)
@given(tables())
def test_what_was_written_is_read_back(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("r") / "report.csv"
    path.write_bytes(written(table))
    read = read_report(path, date_order="mdy" if table["days"] == "american" else None)
    assert (read.report, read.rejected, read.rows) == ("sp_search_term", 0, len(table["rows"])), read.quarantine
    assert read.totals == {
        "impressions": sum(row[6] for row in table["rows"]),
        "clicks": sum(row[7] for row in table["rows"]),
        "spend": Decimal(sum(row[8] for row in table["rows"])) / 100,
        "sales": Decimal(sum(row[9] for row in table["rows"])) / 100,
    }
    days = [date(2026, 1, 31) - timedelta(days=row[0]) for row in table["rows"]]
    assert read.period == (min(days), max(days))
    assert rows_of(read, "campaign, search_term, impressions") == [(row[1], row[5], row[6]) for row in table["rows"]]


@settings(max_examples=25)
@given(tables())
def test_the_fast_path_reads_what_the_tolerant_one_reads(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("r") / "report.csv"
    path.write_bytes(written(table))
    order = "mdy" if table["days"] == "american" else None
    slow = read_report(path, date_order=order, fast_path=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "FROM_BYTES", 0)
        quick = read_report(path, date_order=order)
    assert rows_of(quick) == rows_of(slow)
    assert quick.as_json() == slow.as_json()


CELLS = ["", "-", "5", "-5", "1,234", "12,34", "$5", "$1,234.5", "-$3.10", "5.5", "0.123456", "1.2345678", " 7", "8 ", "7%",
         "1,000%", "x", '="5"', "1e3", "N/A", "3.0", "1.234", "٣", "1_000", "5.", ".5", "+4", "--", "\u00a0", "$", "€5",
         "2026-01-05", "Jan 05, 2026", "Jan 5, 2026", "Total", "1/2/2026", "13/2/2026", "12.000", "0,123", "0x1F", "1e-3",
         "nan", "inf", "1e400", "-0", "007", '=""', '="', ' ="5" ', "\u3000x ", "a\x00b", "epoch", "infinity", "26-01-05",
         "2026-01-06 ", "2026-1-6", "2026-01-05T10:00:00+00:00", "2026-01-05T10:00:00Z", "123456789012345678901",
         "Amazon.de", "amazon.com", "www.amazon.fr", "gb", "it's", "not grouped", "\\", '12" x 18"']  # fmt: skip
GOOD = {
    "marked": ["Jan 05, 2026", "c", "g", "t", "BROAD", "mat", "USD", "10", "1", "10%", "$1.00", "$2.00"],
    "plain": ["2026-01-05", "c", "g", "t", "BROAD", "mat", "USD", "10", "1", "0.1", "1.00", "2.00"],
    "grouped": ["1/15/2026", "c", "g", "t", "BROAD", "mat", "USD", "1,010", "1", "10%", "1,001.00", "2.00"],
}
ORDER_HEADINGS = ["amazon-order-id", "purchase-date", "last-updated-date", "order-status", "sales-channel", "product-name",
                  "sku", "asin", "quantity", "currency", "item-price", "item-tax"]  # fmt: skip
ORDER = ["111-1", "2026-01-05T10:00:00+00:00", "2026-01-06T10:00:00+00:00", "Shipped", "Amazon.com", "mat", "s-1", "B01",
         "1", "USD", "9.99", "0.80"]  # fmt: skip


def both_read(path) -> tuple:
    """Both readers read one file; the fast one sees only its first two rows before it has to settle what is clean."""
    slow = read_report(path, fast_path=False, marketplace="US", date_order="mdy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "FROM_BYTES", 0)
        patch.setattr(fast, "PROOF_ROWS", 2)
        quick = read_report(path, marketplace="US", date_order="mdy")
    assert rows_of(quick) == rows_of(slow)
    assert quick.as_json() == slow.as_json()
    return quick, slow


def odd_rows(good, odd, places):
    """Good rows, with odd cells at some places of every other row after the second."""
    for cells in odd:
        yield [cell if place in places else good[place] for place, cell in enumerate(cells)]
        yield good


ODD = st.lists(st.lists(st.sampled_from(CELLS), min_size=12, max_size=12), min_size=1, max_size=6)
PLACES = st.one_of(st.just(frozenset(range(12))), st.frozensets(st.integers(0, 11), min_size=1, max_size=3))


@settings(max_examples=150)
@given(st.sampled_from(sorted(GOOD)), ODD, PLACES)
def test_cells_of_any_kind_never_part_the_two_readers(tmp_path_factory, kind, odd, places):
    good = GOOD[kind]
    path = tmp_path_factory.mktemp("r") / "report.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows([NAMES["en"], good, good, *odd_rows(good, odd, places)])
    quick, _ = both_read(path)
    assert quick.rows + quick.rejected <= 2 + 2 * len(odd)


@settings(max_examples=100)
@given(ODD, PLACES)
def test_nor_do_cells_of_a_flat_file(tmp_path_factory, odd, places):
    path = tmp_path_factory.mktemp("r") / "orders.txt"
    lines = ["\t".join(row) for row in [ORDER_HEADINGS, ORDER, ORDER, *odd_rows(ORDER, odd, places)]]
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    both_read(path)


def alone(path, kind, place, cell) -> None:
    """One odd cell in a file of good ones: nothing else may send the file to the tolerant reader."""
    headings, good = (ORDER_HEADINGS, ORDER) if kind == "order" else (NAMES["en"], GOOD[kind])
    odd = [*good[:place], cell, *good[place + 1 :]]
    with path.open("w", encoding="utf-8", newline="") as stream:
        if kind == "order":
            stream.writelines("\t".join(row) + "\n" for row in [headings, good, good, odd])
        else:
            csv.writer(stream, lineterminator="\n").writerows([headings, good, good, odd])
    both_read(path)


KINDS = [*sorted(GOOD), "order"]


@settings(max_examples=200)
@given(st.sampled_from(KINDS), st.integers(0, 11), st.sampled_from(CELLS))
def test_no_odd_cell_alone_in_its_file_parts_them(tmp_path_factory, kind, place, cell):
    alone(tmp_path_factory.mktemp("r") / "r.csv", kind, place, cell)


@pytest.mark.nightly
@pytest.mark.parametrize("place", range(12))
@pytest.mark.parametrize("kind", KINDS)
def test_every_odd_cell_in_every_column(tmp_path, kind, place):
    for cell in CELLS:
        try:
            alone(tmp_path / "r.csv", kind, place, cell)
        except AssertionError as failure:
            raise AssertionError(f"{cell!r} in column {place}: {failure}") from failure


def test_the_fast_path_is_taken_where_it_should_be(tmp_path, monkeypatch):
    taken = []
    original = fast.read
    monkeypatch.setattr(fast, "read", lambda *told: taken.append(original(*told)) or taken[-1])
    monkeypatch.setattr(fast, "FROM_BYTES", 0)
    clean = ["Jan 05, 2026", "c", "g", "t", "BROAD", "mat", "USD", "1,000", "1", "0.1%", "$1.00", "$2,000.00"]
    path = tmp_path / "r.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([NAMES["en"], clean, clean])
    assert read_report(path).totals["sales"] == Decimal(4000)
    assert taken[0] is not None
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([NAMES["en"], clean, [*clean[:-1], "two"]])
    assert read_report(path).rejected == 1
    assert taken[1] is None
