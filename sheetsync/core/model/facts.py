"""What one refresh knows: the metrics, and the plan as people left it. Rules judge it, tabs show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sheetsync.core.model.finding import FindingRecord
from sheetsync.core.model.metric import Direction, Metrics


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, `YYYY-MM`. Weeks of the plan: days 1-7, 8-14, 15-21, 22-end."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Reads `2026-11`. Raises ValueError for anything else."""
        parsed = datetime.strptime(text, "%Y-%m")  # a month has no zone
        return cls(parsed.year, parsed.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.next().first - timedelta(days=1)

    @property
    def days(self) -> int:
        """Number of days."""
        return self.last.day

    def next(self) -> Month:
        """The month after."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def previous(self) -> Month:
        """The month before."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    def week_of(self, day: date) -> int:
        """The plan's week of a day: 1-4 (days after the 28th belong to week 4); 1 before the month, 4 after it."""
        if day < self.first:
            return 1
        return 4 if day > self.last else min((day.day - 1) // 7 + 1, 4)

    def week_end(self, week: int) -> date:
        """The last day of a week of the plan."""
        return self.last if week >= 4 else date(self.year, self.number, week * 7)


@dataclass(frozen=True, slots=True)
class Goal:
    """A row of Goals. `direction`, `metric` are canonical keys ("" when unreadable); numbers are None when empty."""

    row_id: str
    objective: str
    metric: str
    marketplace: str
    asin: str
    target: Decimal | None
    direction: Direction | None
    due: date | None
    owner: str
    confidence: str = ""
    comment: str = ""
    baseline: Decimal | None = None
    suggested: Decimal | None = None
    raw_metric: str = ""
    """What was typed as the metric, when it could not be read."""
    range_low: Decimal | None = None
    """Lower bound for goals of direction RANGE; `target` is the upper bound."""


@dataclass(frozen=True, slots=True)
class Task:
    """A row of Weekly focus. `status` is canonical: todo / doing / blocked / done / cancelled, "" when unreadable."""

    row_id: str
    week: int | None
    module: str
    title: str
    owner: str
    due: date | None
    estimate_hours: Decimal | None
    status: str
    raw_status: str = ""
    blocker: str = ""
    evidence: str = ""
    metric: str = ""
    """The metric the task is meant to move, where known (standard tasks and tasks from findings)."""
    marketplace: str = ""
    finding_id: str = ""
    carried: int = 0
    cadence: str = ""
    done_on: date | None = None
    month: str = ""
    """The month the row belongs to, as it stands; "" in a new row."""

    @property
    def is_open(self) -> bool:
        """Neither done nor cancelled."""
        return self.status not in ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Person:
    """A row of Owners: a name as used in owner cells, role, modules, weekly capacity in hours."""

    row_id: str
    name: str
    role: str = ""
    modules: tuple[str, ...] = ()
    capacity_hours: Decimal | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class StandUp:
    """A row of Status: one week and module. `held_on` is what people typed."""

    row_id: str
    week: int | None
    module: str
    held_on: date | None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of Compliance: a document or obligation of a product in a marketplace."""

    row_id: str
    product: str
    marketplace: str
    requirement: str
    evidence: str
    expiry: date | None
    owner: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A row of Incidents."""

    row_id: str
    opened: date | None
    what: str
    kind: str
    cause: str
    response: str
    prevention: str
    finding_id: str = ""
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A row of Thresholds. `key` is stable (`acos.target`); unused bounds are None. `scope`: "" or a marketplace."""

    key: str
    metric: str
    scope: str
    green: Decimal | None
    yellow: Decimal | None
    red: Decimal | None
    source: str = ""
    confidence: str = ""
    row_id: str = ""
    """The row it stands in; the general row of a threshold has the key itself as its id."""


class Thresholds:
    """The thresholds in force: a marketplace's own row wins over the general one."""

    def __init__(self, rows: tuple[Threshold, ...] = ()) -> None:
        self.rows = rows
        self._index = {(row.key, row.scope): row for row in rows}

    def get(self, key: str, scope: str = "") -> Threshold | None:
        """The threshold `key` for a marketplace, falling back to the general row; None when people removed it."""
        return self._index.get((key, scope)) or self._index.get((key, ""))


@dataclass(frozen=True, slots=True)
class Manual:
    """A metric people typed into the workbook (IPI, keyword ranks, bad reviews) with its date."""

    row_id: str
    metric: str
    marketplace: str
    asin: str
    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """An exchange rate people typed with its day: one unit of `currency` is `rate` units of `to`."""

    row_id: str
    day: date
    currency: str
    to: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current a source is: the report family, marketplace, last day covered, when imported, how often due."""

    report: str
    marketplace: str
    last_day: date | None
    imported_on: date | None
    due_days: int = 7
    rows: int = 0


@dataclass(frozen=True, slots=True)
class DataProblem:
    """Something in the data that a person should know: quarantined rows, an unreadable cell, mixed currencies.

    `kind`: unreadable_rows | unreadable_status | unreadable_cell | edited_engine_cell | mixed_currency | refused_report
    | settlement_gap | duplicate_id.
    """

    kind: str
    subject: str
    name: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one refresh knows. Built by the pipeline, never changed."""

    today: date
    now: datetime
    month: Month
    marketplaces: tuple[str, ...]
    metrics: Metrics
    goals: tuple[Goal, ...] = ()
    tasks: tuple[Task, ...] = ()
    people: tuple[Person, ...] = ()
    standups: tuple[StandUp, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    incidents: tuple[Incident, ...] = ()
    missed: dict[str, int] = field(default_factory=dict)
    """Standard tasks of the month before that were not finished: key -> how often they had been carried."""
    accepted: tuple[FindingRecord, ...] = ()
    """Findings of an earlier month that people accepted and nobody owned: tasks of this one."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    records: tuple[FindingRecord, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    problems: tuple[DataProblem, ...] = ()
    last_hand_edit: date | None = None
    """The last day on which people changed anything in the workbook; None when never seen."""
    created_on: date | None = None
    """The day the workbook was made."""
    last_month_preventions: tuple[str, ...] = ()
    """Preventions written down last month that should be tasks of this one (their incident ids)."""
    previous_lights: dict[str, str] = field(default_factory=dict)
    """Row id of a goal or metric -> the light last shown: hysteresis starts from it."""
    theme: str = ""
    refresh_requested: bool = False
    daily: dict[str, tuple[tuple[date, Decimal | None], ...]] = field(default_factory=dict)
    """Series for charts: `sales|US`, `ad_spend|US`, `cover|` ... -> (day, value)."""
    baselines: dict[str, Decimal] = field(default_factory=dict)
    """`metric|marketplace` -> mean of the last three full months (or of what there is): seeds baseline and target."""
    problems_of_last_run: str = ""
    """Why the last run failed, in words; shown once on Home when a later run can write. Empty when it did not."""
