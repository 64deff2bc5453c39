"""Guards: requests that let Google refuse a whole batch when columns or rows moved since we looked.

Sheets has no compare-and-swap, but a batch is all or nothing, and the id of developer metadata is unique in a
spreadsheet. So a batch first deletes the mark of a column *at the place where we saw it* (EXACT_LOCATION) and then
makes it anew there: where the column moved, the mark was not found there and still exists; making it again is refused,
with everything else in the batch. Marks on the row of headings and on the last row of the sheet say the same of rows
put in or taken out between them. A column that was deleted took its mark along; its protected range is then gone as
well, and naming it is refused.

`values:batchUpdateByDataFilter` would let Google find the columns by itself, but whether a null in it keeps a cell is
not documented, and columns begin with headings that people own. That a taken id is refused is documented ("unique");
`prove` asks for it once, when a workbook is made, on the spreadsheet itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sheetsync.workbooks.google import ids
from sheetsync.workbooks.google.sight import Place

PROTECTED = "sheetsync: computed, edits are put back at the next refresh"
"""What the warning of an engine column says."""

Request = dict[str, Any]


def column_at(sheet_id: int, index: int) -> Request:
    """The metadata location of a column."""
    return {"dimensionRange": {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}}


def row_at(sheet_id: int, index: int) -> Request:
    """The metadata location of a row."""
    return {"dimensionRange": {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": index, "endIndex": index + 1}}


def marked(metadata_id: int, key: str, value: str, location: Request) -> Request:
    """Makes a mark."""
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": metadata_id,
                "metadataKey": key,
                "metadataValue": value,
                "visibility": "DOCUMENT",
                "location": location,
            }
        }
    }


def unmarked(metadata_id: int, location: Request | None = None) -> Request:
    """Takes a mark away: wherever it is, or only where it is at this location."""
    lookup: Request = {"metadataId": metadata_id}
    if location is not None:
        lookup |= {"metadataLocation": location, "locationMatchingStrategy": "EXACT_LOCATION"}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def guards(plan_id: str, tab: str, place: Place, columns: Iterable[str]) -> list[Request]:
    """Refuses the batch when one of these columns, or the rows of the tab, are not where `place` saw them."""
    made: list[Request] = []
    for column in dict.fromkeys(columns):
        at = place.columns[column]
        protection = ids.protection_id(plan_id, tab, column)
        if protection in place.protected:
            kept = {"protectedRangeId": protection, "description": PROTECTED}
            made.append({"updateProtectedRange": {"protectedRange": kept, "fields": "description"}})
        made += _moved(
            ids.column_id(plan_id, tab, column), ids.COLUMN_KEY, f"{tab}.{column}", column_at(place.sheet_id, at)
        )
    after = ids.column_id(plan_id, tab, ids.AFTER_LAST)
    if after in place.tagged:
        location = column_at(place.sheet_id, place.tagged[after])
        made += _moved(after, ids.COLUMN_KEY, f"{tab}.{ids.AFTER_LAST}", location)
    return made + _rows(plan_id, tab, place)


def _rows(plan_id: str, tab: str, place: Place) -> list[Request]:
    made: list[Request] = []
    # the last row of the sheet: whatever is put in or taken out above it moves it
    last = max(place.heading_row, place.row_count - 1)
    for name, to in ((ids.HEAD, place.heading_row), (ids.TAIL, last)):
        mark = ids.row_id(plan_id, tab, name)
        where = place.tagged_rows.get(mark)
        if where is None:
            made.append(unmarked(mark))
        else:
            made.append(unmarked(mark, row_at(place.sheet_id, where)))
        made.append(marked(mark, ids.ROW_KEY, f"{tab}.{name}", row_at(place.sheet_id, to)))
    return made


def _moved(mark: int, key: str, value: str, location: Request) -> list[Request]:
    return [unmarked(mark, location), marked(mark, key, value, location)]


def untrue(plan_id: str, tab: str, place: Place) -> list[str]:
    """The columns whose mark is missing or hangs elsewhere (a copy of the spreadsheet, cells cut and pasted)."""
    return [key for key, at in place.columns.items() if place.tagged.get(ids.column_id(plan_id, tab, key)) != at]


def healed(plan_id: str, tab: str, place: Place, keys: Iterable[str]) -> list[Request]:
    """Puts the marks of these columns where their keys stand, and takes away marks of columns without a key."""
    made: list[Request] = []
    for key in keys:
        mark = ids.column_id(plan_id, tab, key)
        made += [
            unmarked(mark),
            marked(mark, ids.COLUMN_KEY, f"{tab}.{key}", column_at(place.sheet_id, place.columns[key])),
        ]
    return made


def prove(plan_id: str, tab: str, place: Place) -> Request:
    """A request that Google must refuse: the mark of the row ids once more, on another column."""
    mark = ids.column_id(plan_id, tab, ids.ID_COLUMN)
    elsewhere = column_at(place.sheet_id, place.columns[ids.ID_COLUMN] + 1)
    return marked(mark, ids.COLUMN_KEY, "proof", elsewhere)
