"""Undo: write back what a run changed, where the cell still holds what the run wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.undo import NotUndone, undo_plan
from sheetsync.core.model.plan import ChangeKind, Plan
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
    """Undoes a run, the last one that changed cells unless `run_id` says which.

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
        return Undone(run.run_id, plan, tuple(_told(left)))


def _told(left: Sequence[NotUndone]) -> Iterator[str]:
    """What stays: cells one by one, placed rows summed up by tab."""
    placed = {(entry.change.tab, entry.change.row_id) for entry in left if entry.change.kind is ChangeKind.ROW}
    for tab, count in Counter(tab for tab, _ in placed).items():
        yield f"{tab}: {count} rows the run placed stay: nothing is ever deleted"
    for entry in left:
        change = entry.change
        if change.kind is not ChangeKind.ROW:
            yield f"{change.tab} {change.row_id} {change.column}: {entry.why}"


def _which(state: State, run_id: str | None) -> RunRecord:
    if run_id is not None:
        run = state.run(run_id)
        if run is None:
            raise StateError(f"there is no run {run_id}", hint="`sheetsync history` lists the runs there are")
        return run
    for run in state.runs(200):
        done_by_us = run.status in _WROTE and not run.command.startswith("undo")
        if done_by_us and any(change.kind is not ChangeKind.ROW for change in state.changes(run.run_id)):
            return run
    raise StateError("no run changed a cell that could be put back", hint="`sheetsync history` lists the runs")
