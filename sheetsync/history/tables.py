"""Tables of report rows: one a report, made from its spec, with bookkeeping columns in front.

Bookkeeping starts with an underscore: `_import` (ledger entry), `_marketplace`, `_currency`, `_day` (the day a row is
of; NULL in summaries), `_first` and `_last` (the days the file's slice covers), `_granularity`, `_scope`, `_as_of`
(the day of the export) and `_line` (line in the file). Rows that a later export changed move to a second table.
"""

from __future__ import annotations

from dataclasses import dataclass

from sheetsync.errors import StateUnreadable
from sheetsync.history.staged import SpecLike
from sheetsync.history.store import History, quoted

BOOKKEEPING = {
    "_import": "BIGINT",
    "_marketplace": "VARCHAR",
    "_currency": "VARCHAR",
    "_day": "DATE",
    "_first": "DATE",
    "_last": "DATE",
    "_granularity": "VARCHAR",
    "_scope": "VARCHAR",
    "_as_of": "DATE",
    "_line": "BIGINT",
}
"""Columns every table of report rows starts with."""


@dataclass(frozen=True, slots=True)
class ReportTables:
    """The two tables of a report: the rows in force, and those a later export changed."""

    rows: str
    restated: str

    @classmethod
    def of(cls, report: str) -> ReportTables:
        """The tables of a report by its canonical name."""
        return cls(f"report_{report}", f"restated_{report}")


def ensure(history: History, spec: SpecLike) -> ReportTables:
    """Makes the tables of a report, or adds the columns that a later sheetsync reads in addition.

    Raises StateUnreadable when a kept column has another type than the report now has.
    """
    tables = ReportTables.of(spec.name)
    wanted = BOOKKEEPING | {field.name: field.kind.sql_type for field in spec.fields}
    _ensure(history, tables.rows, wanted)
    _ensure(history, tables.restated, wanted | {"_superseded_by": "BIGINT"})
    return tables


def _ensure(history: History, table: str, wanted: dict[str, str]) -> None:
    kept = columns_of(history, table)
    if not kept:
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in wanted.items())
        history.run(f"CREATE TABLE {quoted(table)} ({columns})")
        return
    for name, kind in wanted.items():
        if name not in kept:
            history.run(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {kind}")
        elif kept[name] != kind:
            raise StateUnreadable(
                f"the history keeps {name} of {table} as {kept[name]}, this sheetsync reads {kind}",
                where=str(history.path or "memory"),
                hint="move the history file away and import the reports again",
            )


def columns_of(history: History, table: str) -> dict[str, str]:
    """Names and types of a kept table; empty when there is no such table."""
    sql = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? AND NOT internal"
    return dict(history.rows(sql, [table]))


def report_columns(history: History) -> dict[str, dict[str, str]]:
    """Names and types of the columns of every table of report rows, by table."""
    found: dict[str, dict[str, str]] = {}
    sql = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE table_name LIKE 'report!_%' ESCAPE '!'"
    for table, name, kind in history.rows(sql):
        found.setdefault(table, {})[name] = kind
    return found
