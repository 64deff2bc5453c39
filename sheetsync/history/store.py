"""The history: report rows over time in one DuckDB file, opened only for the moment it is needed.

DuckDB lets one process at a time have a file open, so a long-held connection would shut the next refresh out: open it,
do the work, close it. Everything that changes it runs in a transaction, so a killed import leaves the old state.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sheetsync.errors import Locked, StateUnreadable

VERSION = 1
"""Version of the tables below. A file of a later version is refused, never guessed at."""

STORAGE = "v1.4.0"
"""File format: the oldest that the supported DuckDB versions share, so that a downgrade still reads the file."""

MEMORY = "512MB"
"""Limit of DuckDB's memory for a history in a file: beyond it, rows wait in `history.duckdb.tmp` beside the file. A
report of two million rows then takes little more than one of one million."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS history_version (version BIGINT);
CREATE TABLE IF NOT EXISTS imports (
    import_id BIGINT, sha256 VARCHAR, file VARCHAR, report VARCHAR, title VARCHAR, marketplace VARCHAR,
    currency VARCHAR, shape VARCHAR, granularity VARCHAR, scope VARCHAR, first_day DATE, last_day DATE, as_of DATE,
    window_days BIGINT, rows_read BIGINT, rejected BIGINT, imported_at TIMESTAMP, in_force BOOLEAN, repeatable BOOLEAN
);
CREATE TABLE IF NOT EXISTS coverage (
    report VARCHAR, marketplace VARCHAR, granularity VARCHAR, scope VARCHAR, day DATE, import_id BIGINT, as_of DATE,
    has_rows BOOLEAN
);
CREATE TABLE IF NOT EXISTS supersessions (old_import BIGINT, new_import BIGINT);
"""


class History:
    """An open history. Made by `History.open`; every statement goes through `rows`, `run` or `transaction`."""

    def __init__(self, connection: Any, path: Path | None) -> None:
        self.connection = connection
        self.path = path
        self._inside = False
        self.remembered: dict[object, Any] = {}
        """Answers that hold until something is written."""

    @classmethod
    @contextmanager
    def open(cls, path: Path | None = None) -> Iterator[History]:
        """Opens the history at `path` (None: in memory) and closes it again; makes it when it is not there yet.

        The file is readable by its owner only. Raises Locked when another process has it open, StateUnreadable when it
        is damaged, no history, or made by a later version.
        """
        connection = _connect(path)
        try:
            history = cls(connection, path)
            history.prepare()
            yield history
        finally:
            connection.close()

    def prepare(self) -> None:
        """Makes the tables of bookkeeping, or checks their version. Raises StateUnreadable for a later version."""
        if not self.has_table("history_version"):
            self.run(_SCHEMA)
            self.run("INSERT INTO history_version VALUES (?)", [VERSION])
        found = self.rows("SELECT max(version) FROM history_version")[0][0]
        if found is None or found > VERSION:
            raise StateUnreadable(
                f"the history has version {found}, this sheetsync knows up to {VERSION}",
                where=str(self.path or "memory"),
                hint="upgrade sheetsync, or move the file away and import the reports again",
            )

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        found: list[tuple[Any, ...]] = self._execute(sql, parameters).fetchall()
        return found

    def records(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        """The rows of a query as mappings of column name to value."""
        cursor = self._execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def run(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> None:
        """A statement without a result."""
        self._execute(sql, parameters)

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Adds a few rows to a table in one statement."""
        if rows:
            marks = ", ".join("(" + ", ".join("?" for _ in row) + ")" for row in rows)
            self.run(f"INSERT INTO {quoted(table)} VALUES {marks}", [cell for row in rows for cell in row])

    def has_table(self, name: str) -> bool:
        """Whether a table (not a view) of that name is kept."""
        sql = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ? AND NOT temporary"
        return bool(self.rows(sql, [name])[0][0])

    def has_imports(self) -> bool:
        """Whether any report is kept."""
        return bool(self.rows("SELECT count(*) FROM imports")[0][0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: rolled back when anything inside raises. One inside another is part of the outer one."""
        if self._inside:
            yield
            return
        self.remembered.clear()
        self.run("BEGIN TRANSACTION")
        self._inside = True
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        else:
            self.run("COMMIT")
        finally:
            self._inside = False
            self.remembered.clear()
        self._keep_private()

    def _keep_private(self) -> None:
        """DuckDB writes its log beside the file with the process's usual rights: take them back."""
        log = Path(f"{self.path}.wal")
        if self.path is not None and log.exists():
            log.chmod(0o600)

    def _execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any]) -> Any:
        import duckdb

        try:
            return self.connection.execute(sql, parameters)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise StateUnreadable(
                f"the history could not answer: {first}",
                where=str(self.path or "memory"),
                hint="nothing of this step was kept; if it fails again, move the file away and import again",
            ) from error


def quoted(name: str) -> str:
    """An identifier as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as SQL writes it. Values go in as parameters wherever SQL takes them; views and CASE lists do not."""
    return "'" + value.replace("'", "''") + "'"


def _connect(path: Path | None) -> Any:
    import duckdb

    # no extension is ever fetched or loaded behind our back
    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    if path is None:
        return duckdb.connect(":memory:", config=config)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mask = os.umask(0o077)
    try:
        connection = duckdb.connect(
            str(path), config={**config, "memory_limit": MEMORY, "storage_compatibility_version": STORAGE}
        )
    except duckdb.Error as error:
        raise _open_error(path, str(error)) from error
    finally:
        os.umask(mask)
    path.chmod(0o600)
    return connection


def _open_error(path: Path, text: str) -> Locked | StateUnreadable:
    if "lock" in text.casefold():
        return Locked(
            "the history is open in another program",
            where=str(path),
            hint="wait until the other refresh or notebook is done, then run again",
        )
    return StateUnreadable(
        f"the history cannot be opened: {text.splitlines()[0]}",
        where=str(path),
        hint="move the file away and import the reports again",
    )
