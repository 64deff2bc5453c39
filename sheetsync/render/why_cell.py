"""Why a cell holds what it holds."""

from __future__ import annotations

from typing import Protocol

from sheetsync.core.model.facts import Facts, Goal
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Column, Layout, Owner, Tab
from sheetsync.core.model.metric import MetricValue
from sheetsync.core.model.values import Value
from sheetsync.core.rules.verdict import goal_verdict
from sheetsync.render.cells import cell_text
from sheetsync.render.why import finding_text, values_text

_OWNERS = {
    Owner.PEOPLE: "people: the engine never writes it",
    Owner.SEEDED: "people, after the engine filled it once",
    Owner.ENGINE: "the engine: a hand edit is restored, and kept on record",
}


class CellLike(Protocol):
    """What is known of a cell."""

    @property
    def place(self) -> str:
        """As asked for: `Goals!F7`."""

    @property
    def tab(self) -> Tab:
        """Its tab."""

    @property
    def column(self) -> Column:
        """Its column."""

    @property
    def row_name(self) -> str:
        """What people call its row."""

    @property
    def value(self) -> Value:
        """What it holds."""

    @property
    def values(self) -> tuple[MetricValue, ...]:
        """The metric values behind it."""

    @property
    def goal(self) -> Goal | None:
        """The goal of its row."""

    @property
    def finding(self) -> Finding | None:
        """The finding of its row."""


def cell_answer_text(cell: CellLike, layout: Layout, facts: Facts) -> str:
    """The answer for a person."""
    lines = [
        f"{cell.place}: {cell_text(cell.value, cell.column.kind)}",
        f"  is        {cell.tab.title} · {cell.row_name} · {cell.column.heading}",
        f"  owner     {_OWNERS[cell.column.owner]}",
    ]
    lines += [f"  means     {cell.column.help}"] if cell.column.help else []
    if cell.goal is not None:
        verdict = goal_verdict(cell.goal, facts)
        if verdict.why_key in layout.wording:
            lines.append(f"  light     {verdict.light.value}: {layout.say(verdict.why_key, **verdict.why_facts)}")
    parts = ["\n".join(lines)]
    if cell.values:
        parts.append(values_text(cell.values, facts.thresholds))
    if cell.finding is not None:
        parts.append(finding_text(cell.finding, layout, facts.thresholds))
    return "\n\n".join(parts)
