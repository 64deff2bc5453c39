"""Comparing the local server with recorded exchanges."""

from __future__ import annotations

import json

from tests.sheets_server.recordings import differences, main, replay
from tests.sheets_server.server import SheetsServer

CREATED = {
    "kind": "drive#file",
    "id": "1recorded-id",
    "name": "N",
    "mimeType": "application/vnd.google-apps.spreadsheet",
}
SHEETS = "https://sheets.googleapis.com/v4/spreadsheets/1recorded-id"


def exchange(method: str, uri: str, body: str, reply: object, code: int = 200) -> dict:
    response = {"status": {"code": code}, "body": {"string": json.dumps(reply)}}
    return {"request": {"method": method, "uri": uri, "body": body}, "response": response}


def cassette(tmp_path, values: list) -> str:
    made = exchange("POST", "https://www.googleapis.com/drive/v3/files", '{"name": "N"}', CREATED)
    update = {"spreadsheetId": "1recorded-id", "updatedRange": "Sheet1!A1", "updatedRows": 1}
    update |= {"updatedColumns": 1, "updatedCells": 1}
    put = exchange("PUT", f"{SHEETS}/values/A1?valueInputOption=RAW", '{"values": [["x"]]}', update)
    read = {"range": "Sheet1!A1", "majorDimension": "ROWS", "values": values}
    got = exchange("GET", f"{SHEETS}/values/A1", "", read)
    other = exchange("GET", "https://sheets.googleapis.com/v4/spreadsheets/1another-id", "", {})
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"interactions": [made, put, got, other]}), encoding="utf-8")
    return str(tmp_path)


def test_equal_exchanges_are_counted(tmp_path, capsys):
    assert main([cassette(tmp_path, [["x"]])]) == 0
    assert capsys.readouterr().out == "3 recorded exchanges: 3 answered the same, 0 differently\n"


def test_a_difference_is_told_with_its_place(tmp_path):
    cassette(tmp_path, [["y"]])
    outcomes = list(replay(tmp_path / "case.json", SheetsServer()))
    assert [found for _, found in outcomes] == [[], [], [".values[][]: recorded 'y', here 'x'"]]


def test_ids_are_learnt_and_missing_fields_are_told():
    ids: dict[str, str] = {}
    found = list(differences({"sheetId": 5, "a": [1], "b": 2}, {"sheetId": 9, "a": [1, 2]}, ids))
    assert ids == {"5": "9"}
    assert found == [".a: 1 recorded, 2 here", ".b: missing"]
