"""Findings: what is wrong and what to do; people decide, and by typing an owner make it a task."""

from __future__ import annotations

from datetime import date

from sheetsync.core.layout.words import read_choice, say_choice
from sheetsync.core.model.facts import DataProblem, Facts, Month
from sheetsync.core.model.finding import Finding, FindingRecord, State
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.light import Light
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import brief, finding_words, light_word, report_name, say, say_reports

TAB = "findings"
_NAME = 44
"""The title tells the rest."""


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> tuple[FindingRecord, ...]:
    """The findings as they stand: the engine's part as it was written, people's part as they typed it."""
    found = (_record(row) for row in rows_of(layout, tab, problems, needs=("code", "subject")))
    first = Month.parse(layout.month).first
    return tuple(record for record in found if record.first_seen is None or record.first_seen >= first)


def read_accepted(tab: CurrentTab | None, layout: Layout) -> tuple[FindingRecord, ...]:
    """Findings of the month before that people accepted and nobody owned: nothing has come of them yet."""
    month = Month.parse(layout.month)
    found = (_record(row) for row in rows_of(layout, tab, [], needs=("code", "subject")))
    return tuple(
        record
        for record in found
        if record.decision == "accept"
        and not record.owner.strip()
        and record.first_seen is not None
        and month.previous().first <= record.first_seen < month.first
    )


def _record(row: RowReader) -> FindingRecord:
    state = read_choice(row.layout, "states", row.row.cells.get("state"))
    light = row.light("light")
    return FindingRecord(
        finding_id=row.row_id,
        code=row.text("code"),
        subject=row.text("subject"),
        state=State(state) if state else State.OPEN,
        first_seen=_day(row, "first_seen"),
        last_seen=_day(row, "last_seen"),
        decision=row.choice("decision", "decisions"),
        owner=row.text("owner"),
        due=row.day("due"),
        snooze_until=row.day("snooze_until"),
        note=row.text("note"),
        light=Light(light) if light else Light.GREY,
        title=row.text("title"),
        action=row.text("action"),
        module=read_choice(row.layout, "modules", row.row.cells.get("module")) or "",
    )


def _day(row: RowReader, key: str) -> date | None:
    moment = row.moment(key)
    return moment.date() if moment else None


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """Every finding of the month. One that is seen no more keeps its words; only its state and light move."""
    del facts, seeds
    return IncomingTab(tuple(IncomingRow(finding.finding_id, _said(finding, layout)) for finding in findings))


def _said(finding: Finding, layout: Layout) -> dict[str, Value]:
    signal = finding.signal
    life: dict[str, Value] = {
        "light": light_word(layout, signal.light),
        "state": say_choice(layout, "states", finding.state.value),
        "first_seen": finding.first_seen,
        "last_seen": finding.last_seen,
    }
    if not signal.facts:
        return life
    return {
        **life,
        "title": finding_words(layout, finding, "title"),
        "name": brief(name_of(layout, finding), _NAME),
        "seen": finding_words(layout, finding, "seen") or None,
        "action": _action(layout, finding) or None,
        "module": say_choice(layout, "modules", signal.module) if signal.module else None,
        "source": say_reports(layout, signal.source) or finding_words(layout, finding, "why") or None,
        "code": signal.code,
        "subject": signal.subject,
    }


def _action(layout: Layout, finding: Finding) -> str:
    """What to do, and who should have it while nobody has taken it."""
    who = finding.signal.facts.get("who", "")
    taken = finding.record is not None and finding.record.owner
    asked = say(layout, "rules.finding.who", who=who) if who and not taken else ""
    return " ".join(part for part in (finding_words(layout, finding, "action"), asked) if part)


def name_of(layout: Layout, finding: Finding) -> str:
    """What a finding is about, in words: a report's key is said by its name."""
    report = finding.signal.facts.get("report", "")
    name = finding.signal.name
    return name.replace(report, report_name(layout, report)) if report else name
