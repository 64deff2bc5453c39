"""The metric files mean the same on PostgreSQL: transpiled by sqlglot, run there on the same relations, equal rows."""

from __future__ import annotations

import getpass
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sheetsync.history.metrics import FILES, prepare
from sheetsync.history.relations import RELATIONS, STANDING
from sheetsync.history.sql import metric_sql
from sheetsync.history.store import History
from tests.unit.history.a_month import NOVEMBER, TODAY
from tests.unit.history.everything import fill

ALL_FILES = (*FILES, "sales_daily", "advertising_daily", "stock_daily")


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    told = shutil.which("initdb")
    return Path(told).parent if told else None


def _owner() -> str | None:
    """PostgreSQL refuses to run as root: its own user then, where there is one."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root and there is no user for it")


@contextmanager
def _server() -> Iterator[str]:
    """A PostgreSQL of our own, reachable by a socket in a private folder only; yields how to connect."""
    programs, owner = _programs(), None
    if programs is None:
        pytest.skip("no PostgreSQL here")
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 characters
    try:
        if owner:
            shutil.chown(folder, owner)
        data = folder / "data"
        run = {"user": owner, "cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        subprocess.run([programs / "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], **run)
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        log = folder / "log"
        subprocess.run([programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], **run)
        try:
            yield f"host={folder} dbname=postgres user={owner or getpass.getuser()}"
        finally:
            subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def history() -> Iterator[History]:
    with History.open() as opened:
        fill(opened)
        prepare(opened, today=TODAY, month=NOVEMBER, marketplaces=("US", "DE"))
        yield opened


@pytest.fixture(scope="module")
def postgres(history: History) -> Iterator[Any]:
    psycopg = pytest.importorskip("psycopg")
    with _server() as where, psycopg.connect(where) as connection:
        for name, columns in _tables().items():
            told = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            connection.execute(f"CREATE TABLE {name} ({told})")
            rows = history.rows(f"SELECT {', '.join(columns)} FROM {name}")
            marks = ", ".join("%s" for _ in columns)
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        yield connection


def _tables() -> dict[str, dict[str, str]]:
    tables = {
        each.name: {**STANDING, **({"product": "VARCHAR"} if each.chosen else {}), **each.columns} for each in RELATIONS
    }
    days = {"basis": "VARCHAR", "marketplace": "VARCHAR", "period": "VARCHAR", "first_day": "DATE", "last_day": "DATE"}
    return {**tables, "windows": days}


def _plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Sums are HUGEINT here and NUMERIC there: the same integers. A fraction would be a fault of the metric file."""
    assert not any(isinstance(cell, float) for row in rows for cell in row)
    assert all(cell == int(cell) for row in rows for cell in row if isinstance(cell, Decimal))
    return sorted((tuple(_cell(cell) for cell in row) for row in rows), key=str)


def _cell(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return int(cell)
    # the list of sources is a set: engines put it together in any order
    return sorted(cell.split()) if isinstance(cell, str) and re.fullmatch(r"\d+:\d+( \d+:\d+)*", cell) else cell


@pytest.mark.parametrize("name", ALL_FILES)
def test_files_have_rows_and_no_fractions(history: History, name: str) -> None:
    assert _plain(history.rows(metric_sql(name)))


@pytest.mark.postgres
@pytest.mark.parametrize("name", ALL_FILES)
def test_equal_results(history: History, postgres: Any, name: str) -> None:
    import sqlglot

    sql = sqlglot.transpile(metric_sql(name), read="duckdb", write="postgres")[0]
    there = _plain(postgres.execute(sql).fetchall())
    assert there == _plain(history.rows(metric_sql(name)))


@pytest.mark.parametrize("name", ALL_FILES)
@pytest.mark.parametrize("dialect", ["spark", "bigquery"])
def test_files_transpile(name: str, dialect: str) -> None:
    import sqlglot

    sql = sqlglot.transpile(metric_sql(name), read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert len(sql) == 1


@pytest.mark.parametrize("name", ALL_FILES)
def test_header_says_what_it_means(name: str) -> None:
    lines = metric_sql(name).splitlines()
    head = [line for line in lines[: next(n for n, line in enumerate(lines) if not line.startswith("--"))]]
    for word in ("Meaning:", "Grain:", "Unit:", "Formula:", "Source:"):
        assert sum(line.startswith(f"-- {word}") for line in head) == 1, word
    assert "round(" not in metric_sql(name).casefold()
    assert "avg(" not in metric_sql(name).casefold()


def test_every_file_is_known() -> None:
    import sheetsync.history.sql as room

    kept = {path.stem for path in (Path(room.__file__).parent / "metrics").glob("*.sql")}
    assert kept == set(ALL_FILES)
