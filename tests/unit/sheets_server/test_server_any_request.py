"""Any request of the right shape is answered or refused, and a refused batch changes nothing."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sheets_server import discovery
from tests.sheets_server.batch import load_kinds
from tests.sheets_server.server import SheetsServer

pytestmark = pytest.mark.skipif(discovery.document() is None, reason="google-api-python-client is not installed")

EXAMPLES = 60 if os.environ.get("SHEETSYNC_HYPOTHESIS") == "nightly" else 4
SMALL = st.integers(-1, 7)
WORDS = st.sampled_from(["", "a", "A1", "=A1+1", "Sheet1", "Two", "x,y", "2020-01-01", "TEXT_EQ", "22%"])
MASKS = st.sampled_from(
    ["*", "", "title", "note", "userEnteredValue", "userEnteredFormat.textFormat", "range", "name,range"]
)


@st.composite
def messages(draw: Any, name: str, depth: int = 0) -> dict[str, Any]:
    """A message of a schema with some of its fields."""
    properties = discovery.document()["schemas"][name].get("properties", {})
    names = sorted(properties)
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=5)) if names else []
    for needed in (
        "sheetId",
        "range",
        "fields",
        "properties",
        "rows",
        "values",
        "dimension",
        "rule",
        "start",
        "source",
    ):
        if needed in properties and needed not in chosen and draw(st.booleans()):
            chosen.append(needed)
    return {field: draw(values(properties[field], field, depth + 1)) for field in chosen if depth < 5}


def values(schema: dict[str, Any], field: str, depth: int) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return messages(schema["$ref"], depth)
    kind = schema.get("type")
    if kind == "array":
        return st.lists(values(schema["items"], field, depth), max_size=2)
    if kind == "boolean":
        return st.booleans()
    if kind == "number":
        return st.floats(-2, 2, allow_nan=False)
    if kind == "integer":
        return st.sampled_from([0, 7]) if field == "sheetId" else SMALL
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "object":
        return st.just({})
    return MASKS if field == "fields" else WORDS


@pytest.fixture(scope="module")
def alone():
    server = SheetsServer()
    yield server
    assert server.crashes == []


def fresh(server: SheetsServer) -> str:
    server.account.files.clear()
    server.reset()
    people = server.people(server.create().spreadsheet_id)
    small = {"properties": {"gridProperties": {"rowCount": 4, "columnCount": 4}}, "fields": "gridProperties"}
    people.batch({"updateSheetProperties": small})
    people.batch(
        {
            "addSheet": {
                "properties": {"sheetId": 7, "title": "Two", "gridProperties": {"rowCount": 6, "columnCount": 5}}
            }
        }
    )
    people.set_range("Two", "A1", [["id", "n"], ["r1", 1], ["r2", "=B2*2"], ["r3", "x"]])
    people.merge("Two", "D1:E2")
    return people.spreadsheet_id


def state(server: SheetsServer, spreadsheet_id: str) -> bytes:
    target = f"/v4/spreadsheets/{spreadsheet_id}?includeGridData=true"
    return server.handle("GET", target, {"authorization": "Bearer x"}, b"").content


@pytest.mark.parametrize("kind", sorted(load_kinds()))
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_any_request_is_answered_or_refused_and_a_refusal_leaves_no_trace(alone, kind, data):
    request = data.draw(messages(discovery.document()["schemas"]["Request"]["properties"][kind]["$ref"]))
    spreadsheet_id = fresh(alone)
    before = state(alone, spreadsheet_id)
    write = {"repeatCell": {"range": {"sheetId": 7}, "cell": {"note": "n"}, "fields": "note"}}
    raw = json.dumps({"requests": [write, {kind: request}]}).encode()
    reply = alone.handle("POST", f"/v4/spreadsheets/{spreadsheet_id}:batchUpdate", {"authorization": "Bearer x"}, raw)
    assert reply.status in {200, 400}, alone.crashes[-1:]
    if reply.status == 400:
        assert state(alone, spreadsheet_id) == before
    else:
        discovery.check_message("BatchUpdateSpreadsheetResponse", json.loads(reply.content))
        discovery.check_message("Spreadsheet", json.loads(state(alone, spreadsheet_id)))
