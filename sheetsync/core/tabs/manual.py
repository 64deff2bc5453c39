"""Typed numbers: what Amazon exports nowhere, with its day; and dated exchange rates."""

from __future__ import annotations

from sheetsync.core.model.facts import DataProblem, Facts, Manual, Rate
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.marketplace import marketplace
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.tabs.reading import RowReader, rows_of

TAB = "manual"
RATE = "fx"


def read(
    tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]
) -> tuple[tuple[Manual, ...], tuple[Rate, ...]]:
    """The typed metrics and the exchange rates. A row without its day or value is not filled in yet."""
    numbers, rates = [], []
    for row in rows_of(layout, tab, problems, needs=("day", "value")):
        metric, day, value = row.choice("metric", "typed"), row.day("day"), row.number("value")
        place = row.choice("marketplace", "marketplaces")
        if not metric or day is None or value is None:
            continue
        if metric != RATE:
            numbers.append(Manual(row.row_id, metric, place, row.text("asin"), day, value))
        elif (pair := _currencies(row, place)) is not None and value > 0:
            rates.append(Rate(row.row_id, day, pair[0], pair[1], value))
    return tuple(numbers), tuple(rates)


def _currencies(row: RowReader, place: str) -> tuple[str, str] | None:
    """From the currency of the row's marketplace to that of the plan's first one."""
    choices = row.layout.choice_list("marketplaces")
    first = choices.entries[0].key if choices and choices.entries else ""
    if not place or not first:
        return None
    pair = (marketplace(place).currency, marketplace(first).currency)
    return pair if pair[0] != pair[1] else None


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """What to look up, where: rows to place, for people to fill."""
    del facts, findings, layout
    return IncomingTab(tuple(IncomingRow(seed.row_id, seed.cells, seed.kinds) for seed in seeds.of(TAB)))
