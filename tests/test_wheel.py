"""The wheel holds all it needs: templates, headings, metrics; the command works from it alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_command_works_from_the_wheel_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    assert wheel.name.startswith("sheetsync_plan-")
    home = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(home)
    places = {"templates": ROOT, "importers/headers": ROOT / "sheetsync", "history/metrics": ROOT / "sheetsync"}
    for folder, above in places.items():
        data = [path for path in (above / folder).rglob("*") if path.suffix in (".toml", ".sql")]
        assert data
        assert {f"sheetsync/{path.relative_to(above)}" for path in data} <= names
    assert "sheetsync/py.typed" in names
    environment = {**os.environ, "PYTHONPATH": str(home)}
    code = "import sheetsync; print(sheetsync.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert str(home) in found.stdout
    command = [sys.executable, "-m", "sheetsync", "init", "plan", "--template", "weekly-lite", "--month", "2026-11"]
    made = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "plan" / "sheetsync.toml").is_file()
