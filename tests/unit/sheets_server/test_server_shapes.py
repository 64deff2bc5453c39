"""Request shapes held against Google's discovery document, masks, and the resource that comes back."""

from __future__ import annotations

import pytest

from tests.sheets_server import discovery
from tests.sheets_server.batch import load_kinds
from tests.sheets_server.errors import ApiError
from tests.sheets_server.masks import merged, parse_mask, select

needs_document = pytest.mark.skipif(discovery.document() is None, reason="google-api-python-client is not installed")


@needs_document
@pytest.mark.parametrize(
    ("body", "message", "field"),
    [
        (
            {"requests": [{"addShet": {}}]},
            "Invalid JSON payload received. Unknown name \"addShet\" at 'requests[0]': Cannot find field.",
            "requests[0]",
        ),
        (
            {"requests": [{"addSheet": {"properties": {"colour": "red"}}}]},
            (
                "Invalid JSON payload received. Unknown name \"colour\" at 'requests[0].add_sheet.properties': "
                "Cannot find field."
            ),
            "requests[0].add_sheet.properties",
        ),
        (
            {"requests": [{"deleteSheet": {"sheetId": "abc"}}]},
            "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), \"abc\"",
            "requests[0].delete_sheet.sheet_id",
        ),
        (
            {"requests": [{"mergeCells": {"mergeType": "ALL"}}]},
            (
                "Invalid value at 'requests[0].merge_cells.merge_type' "
                '(type.googleapis.com/google.apps.sheets.v4.MergeCellsRequest.MergeType), "ALL"'
            ),
            "requests[0].merge_cells.merge_type",
        ),
        (
            {"includeSpreadsheetInResponse": "yes", "requests": []},
            "Invalid value at 'include_spreadsheet_in_response' (TYPE_BOOL), \"yes\"",
            "include_spreadsheet_in_response",
        ),
        (
            {"requests": [{"addSheet": {}, "deleteSheet": {}}]},
            "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. Cannot set 'deleteSheet'",
            "requests[0]",
        ),
    ],
)
def test_a_wrong_shape_is_a_400_in_googles_words(api, body, message, field):
    error = api.refused("POST", ":batchUpdate", json=body)
    assert error["message"] == message
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["details"][0]["fieldViolations"][0]["field"] == field


@needs_document
def test_unknown_parameters_and_masks_are_refused(api):
    error = api.refused("GET", params={"includeGrid": "true"})
    assert 'Unknown name "includeGrid": Cannot bind query parameter.' in error["message"]
    error = api.refused("GET", params={"fields": "sheets.cells"})
    assert (
        "Cannot find matching fields for path 'sheets.cells'"
        in error["details"][0]["fieldViolations"][0]["description"]
    )


def test_a_blank_in_a_response_mask_is_part_of_a_name(api):
    error = api.refused("GET", params={"fields": "properties, sheets.properties"})
    told = error["details"][0]["fieldViolations"][0]["description"]
    assert told == "Error expanding 'fields' parameter. Cannot find matching fields for path ' sheets.properties'."


@needs_document
def test_null_is_unset_and_numbers_may_be_text(api):
    request = {"addSheet": {"properties": {"title": "T", "hidden": None, "gridProperties": {"rowCount": "7"}}}}
    assert api.batch(request)[0]["addSheet"]["properties"]["gridProperties"]["rowCount"] == 7


@needs_document
def test_every_kind_but_comments_and_data_sources_is_served():
    kinds = set(discovery.document()["schemas"]["Request"]["properties"])
    missing = kinds - set(load_kinds())
    assert missing == {
        "addCommentReply", "deleteComment", "deleteCommentReply", "insertComment", "updateCommentPost",
        "addDataSource", "cancelDataSourceRefresh", "deleteDataSource", "refreshDataSource", "updateDataSource",
    }  # fmt: skip
    assert set(load_kinds()) <= kinds


