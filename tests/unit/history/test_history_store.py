"""The history file: private, versioned, open in one place at a time, all or nothing."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from sheetsync.errors import Locked, ReportRefused, StateUnreadable
from sheetsync.history.ingest import ingest, ingest_file
from sheetsync.history.store import VERSION, History
from sheetsync.importers.base import ReportSpec
from tests.unit.history.fake_reports import BY_ASIN, BY_DATE, COUNT, DATE, MONEY, FakeReport, spec

NOW = datetime(2026, 11, 22, 9)


def by_date(*days: int, file: str = "report.csv", kind: ReportSpec = BY_DATE) -> FakeReport:
    rows = tuple({"date": date(2026, 11, day), "ordered_sales": 10**6, "units_ordered": 1} for day in days)
    return FakeReport(kind, rows, file=file)


def test_file_is_private_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "memory" / "history.duckdb"
    with History.open(path) as history:
        assert not history.has_imports()
        ingest(history, by_date(1), imported_at=NOW)
        log = Path(f"{path}.wal")
        if log.exists():
            assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with History.open(path) as history:
        assert history.has_imports()
        assert history.rows("SELECT count(*) FROM report_business_by_date") == [(1,)]


def test_open_elsewhere_is_a_clear_message(tmp_path: Path) -> None:
    path = tmp_path / "history.duckdb"
    with History.open(path):
        script = (
            "import sys; from pathlib import Path; from sheetsync.history.store import History\n"
            "from sheetsync.errors import Locked\n"
            "try:\n    History.open(Path(sys.argv[1])).__enter__()\n"
            "except Locked as e:\n    print(e.message, '|', e.hint)"
        )
        done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("the history is open in another program")
    assert "run again" in done.stdout


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" * 300, b"not a database" * 1000])
def test_something_else_than_a_history(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.duckdb"
    path.write_bytes(content)
    with pytest.raises(StateUnreadable) as wrong, History.open(path):
        pass
    assert not isinstance(wrong.value, Locked)
    assert wrong.value.where == str(path)
    assert path.read_bytes() == content


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.duckdb"
    with History.open(path) as history:
        history.run("INSERT INTO history_version VALUES (?)", [VERSION + 1])
    with pytest.raises(StateUnreadable, match=f"version {VERSION + 1}"), History.open(path):
        pass


def test_rolled_back_as_a_whole() -> None:
    with History.open() as history:
        ingest(history, by_date(1), imported_at=NOW)
        with pytest.raises(RuntimeError), history.transaction():
            ingest(history, by_date(2, 3, file="b.csv"), imported_at=NOW)
            assert history.rows("SELECT count(*) FROM report_business_by_date") == [(3,)]
            raise RuntimeError
        assert history.rows("SELECT count(*) FROM report_business_by_date") == [(1,)]
        assert history.rows("SELECT count(*) FROM imports") == [(1,)]
        assert history.rows("SELECT count(*) FROM coverage") == [(1,)]


def test_a_file_of_two_tables_is_kept_whole_or_not_at_all() -> None:
    dated = by_date(1, 2)
    products = FakeReport(BY_ASIN, ({"child_asin": "B1"},))
    with History.open() as history:
        with pytest.raises(ReportRefused, match="days it covers"):
            ingest_file(history, (dated, products), imported_at=NOW)
        assert not history.has_imports()
        told = FakeReport(BY_ASIN, ({"child_asin": "B1"},), period=(date(2026, 11, 1), date(2026, 11, 2)))
        kept = ingest_file(history, (dated, told), imported_at=NOW)
        assert [each.rows_added for each in kept] == [2, 1]


def test_a_later_sheetsync_adds_columns() -> None:
    small = spec(
        "business_by_date", {"date": DATE, "ordered_sales": MONEY, "units_ordered": COUNT}, ["date"], rule="daily"
    )
    with History.open() as history:
        ingest(history, by_date(1, kind=small), imported_at=NOW)
        ingest(history, by_date(2, file="b.csv"), imported_at=NOW)
        sql = "SELECT day(_day), units_ordered, sessions FROM report_business_by_date ORDER BY 1"
        assert history.rows(sql) == [(1, 1, None), (2, 1, None)]


def test_a_column_of_another_type_is_refused() -> None:
    changed = spec(
        "business_by_date", {"date": DATE, "ordered_sales": COUNT, "units_ordered": DATE}, ["date"], rule="daily"
    )
    with History.open() as history:
        ingest(history, by_date(1), imported_at=NOW)
        report = FakeReport(changed, ({"date": date(2026, 11, 2)},))
        with pytest.raises(StateUnreadable, match="units_ordered"):
            ingest(history, report, imported_at=NOW)
        assert history.rows("SELECT count(*) FROM imports") == [(1,)]


def test_a_name_with_a_quote_stays_a_name() -> None:
    odd = spec("odd", {"date": DATE, 'a "b"; --': COUNT}, ["date"], rule="daily")
    with History.open() as history:
        report = FakeReport(odd, ({"date": date(2026, 11, 2), 'a "b"; --': 7},), file="x'; DROP TABLE imports; --")
        assert ingest(history, report, imported_at=NOW).rows_added == 1
        assert history.rows('SELECT "a ""b""; --" FROM report_odd') == [(7,)]
        assert history.rows("SELECT file FROM imports") == [("x'; DROP TABLE imports; --",)]
