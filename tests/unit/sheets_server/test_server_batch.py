"""batchUpdate over HTTP: atomic, its replies and refusals, and each family of requests."""

from __future__ import annotations

import pytest


def box(row0: int, row1: int, col0: int, col1: int) -> dict:
    return {"startRowIndex": row0, "endRowIndex": row1, "startColumnIndex": col0, "endColumnIndex": col1}


def cell(text: str) -> dict:
    return {"userEnteredValue": {"stringValue": text}}


def append(*rows: list[str]) -> dict:
    return {"appendCells": {"sheetId": 0, "rows": [{"values": [cell(t) for t in row]} for row in rows], "fields": "*"}}


def token(metadata_id: int) -> dict:
    metadata = {
        "metadataId": metadata_id,
        "metadataKey": "run",
        "visibility": "DOCUMENT",
        "location": {"spreadsheet": True},
    }
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}


def test_a_batch_is_all_or_nothing(api):
    before = api.ok("GET")
    message = api.batch_refused(
        append(["x"]), {"addSheet": {"properties": {"title": "New"}}}, {"deleteSheet": {"sheetId": 7}}
    )
    assert message == "Invalid requests[2].deleteSheet: No grid with id: 7"
    assert api.ok("GET") == before
    assert api.read("A1") == []


def test_a_token_makes_an_append_happen_once(api):
    api.batch(token(42), append(["r1"]))
    text = "Cannot add developer metadata with ID [42] because developer metadata with that ID already exists."
    assert api.batch_refused(token(42), append(["r1"])) == f"Invalid requests[0].createDeveloperMetadata: {text}"
    assert api.read("A:A") == [["r1"]]


def test_snake_case_single_and_nested_requests_are_taken(api):
    body = {"requests": {"update_sheet_properties": {
        "properties": {"sheet_id": 0, "grid_properties": {"frozen_row_count": 3, "frozen_column_count": 1}},
        "fields": "grid_properties(frozen_row_count, frozen_column_count)",
    }}}  # fmt: skip
    assert api.ok("POST", ":batchUpdate", json=body)["replies"] == [{}]
    assert api.sheet()["properties"]["gridProperties"]["frozenRowCount"] == 3
    merge = {"mergeCells": {"range": box(0, 1, 0, 2), "mergeType": "MERGE_ALL"}}
    assert api.ok("POST", ":batchUpdate", json={"requests": [[merge], [[append(["a"])]]]})["replies"] == [{}, {}]


