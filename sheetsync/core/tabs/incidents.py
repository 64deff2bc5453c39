"""Incidents: what went wrong, and what keeps it from coming back. Some findings open one by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sheetsync.core.layout.words import say_choice
from sheetsync.core.model.facts import DataProblem, Facts, Incident
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.light import Light
from sheetsync.core.model.seeds import SeedIncident, Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.life import is_live
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import finding_words, light_word, say

TAB = "incidents"
FROM_FINDING = "incident."
"""The row id of an incident that a finding opened: this, and the finding's id."""


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> tuple[Incident, ...]:
    """The incidents as people left them."""
    return tuple(
        _incident(row) for row in rows_of(layout, tab, problems, needs=("what", "kind", "cause", "prevention"))
    )


def _incident(row: RowReader) -> Incident:
    return Incident(
        row_id=row.row_id,
        opened=row.day("opened"),
        what=row.text("what"),
        kind=row.choice("kind", "incident_kinds"),
        cause=row.text("cause"),
        response=row.text("response"),
        prevention=row.text("prevention"),
        finding_id=row.row_id.removeprefix(FROM_FINDING) if row.row_id.startswith(FROM_FINDING) else "",
        deadline=row.moment("deadline"),
    )


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """Incidents that findings open, to place, and how every incident stands."""
    known = {incident.row_id: incident for incident in facts.incidents}
    titles = {finding.finding_id: _title(finding, layout) for finding in findings}
    made = []
    for finding in findings:
        kind = seeds.incidents.get(finding.signal.code)
        row_id = f"{FROM_FINDING}{finding.finding_id}"
        if kind is None or (row_id not in known and not (is_live(finding) and finding.signal.light is Light.RED)):
            continue
        incident = known.pop(row_id, None)
        said = _said(incident, kind, facts, layout, titles) if incident else {}
        made.append(IncomingRow(row_id, {**_opened(finding, kind, layout, incident), **said}))
    made += [
        IncomingRow(incident.row_id, _said(incident, None, facts, layout, titles), place=False)
        for incident in known.values()
    ]
    return IncomingTab(tuple(made))


def _title(finding: Finding, layout: Layout) -> str:
    if finding.signal.facts:
        return finding_words(layout, finding, "title")
    return finding.record.title if finding.record else ""


def _opened(finding: Finding, kind: SeedIncident, layout: Layout, incident: Incident | None) -> dict[str, Value]:
    """The cells of an incident a finding opens; once it stands, they are people's and offered as they stand."""
    if incident is not None:
        return {
            "opened": incident.opened,
            "kind": say_choice(layout, "incident_kinds", incident.kind or kind.kind),
            "what": incident.what or None,
            "response": incident.response or None,
        }
    what = " ".join((_title(finding, layout) + ".", finding_words(layout, finding, "seen"))).strip()
    return {
        "opened": finding.first_seen,
        "kind": say_choice(layout, "incident_kinds", kind.kind),
        "what": what,
        "response": finding_words(layout, finding, "action") or None,
    }


def _said(
    incident: Incident, kind: SeedIncident | None, facts: Facts, layout: Layout, titles: dict[str, str]
) -> dict[str, Value]:
    deadline = incident.deadline
    if deadline is None and kind is not None and incident.opened is not None:
        start = facts.now.replace(second=0, microsecond=0, tzinfo=None)
        if incident.opened != facts.today:
            start = datetime(incident.opened.year, incident.opened.month, incident.opened.day)
        deadline = start + timedelta(hours=kind.hours)
    carried = say(layout, "incident.next_month" if incident.prevention else "incident.no_prevention")
    return {
        "deadline": deadline,
        "light": light_word(layout, incident_light(incident, deadline, facts)),
        "finding": titles.get(incident.finding_id) or None,
        "carried": carried,
    }


def incident_light(incident: Incident, deadline: datetime | None, facts: Facts) -> Light:
    """Green once its cause is known and something keeps it from coming back; red past the deadline without a cause."""
    if incident.cause and incident.prevention:
        return Light.GREEN
    now = facts.now.replace(tzinfo=None)
    if deadline is not None and now > deadline and not incident.cause:
        return Light.RED
    return Light.YELLOW
