"""What the history needs to know of a report that was read: the shape of `sheetsync.importers.base.ReadReport`.

Importers and history are neighbours that do not know each other; they meet in these protocols. `stage` must create a
TEMP table with `_line` and every column of the spec, always typed the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol


class KindLike(Protocol):
    """The kind of a column: `value` is its name (`count`, `money`, `date` ...)."""

    @property
    def value(self) -> Any:
        """Its name: text, id, count, number, money, ratio, date, datetime or bool."""

    @property
    def sql_type(self) -> str:
        """The DuckDB type of a staged column."""


class FieldLike(Protocol):
    """One canonical column."""

    @property
    def name(self) -> str:
        """The canonical name."""

    @property
    def kind(self) -> KindLike:
        """What it holds."""


class SpecLike(Protocol):
    """One kind of report."""

    @property
    def name(self) -> str:
        """The canonical name of the report, `business_by_date`."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def fields(self) -> tuple[FieldLike, ...]:
        """Every column, in order."""

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that make a row unique within marketplace and period."""

    @property
    def family(self) -> str:
        """The family of reports it is of: business, ads, fba ..."""

    @property
    def grain(self) -> str:
        """What a row is of: marketplace, asin, campaign, search term ..."""

    @property
    def period_rule(self) -> str:
        """Where the period comes from: daily, range, asked, snapshot or metadata."""


class StagedReport(Protocol):
    """One report file, read and typed."""

    @property
    def file(self) -> str:
        """The file's name."""

    @property
    def spec(self) -> SpecLike:
        """What kind of report it is."""

    @property
    def rows(self) -> int:
        """How many good rows it has."""

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes."""

    @property
    def marketplace(self) -> str | None:
        """The marketplace the file says it is of."""

    @property
    def currency(self) -> str | None:
        """The currency the file says its money is in."""

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day the file covers."""

    @property
    def granularity(self) -> str | None:
        """Days, weeks or months in a row, where the file says so."""

    @property
    def as_of(self) -> date | None:
        """The day the file speaks for."""

    @property
    def window_days(self) -> int | None:
        """Days of the attribution window, for reports that credit sales to clicks."""

    @property
    def rejected(self) -> int:
        """How many rows were set aside."""

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Sentences on what the file says against what was told of it."""

    @property
    def totals(self) -> Mapping[str, Decimal | int]:
        """Exact totals of the file."""

    def stage(self, connection: Any, table: str) -> None:
        """Create the TEMP table `table` with `_line` and every field of the spec."""
