"""Requests about whole tabs and the spreadsheet: add, delete, duplicate, properties."""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import GRID_DEFAULTS, Book, Tab, new_id
from tests.sheets_server.errors import bad_request
from tests.sheets_server.filters import location_type
from tests.sheets_server.looks import kept
from tests.sheets_server.masks import merged, update_mask
from tests.sheets_server.structure import rename_in_formulas
from tests.sheets_server.view import sheet_properties

_TAB_KEYS = ("hidden", "rightToLeft", "tabColor", "tabColorStyle")
_LOCALE = re.compile(r"^[a-z]{2,3}(_[A-Za-z]{2,4})?$")


@kind("addSheet")
def add_sheet(batch: Batch, body: Message) -> Message:
    props = body.get("properties") or {}
    tab = new_tab(batch.book, props)
    return {"properties": sheet_properties(batch.book, tab)}


def new_tab(book: Book, props: Message) -> Tab:
    """A tab from SheetProperties, put at its index; a taken id or title is refused."""
    sheet_id = props.get("sheetId")
    if sheet_id is None:
        sheet_id = book.free_sheet_id()
    elif sheet_id < 0:
        raise bad_request("sheetId must be >= 0")
    elif any(tab.sheet_id == sheet_id for tab in book.tabs):
        raise bad_request(f"Sheet with ID {sheet_id} already exists.")
    title = props.get("title") or book.free_title()
    _check_title(book, title)
    grid = GRID_DEFAULTS | {key: value for key, value in (props.get("gridProperties") or {}).items() if value}
    tab = Tab(sheet_id, title, grid.pop("rowCount"), grid.pop("columnCount"))
    tab.props["sheetType"] = props.get("sheetType", "GRID")
    _set_grid_props(tab, grid)
    for key, value in kept({key: props[key] for key in _TAB_KEYS if key in props}).items():
        tab.props[key] = value
    index = props.get("index", len(book.tabs))
    if index > len(book.tabs):
        raise bad_request(f"Sheet index too high: {index}. Must be at most {len(book.tabs)}.")
    book.tabs.insert(index, tab)
    book.check_size()
    return tab


def _check_title(book: Book, title: str, own: Tab | None = None) -> None:
    known = book.tab_titled(title)
    if known is not None and known is not own:
        raise bad_request(f'A sheet with the name "{title}" already exists. Please enter another name.')
    if len(title) > 100:
        raise bad_request("A sheet name must not be longer than 100 characters.")


def _set_grid_props(tab: Tab, grid: dict[str, Any]) -> None:
    for key, length in (("frozenRowCount", tab.grid.row_count), ("frozenColumnCount", tab.grid.column_count)):
        if grid.get(key, 0) >= length and length:
            raise bad_request("You can't freeze all visible rows or columns on the sheet.")
    tab.grid_props = {key: value for key, value in grid.items() if value}


@kind("deleteSheet")
def delete_sheet(batch: Batch, body: Message) -> None:
    book = batch.book
    tab = book.tab(body.get("sheetId"))
    if len([other for other in book.tabs if not other.props.get("hidden") and other is not tab]) == 0:
        raise bad_request("You can't remove all the visible sheets in a document.")
    rename_in_formulas(book, tab.title, None)
    book.tabs.remove(tab)
    sheet_id = tab.sheet_id
    book.named_ranges = [item for item in book.named_ranges if item["range"].get("sheetId", 0) != sheet_id]
    book.metadata = [item for item in book.metadata if not _on_sheet(item["location"], sheet_id)]


def _on_sheet(location: Message, sheet_id: int) -> bool:
    if location_type(location) == "SPREADSHEET":
        return False
    return location.get("dimensionRange", location).get("sheetId", 0) == sheet_id


@kind("duplicateSheet")
def duplicate_sheet(batch: Batch, body: Message) -> Message:
    book = batch.book
    source = book.tab(body.get("sourceSheetId"))
    title = body.get("newSheetName")
    if not title:
        title, number = f"Copy of {source.title}", 2
        while book.tab_titled(title):
            title, number = f"Copy of {source.title} {number}", number + 1
    _check_title(book, title)
    sheet_id = body.get("newSheetId")
    if sheet_id is None:
        sheet_id = book.free_sheet_id()
    elif any(tab.sheet_id == sheet_id for tab in book.tabs):
        raise bad_request(f"Sheet with ID {sheet_id} already exists.")
    index = body.get("insertSheetIndex", 0)
    if index > len(book.tabs):
        raise bad_request(f"Sheet index too high: {index}. Must be at most {len(book.tabs)}.")
    tab = copy_tab(source, sheet_id, title)
    book.tabs.insert(index, tab)
    book.metadata += copied_metadata(book, source, sheet_id)
    book.check_size()
    return {"properties": sheet_properties(book, tab)}


def copy_tab(source: Tab, sheet_id: int, title: str) -> Tab:
    """A copy under another id; the objects on it get new ids."""
    tab = source.clone()
    tab.objects = _readdressed(tab.objects, source.sheet_id, sheet_id)
    tab.basic_filter = _readdressed(tab.basic_filter, source.sheet_id, sheet_id)
    tab.props["sheetId"], tab.props["title"] = sheet_id, title
    for name, key in (("charts", "chartId"), ("protectedRanges", "protectedRangeId"), ("slicers", "slicerId")):
        for item in tab.objects[name]:
            item[key] = new_id()
    for name, key in (("bandedRanges", "bandedRangeId"), ("filterViews", "filterViewId")):
        for item in tab.objects[name]:
            item[key] = new_id()
    for item in tab.objects["tables"]:
        item["tableId"] = str(new_id())
        item["name"] = f"{item['name']}_{sheet_id}"
    return tab


