"""The past: runs, what they read and wrote, from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheetsync.core.model.plan import Change, HandEdit
from sheetsync.errors import StateError
from sheetsync.pipeline.project import Project
from sheetsync.state.journal import RunRecord
from sheetsync.state.store import State

MOST_RUNS = 1000


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run with everything it read and wrote."""

    run: RunRecord
    edits: tuple[HandEdit, ...]
    changes: tuple[Change, ...]


def past_runs(project: Project, count: int) -> tuple[RunRecord, ...]:
    """The last runs, newest first. Empty when there is no memory yet."""
    if not project.state_path.exists():
        return ()
    with State.open(project.state_path, project.config.plan.id) as state:
        return state.runs(count)


def past_run(project: Project, run_id: str) -> PastRun:
    """One run. Raises StateError when there is none of that id."""
    if project.state_path.exists():
        with State.open(project.state_path, project.config.plan.id) as state:
            run = state.run(run_id)
            if run is not None:
                return PastRun(run, state.edits(run_id), state.changes(run_id))
    raise StateError(f"there is no run {run_id}", hint="`sheetsync history` lists the runs there are")


def edits_since(project: Project, day: date) -> tuple[HandEdit, ...]:
    """What people did in runs on or after a day, oldest first."""
    if not project.state_path.exists():
        return ()
    with State.open(project.state_path, project.config.plan.id) as state:
        runs = [run for run in state.runs(MOST_RUNS) if run.started.date() >= day]
        return tuple(edit for run in reversed(runs) for edit in state.edits(run.run_id))
