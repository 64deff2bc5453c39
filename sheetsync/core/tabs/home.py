"""Home: are we on plan? What matters now, results against goals, and how fresh it all is.

Nothing here changes from run to run on the same day with the same data: "last refresh" is a day, not an hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sheetsync.core.model.facts import DataProblem, Facts, Freshness, Task
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.light import Light, worst
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Formula, Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules import standards
from sheetsync.core.rules.life import is_live
from sheetsync.core.rules.verdict import completion, compliance_light, goal_verdict, task_verdict
from sheetsync.core.tabs.kpi import kpi_rows
from sheetsync.core.tabs.reading import rows_of
from sheetsync.core.tabs.saying import brief, day, finding_words, light_word, number, report_name, say, several

TAB = "home"
STALE_YELLOW, STALE_RED = 2, 3
"""Days without a refresh until the light in the workbook itself turns. A weekday's run may fail once unseen."""
_TOP = 5
_SAME_RULE = 2
"""Of the five things that matter, at most this many come from one rule: five late tasks are one thing."""
_NAME = 56


@dataclass(frozen=True, slots=True)
class HomeRows:
    """What people wrote on Home."""

    theme: str = ""
    refresh_requested: bool = False


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> HomeRows:
    """The month's theme, and whether the box that asks for a refresh is ticked."""
    found = {row.row_id: row for row in rows_of(layout, tab, problems)}
    theme, box = found.get("theme"), found.get("refresh_requested")
    return HomeRows(theme.text("note") if theme else "", box.flag("note") if box else False)


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """Every line of Home, top to bottom."""
    del seeds
    live = tuple(finding for finding in findings if is_live(finding))
    return IncomingTab(
        (
            *_opening(facts, layout),
            _section("plan", layout),
            _completion(facts, layout),
            *_counts(facts, live, layout),
            *_tasks(facts, layout),
            _section("top", layout),
            *_top(live, layout),
            _section("kpi", layout),
            *kpi_rows(facts, layout),
            _section("data", layout),
            _month(facts, layout),
            _reports(facts, layout),
            *_fresh(facts, layout),
        )
    )


def _row(
    row_id: str,
    label: str,
    *,
    value: Value = None,
    goal: Value = None,
    percent: Value = None,
    light: Value = None,
    detail: str = "",
    kinds: dict[str, Kind] | None = None,
) -> IncomingRow:
    cells = {"label": label, "value": value, "goal": goal, "percent": percent, "light": light, "detail": detail or None}
    return IncomingRow(row_id, cells, kinds or {})


def _section(key: str, layout: Layout) -> IncomingRow:
    return _row(f"section.{key}", say(layout, f"home.{key}"))


def _opening(facts: Facts, layout: Layout) -> Iterator[IncomingRow]:
    detail = say(layout, "home.refreshed_detail")
    if facts.problems_of_last_run:
        detail = say(layout, "home.failed_detail", why=brief(facts.problems_of_last_run, 120))
    yield _row(
        "refreshed",
        say(layout, "home.refreshed"),
        value=facts.today,
        light=stale_light(facts.today, layout),
        detail=detail,
        kinds={"value": Kind.DATE},
    )
    yield _row("theme", say(layout, "home.theme"), detail=say(layout, "home.theme_detail"))
    yield _row(
        "refresh_requested",
        say(layout, "home.refresh_requested"),
        detail=say(layout, "home.refresh_requested_detail"),
        kinds={"note": Kind.CHECKBOX},
    )


def stale_light(refreshed: date, layout: Layout) -> Formula:
    """A formula that turns yellow and red by itself when refreshes stop.

    The day stands in the formula: it holds wherever the row is moved, in Excel, LibreOffice and Google alike.
    """
    age = f"TODAY()-DATE({refreshed.year},{refreshed.month},{refreshed.day})"
    red, yellow, green = (light_word(layout, light) for light in (Light.RED, Light.YELLOW, Light.GREEN))
    text = f'=IF({age}>={STALE_RED},"{red}",IF({age}>={STALE_YELLOW},"{yellow}","{green}"))'
    return Formula(text, green)


def _completion(facts: Facts, layout: Layout) -> IncomingRow:
    state = completion(facts)
    left = sum(task.is_open for task in facts.tasks)
    key = "home.completion_detail" if state.planned else "home.completion_none"
    goal = standards.COMPLETION.number(facts)
    return _row(
        "completion",
        say(layout, "home.completion"),
        value=number(state.share, Kind.PERCENT),
        goal=number(goal, Kind.PERCENT),
        percent=number(state.share / goal, Kind.PERCENT) if state.share is not None and goal else None,
        light=light_word(layout, state.light),
        detail=say(layout, key, done=state.done, due=state.planned, open=left),
        kinds={"value": Kind.PERCENT, "goal": Kind.PERCENT},
    )


