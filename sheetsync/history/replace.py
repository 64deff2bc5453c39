"""Replacing: the rows of a slice give way to a later export's, and what changed is kept.

Each function takes the staged file (TEMP table `incoming_rows`) inside ingest's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sheetsync.core.model.marketplace import marketplace
from sheetsync.history.gates import Limits, check_collapse, covered_by_days, name_of, older_export, overlap
from sheetsync.history.slices import INCOMING, Shape, Slice
from sheetsync.history.staged import SpecLike, StagedReport
from sheetsync.history.store import History, quoted, text
from sheetsync.history.tables import ReportTables

ROW_MARKETPLACE = ("marketplace", "amazon_marketplace")
"""Fields that say the marketplace row by row, in files that hold several."""

TAKEN = "taken_days"
"""TEMP table: the days of the file that it may speak for."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Rows written, rows that gave way, how many of those differed, rows left out, and what people should know."""

    added: int = 0
    replaced: int = 0
    restated: int = 0
    skipped: int = 0
    problems: tuple[str, ...] = ()


def replace_daily(history: History, report: StagedReport, slice_: Slice, import_id: int, limits: Limits) -> Replaced:
    """Day by day: a day's kept rows give way when this export is at least as late and has rows for it."""
    tables = ReportTables.of(slice_.report)
    where, parameters = slice_.where()
    days = _take_days(history, report, slice_)
    kept = f"{where} AND _day IN (SELECT day FROM {TAKEN})"
    incoming = f"{slice_.day_sql} IN (SELECT day FROM {TAKEN})"
    _check_shrunk(history, report, slice_, limits)
    problems = _retire_summaries(history, slice_, import_id)
    replaced, restated = _supersede(history, report.spec, tables, kept, parameters, incoming, import_id)
    added = _insert(history, report.spec, tables, slice_, import_id, incoming)
    _cover(history, slice_, import_id)
    history.run(f"DROP TABLE {TAKEN}")
    total = report.rows
    if days[0] != days[1]:
        problems.append(f"{name_of(report)}: {days[0] - days[1]} days are kept from a later export")
    return Replaced(added, replaced, restated, max(total - added, 0), tuple(problems))


def _take_days(history: History, report: StagedReport, slice_: Slice) -> tuple[int, int]:
    """Makes the table of days this file may speak for: (days in it, days taken). Raises ReportRefused for none."""
    days = f"SELECT DISTINCT {slice_.day_sql} AS day FROM {INCOMING}"
    kept = (
        "SELECT day, as_of FROM coverage "
        "WHERE has_rows AND report = ? AND marketplace = ? AND granularity = ? AND scope = ?"
    )
    parameters: list[Any] = [slice_.report, slice_.marketplace, slice_.granularity, slice_.scope]
    history.run(
        f"CREATE OR REPLACE TEMP TABLE {TAKEN} AS SELECT d.day FROM ({days}) d LEFT JOIN ({kept}) c ON c.day = d.day "
        "WHERE d.day IS NOT NULL AND (c.day IS NULL OR c.as_of <= ?)",
        [*parameters, slice_.as_of],
    )
    found = int(history.rows(f"SELECT count(day) FROM ({days})")[0][0])
    taken = int(history.rows(f"SELECT count(*) FROM {TAKEN}")[0][0])
    if found and not taken:
        latest = history.rows(
            f"SELECT max(c.as_of) FROM ({kept}) c JOIN ({days}) d ON d.day = c.day",
            parameters,
        )
        raise older_export(report, slice_, latest[0][0])
    return found, taken


def _check_shrunk(history: History, report: StagedReport, slice_: Slice, limits: Limits) -> None:
    """Compares row counts on the days both have; a snapshot is compared with the one before it."""
    table = quoted(ReportTables.of(slice_.report).rows)
    where, parameters = slice_.where()
    shared = f"SELECT day FROM {TAKEN} WHERE day IN (SELECT _day FROM {table} WHERE {where})"
    before = history.rows(
        f"SELECT count(*) FROM {table} WHERE {where} AND _day IN (SELECT day FROM {TAKEN})",
        parameters,
    )
    now = history.rows(f"SELECT count(*) FROM {INCOMING} WHERE {slice_.day_sql} IN ({shared})", parameters)
    check_collapse(report, slice_, int(before[0][0]), int(now[0][0]), limits)
    if report.spec.period_rule == "snapshot" and not before[0][0]:
        last = history.rows(
            f"SELECT count(*) FROM {table} WHERE {where} AND _day = "
            f"(SELECT max(_day) FROM {table} WHERE {where} AND _day < ?)",
            [*parameters, *parameters, slice_.last],
        )
        check_collapse(report, slice_, int(last[0][0]), report.rows, limits)


def _retire_summaries(history: History, slice_: Slice, import_id: int) -> list[str]:
    """Sums over days that are now kept day by day leave: together they would count twice."""
    sql = (
        "SELECT import_id, file FROM imports WHERE in_force AND shape = ? AND report = ? AND marketplace = ? "
        f"AND EXISTS (SELECT 1 FROM {TAKEN} WHERE day BETWEEN first_day AND last_day)"
    )
    problems = []
    for old, file in history.rows(sql, [Shape.SUMMARY.value, slice_.report, slice_.marketplace]):
        retire(history, slice_.report, old, import_id)
        problems.append(f"the summary {file} gives way: its days are now kept day by day")
    return problems


