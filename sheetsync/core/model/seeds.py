"""What a new workbook starts with: the template's and the team's rows, as cells, before anything was computed.

Seeded cells are offered once: after that they are people's. Rows are known by ids that hold the month, so that the
next month's standard tasks are new rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.values import Value


@dataclass(frozen=True, slots=True)
class SeedRow:
    """One row to place: its id and its seeded cells. `kinds` as in IncomingRow."""

    row_id: str
    cells: dict[str, Value]
    kinds: dict[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeedThreshold:
    """What is known of a threshold besides its numbers. `unit`: percent, number, integer, money, days, hours."""

    key: str
    metric: str
    direction: str
    unit: str


@dataclass(frozen=True, slots=True)
class SeedIncident:
    """A rule whose red finding opens an incident: the kind of incident, and hours to answer."""

    code: str
    kind: str
    hours: int


@dataclass(frozen=True, slots=True)
class Seeds:
    """Rows by tab key, in the order in which they are placed, and what the template knows beside them."""

    rows: dict[str, tuple[SeedRow, ...]] = field(default_factory=dict)
    thresholds: dict[str, SeedThreshold] = field(default_factory=dict)
    incidents: dict[str, SeedIncident] = field(default_factory=dict)

    def of(self, tab: str) -> tuple[SeedRow, ...]:
        """The rows of one tab."""
        return self.rows.get(tab, ())
