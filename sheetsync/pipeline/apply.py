"""Apply: Plan -> workbook, with the journal around it. The base is saved after the workbook, never before."""

from __future__ import annotations

from sheetsync.core.merge.settle import settle
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.workbook import Base
from sheetsync.errors import NotConverged
from sheetsync.pipeline.compute import Outcome, contents_of
from sheetsync.pipeline.project import Project
from sheetsync.state.store import State
from sheetsync.workbooks.base import Receipt


def create_workbook(project: Project, state: State, run_id: str, outcome: Outcome) -> Receipt:
    """Makes the workbook with everything the plan would have placed, and remembers it as the base."""
    state.planned(run_id, outcome.plan)
    state.sent(run_id)
    receipt = project.workbook.create(project.layout, contents_of(outcome, project.layout))
    base = settle(Base(), receipt.current, Plan(), run_id)
    state.confirmed(run_id, base, cells=receipt.cells_written, notes=receipt.notes)
    return receipt


def apply_plan(project: Project, state: State, run_id: str, outcome: Outcome) -> Receipt:
    """Writes the plan and remembers the workbook as read back.

    Raises NotConverged when the backend could not prove every write; the base is saved all the same, without the
    unproved cells, so that the next run plans them again.
    """
    plan: Plan = outcome.plan
    state.planned(run_id, plan)
    if not plan.is_empty:
        state.sent(run_id)
    receipt = project.workbook.apply(plan, outcome.identified.current, project.layout)
    after = settle(state.load_base(), receipt.current, plan, run_id)
    state.confirmed(run_id, after, cells=receipt.cells_written, notes=receipt.notes + receipt.repaired)
    if not receipt.verified:
        raise NotConverged(
            "the workbook was written, but not every cell could be proved",
            where=project.workbook.place,
            hint="run `sheetsync refresh` again: the journal knows what is left",
        )
    return receipt
