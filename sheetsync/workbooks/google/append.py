"""Adding rows: below the data, each batch of them at most once.

`appendCells` lets Google find the first free row when the request arrives, so a row that somebody typed meanwhile is
not hit. The batch also makes a mark with an id derived from the rows: sent twice, it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetsync.core.model.layout import Column, Kind, Layout, Tab
from sheetsync.core.model.plan import RowAppend
from sheetsync.core.model.values import Value
from sheetsync.workbooks.google import ids
from sheetsync.workbooks.google.cells import typed
from sheetsync.workbooks.google.change import KIND_FIELDS, kind_of
from sheetsync.workbooks.google.dropdowns import dropdown, validation
from sheetsync.workbooks.google.guards import Request, marked, unmarked
from sheetsync.workbooks.google.looks import column_format, mixed_format
from sheetsync.workbooks.google.sight import Place

SPARE_ROWS = 200
"""Blank rows, dressed like the rest, that are added when none are left."""

KEPT_TOKENS = 20
"""Marks of earlier batches that stay. A request cannot be on its way for longer than Google's 180 s."""


def tokens(token: int, known: frozenset[int]) -> list[Request]:
    """The mark of this batch, and the removal of surplus old ones."""
    surplus = sorted(known - {token})[: max(0, len(known) - KEPT_TOKENS)]
    made = marked(token, ids.APPEND_KEY, "rows", {"spreadsheet": True})
    return [*(unmarked(old) for old in surplus), made]


def appended(layout: Layout, tab: Tab, places: Mapping[str, Place], rows: Sequence[RowAppend]) -> list[Request]:
    """Adds rows to a tab, and blank rows first when there is no room for them."""
    place = places[tab.key]
    room = place.row_count - place.used_rows
    grown = _grown(layout, tab, places, len(rows) + SPARE_ROWS) if room < len(rows) else []
    fields = ["userEnteredValue"]
    if any(_mixed(tab, row) for row in rows):
        fields.append(KIND_FIELDS)
    if any(column.kind is Kind.CHECKBOX for column in tab.columns) or any(
        kind is Kind.CHECKBOX for row in rows for kind in row.kinds.values()
    ):
        fields.append("dataValidation")
    data = [{"values": _cells(layout, tab, places, row, fields)} for row in rows]
    return [*grown, {"appendCells": {"sheetId": place.sheet_id, "rows": data, "fields": ",".join(fields)}}]


def _mixed(tab: Tab, row: RowAppend) -> bool:
    return any(
        kind_of(column, row.cells.get(column.key), row.kinds.get(column.key)) is not column.kind
        for column in tab.columns
    )


def _cells(
    layout: Layout, tab: Tab, places: Mapping[str, Place], row: RowAppend, fields: Sequence[str]
) -> list[Request]:
    """The cells of a new row from the leftmost column on. What the mask names must be given, or it is cleared."""
    by_place = {at: key for key, at in places[tab.key].columns.items()}
    made: list[Request] = []
    for at in range(max(by_place) + 1):
        key = by_place.get(at, "")
        value: Value = row.row_id if key == ids.ID_COLUMN else row.cells.get(key)
        column = tab.column(key)
        kind = column.kind if column else None
        cell: Request = {"userEnteredValue": typed(value, kind)} if value is not None else {}
        made.append(cell | _dress(layout, column, places, value, row.kinds.get(key), fields) if column else cell)
    return made


def _dress(
    layout: Layout,
    column: Column,
    places: Mapping[str, Place],
    value: Value,
    said: Kind | None,
    fields: Sequence[str],
) -> Request:
    made: Request = {}
    if KIND_FIELDS in fields:
        kind = kind_of(column, value, said)
        own = {key: look for key, look in column_format(column).items() if key == "numberFormat"}
        made["userEnteredFormat"] = own if kind is column.kind else mixed_format(kind)
    rule = validation(layout, column, places, said) if "dataValidation" in fields else None
    return made | ({"dataValidation": rule} if rule else {})


def _grown(layout: Layout, tab: Tab, places: Mapping[str, Place], count: int) -> list[Request]:
    place = places[tab.key]
    made: list[Request] = [
        {"appendDimension": {"sheetId": place.sheet_id, "dimension": "ROWS", "length": count}},
    ]
    for column in tab.columns:
        at = place.columns.get(column.key)
        if at is None:
            continue
        rows = {"startRowIndex": place.row_count, "endRowIndex": place.row_count + count}
        span = {"sheetId": place.sheet_id, **rows, "startColumnIndex": at, "endColumnIndex": at + 1}
        looks: Any = {"userEnteredFormat": column_format(column)}
        made.append({"repeatCell": {"range": span, "cell": looks, "fields": "userEnteredFormat"}})
        rule = dropdown(layout, column, places)
        if rule:
            made.append({"setDataValidation": {"range": span, "rule": rule}})
    return made
