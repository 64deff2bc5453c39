"""Look: work the round out from the workbook and the history as they stand, changing neither."""

from __future__ import annotations

from datetime import date, datetime

from sheetsync.core.merge.guard import Limits
from sheetsync.errors import WorkbookMissing
from sheetsync.history.store import History
from sheetsync.pipeline.collect import Collected
from sheetsync.pipeline.compute import Outcome, work_out
from sheetsync.pipeline.copies import copies
from sheetsync.pipeline.evidence import gather
from sheetsync.pipeline.project import Project
from sheetsync.pipeline.refresh import known_base, minter, standing
from sheetsync.state.store import State


def look(project: Project, *, today: date, now: datetime) -> Outcome:
    """Facts, findings and plan as they would be now, without reading the inbox.

    Raises WorkbookMissing when the first refresh has not run yet.
    """
    with (
        copies(project) as (state_path, history_path),
        State.open(state_path, project.config.plan.id) as state,
        History.open(history_path) as history,
    ):
        current = standing(project, state)
        if current is None:
            raise WorkbookMissing(
                "there is no plan yet", where=project.workbook.place, hint="make it with `sheetsync refresh`"
            )
        evidence = gather(project, history, state, Collected(), current, today=today, now=now)
        limits = Limits(max_vanished=1.0, accept_deletions=True)
        base, placed = known_base(state, current, project.layout.plan_id)
    return work_out(base, current, project.layout, project.seeds, evidence, minter("look"), limits, placed)
