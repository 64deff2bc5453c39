"""The values API over HTTP: reading, writing, appending, clearing, and Google's quirks in each."""

from __future__ import annotations

import pytest
from sheets_calls import Api

from tests.sheets_server.server import SheetsServer
from tests.sheets_server.values import Unverified


def test_an_empty_range_has_no_values_and_its_echo_is_bounded(api):
    reply = api.ok("GET", "/values/'Sheet1'!A2:2")
    assert reply == {"range": "Sheet1!A2:Z2", "majorDimension": "ROWS"}
    api.people.add_tab("Ten", 10, 3)
    assert api.ok("GET", "/values/Ten!A:A")["range"] == "Ten!A1:A10"
    assert api.ok("GET", "/values/Ten")["range"] == "Ten!A1:C10"


def test_titles_are_quoted_only_where_needed(api):
    api.people.rename_tab("Sheet1", "It's mine")
    assert api.ok("GET", "/values/'It''s mine'!A1")["range"] == "'It''s mine'!A1"
    api.people.rename_tab("It's mine", "A1")
    assert api.ok("GET", "/values/'A1'!B2")["range"] == "'A1'!B2"


def test_trailing_empties_are_trimmed(api):
    api.put("A1:D4", [["1", "", "", ""], ["", "", "", ""], ["", "", "", ""], ["", "", "", "2"]])
    assert api.read("A1:D4") == [["1"], [], [], ["", "", "", "2"]]
    assert api.read("A1:D4", majorDimension="COLUMNS") == [["1"], [], [], ["", "", "", "2"]]
    assert api.read("A1:C4") == [["1"]]


def test_null_skips_a_cell_and_an_empty_string_empties_it(api):
    api.put("A1:C1", [["a", "b", "c"]])
    reply = api.put("A1:C1", [[None, "", "z"]])
    assert api.read("A1:C1") == [["a", "", "z"]]
    assert (reply["updatedCells"], reply["updatedColumns"]) == (2, 2)


def test_raw_never_makes_a_formula(api):
    api.put("A1", [["=1+1", "2020-01-01", "007", 1.5, True]])
    assert api.read("A1:E1", valueRenderOption="UNFORMATTED_VALUE") == [["=1+1", "2020-01-01", "007", 1.5, True]]
    data = api.ok("GET", params={"ranges": "A1", "fields": "sheets.data.rowData.values.userEnteredValue"})
    assert data["sheets"][0]["data"][0]["rowData"][0]["values"][0] == {"userEnteredValue": {"stringValue": "=1+1"}}