def replace_summary(history: History, report: StagedReport, slice_: Slice, import_id: int, limits: Limits) -> Replaced:
    """Range by range: the same range gives way to a later export, and so does a shorter one from the same first day.

    The latter is a month to date exported again a week later. Any other overlap is refused: a sum cannot be split.
    """
    tables = ReportTables.of(slice_.report)
    days = history.rows(
        "SELECT count(*) FROM coverage WHERE has_rows AND report = ? AND marketplace = ? AND scope = ? "
        "AND day BETWEEN ? AND ?",
        [slice_.report, slice_.marketplace, slice_.scope, slice_.first, slice_.last],
    )[0][0]
    if days:
        raise covered_by_days(report, slice_, int(days))
    giving_way = _summaries_giving_way(history, report, slice_)
    before = sum(_rows_of(history, tables, old) for old in giving_way)
    check_collapse(report, slice_, before, report.rows, limits)
    kept = f"_import IN ({', '.join(map(str, giving_way)) or 'NULL'})"
    replaced, restated = _supersede(history, report.spec, tables, kept, [], "true", import_id)
    return Replaced(_insert(history, report.spec, tables, slice_, import_id, "true"), replaced, restated)


def _summaries_giving_way(history: History, report: StagedReport, slice_: Slice) -> list[int]:
    sql = (
        "SELECT import_id, file, first_day, last_day, as_of FROM imports WHERE in_force AND shape = ? AND report = ? "
        "AND marketplace = ? AND granularity = ? AND scope = ? AND first_day <= ? AND last_day >= ? ORDER BY import_id"
    )
    parameters = [Shape.SUMMARY.value, slice_.report, slice_.marketplace, slice_.granularity, slice_.scope]
    found = []
    for old, file, first, last, as_of in history.rows(sql, [*parameters, slice_.last, slice_.first]):
        if slice_.rolling and last != slice_.last:
            continue
        if not slice_.rolling and (first != slice_.first or last > slice_.last):
            raise overlap(report, slice_, file, first, last)
        if last == slice_.last and as_of > slice_.as_of:
            raise older_export(report, slice_, as_of)
        found.append(int(old))
    return found


def replace_keyed(history: History, report: StagedReport, slice_: Slice, import_id: int, limits: Limits) -> Replaced:
    """Event by event: an event that is kept from an export no later than this one is written anew."""
    del limits  # a shorter file of events says nothing about the events it leaves out
    tables = ReportTables.of(slice_.report)
    key = _hash(identity(report.spec))
    rows = quoted(tables.rows)
    history.run(
        f"CREATE OR REPLACE TEMP TABLE later_events AS SELECT DISTINCT {key} AS event FROM {rows} WHERE _as_of > ?",
        [slice_.as_of],
    )
    incoming = f"{key} NOT IN (SELECT event FROM later_events)"
    kept = f"{key} IN (SELECT {key} FROM {INCOMING}) AND _as_of <= ?"
    replaced, restated = _supersede(history, report.spec, tables, kept, [slice_.as_of], incoming, import_id)
    added = _insert(history, report.spec, tables, slice_, import_id, incoming)
    history.run("DROP TABLE later_events")
    _cover(history, slice_, import_id)
    return Replaced(added, replaced, restated, report.rows - added)


def identity(spec: SpecLike) -> tuple[str, ...]:
    """The columns that say which event a row is of. An order is one event: its price changes with its status."""
    if spec.grain == "order item":
        return ("order_id",)
    return spec.key or tuple(field.name for field in spec.fields)


def retire(history: History, report: str, old: int, import_id: int) -> None:
    """Moves every row of an import to the restated table and takes it out of force."""
    tables = ReportTables.of(report)
    rows, restated = quoted(tables.rows), quoted(tables.restated)
    history.run(
        f"INSERT INTO {restated} BY NAME SELECT *, CAST(? AS BIGINT) AS _superseded_by FROM {rows} WHERE _import = ?",
        [import_id, old],
    )
    history.run(f"DELETE FROM {rows} WHERE _import = ?", [old])
    history.run("UPDATE imports SET in_force = false WHERE import_id = ?", [old])
    history.run("INSERT INTO supersessions VALUES (?, ?)", [old, import_id])


