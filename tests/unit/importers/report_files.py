"""Writes report files as Amazon's consoles do: the headings of a generation, its line ends, its quoting."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

SEARCH_TERM_HEAD = [
    "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Targeting", "Match Type", "Customer Search Term",
]  # fmt: skip
SEARCH_TERM_TAIL = [
    "Impressions", "Clicks", "Click-Thru Rate (CTR)", "Cost Per Click (CPC)", "Spend", "7 Day Total Sales ",
    "Total Advertising Cost of Sales (ACoS) ", "Total Return on Advertising Spend (RoAS)", "7 Day Total Orders (#)",
    "7 Day Total Units (#)", "7 Day Conversion Rate", "7 Day Advertised SKU Units (#)", "7 Day Other SKU Units (#)",
    "7 Day Advertised SKU Sales ", "7 Day Other SKU Sales ",
]  # fmt: skip
DAILY = ["Date", *SEARCH_TERM_HEAD, *SEARCH_TERM_TAIL]
RANGED = ["Start Date", "End Date", *SEARCH_TERM_HEAD, *SEARCH_TERM_TAIL]


def search_term_row(**given: Any) -> dict[str, Any]:
    """A row of the SP search term report by canonical heading; what is not given is ordinary."""
    row: dict[str, Any] = {
        "Date": "Nov 10, 2025", "Start Date": "Nov 01, 2025", "End Date": "Nov 30, 2025",
        "Portfolio name": "Not grouped", "Currency": "USD", "Campaign Name": "Launch", "Ad Group Name": "Group 1",
        "Targeting": "*", "Match Type": "-", "Customer Search Term": "kitchen mat", "Impressions": "1,200",
        "Clicks": "12", "Click-Thru Rate (CTR)": "1.0000%", "Cost Per Click (CPC)": "$0.50", "Spend": "$6.00",
        "7 Day Total Sales ": "$1,234.50", "Total Advertising Cost of Sales (ACoS) ": "0.4860%",
        "Total Return on Advertising Spend (RoAS)": "205.75", "7 Day Total Orders (#)": "3",
        "7 Day Total Units (#)": "4", "7 Day Conversion Rate": "25.0000%", "7 Day Advertised SKU Units (#)": "3",
        "7 Day Other SKU Units (#)": "1", "7 Day Advertised SKU Sales ": "$1,000.00",
        "7 Day Other SKU Sales ": "$234.50",
    }  # fmt: skip
    return row | given


def csv_text(
    headings: Sequence[str],
    rows: Iterable[Mapping[str, Any] | Sequence[Any]],
    *,
    delimiter: str = ",",
    quoting: int = csv.QUOTE_MINIMAL,
    end: str = "\n",
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([row[name] for name in headings] if isinstance(row, Mapping) else row)
    return out.getvalue()


def tab_text(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, end: str = "\n") -> str:
    """A flat file: TAB, nothing quoted, whatever stands in the cells."""
    return end.join("\t".join(map(str, row)) for row in [headings, *rows]) + end


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def write_json(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def write_xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], *, poi: bool = False) -> Path:
    """A workbook; with `poi` its sheets claim to be one cell wide and hold inline strings, as Amazon's do."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    day = book.add_format({"num_format": "mmm dd, yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is None:
                    continue
                if hasattr(cell, "isoformat"):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write(number, column, cell)
    book.close()
    return as_poi(path) if poi else path


def as_poi(path: Path) -> Path:
    """Rewrite a workbook the way Apache POI streams it: `<dimension ref="A1"/>` and every text inline."""
    import re
    import zipfile
    from xml.sax.saxutils import escape

    import openpyxl

    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    book = openpyxl.load_workbook(path)
    for index, sheet in enumerate(book.worksheets, start=1):
        name = f"xl/worksheets/sheet{index}.xml"
        xml = parts[name].decode("utf-8")
        xml = re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', xml)

        def inline(found: re.Match[str], sheet: Any = sheet) -> str:
            text = escape(str(sheet[found.group(1)].value))
            return f'<c r="{found.group(1)}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

        xml = re.sub(r'<c r="([A-Z]+\d+)"(?: s="\d+")? t="s"><v>\d+</v></c>', inline, xml)
        parts[name] = xml.encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def staged(report: Any, columns: str = "*", order: str = "_line") -> list[tuple[Any, ...]]:
    """The rows that a read report stages."""
    import duckdb

    with duckdb.connect() as connection:
        report.stage(connection, "rows")
        return connection.execute(f"SELECT {columns} FROM rows ORDER BY {order}").fetchall()
