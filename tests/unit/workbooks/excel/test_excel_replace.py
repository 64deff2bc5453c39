"""A workbook is replaced whole or not at all: locks, fingerprints, links, modes, debris, backups."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time

import pytest

from sheetsync.errors import WorkbookBusy, WorkbookChanged, WorkbookDenied, WorkbookError, WorkbookMissing
from sheetsync.workbooks.excel import replace
from sheetsync.workbooks.excel.backup import Backups
from sheetsync.workbooks.excel.edit import edit_cells
from sheetsync.workbooks.excel.read import read_cells
from sheetsync.workbooks.excel.replace import fingerprint

CHANGE = {("Tasks", "A2"): "changed"}


def untouched(path, before):
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir() if item.name.endswith((".tmp", ".partial"))] == []


def office_lock(name: str) -> bytes:
    narrow, wide = name.encode("latin-1", "replace"), name.encode("utf-16-le")
    content = bytes([len(narrow)]) + narrow.ljust(53, b"\0") + bytes([len(name)]) + b"\0"
    content = content[:55] + wide.ljust(110, b"\0")
    return content


@pytest.mark.parametrize(
    ("lock", "content", "says"),
    [
        ("~$rich.xlsx", office_lock("Ads lead"), r"open in Excel \(Ads lead\)"),
        ("~$rich.xlsx", office_lock("广告 lead"), r"open in Excel \(广告 lead\)"),
        ("~$rich.xlsx", b"", "open in Excel"),
        (".~lock.rich.xlsx#", b",Ads lead,desk7,22.11.2026 08:16,file:///p;", r"LibreOffice \(Ads lead on desk7\)"),
        (".~lock.rich.xlsx#", b"", "open in LibreOffice"),
    ],
)
def test_an_open_workbook_is_left_alone_and_its_holder_named(golden, lock, content, says):
    path = golden("rich.xlsx")
    before = path.read_bytes()
    (path.parent / lock).write_bytes(content)
    with pytest.raises(WorkbookBusy, match=says) as busy:
        edit_cells(path, path, CHANGE)
    assert lock in busy.value.hint
    assert "crashed" in busy.value.hint
    untouched(path, before)


@pytest.mark.skipif(os.name != "posix", reason="POSIX locks")
def test_a_lock_of_the_system_is_respected(golden):
    path = golden("rich.xlsx")
    before = path.read_bytes()
    code = "import fcntl,sys,time; f=open(sys.argv[1],'r+b'); fcntl.lockf(f,fcntl.LOCK_EX); print(1,flush=True)"
    code += "; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"1\n"
        try:
            with pytest.raises(WorkbookBusy, match="open in another program"):
                edit_cells(path, path, CHANGE)
        finally:
            holder.kill()
    untouched(path, before)
    edit_cells(path, path, CHANGE)


def test_a_workbook_saved_since_it_was_planned_on_is_left_alone(golden):
    path = golden("rich.xlsx")
    planned = fingerprint(path)
    edit_cells(path, path, {("Tasks", "A3"): "by somebody"})
    before = path.read_bytes()
    with pytest.raises(WorkbookChanged):
        edit_cells(path, path, CHANGE, expected=planned)
    untouched(path, before)


@pytest.mark.parametrize("what", ["saved", "touched", "opened", "gone"])
def test_what_people_do_while_the_new_file_is_written_is_seen_before_the_replace(golden, monkeypatch, what):
    path = golden("rich.xlsx")
    verify = replace._keep_looks

    def meanwhile(real, temporary):
        verify(real, temporary)
        if what == "saved":
            real.write_bytes(b"what somebody saved")
        elif what == "touched":
            os.utime(real, ns=(1, 1))
        elif what == "opened":
            (real.parent / "~$rich.xlsx").write_bytes(b"")
        else:
            real.unlink()

    monkeypatch.setattr(replace, "_keep_looks", meanwhile)
    expected = {"saved": WorkbookChanged, "touched": WorkbookChanged, "opened": WorkbookBusy, "gone": WorkbookMissing}
    with pytest.raises(expected[what]):
        edit_cells(path, path, CHANGE)
    if what == "saved":
        untouched(path, b"what somebody saved")
    assert not list(path.parent.glob(".*.tmp"))


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_the_mode_is_kept_and_a_link_is_followed(golden, tmp_path):
    path = golden("rich.xlsx")
    path.chmod(0o640)
    folder = tmp_path / "desk"
    folder.mkdir()
    link = folder / "plan.xlsx"
    link.symlink_to(path)
    edit_cells(link, link, CHANGE)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    edit_cells(path, folder / "copy.xlsx", CHANGE)
    assert (folder / "copy.xlsx").stat().st_mode & 0o777 == 0o640
    assert read_cells(path, ["Tasks"])["Tasks"][2][1] == "changed"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everything")
def test_a_read_only_workbook_is_denied(golden):
    path = golden("rich.xlsx")
    path.chmod(0o440)
    with pytest.raises(WorkbookDenied, match="read-only"):
        edit_cells(path, path, CHANGE)


def test_debris_of_a_killed_run_is_cleared_and_a_living_one_is_respected(golden):
    path = golden("rich.xlsx")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    debris = path.with_name(f".rich.xlsx.sheetsync-{replace._host()}-{dead.pid}.tmp")
    debris.write_bytes(b"half a file")
    edit_cells(path, path, CHANGE)
    assert not debris.exists()
    living = path.with_name(f".rich.xlsx.sheetsync-{replace._host()}-{os.getppid()}.tmp")
    living.write_bytes(b"")
    before = path.read_bytes()
    with pytest.raises(WorkbookBusy, match="another run is writing"):
        edit_cells(path, path, {("Tasks", "A2"): "again"})
    assert path.read_bytes() == before
    os.utime(living, (time.time() - 7200,) * 2)
    edit_cells(path, path, {("Tasks", "A2"): "again"})
    assert not living.exists()


def test_another_computers_run_is_respected_until_it_is_stale(golden):
    path = golden("rich.xlsx")
    other = path.with_name(".rich.xlsx.sheetsync-elsewhere-1.tmp")
    other.write_bytes(b"")
    with pytest.raises(WorkbookBusy):
        edit_cells(path, path, CHANGE)
    assert other.exists()


@pytest.mark.parametrize("at", range(0, 17_000, 1_700))
def test_a_byte_that_the_disk_turned_is_found_before_the_replace(golden, monkeypatch, at):
    path = golden("rich.xlsx")
    before = path.read_bytes()
    write = replace._write

    def turning(temporary, writer):
        write(temporary, writer)
        data = bytearray(temporary.read_bytes())
        data[min(at, len(data) - 1)] ^= 0x01
        temporary.write_bytes(data)

    monkeypatch.setattr(replace, "_write", turning)
    with pytest.raises(WorkbookError, match=r"not what was written|could not be written"):
        edit_cells(path, path, CHANGE)
    untouched(path, before)


def test_backups_are_kept_listed_and_put_back(golden, tmp_path):
    path = golden("rich.xlsx")
    backups = Backups(tmp_path / "backups", keep=3)
    states = []
    for number in range(5):
        states.append(path.read_bytes())
        edit_cells(path, path, {("Tasks", "A2"): f"state {number}"}, backups=backups)
    kept = backups.of(path)
    assert [item.path.read_bytes() for item in kept] == states[:1:-1]
    assert kept == sorted(kept, key=lambda item: item.taken, reverse=True)
    last = path.read_bytes()
    assert backups.restore(path, kept[1]) == kept[1]
    assert path.read_bytes() == states[3]
    assert backups.of(path)[0].path.read_bytes() == last
    backups.restore(path)
    assert path.read_bytes() == last


def test_backups_of_other_workbooks_are_left_alone(golden, tmp_path):
    backups = Backups(tmp_path / "backups", keep=1)
    one, two = golden("rich.xlsx"), golden("shared.xlsx")
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "rich.notes.xlsx").write_text("mine")
    backups.take(one, dt.datetime(2026, 11, 1))
    backups.take(two, dt.datetime(2026, 11, 2))
    backups.take(one, dt.datetime(2026, 11, 3))
    assert [item.taken.day for item in backups.of(one)] == [3]
    assert [item.taken.day for item in backups.of(two)] == [2]
    assert (tmp_path / "backups" / "rich.notes.xlsx").read_text() == "mine"


def test_restore_respects_an_open_workbook_and_says_when_there_is_nothing(golden, tmp_path):
    path = golden("rich.xlsx")
    backups = Backups(tmp_path / "backups")
    with pytest.raises(WorkbookMissing, match="no backup"):
        backups.restore(path)
    backups.take(path)
    (path.parent / "~$rich.xlsx").write_bytes(b"")
    with pytest.raises(WorkbookBusy):
        backups.restore(path)
