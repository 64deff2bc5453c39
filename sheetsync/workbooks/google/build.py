"""From a layout and its first rows to the requests that make the workbook. Pure: the same layout, the same requests.

Every id is ours, so a request that was done and lost its answer is refused the second time. Sheets are made first (with
the spreadsheet, or as addSheet), everything else follows in one batch: keys, headings, rows, looks, dropdowns, paints,
protection, marks, charts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheetsync.core.model.layout import FIRST_ROW, HEADING_ROW, KEY_PREFIX, Kind, Layout, Owner, Tab
from sheetsync.core.model.workbook import Incoming, IncomingRow
from sheetsync.workbooks.google import ids
from sheetsync.workbooks.google.cells import typed
from sheetsync.workbooks.google.change import dressed, kind_of
from sheetsync.workbooks.google.charts import chart_requests
from sheetsync.workbooks.google.dropdowns import CHECKBOX, dropdown
from sheetsync.workbooks.google.guards import PROTECTED, Request, column_at, marked, row_at
from sheetsync.workbooks.google.looks import column_format, heading_format, width
from sheetsync.workbooks.google.paints import rules

SPARE_ROWS, SPARE_COLUMNS = 200, 4
"""Empty rows below and columns beside what we make, dressed like the rest: people type there at once."""

_CHART_COLUMNS = 6

_KEY, _HEADING, _FIRST = 0, HEADING_ROW - 1, FIRST_ROW - 1


@dataclass(frozen=True, slots=True)
class Plot:
    """Where a fresh tab goes: its sheet id, its title (another one where the title was taken), its size."""

    tab: Tab
    sheet_id: int
    title: str
    rows: int

    @property
    def columns(self) -> dict[str, int]:
        """The places of the column keys."""
        return {ids.ID_COLUMN: 0, **{column.key: at for at, column in enumerate(self.tab.columns, start=1)}}

    @property
    def width(self) -> int:
        """Columns of ours, row ids included."""
        return len(self.tab.columns) + 1

    def span(self, row0: int, row1: int | None, col0: int, col1: int) -> Request:
        """A GridRange; `row1` None reaches to the end."""
        span = {"sheetId": self.sheet_id, "startRowIndex": row0, "startColumnIndex": col0, "endColumnIndex": col1}
        return span if row1 is None else span | {"endRowIndex": row1}


def plots(layout: Layout, contents: Incoming, taken: frozenset[str] = frozenset()) -> list[Plot]:
    """The tabs to make; a title that is taken (compared as Google does, without case) gets a number."""
    made: list[Plot] = []
    used = {title.casefold() for title in taken}
    for tab in layout.tabs:
        title, number = tab.title, 2
        while title.casefold() in used:
            title, number = f"{tab.title} ({number})", number + 1
        used.add(title.casefold())
        said = contents.tabs.get(tab.key)
        rows = _FIRST + (len(said.rows) if said else 0) + SPARE_ROWS
        made.append(Plot(tab, ids.sheet_id(layout.plan_id, tab.key), title, rows))
    return made


def properties(plot: Plot) -> Request:
    """The SheetProperties of a fresh tab."""
    shown = [at for at, column in enumerate(plot.tab.columns, start=1) if not column.hidden]
    frozen = plot.tab.freeze_columns
    # a chart's corner has to lie inside the grid, and the chart should lie on cells as well
    for_charts = max((chart.at_column + _CHART_COLUMNS for chart in plot.tab.charts), default=0)
    grid = {
        "rowCount": plot.rows,
        "columnCount": max(plot.width + SPARE_COLUMNS, for_charts),
        "frozenRowCount": _FIRST,
        "frozenColumnCount": shown[min(frozen, len(shown)) - 1] + 1 if frozen and shown else 0,
    }
    hidden = {"hidden": True} if plot.tab.hidden else {}
    return {"sheetId": plot.sheet_id, "title": plot.title, "gridProperties": grid, **hidden}


def structure(layout: Layout, plot: Plot, made: Mapping[str, Plot]) -> list[Request]:
    """Everything of a fresh tab but its cells. `made` are all plots by tab key."""
    return [
        *_looks(plot),
        *_sizes(plot),
        *_dropdowns(layout, plot, made),
        *_protection(layout, plot),
        *_marks(layout, plot),
        *(
            {"addConditionalFormatRule": {"rule": rule, "index": index}}
            for index, rule in enumerate(rules(plot.tab, plot.columns, plot.sheet_id, _FIRST))
        ),
        *([{"setBasicFilter": {"filter": {"range": _filtered(plot)}}}] if plot.tab.filter else []),
        *chart_requests(layout.plan_id, plot.tab, plot.sheet_id, made),
    ]


def _filtered(plot: Plot) -> Request:
    return plot.span(_HEADING, None, 1, plot.width)


def _looks(plot: Plot) -> list[Request]:
    made: list[Request] = [
        {
            "repeatCell": {
                "range": plot.span(_HEADING, _FIRST, 1, plot.width),
                "cell": {"userEnteredFormat": heading_format()},
                "fields": "userEnteredFormat",
            }
        }
    ]
    for at, column in enumerate(plot.tab.columns, start=1):
        cell = {"userEnteredFormat": column_format(column)}
        request = {"range": plot.span(_FIRST, None, at, at + 1), "cell": cell, "fields": "userEnteredFormat"}
        made.append({"repeatCell": request})
    return made


def _sizes(plot: Plot) -> list[Request]:
    def dimension(which: str, start: int, end: int, looks: Request) -> Request:
        span = {"sheetId": plot.sheet_id, "dimension": which, "startIndex": start, "endIndex": end}
        return {"updateDimensionProperties": {"range": span, "properties": looks, "fields": ",".join(looks)}}

    made = [dimension("ROWS", _KEY, _KEY + 1, {"hiddenByUser": True})]
    made.append(dimension("COLUMNS", 0, 1, {"hiddenByUser": True}))
    for at, column in enumerate(plot.tab.columns, start=1):
        looks: Request = {"pixelSize": width(column)}
        made.append(dimension("COLUMNS", at, at + 1, looks | ({"hiddenByUser": True} if column.hidden else {})))
    return made


def _dropdowns(layout: Layout, plot: Plot, made: Mapping[str, Plot]) -> list[Request]:
    found: list[Request] = []
    for at, column in enumerate(plot.tab.columns, start=1):
        rule = dropdown(layout, column, made)
        if rule:
            found.append({"setDataValidation": {"range": plot.span(_FIRST, None, at, at + 1), "rule": rule}})
    return found


def _protection(layout: Layout, plot: Plot) -> list[Request]:
    """A warning on each engine column, on the row ids, and on the key row; one range a column, see `guards`."""
    engine = [(column.key, at) for at, column in enumerate(plot.tab.columns, start=1) if column.owner is Owner.ENGINE]
    spans = [(key, plot.span(_FIRST, None, at, at + 1)) for key, at in [(ids.ID_COLUMN, 0), *engine]]
    key_row = {"sheetId": plot.sheet_id, "startRowIndex": _KEY, "endRowIndex": _KEY + 1}
    return [
        {
            "addProtectedRange": {
                "protectedRange": {
                    "protectedRangeId": ids.protection_id(layout.plan_id, plot.tab.key, key),
                    "range": span,
                    "description": PROTECTED,
                    "warningOnly": True,
                }
            }
        }
        for key, span in [*spans, ("_key_row", key_row)]
    ]


def _marks(layout: Layout, plot: Plot) -> list[Request]:
    plan, key, sheet = layout.plan_id, plot.tab.key, plot.sheet_id
    places = {**plot.columns, ids.AFTER_LAST: plot.width}
    return [
        marked(ids.tab_id(plan, key), ids.TAB_KEY, key, {"sheetId": sheet}),
        *(
            marked(ids.column_id(plan, key, column), ids.COLUMN_KEY, f"{key}.{column}", column_at(sheet, at))
            for column, at in places.items()
        ),
        marked(ids.row_id(plan, key, ids.HEAD), ids.ROW_KEY, f"{key}.{ids.HEAD}", row_at(sheet, _HEADING)),
        marked(ids.row_id(plan, key, ids.TAIL), ids.ROW_KEY, f"{key}.{ids.TAIL}", row_at(sheet, plot.rows - 1)),
    ]


def language_mark(layout: Layout) -> Request:
    """The mark on the spreadsheet that says in which language the headings stand."""
    return marked(ids.language_id(layout.plan_id), ids.LANGUAGE_KEY, layout.language, {"spreadsheet": True})


def top(layout: Layout, plot: Plot) -> Request:
    """The key row and the headings, with what a column means as a note on its heading."""
    keys = [{"userEnteredValue": {"stringValue": KEY_PREFIX + plot.tab.key}}]
    keys += [{"userEnteredValue": {"stringValue": column.key}} for column in plot.tab.columns]
    headings: list[Request] = [{"userEnteredValue": {"stringValue": layout.plan_id}}]
    told = plot.tab.help
    for column in plot.tab.columns:
        note = column.help if column.hidden else "\n\n".join(text for text in (told, column.help) if text)
        told = told if column.hidden else ""
        headings.append({"userEnteredValue": {"stringValue": column.heading}, **({"note": note} if note else {})})
    start = {"sheetId": plot.sheet_id, "rowIndex": _KEY, "columnIndex": 0}
    rows = [{"values": keys}, {"values": headings}]
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue,note"}}


def row_data(tab: Tab, row_id: str, cells: Mapping[str, Any]) -> Request:
    """One row as RowData, id first, in the order of the layout."""
    said = ((column, cells.get(column.key)) for column in tab.columns)
    values = [{} if value is None else {"userEnteredValue": typed(value, column.kind)} for column, value in said]
    while values and not values[-1]:
        values.pop()
    return {"values": [{"userEnteredValue": {"stringValue": row_id}}, *values]}


def first_rows(plot: Plot, rows: tuple[IncomingRow, ...], start: int = 0) -> list[Request]:
    """The cells of a fresh tab's rows, and the looks of cells that are not of their column's kind."""
    if not rows:
        return []
    top_row = _FIRST + start
    made: list[Request] = [
        {
            "updateCells": {
                "start": {"sheetId": plot.sheet_id, "rowIndex": top_row, "columnIndex": 0},
                "rows": [row_data(plot.tab, row.row_id, row.cells) for row in rows],
                "fields": "userEnteredValue",
            }
        }
    ]
    ticked = [
        plot.span(top_row, top_row + len(rows), at, at + 1)
        for at, column in enumerate(plot.tab.columns, start=1)
        if column.kind is Kind.CHECKBOX
    ]
    for number, row in enumerate(rows, start=top_row):
        for key, kind in mixed_kinds(plot.tab, row):
            at = plot.columns[key]
            if kind is Kind.CHECKBOX:
                ticked.append(plot.span(number, number + 1, at, at + 1))
            else:
                made.append(dressed(plot.sheet_id, number, at, kind))
    return made + [{"setDataValidation": {"range": span, "rule": CHECKBOX}} for span in ticked]


def mixed_kinds(tab: Tab, row: IncomingRow) -> list[tuple[str, Kind]]:
    """The cells of a row whose kind is not their column's."""
    kinds = (
        (column.key, column.kind, kind_of(column, row.cells.get(column.key), row.kinds.get(column.key)))
        for column in tab.columns
    )
    return [(key, kind) for key, own, kind in kinds if kind is not own]
