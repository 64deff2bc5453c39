"""A new workbook file: the layout and its first rows, as if a good operations lead had built it by hand.

Made with XlsxWriter, whose methods return a negative code where others would raise: every call goes through `_done`.
Dropdowns, colours and filters reach far below the data, because rows are added there later by people and engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sheetsync.core.model.layout import (
    FIRST_ROW,
    HEADING_ROW,
    KEY_PREFIX,
    KEY_ROW,
    Chart,
    Column,
    Kind,
    Layout,
    Owner,
    Paint,
    Tab,
)
from sheetsync.core.model.light import COLOURS, Light
from sheetsync.core.model.values import Formula, Value
from sheetsync.core.model.workbook import Incoming, IncomingRow
from sheetsync.errors import WorkbookError
from sheetsync.workbooks.excel.heights import WRAPPED, row_pixels
from sheetsync.workbooks.excel.kinds import NUMBER_FORMATS

LAST_ROW = 2000
"""Dropdowns, colours and filters reach down to here (1-based)."""
SECTION = "section."
"""Rows whose id begins like this are headings between the rows of a dashboard."""

_NAVY, _SLATE, _SHADE, _INPUT, _BAND = "#1F3A5F", "#5B6776", "#F3F5F7", "#FFF9E5", "#DCE6F1"
_LINE, _INK = "#D5DAE1", "#1F2933"
_SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
"""Okabe & Ito's colours for colour-blind readers."""
_FONTS = {"zh": "Microsoft YaHei"}
_FONT, _SIZE = "Arial", 10
_RIGHT = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.PERCENT)
_CENTRED = (Kind.DATE, Kind.DATETIME, Kind.LIGHT, Kind.CHECKBOX)
_BOX = '[=1]"☑";[=0]"☐";General'
"""Excel draws its own tick box; others show the sign."""
_A4, _A3 = 9, 8
_A4_HOLDS = 190
"""Characters across beyond which one page wide on A4 is too small to read."""
_FORMULA_LIMIT = 250
"""Excel's dialogs take formulas of 255 characters: longer ones could not be edited by people."""


def create_workbook(path: Path, layout: Layout, contents: Incoming) -> None:
    """Writes a new workbook to `path`. Raises WorkbookError when something in it cannot be written."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    from sheetsync.workbooks.excel.worksheet import FlexibleWorksheet

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONTS.get(layout.language, _FONT), "font_size": _SIZE},
    }
    book = Workbook(str(path), options)
    try:
        book.set_properties({"title": layout.title, "comments": "Kept by sheetsync", "author": "sheetsync"})
        _Book(book, layout, contents).write(FlexibleWorksheet)
        book.close()
    except (XlsxWriterException, OSError) as error:
        raise WorkbookError(f"the workbook could not be written: {error}", where=str(path)) from error


def _done(code: Any, what: str) -> None:
    """Every return code of XlsxWriter: 0 or nothing is good, a negative number means it wrote nothing."""
    if isinstance(code, int) and code < 0:
        raise WorkbookError(f"the workbook could not be written: {what} (code {code})")


class _Book:
    """The whole workbook: sheets in order, formats shared between them."""

    def __init__(self, book: Any, layout: Layout, contents: Incoming) -> None:
        self.book = book
        self.layout = layout
        self.contents = contents
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **properties: object) -> Any:
        """A format with these properties; the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": _FONTS.get(self.layout.language, _FONT), "font_size": _SIZE, "valign": "vcenter"}
            self._formats[key] = self.book.add_format({**base, **properties})
        return self._formats[key]

    def write(self, worksheet: type) -> None:
        """Every tab: first the sheets, so that formulas may name any of them, then what stands in them."""
        sheets = {tab.key: self.book.add_worksheet(tab.title, worksheet) for tab in self.layout.tabs}
        for tab in self.layout.tabs:
            incoming = self.contents.tabs.get(tab.key)
            rows = tuple(row for row in incoming.rows if row.place) if incoming else ()
            _Sheet(self, sheets[tab.key], tab, rows).write()
        shown = next((tab for tab in self.layout.tabs if not tab.hidden), None)
        if shown is not None:
            sheets[shown.key].activate()
            sheets[shown.key].set_first_sheet()


