"""Data filters and developer metadata lookups: what on the server side they match."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.a1 import Span, span_of
from tests.sheets_server.book import Book, Tab
from tests.sheets_server.errors import bad_request

Place = tuple[Tab, Span]


def location_type(location: dict[str, Any]) -> str:
    if "dimensionRange" in location:
        return "ROW" if location["dimensionRange"].get("dimension") == "ROWS" else "COLUMN"
    return "SHEET" if "sheetId" in location else "SPREADSHEET"


def same_location(first: dict[str, Any], second: dict[str, Any]) -> bool:
    kinds = location_type(first), location_type(second)
    if kinds[0] != kinds[1]:
        return False
    if kinds[0] == "SHEET":
        return first["sheetId"] == second["sheetId"]
    if kinds[0] == "SPREADSHEET":
        return True
    a, b = first["dimensionRange"], second["dimensionRange"]
    return all(a.get(key, 0) == b.get(key, 0) for key in ("sheetId", "startIndex", "endIndex"))


def _intersects(book: Book, wanted: dict[str, Any], actual: dict[str, Any]) -> bool:
    """INTERSECTING: the location or anything around or inside it."""
    if location_type(wanted) == "SPREADSHEET" or location_type(actual) == "SPREADSHEET":
        return True
    return _sheet_of(wanted) == _sheet_of(actual) and (
        "sheetId" in wanted or "sheetId" in actual or _crossing(wanted["dimensionRange"], actual["dimensionRange"])
    )


def _sheet_of(location: dict[str, Any]) -> int:
    return location.get("dimensionRange", location).get("sheetId", 0)


def _crossing(first: dict[str, Any], second: dict[str, Any]) -> bool:
    if first["dimension"] != second["dimension"]:
        return True
    return first.get("startIndex", 0) < second["endIndex"] and second.get("startIndex", 0) < first["endIndex"]


def lookup(book: Book, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """The developer metadata that a DeveloperMetadataLookup matches."""
    found = []
    for item in book.metadata:
        where = item["location"]
        if wanted.get("locationType", location_type(where)) != location_type(where):
            continue
        if any(wanted.get(key) not in {None, item.get(key)} for key in ("metadataId", "metadataKey", "metadataValue")):
            continue
        if wanted.get("visibility") not in {None, item.get("visibility")}:
            continue
        if "metadataLocation" in wanted and not _at(book, wanted, where):
            continue
        found.append(item)
    return found


def _at(book: Book, wanted: dict[str, Any], where: dict[str, Any]) -> bool:
    location = wanted["metadataLocation"]
    strategy = wanted.get("locationMatchingStrategy")
    if strategy is None:
        exact = location_type(location) in {"ROW", "COLUMN"}
        strategy = "EXACT_LOCATION" if exact else "INTERSECTING_LOCATION"
    if strategy == "EXACT_LOCATION":
        return same_location(location, where)
    return _intersects(book, location, where)


def metadata_for(book: Book, data_filter: dict[str, Any]) -> list[dict[str, Any]]:
    """The developer metadata that a DataFilter selects."""
    if "developerMetadataLookup" in data_filter:
        return lookup(book, data_filter["developerMetadataLookup"])
    tab, span = _range_of(book, data_filter)
    return [item for item in book.metadata if _inside(item["location"], tab, span)]


def _inside(location: dict[str, Any], tab: Tab, span: Span) -> bool:
    if _sheet_of(location) != tab.sheet_id or location_type(location) == "SPREADSHEET":
        return False
    if "dimensionRange" not in location:
        return True
    row0, row1, col0, col1 = tab.bounds(span)
    low, high = (row0, row1) if location_type(location) == "ROW" else (col0, col1)
    return location["dimensionRange"]["startIndex"] < high and low < location["dimensionRange"]["endIndex"]


def _range_of(book: Book, data_filter: dict[str, Any]) -> Place:
    if "a1Range" in data_filter:
        return book.locate(data_filter["a1Range"])
    if "gridRange" in data_filter:
        where = data_filter["gridRange"]
        return book.tab(where.get("sheetId")), span_of(where)
    raise bad_request("DataFilter must set one of a1Range, gridRange, developerMetadataLookup.")


def places(book: Book, data_filter: dict[str, Any]) -> list[Place]:
    """The ranges that a DataFilter selects; metadata of the whole spreadsheet selects no range."""
    if "developerMetadataLookup" not in data_filter:
        return [_range_of(book, data_filter)]
    found: list[Place] = []
    for item in lookup(book, data_filter["developerMetadataLookup"]):
        place = place_of(book, item["location"])
        if place is not None and place not in found:
            found.append(place)
    return found


def place_of(book: Book, location: dict[str, Any]) -> Place | None:
    if "dimensionRange" in location:
        where = location["dimensionRange"]
        tab = book.tab(where.get("sheetId"))
        ends = where.get("startIndex", 0), where["endIndex"]
        return tab, Span(*ends, None, None) if where["dimension"] == "ROWS" else Span(None, None, *ends)
    return (book.tab(location["sheetId"]), Span()) if "sheetId" in location else None
