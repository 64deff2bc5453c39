"""Writes the made-up seller's numbers as Amazon's own exports: headers, encodings, number formats and quirks included.

Header rows are those of real files. Business Reports speak the marketplace's language; the advertising console speaks
English for all, as it does for sellers who keep it in English. FBA files are TAB and unquoted, so the inch marks in the
product names stand there bare.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sample_seller import AdRow, Day, Product, Seller, Store, by_day, price, total

IDS = {"US": "ATVPDKIKX0DER", "DE": "A1PA6795UKMFR9", "JP": "A1VC38T7YXB528"}
LANGUAGE = {"US": "en", "DE": "de", "JP": "ja"}

BY_DATE = {
    "en": ("Date", "Ordered Product Sales", "Units Ordered", "Total Order Items", "Page Views - Total",
           "Sessions - Total", "Unit Session Percentage"),
    "de": ("Datum", "Durch bestellte Produkte erzielter Umsatz", "Bestellte Einheiten", "Zahl der Bestellposten",
           "Seitenaufrufe – Summe", "Sitzungen – Summe", "Prozentsatz Bestellposten pro Sitzung"),
    "ja": ("日付", "注文商品の売上額", "注文された商品点数", "注文品目総数", "ページビュー - 合計",
           "セッション数 - 合計", "ユニットセッション率"),
}  # fmt: skip
BY_CHILD = {
    "en": ("(Parent) ASIN", "(Child) ASIN", "Title", "SKU", "Sessions - Total", "Session Percentage - Total",
           "Page Views - Total", "Page Views Percentage - Total", "Featured Offer (Buy Box) Percentage",
           "Units Ordered", "Unit Session Percentage", "Ordered Product Sales", "Total Order Items"),
    "de": ("(Übergeordnete) ASIN", "(Untergeordnete) ASIN", "Titel", "SKU", "Sitzungen – Summe", None,
           "Seitenaufrufe – Summe", None, None,
           "Bestellte Einheiten", "Prozentsatz Bestellposten pro Sitzung",
           "Durch bestellte Produkte erzielter Umsatz", "Zahl der Bestellposten"),
    "ja": ("（親）ASIN", "（子）ASIN", "タイトル", "SKU", "セッション数 - 合計", "セッション率 - 合計",
           "ページビュー - 合計", "ページビュー率 - 合計", "おすすめ出品（おすすめ商品）の獲得率",
           "注文された商品点数", "ユニットセッション率", "注文商品の売上額", "注文品目総数"),
}  # fmt: skip
"""None: the German spelling was never seen, so the sample leaves the column out."""

AD_TAIL = (
    "Impressions", "Clicks", "Click-Thru Rate (CTR)", "Cost Per Click (CPC)", "Spend", "7 Day Total Sales ",
    "Total Advertising Cost of Sales (ACoS) ", "Total Return on Advertising Spend (RoAS)", "7 Day Total Orders (#)",
    "7 Day Total Units (#)", "7 Day Conversion Rate", "7 Day Advertised SKU Units (#)", "7 Day Other SKU Units (#)",
    "7 Day Advertised SKU Sales ", "7 Day Other SKU Sales ",
)  # fmt: skip
AD_HEAD = ("Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name")
CAMPAIGN = (
    "Date", "Start Date", "End Date", "Portfolio name", "Campaign Type", "Campaign Name", "Status", "Currency",
    "Budget", "Targeting Type", "Bidding strategy", "Impressions", "Clicks", "Click-Thru Rate (CTR)", "Spend",
    "Cost Per Click (CPC)", "7 Day Total Orders (#)", "Total Advertising Cost of Sales (ACoS) ", "7 Day Total Sales ",
)  # fmt: skip
MONEY_FORMAT = {"USD": "$ #,##0.00", "EUR": "[$€] #,##0.00", "JPY": "[$¥] #,##0"}
_DAY, _RATE, _MONEY, _PLAIN = "date", "rate", "money", None


def money(store: Store, amount: float) -> str:
    """An amount as the marketplace's Business Report writes it."""
    if store.currency == "JPY":
        return f"￥{amount:,.0f}"
    if store.currency == "EUR":
        return f"{amount:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", ".") + "\xa0€"
    return f"${amount:,.2f}"


