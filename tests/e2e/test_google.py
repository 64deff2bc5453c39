"""The whole product on a Google spreadsheet: the local Sheets server stands where Google would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sheetsync.cli.main import cli
from tests.e2e.conftest import TEAM, TODAY, write_reports
from tests.e2e.desk import command, go, read, row, rows
from tests.sheets_server.server import SheetsServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        monkeypatch.setenv("SHEETSYNC_GOOGLE_BASE_URL", running.url)
        yield running


def project(tmp_path: Path, place: str) -> Path:
    folder = tmp_path / "plan"
    options = ["--month", "2026-11", "--marketplace", "US", "--google", place]
    cli.main(["init", str(folder), *options], standalone_mode=False)
    with (folder / "sheetsync.toml").open("a", encoding="utf-8") as config:
        config.write(TEAM)
    write_reports(folder / "inbox" / "US", TODAY)
    return folder


def test_a_shared_sheet_becomes_the_plan_and_keeps_what_people_do(
    server: SheetsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = server.create("Ours")
    people = server.people(book.spreadsheet_id)
    people.set_range("Sheet1", "A1", [["our notes"]])
    plan = project(tmp_path, f"https://docs.google.com/spreadsheets/d/{book.spreadsheet_id}/edit#gid=0")
    made = go(plan)
    assert made.created
    assert people.value("Sheet1", "A1") == "our notes"

    server.reset()
    idle = go(plan)
    assert idle.plan.is_empty
    assert (server.count("read"), server.count("write")) == (1, 0)

    weekly = read(plan).tabs["weekly"]
    task = next(r for r in weekly.rows if str(r.row_id).startswith("task.2026-11.w1."))
    letter = chr(64 + weekly.places["status"])
    people.set_cell(weekly.title, f"{letter}{task.position}", "已完成")
    people.sort(weekly.title, f"A3:Z{max(r.position for r in weekly.rows)}", "D")
    server.reset()
    done = go(plan)
    assert [edit.new for edit in done.plan.edits if edit.column == "status"] == ["已完成"]
    assert server.count("read") <= 2
    assert server.count("write") <= 2
    assert row(plan, "weekly", str(task.row_id)).cells["status"] == "已完成"
    assert row(plan, "weekly", str(task.row_id)).cells["light"] == "Green"
    assert go(plan).plan.is_empty

    code, out, _ = command(capsys, "status", "-C", str(plan), "--today", TODAY.isoformat())
    assert code == 0
    assert "Completion" in out
    code, out, _ = command(capsys, "doctor", "-C", str(plan), "--today", TODAY.isoformat())
    assert code == 0, out
    assert "sign-in" in out


def test_new_makes_a_spreadsheet_once_and_remembers_it(server: SheetsServer, tmp_path: Path) -> None:
    plan = project(tmp_path, "new")
    assert go(plan).created
    assert 'google = "https://docs.google.com/spreadsheets/d/' in (plan / "sheetsync.toml").read_text()
    assert go(plan).plan.is_empty


def test_the_month_closes_with_a_copy_in_drive(
    server: SheetsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = project(tmp_path, "new")
    go(plan)
    code, _, err = command(capsys, "rollover", "-C", str(plan), "--today", "2026-12-01")
    assert code == 0, err
    assert "plan-2026-11" in " ".join(file.name for file in server.account.files.values())
    assert any(str(r.row_id).startswith("task.2026-12.") for r in rows(plan, "weekly"))
    assert go(plan, date(2026, 12, 1)).plan.is_empty


def test_a_sheet_that_is_not_shared_says_with_whom_to_share_it(
    server: SheetsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = server.create("Theirs")
    server.account.foreign.add(book.spreadsheet_id)
    plan = project(tmp_path, book.spreadsheet_id)
    code, _, err = command(capsys, "refresh", "-C", str(plan), "--today", TODAY.isoformat())
    assert code == 3
    assert "share" in err
    assert "next:" in err
