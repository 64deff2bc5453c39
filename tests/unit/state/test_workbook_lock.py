"""One refresh at a time, and never a lock that outlives its process."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sheetsync.errors import Locked
from sheetsync.state.lock import WorkbookLock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory" / "workbook.lock"


def test_a_second_refresh_is_told_who_holds_the_lock(path: Path) -> None:
    with WorkbookLock(path), pytest.raises(Locked) as caught, WorkbookLock(path):
        pass
    assert f"process {os.getpid()}" in caught.value.message
    assert "Wait" in str(caught.value.hint)
    assert caught.value.exit_code == 3


def test_it_is_free_again_afterwards(path: Path) -> None:
    for _ in range(2):
        with WorkbookLock(path) as lock:
            assert lock.stale is None


def test_it_is_free_after_an_error(path: Path) -> None:
    with pytest.raises(RuntimeError), WorkbookLock(path):
        raise RuntimeError
    with WorkbookLock(path) as lock:
        assert lock.stale is None


def test_its_files_are_its_owners_alone(path: Path) -> None:
    with WorkbookLock(path):
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


_HOLDS = """
import os, sys
from pathlib import Path
from sheetsync.state.lock import WorkbookLock
with WorkbookLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
    os._exit(9)
"""


def test_another_processs_lock_holds_and_ends_with_it(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Locked, match=f"process {other.pid}"), WorkbookLock(path):
            pass
        other.communicate("die")
    with WorkbookLock(path) as lock:
        assert f"process {other.pid}" in str(lock.stale)
        assert "no longer holds" in str(lock.stale)
    with WorkbookLock(path) as lock:
        assert lock.stale is None


@pytest.mark.parametrize("note", ["", "{", "[]", '{"process": 1}', json.dumps({"since": 1})])
def test_a_damaged_note_never_blocks(path: Path, note: str) -> None:
    path.parent.mkdir()
    path.with_name(path.name + ".holder").write_text(note)
    with WorkbookLock(path) as lock:
        assert lock.stale is None
