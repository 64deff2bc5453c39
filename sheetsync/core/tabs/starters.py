"""What a new month begins with besides the standard tasks: preventions of incidents, accepted findings."""

from __future__ import annotations

from collections.abc import Iterator

from sheetsync.core.layout.words import say_choice
from sheetsync.core.model.facts import Facts
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.values import Value

FROM_FINDING = "finding."
"""The row id of a task that came from a finding: this, and the finding's id."""
FROM_INCIDENT = "prevention."
"""The row id of a task that keeps an incident from coming back: this, and the incident's row id."""


def starters(facts: Facts, layout: Layout) -> Iterator[tuple[str, dict[str, Value]]]:
    """(row id, seeded cells) of each: incidents of an earlier month whose prevention was written down, and findings
    of last month that people accepted and nobody owned.
    """
    for incident in facts.incidents:
        if incident.prevention and incident.opened and incident.opened < facts.month.first:
            yield f"{FROM_INCIDENT}{incident.row_id}", _cells(incident.prevention, "", facts, layout)
    for record in facts.accepted:
        cells = _cells(record.title or record.subject, record.module, facts, layout)
        yield f"{FROM_FINDING}{record.finding_id}", cells


def _cells(title: str, module: str, facts: Facts, layout: Layout) -> dict[str, Value]:
    """A task without an owner, due by the end of the month's first week."""
    return {
        "week": say_choice(layout, "weeks", "1"),
        "module": say_choice(layout, "modules", module) if module else None,
        "title": title,
        "status": say_choice(layout, "statuses", "todo"),
        "due": facts.month.week_end(1),
        "cadence": say_choice(layout, "cadences", "once"),
    }
