"""Doctor: look at everything a refresh rests on, say what is wrong and how to mend it. Changes nothing by itself."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sheetsync.core.model.layout import Layout, Tab
from sheetsync.core.model.workbook import Current, CurrentTab
from sheetsync.errors import SheetsyncError, WorkbookMissing
from sheetsync.history.store import History
from sheetsync.pipeline import recall
from sheetsync.pipeline.inbox import inbox_files
from sheetsync.pipeline.project import Project
from sheetsync.state.store import State

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what, how it stands, and how to mend it. `fix`: `--fix` can do it."""

    name: str
    level: Level
    message: str
    mend: str = ""
    fix: Literal["", "keys", "folders", "modes"] = ""


Looks = Callable[[], Iterable[str]]
"""Tells what is broken in the looks of the workbook, a sentence each."""


def examine(
    project: Project,
    *,
    today: date,
    now: datetime,
    who: Callable[[], str] | None = None,
    looks: Looks | None = None,
) -> list[Check]:
    """Every check, in the order in which a refresh would meet them.

    `who` asks the service who we are (Google), `looks` examines dropdowns and colours (Excel); both may raise a
    SheetsyncError.
    """
    checks = [Check("config", "ok", f"plan {project.config.plan.id}, month {project.month}, {project.layout.language}")]
    checks.append(Check("template", "ok", f"{project.template.name}, {len(project.layout.tabs)} tabs"))
    checks += _clock(project, today, now)
    checks += _inbox(project)
    checks += _memory(project)
    if who is not None:
        checks.append(_try("sign-in", who, "see the README's Google set-up"))
    checks += _workbook(project)
    if looks is not None and all(check.level != "fail" for check in checks):
        checks += _looks(looks)
    return checks


def _looks(looks: Looks) -> Iterator[Check]:
    mend = "copy the format of the row above (format painter), or put a backup back with `sheetsync restore`"
    try:
        for sentence in looks():
            yield Check("looks", "warn", sentence, mend)
    except WorkbookMissing:
        return


def _try(name: str, ask: Callable[[], str], mend: str) -> Check:
    try:
        return Check(name, "ok", ask())
    except SheetsyncError as error:
        return Check(name, "fail", error.message, error.hint or mend)


def _clock(project: Project, today: date, now: datetime) -> Iterator[Check]:
    zone = datetime.now().astimezone().tzname() or "unknown"
    month = project.month
    if today > month.last + timedelta(days=3):
        yield Check("clock", "warn", f"today is {today}, the plan's month {month} is over", "run `sheetsync rollover`")
    elif today < month.first - timedelta(days=31):
        yield Check("clock", "warn", f"today is {today}, long before {month}", "check the machine's clock")
    else:
        yield Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} {zone}")


def _inbox(project: Project) -> Iterator[Check]:
    if not project.inbox.is_dir():
        yield Check("inbox", "fail", f"{project.inbox} is not there", "make the folder", fix="folders")
        return
    files = inbox_files(project.inbox)
    yield Check("inbox", "ok" if files else "warn", f"{len(files)} report files", "" if files else "put reports there")
    if project.state_path.exists():
        with State.open(project.state_path, project.config.plan.id) as state:
            stamps = recall.inbox_stamps(state)
        for name, stamp in stamps.items():
            outcome = stamp.get("outcome")
            if isinstance(outcome, dict) and outcome.get("status") in ("refused", "unreadable", "waiting"):
                yield Check("inbox", "warn", f"{name}: {outcome['message']}", str(outcome.get("hint", "")))


def _memory(project: Project) -> Iterator[Check]:
    if not project.state_path.exists():
        yield Check("state", "warn", "no memory yet", "the first refresh makes it")
        return
    yield _try("state", lambda: _state(project), "see `sheetsync history`")
    yield _try("history", lambda: _history(project), "import the reports again")
    if os.name == "posix" and project.memory.stat().st_mode & 0o077:
        mend = f"chmod 700 {project.memory}"
        yield Check("state", "warn", f"{project.memory} can be read by others", mend, fix="modes")


def _state(project: Project) -> str:
    with State.open(project.state_path, project.config.plan.id) as state:
        runs, open_runs = state.runs(1), state.unresolved()
        base = state.load_base()
    last = f"last run {runs[0].run_id} {runs[0].status}" if runs else "no runs"
    told = f"; {len(open_runs)} unresolved, the next refresh settles them" if open_runs else ""
    return f"{last}, base {'known' if base.known else 'not known'}{told}"


def _history(project: Project) -> str:
    if not project.history_path.exists():
        return "no history yet"
    with History.open(project.history_path) as history:
        return "readable" if history.has_imports() else "empty"


def _workbook(project: Project) -> Iterator[Check]:
    try:
        current = project.workbook.read(project.layout)
    except WorkbookMissing:
        yield Check("workbook", "warn", f"{project.workbook.place} is not there", "`sheetsync refresh` makes it")
        return
    except SheetsyncError as error:
        yield Check("workbook", "fail", error.message, error.hint or "")
        return
    problems = list(workbook_problems(current, project.layout))
    yield from problems or [Check("workbook", "ok", f"{project.workbook.place}: {len(current.tabs)} tabs, all keys")]


def workbook_problems(current: Current, layout: Layout) -> Iterator[Check]:
    """What is broken in the workbook itself."""
    if current.plan_id not in (None, layout.plan_id):
        yield Check(
            "workbook",
            "fail",
            f"it belongs to plan {current.plan_id}, not {layout.plan_id}",
            "point [workbook] at ours",
        )
        return
    for key in current.keyless:
        title = _title(layout, key)
        mend = "undo the deletion, or run `sheetsync doctor --fix` to write the keys again from the headings"
        yield Check("workbook", "fail", f"{title}: the hidden key row is gone", mend, fix="keys")
    for key in current.duplicate_tabs:
        yield Check(
            "workbook", "warn", f"{_title(layout, key)}: copied; the first one is used", "rename or delete the copy"
        )
    for tab in layout.tabs:
        standing = current.tabs.get(tab.key)
        if standing is None and tab.key not in current.keyless:
            mend = "undo the deletion, or restore a backup; the refresh goes on without it"
            yield Check("workbook", "warn", f"{tab.title}: the tab is gone", mend)
        elif standing is not None:
            yield from _tab_problems(tab, standing)


def _tab_problems(tab: Tab, standing: CurrentTab) -> Iterator[Check]:
    if not standing.id_column:
        yield Check("workbook", "fail", f"{tab.title}: the hidden row ids are gone", "undo, or restore a backup")
    missing = [column.heading for column in tab.columns if column.key not in standing.columns]
    if missing:
        mend = "undo the deletion; the refresh goes on without these columns"
        yield Check("workbook", "warn", f"{tab.title}: columns gone: {', '.join(missing)}", mend)
    if standing.duplicate_columns:
        yield Check(
            "workbook",
            "warn",
            f"{tab.title}: columns copied: {', '.join(standing.duplicate_columns)}",
            "delete the key in the hidden first row of the copy",
        )
    ids = Counter(row.row_id for row in standing.rows if row.row_id)
    doubled = [row_id for row_id, count in ids.items() if count > 1]
    if doubled:
        yield Check(
            "workbook", "warn", f"{tab.title}: {len(doubled)} rows copied with their id", "the next refresh mends it"
        )


def _title(layout: Layout, key: str) -> str:
    tab = layout.tab(key)
    return tab.title if tab else key