def _supersede(
    history: History,
    spec: SpecLike,
    tables: ReportTables,
    kept: str,
    parameters: list[Any],
    incoming: str,
    import_id: int,
) -> tuple[int, int]:
    """Takes the kept rows out; those the new export does not repeat go to the restated table. (replaced, restated)"""
    rows, restated = quoted(tables.rows), quoted(tables.restated)
    olds = [int(old) for (old,) in history.rows(f"SELECT DISTINCT _import FROM {rows} WHERE {kept}", parameters)]
    if not olds:
        return 0, 0
    whole = _hash(tuple(field.name for field in spec.fields))
    before = _count(history, tables.restated)
    history.run(
        f"INSERT INTO {restated} BY NAME SELECT *, CAST({import_id} AS BIGINT) AS _superseded_by FROM {rows} "
        f"WHERE {kept} AND {whole} NOT IN (SELECT {whole} FROM {INCOMING} WHERE {incoming})",
        parameters,
    )
    changed = _count(history, tables.restated) - before
    standing = _count(history, tables.rows)
    history.run(f"DELETE FROM {rows} WHERE {kept}", parameters)
    gone = standing - _count(history, tables.rows)
    for old in olds:
        history.run("INSERT INTO supersessions VALUES (?, ?)", [old, import_id])
        if not _rows_of(history, tables, old):
            history.run("UPDATE imports SET in_force = false WHERE import_id = ?", [old])
    return gone, changed


def _insert(
    history: History, spec: SpecLike, tables: ReportTables, slice_: Slice, import_id: int, incoming: str
) -> int:
    names = {field.name for field in spec.fields}
    currency = "coalesce(nullif(currency, ''), ?)" if "currency" in names else "?"
    place = _place_sql(history, slice_, names)
    history.run(
        f"INSERT INTO {quoted(tables.rows)} BY NAME SELECT CAST(? AS BIGINT) AS _import, {place} AS _marketplace, "
        f"{currency} AS _currency, {slice_.day_sql} AS _day, CAST(? AS DATE) AS _first, CAST(? AS DATE) AS _last, "
        f"? AS _granularity, ? AS _scope, CAST(? AS DATE) AS _as_of, * FROM {INCOMING} WHERE {incoming}",
        [
            import_id,
            slice_.marketplace,
            slice_.currency,
            slice_.first,
            slice_.last,
            slice_.granularity,
            slice_.scope,
            slice_.as_of,
        ],
    )
    return _rows_of(history, tables, import_id)


def _place_sql(history: History, slice_: Slice, names: set[str]) -> str:
    """The marketplace of a row: its own where the file says it row by row, else the file's (the parameter `?`).

    Orders without a marketplace belong to other shops (multi-channel) and to none of ours. A day of a daily report is
    replaced within one marketplace, so such a file is of one.
    """
    field = next((name for name in ROW_MARKETPLACE if name in names), None)
    if field is None or slice_.shape is Shape.DAILY:
        return "?"
    values = [value for (value,) in history.rows(f"SELECT DISTINCT {quoted(field)} FROM {INCOMING}") if value]
    known = {value: code for value in values if (code := _code(value)) is not None}
    if not known:
        return "?"
    whens = " ".join(f"WHEN {text(value)} THEN {text(code)}" for value, code in sorted(known.items()))
    other = "''" if slice_.shape is Shape.KEYED else "?"
    # the parameter must appear once, whether a row needs it or not
    return (
        f"CASE {quoted(field)} {whens} ELSE {other} END"
        if other == "?"
        else (f"CASE WHEN CAST(? AS VARCHAR) IS NULL THEN '' ELSE CASE {quoted(field)} {whens} ELSE {other} END END")
    )


def _code(value: str) -> str | None:
    try:
        return marketplace(value).code
    except KeyError:
        return None


def _cover(history: History, slice_: Slice, import_id: int) -> None:
    """Notes which days this import speaks for; days without rows only where nothing is known of them yet."""
    key: list[Any] = [slice_.report, slice_.marketplace, slice_.granularity, slice_.scope]
    rows = quoted(ReportTables.of(slice_.report).rows)
    mine = f"SELECT DISTINCT _day FROM {rows} WHERE _import = {import_id}"
    same = "report = ? AND marketplace = ? AND granularity = ? AND scope = ?"
    history.run(f"DELETE FROM coverage WHERE {same} AND day IN ({mine})", key)
    history.run(
        f"INSERT INTO coverage SELECT ?, ?, ?, ?, _day, CAST(? AS BIGINT), CAST(? AS DATE), true FROM ({mine})",
        [*key, import_id, slice_.as_of],
    )
    history.run(
        "INSERT INTO coverage SELECT ?, ?, ?, ?, CAST(day AS DATE), CAST(? AS BIGINT), CAST(? AS DATE), false "
        "FROM generate_series(CAST(? AS DATE), CAST(? AS DATE), INTERVAL 1 DAY) AS days(day) "
        f"WHERE CAST(day AS DATE) NOT IN (SELECT day FROM coverage WHERE {same})",
        [*key, import_id, slice_.as_of, slice_.first, slice_.last, *key],
    )


def _rows_of(history: History, tables: ReportTables, import_id: int) -> int:
    return int(history.rows(f"SELECT count(*) FROM {quoted(tables.rows)} WHERE _import = ?", [import_id])[0][0])


def _count(history: History, table: str) -> int:
    return int(history.rows(f"SELECT count(*) FROM {quoted(table)}")[0][0])


def _hash(names: tuple[str, ...]) -> str:
    """One number for several columns, NULL included. Of 64 bits: two of a million rows hardly ever collide."""
    return f"hash({', '.join(quoted(name) for name in names)})"