def test_the_spreadsheet_comes_back_with_the_write(api):
    api.put("A1", [["id", "people"], ["r1", "mine"]])
    body = {
        "requests": [append(["r2", "new"])],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Sheet1!B1:B3"],
        "responseIncludeGridData": True,
    }
    reply = api.ok("POST", ":batchUpdate", json=body)
    rows = reply["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
    assert [row["values"][0]["formattedValue"] for row in rows] == ["people", "mine", "new"]
    fields = "replies,updatedSpreadsheet.sheets.data.rowData.values.userEnteredValue"
    reply = api.ok("POST", ":batchUpdate", params={"fields": fields}, json=body)
    values = reply["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
    assert values[-1] == {"values": [cell("new")]}
    assert set(reply) == {"replies", "updatedSpreadsheet"}


def test_append_cells_goes_below_the_last_value_and_makes_room(api):
    api.people.add_tab("Small", 2, 2)
    sheet_id = api.people.sheet_id("Small")
    rows = [{"values": [cell("a"), cell("b"), cell("c")]}] * 3
    api.batch({"appendCells": {"sheetId": sheet_id, "rows": rows, "fields": "userEnteredValue"}})
    assert api.read("Small") == [["a", "b", "c"]] * 3
    api.people.set_cell("Small", "B3", "")
    api.batch({"appendCells": {"sheetId": sheet_id, "rows": rows[:1], "fields": "userEnteredValue"}})
    assert api.read("Small!A4:C4") == [["a", "b", "c"]]


def test_update_cells_clears_what_the_range_covers_and_rows_do_not(api):
    api.put("A1", [["a", "b"], ["c", "d"]])
    body = {"range": box(0, 2, 0, 2), "rows": [{"values": [cell("new")]}], "fields": "userEnteredValue"}
    api.batch({"updateCells": body})
    assert api.read("A1:B2") == [["new"]]
    api.put("A1", [["a", "b"], ["c", "d"]])
    body = {"start": {"rowIndex": 1}, "rows": [{"values": [cell("new")]}], "fields": "userEnteredValue"}
    api.batch({"updateCells": body})
    assert api.read("A1:B2") == [["a", "b"], ["new", "d"]]
    body["rows"] = [{"values": [{}, cell("e")]}]
    api.batch({"updateCells": body})
    assert api.read("A2:B2") == [["", "e"]]


def test_a_typed_string_never_becomes_a_formula(api):
    api.batch({"updateCells": {"start": {}, "rows": [{"values": [cell("=1+1")]}], "fields": "userEnteredValue"}})
    assert api.people.value("Sheet1", "A1") == "=1+1"


def test_masks_keep_what_they_do_not_name(api):
    api.people.paint("Sheet1", "A1", {"textFormat": {"bold": True, "fontSize": 12}, "horizontalAlignment": "CENTER"})
    fmt = {"textFormat": {"italic": True}}
    body = {
        "range": box(0, 1, 0, 1),
        "cell": {"userEnteredFormat": fmt},
        "fields": "userEnteredFormat.textFormat.italic",
    }
    api.batch({"repeatCell": body})
    after = api.people.format("Sheet1", "A1")
    assert after == {"textFormat": {"bold": True, "fontSize": 12, "italic": True}, "horizontalAlignment": "CENTER"}
    body["fields"] = "userEnteredFormat"
    api.batch({"repeatCell": body})
    assert api.people.format("Sheet1", "A1") == fmt


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ({"startRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 2}, "Sheet1!A1001:B"),
        (box(1000, 1001, 0, 2), "Sheet1!A1001:B1001"),
        (box(0, 2, 26, 27), "Sheet1!AA1:AA2"),
        ({"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 26}, "Sheet1!AA1:2"),
    ],
)
def test_a_range_that_starts_outside_the_grid_is_named_with_its_open_sides(api, where, named):
    message = api.batch_refused({"repeatCell": {"range": where, "cell": {}, "fields": "note"}})
    limits = "exceeds grid limits. Max rows: 1000, max columns: 26"
    assert message == f"Invalid requests[0].repeatCell: Range ({named}) {limits}"


def test_a_range_that_ends_outside_the_grid_is_clipped(api):
    body = {"range": box(998, 1005, 0, 1), "cell": {"note": "n"}, "fields": "note"}
    api.batch({"repeatCell": body})
    assert [api.people.note("Sheet1", a1) for a1 in ("A998", "A999", "A1000")] == [None, "n", "n"]


def test_colours_come_back_in_8_bits_and_both_spellings(api):
    api.people.paint("Sheet1", "A1", {"backgroundColorStyle": {"rgbColor": {"red": 1, "green": 0, "blue": 0.5}}})
    pink = {"red": 1, "blue": 0.49803922}
    assert api.people.format("Sheet1", "A1") == {"backgroundColor": pink, "backgroundColorStyle": {"rgbColor": pink}}
    body = {"range": box(0, 1, 0, 1), "cell": {}, "fields": "userEnteredFormat.backgroundColor"}
    api.batch({"repeatCell": body})
    assert api.people.format("Sheet1", "A1") == {}


@pytest.mark.parametrize(
    ("request_body", "message"),
    [
        ({"updateCells": {"start": {}, "rows": []}}, "At least one field must be listed in 'fields'."),
        (
            {"updateCells": {"start": {"rowIndex": 1000}, "rows": [{"values": [{}]}], "fields": "*"}},
            "Attempting to write row: 1000",
        ),
        (
            {"repeatCell": {"range": box(1000, 1001, 0, 1), "cell": {}, "fields": "*"}},
            "exceeds grid limits. Max rows: 1000",
        ),
        ({"repeatCell": {"range": box(3, 2, 0, 1), "cell": {}, "fields": "*"}}, "must be after"),
        ({"addSheet": {"properties": {"title": "sheet1"}}}, 'A sheet with the name "sheet1" already exists.'),
        ({"addSheet": {"properties": {"sheetId": 0}}}, "already exists"),
        ({"deleteSheet": {"sheetId": 0}}, "You can't remove all the visible sheets in a document."),
        (
            {"updateSheetProperties": {"properties": {"hidden": True}, "fields": "hidden"}},
            "You can't hide all the sheets in a document.",
        ),
        (
            {"addProtectedRange": {"protectedRange": {
                "range": box(0, 1, 0, 1), "warningOnly": True, "editors": {"users": ["a@b.c"]},
            }}},
            "ProtectedRange is warningOnly. Editors cannot be set on it.",
        ),
        ({"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}}, "No conditional format on sheet: 0 at index: 0"),
        ({"deleteProtectedRange": {"protectedRangeId": 5}}, "No protected range with id: 5"),
        ({"deleteNamedRange": {"namedRangeId": "x"}}, "No named range with id: x"),
        ({"addNamedRange": {"namedRange": {"name": "A1", "range": box(0, 1, 0, 1)}}}, "Invalid name: A1"),
        ({"copyPaste": {"source": {"endColumnIndex": 0}}}, "The source range is empty."),
        ({}, "No request set."),
    ],
)  # fmt: skip
def test_requests_that_are_refused(api, request_body, message):
    assert message in api.batch_refused(request_body)


@pytest.mark.parametrize(
    ("name", "message", "key", "new", "where"),
    [
        ("addProtectedRange", "protectedRange", "protectedRangeId", {"range": box(0, 2, 0, 2)}, "protectedRanges"),
        ("addBanding", "bandedRange", "bandedRangeId", {"range": box(0, 2, 0, 2), "rowProperties": {}}, "bandedRanges"),
        ("addFilterView", "filter", "filterViewId", {"range": box(0, 2, 0, 2), "title": "mine"}, "filterViews"),
        ("addTable", "table", "tableId", {"range": box(0, 2, 0, 2), "name": "T"}, "tables"),
        (
            "addSlicer", "slicer", "slicerId",
            {"spec": {"dataRange": box(0, 2, 0, 2)}, "position": {"overlayPosition": {"anchorCell": {"rowIndex": 1}}}},
            "slicers",
        ),
    ],
)  # fmt: skip
def test_an_object_keeps_the_id_its_caller_chose_and_no_second_one_gets_it(api, name, message, key, new, where):
    wanted = "77" if key == "tableId" else 77
    reply = api.batch({name: {message: {**new, key: wanted}}})[0]
    assert reply[name][message][key] == wanted
    assert api.sheet()[where][0][key] == wanted
    assert "already exists" in api.batch_refused({name: {message: {**new, key: wanted}}})


def rule(text: str) -> dict:
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
    red = {"backgroundColorStyle": {"rgbColor": {"red": 1}}}
    return {"ranges": [box(0, 5, 0, 1)], "booleanRule": {"condition": condition, "format": red}}


def test_conditional_formats_are_a_list_by_index(api):
    for text in ("c", "b", "a"):
        api.batch({"addConditionalFormatRule": {"rule": rule(text), "index": 0}})
    reply = api.batch(
        {"deleteConditionalFormatRule": {"sheetId": 0, "index": 1}},
        {"updateConditionalFormatRule": {"sheetId": 0, "index": 1, "newIndex": 0}},
        {"updateConditionalFormatRule": {"sheetId": 0, "index": 1, "rule": rule("z")}},
    )
    assert reply[0]["deleteConditionalFormatRule"]["rule"]["booleanRule"]["condition"]["values"][0] == {
        "userEnteredValue": "b"
    }
    left = [
        item["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for item in api.sheet()["conditionalFormats"]
    ]
    assert left == ["c", "z"]


def test_a_filter_with_a_sort_sorts_below_its_header(api):
    api.put("A1", [["n"], [3], [1], [2]])
    specs = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]
    api.batch({"setBasicFilter": {"filter": {"range": box(0, 4, 0, 1), "sortSpecs": specs, "filterSpecs": []}}})
    assert api.read("A1:A4") == [["n"], ["1"], ["2"], ["3"]]
    assert "filterSpecs" not in api.sheet()["basicFilter"]


def test_a_light_shows_in_the_effective_format(api):
    api.batch({"addConditionalFormatRule": {"rule": rule("Red"), "index": 0}})
    api.put("A1", [["red"], ["green"]])
    fields = "sheets.data.rowData.values.effectiveFormat.backgroundColor"
    rows = api.ok("GET", params={"ranges": "A1:A2", "fields": fields})["sheets"][0]["data"][0]["rowData"]
    shown = [row["values"][0]["effectiveFormat"]["backgroundColor"] for row in rows]
    assert shown == [{"red": 1}, {"red": 1, "green": 1, "blue": 1}]


def test_a_range_people_protected_cannot_be_written(api):
    api.put("A1", [["mine", "free"]])
    api.people.protect("Sheet1", "A1:A10")
    assert "protected cell or object" in api.batch_refused(
        {"repeatCell": {"range": box(0, 1, 0, 1), "cell": {}, "fields": "*"}}
    )
    error = api.refused("PUT", "/values/A1:B1", params={"valueInputOption": "RAW"}, json={"values": [["x", "y"]]})
    assert "protected cell or object" in error["message"]
    assert api.read("A1:B1") == [["mine", "free"]]
    api.put("B1", [["y"]])
    api.people.protect("Sheet1", "B1", warning_only=True)
    api.put("B1", [["z"]])
    api.people.set_cell("Sheet1", "A1", "people may")
    assert api.read("A1:B1") == [["people may", "z"]]


def test_merged_cells_hide_all_but_the_first(api):
    api.put("A1", [["a", "b"], ["c", "d"]])
    api.batch({"mergeCells": {"range": box(0, 2, 0, 2), "mergeType": "MERGE_ALL"}})
    assert api.read("A1:B2") == [["a"]]
    assert "You must select all cells" in api.batch_refused({"unmergeCells": {"range": box(0, 1, 0, 1)}})
    api.batch({"unmergeCells": {"range": box(0, 2, 0, 2)}})
    assert "merges" not in api.sheet()


def test_find_and_replace_counts(api):
    api.put("A1", [["old", "Old one"], ["new", "fold"]])
    reply = api.batch({"findReplace": {"find": "old", "replacement": "x", "allSheets": True}})[0]["findReplace"]
    assert reply == {"valuesChanged": 3, "rowsChanged": 2, "sheetsChanged": 1, "occurrencesChanged": 3}
    assert api.read("A1:B2") == [["x", "x one"], ["new", "fx"]]


def test_tidying_requests(api):
    api.put("A1", [[" a  b "], ["x,y"], ["x,y"]])
    assert api.batch({"trimWhitespace": {"range": box(0, 3, 0, 1)}}) == [{"trimWhitespace": {"cellsChangedCount": 1}}]
    assert api.batch({"deleteDuplicates": {"range": box(0, 3, 0, 1)}}) == [
        {"deleteDuplicates": {"duplicatesRemovedCount": 1}}
    ]
    api.batch({"textToColumns": {"source": box(1, 2, 0, 1), "delimiterType": "COMMA"}})
    assert api.read("A1:B3") == [["a b"], ["x", "y"]]


def test_paste_cut_fill_and_shift(api):
    api.batch({"pasteData": {"coordinate": {}, "data": "1\t2\n=A1+1\tx", "type": "PASTE_NORMAL", "delimiter": "\t"}})
    assert api.read("A1:B2") == [["1", "2"], ["2", "x"]]
    copy = {"source": box(1, 2, 0, 1), "destination": box(1, 2, 1, 2), "pasteType": "PASTE_NORMAL"}
    api.batch({"copyPaste": copy})
    assert api.people.entered("Sheet1", "B2") == "=B1+1"
    api.batch({"copyPaste": {**copy, "pasteType": "PASTE_VALUES"}})
    assert api.people.entered("Sheet1", "B2") == 2
    api.people.cut("Sheet1", "A1", "D5")
    assert api.people.entered("Sheet1", "A2") == "=D5+1"
    api.batch({"insertRange": {"range": box(0, 1, 1, 2), "shiftDimension": "ROWS"}})
    assert api.read("B1:B3") == [[], ["2"], ["2"]]
    api.batch({"deleteRange": {"range": box(0, 1, 1, 2), "shiftDimension": "ROWS"}})
    assert api.read("B1:B3") == [["2"], ["2"]]
    api.put("F1", [[1], [2]])
    api.batch({"autoFill": {"sourceAndDestination": {"source": box(0, 2, 5, 6), "dimension": "ROWS", "fillLength": 2}}})
    assert api.read("F1:F4") == [["1"], ["2"], ["3"], ["4"]]


def test_tabs_are_copied_with_all_that_lies_on_them(api):
    api.put("A1", [["x"]])
    api.batch(
        {"addConditionalFormatRule": {"rule": rule("a"), "index": 0}},
        {"setBasicFilter": {"filter": {"range": box(0, 2, 0, 1)}}},
    )
    reply = api.batch({"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 9, "insertSheetIndex": 1}})[0]
    assert reply["duplicateSheet"]["properties"]["title"] == "Copy of Sheet1"
    twin = api.sheet(1)
    assert twin["properties"]["sheetId"] == 9
    assert twin["conditionalFormats"][0]["ranges"] == [{"sheetId": 9, **box(0, 5, 0, 1)}]
    assert twin["basicFilter"]["range"]["sheetId"] == 9
    other = api.server.create("Other").spreadsheet_id
    props = api.ok("POST", "/sheets/9:copyTo", json={"destinationSpreadsheetId": other})
    assert props["title"] == "Copy of Copy of Sheet1"
    assert api.server.people(other).values("Copy of Copy of Sheet1") == [["x"]]


def test_metadata_is_found_updated_and_deleted(api):
    api.batch(token(42))
    by_id = {"developerMetadataLookup": {"metadataId": 42}}
    update = {"dataFilters": [by_id], "developerMetadata": {"metadataValue": "v2"}, "fields": "metadataValue"}
    assert (
        api.batch({"updateDeveloperMetadata": update})[0]["updateDeveloperMetadata"]["developerMetadata"][0][
            "metadataValue"
        ]
        == "v2"
    )
    assert api.ok("GET", "/developerMetadata/42")["metadataKey"] == "run"
    found = api.ok(
        "POST", "/developerMetadata:search", json={"dataFilters": [{"developerMetadataLookup": {"metadataKey": "run"}}]}
    )
    assert [item["developerMetadata"]["metadataId"] for item in found["matchedDeveloperMetadata"]] == [42]
    assert api.ok("GET")["developerMetadata"][0]["metadataId"] == 42
    api.batch({"deleteDeveloperMetadata": {"dataFilter": by_id}})
    api.refused("GET", "/developerMetadata/42", status=404)
    assert "exactly one row or column" in api.batch_refused({"createDeveloperMetadata": {"developerMetadata": {
        "metadataKey": "k", "visibility": "DOCUMENT",
        "location": {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 2}},
    }}})  # fmt: skip


def test_a_spreadsheet_is_created_with_everything_in_one_call(api):
    data = [{"rowData": [{"values": [{**cell("id"), "note": "key"}, {"userEnteredValue": {"numberValue": 1}}]}]}]
    sheet = {
        "properties": {
            "sheetId": 5,
            "title": "Goals",
            "gridProperties": {"rowCount": 50, "columnCount": 4, "frozenRowCount": 2},
        },
        "data": data,
        "conditionalFormats": [{**rule("x"), "ranges": [{"sheetId": 5, **box(0, 5, 0, 1)}]}],
        "protectedRanges": [{"range": {"sheetId": 5, **box(0, 5, 0, 1)}, "warningOnly": True, "description": "engine"}],
    }
    url = f"{api.server.url}/v4/spreadsheets"
    reply = api.session.post(
        url, json={"properties": {"title": "New", "locale": "de_DE"}, "sheets": [sheet]}, timeout=20
    ).json()
    people = api.server.people(reply["spreadsheetId"])
    assert people.values("Goals") == [["id", 1]]
    assert people.note("Goals", "A1") == "key"
    assert reply["properties"]["locale"] == "de_DE"
    assert reply["sheets"][0]["protectedRanges"][0]["description"] == "engine"
    assert reply["sheets"][0]["properties"]["gridProperties"] == {"rowCount": 50, "columnCount": 4, "frozenRowCount": 2}