def test_the_three_render_options(api):
    api.put("A1", [["=4/2", "2020-01-01", "22%", "text"]], "USER_ENTERED")
    assert api.read("A1:D1") == [["2", "2020-01-01", "22%", "text"]]
    assert api.read("A1:D1", valueRenderOption="UNFORMATTED_VALUE") == [[2, 43831, 0.22, "text"]]
    assert api.read("A1:D1", valueRenderOption="FORMULA") == [["=4/2", 43831, 0.22, "text"]]
    shown = api.read("A1:D1", valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING")
    assert shown == [[2, "2020-01-01", 0.22, "text"]]


def test_an_error_is_shown_short_and_read_with_its_reason(api):
    api.put("A1", [["=1/0"]], "USER_ENTERED")
    assert api.read("A1") == [["#DIV/0!"]]
    reason = "#DIV/0! (Function DIVIDE parameter 2 cannot be zero.)"
    assert api.read("A1", valueRenderOption="UNFORMATTED_VALUE") == [[reason]]


def test_a_one_cell_range_grows_with_the_data_and_a_larger_one_limits_it(api):
    assert api.put("B2", [[1, 2], [3, 4]])["updatedRange"] == "Sheet1!B2:C3"
    error = api.refused("PUT", "/values/A1:B1", params={"valueInputOption": "RAW"}, json={"values": [[1, 2, 3]]})
    assert error["message"] == "Requested writing within range [Sheet1!A1:B1], but tried writing to column [C]"
    error = api.refused("PUT", "/values/A1:B1", params={"valueInputOption": "RAW"}, json={"values": [[1], [2]]})
    assert error["message"] == "Requested writing within range [Sheet1!A1:B1], but tried writing to row [2]"


def test_an_update_grows_the_grid_up_to_what_the_range_allows(api):
    api.people.add_tab("Small", 3, 2)
    assert api.put("Small!A2:D9", [["x"], ["y"]])["updatedRange"] == "Small!A2:A3"
    assert api.ok("GET", "/values/Small!A1:Z99")["range"] == "Small!A1:B3"
    assert api.put("Small!B3", [["1", "2"], ["3"]])["updatedRange"] == "Small!B3:C4"
    assert api.ok("GET", "/values/Small")["range"] == "Small!A1:C4"
    error = api.refused("PUT", "/values/Small!A4:B5", params={"valueInputOption": "RAW"}, json={"values": [["1"]] * 3})
    assert error["message"] == "Requested writing within range [Small!A4:B5], but tried writing to row [6]"


@pytest.mark.parametrize(
    ("a1", "message"),
    [
        ("Nowhere!A1", "Unable to parse range: Nowhere!A1"),
        ("Sheet1!A0", "Unable to parse range: Sheet1!A0"),
        ("Sheet1!A1001", "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ("Sheet1!AA1", "Range (Sheet1!AA1) exceeds grid limits. Max rows: 1000, max columns: 26"),
    ],
)
def test_ranges_that_do_not_exist(api, a1, message):
    assert api.refused("GET", f"/values/{a1}")["message"] == message


def test_an_input_option_is_required(api):
    assert "valueInputOption" in api.refused("PUT", "/values/A1", json={"values": [[1]]})["message"]


def test_values_must_be_lists_of_lists(api):
    error = api.refused("PUT", "/values/A1", params={"valueInputOption": "RAW"}, json={"values": "X"})
    text = "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"X\""
    assert error["message"] == text
    assert error["details"][0]["fieldViolations"] == [{"field": "data.values", "description": text}]


def test_a_batch_of_values_is_all_or_nothing(api):
    data = [{"range": "A1", "values": [["new"]]}, {"range": "Nowhere!A1", "values": [["x"]]}]
    body = {"valueInputOption": "RAW", "data": data}
    assert api.refused("POST", "/values:batchUpdate", json=body)["message"].startswith(
        "Invalid data[1]: Unable to parse"
    )
    assert api.read("A1") == []


def test_a_batch_answers_with_totals_and_what_was_written(api):
    data = [{"range": "A1:B1", "values": [["1", "2"]]}, {"range": "A4:B4", "values": [["3", "4"]]}]
    body = {"valueInputOption": "USER_ENTERED", "data": data, "includeValuesInResponse": True}
    body["responseValueRenderOption"] = "UNFORMATTED_VALUE"
    reply = api.ok("POST", "/values:batchUpdate", json=body)
    assert (reply["totalUpdatedRows"], reply["totalUpdatedColumns"]) == (2, 2)
    assert (reply["totalUpdatedCells"], reply["totalUpdatedSheets"]) == (4, 1)
    assert [item["updatedData"]["values"] for item in reply["responses"]] == [[[1, 2]], [[3, 4]]]


def append(api, a1, values, **params):
    return api.ok("POST", f"/values/{a1}:append", params={"valueInputOption": "RAW", **params}, json={"values": values})


def test_append_follows_the_last_table_even_into_another_column(api):
    append(api, "Sheet1", [["x", "", "y"]])
    reply = append(api, "Sheet1", [["x", "", "y"]])
    assert reply["tableRange"] == "Sheet1!C1"
    assert reply["updates"]["updatedRange"] == "Sheet1!C2:E2"
    assert append(api, "A1", [["z"]])["updates"]["updatedRange"] == "Sheet1!A2"


@pytest.mark.parametrize(
    ("a1", "lands"),
    [("Sheet1", "B7"), ("B4", "B7"), ("C5:D5", "B7"), ("B2:D4", "B7"), ("A1", "A3"), ("E4", "E4"), ("A4", "A4")],
)
def test_append_finds_tables_as_documented(api, a1, lands):
    api.put("A1", [["x", "y", "z"], ["x", "y", "z"], [], ["", "x", "y", "z"], ["", "x", "y", "z"], ["", "x", "y", "z"]])
    assert append(api, a1, [["new"]])["updates"]["updatedRange"] == f"Sheet1!{lands}"


def test_append_makes_room(api):
    api.people.add_tab("Full", 2, 2)
    api.put("Full!A1", [["a"], ["b"]])
    assert append(api, "Full", [["c", "d"]])["updates"]["updatedRange"] == "Full!A3:B3"
    assert api.people.tab("Full").grid.row_count == 3


def test_append_with_inserted_rows_pushes_down_what_stands_below(api):
    api.put("A1", [["table"], ["row"], [], ["below"]])
    append(api, "A1", [["n1"], ["n2"]], insertDataOption="INSERT_ROWS")
    assert api.read("A1:A9") == [["table"], ["row"], ["n1"], ["n2"], [], ["below"]]


def test_clearing_leaves_the_looks(api):
    api.put("A1", [["22%"]], "USER_ENTERED")
    assert api.ok("POST", "/values/A1:B2:clear")["clearedRange"] == "Sheet1!A1:B2"
    assert api.read("A1") == []
    assert api.people.format("Sheet1", "A1")["numberFormat"]["type"] == "PERCENT"


def lookup(key: str) -> dict:
    return {"developerMetadataLookup": {"metadataKey": key, "visibility": "DOCUMENT"}}


def mark_column(api, key: str, column: int, sheet_id: int = 0) -> dict:
    where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
    metadata = {"metadataKey": key, "location": {"dimensionRange": where}, "visibility": "DOCUMENT"}
    return api.batch({"createDeveloperMetadata": {"developerMetadata": metadata}})[0]


def by_filter(api, key: str, values: list, **more):
    data = [{"dataFilter": lookup(key), "majorDimension": "ROWS", "values": values}]
    return api.ok("POST", "/values:batchUpdateByDataFilter", json={"valueInputOption": "RAW", "data": data, **more})


def test_a_column_is_found_by_its_metadata_wherever_people_moved_it(api):
    api.put("A1", [["id", "engine", "people"], ["r1", "old", "mine"]])
    mark_column(api, "engine", 1)
    api.people.move_columns("Sheet1", "B", before="D")
    api.people.insert_columns("Sheet1", "A")
    reply = by_filter(api, "engine", [[None], ["new"]])
    assert reply["responses"][0]["updatedRange"] == "Sheet1!D1:D2"
    assert reply["responses"][0]["updatedCells"] == 1
    assert api.read("A1:E2") == [["", "id", "people", "engine"], ["", "r1", "mine", "new"]]


def test_reading_by_filter_merges_filters_that_match_the_same_range(api):
    api.put("A1", [["a", "b"]])
    mark_column(api, "engine", 1)
    body = {"dataFilters": [lookup("engine"), {"a1Range": "B:B"}, {"a1Range": "A1"}, lookup("absent")]}
    reply = api.ok("POST", "/values:batchGetByDataFilter", json=body)
    assert [item["valueRange"]["range"] for item in reply["valueRanges"]] == ["Sheet1!B1:B1000", "Sheet1!A1"]
    assert len(reply["valueRanges"][0]["dataFilters"]) == 2


def test_a_filter_without_a_match_writes_nothing(api):
    reply = by_filter(api, "absent", [["x"]])
    assert "totalUpdatedCells" not in reply


def test_what_nobody_verified_can_be_turned_the_other_way(api):
    other = Unverified(filter_nulls_skip=False, unmatched_filter_fails=True, update_grows_grid=False)
    with SheetsServer(unverified=other) as server:
        strict = Api(server, server.create().spreadsheet_id)
        strict.put("A1", [["keep?"], ["x"]])
        mark_column(strict, "engine", 0)
        by_filter(strict, "engine", [[None], ["y"]])
        assert strict.read("A1:A2") == [[], ["y"]]
        strict.people.add_tab("Small", 2, 2)
        values = {"values": [["a"], ["b"], ["c"]]}
        error = strict.refused("PUT", "/values/Small!A1:B9", params={"valueInputOption": "RAW"}, json=values)
        assert error["message"] == "Requested writing within range [Small!A1:B2], but tried writing to row [3]"
        data = [{"dataFilter": lookup("absent"), "values": [["x"]]}]
        body = {"valueInputOption": "RAW", "data": data}
        strict.refused("POST", "/values:batchUpdateByDataFilter", json=body)
        strict.session.close()


def test_clearing_by_filter(api):
    api.put("A1", [["a", "b"]])
    mark_column(api, "engine", 1)
    reply = api.ok("POST", "/values:batchClearByDataFilter", json={"dataFilters": [lookup("engine")]})
    assert reply["clearedRanges"] == ["Sheet1!B1:B1000"]
    assert api.read("A1:B1") == [["a"]]
