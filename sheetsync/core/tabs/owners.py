"""Owners: who is on the team, and what each of them carries."""

from __future__ import annotations

import re

from sheetsync.core.layout.words import read_choice
from sheetsync.core.model.facts import DataProblem, Facts, Person
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.verdict import load
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import light_word, number

TAB = "owners"
_BETWEEN = re.compile(r"[,;，；、\n]")


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> tuple[Person, ...]:
    """The people of the team."""
    return tuple(_person(row) for row in rows_of(layout, tab, problems, needs=("name",)))


def _person(row: RowReader) -> Person:
    parts = [part.strip() for part in _BETWEEN.split(row.text("modules")) if part.strip()]
    return Person(
        row_id=row.row_id,
        name=row.text("name"),
        role=row.text("role"),
        modules=tuple(read_choice(row.layout, "modules", part) or part for part in parts),
        capacity_hours=row.number("capacity_hours"),
        contact=row.text("contact"),
    )


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """The team of the configuration to place, and the load of everybody."""
    del findings
    known = {person.row_id: person for person in facts.people}
    made = []
    for seed in seeds.of(TAB):
        person = known.pop(seed.row_id, None)
        made.append(IncomingRow(seed.row_id, {**seed.cells, **(_said(person, facts, layout) if person else {})}))
    made += [IncomingRow(person.row_id, _said(person, facts, layout), place=False) for person in known.values()]
    return IncomingTab(tuple(made))


def _said(person: Person, facts: Facts, layout: Layout) -> dict[str, Value]:
    carried = load(person, facts)
    return {
        "open": carried.open,
        "overdue": carried.overdue or None,
        "completion": number(carried.completion, Kind.PERCENT),
        "load_hours": number(carried.hours),
        "load": number(carried.share, Kind.PERCENT),
        "light": light_word(layout, carried.light),
    }
