"""A killed import leaves the old state: a process is killed in the middle of replacing a month of rows."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from sheetsync.history.ingest import ingest
from sheetsync.history.store import History
from tests.unit.history.fake_reports import CAMPAIGN, FakeReport

NOW = datetime(2026, 11, 22, 9)

SCRIPT = """
import sys, time
from datetime import datetime
from pathlib import Path
import sheetsync.history.ingest as room
from sheetsync.history.store import History
from tests.faults.test_history_killed import month

step, path = sys.argv[1], Path(sys.argv[2])
if step != "never":
    real = getattr(room, step)
    def stop(*args, **named):
        done = real(*args, **named)
        print("inside", flush=True)
        time.sleep(60)
        return done
    setattr(room, step, stop)
with History.open(path) as history:
    room.ingest(history, month(2, "b.csv"), imported_at=datetime(2026, 11, 23))
"""


def month(value: int, file: str) -> FakeReport:
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(20)]
    rows = tuple({"date": day, "campaign": f"C{n}", "spend": value} for day in days for n in range(20))
    return FakeReport(CAMPAIGN, rows, file=file)


def state(path: Path) -> tuple[object, ...]:
    with History.open(path) as history:
        rows = history.rows("SELECT count(*), sum(spend), min(_import), max(_import) FROM report_sp_campaign")[0]
        restated = history.rows("SELECT count(*) FROM restated_sp_campaign")[0][0]
        imports = history.rows("SELECT file, in_force FROM imports ORDER BY import_id")
        covered = history.rows("SELECT count(*), count(DISTINCT day), max(import_id) FROM coverage")[0]
    return (*rows, restated, imports, covered)


OLD = (400, 400, 1, 1, 0, [("a.csv", True)], (20, 20, 1))
NEW = (400, 800, 2, 2, 400, [("a.csv", False), ("b.csv", True)], (20, 20, 2))


@pytest.mark.parametrize("step", ["ensure", "slice_of", "_replace", "_record"])
def test_killed_in_the_middle(tmp_path: Path, step: str) -> None:
    path = tmp_path / "history.duckdb"
    with History.open(path) as history:
        ingest(history, month(1, "a.csv"), imported_at=NOW)
    assert state(path) == OLD
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, step, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"
        time.sleep(0.05)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    assert state(path) == OLD
    subprocess.run([sys.executable, "-c", SCRIPT, "never", str(path)], check=True)
    assert state(path) == NEW
