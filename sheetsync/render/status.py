"""Where the plan stands: lights, completion, goals, findings, tasks without owner or late, freshness."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sheetsync.core.model.facts import Facts, Freshness, Goal
from sheetsync.core.model.finding import Finding, State
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.light import Light
from sheetsync.core.rules.verdict import completion, goal_verdict, task_verdict
from sheetsync.core.tabs.saying import report_name
from sheetsync.render.findings import say_finding
from sheetsync.render.plan_data import finding_data
from sheetsync.render.words import word

MOST_LINES = 8
_QUIET = (State.RECOVERED, State.DECLINED, State.DONE, State.SNOOZED)
_ANSI = {Light.RED: 31, Light.YELLOW: 33, Light.GREEN: 32, Light.PROVISIONAL: 36, Light.GREY: 90}


def light_word(light: Light, layout: Layout, *, colour: bool = False) -> str:
    """The light's word in the workbook's language, coloured on a terminal."""
    text = next((choice.word for choice in layout.lights if choice.key == light.value), light.value)
    return f"\x1b[{_ANSI[light]}m{text}\x1b[0m" if colour else text


def standing(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that still ask for something."""
    return tuple(finding for finding in findings if finding.state not in _QUIET)


def status_text(facts: Facts, findings: tuple[Finding, ...], layout: Layout, *, colour: bool = False) -> str:
    """The whole status for a terminal."""
    say = layout.language
    lines = [word(say, "plan", month=facts.month), ""]
    lines += _lights(facts, findings, layout, colour=colour)
    lines += _goals(facts, layout, colour=colour)
    lines += _findings(findings, layout, colour=colour)
    lines += _tasks(facts, layout)
    lines += ["", f"{word(say, 'freshness')}:"]
    lines += [f"  {line}" for line in _fresh(facts.freshness, layout)] or [f"  {word(say, 'none')}"]
    return "\n".join(lines)


def _lights(facts: Facts, findings: tuple[Finding, ...], layout: Layout, *, colour: bool) -> list[str]:
    say = layout.language
    count = Counter(finding.signal.light for finding in standing(findings))
    shown = ", ".join(f"{light_word(light, layout, colour=colour)} {count[light]}" for light in Light if count[light])
    done = completion(facts)
    share = f"{done.share:.0%}" if done.share is not None else "–"
    told = word(say, "of_due", done=done.done, planned=done.planned) if done.planned else word(say, "nothing_due")
    return [f"{word(say, 'lights')}: {shown or word(say, 'none')}", f"{word(say, 'completion')}: {share} ({told})"]


def _goals(facts: Facts, layout: Layout, *, colour: bool) -> list[str]:
    lines = ["", f"{word(layout.language, 'goals')}:"] if facts.goals else []
    for goal in facts.goals:
        verdict = goal_verdict(goal, facts)
        said = layout.say(verdict.why_key, **verdict.why_facts) if verdict.why_key in layout.wording else ""
        lines.append(f"  [{light_word(verdict.light, layout, colour=colour)}] {_goal_name(goal)}: {said}".rstrip(": "))
    return lines


def _goal_name(goal: Goal) -> str:
    return goal.objective or " ".join(part for part in (goal.metric, goal.marketplace, goal.asin) if part)


def _findings(findings: tuple[Finding, ...], layout: Layout, *, colour: bool) -> list[str]:
    say = layout.language
    open_ones = standing(findings)
    if not open_ones:
        return ["", word(say, "no_findings")]
    lines = ["", f"{word(say, 'findings')} ({len(open_ones)}):"]
    for finding in open_ones[:MOST_LINES]:
        said = say_finding(finding, layout)
        owner = f"  @{finding.record.owner}" if finding.record and finding.record.owner else ""
        lines.append(f"  [{light_word(finding.signal.light, layout, colour=colour)}] {said.title}{owner}")
        lines += [f"      {said.seen}"] if said.seen else []
        lines += [f"      {word(say, 'action')}: {said.action}"] if said.action else []
    if len(open_ones) > MOST_LINES:
        lines.append(f"  {word(say, 'more', count=len(open_ones) - MOST_LINES)}")
    return lines


def _tasks(facts: Facts, layout: Layout) -> list[str]:
    say = layout.language
    verdicts = [(task, task_verdict(task, facts)) for task in facts.tasks if task.is_open]
    unowned = [task.title for task, _ in verdicts if not task.owner.strip()]
    late = [f"{t.title} ({word(say, 'days_late', days=v.days_late)})" for t, v in verdicts if v.days_late > 0]
    lines = [""]
    for key, names in (("unowned", unowned), ("overdue", late)):
        lines.append(f"{word(say, key)}: {len(names)}")
        lines += [f"  - {name}" for name in names[:MOST_LINES]]
        lines += [f"  {word(say, 'more', count=len(names) - MOST_LINES)}"] if len(names) > MOST_LINES else []
    return lines


def _fresh(sources: tuple[Freshness, ...], layout: Layout) -> list[str]:
    """One line for all marketplaces of a report that are equally fresh."""
    alike: dict[tuple[str, object, object], list[str]] = {}
    for fresh in sources:
        alike.setdefault((fresh.report, fresh.last_day, fresh.imported_on), []).append(fresh.marketplace)
    lines = []
    for (report, last_day, imported_on), places in alike.items():
        told = (
            word(layout.language, "until", day=last_day, imported=imported_on)
            if last_day
            else word(layout.language, "never")
        )
        lines.append(f"{report_name(layout, report)} {', '.join(filter(None, places))}".rstrip() + f": {told}")
    return lines


def status_data(facts: Facts, findings: tuple[Finding, ...], layout: Layout) -> dict[str, Any]:
    """The same as JSON-able data."""
    done = completion(facts)
    verdicts = [(task, task_verdict(task, facts)) for task in facts.tasks if task.is_open]
    return {
        "month": str(facts.month),
        "today": facts.today.isoformat(),
        "lights": dict(Counter(finding.signal.light.value for finding in standing(findings))),
        "completion": {
            "planned": done.planned,
            "done": done.done,
            "share": float(done.share) if done.share is not None else None,
            "blocked": done.blocked,
        },
        "goals": [_goal_data(goal, facts) for goal in facts.goals],
        "findings": [finding_data(finding, layout) for finding in standing(findings)],
        "unowned": [task.title for task, _ in verdicts if not task.owner.strip()],
        "overdue": [{"task": task.title, "days": v.days_late} for task, v in verdicts if v.days_late > 0],
        "freshness": [
            {
                "report": fresh.report,
                "marketplace": fresh.marketplace,
                "until": fresh.last_day.isoformat() if fresh.last_day else None,
                "imported": fresh.imported_on.isoformat() if fresh.imported_on else None,
            }
            for fresh in facts.freshness
        ],
    }


def _goal_data(goal: Goal, facts: Facts) -> dict[str, Any]:
    verdict = goal_verdict(goal, facts)
    numbers = {"actual": verdict.actual, "pace": verdict.pace, "percent": verdict.percent, "forecast": verdict.forecast}
    return {
        "goal": _goal_name(goal),
        "metric": goal.metric,
        "marketplace": goal.marketplace,
        "target": float(goal.target) if goal.target is not None else None,
        **{name: float(value) if value is not None else None for name, value in numbers.items()},
        "light": verdict.light.value,
        "maturity": verdict.maturity.value,
    }
