"""The round: collect -> read -> compute -> merge -> apply -> record. Checked first, then written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.log import log_rows
from sheetsync.core.merge.settle import recover
from sheetsync.core.model.plan import ChangeKind, Plan
from sheetsync.core.model.workbook import Base, Current
from sheetsync.errors import MergeRefused, SheetsyncError, WorkbookChanged, WorkbookMissing
from sheetsync.history.store import History
from sheetsync.pipeline import recall
from sheetsync.pipeline.apply import apply_plan, create_workbook
from sheetsync.pipeline.collect import Collected, collect
from sheetsync.pipeline.compute import Evidence, Outcome, empty_workbook, work_out
from sheetsync.pipeline.copies import copies
from sheetsync.pipeline.evidence import gather
from sheetsync.pipeline.project import Progress, Project, no_progress
from sheetsync.pipeline.settings import NEW_SPREADSHEET, set_spreadsheet
from sheetsync.state.lock import WorkbookLock
from sheetsync.state.store import State
from sheetsync.workbooks.base import Receipt


@dataclass(frozen=True, slots=True)
class RefreshOptions:
    """How a refresh is run. `plan_only` stops after merge and changes nothing, neither workbook nor memory."""

    today: date
    now: datetime
    plan_only: bool = False
    accept_deletions: bool = False


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one refresh did or, with `plan_only`, would do."""

    run_id: str
    place: str
    plan: Plan
    outcome: Outcome
    collected: Collected
    created: bool = False
    receipt: Receipt | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)


def refresh(project: Project, options: RefreshOptions, progress: Progress = no_progress) -> Refreshed:
    """Does the round once.

    Raises Locked when another refresh runs, MergeRefused when the guard stops the plan, and every WorkbookError of
    the backend. Whatever is raised, each cell of the workbook is old or new, and the next run converges.
    """
    project.memory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if options.plan_only:
        return _plan_only(project, options, progress)
    with WorkbookLock(project.lock_path), State.open(project.state_path, project.config.plan.id) as state:
        run_id = state.begin("refresh", options.now)
        try:
            return _round(project, state, run_id, options, progress)
        except SheetsyncError as error:
            wrote = error.exit_code == 4
            state.failed(run_id, error.message, wrote=wrote)
            state.set_note(recall.FAILURE, f"{options.now:%Y-%m-%d %H:%M} {error.message}")
            raise


def _round(project: Project, state: State, run_id: str, options: RefreshOptions, progress: Progress) -> Refreshed:
    evidence, collected, read = _collect_and_read(project, state, project.history_path, options, progress)
    try:
        return _write(project, state, run_id, options, evidence, collected, read, progress)
    except WorkbookChanged:
        progress("the workbook changed meanwhile; reading it again", 0, 1)
        again = project.workbook.read(project.layout)
        return _write(project, state, run_id, options, evidence, collected, again, progress)


def _collect_and_read(
    project: Project, state: State, history_path: Path, options: RefreshOptions, progress: Progress
) -> tuple[Evidence, Collected, Current | None]:
    """Reads everything there is to read; the history file is open only inside."""
    current = standing(project, state)
    with History.open(history_path) as history:
        stamps = recall.inbox_stamps(state) if history.has_imports() else {}
        collected = collect(project, history, imported_at=options.now, progress=progress, stamps=stamps)
        progress("computing", 0, 1)
        evidence = gather(project, history, state, collected, current, today=options.today, now=options.now)
    progress("computing", 1, 1)
    return evidence, collected, current


def standing(project: Project, state: State) -> Current | None:
    """The workbook as it stands; None where the plan has not been made yet (no workbook, or one with nothing of ours).

    A workbook that was ours and has nothing of it left is given as it stands: the guard has a word to say there.
    """
    try:
        current = project.workbook.read(project.layout)
    except WorkbookMissing:
        return None
    untouched = not current.tabs and not current.keyless and current.plan_id is None
    return None if untouched and not state.load_base().known else current


def _work_out(
    project: Project, state: State, current: Current | None, evidence: Evidence, run_id: str, options: RefreshOptions
) -> Outcome:
    limits = Limits(max_vanished=project.config.guard.max_vanished, accept_deletions=options.accept_deletions)
    seen = current if current is not None else empty_workbook(project.layout)
    base, placed = known_base(state, current, project.layout.plan_id)
    outcome = work_out(base, seen, project.layout, project.seeds, evidence, minter(run_id), limits, placed)
    plan = log_rows(outcome.plan, project.layout, run_id=run_id, when=options.now) if current else outcome.plan
    return replace(outcome, plan=plan)


def known_base(state: State, current: Current | None, plan_id: str) -> tuple[Base, frozenset[str]]:
    """The base to merge from, and the row ids that a run which was cut short may have placed.

    What such a run wrote is taken in as far as it still stands: its journal says what that was.
    """
    if current is None:
        return Base(known=True, plan_id=plan_id), frozenset()
    changes = [change for run in reversed(state.unresolved()) for change in state.changes(run.run_id)]
    base = recover(state.load_base(), current, changes)
    return base, frozenset(change.row_id for change in changes if change.kind is ChangeKind.ROW)


def minter(run_id: str) -> Callable[[str], str]:
    """Gives row ids that no other run can give: tab, run, counter."""
    counter = iter(range(1, 10_000_000))

    def mint(tab: str) -> str:
        return f"{tab}.{run_id}.{next(counter)}"

    return mint


def _write(
    project: Project,
    state: State,
    run_id: str,
    options: RefreshOptions,
    evidence: Evidence,
    collected: Collected,
    current: Current | None,
    progress: Progress,
) -> Refreshed:
    outcome = _work_out(project, state, current, evidence, run_id, options)
    if outcome.plan.refusals:
        raise refused(outcome.plan)
    progress("writing", 0, 1)
    if current is None:
        receipt = create_workbook(project, state, run_id, outcome)
        state.set_note(recall.CREATED, options.today.isoformat())
        if project.config.workbook.google == NEW_SPREADSHEET:
            set_spreadsheet(project.root, project.workbook.place)
    else:
        receipt = apply_plan(project, state, run_id, outcome)
    progress("writing", 1, 1)
    recall.remember_plan(state, outcome.plan, outcome.edited, options.today)
    recall.remember_inbox(state, collected.stamps)
    return Refreshed(run_id, project.workbook.place, outcome.plan, outcome, collected, current is None, receipt)


def _plan_only(project: Project, options: RefreshOptions, progress: Progress) -> Refreshed:
    """Works the plan out on copies of the memory, so that looking changes nothing."""
    with copies(project) as (state_path, history_path), State.open(state_path, project.config.plan.id) as state:
        run_id = state.begin("plan", options.now)
        evidence, collected, current = _collect_and_read(project, state, history_path, options, progress)
        outcome = _work_out(project, state, current, evidence, run_id, options)
    return Refreshed(run_id, project.workbook.place, outcome.plan, outcome, collected, current is None)


def refused(plan: Plan) -> MergeRefused:
    """The guard's refusals as one error; the first one's hint names the command that goes on."""
    first = plan.refusals[0]
    return MergeRefused("; ".join(refusal.message for refusal in plan.refusals), where=first.tab, hint=first.hint)
