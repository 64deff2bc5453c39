"""The bit of Drive: files, queries, permissions, export, upload."""

from __future__ import annotations

import io
import zipfile

import pytest

SHEET = "application/vnd.google-apps.spreadsheet"


@pytest.fixture
def drive(api):
    def call(method: str, path: str = "", status: int = 200, **options):
        response = api.session.request(method, f"{api.server.url}/drive/v3/files{path}", timeout=10, **options)
        assert response.status_code == status, response.text
        return response if status == 204 or "export" in path else response.json()

    return call


def test_a_file_is_created_found_renamed_copied_and_deleted(api, drive):
    made = drive("POST", json={"name": "New plan", "mimeType": SHEET})
    assert made == {"kind": "drive#file", "id": made["id"], "name": "New plan", "mimeType": SHEET}
    query = f'mimeType="{SHEET}" and name = "New plan"'
    assert [file["id"] for file in drive("GET", params={"q": query, "fields": "files(id)"})["files"]] == [made["id"]]
    assert drive("GET", params={"q": "name contains 'nothing'"})["files"] == []
    drive("PATCH", f"/{made['id']}", json={"name": "Renamed"})
    assert api.server.people(made["id"]).book.props["title"] == "Renamed"
    copy = drive("POST", f"/{made['id']}/copy", json={"mimeType": SHEET})
    assert copy["name"] == "Copy of Renamed"
    drive("DELETE", f"/{made['id']}", status=204)
    error = drive("GET", f"/{made['id']}", status=404)["error"]
    assert error["errors"][0]["reason"] == "notFound"


def test_the_version_grows_and_the_time_moves_with_every_write(api, drive):
    def state() -> tuple[int, str]:
        file = drive("GET", f"/{api.spreadsheet_id}", params={"fields": "version,modifiedTime"})
        return int(file["version"]), file["modifiedTime"]

    before = state()
    api.put("A1", [["x"]])
    assert state() > before
    again = state()
    api.read("A1")
    assert state() == again


def test_files_come_in_pages(api, drive):
    for number in range(4):
        api.server.create(f"Plan {number}")
    first = drive("GET", params={"pageSize": 3})
    second = drive("GET", params={"pageSize": 3, "pageToken": first["nextPageToken"]})
    assert len(first["files"]) == 3
    assert len(second["files"]) == 2
    assert "nextPageToken" not in second


def test_permissions(api, drive):
    path = f"/{api.spreadsheet_id}/permissions"
    made = drive("POST", path, json={"type": "user", "role": "writer", "emailAddress": "team@example.com"})
    listed = drive("GET", path, params={"fields": "permissions"})["permissions"]
    assert [item["role"] for item in listed] == ["owner", "writer"]
    assert listed[1]["emailAddress"] == "team@example.com"
    drive("DELETE", f"{path}/{made['id']}", status=204)
    drive("GET", f"{path}/{made['id']}", status=404)
    assert drive("POST", path, status=400, json={"type": "robot", "role": "writer"})["error"]["code"] == 400


def test_an_owner_stays(api, drive):
    path = f"/{api.spreadsheet_id}/permissions"
    owner = drive("GET", path)["permissions"][0]
    error = drive("DELETE", f"{path}/{owner['id']}", status=403)["error"]
    assert error["message"] == "The owner of a file cannot be removed."


def test_folders_hold_files_and_are_no_spreadsheets(api, drive):
    folder = drive("POST", json={"name": "Team", "mimeType": "application/vnd.google-apps.folder"})
    made = drive("POST", json={"name": "In it", "mimeType": SHEET, "parents": [folder["id"]]})
    listed = drive("GET", params={"q": f"'{folder['id']}' in parents and trashed = false"})["files"]
    assert [file["id"] for file in listed] == [made["id"]]
    url = f"{api.server.url}/v4/spreadsheets/{folder['id']}"
    assert api.session.get(url, timeout=5).status_code == 404


def test_a_csv_replaces_the_spreadsheet_and_comes_out_again(api, drive):
    api.people.add_tab("Gone")
    url = f"{api.server.url}/upload/drive/v2/files/{api.spreadsheet_id}"
    text = 'a,"b, c"\n1,=A2+1\n'
    assert api.session.put(url, data=text.encode(), params={"uploadType": "media"}, timeout=10).status_code == 200
    assert api.people.tabs() == ["Plan"]
    assert api.people.values("Plan") == [["a", "b, c"], [1, 2]]
    exported = drive("GET", f"/{api.spreadsheet_id}/export", params={"mimeType": "text/csv"})
    assert exported.text == 'a,"b, c"\r\n1,2'


def test_an_xlsx_export_is_a_workbook(api, drive):
    api.put("A1", [["x", 1]])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    exported = drive("GET", f"/{api.spreadsheet_id}/export", params={"mimeType": kind})
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(exported.content)).namelist()


def test_a_service_account_without_storage_cannot_create(api, drive):
    api.server.account.has_storage = False
    error = drive("POST", status=403, json={"name": "x", "mimeType": SHEET})["error"]
    assert error["errors"][0]["reason"] == "storageQuotaExceeded"
    assert api.session.post(f"{api.server.url}/v4/spreadsheets", json={}, timeout=5).status_code == 403
