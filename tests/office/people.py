"""Acts of a person at LibreOffice, for tests; skips where it is absent."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SYSTEM_PYTHON = "/usr/bin/python3"


def office_is_here() -> bool:
    """Whether LibreOffice and its Python bridge are installed."""
    if shutil.which("soffice") is None or not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def act(path: Path, *acts: list) -> None:
    """Does these acts on a workbook in LibreOffice and saves it there."""
    if not office_is_here():
        pytest.skip("LibreOffice with its Python bridge is not here")
    done = subprocess.run(
        [SYSTEM_PYTHON, str(HERE / "act.py"), str(path)],
        input=json.dumps(acts),
        text=True,
        capture_output=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
