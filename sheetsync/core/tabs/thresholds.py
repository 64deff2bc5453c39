"""Thresholds: the lines behind the lights. People's numbers are in force from the next refresh on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sheetsync.core.layout.words import read_choice, say_choice
from sheetsync.core.model.facts import DataProblem, Facts, Threshold, Thresholds
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.seeds import Seeds, SeedThreshold
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.registry import rule_of
from sheetsync.core.rules.standards import STANDARDS
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import say

TAB = "thresholds"
_UNITS = {"percent": Kind.PERCENT, "number": Kind.NUMBER, "money": Kind.MONEY}
_METRIC = {standard.key: standard.metric for standard in STANDARDS}


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> Thresholds:
    """The thresholds in force. The last row counts where two are about the same thing."""
    found = (_threshold(row) for row in rows_of(layout, tab, problems))
    return Thresholds(tuple(row for row in found if row is not None))


def _threshold(row: RowReader) -> Threshold | None:
    """A row's key is its id; a row people added or copied is told by the name they chose."""
    choices = row.layout.choice_list("thresholds")
    keys = {entry.key for entry in choices.entries} if choices else set()
    key = row.row_id if row.row_id in keys else read_choice(row.layout, "thresholds", row.text("name"))
    if key is None:
        return None
    return Threshold(
        key=key,
        metric=_METRIC.get(key, ""),
        scope=row.choice("scope", "marketplaces"),
        green=row.number("green"),
        yellow=row.number("yellow"),
        red=None,
        source=row.text("source"),
        confidence=row.choice("confidence", "confidence"),
        row_id=row.row_id,
    )


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """The template's rows to place; direction, unit, where red begins and when a finding last rested on it, for all."""
    fired = _fired(findings)
    known = {row.row_id: row for row in facts.thresholds.rows}
    made = []
    for seed in seeds.of(TAB):
        row = known.pop(seed.row_id, None)
        said = _said(row, fired, layout, seeds) if row else {}
        made.append(IncomingRow(seed.row_id, {**seed.cells, **said}, seed.kinds))
    for row in known.values():
        about = seeds.thresholds.get(row.key)
        kinds = dict.fromkeys(("green", "yellow"), _kind(about))
        made.append(IncomingRow(row.row_id, _said(row, fired, layout, seeds), kinds, place=False))
    return IncomingTab(tuple(made))


def _fired(findings: tuple[Finding, ...]) -> dict[str, date]:
    """Threshold key -> the last day a finding rested on it."""
    found: dict[str, date] = {}
    for finding in findings:
        rule = rule_of(finding.signal.code)
        for standard in rule.standards if rule else ():
            found[standard.key] = max(finding.last_seen, found.get(standard.key, finding.last_seen))
    return found


def _kind(about: SeedThreshold | None) -> Kind:
    return _UNITS.get(about.unit, Kind.INTEGER) if about else Kind.NUMBER


def _said(row: Threshold, fired: dict[str, date], layout: Layout, seeds: Seeds) -> dict[str, Value]:
    about = seeds.thresholds.get(row.key)
    return {
        "direction": say_choice(layout, "directions", about.direction) if about else None,
        "red": _red(row, about, layout) or None,
        "unit": say(layout, f"threshold.unit_{about.unit}") or None if about else None,
        "fired": fired.get(row.key),
    }


def _red(row: Threshold, about: SeedThreshold | None, layout: Layout) -> str:
    """Where red begins, in words: beyond where yellow ends. A row with one number is a line or a plain setting."""
    if about is None or row.yellow is None:
        return say(layout, "threshold.setting") if row.green is not None else ""
    side = "above" if about.direction == "down" else "below"
    return say(layout, f"threshold.{side}", bound=_bound(row.yellow, about.unit))


def _bound(value: Decimal, unit: str) -> str:
    text = f"{value * 100:.2f}" if unit == "percent" else f"{value:.2f}"
    text = text.rstrip("0").rstrip(".")
    return f"{text} %" if unit == "percent" else text
