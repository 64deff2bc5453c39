"""The hidden lists: the words behind the dropdowns, one column a list."""

from __future__ import annotations

from sheetsync.core.layout.backstage import LISTS
from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import IncomingRow, IncomingTab

TAB = LISTS


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """As many rows as the longest list has words."""
    del facts, findings, seeds
    lists = {choices.key: [entry.word for entry in choices.entries] for choices in layout.choices if choices.entries}
    longest = max((len(words) for words in lists.values()), default=0)
    made = []
    for place in range(longest):
        cells: dict[str, Value] = {key: words[place] if place < len(words) else None for key, words in lists.items()}
        made.append(IncomingRow(f"list.{place + 1}", cells))
    return IncomingTab(tuple(made))
