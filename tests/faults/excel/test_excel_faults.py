"""Kill, full disk, broken disk, no permission, at every step of a save: the workbook is always whole, the exit honest.

Twice: by system call injection (strace, where the machine has it and allows it), and by Python calls that fail, which
runs everywhere. What must be in the file is known to the byte, because equal edits make equal files.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from sheetsync.errors import SheetsyncError, WorkbookError
from sheetsync.workbooks.excel.backup import Backups
from sheetsync.workbooks.excel.edit import edit_cells

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "golden" / "excel" / "rich.xlsx"
CALLS = ("write", "fsync", "rename", "chmod", "sendfile", "openat")
LAST = 12
"""How many of the last calls of a kind are struck."""


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "plan.xlsx"
    shutil.copy(SOURCE, path)
    path.chmod(0o644)
    return path


@pytest.fixture(scope="session")
def old_and_new(tmp_path_factory):
    """The bytes before and after the edit."""
    path = tmp_path_factory.mktemp("whole") / "plan.xlsx"
    shutil.copy(SOURCE, path)
    edit_cells(path, path, {("Tasks", "A2"): "changed"})
    return SOURCE.read_bytes(), path.read_bytes()


def run(workbook, *tracing):
    command = [*tracing, sys.executable, str(HERE / "one_edit.py"), str(workbook)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).returncode


def strace(*options):
    return ("strace", "-f", "-qq", "-o", os.devnull, *options)


@cache
def counts():
    """How often each call is made in an edit that nothing disturbs; empty where calls cannot be traced."""
    if not shutil.which("strace"):
        return {}
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path, log = Path(folder) / "plan.xlsx", Path(folder) / "log"
        shutil.copy(SOURCE, path)
        tracing = ("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(CALLS)}")
        if run(path, *tracing) != 0 or not log.exists():
            return {}
        calls = re.findall(r"^\d+ +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE)
    return {call: calls.count(call) for call in CALLS}


def strike(workbook, old_and_new, call, last, fault, often):
    if not counts():
        pytest.skip("system calls cannot be traced here")
    number = counts()[call] - last
    if number < 1:
        pytest.skip(f"{call} is not called so often here")
    old, new = old_and_new
    what = "signal=KILL" if fault == "KILL" else f"error={fault}"
    code = run(workbook, *strace("-e", f"inject={call}:{what}:when={number}{often}"))
    stands = workbook.read_bytes()
    assert stands in (old, new), f"neither old nor new: {len(stands)} bytes"
    if code == 0:
        assert stands == new
    elif fault != "KILL" and code == 3:
        assert stands == old
    elif fault != "KILL" and code == 4:
        assert stands == new
    # With every call failing, Python itself may not get far enough to say it well; it never says 0 then.
    for copy in (workbook.parent / "backups").glob("[!.]*"):
        assert copy.read_bytes() == old
    if stands == old:
        assert run(workbook) == 0
        assert workbook.read_bytes() == new
    assert not list(workbook.parent.glob(".*.tmp"))


STEPS = [
    ("write", 0),
    ("write", 1),
    ("write", 3),
    ("fsync", 0),
    ("fsync", 1),
    ("fsync", 2),
    ("rename", 0),
    ("rename", 1),
]
FEW = [(call, last, fault) for call, last in STEPS for fault in ("KILL", "EIO")]


@pytest.mark.parametrize(("call", "last", "fault"), FEW)
def test_a_struck_system_call_leaves_a_whole_file(workbook, old_and_new, call, last, fault):
    strike(workbook, old_and_new, call, last, fault, "")


@pytest.mark.nightly
@pytest.mark.parametrize("often", ["", "+"], ids=["once", "for ever"])
@pytest.mark.parametrize("fault", ["KILL", "ENOSPC", "EIO", "EACCES"])
@pytest.mark.parametrize("last", range(LAST))
@pytest.mark.parametrize("call", CALLS)
def test_every_struck_system_call_leaves_a_whole_file(workbook, old_and_new, call, last, fault, often):
    strike(workbook, old_and_new, call, last, fault, often)


class Failing:
    """A file that fails at its n-th write, once or for ever."""

    def __init__(self, file, state, code):
        self._file, self._state, self._code = file, state, code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        self._state["left"] -= 1
        if self._state["left"] == 0 or (self._state["left"] < 0 and self._state["for_ever"]):
            raise OSError(self._code, os.strerror(self._code))
        return self._file.write(data)


@pytest.mark.parametrize("for_ever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
@pytest.mark.parametrize("at", [1, 2, 3, 5, 8, 13, 21, 34])
def test_a_write_that_fails_leaves_the_old_file_and_no_debris(workbook, old_and_new, monkeypatch, at, code, for_ever):
    real_open = Path.open
    state = {"left": at, "for_ever": for_ever}

    def opened(self, mode="r", *args, **kwargs):
        file = real_open(self, mode, *args, **kwargs)
        return Failing(file, state, code) if mode == "r+b" and self.suffix == ".tmp" else file

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(WorkbookError) as refused:
        edit_cells(workbook, workbook, {("Tasks", "A2"): "changed"})
    assert refused.value.exit_code == 3
    assert os.strerror(code) in refused.value.message
    assert workbook.read_bytes() == old_and_new[0]
    assert [path.name for path in workbook.parent.iterdir()] == ["plan.xlsx"]


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod", "unlink", "stat", "open"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES], ids=errno.errorcode.get)
@pytest.mark.parametrize("at", range(1, 7))
def test_a_call_that_fails_leaves_a_whole_file_and_an_honest_error(workbook, old_and_new, monkeypatch, call, code, at):
    old, new = old_and_new
    real = getattr(os, call)
    state = {"left": at}

    def failing(*args, **kwargs):
        state["left"] -= 1
        if state["left"] == 0:
            raise OSError(code, os.strerror(code))
        return real(*args, **kwargs)

    monkeypatch.setattr(os, call, failing)
    outcome = 0
    try:
        edit_cells(workbook, workbook, {("Tasks", "A2"): "changed"}, backups=Backups(workbook.parent / "backups"))
    except SheetsyncError as error:
        outcome = error.exit_code
    monkeypatch.undo()
    assert workbook.read_bytes() == {0: new, 3: old, 4: new}[outcome]
    edit_cells(workbook, workbook, {("Tasks", "A2"): "changed"})
    assert workbook.read_bytes() == new
