"""Reading the plan: every tab that stands, as the nouns the rules judge. A tab that is missing is empty."""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetsync.core.model.facts import (
    DataProblem,
    Goal,
    Incident,
    Manual,
    Person,
    Rate,
    Requirement,
    StandUp,
    Task,
    Thresholds,
)
from sheetsync.core.model.finding import FindingRecord
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.workbook import Current
from sheetsync.core.tabs import (
    compliance,
    findings,
    goals,
    home,
    incidents,
    manual,
    metrics,
    owners,
    status,
    thresholds,
    weekly,
)
from sheetsync.core.tabs.reading import rows_of


@dataclass(frozen=True, slots=True)
class PlanRows:
    """The plan as people left it, and the lights the engine last showed."""

    goals: tuple[Goal, ...] = ()
    tasks: tuple[Task, ...] = ()
    people: tuple[Person, ...] = ()
    standups: tuple[StandUp, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    incidents: tuple[Incident, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    records: tuple[FindingRecord, ...] = ()
    missed: dict[str, int] = field(default_factory=dict)
    """Standard tasks of the month before that were not finished: key -> how often they had been carried."""
    accepted: tuple[FindingRecord, ...] = ()
    """Findings of the month before that people accepted and nobody owned."""
    manual: tuple[Manual, ...] = ()
    rates: tuple[Rate, ...] = ()
    theme: str = ""
    refresh_requested: bool = False
    previous_lights: dict[str, str] = field(default_factory=dict)
    """Row id of a goal or a metric -> the light last shown."""
    problems: tuple[DataProblem, ...] = ()


def read_plan(current: Current, layout: Layout) -> PlanRows:
    """The plan of a workbook as it stands. What cannot be read is told in `problems`, never raised."""
    problems: list[DataProblem] = []
    tabs = current.tabs
    typed, rates = manual.read(tabs.get(manual.TAB), layout, problems)
    opened = home.read(tabs.get(home.TAB), layout, problems)
    return PlanRows(
        goals=goals.read(tabs.get(goals.TAB), layout, problems),
        tasks=weekly.read(tabs.get(weekly.TAB), layout, problems),
        people=owners.read(tabs.get(owners.TAB), layout, problems),
        standups=status.read(tabs.get(status.TAB), layout, problems),
        requirements=compliance.read(tabs.get(compliance.TAB), layout, problems),
        incidents=incidents.read(tabs.get(incidents.TAB), layout, problems),
        thresholds=thresholds.read(tabs.get(thresholds.TAB), layout, problems),
        records=findings.read(tabs.get(findings.TAB), layout, problems),
        missed=weekly.read_missed(tabs.get(weekly.TAB), layout),
        accepted=findings.read_accepted(tabs.get(findings.TAB), layout),
        manual=typed,
        rates=rates,
        theme=opened.theme,
        refresh_requested=opened.refresh_requested,
        previous_lights=_lights(current, layout),
        problems=tuple(problems),
    )


def _lights(current: Current, layout: Layout) -> dict[str, str]:
    shown: list[DataProblem] = []
    goals_tab = current.tabs.get(goals.TAB)
    lights = {row.row_id: light for row in rows_of(layout, goals_tab, shown) if (light := row.light("light"))}
    return {**metrics.read_lights(current.tabs.get(metrics.TAB), layout, shown), **lights}