class _Sheet:
    """One tab. Rows and columns are 0-based here, as XlsxWriter counts; the id column is column 0."""

    def __init__(self, book: _Book, sheet: Any, tab: Tab, rows: tuple[IncomingRow, ...]) -> None:
        self.book = book
        self.sheet = sheet
        self.tab = tab
        self.rows = rows
        self.dashboard = bool(tab.charts)
        self.place = {column.key: number for number, column in enumerate(tab.columns, 1)}

    def write(self) -> None:
        """Everything of the tab."""
        self._columns()
        self._head()
        for number, row in enumerate(self.rows, FIRST_ROW - 1):
            self._row(number, row)
        self._dropdowns()
        self._paints()
        down = 0
        for chart in self.tab.charts:
            self._chart(chart, down)
            down += chart.height + 12
        self._view()

    def _columns(self) -> None:
        _done(self.sheet.set_column(0, 0, 12, None, {"hidden": True}), "the id column")
        for column in self.tab.columns:
            at = self.place[column.key]
            looks = self.book.format(**self._looks(column, column.kind))
            _done(self.sheet.set_column(at, at, column.width, looks, {"hidden": column.hidden}), column.key)

    def _looks(self, column: Column, kind: Kind) -> dict[str, object]:
        looks: dict[str, object] = {"border": 1, "border_color": _LINE, "font_color": _INK}
        code = _BOX if kind is Kind.CHECKBOX else NUMBER_FORMATS.get(kind)
        if code:
            looks["num_format"] = code
        if kind in WRAPPED:
            looks |= {"text_wrap": True, "indent": 1}
        if kind in _CENTRED:
            looks["align"] = "center"
        if kind in _RIGHT:
            looks["align"] = "right"
        if kind is Kind.LIGHT:
            looks["bold"] = True
        if self.dashboard and column.owner is Owner.PEOPLE:
            looks["bg_color"] = _INPUT
        elif not self.dashboard and column.owner is Owner.ENGINE and not self.tab.hidden:
            looks["bg_color"] = _SHADE
        return looks

    def _head(self) -> None:
        self.sheet.set_row(KEY_ROW - 1, None, None, {"hidden": True})
        _done(self.sheet.write_string(KEY_ROW - 1, 0, f"{KEY_PREFIX}{self.tab.key}"), "the key row")
        _done(self.sheet.write_string(HEADING_ROW - 1, 0, self.book.layout.plan_id), "the plan id")
        self.sheet.set_row_pixels(HEADING_ROW - 1, 46 if self.dashboard else 40)
        for column in self.tab.columns:
            at = self.place[column.key]
            _done(self.sheet.write_string(KEY_ROW - 1, at, column.key), f"the key of {column.key}")
            band = _SLATE if column.owner is Owner.ENGINE and not self.dashboard else _NAVY
            first = self.dashboard and at == 1
            looks = self.book.format(
                bold=True, bg_color=band, font_color="#FFFFFF", text_wrap=True, border=1, border_color="#FFFFFF",
                font_size=12 if first else _SIZE,
                **({"align": "left", "indent": 1} if column.kind in WRAPPED else {"align": "center"}),
            )  # fmt: skip
            _done(self.sheet.write_string(HEADING_ROW - 1, at, column.heading, looks), f"the heading {column.heading}")
            if column.help:
                self._hint(at, column)

    def _hint(self, at: int, column: Column) -> None:
        """What the column means, shown when its heading is chosen."""
        text = f"{self.tab.help}\n\n{column.help}" if at == 1 and self.tab.help else column.help
        help_text = {"validate": "any", "input_title": column.heading[:32], "input_message": text[:255]}
        _done(self.sheet.data_validation(HEADING_ROW - 1, at, HEADING_ROW - 1, at, help_text), f"help of {column.key}")

    def _row(self, number: int, row: IncomingRow) -> None:
        _done(self.sheet.write_string(number, 0, row.row_id), f"the id {row.row_id}")
        section = row.row_id.startswith(SECTION)
        self.sheet.set_row_pixels(number, 28 if section else self._height(row))
        for column in self.tab.columns:
            kind = row.kinds.get(column.key, column.kind)
            looks = self._looks(column, kind)
            if section:
                looks |= {"bold": True, "bg_color": _BAND, "font_color": _NAVY, "font_size": 11}
            elif self.dashboard and column.key == self.tab.columns[0].key:
                looks["bold"] = True
            self._cell(number, self.place[column.key], row.cells.get(column.key), kind, self.book.format(**looks))

    def _height(self, row: IncomingRow) -> int:
        """Pixels that hold the longest text of the row.

        Only Excel fits rows by itself, and only when they are edited. On a dashboard a row keeps room for two lines,
        so that the next refresh finds it and the charts beside the rows stay where they are.
        """
        least = 2 if self.dashboard else 1
        return row_pixels(self.tab, row.cells, row.kinds, self.book.layout.language, least_lines=least)

    def _cell(self, number: int, at: int, value: Value, kind: Kind, looks: Any) -> None:
        what = f"{self.tab.title}, row {number + 1}, column {at + 1}"
        if kind is Kind.CHECKBOX:
            _done(self.sheet.insert_checkbox(number, at, bool(value), looks), what)
        elif isinstance(value, Formula):
            cached = "" if value.cached is None else value.cached
            _done(self.sheet.write_formula(number, at, value.text, looks, cached), what)
        elif value is None or value == "":
            _done(self.sheet.write_blank(number, at, None, looks), what)
        elif isinstance(value, bool):
            _done(self.sheet.write_boolean(number, at, value, looks), what)
        elif isinstance(value, int | float):
            _done(self.sheet.write_number(number, at, value, looks), what)
        elif isinstance(value, date | datetime):
            _done(self.sheet.write_datetime(number, at, value, looks), what)
        else:
            _done(self.sheet.write_string(number, at, value, looks), what)

    def _dropdowns(self) -> None:
        for column in self.tab.columns:
            source = self._source(column) if column.kind is Kind.CHOICE and column.owner is not Owner.ENGINE else None
            if source is None:
                continue
            at = self.place[column.key]
            rule = {"validate": "list", "source": source, "show_error": column.strict, "error_type": "stop"}
            _done(self.sheet.data_validation(FIRST_ROW - 1, at, LAST_ROW - 1, at, rule), f"dropdown of {column.key}")

    def _source(self, column: Column) -> str | None:
        """Where a dropdown's words stand: a column of the hidden lists, or what people typed on another tab."""
        choices = self.book.layout.choice_list(column.choices)
        if choices is None:
            return None
        if choices.source is not None:
            return self.book_range(choices.source[0], choices.source[1], 200)
        return self.book_range("_lists", choices.key, len(choices.entries)) if choices.entries else None

    def book_range(self, tab_key: str, column_key: str, rows: int) -> str | None:
        """An absolute range below the headings of another tab, None where that tab or column is not there."""
        from xlsxwriter.utility import quote_sheetname, xl_range_abs

        tab = self.book.layout.tab(tab_key)
        keys = [column.key for column in tab.columns] if tab else []
        if tab is None or column_key not in keys:
            return None
        at = keys.index(column_key) + 1
        cells = xl_range_abs(FIRST_ROW - 1, at, FIRST_ROW + rows - 2, at)
        return f"={quote_sheetname(tab.title)}!{cells}"

    def _paints(self) -> None:
        for paint in self.tab.paints:
            at = self.place.get(paint.column)
            if at is None:
                continue
            colour = COLOURS[Light(paint.light)]
            looks = self.book.book.add_format({"bg_color": f"#{colour.fill}", "font_color": f"#{colour.text}"})
            for formula in self._tests(paint, at):
                rule = {"type": "formula", "criteria": formula, "format": looks}
                code = self.sheet.conditional_format(FIRST_ROW - 1, at, LAST_ROW - 1, at, rule)
                _done(code, f"the colour of {paint.column}")

    def _tests(self, paint: Paint, at: int) -> Iterator[str]:
        from xlsxwriter.utility import xl_rowcol_to_cell

        def cell(column: int) -> str:
            return str(xl_rowcol_to_cell(FIRST_ROW - 1, column, col_abs=True))

        if paint.formula is not None:
            formula = paint.formula
            for key, column in self.place.items():
                formula = formula.replace(f"{{{key}}}", cell(column))
            yield f"={formula}"
            return
        for words in _portions(paint.words):
            yield f'=ISNUMBER(FIND("|"&LOWER(TRIM({cell(at)}))&"|","{words}"))'

    def _chart(self, chart: Chart, down: int) -> None:
        """One chart, `down` pixels under the first: below each other whatever the rows' heights."""
        main = self.book.book.add_chart({"type": "line" if chart.kind == "line" else "column"})
        line = main if chart.kind == "line" else self.book.book.add_chart({"type": "line"})
        categories = self.book_range(chart.data_tab, chart.category, chart.rows)
        last = len(chart.series) - 1
        for number, (key, name) in enumerate(chart.series):
            values = self.book_range(chart.data_tab, key, chart.rows)
            _done(0 if values and categories else -1, f"the chart {chart.title} has no data column {key}")
            series: dict[str, object] = {"name": name, "categories": categories, "values": values}
            colour = _SERIES[number % len(_SERIES)]
            if number == last:  # the pace, goal or limit that the others are seen against
                series["line"] = {"color": "#6B7280", "dash_type": "dash", "width": 1.5}
            elif chart.kind == "line":
                series["line"] = {"color": colour, "width": 2.25}
            else:
                series |= {"fill": {"color": colour}, "gap": 60}
            _done((line if number == last else main).add_series(series), f"the chart {chart.title}")
        if line is not main:
            main.combine(line)
        self._chart_looks(main, chart)
        at = {"object_position": 3, "y_offset": down + 4, "x_offset": 4}
        first = self.tab.charts[0]
        _done(self.sheet.insert_chart(first.at_row, first.at_column, main, at), f"the chart {chart.title}")

    def _chart_looks(self, main: Any, chart: Chart) -> None:
        font: Mapping[str, object] = {"name": _FONTS.get(self.book.layout.language, _FONT), "size": 9, "color": _INK}
        axis = {"num_font": font, "line": {"color": _LINE}}
        main.set_title({"name": chart.title, "name_font": {**font, "size": 11, "bold": True}, "overlay": False})
        step = {"interval_unit": 5} if chart.rows > 20 else {}
        main.set_x_axis({**axis, **step, "major_gridlines": {"visible": False}})
        low = {"min": 0, "num_format": "0%" if chart.percent else "#,##0"}
        main.set_y_axis({**axis, **low, "major_gridlines": {"visible": True, "line": {"color": _LINE, "width": 0.5}}})
        main.set_legend({"position": "bottom", "font": font})
        main.set_size({"width": chart.width, "height": chart.height})
        main.set_chartarea({"border": {"color": _LINE}})
        main.show_blanks_as("gap")
        main.show_hidden_data()

    def _view(self) -> None:
        """How it opens and how it prints: headings stay, one page wide, headings on every page."""
        last_column = len(self.tab.columns)
        self.sheet.freeze_panes(FIRST_ROW - 1, 1 + self.tab.freeze_columns if self.tab.freeze_columns else 0)
        if self.tab.filter and not self.tab.hidden:
            # from the hidden id column on: sorting through the filter must take the ids along
            _done(self.sheet.autofilter(HEADING_ROW - 1, 0, LAST_ROW - 1, last_column), "the filter")
        if self.tab.hidden:
            self.sheet.hide()
        self.sheet.set_selection(FIRST_ROW - 1, 1, FIRST_ROW - 1, 1)
        self.sheet.hide_gridlines(2)
        self.sheet.set_zoom(100)
        if self.tab.landscape:
            self.sheet.set_landscape()
        wide = sum(column.width for column in self.tab.columns if not column.hidden)
        self.sheet.set_paper(_A3 if wide > _A4_HOLDS or self.dashboard else _A4)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, 1 if self.dashboard else 0)
        _done(self.sheet.repeat_rows(HEADING_ROW - 1), "repeated headings")
        _done(self.sheet.set_footer(f"&L&8{_plain(self.book.layout.title)}&C&8&A&R&8&P / &N"), "the footer")
        own = any(column.owner is not Owner.ENGINE for column in self.tab.columns)
        colour = _NAVY if self.dashboard else ("#009E73" if self.tab.people_rows else "#E69F00" if own else "#9AA5B1")
        self.sheet.set_tab_color(colour)


def _plain(text: str) -> str:
    """Text inside a footer, where `&` begins a command."""
    return text.replace("&", "&&")


def _portions(words: tuple[str, ...]) -> Iterator[str]:
    """Spellings between bars, `|done|已完成|`, in portions that keep a formula within Excel's dialog."""
    portion = "|"
    for word in dict.fromkeys(text.strip().lower().replace('"', "") for text in words):
        if len(portion) + len(word) > _FORMULA_LIMIT - 60:
            yield portion
            portion = "|"
        portion += f"{word}|"
    if len(portion) > 1:
        yield portion
