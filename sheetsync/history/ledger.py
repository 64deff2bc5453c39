"""The ledger: which files the history was made from, how fresh each source is, and how to take a file out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from sheetsync.core.model.facts import Freshness
from sheetsync.errors import StateError
from sheetsync.history.store import History, quoted
from sheetsync.history.tables import ReportTables

DUE_DAYS: Mapping[str, int] = {
    "business_by_date": 3,
    "business_by_asin": 7,
    "sp_campaign": 3,
    "sp_advertised_product": 3,
    "fba_myi": 3,
    "fba_planning": 7,
    "fba_ledger_summary": 7,
    "sqp": 35,
    "top_search_terms": 35,
    "settlement_v1": 16,
    "settlement_v2": 16,
    "account_health": 7,
    "epr": 35,
}
"""After how many days without new data a source is late. Settlements close every 14 days and Brand Analytics months
close a few days later (Amazon); the rest are our own choice for a weekly stand-up."""

DEFAULT_DUE_DAYS = 7
"""For reports that are not named above: a plan that is looked at once a week."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One import: what the file was, what was kept of it, and how much of that still stands.

    `rows_in_force` is less than `rows` where a later export speaks for some of its days. `restated` counts the rows of
    earlier exports whose figures this one changed; they are kept.
    """

    import_id: int
    file: str
    report: str
    title: str
    marketplace: str
    currency: str
    first_day: date
    last_day: date
    as_of: date
    rows: int
    rejected: int
    rows_in_force: int
    restated: int
    sha256: str
    imported_at: datetime


def entries(history: History) -> tuple[LedgerEntry, ...]:
    """Every import, the latest first. `imported_at` is UTC."""
    standing, changed = _rows_in_force(history), _rows_restated(history)
    sql = (
        "SELECT import_id, file, report, title, marketplace, currency, first_day, last_day, as_of, rows_read, "
        "rejected, sha256, imported_at FROM imports ORDER BY import_id DESC"
    )
    return tuple(
        LedgerEntry(
            import_id=row["import_id"],
            file=row["file"],
            report=row["report"],
            title=row["title"],
            marketplace=row["marketplace"],
            currency=row["currency"],
            first_day=row["first_day"],
            last_day=row["last_day"],
            as_of=row["as_of"],
            rows=row["rows_read"],
            rejected=row["rejected"],
            rows_in_force=standing.get(row["import_id"], 0),
            restated=changed.get(row["import_id"], 0),
            sha256=row["sha256"],
            imported_at=row["imported_at"],
        )
        for row in history.records(sql)
    )


def _rows_in_force(history: History) -> dict[int, int]:
    found: dict[int, int] = {}
    for (report,) in history.rows("SELECT DISTINCT report FROM imports"):
        table = quoted(ReportTables.of(report).rows)
        found |= dict(history.rows(f"SELECT _import, count(*) FROM {table} GROUP BY _import"))
    return found


def _rows_restated(history: History) -> dict[int, int]:
    found: dict[int, int] = {}
    for (report,) in history.rows("SELECT DISTINCT report FROM imports"):
        table = quoted(ReportTables.of(report).restated)
        found |= dict(history.rows(f"SELECT _superseded_by, count(*) FROM {table} GROUP BY _superseded_by"))
    return found


def freshness(
    history: History, *, marketplaces: Iterable[str] = (), due_days: Mapping[str, int] | None = None
) -> tuple[Freshness, ...]:
    """How current each report of each marketplace is: its last day with rows in force. Sorted by report.

    With `marketplaces`, only theirs. `due_days` overrides after how many days a report counts as late.
    """
    wanted = set(marketplaces)
    due = {**DUE_DAYS, **(due_days or {})}
    sql = (
        "SELECT report, marketplace, max(last_day), max(imported_at), arg_max(rows_read, last_day) FROM imports "
        "WHERE in_force GROUP BY report, marketplace ORDER BY report, marketplace"
    )
    covered = {
        (report, place): day
        for report, place, day in history.rows(
            "SELECT report, marketplace, max(day) FROM coverage WHERE has_rows GROUP BY report, marketplace"
        )
    }
    return tuple(
        Freshness(
            report=report,
            marketplace=place,
            last_day=covered.get((report, place), last),
            imported_on=imported.date(),
            due_days=due.get(report, DEFAULT_DUE_DAYS),
            rows=rows,
        )
        for report, place, last, imported, rows in history.rows(sql)
        if not wanted or place in wanted
    )


def forget(history: History, which: str | int) -> tuple[LedgerEntry, ...]:
    """Takes every row of a file out of the history and the ledger; returns what was taken.

    `which` is the file's name, with or without its folder, or the number of an import. Earlier exports that it had
    replaced may then be imported again. Raises StateError when there is no such import, or when several files of that
    name were imported.
    """
    found = tuple(
        e for e in entries(history) if which in (e.import_id, str(e.import_id), e.file, PurePath(e.file).name)
    )
    if len({entry.sha256 for entry in found}) > 1:
        numbers = ", ".join(f"{e.import_id} ({e.report} {e.marketplace}, {e.first_day} to {e.last_day})" for e in found)
        raise StateError(f"several imports are called {which}: {numbers}", hint="name one of them by its number")
    if not found:
        raise StateError(
            f"no import of {which} is in the history",
            hint="`sheetsync import --list` shows every file and its number",
        )
    with history.transaction():
        for entry in found:
            _take_out(history, entry)
    return found


def _take_out(history: History, entry: LedgerEntry) -> None:
    tables = ReportTables.of(entry.report)
    number = entry.import_id
    history.run(f"DELETE FROM {quoted(tables.rows)} WHERE _import = ?", [number])
    history.run(f"DELETE FROM {quoted(tables.restated)} WHERE _import = ?", [number])
    history.run("DELETE FROM coverage WHERE import_id = ?", [number])
    history.run(
        "UPDATE imports SET repeatable = true WHERE import_id IN (SELECT old_import FROM supersessions "
        "WHERE new_import = ?)",
        [number],
    )
    history.run("DELETE FROM supersessions WHERE ? IN (old_import, new_import)", [number])
    history.run("DELETE FROM imports WHERE import_id = ?", [number])
