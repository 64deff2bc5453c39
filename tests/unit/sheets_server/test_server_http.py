"""Over the wire: sign-in, bodies, faults at a chosen call, people's edits between calls, quota, the control API."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests
from sheets_calls import Api

from tests.sheets_server.faults import COMMITTED, KINDS, Quota
from tests.sheets_server.server import SheetsServer

UPDATE = {"params": {"valueInputOption": "RAW"}, "json": {"values": [["new"]]}}


def test_a_call_without_a_token_is_refused_and_any_token_will_do(api):
    url = f"{api.server.url}/v4/spreadsheets/{api.spreadsheet_id}"
    assert (
        requests.get(url, timeout=5).json()["error"]["message"].startswith("Method doesn't allow unregistered callers")
    )
    wrong = requests.get(url, headers={"Authorization": "Basic x"}, timeout=5)
    assert (wrong.status_code, wrong.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert requests.get(url, headers={"Authorization": "Bearer anything"}, timeout=5).status_code == 200
    token = requests.post(f"{api.server.url}/token", data={"grant_type": "x"}, timeout=5).json()
    assert token["token_type"] == "Bearer"


def test_unknown_shared_and_foreign_spreadsheets_are_told_apart(api):
    def get(spreadsheet_id: str) -> requests.Response:
        return api.session.get(f"{api.server.url}/v4/spreadsheets/{spreadsheet_id}", timeout=5)

    assert get("nope").json() == {
        "error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}
    }
    api.people.share(open_it=False)
    assert get(api.spreadsheet_id).json() == {
        "error": {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}
    }
    api.people.share(edit=False)
    assert get(api.spreadsheet_id).status_code == 200
    api.refused("PUT", "/values/A1", status=403, **UPDATE)


def test_bodies_are_pretty_unless_asked_otherwise(api):
    pretty, plain = api.call("GET"), api.call("GET", params={"prettyPrint": "false"})
    assert pretty.text.startswith('{\n  "spreadsheetId"')
    assert pretty.text.endswith("}\n")
    assert plain.json() == pretty.json()
    assert "\n" not in plain.text.strip()


def test_a_request_body_may_be_compressed_or_chunked(api):
    raw = json.dumps({"values": [["packed"]]}).encode()
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    api.ok("PUT", "/values/A1", params={"valueInputOption": "RAW"}, data=gzip.compress(raw), headers=headers)
    api.ok("PUT", "/values/B1", params={"valueInputOption": "RAW"}, data=iter([raw[:5], raw[5:]]))
    assert api.read("A1:B1") == [["packed", "packed"]]


def test_the_log_tells_reads_writes_and_bytes(api):
    api.put("A1", [["x"]])
    api.read("A1")
    api.ok("POST", "/values:batchGetByDataFilter", json={"dataFilters": [{"a1Range": "A1"}]})
    api.session.get(f"{api.server.url}/drive/v3/files", timeout=5)
    calls = api.server.requests
    assert [call.kind for call in calls] == ["write", "read", "read", "drive"]
    assert [call.index for call in calls] == [0, 1, 2, 3]
    assert calls[0].api == "sheets.spreadsheets.values.update"
    assert calls[0].body == {"values": [["x"]]}
    assert calls[0].bytes == len(json.dumps({"values": [["x"]]}))
    assert api.server.count("read") == 2
    assert api.server.bytes_sent() == sum(call.bytes for call in calls)


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_commits_or_not_as_its_name_says(api, kind):
    api.server.faults.slow = 0.3
    api.server.faults.at(0, kind)
    outcome = None
    try:
        response = api.call("PUT", "/values/A1", **UPDATE)
        response.json()
        outcome = response.status_code
    except (requests.RequestException, ValueError):
        outcome = "broken"
    assert outcome != 200
    api.session.close()
    assert api.read("A1") == ([["new"]] if kind in COMMITTED else [])


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("429", 429, "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user'"),
        ("403-quota", 403, "User Rate Limit Exceeded"),
        ("403-permission", 403, "The caller does not have permission"),
        ("403-disabled", 403, "has not been used in project"),
        ("401", 401, "Expected OAuth 2 access token"),
        ("404", 404, "Requested entity was not found."),
        ("500-before", 500, "Internal error encountered."),
        ("503-after", 503, "The service is currently unavailable."),
    ],
)
def test_faults_speak_as_google_does(api, kind, status, text):
    api.server.faults.at(0, kind)
    error = api.refused("PUT", "/values/A1", status=status, **UPDATE)
    assert text in error["message"]
    assert error["code"] == status


def test_a_fault_hits_one_call_or_all_from_there_on(api):
    api.server.faults.at(1, "503-before")
    api.server.faults.at(1, "500-before", only="write", forever=True)
    codes = [api.call("GET").status_code for _ in range(3)] + [
        api.call("PUT", "/values/A1", **UPDATE).status_code for _ in range(3)
    ]
    assert codes == [200, 503, 200, 200, 500, 500]
    api.server.reset()
    api.server.faults.at(0, "429", retry_after=7)
    assert api.call("GET").headers["Retry-After"] == "7"
    with pytest.raises(ValueError, match="unknown fault"):
        api.server.faults.at(0, "earthquake")


def test_people_edit_between_any_two_calls(api):
    api.put("A1", [["id"], ["r1"]])
    api.server.reset()
    api.server.after(0, lambda: api.people.insert_rows("Sheet1", 2))
    api.server.before(2, lambda: api.people.set_cell("Sheet1", "A2", "=1+1"))
    assert api.read("A1:A3") == [["id"], ["r1"]]
    assert api.read("A1:A3") == [["id"], [], ["r1"]]
    assert api.read("A1:A3") == [["id"], ["2"], ["r1"]]


def test_an_edit_after_the_commit_of_a_lost_answer_is_seen_by_the_next_read(api):
    api.server.faults.at(0, "reset-after")
    api.server.after(0, lambda: api.people.set_cell("Sheet1", "B1", "people"))
    with pytest.raises(requests.ConnectionError):
        api.call("PUT", "/values/A1", **UPDATE)
    assert api.read("A1:B1") == [["new", "people"]]


def test_an_edit_by_people_leaves_no_call(api):
    api.people.set_cell("Sheet1", "A1", "x")
    assert api.server.requests == []


def test_quota_counts_a_window_from_its_first_call_and_failed_tries_do_not_prolong_it():
    now = [100.0]
    with SheetsServer(quota=Quota(reads=3, writes=2, clock=lambda: now[0])) as server:
        api = Api(server, server.create().spreadsheet_id)
        assert [api.call("GET").status_code for _ in range(4)] == [200, 200, 200, 429]
        error = api.call("GET").json()["error"]
        assert error["details"][0]["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerUser"
        assert "Retry-After" not in api.call("GET").headers
        assert [api.call("PUT", "/values/A1", **UPDATE).status_code for _ in range(3)] == [200, 200, 429]
        now[0] += 59.9
        assert api.call("GET").status_code == 429
        now[0] += 0.1
        assert api.call("GET").status_code == 200
        api.session.close()


def test_many_clients_at_once_lose_nothing(api):
    def work(number: int) -> None:
        session = Api(api.server, api.spreadsheet_id)
        for row in range(5):
            session.put(f"A{number * 5 + row + 1}", [[f"{number}-{row}"]])
        session.session.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert api.read("A1:A30") == [[f"{number}-{row}"] for number in range(6) for row in range(5)]


def test_the_control_api_arranges_faults_and_edits(api):
    def control(method: str, path: str = "", **body: object) -> dict:
        return requests.request(method, f"{api.server.url}/_control{path}", json=body, timeout=5).json()

    assert "503-after" in control("GET")["faults"]
    assert "insert_rows" in control("GET")["edits"]
    control("POST", "/faults", at=1, kind="503-before")
    control(
        "POST", "/edit", do="set_cell", args=["Sheet1", "A1", "by people"], before=0, spreadsheetId=api.spreadsheet_id
    )
    assert api.read("A1") == [["by people"]]
    assert api.call("GET").status_code == 503
    assert control("GET", "/requests")["counts"] == {"read": 2, "write": 0, "drive": 0}
    control("POST", "/reset")
    assert control("GET", "/requests")["requests"] == []
    assert "unknown edit" in control("POST", "/edit", do="__init__")["error"]
    assert "unknown fault" in control("POST", "/faults", at=0, kind="x")["error"]
    made = control("POST", "/create", title="Second")["spreadsheetId"]
    assert api.server.people(made).tabs() == ["Sheet1"]


def test_the_module_prints_its_base_url_and_serves():
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", "tests.sheets_server", "--port", "0"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        try:
            assert url.startswith("http://127.0.0.1:")
            files = requests.get(f"{url}/drive/v3/files", headers={"Authorization": "Bearer x"}, timeout=10).json()
            assert [file["name"] for file in files["files"]] == ["Untitled spreadsheet"]
        finally:
            process.terminate()
            process.communicate(timeout=20)
    assert process.returncode == 0