def local_day(store: Store, day: date) -> str:
    """A day as the marketplace's Business Report writes it."""
    return day.strftime({"US": "%m/%d/%Y", "DE": "%d.%m.%y", "JP": "%Y/%m/%d"}[store.code])


def percent(part: float, whole: float) -> str:
    """A share with a dot and two decimals, in every language."""
    return f"{part / whole * 100 if whole else 0:.2f}%"


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], *, end: str = "\n") -> None:
    """A comma-separated file with a byte order mark; quotes only where needed."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows)


def write_tab(path: Path, rows: Iterable[dict[str, object]], encoding: str = "utf-8") -> None:
    """A TAB file without any quoting: an inch mark stands as it is."""
    lines: list[str] = []
    for row in rows:
        if not lines:
            lines.append("\t".join(row))
        lines.append("\t".join(str(value) for value in row.values()))
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))


def sidecar(path: Path, store: Store, first: date, last: date) -> None:
    """The note beside a file that does not say which days or marketplace it is of."""
    text = f'marketplace = "{store.code}"\nperiod_start = {first}\nperiod_end = {last}\n'
    path.with_name(path.name + ".sidecar.toml").write_text(text, encoding="utf-8")


def business_by_date(folder: Path, seller: Seller, store: Store) -> None:
    """Sales and Traffic by date: one row a day, the account's totals."""
    rows = (
        (local_day(store, day), money(store, row.sales), f"{row.units:,}", f"{row.order_items:,}",
         f"{row.page_views:,}", f"{row.sessions:,}", percent(row.units, row.sessions))
        for day, row in by_day(seller, store)
    )  # fmt: skip
    write_csv(folder / f"BusinessReport-by-date-{store.code}.csv", BY_DATE[LANGUAGE[store.code]], rows)


def business_by_child(folder: Path, seller: Seller, store: Store, first: date, last: date) -> None:
    """Detail Page Sales and Traffic by child ASIN over some days, with the sidecar that says which."""
    header = BY_CHILD[LANGUAGE[store.code]]
    sums = [(product, _over(seller, store, product, first, last)) for product in seller.of(store)]
    sessions = sum(row.sessions for _, row in sums)
    views = sum(row.page_views for _, row in sums)
    rows = []
    for product, row in sums:
        cells = (
            product.parent, product.asin, product.titles[LANGUAGE[store.code]], product.sku, f"{row.sessions:,}",
            percent(row.sessions, sessions), f"{row.page_views:,}", percent(row.page_views, views), "98.50%",
            f"{row.units:,}", percent(row.units, row.sessions), money(store, row.sales), f"{row.order_items:,}",
        )  # fmt: skip
        rows.append([cell for name, cell in zip(header, cells, strict=True) if name is not None])
    path = folder / f"BusinessReport-by-child-{store.code}-{first:%Y-%m}.csv"
    write_csv(path, [name for name in header if name is not None], rows)
    sidecar(path, store, first, last)


def _over(seller: Seller, store: Store, product: Product, first: date, last: date) -> Day:
    return total([row for day, row in seller.sold[store.code, product.asin].items() if first <= day <= last])


def search_terms(folder: Path, seller: Seller, store: Store) -> None:
    """Sponsored Products search term report, daily, for as long as the console keeps it (65 days)."""
    start = seller.today - timedelta(days=65)
    rows = (
        (row, (*_ad_head(store, row), "*" if row.auto else row.term, "-" if row.auto else "EXACT", row.term))
        for row in seller.ads[store.code]
        if row.day >= start
    )
    head = (*AD_HEAD, "Targeting", "Match Type", "Customer Search Term")
    _ads_book(
        folder / "Sponsored Products Search term report.xlsx", "Sponsored Product Search Term Report", head, rows, store
    )


