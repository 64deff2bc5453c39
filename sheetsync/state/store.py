"""The project's own memory of one workbook: base, journal, notes. SQLite, one transaction a step.

The order is the promise: `planned` is on disk before anything is sent, the base is saved together with `confirmed`
after the workbook was read back. Whatever dies in between, the file says how far it came.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sheetsync.core.model.plan import Change, HandEdit, Plan
from sheetsync.core.model.workbook import Base
from sheetsync.errors import StateUnreadable
from sheetsync.state.journal import RunRecord, RunStatus, read_changes, read_edits, read_runs, write_plan
from sheetsync.state.memory import read_base, write_base
from sheetsync.state.schema import connect

_PLAN = "plan_id"


class State:
    """The state file of one plan, open. Use it as a context manager; the workbook's lock is held around it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    def open(cls, path: Path, plan_id: str) -> State:
        """Opens or makes the state file of this plan.

        Raises StateUnreadable when it is damaged, from a newer sheetsync, or another plan's.
        """
        state = cls(connect(path))
        owner = state.note(_PLAN)
        if owner is None:
            state.set_note(_PLAN, plan_id)
        elif owner != plan_id:
            state.close()
            message = f"the state file belongs to plan {owner}, not {plan_id}"
            hint = "Each plan keeps its own state: check `plan.id` in sheetsync.toml, or move the file aside."
            raise StateUnreadable(message, where=str(path), hint=hint)
        return state

    @staticmethod
    def copy(source: Path, target: Path) -> None:
        """Copies a state file as it stands, also while another process writes it."""
        with closing(connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)

    def close(self) -> None:
        """Closes the file; what was confirmed is on disk."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load_base(self) -> Base:
        """The workbook as the last refresh left it; `known` is False if there was none."""
        return read_base(self._db)

    def begin(self, command: str, now: datetime) -> str:
        """Starts a run and gives its id. Runs that died before they sent anything are closed as failed."""
        with self._step():
            self._db.execute(
                "UPDATE run SET status = ?, reason = 'cut short before anything was written' WHERE status IN (?, ?)",
                (RunStatus.FAILED, RunStatus.BEGUN, RunStatus.PLANNED),
            )
            run_id = self._fresh(f"{now:%Y%m%d-%H%M%S}")
            self._db.execute(
                "INSERT INTO run (run_id, command, started, status) VALUES (?, ?, ?, ?)",
                (run_id, command, now.isoformat(), RunStatus.BEGUN),
            )
        return run_id

    def _fresh(self, stem: str) -> str:
        (count,) = self._db.execute(
            "SELECT count(*) FROM run WHERE run_id = ? OR run_id LIKE ?", (stem, stem + "-%")
        ).fetchone()
        return f"{stem}-{count + 1}" if count else stem

    def planned(self, run_id: str, plan: Plan) -> None:
        """Keeps what the run is about to write. A second plan of the same run takes the place of the first."""
        with self._step():
            write_plan(self._db, run_id, plan)
            self._status(run_id, RunStatus.PLANNED)

    def sent(self, run_id: str) -> None:
        """From here on the workbook may have been written."""
        with self._step():
            self._status(run_id, RunStatus.SENT)

    def confirmed(self, run_id: str, base: Base, *, cells: int = 0, notes: Sequence[str] = ()) -> None:
        """The workbook was written and read back: saves the base and closes the run, and older open ones with it."""
        with self._step():
            write_base(self._db, base)
            self._db.execute(
                "UPDATE run SET status = ? WHERE status IN (?, ?) AND run_id <> ?",
                (RunStatus.RESOLVED, RunStatus.SENT, RunStatus.UNKNOWN, run_id),
            )
            self._db.execute(
                "UPDATE run SET status = ?, cells = ?, notes = ? WHERE run_id = ?",
                (RunStatus.CONFIRMED, cells, json.dumps(list(notes), ensure_ascii=False), run_id),
            )

    def failed(self, run_id: str, reason: str, wrote: bool) -> None:
        """The run stopped. `wrote`: the workbook may hold some of it; the next run reads it again and decides."""
        with self._step():
            self._status(run_id, RunStatus.UNKNOWN if wrote else RunStatus.FAILED, reason)

    def runs(self, limit: int = 20) -> tuple[RunRecord, ...]:
        """The latest runs, newest first."""
        return read_runs(self._db, "ORDER BY number DESC LIMIT ?", (limit,))

    def run(self, run_id: str) -> RunRecord | None:
        """One run, None if there is none of that id."""
        return next(iter(read_runs(self._db, "WHERE run_id = ?", (run_id,))), None)

    def unresolved(self) -> tuple[RunRecord, ...]:
        """Runs that may have written without a confirmation, newest first. `recover` takes their changes in."""
        where = "WHERE status IN (?, ?) ORDER BY number DESC"
        return read_runs(self._db, where, (RunStatus.SENT, RunStatus.UNKNOWN))

    def changes(self, run_id: str) -> tuple[Change, ...]:
        """What the run set out to change: pre- and post-image of each cell, in order."""
        return read_changes(self._db, run_id)

    def edits(self, run_id: str) -> tuple[HandEdit, ...]:
        """What people had done since the run before, in order."""
        return read_edits(self._db, run_id)

    def note(self, key: str) -> str | None:
        """A small text kept under a key, None if there is none."""
        found = self._db.execute("SELECT value FROM note WHERE key = ?", (f"note:{key}",)).fetchone()
        return str(found[0]) if found else None

    def set_note(self, key: str, value: str) -> None:
        """Keeps a small text under a key."""
        with self._step():
            self._db.execute("INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)", (f"note:{key}", value))

    def _status(self, run_id: str, status: RunStatus, reason: str = "") -> None:
        self._db.execute("UPDATE run SET status = ?, reason = ? WHERE run_id = ?", (status, reason, run_id))

    @contextmanager
    def _step(self) -> Iterator[None]:
        """One transaction: all of it on disk, or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
