"""Findings: a judgement a rule makes, and the life people give it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.model.values import Value


class Severity(StrEnum):
    """How soon somebody should look."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class State(StrEnum):
    """Where a finding stands in its life."""

    NEW = "new"
    OPEN = "open"
    SNOOZED = "snoozed"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    DONE = "done"
    RECOVERED = "recovered"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Signal:
    """What a rule saw this time: one subject over its threshold (or near it, see `clears`).

    `subject` is stable text that identifies what it is about (a scope key, a task id); `name` is how people call
    it. `facts` fill the rule's wording (`rules.<code>.seen`, `.action`) in either language; `seen` and `limit` are
    the compared numbers, shown as `kind`. `light` RED or YELLOW raises or keeps the finding; PROVISIONAL is shown
    and never raises a task.
    """

    code: str
    subject: str
    name: str
    light: Light
    severity: Severity
    seen: Value = None
    limit: Value = None
    kind: Kind = Kind.NUMBER
    marketplace: str = ""
    module: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    variant: str = ""
    """Which wording of the rule applies, where a rule has several (`short`, `long`)."""
    source: str = ""
    """Where the seen value came from, in words."""


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One row of the Findings tab as it stands: the engine's part as last written, the people's part as typed."""

    finding_id: str
    code: str
    subject: str
    state: State
    first_seen: date | None = None
    last_seen: date | None = None
    decision: str = ""
    """accept / snooze / decline / done, canonical; empty when people decided nothing (or nothing readable)."""
    owner: str = ""
    due: date | None = None
    snooze_until: date | None = None
    note: str = ""
    light: Light = Light.GREY
    title: str = ""
    action: str = ""
    module: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as the engine now says: the signal, its id and the state of its life."""

    finding_id: str
    signal: Signal
    state: State
    first_seen: date
    last_seen: date
    record: FindingRecord | None = None
