"""The state file: its tables, how an older one is brought up to date, and how a damaged one is told.

Sources: sqlite.org/pragma.html (`user_version`, `integrity_check`), sqlite.org/wal.html.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sheetsync.errors import StateUnreadable

_MIGRATIONS = (
    """
    CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE run (
        number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, started TEXT NOT NULL,
        status TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', cells INTEGER NOT NULL DEFAULT 0,
        notes TEXT NOT NULL DEFAULT '[]'
    ) STRICT;
    CREATE TABLE change (
        run_id TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, tab TEXT NOT NULL, row_id TEXT NOT NULL,
        column_key TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (run_id, n)
    ) STRICT;
    CREATE TABLE edit (
        run_id TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, tab TEXT NOT NULL, row_id TEXT,
        column_key TEXT, old TEXT NOT NULL, new TEXT NOT NULL, row_name TEXT NOT NULL, PRIMARY KEY (run_id, n)
    ) STRICT;
    CREATE TABLE base_tab (tab TEXT PRIMARY KEY, shape TEXT NOT NULL) STRICT;
    CREATE TABLE base_row (
        tab TEXT NOT NULL, row_id TEXT NOT NULL, cells TEXT NOT NULL, seeds TEXT NOT NULL, PRIMARY KEY (tab, row_id)
    ) STRICT
    """,
)
"""One entry a version: the statements that lead to it. Entries are only ever added."""

VERSION = len(_MIGRATIONS)

_MOVE_ASIDE = "Move the file aside and run `sheetsync refresh`: without it people's cells win and nothing is lost."


def connect(path: Path) -> sqlite3.Connection:
    """Opens the state file, making it (readable by its owner only) or bringing it up to date.

    Raises StateUnreadable when it is damaged, no database, or from a newer sheetsync.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    wal = path.with_name(path.name + "-wal")
    unclean = wal.exists() and wal.stat().st_size > 0
    db = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if unclean:
            _check(db, path)
        _migrate(db, path)
    except sqlite3.DatabaseError as error:
        db.close()
        raise StateUnreadable(f"the state file cannot be read: {error}", where=str(path), hint=_MOVE_ASIDE) from error
    except StateUnreadable:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path) -> None:
    """After a run that did not end in order."""
    (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StateUnreadable(f"the state file is damaged: {verdict}", where=str(path), hint=_MOVE_ASIDE)


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == VERSION:
        return
    if version > VERSION:
        message = f"the state file has version {version}, this sheetsync knows up to {VERSION}"
        raise StateUnreadable(message, where=str(path), hint="Update sheetsync on this machine and run again.")
    db.execute("BEGIN IMMEDIATE")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    for script in _MIGRATIONS[version:]:
        for statement in script.split(";"):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")