def copied_metadata(book: Book, source: Tab, sheet_id: int) -> list[Message]:
    """The developer metadata of a tab for its copy, under new ids."""
    own = [item for item in book.metadata if _on_sheet(item["location"], source.sheet_id)]
    return [{**_readdressed(copy.deepcopy(item), source.sheet_id, sheet_id), "metadataId": new_id()} for item in own]


def _readdressed(message: Any, old: int, new: int) -> Any:
    if isinstance(message, list):
        return [_readdressed(item, old, new) for item in message]
    if not isinstance(message, dict):
        return message
    return {
        key: new if key == "sheetId" and value == old else _readdressed(value, old, new)
        for key, value in message.items()
    }


@kind("updateSheetProperties")
def update_sheet_properties(batch: Batch, body: Message) -> None:
    book = batch.book
    new = body.get("properties") or {}
    mask = update_mask(body)
    tab = book.tab(new.get("sheetId"))
    if "*" in mask:
        mask = {key: {} for key in (*_TAB_KEYS, "title", "index", "gridProperties") if key in new}
    if "title" in mask:
        rename(book, tab, new.get("title", ""))
    if "gridProperties" in mask:
        _update_grid(book, tab, new.get("gridProperties") or {}, mask["gridProperties"])
    for key in _TAB_KEYS:
        if key in mask:
            _update_own(book, tab, key, new.get(key), mask[key])
    if "index" in mask:
        _reorder(book, tab, new.get("index", 0))


def rename(book: Book, tab: Tab, title: str) -> None:
    if not title:
        raise bad_request("Sheet name cannot be empty.")
    _check_title(book, title, tab)
    old = tab.title
    tab.props["title"] = title
    rename_in_formulas(book, old, title)


def _update_own(book: Book, tab: Tab, key: str, value: Any, below: Message) -> None:
    if key == "hidden":
        if value and all(other.props.get("hidden") for other in book.tabs if other is not tab):
            raise bad_request("You can't hide all the sheets in a document.")
        tab.props[key] = bool(value)
    elif key == "rightToLeft":
        tab.props[key] = bool(value)
    else:
        after = kept(merged(tab.props.get(key), value, below)) if value else None
        pair = ("tabColor", "tabColorStyle")
        for name in pair:
            tab.props.pop(name, None)
        if after:
            tab.props.update(kept({key: after}))


def _update_grid(book: Book, tab: Tab, new: Message, mask: Message) -> None:
    now = {"rowCount": tab.grid.row_count, "columnCount": tab.grid.column_count, **tab.grid_props}
    after = merged(now, new, mask)
    rows, columns = after.pop("rowCount", 0), after.pop("columnCount", 0)
    for count, word in ((rows, "row"), (columns, "column")):
        if count < 1:
            raise bad_request(f"gridProperties.{word}Count must be > 0")
    shrinks = rows < tab.grid.row_count or columns < tab.grid.column_count
    tab.grid.resize(rows, columns)
    book.check_size()
    if shrinks:
        _drop_outside(tab)
    _set_grid_props(tab, after)


def _drop_outside(tab: Tab) -> None:
    def inside(where: Message) -> bool:
        below = where.get("startRowIndex", 0) < tab.grid.row_count
        return below and where.get("startColumnIndex", 0) < tab.grid.column_count

    for rule in tab.objects["conditionalFormats"]:
        rule["ranges"] = [where for where in rule["ranges"] if inside(where)]
    tab.objects["conditionalFormats"] = [rule for rule in tab.objects["conditionalFormats"] if rule["ranges"]]
    tab.objects["merges"] = [merge for merge in tab.objects["merges"] if inside(merge)]


def _reorder(book: Book, tab: Tab, index: int) -> None:
    if index > len(book.tabs):
        raise bad_request(f"Sheet index too high: {index}. Must be at most {len(book.tabs)}.")
    at = book.tabs.index(tab)
    book.tabs.remove(tab)
    book.tabs.insert(index - 1 if index > at else index, tab)


@kind("updateSpreadsheetProperties")
def update_spreadsheet_properties(batch: Batch, body: Message) -> None:
    book = batch.book
    new, mask = body.get("properties") or {}, update_mask(body)
    names = [key for key in new] if "*" in mask else list(mask)
    for key in names:
        value = new.get(key)
        if key == "title" and not value:
            raise bad_request("Title cannot be empty.")
        if key == "locale" and not _LOCALE.match(value or ""):
            raise bad_request(f"Unsupported locale: {value}")
        if key == "timeZone" and not _known_zone(value):
            raise bad_request(f"Invalid time zone: {value}")
        if key in {"title", "locale", "timeZone", "autoRecalc", "iterativeCalculationSettings"}:
            book.props[key] = value
        elif key == "spreadsheetTheme":
            book.props[key] = kept(value)
        elif key != "defaultFormat":
            raise bad_request(f"Unsupported field: {key}")


def _known_zone(name: str | None) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name or "")
    except (KeyError, ValueError, OSError):
        return False
    return True
