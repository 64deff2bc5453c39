"""Small reports beside what a dry run says of them: the object that `sheetsync import --dry-run --json` prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sheetsync.importers.read import dry_run

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "reports"
REPORTS = sorted(each for each in GOLDEN.iterdir() if each.suffix != ".json")


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.name)
def test_a_dry_run_says_what_it_said(path, monkeypatch):
    monkeypatch.chdir(GOLDEN)
    expected = json.loads((GOLDEN / f"{path.name}.json").read_text("utf-8"))
    found = dry_run(path.name)
    found["problems"] = [
        problem.split(" Known reports: ")[0].split("Known reports: ")[0] for problem in found["problems"]
    ]
    assert found == expected


def test_there_is_something_to_compare():
    assert len(REPORTS) >= 6
