"""What earlier runs left in the state's notes: hand edits on engine cells, the last edit, inbox stamps, a failure."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta

from sheetsync.core.model.facts import DataProblem
from sheetsync.core.model.plan import Plan
from sheetsync.state.store import State

EDITED, LAST_EDIT, CREATED, FAILURE, INBOX = "edited_cells", "last_hand_edit", "created_on", "failure", "inbox"

KEEP_DAYS = 7
"""For how long an overwritten engine cell stays a finding after it was restored: one stand-up."""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def last_hand_edit(state: State) -> date | None:
    """The last day on which a refresh saw people's edits."""
    return _day(state.note(LAST_EDIT))


def created_on(state: State) -> date | None:
    """The day the workbook was made."""
    return _day(state.note(CREATED))


def last_failure(state: State, today: date) -> str:
    """Why a run failed today or yesterday, in words; empty when none did.

    It is dated, not cleared by the next good run: so a second refresh on the same day finds nothing to write.
    """
    text = state.note(FAILURE) or ""
    return text if text and date.fromisoformat(text[:10]) >= today - timedelta(days=1) else ""


def edited_cells(state: State, today: date) -> tuple[DataProblem, ...]:
    """Engine cells that people overwrote in the last days, as problems a rule raises."""
    entries = json.loads(state.note(EDITED) or "[]")
    return tuple(
        DataProblem(entry["kind"], entry["subject"], entry["name"], entry["facts"])
        for entry in entries
        if date.fromisoformat(entry["day"]) > today - timedelta(days=KEEP_DAYS)
    )


def remember_plan(state: State, plan: Plan, edited: tuple[DataProblem, ...], today: date) -> None:
    """Notes what people did, for the runs after this one. Called once the workbook was written."""
    if plan.edits:
        state.set_note(LAST_EDIT, today.isoformat())
    fresh = {problem.subject for problem in edited}
    kept = [problem for problem in edited_cells(state, today) if problem.subject not in fresh]
    days = {entry["subject"]: entry["day"] for entry in json.loads(state.note(EDITED) or "[]")}
    entries = [{**asdict(problem), "day": days[problem.subject]} for problem in kept]
    entries += [{**asdict(problem), "day": today.isoformat()} for problem in edited]
    state.set_note(EDITED, json.dumps(entries, ensure_ascii=False))


def inbox_stamps(state: State) -> dict[str, dict[str, object]]:
    """File name -> what stood there and what became of it, as the last collection noted."""
    stamps = json.loads(state.note(INBOX) or "{}")
    return stamps if isinstance(stamps, dict) else {}


def remember_inbox(state: State, stamps: dict[str, dict[str, object]]) -> None:
    """Notes the inbox for the next collection."""
    state.set_note(INBOX, json.dumps(stamps, ensure_ascii=False))