def advertised_products(folder: Path, seller: Seller, store: Store) -> None:
    """Sponsored Products advertised product report, daily."""
    groups: dict[tuple[date, str, str], list[AdRow]] = defaultdict(list)
    for row in seller.ads[store.code]:
        groups[row.day, row.campaign, row.product.asin].append(row)
    rows = (
        (summed(rows), (*_ad_head(store, rows[0]), rows[0].product.sku, rows[0].product.asin))
        for rows in groups.values()
    )
    head = (*AD_HEAD, "Advertised SKU", "Advertised ASIN")
    name = "Sponsored Products Advertised product report.xlsx"
    _ads_book(folder / name, "Sponsored Product Advertised Product Report", head, rows, store)


def _ad_head(store: Store, row: AdRow) -> tuple[object, ...]:
    return row.day, "Not grouped", store.currency, row.campaign, row.product.parent


def summed(rows: Sequence[AdRow]) -> AdRow:
    """Several rows of one day as one."""
    first = rows[0]
    return AdRow(
        first.day, first.campaign, first.auto, first.product, "", sum(r.impressions for r in rows),
        sum(r.clicks for r in rows), round(sum(r.spend for r in rows), 2), sum(r.orders for r in rows),
        sum(r.units for r in rows), round(sum(r.sales for r in rows), 2),
    )  # fmt: skip


