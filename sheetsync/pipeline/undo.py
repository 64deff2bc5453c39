"""Undo: write back what a run changed, where the cell still holds what the run wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.undo import NotUndone, undo_plan
from sheetsync.core.model.plan import Plan
from sheetsync.errors import StateError
from sheetsync.pipeline.project import Project
from sheetsync.state.journal import RunRecord, RunStatus
from sheetsync.state.lock import WorkbookLock
from sheetsync.state.store import State

_WROTE = (RunStatus.CONFIRMED, RunStatus.SENT, RunStatus.UNKNOWN, RunStatus.RESOLVED)


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo wrote back, and what it left alone with the reason."""

    undone: str
    plan: Plan
    left: tuple[str, ...]


def undo(project: Project, run_id: str | None, *, now: datetime, plan_only: bool = False) -> Undone:
    """Undoes a run, the last one that wrote unless `run_id` says which.

    Raises StateError when there is no such run, Locked while a refresh runs.
    """
    if not project.state_path.exists():
        raise StateError("there is no run to undo yet", hint="`sheetsync refresh` makes the first")
    with WorkbookLock(project.lock_path), State.open(project.state_path, project.config.plan.id) as state:
        run = _which(state, run_id)
        current = project.workbook.read(project.layout)
        plan, left = undo_plan(state.changes(run.run_id), current, project.layout)
        if not plan_only and not plan.is_empty:
            mine = state.begin(f"undo {run.run_id}", now)
            state.planned(mine, plan)
            state.sent(mine)
            receipt = project.workbook.apply(plan, current, project.layout)
            base = settle(state.load_base(), receipt.current, plan, mine)
            state.confirmed(mine, base, cells=receipt.cells_written, notes=receipt.notes)
        return Undone(run.run_id, plan, tuple(_told(entry) for entry in left))


def _told(entry: NotUndone) -> str:
    change = entry.change
    return f"{change.tab} {change.row_id} {change.column}: {entry.why}"


def _which(state: State, run_id: str | None) -> RunRecord:
    if run_id is not None:
        run = state.run(run_id)
        if run is None:
            raise StateError(f"there is no run {run_id}", hint="`sheetsync history` lists the runs there are")
        return run
    for run in state.runs(200):
        if run.status in _WROTE and run.changes and not run.command.startswith("undo"):
            return run
    raise StateError("no run wrote anything that could be undone", hint="`sheetsync history` lists the runs")
