"""Why a number is what it is, in words a stand-up can use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sheetsync.core.model.facts import Thresholds
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.metric import METRICS, Maturity, MetricValue
from sheetsync.core.rules.lines import Default
from sheetsync.core.rules.registry import rule_of
from sheetsync.core.rules.standards import standards_of
from sheetsync.render.cells import number_text
from sheetsync.render.findings import say_finding


def value_text(value: MetricValue) -> str:
    """The number with its unit, or `not known`."""
    if value.value is None:
        return "not known"
    text = number_text(float(value.value), METRICS[value.metric].kind)
    return f"{text} {value.currency}".strip()


Reasons = Callable[[MetricValue], tuple[str, ...]]
"""Says what keeps a value from being known or whole."""


def values_text(values: Iterable[MetricValue], thresholds: Thresholds, reasons: Reasons = lambda _: ()) -> str:
    """Each value with its formula, inputs, period, maturity, what it lacks, its files, and what it is judged by."""
    return "\n\n".join(_value(value, thresholds, reasons(value)) for value in values)


def _value(value: MetricValue, thresholds: Thresholds, reasons: tuple[str, ...]) -> str:
    spec = METRICS[value.metric]
    lines = [
        f"{value.metric} {value.scope.label()}: {value_text(value)}",
        f"  formula   {spec.formula}",
        f"  period    {value.period.start} to {value.period.end} ({value.period.name})",
        f"  maturity  {_maturity(value)}",
    ]
    lines += [f"  input     {name} = {_input(number)}" for name, number in value.inputs.items()]
    lines += [f"  lacks     {reason}" for reason in reasons]
    for source in value.sources:
        exported = f", as of {source.as_of}" if source.as_of else ""
        lines.append(f"  source    {source.report}: {source.file}, {source.rows:,} rows{exported}")
    if not value.sources:
        lines.append(f"  source    none yet; it would come from: {spec.source}")
    lines += _thresholds(standards_of(value.metric), thresholds, value.scope.marketplace)
    return "\n".join(lines)


def _input(number: Decimal | None) -> str:
    return "not known" if number is None else f"{number.normalize():,f}"


def _maturity(value: MetricValue) -> str:
    spec = METRICS[value.metric]
    if value.maturity is Maturity.FINAL:
        return "final"
    until = value.period.end + timedelta(days=spec.settle_days + 1)
    return f"provisional: its last {spec.settle_days} days may still move; final with an export of {until} or later"


def finding_text(finding: Finding, layout: Layout, thresholds: Thresholds) -> str:
    """A finding: what was seen against which threshold, whose threshold that is, and what to do."""
    said, signal = say_finding(finding, layout), finding.signal
    lines = [f"{finding.finding_id}: {said.title}", f"  seen      {said.seen}"]
    lines += [f"  why       {said.why}"] if said.why else []
    lines += [f"  do        {said.action}"] if said.action else []
    lines.append(f"  light     {signal.light.value}, {signal.severity.value}, {finding.state.value}")
    lines.append(f"  life      first seen {finding.first_seen}, last seen {finding.last_seen}")
    lines += [f"  source    {signal.source}"] if signal.source else []
    rule = rule_of(signal.code)
    lines += _thresholds(rule.standards, thresholds, signal.marketplace) if rule else []
    return "\n".join(lines)


def _thresholds(standards: Iterable[Default], thresholds: Thresholds, marketplace: str) -> list[str]:
    lines = []
    for standard in standards:
        row = thresholds.get(standard.key, marketplace)
        if row is not None:
            bounds = ", ".join(
                f"{name} {bound}"
                for name, bound in (("green", row.green), ("yellow", row.yellow), ("red", row.red))
                if bound is not None
            )
            lines.append(
                f"  threshold {standard.key} on the Thresholds tab: {bounds}; source: {row.source or 'not told'}"
            )
        else:
            lines.append(f"  threshold {standard.key}, the default: {standard.green}; source: {standard.source}")
    return lines


def value_data(value: MetricValue) -> dict[str, Any]:
    """One value as JSON-able data."""
    return {
        "metric": value.metric,
        "scope": value.scope.label(),
        "value": float(value.value) if value.value is not None else None,
        "currency": value.currency,
        "formula": METRICS[value.metric].formula,
        "period": {"name": value.period.name, "start": str(value.period.start), "end": str(value.period.end)},
        "maturity": value.maturity.value,
        "inputs": {name: float(n) if n is not None else None for name, n in value.inputs.items()},
        "sources": [
            {"report": s.report, "file": s.file, "rows": s.rows, "as_of": str(s.as_of) if s.as_of else None}
            for s in value.sources
        ],
    }
