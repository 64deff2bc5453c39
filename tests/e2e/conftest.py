"""A small project for end-to-end tests: one marketplace, three reports, a team of two; made once, copied per test."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 22)

TEAM = """
[[team]]
name = "Ads lead"
modules = ["ads"]
capacity_hours = 30

[[team]]
name = "Supply lead"
modules = ["inventory"]

[[goals]]
metric = "sales"
marketplace = "US"
target = 70000
owner = "Ads lead"
due = 2026-11-30
"""


def write_reports(folder: Path, day: date) -> None:
    """The US store's sales, campaigns and stock, as exported on a day."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import sample_files as files
    from sample_seller import STORES, make

    seller = make(day, 7)
    folder.mkdir(parents=True, exist_ok=True)
    files.business_by_date(folder, seller, STORES[0])
    files.campaigns(folder, seller, STORES[0])
    files.inventory(folder, seller, STORES[0])


@pytest.fixture(scope="session")
def small_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, refreshed once: its folder."""
    from sheetsync.cli.main import cli

    folder = tmp_path_factory.mktemp("small") / "plan"
    cli.main(["init", str(folder), "--month", "2026-11", "--marketplace", "US"], standalone_mode=False)
    with (folder / "sheetsync.toml").open("a", encoding="utf-8") as config:
        config.write(TEAM)
    write_reports(folder / "inbox" / "US", TODAY)
    cli.main(["refresh", "-C", str(folder), "--today", TODAY.isoformat()], standalone_mode=False)
    return folder


@pytest.fixture
def small(small_made: Path, tmp_path: Path) -> Path:
    """A copy of the small project to work in."""
    shutil.copytree(small_made, tmp_path / "plan")
    return tmp_path / "plan"
