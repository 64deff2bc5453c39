"""Rules as text: the list, and one of them with its documentation and thresholds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sheetsync.core.rules.base import Rule
from sheetsync.render.tables import table_text


def rules_text(rules: Iterable[Rule]) -> str:
    """A table of every rule."""
    rows = [(rule.code, rule.name, rule.family, rule.severity.value, _first_line(rule.doc)) for rule in rules]
    return table_text(("code", "name", "family", "severity", "finds"), rows)


def _first_line(doc: str) -> str:
    return doc.strip().splitlines()[0]


def rule_text(rule: Rule) -> str:
    """One rule: what it finds, a bad and a good case, its thresholds with their sources."""
    lines = [f"{rule.code} {rule.name} ({rule.family}, {rule.severity.value})", "", rule.doc.strip()]
    if rule.standards:
        lines += ["", "Thresholds (the row of this key on the Thresholds tab goes before the default):"]
        for standard in rule.standards:
            bounds = [f"green {standard.green}" if standard.green is not None else ""]
            bounds.append(f"red {standard.red}" if standard.red is not None else "")
            told = ", ".join(bound for bound in bounds if bound)
            lines.append(f"  {standard.key}: {told}; source: {standard.source}")
    return "\n".join(lines)


def rule_data(rule: Rule) -> dict[str, Any]:
    """One rule as JSON-able data."""
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.value,
        "module": rule.module,
        "doc": rule.doc.strip(),
        "thresholds": [
            {
                "key": standard.key,
                "metric": standard.metric,
                "green": float(standard.green) if standard.green is not None else None,
                "red": float(standard.red) if standard.red is not None else None,
                "source": standard.source,
            }
            for standard in rule.standards
        ],
    }