def _counts(facts: Facts, live: tuple[Finding, ...], layout: Layout) -> Iterator[IncomingRow]:
    """How many lights of each colour there are, and on what. Too early and no data are one line: no verdict."""
    lit = {
        "goals": Counter(goal_verdict(goal, facts).light for goal in facts.goals),
        "tasks": Counter(task_verdict(task, facts).light for task in facts.tasks if task.status != "cancelled"),
        "documents": Counter(compliance_light(row, facts) for row in facts.requirements),
        "findings": Counter(finding.signal.light for finding in live),
    }
    groups = (
        ("red", (Light.RED,)),
        ("yellow", (Light.YELLOW,)),
        ("green", (Light.GREEN,)),
        ("other", (Light.PROVISIONAL, Light.GREY)),
    )
    for name, lights in groups:
        counts = {key: sum(counter[light] for light in lights) for key, counter in lit.items()}
        yield _row(
            f"count.{name}",
            say(layout, f"home.count_{name}"),
            value=sum(counts.values()),
            light=light_word(layout, lights[0]),
            detail=say(layout, "home.count_detail", counts),
            kinds={"value": Kind.INTEGER},
        )


def _tasks(facts: Facts, layout: Layout) -> Iterator[IncomingRow]:
    still = [task for task in facts.tasks if task.is_open]
    days = {task.row_id: task_verdict(task, facts).days_late for task in still}
    late = sorted((task for task in still if days[task.row_id]), key=lambda task: -days[task.row_id])
    groups = (
        ("overdue", late, Light.RED),
        ("unowned", [task for task in still if not task.owner.strip()], Light.YELLOW),
        ("blocked", [task for task in still if task.status == "blocked"], Light.YELLOW),
    )
    for name, found, light in groups:
        yield _row(
            name,
            say(layout, f"home.{name}"),
            value=len(found),
            light=light_word(layout, light if found else Light.GREEN),
            detail=several(layout, [_name(task) for task in found], 2),
            kinds={"value": Kind.INTEGER},
        )


def _name(task: Task) -> str:
    owner = task.owner.strip()
    return f"{brief(task.title, _NAME)} ({owner})" if owner else brief(task.title, _NAME)


def top_findings(live: tuple[Finding, ...]) -> list[Finding]:
    """The five findings to talk about: the most severe first, at most two of a rule while others are left."""
    seen: Counter[str] = Counter()
    first: list[Finding] = []
    rest: list[Finding] = []
    for finding in live:
        seen[finding.signal.code] += 1
        (first if seen[finding.signal.code] <= _SAME_RULE else rest).append(finding)
    return [*first, *rest][:_TOP]


def _top(live: tuple[Finding, ...], layout: Layout) -> Iterator[IncomingRow]:
    chosen = top_findings(live)
    for place in range(_TOP):
        row_id = f"top.{place + 1}"
        if place >= len(chosen):
            yield _row(row_id, "–", detail=say(layout, "home.top_none"))
            continue
        finding = chosen[place]
        signal = finding.signal
        yield _row(
            row_id,
            finding_words(layout, finding, "title"),
            value=signal.seen,
            goal=signal.limit,
            light=light_word(layout, signal.light),
            detail=finding_words(layout, finding, "action") or finding_words(layout, finding, "seen"),
            kinds={"value": signal.kind, "goal": signal.kind},
        )


def _month(facts: Facts, layout: Layout) -> IncomingRow:
    month, today = facts.month, facts.today
    when = "before" if today < month.first else "after" if today > month.last else "detail"
    told = {"day": today.day, "days": month.days, "week": month.week_of(today)}
    return _row("month", say(layout, "home.month"), value=str(month), detail=say(layout, f"home.month_{when}", told))


def _reports(facts: Facts, layout: Layout) -> IncomingRow:
    """How many reports there are; what to do while there is none."""
    known = [source for source in facts.freshness if source.last_day is not None]
    light = worst(fresh_light(source, facts) for source in facts.freshness)
    detail = say(layout, "home.reports_detail" if known else "home.fresh_missing")
    kinds = {"value": Kind.INTEGER}
    name = say(layout, "home.reports")
    return _row("reports", name, value=len(known), light=light_word(layout, light), detail=detail, kinds=kinds)


def _fresh(facts: Facts, layout: Layout) -> Iterator[IncomingRow]:
    """A row a report: the oldest of its marketplaces, and each one's last day."""
    reports: dict[str, list[Freshness]] = {}
    for source in facts.freshness:
        reports.setdefault(source.report, []).append(source)
    for report, sources in reports.items():
        days = [source.last_day for source in sources if source.last_day is not None]
        comma = layout.wording.get("source.comma", ", ")
        places = comma.join(f"{source.marketplace} {day(source.last_day)}".strip() for source in sources)
        told = {"places": places, "due": max(source.due_days for source in sources)}
        yield _row(
            f"fresh.{report}",
            report_name(layout, report),
            value=min(days, default=None),
            light=light_word(layout, worst(fresh_light(source, facts) for source in sources)),
            detail=say(layout, "home.fresh_detail" if days else "home.fresh_missing", told),
            kinds={"value": Kind.DATE},
        )


def fresh_light(source: Freshness, facts: Facts) -> Light:
    """Grey without a file; yellow beyond the days allowed or the report's own rhythm, red beyond twice that."""
    if source.last_day is None:
        return Light.GREY
    lines = standards.STALE.lines(facts, source.marketplace)
    if lines is None:
        return Light.GREY
    age = Decimal((facts.today - source.last_day).days)
    yellow, red = max(lines.green, Decimal(source.due_days)), max(lines.red, Decimal(source.due_days * 2))
    return worst((Light.GREEN if age <= yellow else Light.YELLOW, Light.RED if age > red else Light.GREEN))
