"""A finding in words: title, what was seen, why it matters, what to do, as the workbook says it."""

from __future__ import annotations

from dataclasses import dataclass

from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.tabs.saying import finding_words


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences of one finding, in the workbook's language."""

    title: str
    seen: str
    action: str
    why: str


def say_finding(finding: Finding, layout: Layout) -> Said:
    """The sentences of a finding; one that is seen no more keeps the title the workbook has."""
    title = finding_words(layout, finding, "title") if finding.signal.facts else finding.signal.name
    return Said(title, *(finding_words(layout, finding, part) for part in ("seen", "action", "why")))
