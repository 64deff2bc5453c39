"""The state file: base, journal and notes, across crashes, versions and damage."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.core.model.plan import (
    CellWrite,
    Change,
    ChangeKind,
    EditKind,
    HandEdit,
    HeadingWrite,
    IdReason,
    IdWrite,
    Plan,
    RowAppend,
    Why,
)
from sheetsync.core.model.values import Formula
from sheetsync.core.model.workbook import Base, BaseTab
from sheetsync.errors import StateUnreadable
from sheetsync.state.journal import RunStatus
from sheetsync.state.store import State

NOW = datetime(2026, 3, 2, 7, 0)
PLAN = Plan(
    writes=(CellWrite("tasks", "w1", "light", "green", "red", Why.RESTORED),),
    appends=(RowAppend("tasks", "w2", {"task": "New", "due": date(2026, 3, 6)}), RowAppend("tasks", "w3", {})),
    ids=(IdWrite("tasks", 7, "n1", IdReason.NEW, None, {"owner": "Ads lead"}),),
    headings=(HeadingWrite("tasks", "owner", "Owner", "责任人"),),
    edits=(HandEdit(EditKind.CELL, "tasks", "w1", "owner", None, Formula("=B1", 3), "Review data"),),
)
BASE = Base(
    {
        "tasks": BaseTab(
            rows={"w1": {"task": "Review", "due": date(2026, 3, 6), "late": 1.5, "held": True}, "w2": {}},
            headings={"task": "Task"},
            columns=("task", "due"),
            title="Tasks 任务",
            tombstones=frozenset({"w8", "w9"}),
            renamed={"task": "What"},
            seeds={"w1": {"task": "Review", "due": None}},
            hidden=True,
            extra_columns=("Our notes",),
        ),
        "facts": BaseTab(),
    },
    known=True,
    plan_id="plan-1",
    run_id="run-1",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory" / "state.sqlite"


def test_a_new_file_knows_no_base_and_is_its_owners_alone(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        assert state.load_base() == Base()
        assert not state.load_base().known
        assert state.runs() == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_durability_is_asked_for(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        assert state._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert state._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_confirmed_run_saves_the_base_unchanged(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        run = state.begin("refresh", NOW)
        state.planned(run, PLAN)
        state.sent(run)
        assert state.load_base() == Base()
        state.confirmed(run, BASE, cells=5, notes=["row moved"])
    with State.open(path, "plan-1") as state:
        assert state.load_base() == BASE
        (record,) = state.runs()
        assert (record.status, record.cells, record.notes) == (RunStatus.CONFIRMED, 5, ("row moved",))
        assert (record.changes, record.edits, record.started, record.command) == (6, 1, NOW, "refresh")


def test_the_journal_keeps_each_cell_with_its_pre_image(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        run = state.begin("refresh", NOW)
        state.planned(run, PLAN)
        assert state.changes(run) == (
            Change(ChangeKind.CELL, "tasks", "w1", "light", "green", "red", "restored"),
            Change(ChangeKind.ROW, "tasks", "w2", "task", None, "New", "placed"),
            Change(ChangeKind.ROW, "tasks", "w2", "due", None, date(2026, 3, 6), "placed"),
            Change(ChangeKind.ROW, "tasks", "w3", "", None, None, "placed"),
            Change(ChangeKind.ID, "tasks", "n1", "", None, "n1", "new"),
            Change(ChangeKind.HEADING, "tasks", "", "owner", "Owner", "责任人", "heading"),
        )
        assert state.edits(run) == PLAN.edits


def test_a_second_plan_of_a_run_takes_the_place_of_the_first(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        run = state.begin("refresh", NOW)
        state.planned(run, PLAN)
        state.planned(run, Plan(writes=PLAN.writes))
        assert len(state.changes(run)) == 1
        assert state.edits(run) == ()


def test_a_run_that_was_sent_is_unresolved_until_a_later_one_is_confirmed(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        dead = state.begin("refresh", NOW)
        state.planned(dead, PLAN)
        state.sent(dead)
    with State.open(path, "plan-1") as state:
        lost = state.begin("refresh", NOW)
        state.planned(lost, PLAN)
        state.sent(lost)
        state.failed(lost, "no answer", wrote=True)
        assert [run.run_id for run in state.unresolved()] == [lost, dead]
        fine = state.begin("refresh", NOW)
        state.planned(fine, Plan())
        state.confirmed(fine, BASE)
        assert state.unresolved() == ()
        assert [run.status for run in state.runs()] == [RunStatus.CONFIRMED, RunStatus.RESOLVED, RunStatus.RESOLVED]
        assert len(state.changes(dead)) == 6


def test_a_run_that_died_before_it_sent_anything_failed(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        state.planned(state.begin("refresh", NOW), PLAN)
    with State.open(path, "plan-1") as state:
        state.begin("refresh", NOW)
        begun, dead = state.runs()
        assert (begun.status, dead.status) == (RunStatus.BEGUN, RunStatus.FAILED)
        assert "before anything was written" in dead.reason
        assert state.unresolved() == ()


def test_runs_of_the_same_second_have_ids_of_their_own(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        ids = [state.begin("refresh", NOW) for _ in range(3)]
        assert ids == ["20260302-070000", "20260302-070000-2", "20260302-070000-3"]
        assert [run.run_id for run in state.runs(2)] == ids[:0:-1]
        assert state.run(ids[0]) == state.runs()[-1]
        assert state.run("nowhere") is None


def test_a_step_that_fails_leaves_nothing_half_done(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        run = state.begin("refresh", NOW)
        state.planned(run, PLAN)
        state.confirmed(run, BASE)
        broken = Base({"tasks": BaseTab(rows={"w5": {"task": object()}})}, known=True)  # type: ignore[dict-item]
        with pytest.raises(TypeError):
            state.confirmed(run, broken)
        assert state.load_base() == BASE


def test_notes_are_kept_apart_from_the_files_own(path: Path) -> None:
    with State.open(path, "plan-1") as state:
        assert state.note("base") is None
        state.set_note("base", "mine")
        state.set_note("plan_id", "other")
        assert state.note("base") == "mine"
    with State.open(path, "other") as state:
        assert state.load_base() == Base()


def test_another_plans_file_is_refused(path: Path) -> None:
    State.open(path, "plan-1").close()
    with pytest.raises(StateUnreadable, match="plan-1"):
        State.open(path, "plan-2")


def test_a_newer_file_is_refused_and_left_alone(path: Path) -> None:
    State.open(path, "plan-1").close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StateUnreadable, match="version 99") as caught:
        State.open(path, "plan-1")
    assert "Update sheetsync" in str(caught.value.hint)


@pytest.mark.parametrize("content", [b"not a database, not at all" * 100, b"SQLite format 3\x00" + b"\x07" * 4096])
def test_a_damaged_file_is_told_not_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StateUnreadable) as caught:
        State.open(path, "plan-1")
    assert "Move the file aside" in str(caught.value.hint)
    assert path.read_bytes() == content


def test_a_copy_holds_what_was_confirmed_and_leads_a_life_of_its_own(path: Path, tmp_path: Path) -> None:
    with State.open(path, "plan-1") as state:
        state.confirmed(state.begin("refresh", NOW), BASE)
        State.copy(path, tmp_path / "copy.sqlite")
        with State.open(tmp_path / "copy.sqlite", "plan-1") as copy:
            assert copy.load_base() == BASE
            copy.begin("plan", NOW)
        assert len(state.runs()) == 1


_KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from sheetsync.core.model.plan import Plan, CellWrite
from sheetsync.core.model.workbook import Base, BaseTab
from sheetsync.state.store import State
state = State.open(Path(sys.argv[1]), "plan-1")
run = state.begin("refresh", datetime(2026, 3, 2))
if sys.argv[2] == "begun": os._exit(9)
state.planned(run, Plan(writes=(CellWrite("t", "r", "c", None, 1),)))
if sys.argv[2] == "planned": os._exit(9)
state.sent(run)
if sys.argv[2] == "sent": os._exit(9)
if sys.argv[2] == "halfway":
    state._db.execute("BEGIN IMMEDIATE")
    state._db.execute("DELETE FROM base_row")
    os._exit(9)
state.confirmed(run, Base({"t": BaseTab(rows={"r": {"c": 1}})}, known=True))
os._exit(9)
"""


