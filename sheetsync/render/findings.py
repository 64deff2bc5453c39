"""A finding in words: title, what was seen, why it matters, what to do, from the template's wording."""

from __future__ import annotations

from dataclasses import dataclass

from sheetsync.core.model.finding import Finding, Signal
from sheetsync.core.model.layout import Layout


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences of one finding, in the workbook's language."""

    title: str
    seen: str
    action: str
    why: str


def say_finding(finding: Finding, layout: Layout) -> Said:
    """The sentences of a finding."""
    return say_signal(finding.signal, layout)


def say_signal(signal: Signal, layout: Layout) -> Said:
    """The sentences of a signal: `rules.<code>.<part>.<variant>`, falling back to `rules.<code>.<part>`."""
    return Said(*(_part(signal, layout, part) for part in ("title", "seen", "action", "why")))


def _part(signal: Signal, layout: Layout, part: str) -> str:
    key = f"rules.{signal.code}.{part}"
    if signal.variant and f"{key}.{signal.variant}" in layout.wording:
        key = f"{key}.{signal.variant}"
    if key not in layout.wording:
        return signal.name if part == "title" else ""
    return layout.say(key, **{"name": signal.name, **signal.facts})
