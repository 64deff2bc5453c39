"""Values read: the three render options, trimmed and turned as the values API answers them."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.a1 import Span, format_range
from tests.sheets_server.book import Book, Tab, check_inside
from tests.sheets_server.cells import Cell, ErrorValue, Formula
from tests.sheets_server.errors import violation
from tests.sheets_server.formats import display, is_date
from tests.sheets_server.formula_eval import Evaluator

FORMATTED, UNFORMATTED, FORMULA = "FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"
_CHOICES = {
    "valueRenderOption": {FORMATTED, UNFORMATTED, FORMULA},
    "dateTimeRenderOption": {"SERIAL_NUMBER", "FORMATTED_STRING"},
    "majorDimension": {"ROWS", "COLUMNS"},
    "valueInputOption": {"RAW", "USER_ENTERED"},
    "insertDataOption": {"OVERWRITE", "INSERT_ROWS"},
}
_AUTO_DATE = re.compile(r"^=\s*(TODAY|DATE)\s*\(", re.IGNORECASE)
_AUTO_TIME = re.compile(r"^=\s*NOW\s*\(\s*\)\s*$", re.IGNORECASE)


def choice(params: dict[str, Any], name: str, default: str, *, kind: str | None = None) -> str:
    """An enum parameter, checked. Raises the 400 of an unknown value."""
    value = params.get(name)
    if value in {None, ""}:
        return default
    allowed = _CHOICES[kind or name]
    if value not in allowed:
        enum = {"majorDimension": "Dimension"}.get(kind or name, (kind or name)[0].upper() + (kind or name)[1:])
        path = re.sub(r"([A-Z])", lambda match: "_" + match.group(1).lower(), name)
        raise violation(
            path, f"Invalid value at '{path}' (type.googleapis.com/google.apps.sheets.v4.{enum}), \"{value}\""
        )
    return value


class Reader:
    """Reads values of one state of a book under chosen render options."""

    def __init__(self, book: Book, params: dict[str, Any] | None = None, prefix: str = ""):
        params = params or {}

        def option(name: str, default: str) -> str:
            full = f"{prefix}{name[0].upper()}{name[1:]}" if prefix else name
            return choice(params, full, default, kind=name)

        self.book = book
        self.evaluator = Evaluator(book)
        self.render = option("valueRenderOption", FORMATTED)
        self.dates = option("dateTimeRenderOption", "SERIAL_NUMBER")
        self.major = choice(params, "majorDimension", "ROWS") if not prefix else "ROWS"

    def value_range(self, tab: Tab, span: Span) -> dict[str, Any]:
        """A ValueRange; without `values` when the range is empty."""
        check_inside(tab, span)
        row0, row1, col0, col1 = tab.bounds(span)
        reply: dict[str, Any] = {
            "range": format_range(tab.title, row0, row1, col0, col1),
            "majorDimension": self.major,
        }
        values = self.rows(tab, row0, row1, col0, col1)
        if self.major == "COLUMNS":
            values = _turned(values)
        if values:
            reply["values"] = values
        return reply

    def rows(self, tab: Tab, row0: int, row1: int, col0: int, col1: int) -> list[list[Any]]:
        """The shown values of a rectangle, trailing empties trimmed."""
        found: list[list[Any]] = []
        for row in range(row0, min(row1, len(tab.grid.rows))):
            line = [
                None if cell is None or cell.value is None else self.shown(tab, row, col0 + at, cell)
                for at, cell in enumerate(tab.grid.row_cells(row)[col0:col1])
            ]
            while line and line[-1] is None:
                line.pop()
            found.append(["" if value is None else value for value in line])
        while found and not found[-1]:
            found.pop()
        return found

    def shown(self, tab: Tab, row: int, column: int, cell: Cell) -> Any:
        value = cell.value
        if isinstance(value, Formula):
            if self.render == FORMULA:
                return str(value)
            value = self.evaluator.value(tab, row, column)
        shape = number_format(cell)
        if self.render == FORMATTED:
            return display(value, shape)
        if isinstance(value, ErrorValue):
            return f"{value.text} ({value.message})" if value.message else value.text
        if self.dates == "FORMATTED_STRING" and is_date(shape) and isinstance(value, (int, float)):
            return display(value, shape)
        return value


def number_format(cell: Cell) -> dict[str, Any] | None:
    """The number format a cell is shown with; a bare =TODAY() dates itself."""
    shape = (cell.fmt or {}).get("numberFormat")
    if shape is None and isinstance(cell.value, Formula):
        if _AUTO_DATE.match(cell.value):
            return {"type": "DATE", "pattern": "m/d/yyyy"}
        if _AUTO_TIME.match(cell.value):
            return {"type": "DATE_TIME", "pattern": "m/d/yyyy h:mm:ss"}
    return shape


def _turned(rows: list[list[Any]]) -> list[list[Any]]:
    width = max((len(row) for row in rows), default=0)
    columns = []
    for column in range(width):
        line = [row[column] if column < len(row) else "" for row in rows]
        while line and line[-1] == "":
            line.pop()
        columns.append(line)
    while columns and not columns[-1]:
        columns.pop()
    return columns
