"""Spreadsheets as other files: CSV and TSV exact, XLSX with values, the others just well-formed."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from typing import Any

from tests.sheets_server.book import Book, Tab
from tests.sheets_server.reading import Reader

_ODS = "application/x-vnd.oasis.opendocument.spreadsheet"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exported(book: Book, kind: str) -> bytes | None:
    """The content of a Drive export under a MIME type, None when the type is not offered."""
    if kind in {"text/csv", "text/tab-separated-values"}:
        return _delimited(book, "," if kind == "text/csv" else "\t")
    if kind == _XLSX:
        return _xlsx(book)
    if kind == "application/zip":
        return _zip({f"{tab.title}.html": _html(book, tab).encode() for tab in book.tabs})
    if kind in {_ODS, "application/vnd.oasis.opendocument.spreadsheet"}:
        return _zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    return b"%PDF-1.4\n%%EOF\n" if kind == "application/pdf" else None


def _rows(book: Book, tab: Tab, render: str = "FORMATTED_VALUE") -> list[list[Any]]:
    reader = Reader(book, {"valueRenderOption": render})
    rows = reader.rows(tab, 0, tab.grid.row_count, 0, tab.grid.column_count)
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _delimited(book: Book, delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(_rows(book, book.tabs[0]))
    return out.getvalue().removesuffix("\r\n").encode()


def _html(book: Book, tab: Tab) -> str:
    cells = ("".join(f"<td>{html.escape(str(value))}</td>" for value in row) for row in _rows(book, tab))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("/", "_"), content)
    return out.getvalue()


def _xlsx(book: Book) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        for tab in book.tabs:
            sheet = workbook.add_worksheet(tab.title[:31])
            for row, line in enumerate(_rows(book, tab, "UNFORMATTED_VALUE")):
                for column, value in enumerate(line):
                    sheet.write(row, column, value)
    return out.getvalue()