def _ads_book(
    path: Path,
    sheet: str,
    head: Sequence[str],
    rows: Iterable[tuple[AdRow, tuple[object, ...]]],
    store: Store,
) -> None:
    """A workbook as Amazon's Apache POI streams it.

    One sheet, its name cut at 31 characters, inline strings, real dates, ratios as fractions, every number a float,
    blanks where a ratio is undefined, no totals row.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    # a fixed date, so that the same day and seed give the same bytes
    book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})
    styles = {
        _DAY: book.add_format({"num_format": "mmm dd, yyyy"}),
        _RATE: book.add_format({"num_format": "0.0000%"}),
        _MONEY: book.add_format({"num_format": MONEY_FORMAT[store.currency]}),
    }
    page = book.add_worksheet(sheet[:31])
    for column, name in enumerate((*head, *AD_TAIL)):
        page.write_string(0, column, name)
    for number, (row, labels) in enumerate(rows, start=1):
        page.write_datetime(number, 0, labels[0], styles[_DAY])
        for column, label in enumerate(labels[1:], start=1):
            page.write_string(number, column, str(label))
        for column, (value, style) in enumerate(_ad_cells(row), start=len(head)):
            if value is not None:
                page.write_number(number, column, value, styles.get(style))
    book.close()


def _ad_cells(row: AdRow) -> list[tuple[float | None, str | None]]:
    def ratio(part: float, whole: float) -> float | None:
        return part / whole if whole else None

    return [
        (row.impressions, _PLAIN),
        (row.clicks, _PLAIN),
        (ratio(row.clicks, row.impressions), _RATE),
        (ratio(row.spend, row.clicks), _MONEY),
        (row.spend, _MONEY),
        (row.sales, _MONEY),
        (ratio(row.spend, row.sales), _RATE),
        (ratio(row.sales, row.spend), _PLAIN),
        (row.orders, _PLAIN),
        (row.units, _PLAIN),
        (ratio(row.orders, row.clicks), _RATE),
        (row.units, _PLAIN),
        (0.0, _PLAIN),
        (row.sales, _MONEY),
        (0.0, _MONEY),
    ]


def campaigns(folder: Path, seller: Seller, store: Store) -> None:
    """Sponsored Products campaign report: a CSV with a byte order mark and CRLF; it writes 0.00% ACoS for no sales."""
    groups: dict[tuple[date, str], list[AdRow]] = defaultdict(list)
    for row in seller.ads[store.code]:
        groups[row.day, row.campaign].append(row)
    mark = {"USD": "$", "EUR": "€", "JPY": "¥"}[store.currency]
    rows = []
    for (day, campaign), parts in groups.items():
        row = summed(parts)
        rows.append(
            (_english(day), "", "", "No Portfolio", "Sponsored Products", campaign, "ENABLED", store.currency,
             f"{mark}{300.0 if store.currency == 'JPY' else 40.0}", "AUTOMATIC" if row.auto else "MANUAL",
             "Dynamic bids - down only", row.impressions, row.clicks, percent(row.clicks, row.impressions),
             f"{mark}{row.spend}", f"{mark}{row.spend / row.clicks:.2f}", row.orders, percent(row.spend, row.sales),
             f"{mark}{row.sales}")
        )  # fmt: skip
    write_csv(folder / "Sponsored Products Campaign report.csv", CAMPAIGN, rows, end="\r\n")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _english(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day:02d}, {day.year}"


def inventory(folder: Path, seller: Seller, store: Store) -> None:
    """FBA Manage Inventory: TAB, unquoted, no date inside (the sidecar has it); Japan's comes in Windows-31J."""
    rows = []
    for product in seller.of(store):
        shelf = seller.shelves[store.code, product.asin]
        reserved = shelf.shipped[7] // 7
        rows.append(
            {
                "sku": product.sku, "fnsku": product.fnsku, "asin": product.asin,
                "product-name": product.titles[LANGUAGE[store.code]], "condition": "New",
                "your-price": f"{price(store, product):.2f}", "mfn-listing-exists": "No",
                "mfn-fulfillable-quantity": "", "afn-listing-exists": "Yes",
                "afn-warehouse-quantity": shelf.available + reserved, "afn-fulfillable-quantity": shelf.available,
                "afn-unsellable-quantity": 0, "afn-reserved-quantity": reserved,
                "afn-total-quantity": shelf.available + reserved + shelf.inbound, "per-unit-volume": "0.12",
                "afn-inbound-working-quantity": 0, "afn-inbound-shipped-quantity": shelf.inbound,
                "afn-inbound-receiving-quantity": 0, "afn-researching-quantity": 0,
                "afn-reserved-future-supply": 0, "afn-future-supply-buyable": 0,
            }
        )  # fmt: skip
    path = folder / f"fba-manage-inventory-{store.code}.txt"
    write_tab(path, rows, "cp932" if store.code == "JP" else "utf-8")
    yesterday = seller.days[-1]
    sidecar(path, store, yesterday, yesterday)


def returns(folder: Path, seller: Seller, store: Store) -> None:
    """FBA customer returns: about three of a hundred units come back, spread evenly."""
    rows: list[dict[str, object]] = []
    sold = 0
    for number, (day, product) in enumerate((d, p) for d in seller.days for p in seller.of(store)):
        before = sold // 33
        sold += seller.sold[store.code, product.asin][day].units
        if sold // 33 == before:
            continue
        rows.append(
            {
                "return-date": f"{day}T08:00:00+00:00", "order-id": f"999-{number:07d}-{sold:07d}",
                "sku": product.sku, "asin": product.asin, "fnsku": product.fnsku,
                "product-name": product.titles[LANGUAGE[store.code]], "quantity": 1,
                "fulfillment-center-id": "XXX1", "detailed-disposition": "SELLABLE", "reason": "UNWANTED_ITEM",
                "status": "Unit returned to inventory", "license-plate-number": f"LPNDEMO{number:06d}",
                "customer-comments": "",
            }
        )  # fmt: skip
    write_tab(folder / f"fba-returns-{store.code}.txt", rows)


def quoted_csv(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """A comma-separated file as Seller Central downloads it: every text quoted, no byte order mark."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