def test_without_the_document_names_still_become_camel_case():
    body = {"update_sheet_properties": {"properties": {"sheet_id": 0, "title": None}}, "list": [None, {"a_b": 1}]}
    after = {"updateSheetProperties": {"properties": {"sheetId": 0}}, "list": [None, {"aB": 1}]}
    assert discovery.camelised(body) == after


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a,b.c", {"a": {}, "b": {"c": {}}}),
        ("a/b/c", {"a": {"b": {"c": {}}}}),
        ("a(b,c.d)", {"a": {"b": {}, "c": {"d": {}}}}),
        ("sheets(data(row_data(values(note)))), named_ranges", {
            "sheets": {"data": {"rowData": {"values": {"note": {}}}}}, "namedRanges": {}}),
        ("a.b,a", {"a": {}}),
        ("a,a.b", {"a": {}}),
        ("*", {"*": {}}),
    ],
)  # fmt: skip
def test_masks_are_read_in_every_spelling(text, tree):
    assert parse_mask(text) == tree


@pytest.mark.parametrize("text", ["a(b", "a)", "a,,b", "a b;c", "."])
def test_broken_masks_are_refused(text):
    with pytest.raises(ApiError):
        parse_mask(text)


def test_select_and_merge_by_mask():
    message = {"a": [{"b": 1, "c": 2}, {"c": 3}], "d": 4}
    assert select(message, parse_mask("a.b")) == {"a": [{"b": 1}, {}]}
    assert select(message, parse_mask("*")) == message
    assert merged({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 9}}, parse_mask("a.b,d")) == {"a": {"b": 9, "c": 2}}
    assert merged({"a": {"b": 1}}, {}, parse_mask("a.b")) == {}


def test_a_fresh_spreadsheet_looks_as_recorded(api):
    resource = api.ok("GET")
    assert resource["sheets"] == [{"properties": {
        "sheetId": 0, "title": "Sheet1", "index": 0, "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }}]  # fmt: skip
    assert resource["properties"]["defaultFormat"]["textFormat"]["fontFamily"] == "arial,sans,sans-serif"
    accent = resource["properties"]["spreadsheetTheme"]["themeColors"][2]
    assert accent == {
        "colorType": "ACCENT1",
        "color": {"rgbColor": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275}},
    }
    assert resource["spreadsheetUrl"].endswith(f"/{api.spreadsheet_id}/edit")


def test_a_mask_decides_about_grid_data(api):
    api.put("A1", [["x"]])
    assert "data" not in api.sheet()
    only = api.ok("GET", params={"fields": "sheets.data.rowData.values.note", "includeGridData": "false"})
    assert only == {"sheets": [{"data": [{}]}]}
    api.people.set_note("Sheet1", "B2", "look")
    rows = api.ok("GET", params={"fields": "sheets/data/rowData/values/note"})["sheets"][0]["data"][0]["rowData"]
    assert rows == [{}, {"values": [{}, {"note": "look"}]}]


def test_ranges_limit_the_tabs_and_the_data(api):
    api.people.add_tab("Two", 10, 5)
    api.people.set_cell("Two", "C3", 7)
    reply = api.ok("GET", params={"ranges": ["Two!C3:D4", "Two!A1"], "includeGridData": "true"})
    data = reply["sheets"][0]["data"]
    assert [sheet["properties"]["title"] for sheet in reply["sheets"]] == ["Two"]
    assert (data[0]["startRow"], data[0]["startColumn"]) == (2, 2)
    assert data[0]["rowData"][0]["values"][0]["effectiveValue"] == {"numberValue": 7}
    assert len(data[0]["columnMetadata"]) == 2
    body = {"dataFilters": [{"a1Range": "Two!C3"}], "includeGridData": True}
    same = api.ok("POST", ":getByDataFilter", json=body)
    assert same["sheets"][0]["data"][0]["rowData"] == data[0]["rowData"]
