"""Why: what stands behind a metric, a finding or a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheetsync.core.model.facts import Goal
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Column, Layout, Tab
from sheetsync.core.model.metric import METRICS, MetricValue
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentRow, CurrentTab
from sheetsync.errors import ConfigError
from sheetsync.history.why import explain
from sheetsync.pipeline.compute import Outcome

_CELL = re.compile(r"(?P<tab>.+)!\$?(?P<letters>[A-Za-z]{1,3})\$?(?P<row>\d+)\Z")
PERIODS = ("mtd", "asof", "last30", "last14", "last7")
"""Where no period is asked for, the first of these that has a value."""


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What a cell is: its tab, row and column, who owns it, and the values and findings it rests on."""

    place: str
    tab: Tab
    column: Column
    row_name: str
    value: Value
    values: tuple[MetricValue, ...]
    goal: Goal | None
    finding: Finding | None


def why_metric(
    outcome: Outcome, metric: str, *, marketplace: str = "", product: str = "", period: str = ""
) -> tuple[MetricValue, ...]:
    """The values of a metric, account level unless a product is named.

    Raises ConfigError for an unknown metric, or when nothing of it is known for that scope.
    """
    if metric not in METRICS:
        raise ConfigError(f"there is no metric {metric!r}", hint=f"metrics: {', '.join(sorted(METRICS))}")
    found = [
        value
        for value in outcome.facts.metrics.of(metric)
        if marketplace in ("", value.scope.marketplace) and _fits(value, product) and period in ("", value.period.name)
    ]
    if not found:
        scope = " ".join(part for part in (marketplace, product, period) if part)
        raise ConfigError(
            f"nothing is known of {metric} {scope}".rstrip(),
            hint="`sheetsync status` shows which reports are there and how fresh they are",
        )
    return tuple(found) if period else _one_period_each(found)


def _fits(value: MetricValue, product: str) -> bool:
    scope = value.scope
    if product:
        return product.casefold() in (scope.asin.casefold(), scope.sku.casefold(), scope.campaign.casefold())
    return scope.key().strip("|") == scope.marketplace


def _one_period_each(values: list[MetricValue]) -> tuple[MetricValue, ...]:
    chosen: dict[object, MetricValue] = {}
    for name in PERIODS:
        for value in values:
            if value.period.name == name:
                chosen.setdefault(value.scope, value)
    return tuple(chosen.values()) or tuple(values[:1])


def reasons(value: MetricValue) -> tuple[str, ...]:
    """What keeps a value from being known or whole, in words: missing sums, a zero to divide by, days without data."""
    known = explain(value)
    found = []
    if known.zero:
        found.append(f"{known.zero} is 0, so there is nothing to divide by")
    if known.missing:
        wanted = f"; it would come from: {', '.join(known.needed)}" if known.needed else ""
        found.append(f"not known: {', '.join(known.missing)}{wanted}")
    if known.gap_days:
        found.append(f"{known.gap_days} of {known.period.days} days have no data")
    return tuple(found)


def why_finding(outcome: Outcome, finding_id: str) -> Finding:
    """The finding of an id (or of the one rule code that stands once). Raises ConfigError when there is none."""
    wanted = finding_id.casefold()
    exact = [finding for finding in outcome.findings if finding.finding_id.casefold() == wanted]
    by_code = [finding for finding in outcome.findings if finding.signal.code.casefold() == wanted]
    found = exact or by_code
    if not found:
        raise ConfigError(f"there is no finding {finding_id}", hint="the Findings tab and `sheetsync status` list them")
    return found[0]


def is_cell(text: str) -> bool:
    """Whether the text names a cell: `Goals!F7`."""
    return _CELL.match(text) is not None


def why_cell(outcome: Outcome, layout: Layout, text: str) -> CellAnswer:
    """What stands behind a cell, named as people see it: tab title, `!`, column letters and row number.

    Raises ConfigError when there is no such tab, or the cell is not one sheetsync knows (people's own are left alone).
    """
    found = _CELL.match(text)
    assert found is not None
    standing, tab = _tab(outcome, layout, found["tab"].strip().strip("'"))
    number = 0
    for letter in found["letters"].upper():
        number = number * 26 + ord(letter) - 64
    key = next((key for key, place in standing.places.items() if place == number), None)
    row = next((row for row in standing.rows if row.position == int(found["row"])), None)
    column = tab.column(key) if key else None
    if column is None or row is None:
        raise ConfigError(f"{text} is not a cell of the plan", hint="it is people's own: sheetsync does not touch it")
    return _answer(outcome, text, tab, column, row)


def _tab(outcome: Outcome, layout: Layout, title: str) -> tuple[CurrentTab, Tab]:
    for tab in layout.tabs:
        standing = outcome.identified.current.tabs.get(tab.key)
        if standing is not None and title.casefold() in (standing.title.casefold(), tab.key, tab.title.casefold()):
            return standing, tab
    raise ConfigError(
        f"there is no tab {title!r}", hint=f"tabs: {', '.join(t.title for t in layout.tabs if not t.hidden)}"
    )


def _answer(outcome: Outcome, place: str, tab: Tab, column: Column, row: CurrentRow) -> CellAnswer:
    from sheetsync.core.merge.names import row_name

    facts, row_id = outcome.facts, row.row_id or ""
    goal = next((goal for goal in facts.goals if tab.key == "goals" and goal.row_id == row_id), None)
    finding = next((f for f in outcome.findings if tab.key == "findings" and f.finding_id == row_id), None)
    values: tuple[MetricValue, ...] = ()
    if goal is not None and goal.metric in METRICS:
        values = tuple(v for v in facts.metrics.of(goal.metric, "mtd") if _fits(v, goal.asin) and _same_place(v, goal))
        values = values or tuple(
            v for v in facts.metrics.of(goal.metric, "asof") if _fits(v, goal.asin) and _same_place(v, goal)
        )
    elif tab.key in ("metrics", "home"):
        values = tuple(value for value in facts.metrics if _row_of(value, row_id))
    return CellAnswer(place, tab, column, row_name(tab, row.cells), row.cells.get(column.key), values, goal, finding)


def _same_place(value: MetricValue, goal: Goal) -> bool:
    return goal.marketplace in ("", value.scope.marketplace)


def _row_of(value: MetricValue, row_id: str) -> bool:
    """Whether a row of Metrics or Home shows this value: its id holds the metric, the marketplace and the product."""
    parts = row_id.replace("|", ".").split(".")
    scope = value.scope
    wanted = [value.metric, scope.marketplace, scope.sku or scope.asin]
    plain = value.period.name in parts or value.period.name in ("mtd", "asof")
    return plain and all(part in parts or part in row_id for part in wanted if part) and value.metric in parts
