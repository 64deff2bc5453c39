"""What an importer hands on: the contract between reading a report file and keeping its rows.

A `ReportSpec` says what a report is; a `ReadReport` is one file read as one, typed and counted but not kept anywhere.
`ReadReport.stage` puts its rows into a DuckDB connection as a TEMP table with the columns of the spec, always all of
them and always with the same types, whatever the file's language, generation or format was.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from sheetsync.errors import MalformedReport

PeriodRule = Literal["daily", "range", "asked", "snapshot", "metadata"]
Granularity = Literal["day", "week", "month"]

MICROS = 1_000_000
"""Money is kept in integer millionths of the row's currency unit: 12.34 is 12_340_000."""


class FieldKind(enum.Enum):
    """What a column holds, and so how its text is read and how it is typed."""

    TEXT = "text"
    ID = "id"
    """Text that must not be read as a number: leading zeros stay, Excel's guard `="468..."` is taken off."""
    COUNT = "count"
    """An integer; `1,234` is 1234 in every locale."""
    NUMBER = "number"
    MONEY = "money"
    """Integer micros of the row's currency."""
    RATIO = "ratio"
    """A fraction (12.5 % is 0.125). For information only: metrics are recomputed from sums."""
    DATE = "date"
    DATETIME = "datetime"
    """UTC where the file names a zone or an offset, else as written."""
    BOOL = "bool"

    @property
    def sql_type(self) -> str:
        """The DuckDB type of a staged column of this kind."""
        return _SQL_TYPES[self]


