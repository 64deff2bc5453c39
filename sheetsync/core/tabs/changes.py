"""The change log's first line: when the workbook was made. Every later line comes from a plan (`core.merge.log`)."""

from __future__ import annotations

from datetime import datetime

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import IncomingRow, IncomingTab
from sheetsync.core.tabs.saying import say

TAB = "changes"


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """One row, the same on every run of every month; none where the day is not known."""
    del findings, seeds
    if facts.created_on is None:
        return IncomingTab(())
    made = datetime(facts.created_on.year, facts.created_on.month, facts.created_on.day)
    cells: dict[str, Value] = {
        "when": made,
        "who": say(layout, "log.engine"),
        "tab": None,
        "row": say(layout, "log.created", template=layout.template),
        "field": None,
        "old": None,
        "new": None,
        "run": None,
    }
    return IncomingTab((IncomingRow("created", cells),))
