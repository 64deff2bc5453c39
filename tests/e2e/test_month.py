"""The month on a small project: findings become tasks, months close, runs are undone, backups go back, bad input."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from sheetsync.core.model.facts import Month
from sheetsync.errors import Locked, MergeRefused, WorkbookBusy
from sheetsync.pipeline.settings import set_month
from sheetsync.state.lock import WorkbookLock
from sheetsync.workbooks.excel.edit import edit_cells
from tests.e2e.conftest import write_reports
from tests.e2e.desk import TODAY, add_row, command, digest, go, read, row, rows, type_cell


def standard_task(plan: Path) -> str:
    return next(r.row_id for r in rows(plan, "weekly") if str(r.row_id).startswith("task.2026-11.w1."))


def test_an_engine_cell_typed_over_is_restored_and_told(small: Path) -> None:
    task = standard_task(small)
    before = row(small, "weekly", task).cells["light"]
    type_cell(small, "weekly", task, "light", "all good")
    done = go(small)
    assert row(small, "weekly", task).cells["light"] == before
    assert [edit.new for edit in done.plan.edits] == ["all good"]
    assert any("all good" in str(r.cells.get("old")) + str(r.cells.get("new")) for r in rows(small, "changes"))
    assert [f for f in done.outcome.findings if "all good" in str(f.signal.facts)]
    assert go(small).plan.is_empty


def test_a_status_that_cannot_be_read_stays_and_is_told(small: Path) -> None:
    task = standard_task(small)
    type_cell(small, "weekly", task, "status", "soonish")
    done = go(small)
    assert row(small, "weekly", task).cells["status"] == "soonish"
    assert [f for f in done.outcome.findings if "soonish" in str(f.signal.facts)]


def test_an_owner_typed_on_a_finding_makes_it_a_task(small: Path) -> None:
    finding = next(r for r in rows(small, "findings") if r.cells.get("light") in ("Red", "Yellow"))
    type_cell(small, "findings", str(finding.row_id), "owner", "Ads lead")
    go(small)
    task = row(small, "weekly", f"finding.{finding.row_id}")
    assert task.cells["owner"] == "Ads lead"
    assert task.cells["due"]
    assert go(small).plan.is_empty


def test_a_deleted_standard_task_stays_deleted(small: Path) -> None:
    task = standard_task(small)
    standing = read(small).tabs["weekly"]
    position = row(small, "weekly", task).position
    columns = ["A", *[chr(64 + place) for place in standing.places.values() if place <= 26]]
    changes = {(standing.title, f"{column}{position}"): None for column in columns}
    edit_cells(small / "plan.xlsx", small / "plan.xlsx", changes)
    go(small)
    assert task not in [r.row_id for r in rows(small, "weekly")]
    assert go(small, date(2026, 11, 23)).plan is not None
    assert task not in [r.row_id for r in rows(small, "weekly")]


def test_a_threshold_people_change_counts_at_the_next_refresh(small: Path) -> None:
    acos = next(f for f in go(small).outcome.facts.metrics.of("acos", "mtd") if f.scope.marketplace == "US")
    assert acos.value is not None
    type_cell(small, "thresholds", "acos.target", "green", float(acos.value) / 2)
    type_cell(small, "thresholds", "acos.target", "yellow", None)
    done = go(small)
    assert [f for f in done.outcome.findings if f.signal.code == "SS301"]


def test_undo_puts_the_cells_of_a_run_back(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {(t.key, r.row_id): dict(r.cells) for t in read(small).tabs.values() for r in t.rows}
    write_reports(small / "inbox" / "US", date(2026, 11, 25))
    done = go(small, date(2026, 11, 25))
    assert done.plan.writes
    code, out, _ = command(capsys, "undo", "-C", str(small), "--plan", "--today", "2026-11-25")
    assert code == 0
    assert "would write back" in out
    code, out, _ = command(capsys, "undo", "-C", str(small), "--today", "2026-11-25")
    assert code == 0
    after = {(t.key, r.row_id): dict(r.cells) for t in read(small).tabs.values() for r in t.rows}
    for write in done.plan.writes:
        assert after[write.tab, write.row_id].get(write.column) == before[write.tab, write.row_id].get(write.column)


def test_a_backup_goes_back_and_the_next_refresh_goes_on(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task = standard_task(small)
    type_cell(small, "weekly", task, "evidence", "first")
    first = digest(small)
    write_reports(small / "inbox" / "US", date(2026, 11, 24))
    go(small, date(2026, 11, 24))
    type_cell(small, "weekly", task, "evidence", "second")
    code, out, _ = command(capsys, "restore", "-C", str(small), "--list")
    assert code == 0
    assert "plan." in out
    code, _, _ = command(capsys, "restore", "-C", str(small))
    assert code == 0
    assert digest(small) == first
    go(small, date(2026, 11, 24))
    assert row(small, "weekly", task).cells["evidence"] == "first"
    assert go(small, date(2026, 11, 24)).plan.is_empty


def test_lost_memory_loses_no_hand_edit(small: Path) -> None:
    task = standard_task(small)
    type_cell(small, "weekly", task, "evidence", "ours")
    add_row(small, "weekly", {"title": "A task of our own"})
    shutil.rmtree(small / ".sheetsync")
    go(small)
    assert row(small, "weekly", task).cells["evidence"] == "ours"
    assert [r for r in rows(small, "weekly") if r.cells.get("title") == "A task of our own" and r.row_id]
    assert go(small).plan.is_empty


def test_the_month_closes_once_and_carries_what_is_open(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task = standard_task(small)
    type_cell(small, "weekly", task, "status", "Done")
    add_row(small, "weekly", {"title": "Ours, unfinished", "week": "3", "status": "To do"})
    add_row(
        small,
        "incidents",
        {"what": "A pallet was lost", "prevention": "Count pallets twice", "opened": date(2026, 11, 5)},
    )
    go(small)
    ours = next(str(r.row_id) for r in rows(small, "weekly") if r.cells.get("title") == "Ours, unfinished")
    code, out, _ = command(capsys, "rollover", "-C", str(small), "--plan", "--today", "2026-12-01")
    assert code == 0
    assert "open 2026-12" in out
    code, _, err = command(capsys, "rollover", "-C", str(small), "--today", "2026-11-22")
    assert code == 2
    assert "--early" in err
    code, out, _ = command(capsys, "rollover", "-C", str(small), "--today", "2026-12-01")
    assert code == 0
    assert (small / "archive" / "plan-2026-11.xlsx").is_file()
    assert 'month = "2026-12"' in (small / "sheetsync.toml").read_text()
    weekly = {str(r.row_id): r.cells for r in rows(small, "weekly")}
    assert weekly[task]["status"] == "Done"
    assert weekly[task]["month"] == "2026-11"
    assert weekly[ours]["month"] == "2026-12"
    assert weekly[ours]["carried"] == 1
    assert any(cells.get("title") == "Count pallets twice" for cells in weekly.values())
    successors = [cells for key, cells in weekly.items() if key.startswith("task.2026-12.") and cells.get("carried")]
    assert successors
    again = command(capsys, "rollover", "-C", str(small), "--today", "2026-12-01")
    assert again[0] == 0
    assert "already" in again[1]
    assert go(small, date(2026, 12, 1)).plan.is_empty


def test_a_rollover_cut_short_goes_on(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_month(small, Month(2026, 12))
    go(small, date(2026, 12, 1))
    assert any(str(r.row_id).startswith("task.2026-12.") for r in rows(small, "weekly"))
    assert go(small, date(2026, 12, 1)).plan.is_empty


@pytest.mark.parametrize("lock", ["~$plan.xlsx", ".~lock.plan.xlsx#"])
def test_a_workbook_that_is_open_elsewhere_is_left_alone(
    small: Path, lock: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_reports(small / "inbox" / "US", date(2026, 11, 25))
    (small / lock).write_bytes(
        b",somebody,host,22.11.2026 08:16,file:///profile;" if "lock" in lock else b"\x08somebody"
    )
    before = digest(small)
    code, _, err = command(capsys, "refresh", "-C", str(small), "--today", "2026-11-25")
    assert code == 3
    assert "next:" in err
    assert digest(small) == before
    with pytest.raises(WorkbookBusy):
        go(small, date(2026, 11, 25))
    (small / lock).unlink()
    done = go(small, date(2026, 11, 25))
    assert not done.plan.is_empty
    home = " ".join(str(r.cells) for r in rows(small, "home"))
    assert "open" in home, "the failed run left its reason"


def test_two_refreshes_never_interleave(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with WorkbookLock(small / ".sheetsync" / "refresh.lock"):
        with pytest.raises(Locked):
            go(small)
        code, _, err = command(capsys, "refresh", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 3
    assert "next:" in err


def test_a_tab_that_was_emptied_is_refused_and_nothing_is_written(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    standing = read(small).tabs["weekly"]
    letters = ["A", *[chr(64 + place) for place in standing.places.values() if place <= 26]]
    changes = {(standing.title, f"{c}{r.position}"): None for r in standing.rows for c in letters}
    edit_cells(small / "plan.xlsx", small / "plan.xlsx", changes)
    before = digest(small)
    with pytest.raises(MergeRefused):
        go(small)
    code, _, err = command(capsys, "refresh", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 3
    assert "--accept-deletions" in err
    assert digest(small) == before
    go(small, accept_deletions=True)
    assert not [r for r in rows(small, "weekly") if str(r.row_id).startswith("task.2026-11.")]


def test_lost_keys_are_refused_and_mended_by_the_doctor(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    standing = read(small).tabs["goals"]
    letters = ["A", *[chr(64 + place) for place in standing.places.values() if place <= 26]]
    edit_cells(small / "plan.xlsx", small / "plan.xlsx", {(standing.title, f"{c}1"): None for c in letters})
    before = digest(small)
    code, _, err = command(capsys, "refresh", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 3
    assert "doctor" in err
    assert digest(small) == before
    code, out, _ = command(capsys, "doctor", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 3
    assert "--fix" in out
    code, out, _ = command(capsys, "doctor", "-C", str(small), "--fix", "--today", TODAY.isoformat())
    assert code == 0, out
    assert go(small).receipt is not None


def test_bad_files_stop_by_themselves_and_leave_the_rest(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox = small / "inbox" / "US"
    (inbox / "unknown.csv").write_text("a,b\n1,2\n")
    (inbox / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook at all")
    (inbox / "binary.csv").write_bytes(bytes(range(256)) * 4)
    before = digest(small)
    code, out, err = command(capsys, "refresh", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 0
    for name in ("unknown.csv", "broken.xlsx", "binary.csv"):
        assert name in err
    assert "next:" in err
    assert digest(small) != before, "each bad file is a finding"
    code, out, _ = command(capsys, "doctor", "-C", str(small), "--today", TODAY.isoformat())
    assert "unknown.csv" in out
    assert go(small).plan.is_empty


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04truncated", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, b"hello"]
)
def test_a_workbook_that_cannot_be_read_is_left_alone(
    small: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (small / "plan.xlsx").write_bytes(content)
    code, _, err = command(capsys, "refresh", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 3
    assert "next:" in err
    assert (small / "plan.xlsx").read_bytes() == content


def test_why_answers_for_a_metric_a_finding_and_a_cell(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capsys, "why", "sales", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 0
    for part in ("formula", "period", "maturity", "BusinessReport"):
        assert part in out
    goals = read(small).tabs["goals"]
    letter = chr(64 + goals.places["actual"])
    code, out, _ = command(capsys, "why", f"Goals!{letter}3", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 0
    assert "owner" in out
    finding = next(r for r in rows(small, "findings"))
    code, out, _ = command(capsys, "why", str(finding.row_id), "-C", str(small), "--today", TODAY.isoformat())
    assert code == 0
    assert "threshold" in out or "light" in out
    code, _, err = command(capsys, "why", "nonsense", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 2
    assert "next:" in err


def test_the_language_is_switched_in_place(small: Path) -> None:
    task = standard_task(small)
    type_cell(small, "weekly", task, "status", "done")
    go(small)
    config = small / "sheetsync.toml"
    config.write_text(config.read_text().replace('language = "en"', 'language = "zh"'))
    go(small)
    current = read(small)
    assert current.tabs["weekly"].headings["status"] == "状态"
    assert row(small, "weekly", task).cells["status"] == "done"
    assert row(small, "weekly", task).cells["light"] == "绿"
    assert go(small).plan.is_empty


def test_standup_and_status_in_both_forms(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capsys, "standup", "-C", str(small), "--today", TODAY.isoformat())
    assert code == 0
    assert "1." in out
    code, out, _ = command(capsys, "standup", "-C", str(small), "--html", "--today", TODAY.isoformat())
    assert out.startswith("<!DOCTYPE html>")
    code, out, _ = command(capsys, "standup", "-C", str(small), "--markdown", "--today", TODAY.isoformat())
    assert out.startswith("# Stand-up")
    code, out, _ = command(capsys, "status", "-C", str(small), "--json", "--today", TODAY.isoformat())
    assert json.loads(out)["month"] == "2026-11"
    code, out, _ = command(capsys, "refresh", "-C", str(small), "--json", "--check", "--today", TODAY.isoformat())
    assert json.loads(out)["plan"]["empty"] is True
    assert code in (0, 1)
