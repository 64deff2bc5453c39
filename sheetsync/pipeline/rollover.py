"""Month close: freeze the month into an archive, then open the next one on the same workbook.

The rows know their month. Once the configuration says the next month, a refresh leaves finished rows of the old one
where they are (marked closed), carries the unfinished with their age, and places what the new month starts with. So a
rollover is: refresh, archive, next month, refresh. Each step finds out whether it was done; running it twice is
running it once, and a crash between two steps goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sheetsync.core.model.facts import Month
from sheetsync.errors import ConfigError, StateError
from sheetsync.pipeline.project import Progress, Project, no_progress
from sheetsync.pipeline.refresh import Refreshed, RefreshOptions, refresh
from sheetsync.pipeline.settings import set_month
from sheetsync.state.store import State

NOTE = "rollover"

Load = Callable[[], Project]
"""Opens the project anew: its configuration changes half-way."""

Freeze = Callable[[Project, str], str]
"""Copies the workbook under a name into the archive and returns where the copy is. Does nothing if it is there."""


@dataclass(frozen=True, slots=True)
class RolloverPlan:
    """What a rollover would do, told before it does it."""

    closing: Month
    opening: Month
    archive: str
    early_by_days: int
    """How many days of the closing month are still to come; 0 when it is over."""
    already: bool = False
    """A rollover opened this month and it is not over: there is nothing to close."""


@dataclass(frozen=True, slots=True)
class RolledOver:
    """What a rollover did."""

    plan: RolloverPlan
    archived: str
    closed: Refreshed
    opened: Refreshed


def plan_rollover(project: Project, today: date) -> RolloverPlan:
    """What closing the project's month would mean today."""
    month = project.month
    last = last_rollover(project)
    return RolloverPlan(
        closing=month,
        opening=month.next(),
        archive=f"{Path(project.workbook.place).stem if project.config.workbook.excel else 'plan'}-{month}",
        early_by_days=max(0, (month.last - today).days),
        already=today < month.first or (last is not None and last["to"] == str(month) and today <= month.last),
    )


def rollover(
    load: Load, freeze: Freeze, *, today: date, now: datetime, early: bool, progress: Progress = no_progress
) -> RolledOver | None:
    """Closes the month and opens the next; None when a rollover opened this month already (and `early` is not set).

    Raises ConfigError when the month has not ended and `early` is not set; every error of a refresh. After any of
    them, running it again goes on.
    """
    project = load()
    plan = plan_rollover(project, today)
    if plan.already and not early:
        return None
    if plan.early_by_days and not early:
        raise ConfigError(
            f"{plan.closing} ends in {plan.early_by_days} days",
            hint="close it when it is over, or close it now with --early",
        )
    options = RefreshOptions(today=today, now=now)
    closed = refresh(project, options, progress)
    archived = freeze(project, plan.archive)
    _note(project, {"from": str(plan.closing), "to": str(plan.opening), "archive": archived})
    set_month(project.root, plan.opening)
    opened = refresh(load(), options, progress)
    return RolledOver(plan, archived, closed, opened)


def go_back(load: Load, *, today: date, now: datetime, progress: Progress = no_progress) -> Refreshed:
    """Opens the month again that the last rollover closed. The archive stays. Raises StateError when there is none."""
    project = load()
    last = last_rollover(project)
    if last is None or last["to"] != str(project.month):
        raise StateError("no rollover opened this month", hint="there is nothing to go back to")
    set_month(project.root, Month.parse(last["from"]))
    return refresh(load(), RefreshOptions(today=today, now=now), progress)


def last_rollover(project: Project) -> dict[str, str] | None:
    """The last rollover: from, to, archive. None when there was none."""
    if not project.state_path.exists():
        return None
    with State.open(project.state_path, project.config.plan.id) as state:
        text = state.note(NOTE)
    return dict(json.loads(text)) if text else None


def _note(project: Project, what: dict[str, str]) -> None:
    with State.open(project.state_path, project.config.plan.id) as state:
        state.set_note(NOTE, json.dumps(what))
