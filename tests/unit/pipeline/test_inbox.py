"""The inbox: which files count, and what was told about them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sheetsync.errors import ReportError
from sheetsync.pipeline.inbox import day_range, inbox_files, told


def test_hidden_unfinished_lock_and_sidecar_files_do_not_count(tmp_path: Path) -> None:
    for name in ("a.csv", ".b.csv", "~$c.xlsx", "d.csv.part", "e.crdownload", "a.csv.sidecar.toml", "README.md"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".done").mkdir()
    (tmp_path / ".done" / "f.csv").write_text("x")
    assert [path.name for path in inbox_files(tmp_path)] == ["a.csv"]


def test_the_folder_tells_the_marketplace(tmp_path: Path) -> None:
    (tmp_path / "de" / "ads").mkdir(parents=True)
    path = tmp_path / "de" / "ads" / "x.csv"
    path.write_text("x")
    assert told(path, tmp_path).marketplace == "DE"
    assert told(path).marketplace is None


def test_the_sidecar_goes_before_the_folder(tmp_path: Path) -> None:
    (tmp_path / "DE").mkdir()
    path = tmp_path / "DE" / "x.csv"
    path.write_text("x")
    sidecar = path.with_name("x.csv.sidecar.toml")
    sidecar.write_text('marketplace = "us"\nperiod_start = 2026-11-01\nperiod_end = "2026-11-30"\n')
    known = told(path, tmp_path)
    assert known.marketplace == "US"
    assert known.period == (date(2026, 11, 1), date(2026, 11, 30))
    sidecar.write_text("period_start = [")
    with pytest.raises(ReportError, match="sidecar"):
        told(path, tmp_path)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11-01..2026-11-30", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-11-05", date(2026, 11, 5), date(2026, 11, 5)),
    ],
)
def test_days_as_people_type_them(text: str, start: date, end: date) -> None:
    assert day_range(text) == (start, end)


@pytest.mark.parametrize("text", ["2026-11-30..2026-11-01", "yesterday", "2026-13"])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        day_range(text)
