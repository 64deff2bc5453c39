"""The READMEs cannot rot: every command in them runs and prints what stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from sheetsync.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import readme_blocks  # noqa: E402

READMES = [ROOT / name for name in readme_blocks.READMES]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_prints_what_stands_there(readme: Path, tmp_path: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    for block in readme_blocks.blocks(text):
        for step in block:
            _, printed = readme_blocks.run(step.command, tmp_path)
            assert readme_blocks.matches(step.expected, printed), "\n".join([f"$ {step.command}", *printed])
    with xlsxwriter.Workbook(tmp_path / "budget.xlsx") as book:
        book.add_worksheet("Sheet1")
    for source in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        done = subprocess.run([sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_is_told(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert not [name for name in COMMANDS if f"sheetsync {name}" not in text]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_link_and_picture_is_there(readme: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", readme.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert not missing


def test_the_two_commands_are_there_and_may_run() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("scripts/demo", "scripts/test"):
        assert f"./{name}" in text
        assert (ROOT / name).stat().st_mode & 0o111
    assert "./scripts/test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_any_lines_match_any_lines() -> None:
    assert readme_blocks.matches(("a", "...", "z"), ["a", "b", "c", "z"])
    assert readme_blocks.matches(("a", "..."), ["a"])
    assert readme_blocks.matches(("...",), ["a", "b"])
    assert not readme_blocks.matches(("a", "z"), ["a", "b", "z"])
    assert not readme_blocks.matches((), ["a"])
