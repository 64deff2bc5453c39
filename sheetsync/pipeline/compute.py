"""Compute: history, plan and hand edits -> metrics, findings and what the engine now says of the workbook.

Tabs feed each other: a finding with an owner becomes a task, the task changes completion, completion changes Home. So
the round is worked out in memory against the workbook it would make, until nothing moves; only then is it a Plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from sheetsync.core.merge.foresee import foresee
from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.identity import Identified, identify
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.facts import DataProblem, Facts, Freshness, Month
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.metric import Metrics
from sheetsync.core.model.plan import EditKind, Plan
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.workbook import Base, Current, Incoming
from sheetsync.core.rules.life import live
from sheetsync.core.rules.registry import judge
from sheetsync.core.tabs.incoming import build_incoming
from sheetsync.core.tabs.read import PlanRows, read_plan
from sheetsync.core.tabs.starters import FROM_INCIDENT

ROUNDS = 8
"""Tabs feed each other at most a few steps deep (finding, task, completion, Home); the rest is head-room."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one refresh knows beside the workbook: numbers from the history, memory of earlier runs, the clock."""

    today: date
    now: datetime
    month: Month
    marketplaces: tuple[str, ...]
    metrics: Metrics
    freshness: tuple[Freshness, ...] = ()
    problems: tuple[DataProblem, ...] = ()
    daily: dict[str, tuple[tuple[date, Decimal | None], ...]] = field(default_factory=dict)
    baselines: dict[str, Decimal] = field(default_factory=dict)
    last_hand_edit: date | None = None
    created_on: date | None = None
    problems_of_last_run: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One round worked out: the Plan and everything it rests on."""

    plan: Plan
    identified: Identified
    edited: tuple[DataProblem, ...]
    """Engine cells that a hand overwrote since the base."""
    incoming: Incoming
    facts: Facts
    findings: tuple[Finding, ...]
    after: Current
    """The workbook as the plan would leave it."""


def work_out(
    base: Base,
    current: Current,
    layout: Layout,
    seeds: Seeds,
    evidence: Evidence,
    mint: Callable[[str], str],
    limits: Limits,
    placed: frozenset[str] = frozenset(),
) -> Outcome:
    """The Plan for a workbook as it stands. Pure: the same values give the same plan.

    `placed` are row ids that a run which was cut short may have placed.
    """
    identified = identify(base, current, layout, mint, placed)
    seen = identified.current
    quiet = merge(base, identified, Incoming(), layout, limits)
    edited = _edited_cells(quiet, layout)
    evidence = _with_edits(evidence, quiet, edited)
    outcome: Outcome | None = None
    for _ in range(ROUNDS):
        facts = make_facts(read_plan(seen, layout), evidence)
        findings = live(judge(facts), facts.records, today=evidence.today, month=evidence.month)
        incoming = build_incoming(facts, findings, layout, seeds)
        plan = merge(base, identified, incoming, layout, limits)
        after = foresee(identified.current, plan)
        outcome = Outcome(plan, identified, edited, incoming, facts, findings, after)
        if after == seen:
            break
        seen = after
    assert outcome is not None
    return outcome


def _with_edits(evidence: Evidence, quiet: Plan, edited: tuple[DataProblem, ...]) -> Evidence:
    """The evidence with what people did since the base: the same as the next run will recall from its notes."""
    fresh = {problem.subject for problem in edited}
    problems = tuple(p for p in evidence.problems if p.kind != "edited_engine_cell" or p.subject not in fresh)
    last = evidence.today if quiet.edits else evidence.last_hand_edit
    return replace(evidence, problems=problems + edited, last_hand_edit=last)


def _edited_cells(quiet: Plan, layout: Layout) -> tuple[DataProblem, ...]:
    """Engine cells that a hand overwrote: told as problems, so that a rule can raise them."""
    return tuple(
        DataProblem(
            "edited_engine_cell",
            f"{edit.tab}|{edit.row_id}|{edit.column}",
            edit.row_name,
            {
                "tab": _title(layout, edit.tab),
                "column": _heading(layout, edit.tab, edit.column),
                "typed": str(edit.new),
            },
        )
        for edit in quiet.edits
        if edit.kind is EditKind.ENGINE_CELL
    )


def _title(layout: Layout, key: str) -> str:
    tab = layout.tab(key)
    return tab.title if tab else key


def _heading(layout: Layout, key: str, column: str | None) -> str:
    tab = layout.tab(key)
    found = tab.column(column or "") if tab else None
    return found.heading if found else str(column)


def make_facts(rows: PlanRows, evidence: Evidence) -> Facts:
    """The facts of one refresh: what people wrote, with the numbers beside it."""
    return Facts(
        today=evidence.today,
        now=evidence.now,
        month=evidence.month,
        marketplaces=evidence.marketplaces,
        metrics=evidence.metrics,
        goals=rows.goals,
        tasks=rows.tasks,
        people=rows.people,
        standups=rows.standups,
        requirements=rows.requirements,
        incidents=rows.incidents,
        missed=rows.missed,
        accepted=rows.accepted,
        thresholds=rows.thresholds,
        records=rows.records,
        freshness=evidence.freshness,
        problems=evidence.problems + rows.problems,
        last_hand_edit=evidence.last_hand_edit,
        created_on=evidence.created_on,
        last_month_preventions=_without_task(rows, evidence.month),
        previous_lights=rows.previous_lights,
        theme=rows.theme,
        refresh_requested=rows.refresh_requested,
        daily=evidence.daily,
        baselines=evidence.baselines,
        problems_of_last_run=evidence.problems_of_last_run,
    )


def _without_task(rows: PlanRows, month: Month) -> tuple[str, ...]:
    """Incidents of last month whose prevention was written down and is no task of this month (people deleted it)."""
    tasks = {task.row_id for task in rows.tasks}
    return tuple(
        incident.row_id
        for incident in rows.incidents
        if incident.prevention
        and incident.opened
        and month.previous().first <= incident.opened < month.first
        and f"{FROM_INCIDENT}{incident.row_id}" not in tasks
    )


def empty_workbook(layout: Layout) -> Current:
    """A workbook of this layout with no rows in it: what a new one is worked out against."""
    from sheetsync.core.model.workbook import CurrentTab

    tabs = {
        tab.key: CurrentTab(
            key=tab.key,
            title=tab.title,
            columns=tuple(column.key for column in tab.columns),
            headings={column.key: column.heading for column in tab.columns},
            rows=(),
            hidden=tab.hidden,
        )
        for tab in layout.tabs
    }
    return Current(revision="new", tabs=tabs, plan_id=layout.plan_id, language=layout.language)


def contents_of(outcome: Outcome, layout: Layout) -> Incoming:
    """The rows a new workbook starts with: everything the plan would have placed, as it would stand in the end."""
    from sheetsync.core.model.workbook import IncomingRow, IncomingTab

    kinds = {(row.tab, row.row_id): row.kinds for row in outcome.plan.appends}
    return Incoming(
        {
            tab.key: IncomingTab(
                tuple(
                    IncomingRow(row.row_id, dict(row.cells), kinds.get((tab.key, row.row_id), {}))
                    for row in outcome.after.tabs[tab.key].rows
                    if row.row_id
                )
            )
            for tab in layout.tabs
        }
    )
