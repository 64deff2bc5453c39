"""The fast path: staging reads the file once more, and must neither shift a line nor read another file."""

from __future__ import annotations

import duckdb
import pytest
import report_files as files
from report_files import DAILY, search_term_row

from sheetsync.errors import MalformedReport
from sheetsync.importers import fast
from sheetsync.importers.read import read_report


@pytest.fixture(autouse=True)
def _any_size(monkeypatch):
    monkeypatch.setattr(fast, "FROM_BYTES", 0)


def lines_of(report) -> list[int]:
    with duckdb.connect() as connection:
        report.stage(connection, "rows")
        return [line for (line,) in connection.execute("SELECT _line FROM rows ORDER BY 1").fetchall()]


def report_of(path, count: int):
    return files.write(path, files.csv_text(DAILY, [search_term_row() for _ in range(count)]))


def test_a_file_that_changed_after_it_was_read_is_not_staged(tmp_path):
    path = report_of(tmp_path / "r.csv", 3)
    read = read_report(path)
    assert read.spool.source == path
    path.write_bytes(path.read_bytes() + b"\n")
    with duckdb.connect() as connection, pytest.raises(MalformedReport, match="changed"):
        read.stage(connection, "rows")


def test_a_file_that_was_taken_away_after_it_was_read_is_not_staged(tmp_path):
    path = report_of(tmp_path / "r.csv", 3)
    read = read_report(path)
    path.unlink()
    with duckdb.connect() as connection, pytest.raises(MalformedReport, match="changed"):
        read.stage(connection, "rows")


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_last_line_may_lack_its_end(tmp_path, end):
    path = report_of(tmp_path / "r.csv", 3)
    path.write_text(path.read_text("utf-8").rstrip("\r\n") + end, encoding="utf-8", newline="")
    read = read_report(path)
    assert read.spool.source == path
    assert lines_of(read) == [2, 3, 4]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_end_inside_a_cell_leaves_the_line_numbers_to_the_tolerant_reader(tmp_path, end):
    path = report_of(tmp_path / "r.csv", 3)
    head, first, *others = path.read_text("utf-8").splitlines()
    assert "Launch" in first
    torn = first.replace("Launch", '"two\nlines"', 1)
    path.write_text("\n".join([head, torn, *others]) + end, encoding="utf-8", newline="")
    read = read_report(path)
    assert read.spool.source is None
    assert lines_of(read) == [2, 4, 5]
