"""The journal: what each run set out to change, with pre- and post-image of every cell, and what people had done."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sheetsync.core.model.plan import Change, ChangeKind, EditKind, HandEdit, Plan
from sheetsync.core.model.values import Value, from_data, to_data


class RunStatus(StrEnum):
    """How far a run came. Begun and planned wrote nothing; sent and unknown may have; the rest is settled."""

    BEGUN = "begun"
    PLANNED = "planned"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"  # nothing was written
    UNKNOWN = "unknown"  # it failed after the write began
    RESOLVED = "resolved"  # was sent or unknown; a later run read the workbook again and went on from there


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the journal keeps it. `cells` were written; `changes` and `edits` count what is kept of it."""

    run_id: str
    command: str
    started: datetime
    status: RunStatus
    reason: str = ""
    cells: int = 0
    notes: tuple[str, ...] = ()
    changes: int = 0
    edits: int = 0


_RUNS = (
    "SELECT run_id, command, started, status, reason, cells, notes,"
    " (SELECT count(*) FROM change WHERE change.run_id = run.run_id),"
    " (SELECT count(*) FROM edit WHERE edit.run_id = run.run_id) FROM run "
)


def changes_of(plan: Plan) -> Iterator[Change]:
    """Every cell the plan would write, as the journal keeps it."""
    for write in plan.writes:
        yield Change(ChangeKind.CELL, write.tab, write.row_id, write.column, write.old, write.new, write.why.value)
    for row in plan.appends:
        for column, value in row.cells.items() or (("", None),):
            yield Change(ChangeKind.ROW, row.tab, row.row_id, column, None, value, "placed")
    for write_id in plan.ids:
        why = write_id.reason.value
        yield Change(ChangeKind.ID, write_id.tab, write_id.row_id, "", write_id.old_id, write_id.row_id, why)
    for heading in plan.headings:
        yield Change(ChangeKind.HEADING, heading.tab, "", heading.column, heading.old, heading.new, "heading")


def write_plan(db: sqlite3.Connection, run_id: str, plan: Plan) -> None:
    """Keeps the plan under the run, in place of an earlier plan of the same run."""
    db.execute("DELETE FROM change WHERE run_id = ?", (run_id,))
    db.execute("DELETE FROM edit WHERE run_id = ?", (run_id,))
    db.executemany(
        "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (run_id, n, c.kind.value, c.tab, c.row_id, c.column, _text(c.old), _text(c.new), c.why)
            for n, c in enumerate(changes_of(plan))
        ],
    )
    db.executemany(
        "INSERT INTO edit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (run_id, n, e.kind.value, e.tab, e.row_id, e.column, _text(e.old), _text(e.new), e.row_name)
            for n, e in enumerate(plan.edits)
        ],
    )


def read_changes(db: sqlite3.Connection, run_id: str) -> tuple[Change, ...]:
    """What the run set out to change, in order."""
    found = db.execute(
        "SELECT kind, tab, row_id, column_key, old, new, why FROM change WHERE run_id = ? ORDER BY n", (run_id,)
    )
    return tuple(
        Change(ChangeKind(kind), tab, row_id, column, _value(old), _value(new), why)
        for kind, tab, row_id, column, old, new, why in found
    )


def read_edits(db: sqlite3.Connection, run_id: str) -> tuple[HandEdit, ...]:
    """What people had done since the run before, in order."""
    found = db.execute(
        "SELECT kind, tab, row_id, column_key, old, new, row_name FROM edit WHERE run_id = ? ORDER BY n", (run_id,)
    )
    return tuple(
        HandEdit(EditKind(kind), tab, row_id, column, _value(old), _value(new), name)
        for kind, tab, row_id, column, old, new, name in found
    )


def read_runs(db: sqlite3.Connection, where: str, facts: tuple[object, ...]) -> tuple[RunRecord, ...]:
    """Runs, newest first. `where` is one of the fixed conditions of `store.py`, never anything from outside."""
    found = db.execute(_RUNS + where, facts)
    return tuple(
        RunRecord(
            run_id=run_id,
            command=command,
            started=datetime.fromisoformat(started),
            status=RunStatus(status),
            reason=reason,
            cells=cells,
            notes=tuple(json.loads(notes)),
            changes=changes,
            edits=edits,
        )
        for run_id, command, started, status, reason, cells, notes, changes, edits in found
    )


def _text(value: Value) -> str:
    return json.dumps(to_data(value), ensure_ascii=False)


def _value(text: str) -> Value:
    return from_data(json.loads(text))
