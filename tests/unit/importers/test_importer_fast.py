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


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Launch ", "Launch"), ("\tLaunch", "Launch"), ("Launch\u3000", "Launch"), ('="007"', "007"),
        (' ="007" ', "007"), ('="a ""b"""', 'a "b"'), ("Launch\u00a0now", "Launch now".replace(" ", "\u00a0")),
    ],
)  # fmt: skip
def test_texts_lose_outer_blanks_and_guards_without_the_tolerant_reader(tmp_path, written, kept):
    path = files.write(
        tmp_path / "r.csv", files.csv_text(DAILY, [search_term_row(), search_term_row(**{"Campaign Name": written})])
    )
    read = read_report(path)
    assert read.spool.source == path
    with duckdb.connect() as connection:
        read.stage(connection, "rows")
        assert connection.execute("SELECT campaign FROM rows ORDER BY _line").fetchall() == [("Launch",), (kept,)]


def plain_rows(path, *last):
    row = {name: str(cell).replace("$", "") for name, cell in search_term_row(Date="2025-11-10").items()}
    return files.write(path, files.csv_text(DAILY, [row, row, *(row | each for each in last)]))


def test_what_the_reader_types_is_tried_once_more_by_sql(tmp_path, monkeypatch):
    """`--` late in a column of plain numbers stops the reader's own types, not the fast path."""
    monkeypatch.setattr(fast, "PROOF_ROWS", 2)
    path = plain_rows(tmp_path / "r.csv", {"Total Return on Advertising Spend (RoAS)": "--"})
    read = read_report(path)
    assert (read.rows, read.spool.source) == (3, path)


@pytest.mark.parametrize("day", ["epoch", "infinity", "0026-01-05"])
def test_a_day_that_only_duckdb_would_read_is_left_to_the_tolerant_reader(tmp_path, monkeypatch, day):
    monkeypatch.setattr(fast, "PROOF_ROWS", 2)
    read = read_report(plain_rows(tmp_path / "r.csv", {"Date": day}))
    assert read.spool.source is None


def test_rows_keep_the_order_of_the_file_when_both_cores_read_it(tmp_path):
    """Lines are told by the order of the rows: with many buffers of the reader it must be that of the file."""
    path = files.write(
        tmp_path / "r.csv",
        files.csv_text(DAILY, [search_term_row(Impressions=str(number)) for number in range(60_000)]),
    )
    assert path.stat().st_size > 8 << 20
    read = read_report(path)
    with duckdb.connect(config={"threads": 4}) as connection:
        read.stage(connection, "rows")
        found = connection.execute("SELECT count(*), bool_and(_line = impressions + 2) FROM rows").fetchall()
    assert found == [(60_000, True)]


def test_too_little_memory_is_given_more_not_the_tolerant_reader(tmp_path, monkeypatch):
    monkeypatch.setattr(fast, "TRIES", ((True, "1MB"), fast.TRIES[1]))
    path = report_of(tmp_path / "r.csv", 3)
    assert read_report(path).spool.source == path


@pytest.mark.parametrize("written", ["1e400", "123456789012345678901"])
def test_a_number_that_no_column_holds_sets_its_row_aside(tmp_path, written):
    path = files.write(tmp_path / "r.csv", files.csv_text(DAILY, [search_term_row(), search_term_row(Clicks=written)]))
    read = read_report(path)
    assert (read.rows, read.rejected) == (1, 1)
    assert "too large" in read.quarantine[0].reason
    assert lines_of(read) == [2]


def test_a_stray_nul_neither_makes_a_file_utf_16_nor_stays(tmp_path):
    path = files.write(
        tmp_path / "r.csv",
        files.csv_text(DAILY, [search_term_row(), search_term_row(**{"Campaign Name": "La\x00unch"})]),
    )
    read = read_report(path)
    assert (read.encoding, read.rows, read.spool.source) == ("utf-8", 2, None)
    with duckdb.connect() as connection:
        read.stage(connection, "rows")
        assert connection.execute("SELECT DISTINCT campaign FROM rows").fetchall() == [("Launch",)]


def test_a_blank_before_a_quoted_cell_is_no_part_of_it(tmp_path):
    path = report_of(tmp_path / "r.csv", 2)
    head, first, second = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, first, second.replace(",Launch,", ', "Launch, now" ,', 1)]), encoding="utf-8")
    for fast_path in (True, False):
        read = read_report(path, fast_path=fast_path)
        with duckdb.connect() as connection:
            read.stage(connection, "rows")
            found = connection.execute("SELECT campaign FROM rows ORDER BY _line").fetchall()
        assert found == [("Launch",), ("Launch, now",)]


@pytest.mark.parametrize("fast_path", [True, False])
def test_a_name_that_is_a_pattern_means_that_file_only(tmp_path, monkeypatch, fast_path):
    """`r[1].csv`, as browsers name a second download, would be read as `r1.csv`."""
    folder = tmp_path / "it's [1]*?"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    named = report_of(folder / "r[1].csv", 2)
    (tmp_path / "it's 1xy").mkdir()
    for other in (tmp_path / "it's 1xy" / "r1.csv", folder / "r1.csv"):
        files.write(other, files.csv_text(DAILY, [search_term_row(Clicks="99")] * 2))
    read = read_report(named, fast_path=fast_path)
    assert (read.totals["clicks"], read.spool.source) == (24, named if fast_path else None)
    with duckdb.connect() as connection:
        read.stage(connection, "rows")
        assert connection.execute("SELECT sum(clicks), count(*) FROM rows").fetchall() == [(24, 2)]
