"""Compliance: documents and obligations, and how long they hold."""

from __future__ import annotations

from sheetsync.core.layout.seed import SEEDED_DOCUMENT
from sheetsync.core.layout.words import read_choice
from sheetsync.core.model.facts import DataProblem, Facts, Requirement
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.light import Light
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.verdict import compliance_light, days_left
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import light_word

TAB = "compliance"


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> tuple[Requirement, ...]:
    """The requirements people listed. A requirement in words of their own is as good as one of the list."""
    found = rows_of(layout, tab, problems, needs=("product", "requirement"))
    return tuple(_requirement(row) for row in found if not _is_question(row))


def _is_question(row: RowReader) -> bool:
    """A standard row nobody has written into asks "does this apply?"; it is no gap yet."""
    return row.row_id.startswith(SEEDED_DOCUMENT) and row.is_blank("evidence", "expiry", "owner", "note")


def _requirement(row: RowReader) -> Requirement:
    typed = row.text("requirement")
    return Requirement(
        row_id=row.row_id,
        product=row.text("product"),
        marketplace=row.choice("marketplace", "marketplaces"),
        requirement=read_choice(row.layout, "requirements", typed) or typed,
        evidence=row.text("evidence"),
        expiry=row.day("expiry"),
        owner=row.text("owner"),
    )


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """Days left and light of every document; standard rows to place where the template has some."""
    del findings
    known = {row.row_id: row for row in facts.requirements}
    made = []
    for seed in seeds.of(TAB):
        row = known.pop(seed.row_id, None)
        asked: dict[str, Value] = {"days_left": None, "light": light_word(layout, Light.GREY)}
        made.append(IncomingRow(seed.row_id, {**seed.cells, **(_said(row, facts, layout) if row else asked)}))
    made += [IncomingRow(row.row_id, _said(row, facts, layout), place=False) for row in known.values()]
    return IncomingTab(tuple(made))


def _said(row: Requirement, facts: Facts, layout: Layout) -> dict[str, Value]:
    return {"days_left": days_left(row, facts), "light": light_word(layout, compliance_light(row, facts))}
