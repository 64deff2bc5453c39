"""Status: the stand-up sheet, one row a week and module."""

from __future__ import annotations

import re

from sheetsync.core.layout.words import say_choice
from sheetsync.core.model.facts import DataProblem, Facts, StandUp, Task
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.verdict import completion, task_verdict
from sheetsync.core.tabs.reading import rows_of
from sheetsync.core.tabs.saying import brief, light_word, number, say

TAB = "status"
WEEKS = (1, 2, 3, 4)
_ID = re.compile(r"status\.\d{4}-\d\d\.w(\d)\.(\w+)")
_SHOWN, _LENGTH = 5, 60
"""At most five points, each short enough to read out."""


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> tuple[StandUp, ...]:
    """The stand-ups: week and module are told by the row's id, the rest is what people typed."""
    found = []
    for row in rows_of(layout, tab, problems):
        match = _ID.fullmatch(row.row_id)
        if match and row.row_id.startswith(f"status.{layout.month}."):
            notes = "\n".join(text for text in (row.text("notes"), row.text("decisions")) if text)
            found.append(StandUp(row.row_id, int(match[1]), match[2], row.day("held_on"), notes))
    return tuple(found)


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """Every week and module of the plan; a row is placed once there is something to do."""
    del findings, seeds
    choices = layout.choice_list("modules")
    modules = [entry.key for entry in choices.entries] if choices else []
    held = {standup.row_id: standup for standup in facts.standups}
    made = []
    for week in WEEKS:
        for module in modules:
            row_id = f"status.{facts.month}.w{week}.{module}"
            cells = _said(week, module, held.get(row_id), facts, layout)
            made.append(IncomingRow(row_id, cells, place=bool(cells["planned"])))
    return IncomingTab(tuple(made))


def _said(week: int, module: str, standup: StandUp | None, facts: Facts, layout: Layout) -> dict[str, Value]:
    state = completion(facts, week, module)
    tasks = [task for task in facts.tasks if task.week == week and task.module == module]
    points = _points(tasks, standup, facts, layout)
    return {
        "week": say_choice(layout, "weeks", str(week)),
        "module": say_choice(layout, "modules", module),
        "planned": state.total,
        "done": state.done,
        "completion": number(state.share, Kind.PERCENT),
        "blocked": state.blocked or None,
        "unowned": state.unowned or None,
        "light": light_word(layout, state.light),
        "changed": layout.wording.get("source.join", "; ").join(points[:_SHOWN]) or None,
    }


def _points(tasks: list[Task], standup: StandUp | None, facts: Facts, layout: Layout) -> list[str]:
    """What to talk about: blocked first, then late, then without an owner, then done since the last stand-up."""
    blocked = [task for task in tasks if task.status == "blocked"]
    late = [task for task in tasks if task.is_open and task not in blocked and task_verdict(task, facts).days_late]
    unowned = [task for task in tasks if task.is_open and not task.owner.strip() and task not in (*blocked, *late)]
    since = standup.held_on if standup else None
    done = [task for task in tasks if task.status == "done" and task.done_on and since and task.done_on >= since]
    kinds = (("item_blocked", blocked), ("item_late", late), ("item_unowned", unowned), ("item_done", done))
    return [
        say(layout, f"status.{key}", title=brief(task.title, _LENGTH), days=task_verdict(task, facts).days_late)
        for key, found in kinds
        for task in found
    ]
