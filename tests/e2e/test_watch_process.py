"""`sheetsync watch` as a process: real files, a real box, real signals."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.e2e.desk import read, type_cell

PATIENCE = 90


class Watch:
    """A running watch; its lines arrive in a queue."""

    def __init__(self, plan: Path) -> None:
        command = [sys.executable, "-u", "-m", "sheetsync", "watch", "-C", str(plan), "--every", "1h", "--poll", "1s"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def wait_for(self, part: str) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                line = self.lines.get(timeout=1)
            except queue.Empty:
                continue
            self.seen.append(line)
            if part in line:
                return line
        raise AssertionError(f"no line with {part!r}: {self.seen}")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_it_runs_sees_files_and_the_box_and_stops_on_a_signal(small: Path) -> None:
    watch = Watch(small)
    try:
        watch.wait_for("ok (start)")
        growing = small / "inbox" / "US" / "note.csv.part"
        growing.write_text("a,b\n")
        growing.rename(growing.with_suffix(""))
        watch.wait_for("ok (1 new file)")
        home = read(small).tabs["home"]
        row = next(str(r.row_id) for r in home.rows if "refresh_requested" in str(r.row_id))
        type_cell(small, "home", row, "note", True)
        watch.wait_for("ok (requested in the workbook)")
        watch.process.send_signal(signal.SIGTERM)
        assert "3 runs" in watch.wait_for("stopped after")
        assert watch.process.wait(PATIENCE) == 0
    finally:
        watch.end()
