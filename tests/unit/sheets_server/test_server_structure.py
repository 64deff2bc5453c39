"""Rows and columns inserted, deleted, moved and sorted: what follows, and what stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sheets_server.book import Book, Tab
from tests.sheets_server.cells import Cell
from tests.sheets_server.shifts import Shift
from tests.sheets_server.structure import delete, insert, move


def rows(first: int, last: int, sheet_id: int = 0) -> dict:
    return {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": first, "endIndex": last}


def box(row0: int, row1: int, col0: int, col1: int) -> dict:
    return {"startRowIndex": row0, "endRowIndex": row1, "startColumnIndex": col0, "endColumnIndex": col1}


@pytest.mark.parametrize(
    ("shift", "ends", "after"),
    [
        (("insert", 2, 4), (2, 5), (4, 7)),
        (("insert", 2, 4), (0, 2), (0, 2)),
        (("insert", 2, 4), (1, 3), (1, 5)),
        (("insert", 2, 4), (None, None), (None, None)),
        (("delete", 2, 4), (0, 2), (0, 2)),
        (("delete", 2, 4), (1, 3), (1, 2)),
        (("delete", 2, 4), (2, 4), None),
        (("delete", 2, 4), (3, 9), (2, 7)),
        (("delete", 2, 4), (3, None), (2, None)),
        (("move", 0, 1, 3), (0, 1), (2, 3)),
        (("move", 0, 1, 3), (1, 3), (0, 2)),
        (("move", 4, 5, 0), (1, 3), (2, 4)),
        (("move", 4, 5, 2), (1, 3), (1, 4)),
    ],
)
def test_where_a_range_lies_afterwards(shift, ends, after):
    assert Shift(0, "ROWS", *shift).ends(*ends) == after


@given(st.integers(0, 9), st.integers(1, 4), st.integers(0, 12))
def test_a_move_is_a_permutation_that_the_cells_follow(start, count, to):
    count = min(count, 10 - start)
    book = Book("id", "t")
    tab = Tab(0, "Sheet1", 10, 3)
    book.tabs = [tab]
    for row in range(10):
        tab.grid.put(row, 1, Cell(row))
    to = min(to, 10)
    if start < to < start + count:
        return
    move(book, tab, "ROWS", start, start + count, to)
    shift = Shift(0, "ROWS", "move", start, start + count, to)
    after = [tab.grid.get(row, 1).value for row in range(10)]
    assert sorted(after) == list(range(10))
    if to not in {start, start + count}:
        assert [shift.place(old) for old in after] == list(range(10))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8), st.integers(1, 3)), max_size=12))
def test_metadata_stays_with_its_row_through_any_inserts_and_deletes(edits):
    book = Book("id", "t")
    tab = Tab(0, "Sheet1", 10, 2)
    book.tabs = [tab]
    for row in range(10):
        tab.grid.put(row, 0, Cell(f"row {row}"))
        where = {"dimensionRange": rows(row, row + 1)}
        book.metadata.append({"metadataId": row, "metadataKey": f"row {row}", "location": where})
    for is_insert, at, count in edits:
        if is_insert:
            insert(book, tab, "ROWS", min(at, tab.grid.row_count), count, inherit=at > 0)
        elif at + count < tab.grid.row_count:
            delete(book, tab, "ROWS", at, at + count)
    places = {item["metadataKey"]: item["location"]["dimensionRange"]["startIndex"] for item in book.metadata}
    left = {tab.grid.get(row, 0).value: row for row in range(tab.grid.row_count) if tab.grid.has_content(row, 0)}
    assert places == left


def test_everything_follows_an_inserted_row(api):
    api.put("A1", [["a"], ["=A1"], ["=SUM(A1:A2)"], ["x"]], "USER_ENTERED")
    light = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A2=1"}]}
    api.batch(
        {"addNamedRange": {"namedRange": {"name": "Sales", "range": box(1, 3, 0, 1)}}},
        {"addProtectedRange": {"protectedRange": {"range": box(1, 3, 0, 1), "warningOnly": True}}},
        {
            "addConditionalFormatRule": {
                "rule": {
                    "ranges": [box(1, 3, 0, 1)],
                    "booleanRule": {"condition": light, "format": {"textFormat": {"bold": True}}},
                }
            }
        },
        {"mergeCells": {"range": box(3, 5, 0, 1), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": box(0, 4, 0, 1)}}},
        {"updateDimensionProperties": {"range": rows(1, 2), "properties": {"pixelSize": 50}, "fields": "pixelSize"}},
    )
    api.people.insert_rows("Sheet1", 2)
    assert api.read("A1:A4", valueRenderOption="FORMULA") == [["a"], [], ["=A1"], ["=SUM(A1:A3)"]]
    resource = api.ok("GET")
    sheet = resource["sheets"][0]
    assert resource["namedRanges"][0]["range"] == box(2, 4, 0, 1)
    assert sheet["protectedRanges"][0]["range"] == box(2, 4, 0, 1)
    rule = sheet["conditionalFormats"][0]
    assert rule["ranges"] == [box(2, 4, 0, 1)]
    assert rule["booleanRule"]["condition"]["values"] == [{"userEnteredValue": "=$A3=1"}]
    assert sheet["merges"] == [box(4, 6, 0, 1)]
    assert sheet["basicFilter"]["range"] == box(0, 5, 0, 1)
    meta = api.ok("GET", params={"fields": "sheets.data.rowMetadata.pixelSize"})["sheets"][0]["data"][0]["rowMetadata"]
    assert [entry["pixelSize"] for entry in meta[:4]] == [21, 21, 50, 21]


def test_what_lay_on_deleted_rows_is_gone(api):
    api.put("A1", [["1"], ["=A1*2"]], "USER_ENTERED")
    api.batch({"addNamedRange": {"namedRange": {"name": "One", "range": box(0, 1, 0, 1)}}})
    api.people.delete_rows("Sheet1", 1)
    assert api.read("A1", valueRenderOption="FORMULA") == [["=#REF!*2"]]
    assert "namedRanges" not in api.ok("GET")


def test_validation_and_charts_follow_a_moved_column(api):
    chart = {
        "spec": {
            "basicChart": {"chartType": "LINE", "series": [{"series": {"sourceRange": {"sources": [box(0, 5, 1, 2)]}}}]}
        },
        "position": {"overlayPosition": {"anchorCell": {"rowIndex": 9, "columnIndex": 1}}},
    }
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "open"}]}, "showCustomUi": True}
    api.batch(
        {"setDataValidation": {"range": box(0, 5, 1, 2), "rule": rule}},
        {"addChart": {"chart": chart}},
    )
    api.people.move_columns("Sheet1", "B", before="F")
    moved = api.sheet()["charts"][0]
    assert moved["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"] == [box(0, 5, 4, 5)]
    assert moved["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 9, "columnIndex": 4}
    cells = api.people.book.tabs[0].grid
    assert cells.get(0, 4).rule == rule
    assert cells.get(0, 1).rule is None


def test_a_sort_moves_contents_but_neither_rows_nor_their_metadata(api):
    api.put("A1", [["id", "n"], ["r1", 3], ["r2", 1], ["r3", ""], ["r4", 2]])
    api.people.set_note("Sheet1", "A2", "on r1")
    where = {"dimensionRange": rows(1, 2)}
    metadata = {"metadataKey": "row", "location": where, "visibility": "DOCUMENT"}
    api.batch({"createDeveloperMetadata": {"developerMetadata": metadata}})
    api.people.sort("Sheet1", "A2:B5", "B")
    assert api.read("A2:A5") == [["r2"], ["r4"], ["r1"], ["r3"]]
    assert api.people.note("Sheet1", "A4") == "on r1"
    assert api.people.book.metadata[0]["location"]["dimensionRange"]["startIndex"] == 1
    api.people.sort("Sheet1", "A2:B5", "B", descending=True)
    assert api.read("A2:A5") == [["r1"], ["r4"], ["r2"], ["r3"]]


def test_a_sort_leaves_hidden_rows_where_they_are(api):
    api.put("A1", [[4], [3], [2], [1]])
    api.people.hide("Sheet1", "ROWS", 1)
    api.people.sort("Sheet1", "A1:A4", "A")
    assert api.read("A1:A4") == [["1"], ["3"], ["2"], ["4"]]


def test_merges_forbid_sorting_and_tearing_moves(api):
    api.people.merge("Sheet1", "B2:B3")
    where = {"sheetId": 0, **box(0, 9, 0, 3)}
    sort = {"sortRange": {"range": where, "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]}}
    text = "You can't sort a range containing vertical merges. There is a vertical merge at B2:B3"
    assert text in api.batch_refused(sort)
    for source, to in ((rows(1, 2), 8), (rows(5, 6), 2)):
        message = api.batch_refused({"moveDimension": {"source": source, "destinationIndex": to}})
        assert "not possible to move a row to a position that crosses a merged cell" in message
    api.batch({"moveDimension": {"source": rows(1, 3), "destinationIndex": 8}})
    assert api.sheet()["merges"] == [box(6, 8, 1, 2)]


def test_a_get_with_ranges_tells_only_of_the_merges_they_touch(api):
    api.people.merge("Sheet1", "B2:B3")
    api.people.merge("Sheet1", "D5:E5")
    merges = api.ok("GET", params={"ranges": "Sheet1!A1:C9"})["sheets"][0]["merges"]
    assert merges == [box(1, 3, 1, 2)]


def test_a_renamed_tab_is_followed_and_a_deleted_one_leaves_ref(api):
    api.people.add_tab("Goals")
    api.put("Sheet1!A1", [["=Goals!B2+'Goals'!C3"]], "USER_ENTERED")
    api.people.rename_tab("Goals", "Our goals")
    assert api.people.entered("Sheet1", "A1") == "='Our goals'!B2+'Our goals'!C3"
    api.people.delete_tab("Our goals")
    assert api.people.entered("Sheet1", "A1") == "=#REF!+#REF!"


def test_a_paste_fragments_conditional_formats(api):
    boolean = {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}
    api.batch({"addConditionalFormatRule": {"rule": {"ranges": [box(0, 10, 1, 2)], "booleanRule": boolean}}})
    api.people.copy("Sheet1", "D1", "B4")
    ranges = api.sheet()["conditionalFormats"][0]["ranges"]
    assert ranges == [box(0, 3, 1, 2), box(4, 10, 1, 2)]
    api.people.copy("Sheet1", "B1", "E1")
    assert box(0, 1, 4, 5) in api.sheet()["conditionalFormats"][0]["ranges"]


def test_new_rows_inherit_the_looks_of_their_neighbour(api):
    api.people.paint("Sheet1", "A2", {"textFormat": {"bold": True}})
    where = {"range": rows(2, 3), "inheritFromBefore": True}
    api.batch({"insertDimension": where})
    assert api.people.format("Sheet1", "A3") == {"textFormat": {"bold": True}}
    assert api.people.format("Sheet1", "A4") == {}


@pytest.mark.parametrize(
    ("request_body", "message"),
    [
        ({"deleteDimension": {"range": rows(0, 1000)}}, "You can't delete all the rows on the sheet."),
        ({"deleteDimension": {"range": rows(1000, 1001)}}, "Cannot delete a row that doesn't exist."),
        (
            {"insertDimension": {"range": rows(1001, 1002)}},
            "range.startIndex is larger than current grid size (1000)",
        ),
        (
            {"insertDimension": {"range": rows(1000, 1001)}},
            "range.startIndex must be less than the grid size (1000) if inheritFromBefore is false.",
        ),
        (
            {"insertDimension": {"range": rows(0, 1), "inheritFromBefore": True}},
            "inheritFromBefore must be false if inserting at index 0",
        ),
        ({"moveDimension": {"source": rows(2, 6), "destinationIndex": 4}}, "Cannot move a dimension to a place within"),
        ({"appendDimension": {"sheetId": 9, "dimension": "ROWS", "length": 1}}, "No grid with id: 9"),
    ],
)
def test_structural_requests_that_are_refused(api, request_body, message):
    assert message in api.batch_refused(request_body)


def test_copies_share_rows_until_one_side_writes():
    book = Book("id", "t")
    book.tabs = [Tab(0, "Sheet1", 10, 3)]
    grid = book.tabs[0].grid
    grid.put(0, 0, Cell("old"))
    twin = book.clone()
    twin.tabs[0].grid.put(0, 0, Cell("new"))
    grid.put(0, 1, Cell("side"))
    assert grid.get(0, 0).value == "old"
    assert twin.tabs[0].grid.get(0, 0).value == "new"
    assert twin.tabs[0].grid.get(0, 1).value is None
