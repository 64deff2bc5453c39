"""Requests about developer metadata, and the two calls that read it. Ids are the caller's to choose, once."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import Book, new_id
from tests.sheets_server.errors import bad_request, not_found
from tests.sheets_server.filters import location_type, metadata_for
from tests.sheets_server.masks import update_mask
from tests.sheets_server.view import shown

_MAX_TOTAL = 30_000


def _location(batch: Batch, location: Message) -> Message:
    """A location to keep: the spreadsheet, a tab, or exactly one row or column."""
    if location.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "dimensionRange" in location:
        tab, dimension, start, end = batch.dimension(location["dimensionRange"])
        if end - start != 1:
            raise bad_request("Developer metadata may only be associated with exactly one row or column.")
        if end > tab.length(dimension):
            raise bad_request("The location of the developer metadata is outside of the grid.")
        where = {"sheetId": tab.sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}
        return {"locationType": location_type({"dimensionRange": where}), "dimensionRange": where}
    if "sheetId" in location:
        return {"locationType": "SHEET", "sheetId": batch.book.tab(location["sheetId"]).sheet_id}
    raise bad_request("A location is required.")


@kind("createDeveloperMetadata")
def create(batch: Batch, body: Message) -> Message:
    new = body.get("developerMetadata") or {}
    book = batch.book
    if not new.get("metadataKey"):
        raise bad_request("A metadata key is required.")
    if new.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise bad_request("A metadata visibility is required.")
    used = {item["metadataId"] for item in book.metadata}
    wanted = new.get("metadataId")
    if wanted is not None and wanted in used:
        raise bad_request(
            f"Cannot add developer metadata with ID [{wanted}] because developer metadata with that ID already exists."
        )
    if wanted is None:
        wanted = next(candidate for candidate in iter(new_id, None) if candidate not in used)
    item: Message = {"metadataId": wanted, "metadataKey": new["metadataKey"]}
    if new.get("metadataValue"):
        item["metadataValue"] = new["metadataValue"]
    item |= {"location": _location(batch, new.get("location") or {}), "visibility": new["visibility"]}
    book.metadata.append(item)
    if sum(len(one["metadataKey"]) + len(one.get("metadataValue", "")) for one in book.metadata) > _MAX_TOTAL * 2:
        raise bad_request("The developer metadata storage limit was exceeded.")
    return {"developerMetadata": shown(item)}


@kind("updateDeveloperMetadata")
def update(batch: Batch, body: Message) -> Message:
    new, mask = body.get("developerMetadata") or {}, update_mask(body)
    changed: dict[int, Message] = {}
    for data_filter in body.get("dataFilters", []):
        for item in metadata_for(batch.book, data_filter):
            changed[item["metadataId"]] = item
    for item in changed.values():
        for key in ("metadataKey", "metadataValue", "visibility"):
            if key in mask or "*" in mask:
                item[key] = new.get(key, "")
        if "location" in mask or "*" in mask:
            item["location"] = _location(batch, new.get("location") or {})
    return {"developerMetadata": [shown(item) for item in changed.values()]} if changed else {}


@kind("deleteDeveloperMetadata")
def delete(batch: Batch, body: Message) -> Message:
    gone = metadata_for(batch.book, body.get("dataFilter") or {})
    ids = {item["metadataId"] for item in gone}
    batch.book.metadata = [item for item in batch.book.metadata if item["metadataId"] not in ids]
    return {"deletedDeveloperMetadata": [shown(item) for item in gone]} if gone else {}


def get(book: Book, metadata_id: int) -> Message:
    for item in book.metadata:
        if item["metadataId"] == metadata_id:
            return shown(item)
    raise not_found()


def search(book: Book, body: Message) -> Message:
    """developerMetadata.search: each match with the filters that matched it."""
    matched: dict[int, tuple[Message, list[Any]]] = {}
    for data_filter in body.get("dataFilters", []):
        for item in metadata_for(book, data_filter):
            matched.setdefault(item["metadataId"], (item, []))[1].append(data_filter)
    if not matched:
        return {}
    return {
        "matchedDeveloperMetadata": [
            {"developerMetadata": shown(item), "dataFilters": filters} for item, filters in matched.values()
        ]
    }
