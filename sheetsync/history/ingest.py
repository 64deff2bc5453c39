"""Ingest: one read report into the history, in one transaction. Nothing is added twice, nothing is half kept.

Rows are replaced by slice (see `slices`): for each day the latest export that has rows for it speaks, whatever order
the files come in. Rows that a later export changed are kept in the report's restated table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sheetsync.history.gates import Limits, check_conflicts, check_currency, check_marketplace, name_of
from sheetsync.history.replace import Replaced, replace_daily, replace_keyed, replace_summary
from sheetsync.history.slices import INCOMING, Shape, Slice, slice_of
from sheetsync.history.staged import StagedReport
from sheetsync.history.store import History, quoted
from sheetsync.history.tables import ReportTables, ensure


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one table of a file. `duplicate`: the same bytes are kept already, nothing was done.

    `restated` counts kept rows whose figures this export changed; `skipped` rows of days kept from a later export.
    """

    report: str
    file: str
    marketplace: str
    import_id: int | None = None
    rows_added: int = 0
    rows_replaced: int = 0
    restated: int = 0
    skipped: int = 0
    duplicate: bool = False
    problems: tuple[str, ...] = ()


def ingest_file(
    history: History, tables: Sequence[StagedReport], *, imported_at: datetime, exported: date | None = None
) -> tuple[IngestResult, ...]:
    """Keeps every table of one file, or none of them when a gate stops one. Raises ReportRefused then."""
    with history.transaction():
        return tuple(ingest(history, table, imported_at=imported_at, exported=exported) for table in tables)


def ingest(
    history: History,
    report: StagedReport,
    *,
    imported_at: datetime,
    marketplace: str | None = None,
    currency: str | None = None,
    period: tuple[date, date] | None = None,
    exported: date | None = None,
    limits: Limits | None = None,
) -> IngestResult:
    """Keeps the rows of a staged report. What the file says itself goes before what is told here.

    `exported` is the day of the export, where the caller knows it (the file's own date counts first); told for a file
    that is kept already, it dates its rows anew. Raises ReportRefused when a gate stops the file; nothing of it is kept
    then.
    """
    check_conflicts(report)
    place = check_marketplace(report, marketplace)
    kept = _kept_already(history, report, place)
    if kept is not None:
        if exported is not None and report.as_of is None:
            _date_again(history, report, kept, exported)
        return IngestResult(report.spec.name, name_of(report), place, import_id=kept, duplicate=True)
    money = check_currency(history, report, currency, place)
    with history.transaction():
        ensure(history, report.spec)
        report.stage(history.connection, INCOMING)
        slice_ = slice_of(
            history, report, marketplace=place, currency=money, period=report.period or period, exported=exported
        )
        import_id = _next_id(history)
        done = _replace(history, report, slice_, import_id, limits or Limits())
        _record(history, report, slice_, import_id, imported_at)
        history.run(f"DROP TABLE {INCOMING}")
    return IngestResult(
        report=report.spec.name,
        file=name_of(report),
        marketplace=place,
        import_id=import_id,
        rows_added=done.added,
        rows_replaced=done.replaced,
        restated=done.restated,
        skipped=done.skipped,
        problems=done.problems,
    )


def _kept_already(history: History, report: StagedReport, place: str) -> int | None:
    """The import that kept the same bytes as the same report before, unless what it was replaced by was forgotten."""
    sql = (
        "SELECT import_id, marketplace FROM imports WHERE sha256 = ? AND report = ? AND NOT repeatable "
        "ORDER BY import_id"
    )
    found = history.rows(sql, [report.sha256, report.spec.name])
    for import_id, marketplace in found:
        if marketplace == place:
            return int(import_id)
    if found:
        from sheetsync.errors import ReportRefused

        raise ReportRefused(
            f"{name_of(report)} is kept already as {found[0][1]}, not {place}",
            where=report.file,
            hint="forget it first (`sheetsync import --forget FILE`), then import it with the right marketplace",
        )
    return None


def _date_again(history: History, report: StagedReport, import_id: int, exported: date) -> None:
    """Takes over the day of the export when it is told after the file was kept: its figures settle by it."""
    table = quoted(ReportTables.of(report.spec.name).rows)
    with history.transaction():
        history.run("UPDATE imports SET as_of = ? WHERE import_id = ? AND as_of < ?", [exported, import_id, exported])
        history.run("UPDATE coverage SET as_of = ? WHERE import_id = ? AND as_of < ?", [exported, import_id, exported])
        history.run(f"UPDATE {table} SET _as_of = ? WHERE _import = ? AND _as_of < ?", [exported, import_id, exported])


def _replace(history: History, report: StagedReport, slice_: Slice, import_id: int, limits: Limits) -> Replaced:
    how: dict[Shape, Any] = {
        Shape.DAILY: replace_daily,
        Shape.SUMMARY: replace_summary,
        Shape.KEYED: replace_keyed,
    }
    done: Replaced = how[slice_.shape](history, report, slice_, import_id, limits)
    return done


def _next_id(history: History) -> int:
    return int(history.rows("SELECT coalesce(max(import_id), 0) + 1 FROM imports")[0][0])


def _record(history: History, report: StagedReport, slice_: Slice, import_id: int, imported_at: datetime) -> None:
    entry: dict[str, Any] = {
        "import_id": import_id,
        "sha256": report.sha256,
        "file": name_of(report),
        "report": slice_.report,
        "title": report.spec.title,
        "marketplace": slice_.marketplace,
        "currency": slice_.currency,
        "shape": slice_.shape.value,
        "granularity": slice_.granularity,
        "scope": slice_.scope,
        "first_day": slice_.first,
        "last_day": slice_.last,
        "as_of": slice_.as_of,
        "window_days": report.window_days,
        "rows_read": report.rows,
        "rejected": report.rejected,
        "imported_at": imported_at.astimezone(UTC).replace(tzinfo=None) if imported_at.tzinfo else imported_at,
        "in_force": True,
        "repeatable": False,
    }
    columns, marks = ", ".join(entry), ", ".join("?" for _ in entry)
    history.run(f"INSERT INTO imports ({columns}) VALUES ({marks})", list(entry.values()))
