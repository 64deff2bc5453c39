"""What the engine now says of the whole workbook, tab by tab. A tab or column the layout does not have is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout, Tab
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.workbook import Incoming, IncomingRow, IncomingTab
from sheetsync.core.tabs import (
    changes,
    charts,
    compliance,
    findings,
    goals,
    home,
    incidents,
    lists,
    manual,
    metrics,
    owners,
    status,
    thresholds,
    weekly,
)

Rows = Callable[[Facts, tuple[Finding, ...], Layout, Seeds], IncomingTab]

TABS: Mapping[str, Rows] = {
    home.TAB: home.rows,
    goals.TAB: goals.rows,
    weekly.TAB: weekly.rows,
    owners.TAB: owners.rows,
    status.TAB: status.rows,
    metrics.TAB: metrics.rows,
    findings.TAB: findings.rows,
    compliance.TAB: compliance.rows,
    incidents.TAB: incidents.rows,
    manual.TAB: manual.rows,
    thresholds.TAB: thresholds.rows,
    changes.TAB: changes.rows,
    charts.TAB: charts.rows,
    lists.TAB: lists.rows,
}
"""Who fills which tab. The later rows of the change log come from the plan itself (`core.merge.log`)."""


def build_incoming(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> Incoming:
    """The rows of every tab of the layout."""
    return Incoming(
        {tab.key: _fit(TABS[tab.key](facts, findings, layout, seeds), tab) for tab in layout.tabs if tab.key in TABS}
    )


def _fit(said: IncomingTab, tab: Tab) -> IncomingTab:
    """Only the columns the tab has: a template may leave some out."""
    keys = {column.key for column in tab.columns}
    rows = tuple(
        IncomingRow(
            row.row_id,
            {key: value for key, value in row.cells.items() if key in keys},
            {key: kind for key, kind in row.kinds.items() if key in keys},
            row.place,
        )
        for row in said.rows
    )
    return IncomingTab(rows, said.complete)
