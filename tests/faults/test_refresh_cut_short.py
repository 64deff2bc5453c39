"""A refresh cut short at every step: each cell is old or new, no edit is lost, the next run converges by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sheetsync.pipeline import recall
from sheetsync.state.store import State
from sheetsync.workbooks.excel.backend import ExcelWorkbook
from tests.e2e.conftest import small, small_made, write_reports  # noqa: F401
from tests.e2e.desk import add_row, go, row, rows, type_cell

DAY = date(2026, 11, 25)


class Crash(BaseException):
    """The process is gone: nothing catches this."""


def crashing(real: Callable[..., object], *, after: bool) -> Callable[..., object]:
    def instead(*args: object, **facts: object) -> object:
        if after:
            real(*args, **facts)
        raise Crash

    return instead


STEPS = {
    "before planned": (State, "planned", False),
    "after planned": (State, "planned", True),
    "before sent": (State, "sent", False),
    "after sent": (State, "sent", True),
    "before the write": (ExcelWorkbook, "apply", False),
    "after the write": (ExcelWorkbook, "apply", True),
    "before confirmed": (State, "confirmed", False),
    "after confirmed": (State, "confirmed", True),
    "before the notes": (recall, "remember_plan", False),
    "after the notes": (recall, "remember_inbox", True),
}


def people_work(plan: Path) -> str:
    """People edit, add a row and overwrite an engine cell; reports arrive."""
    task = next(str(r.row_id) for r in rows(plan, "weekly") if str(r.row_id).startswith("task."))
    type_cell(plan, "weekly", task, "evidence", "ours")
    type_cell(plan, "weekly", task, "light", "by hand")
    add_row(plan, "weekly", {"title": "A task of our own"})
    write_reports(plan / "inbox" / "US", DAY)
    return task


def check(plan: Path, task: str) -> None:
    assert row(plan, "weekly", task).cells["evidence"] == "ours"
    assert row(plan, "weekly", task).cells["light"] in ("Green", "Yellow", "Red", "No data", "Too early")
    ours = [r for r in rows(plan, "weekly") if r.cells.get("title") == "A task of our own"]
    assert len(ours) == 1
    assert ours[0].row_id
    ids = [r.row_id for r in rows(plan, "weekly")]
    assert len(ids) == len(set(ids))
    assert any("by hand" in str(r.cells.get("old")) + str(r.cells.get("new")) for r in rows(plan, "changes"))


@pytest.mark.parametrize("step", STEPS)
def test_the_next_run_converges(step: str, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    task = people_work(small)
    where, name, after = STEPS[step]
    with monkeypatch.context() as broken:
        broken.setattr(where, name, crashing(getattr(where, name), after=after))
        with pytest.raises(Crash):
            go(small, DAY)
    assert row(small, "weekly", task).cells["evidence"] == "ours"
    go(small, DAY)
    check(small, task)
    assert go(small, DAY).plan.is_empty


@pytest.mark.parametrize("seconds", [1.2, 2.5])
def test_a_killed_process_leaves_a_whole_file(seconds: float, small: Path) -> None:  # noqa: F811
    task = people_work(small)
    command = [sys.executable, "-m", "sheetsync", "refresh", "-C", str(small), "--today", DAY.isoformat()]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert row(small, "weekly", task).cells["evidence"] == "ours"
    go(small, DAY)
    check(small, task)
    assert go(small, DAY).plan.is_empty
