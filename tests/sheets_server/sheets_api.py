"""Google's paths under /v4/spreadsheets, each to what serves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.sheets_server import batch, requests_metadata, values
from tests.sheets_server.a1 import Span
from tests.sheets_server.account import Account, copy_sheet, new_file_id
from tests.sheets_server.book import Book, Tab
from tests.sheets_server.errors import bad_request, not_found
from tests.sheets_server.filters import places
from tests.sheets_server.looks import kept
from tests.sheets_server.masks import Mask, parse_mask
from tests.sheets_server.requests_cells import Formats, Patch
from tests.sheets_server.requests_sheets import new_tab
from tests.sheets_server.view import sheet_properties, spreadsheet

Message = dict[str, Any]


@dataclass
class Ask:
    """One request as the handlers see it: parameters by name, ranges as a list, the body with camelCase keys."""

    account: Account
    parts: dict[str, str] = field(default_factory=dict)
    params: Message = field(default_factory=dict)
    body: Message = field(default_factory=dict)
    unverified: values.Unverified = field(default_factory=values.Unverified)

    @property
    def spreadsheet_id(self) -> str:
        return self.parts["id"]

    @property
    def book(self) -> Book:
        return self.account.book(self.spreadsheet_id)

    @property
    def range(self) -> str:
        return self.parts["range"]

    @property
    def mask(self) -> Mask | None:
        text = self.params.get("fields")
        return parse_mask(text) if text else None


@dataclass(frozen=True)
class Route:
    """A method of the API: its name in the discovery document, and whether it counts as a read or a write."""

    verb: str
    pattern: re.Pattern[str]
    method: str
    kind: str
    handler: Callable[[Ask], Message]


def create(ask: Ask) -> Message:
    """spreadsheets.create: properties, sheets with data and objects, named ranges, metadata, in one call."""
    from tests.sheets_server.errors import permission_denied

    if not ask.account.has_storage:
        raise permission_denied()
    body = ask.body
    book = Book(new_file_id(), (body.get("properties") or {}).get("title", "Untitled spreadsheet"))
    for key in ("locale", "timeZone", "autoRecalc", "iterativeCalculationSettings", "spreadsheetTheme"):
        if key in (body.get("properties") or {}):
            book.props[key] = body["properties"][key]
    for index, sheet in enumerate(body.get("sheets") or [{}]):
        props = {"sheetId": 0} if index == 0 and "sheets" not in body else {}
        tab = new_tab(book, props | (sheet.get("properties") or {}))
        _fill(book, tab, sheet)
    _extras(book, body)
    ask.account.keep(book)
    return spreadsheet(book, mask=ask.mask)


def _fill(book: Book, tab: Tab, sheet: Message) -> None:
    for data in sheet.get("data", []):
        mask = {
            name: {} for name in ("userEnteredValue", "userEnteredFormat", "note", "dataValidation", "textFormatRuns")
        }
        formats = Formats(mask)
        row0, col0 = data.get("startRow", 0), data.get("startColumn", 0)
        rows = data.get("rowData", [])
        width = max((len(row.get("values", [])) for row in rows), default=0)
        tab.grid.resize(max(tab.grid.row_count, row0 + len(rows)), max(tab.grid.column_count, col0 + width))
        for down, row in enumerate(rows):
            for right, cell in enumerate(row.get("values", [])):
                patch = Patch(cell, mask, formats)
                tab.grid.put(row0 + down, col0 + right, patch.over(tab.grid.get(row0 + down, col0 + right)))
        for key, props in (("rowMetadata", tab.row_props), ("columnMetadata", tab.column_props)):
            for at, entry in enumerate(data.get(key, [])):
                kept_entry = {name: value for name, value in entry.items() if name in {"pixelSize", "hiddenByUser"}}
                if kept_entry:
                    props[at + (row0 if key == "rowMetadata" else col0)] = kept_entry
    requests = [
        *[{"mergeCells": {"range": where, "mergeType": "MERGE_ALL"}} for where in sheet.get("merges", [])],
        *[
            {"addConditionalFormatRule": {"rule": rule, "index": index}}
            for index, rule in enumerate(sheet.get("conditionalFormats", []))
        ],
        *[{"addProtectedRange": {"protectedRange": one}} for one in sheet.get("protectedRanges", [])],
        *[{"addChart": {"chart": one}} for one in sheet.get("charts", [])],
        *[{"addBanding": {"bandedRange": one}} for one in sheet.get("bandedRanges", [])],
        *[{"addFilterView": {"filter": one}} for one in sheet.get("filterViews", [])],
        *[{"addTable": {"table": one}} for one in sheet.get("tables", [])],
        *[{"createDeveloperMetadata": {"developerMetadata": one}} for one in sheet.get("developerMetadata", [])],
    ]
    if "basicFilter" in sheet:
        requests.append({"setBasicFilter": {"filter": sheet["basicFilter"]}})
    if requests:
        batch.run(book, requests)


def _extras(book: Book, body: Message) -> None:
    requests = [{"addNamedRange": {"namedRange": one}} for one in body.get("namedRanges", [])]
    requests += [{"createDeveloperMetadata": {"developerMetadata": one}} for one in body.get("developerMetadata", [])]
    if requests:
        batch.run(book, requests)
    if "spreadsheetTheme" in book.props:
        book.props["spreadsheetTheme"] = kept(book.props["spreadsheetTheme"])


def get(ask: Ask) -> Message:
    book = ask.book
    found = [book.locate(text) for text in ask.params.get("ranges", [])]
    return spreadsheet(book, found, grid_data=bool(ask.params.get("includeGridData")), mask=ask.mask)


def get_by_data_filter(ask: Ask) -> Message:
    book = ask.book
    found: list[tuple[Tab, Span]] = [place for item in ask.body.get("dataFilters", []) for place in places(book, item)]
    reply = spreadsheet(book, found, grid_data=bool(ask.body.get("includeGridData")), mask=ask.mask)
    if ask.body.get("dataFilters") and not found:
        reply.pop("sheets", None)
    return reply


def batch_update(ask: Ask) -> Message:
    requests = batch.flattened(ask.body.get("requests"))
    with ask.account.transaction(ask.spreadsheet_id) as book:
        replies = batch.run(book, requests)
        reply: Message = {"spreadsheetId": book.spreadsheet_id, "replies": replies}
        if ask.body.get("includeSpreadsheetInResponse"):
            found = [book.locate(text) for text in ask.body.get("responseRanges", [])]
            mask = ask.mask
            below = mask.get("updatedSpreadsheet", {}) if mask and "*" not in mask else None
            wanted = bool(ask.body.get("responseIncludeGridData"))
            reply["updatedSpreadsheet"] = spreadsheet(book, found, grid_data=wanted, mask=below or None)
        return reply


def _copy_to(ask: Ask) -> Message:
    source = ask.book
    target_id = ask.body.get("destinationSpreadsheetId", "")
    if target_id not in ask.account.files:
        raise not_found()
    if not ask.parts["sheet"].isdigit():
        raise bad_request("Invalid sheet id.")
    with ask.account.transaction(target_id) as target:
        tab = copy_sheet(source, int(ask.parts["sheet"]), target)
        return sheet_properties(target, tab)


def _writes(change: Callable[[Book, Ask], Message]) -> Callable[[Ask], Message]:
    def handler(ask: Ask) -> Message:
        with ask.account.transaction(ask.spreadsheet_id) as book:
            book.update_grows = ask.unverified.update_grows_grid
            return change(book, ask)

    return handler


def _get_metadata(ask: Ask) -> Message:
    if not ask.parts["metadata"].lstrip("-").isdigit():
        raise not_found()
    return requests_metadata.get(ask.book, int(ask.parts["metadata"]))


_ID = r"/v4/spreadsheets/(?P<id>[^/:]+)"
_RANGE = r"/values/(?P<range>[^/]+?)"


def _route(verb: str, pattern: str, method: str, kind: str, handler: Callable[[Ask], Message]) -> Route:
    return Route(verb, re.compile(pattern + r"\Z"), f"sheets.spreadsheets.{method}", kind, handler)


ROUTES = (
    _route("POST", "/v4/spreadsheets", "create", "write", create),
    _route("POST", f"{_ID}:batchUpdate", "batchUpdate", "write", batch_update),
    _route("POST", f"{_ID}:getByDataFilter", "getByDataFilter", "read", get_by_data_filter),
    _route("GET", f"{_ID}/values:batchGet", "values.batchGet", "read",
           lambda ask: values.batch_get(ask.book, ask.params.get("ranges", []), ask.params)),
    _route("POST", f"{_ID}/values:batchGetByDataFilter", "values.batchGetByDataFilter", "read",
           lambda ask: values.batch_get_by_filter(ask.book, ask.body)),
    _route("POST", f"{_ID}/values:batchUpdate", "values.batchUpdate", "write",
           _writes(lambda book, ask: values.batch_update(book, ask.body))),
    _route("POST", f"{_ID}/values:batchUpdateByDataFilter", "values.batchUpdateByDataFilter", "write",
           _writes(lambda book, ask: values.batch_update_by_filter(book, ask.body, ask.unverified))),
    _route("POST", f"{_ID}/values:batchClear", "values.batchClear", "write",
           _writes(lambda book, ask: values.batch_clear(book, ask.body.get("ranges", [])))),
    _route("POST", f"{_ID}/values:batchClearByDataFilter", "values.batchClearByDataFilter", "write",
           _writes(lambda book, ask: values.batch_clear_by_filter(book, ask.body))),
    _route("POST", f"{_ID}{_RANGE}:append", "values.append", "write",
           _writes(lambda book, ask: values.append(book, ask.range, ask.params, ask.body))),
    _route("POST", f"{_ID}{_RANGE}:clear", "values.clear", "write",
           _writes(lambda book, ask: values.clear(book, ask.range))),
    _route("GET", f"{_ID}{_RANGE}", "values.get", "read",
           lambda ask: values.get(ask.book, ask.range, ask.params)),
    _route("PUT", f"{_ID}{_RANGE}", "values.update", "write",
           _writes(lambda book, ask: values.update(book, ask.range, ask.params, ask.body))),
    _route("POST", f"{_ID}/sheets/(?P<sheet>[^/:]+):copyTo", "sheets.copyTo", "write", _copy_to),
    _route("POST", f"{_ID}/developerMetadata:search", "developerMetadata.search", "read",
           lambda ask: requests_metadata.search(ask.book, ask.body)),
    _route("GET", f"{_ID}/developerMetadata/(?P<metadata>[^/:]+)", "developerMetadata.get", "read", _get_metadata),
    _route("GET", _ID, "get", "read", get),
)  # fmt: skip


def match(verb: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of an encoded path, and its decoded parts."""
    for route in ROUTES:
        found = route.pattern.match(path)
        if found and route.verb == verb:
            return route, {name: unquote(part) for name, part in found.groupdict().items()}
    return None
