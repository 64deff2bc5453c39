"""The stand-up: the pack of today, from the workbook and the journal as they stand."""

from __future__ import annotations

from datetime import date, datetime

from sheetsync.core.model.plan import EditKind
from sheetsync.core.tabs.standup import StandUpPack, build_pack, window_start
from sheetsync.pipeline.look import look
from sheetsync.pipeline.past import edits_since
from sheetsync.pipeline.project import Project


def standup(project: Project, *, today: date, now: datetime) -> StandUpPack:
    """The pack for today, from the workbook and the history as they stand. Changes nothing."""
    outcome = look(project, today=today, now=now)
    since = window_start(outcome.facts)
    waiting = tuple(edit for edit in outcome.plan.edits if edit.kind is not EditKind.ENGINE_CELL)
    return build_pack(outcome.facts, outcome.findings, edits_since(project, since) + waiting)