_SQL_TYPES = {
    FieldKind.TEXT: "VARCHAR",
    FieldKind.ID: "VARCHAR",
    FieldKind.COUNT: "BIGINT",
    FieldKind.NUMBER: "DOUBLE",
    FieldKind.MONEY: "BIGINT",
    FieldKind.RATIO: "DOUBLE",
    FieldKind.DATE: "DATE",
    FieldKind.DATETIME: "TIMESTAMP",
    FieldKind.BOOL: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical column of a report.

    `required` means that a file without this column is not this report; `filled` that a row without a value in it is
    not a good row. `percent_units` says that a plain number in this ratio column counts hundredths (`61.3` is 61.3 %).
    """

    name: str
    kind: FieldKind
    required: bool = False
    filled: bool = False
    percent_units: bool = False


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One kind of report.

    `key` names the fields that make a row unique within marketplace and period; a re-import replaces by it.
    `period_rule` says where the period comes from: a date in each row (`daily`), a start and an end in each row
    (`range`), nothing in the file, so it is `asked`, the day of a `snapshot`, or a `metadata` line or block.
    `totals` maps the name of a total to the field it sums. `attributed` says that sales are credited to clicks, so that
    a read file has `window_days`. `sections` names the specs of the tables of a file that holds several.
    """

    name: str
    title: str
    family: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    grain: str
    period_rule: PeriodRule
    totals: Mapping[str, str] = field(default_factory=dict)
    attributed: bool = False
    sections: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """Return the field of that name; KeyError when there is none."""
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the report has a field of that name."""
        return any(each.name == name for each in self.fields)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was set aside: its line in the file (1 is the first), why, and its text (cut short)."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Spool:
    """Rows of one read file, waiting: `relation` is SQL that stands after FROM; `keep` owns the temporary files.

    The temporary files go away with the last ReadReport that refers to them. Where the SQL reads the file itself once
    more, `source` is that file and `stamp` what `stamp_of` said of it when its rows were counted; such rows do not know
    their line, but stand one to a line after `skip` lines.
    """

    relation: str
    keep: object = None
    source: Path | None = None
    stamp: tuple[int, int] | None = None
    skip: int = 0


def stamp_of(path: Path) -> tuple[int, int]:
    """Return size and time of change (ns) of a file: with another stamp it is no longer the file that was read."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def text_in_sql(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def path_in_sql(path: Path) -> str:
    """Return a path as a literal of DuckDB's SQL for this file only: there `r[1].csv` is a pattern, for `r1.csv`."""
    return text_in_sql(re.sub(r"([*?\[])", r"[\1]", str(path)))


@dataclass(frozen=True, slots=True)
class ReadReport:
    """One report file, read and typed, not kept anywhere yet.

    `rows` are the good rows, `rejected` how many were set aside (`quarantine` holds the first of them), `needs` what
    must be told before the rows may be kept ("period", "marketplace", "currency", "date order"), `problems` what a
    person should know; those of them in `conflicts` contradict what was told, so that a gate refuses the file. `totals`
    are exact: counts are int, money is Decimal in currency units. `encoding` says how the bytes were read ("utf-8-sig",
    "cp932", ..., or "xlsx"). `as_of` is the day the file speaks for, where it says so. A file that holds several tables
    has `parts`; walk `tables` to keep them all.
    """

    file: str
    spec: ReportSpec
    rows: int
    sha256: str
    encoding: str | None = None
    marketplace: str | None = None
    currency: str | None = None
    period: tuple[date, date] | None = None
    granularity: Granularity | None = None
    as_of: date | None = None
    window_days: int | None = None
    rejected: int = 0
    quarantine: tuple[Rejected, ...] = ()
    totals: Mapping[str, Decimal | int] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    gap: str = ""
    """That of the problems which says how far the lines are from the total that the file states; "" when they agree."""
    columns: tuple[str, ...] = ()
    """Names of the fields that the file really has; the others are staged as NULL."""
    unmapped: tuple[str, ...] = ()
    """Headings that the report does not know; their cells are not kept."""
    parts: tuple[ReadReport, ...] = ()
    spool: Spool | None = field(default=None, repr=False, compare=False)

    @property
    def report(self) -> str:
        """The canonical name of the report."""
        return self.spec.name

    @property
    def tables(self) -> tuple[ReadReport, ...]:
        """The tables to keep: the parts of a file that holds several, else the file itself."""
        return self.parts or (self,)

    def stage(self, connection: Any, table: str) -> None:
        """Create the TEMP table `table` in a DuckDB connection: `_line` BIGINT, then every field of the spec in order.

        A field that the file does not have is NULL in every row. Raises ValueError for a file that only has parts, and
        MalformedReport for a file that was changed or taken away since it was read.
        """
        if self.spool is None:
            raise ValueError(f"{self.report} of {self.file} has no rows of its own: stage its parts")
        source = self.spool.source
        if source is not None and (not source.is_file() or stamp_of(source) != self.spool.stamp):
            raise MalformedReport(
                "The file was changed while it was being imported.", where=self.file, hint="Import it again."
            )
        name = '"' + table.replace('"', '""') + '"'
        if source is None:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {self.spool.relation}")  # noqa: S608
            return
        # row_number() would make DuckDB read on one core only; rows keep the order of the file without it
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT NULL::BIGINT AS _line, * FROM {self.spool.relation}"  # noqa: S608
        )
        connection.execute(f"UPDATE {name} SET _line = rowid + {self.spool.skip + 1}")  # noqa: S608

    def as_json(self) -> dict[str, Any]:
        """Return the object that `sheetsync import --dry-run --json` prints for this file; totals are JSON numbers."""
        period = {"start": self.period[0].isoformat(), "end": self.period[1].isoformat()} if self.period else None
        return {
            "file": self.file,
            "report": self.report,
            "marketplace": self.marketplace,
            "currency": self.currency,
            "period": period,
            "encoding": self.encoding,
            "rows": self.rows,
            "rejected": self.rejected,
            "totals": {name: _json_number(value) for name, value in self.totals.items()},
            "needs": list(self.needs),
            "problems": list(self.problems),
        }


def _json_number(value: Decimal | int) -> int | float:
    return value if isinstance(value, int) else float(value)
