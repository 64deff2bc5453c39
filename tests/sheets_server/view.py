"""The Spreadsheet resource as the server shows it: properties, tabs with their objects, grid data."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.a1 import Span
from tests.sheets_server.book import Book, Tab, check_inside
from tests.sheets_server.cells import Cell, Formula, to_extended
from tests.sheets_server.conditional import conditional_format
from tests.sheets_server.formats import display
from tests.sheets_server.formula_eval import Evaluator
from tests.sheets_server.looks import DEFAULT_FORMAT, THEME, overlaid
from tests.sheets_server.masks import Mask, wants
from tests.sheets_server.reading import number_format
from tests.sheets_server.shifts import RANGE_KEYS

Message = dict[str, Any]
_OBJECTS = (
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "charts",
    "bandedRanges",
    "rowGroups",
    "columnGroups",
    "slicers",
    "tables",
    "commentAnchors",
)
_OPTIONAL_FLAGS = {"bold", "italic", "strikethrough", "underline"}
PIXELS = {"ROWS": 21, "COLUMNS": 100}


def shown(message: Any) -> Any:
    """A stored message as it is sent: sheetId 0 is dropped from ranges, defaults are dropped."""
    if isinstance(message, list):
        return [shown(item) for item in message]
    if not isinstance(message, dict):
        return message
    hide = message.get("sheetId") == 0 and (
        message.keys() <= RANGE_KEYS or "dimension" in message or message.keys() & {"rowIndex", "columnIndex"}
    )
    return {
        key: shown(value)
        for key, value in message.items()
        if not (hide and key == "sheetId") and not _elided(key, value)
    }


def _elided(key: str, value: Any) -> bool:
    """proto3 does not send unset and default values; the flags of a text format are optional fields and are sent."""
    if value is False:
        return key not in _OPTIONAL_FLAGS
    return value is None or (isinstance(value, (str, list)) and not value)


def spreadsheet(
    book: Book, places: list[tuple[Tab, Span]] | None = None, *, grid_data: bool = False, mask: Mask | None = None
) -> Message:
    """The resource, before a response mask is applied; a mask decides about grid data by reaching for it."""
    if mask is not None:
        grid_data = wants(mask, "sheets", "data")
    evaluator = Evaluator(book)
    resource: Message = {"spreadsheetId": book.spreadsheet_id, "properties": properties(book)}
    tabs = book.tabs
    if places:
        tabs = [tab for tab in book.tabs if any(tab is place[0] for place in places)]
    resource["sheets"] = []
    for tab in tabs:
        spans = [span for place, span in places if place is tab] if places else [Span()]
        asked = spans if places else []
        resource["sheets"].append(_sheet(book, tab, spans if grid_data else [], evaluator, mask, asked))
    if book.named_ranges:
        resource["namedRanges"] = shown(book.named_ranges)
    resource["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.spreadsheet_id}/edit"
    own = [shown(item) for item in book.metadata if "spreadsheet" in item["location"]]
    if own:
        resource["developerMetadata"] = own
    return resource


def properties(book: Book) -> Message:
    return {
        **book.props,
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": book.props.get("spreadsheetTheme", THEME),
    }


def sheet_properties(book: Book, tab: Tab) -> Message:
    """SheetProperties in the order and with the elisions of the recordings (index 0 and sheetId 0 are kept)."""
    props: Message = {
        "sheetId": tab.sheet_id,
        "title": tab.title,
        "index": book.tabs.index(tab) if tab in book.tabs else len(book.tabs),
        "sheetType": tab.props["sheetType"],
        "gridProperties": {
            "rowCount": tab.grid.row_count,
            "columnCount": tab.grid.column_count,
            **{key: value for key, value in tab.grid_props.items() if value},
        },
    }
    for key in ("hidden", "tabColor", "rightToLeft", "tabColorStyle"):
        if tab.props.get(key):
            props[key] = tab.props[key]
    return props


def _touches(tab: Tab, merge: Message, span: Span) -> bool:
    row0, row1, col0, col1 = tab.bounds(span)
    rows = merge["startRowIndex"] < row1 and row0 < merge["endRowIndex"]
    return rows and merge["startColumnIndex"] < col1 and col0 < merge["endColumnIndex"]


def _sheet(
    book: Book, tab: Tab, spans: list[Span], evaluator: Evaluator, mask: Mask | None, asked: list[Span]
) -> Message:
    """One tab; `asked` are the ranges of the request, which limit the merges told of (none: all of them)."""
    sheet: Message = {"properties": sheet_properties(book, tab)}
    if spans:
        sheet["data"] = [grid_data_of(tab, span, evaluator, mask) for span in spans]
    merges = [merge for merge in tab.objects["merges"] if not asked or any(_touches(tab, merge, one) for one in asked)]
    if merges:
        sheet["merges"] = shown(merges)
    for name in _OBJECTS:
        if tab.objects[name]:
            sheet[name] = shown(tab.objects[name])
    if tab.basic_filter is not None:
        sheet["basicFilter"] = shown(tab.basic_filter)
    own = [shown(item) for item in book.metadata if item["location"].get("sheetId") == tab.sheet_id]
    if own:
        sheet["developerMetadata"] = own
    return sheet


def grid_data_of(tab: Tab, span: Span, evaluator: Evaluator, mask: Mask | None = None) -> Message:
    """GridData of a range: rows up to the last one that holds anything, and the sizes of rows and columns."""
    check_inside(tab, span)
    row0, row1, col0, col1 = tab.bounds(span)
    data: Message = {key: value for key, value in (("startRow", row0), ("startColumn", col0)) if value}
    if wants(mask, "sheets", "data", "rowData"):
        rows = _row_data(tab, (row0, row1, col0, col1), evaluator, _below(mask))
        if rows:
            data["rowData"] = rows
    book = evaluator.book
    for dimension, key, low, high in (("ROWS", "rowMetadata", row0, row1), ("COLUMNS", "columnMetadata", col0, col1)):
        if wants(mask, "sheets", "data", key):
            data[key] = _dimension(book, tab, dimension, low, high)
    return data


def _below(mask: Mask | None) -> Mask | None:
    node = mask
    for name in ("sheets", "data", "rowData", "values"):
        if not node or "*" in node:
            return None
        node = node.get(name)
    return node or None


def _row_data(tab: Tab, box: tuple[int, int, int, int], evaluator: Evaluator, mask: Mask | None) -> list[Message]:
    row0, row1, col0, col1 = box
    rows: list[Message] = []
    for row in range(row0, min(row1, len(tab.grid.rows))):
        cells = tab.grid.row_cells(row)[col0:col1]
        values = [
            cell_data(tab, row, col0 + at, cell, evaluator, mask) if cell is not None else {}
            for at, cell in enumerate(cells)
        ]
        while values and not values[-1]:
            values.pop()
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


def cell_data(tab: Tab, row: int, column: int, cell: Cell, evaluator: Evaluator, mask: Mask | None = None) -> Message:
    """CellData of one cell, only the fields that a mask asks for."""
    data: Message = {}

    def asked(name: str) -> bool:
        return mask is None or name in mask or "*" in mask

    entered = to_extended(cell.value)
    if entered is not None and (asked("userEnteredValue")):
        data["userEnteredValue"] = entered
    if entered is not None and (asked("effectiveValue") or asked("formattedValue") or asked("effectiveFormat")):
        _effective(data, tab, row, column, cell, evaluator, asked)
    if cell.fmt and asked("userEnteredFormat"):
        data["userEnteredFormat"] = cell.fmt
    if asked("effectiveFormat") and not (cell.blank and not cell.fmt and not tab.objects["conditionalFormats"]):
        data["effectiveFormat"] = effective_format(tab, row, column, cell, evaluator)
    link = _hyperlink(cell)
    if link and asked("hyperlink"):
        data["hyperlink"] = link
    if cell.note and asked("note"):
        data["note"] = cell.note
    if cell.rule and asked("dataValidation"):
        data["dataValidation"] = shown(cell.rule)
    for name, value in (cell.extra or {}).items():
        if asked(name):
            data[name] = shown(value)
    return data


def _effective(data: Message, tab: Tab, row: int, column: int, cell: Cell, evaluator: Evaluator, asked: Any) -> None:
    value = evaluator.value(tab, row, column)
    if asked("effectiveValue"):
        extended = to_extended(value)
        if extended is not None:
            data["effectiveValue"] = extended
        elif isinstance(cell.value, Formula):
            data["effectiveValue"] = {"stringValue": ""}
    if asked("formattedValue"):
        text = display(value, number_format(cell))
        if text:
            data["formattedValue"] = text


def effective_format(tab: Tab, row: int, column: int, cell: Cell, evaluator: Evaluator) -> Message:
    """Defaults, then the cell's own format, then the conditional formats that hold."""
    base = overlaid(DEFAULT_FORMAT, {"textFormat": {"fontFamily": "Arial"}, "hyperlinkDisplayType": "PLAIN_TEXT"})
    shape = number_format(cell)
    if shape is not None:
        base = overlaid(base, {"numberFormat": shape})
    merged = overlaid(base, cell.fmt)
    return overlaid(merged, conditional_format(tab, row, column, evaluator))


def _hyperlink(cell: Cell) -> str | None:
    if isinstance(cell.value, Formula) and cell.value.upper().startswith('=HYPERLINK("'):
        return str(cell.value)[len('=HYPERLINK("') :].partition('"')[0]
    return ((cell.fmt or {}).get("textFormat") or {}).get("link", {}).get("uri")


def _dimension(book: Book, tab: Tab, dimension: str, low: int, high: int) -> list[Message]:
    props = tab.dimension_props(dimension)
    kind = "ROWS" if dimension == "ROWS" else "COLUMNS"
    carried: dict[int, list[Message]] = {}
    for item in book.metadata:
        where = item["location"].get("dimensionRange")
        if where and where["dimension"] == kind and where.get("sheetId", 0) == tab.sheet_id:
            carried.setdefault(where["startIndex"], []).append(shown(item))
    entries = []
    for index in range(low, high):
        entry = {"pixelSize": PIXELS[dimension], **props.get(index, {})}
        if index in carried:
            entry["developerMetadata"] = carried[index]
        entries.append({key: value for key, value in entry.items() if value is not False})
    return entries