@pytest.mark.parametrize(
    ("died", "status", "open_runs"),
    [
        ("begun", "begun", 0),
        ("planned", "planned", 0),
        ("sent", "sent", 1),
        ("halfway", "sent", 1),
        ("end", "confirmed", 0),
    ],
)
def test_a_process_that_dies_at_a_step_leaves_that_step_on_disk(
    path: Path, died: str, status: str, open_runs: int
) -> None:
    with State.open(path, "plan-1") as state:
        state.confirmed(state.begin("refresh", NOW), BASE)
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path), died], check=False, timeout=60)
    assert done.returncode == 9
    with State.open(path, "plan-1") as state:
        assert state.runs()[0].status == status
        assert len(state.unresolved()) == open_runs
        base = state.load_base()
        assert base.tabs["t"].rows == {"r": {"c": 1}} if died == "end" else base == BASE


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dates(),
    st.datetimes(),
    st.builds(Formula, st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.integers(0, 9) | st.dates()),
)
ROWS = st.dictionaries(st.text("abc123", min_size=1), st.dictionaries(st.sampled_from(["x", "y", "z"]), VALUES))


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=4))
def test_any_base_after_any_other_is_read_back(versions: list[dict[str, dict[str, object]]]) -> None:
    state = State(_in_memory())
    for rows in versions:
        base = Base({"t": BaseTab(rows=rows, seeds={r: dict(c) for r, c in rows.items() if c})}, True, "p", "r")  # type: ignore[arg-type]
        state.confirmed(state.begin("refresh", NOW), base)
        assert state.load_base() == base
    state.close()


def _in_memory() -> sqlite3.Connection:
    from sheetsync.state.schema import _migrate

    db = sqlite3.connect(":memory:", isolation_level=None)
    _migrate(db, Path(":memory:"))
    return db
