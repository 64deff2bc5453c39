"""gspread's own test suite against the local server, where a checkout of it is at hand (GSPREAD_SUITE)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SUITE = os.environ.get("GSPREAD_SUITE", "")


@pytest.mark.gspread_suite
@pytest.mark.skipif(not SUITE, reason="set GSPREAD_SUITE to a checkout of gspread")
def test_gspreads_own_suite_passes():
    command = [sys.executable, str(ROOT / "scripts" / "gspread_suite"), "--suite", SUITE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert ", 0 failed" in done.stdout
