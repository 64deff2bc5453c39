"""The fast path for big clean files: DuckDB's CSV reader with an explicit dialect, typed by SQL.

It reads only what is beyond doubt: each kind of column has one clean form, and the first cell that has another stops
it (`error()` in the SQL), so that the tolerant reader takes the whole file instead. What it reads is what the tolerant
reader reads; a property test compares them row by row. Memory stays bounded: rows stream from the CSV reader into a
Parquet file, sums are taken from there.
"""

# ruff: noqa: S608  names in the SQL come from the headers' TOML and from column positions, paths are quoted

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sheetsync.importers.base import FieldKind
from sheetsync.importers.evidence import CURRENCY_FIELDS, GROUPING_LANGUAGES, MARKETPLACE_FIELDS, Evidence, named
from sheetsync.importers.fast_forms import Form, form, has_edges, place_of
from sheetsync.importers.locate import Located
from sheetsync.importers.rows import Tally
from sheetsync.importers.text_table import TextTable

FROM_BYTES = 4 << 20
"""Under this size the tolerant reader is as quick as starting DuckDB."""
PROOF_ROWS = 1_000
MEMORY = "160MB"
THREADS = 2
_BUFFER = 2 << 20
_UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})


@dataclass(frozen=True, slots=True)
class Quick:
    """What the fast path counted, and the evidence completed by what the whole file names."""

    tally: Tally
    evidence: Evidence


def suits(located: Located, *, damaged: bool) -> bool:
    """Whether a table is of a form that the fast path may try."""
    table, claim = located.found.table, located.claim
    shape = claim.shape
    if not isinstance(table, TextTable) or damaged or table.dialect.escaped or claim.twice:
        return False
    plain = all(each.rule == "marketplace" for each in shape.derived)
    odd = shape.ends_at or shape.totals_where or shape.sum_check or shape.metadata
    return plain and not odd and claim.language not in GROUPING_LANGUAGES and table.path.stat().st_size >= FROM_BYTES


def read(located: Located, evidence: Evidence, out: Path, folder: Path) -> Quick | None:
    """Read a table into a Parquet file, or return None when the tolerant reader has to.

    `evidence` is that of the first rows; `folder` is for what spills over the memory limit.
    """
    import duckdb

    query = _query(located, evidence, folder)
    if query is None:
        return None
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(folder / "spill"),
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        try:
            connection.execute(
                f"COPY ({query}) TO '{_quoted(out)}' (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 20480)"
            )
        except (
            duckdb.Error
        ):  # a cell that is not clean, a torn row, text that is not UTF-8: the other reader says which
            return None
        return _counted(connection, located, evidence, out)


def relation(located: Located, out: Path) -> str:
    """Return the SQL that reads the rows back, with their line numbers."""
    skip = _text_table(located).skip
    names = ", ".join(f'"{each.name}"' for each in located.claim.shape.spec.fields)
    rows = f"read_parquet('{_quoted(out)}', file_row_number=true)"
    return f"(SELECT file_row_number + {skip + 1} AS _line, {names} FROM {rows})"


def _text_table(located: Located) -> TextTable:
    table = located.found.table
    assert isinstance(table, TextTable)
    return table


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")


def _query(located: Located, evidence: Evidence, folder: Path) -> str | None:
    table, claim = _text_table(located), located.claim
    if evidence.order_open:
        return None
    forms = _forms(located, evidence)
    if forms is None:
        return None
    position = {name: index for index, name in claim.columns.items()}
    firsts, made = [f"c{index}" for index in sorted(position.values())], {}
    for field in claim.shape.spec.fields:
        if field.name not in position:
            made[field.name] = f"NULL::{field.kind.sql_type}"
            continue
        raw, clean = f"c{position[field.name]}", forms[field.name]
        made[field.name] = clean.value.format(raw=raw, first=f"first_{raw}")
        if clean.first is not None:
            firsts.append(f"{clean.first.format(raw=raw)} AS first_{raw}")
    for each in claim.shape.derived:
        if each.of[0] in position:
            made[each.field] = place_of(f"c{position[each.of[0]]}")
    selected = ", ".join(f'{sql} AS "{name}"' for name, sql in made.items())
    return f"SELECT {selected} FROM (SELECT {', '.join(firsts)} FROM {_source(table, folder)})"


def _source(table: TextTable, folder: Path) -> str:
    """Return the CSV reader in the dialect of the table; another encoding is rewritten to UTF-8 first."""
    path = table.path if table.encoding in _UTF8 else _transcoded(table, folder)
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(table.headings)))
    quote = "'\"'" if table.dialect.quoted else "''"
    delimiter = "\\t" if table.dialect.delimiter == "\t" else table.dialect.delimiter
    return (
        f"read_csv('{_quoted(path)}', columns={{{columns}}}, header=false, auto_detect=false, skip={table.skip}, "
        f"delim='{delimiter}', quote={quote}, escape={quote}, strict_mode=true, null_padding=false, "
        f"buffer_size={_BUFFER}, max_line_size=1000000)"
    )


def _transcoded(table: TextTable, folder: Path) -> Path:
    target = folder / "utf-8.txt"
    with (
        table.path.open(encoding=table.encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while chunk := source.read(1 << 20):
            out.write(chunk)
    return target


def _forms(located: Located, evidence: Evidence) -> dict[str, Form] | None:
    """Return for each column the SQL of its clean form, or None when a column has none."""
    table, claim = _text_table(located), located.claim
    mark = evidence.mark
    if mark is None or any(style not in {None, "."} for style in evidence.styles.values()):
        return None
    samples = _samples(table)
    forms: dict[str, Form] = {}
    for index, name in claim.columns.items():
        field = claim.shape.spec.field(name)
        made = form(field, samples[index], mark, percent=name in located.percent, evidence=evidence)
        if made is None:
            return None
        forms[name] = made
    return forms


def _samples(table: TextTable) -> list[list[str]]:
    """Return the distinct texts of each column among the first rows."""
    found: list[dict[str, None]] = [{} for _ in table.headings]
    for count, (_, cells) in enumerate(table.rows()):
        if count >= PROOF_ROWS:
            break
        for column, cell in zip(found, cells, strict=False):
            if isinstance(cell, str) and cell.strip():
                column[cell.strip()] = None
    return [list(column) for column in found]


def _counted(connection: Any, located: Located, evidence: Evidence, out: Path) -> Quick | None:
    """Count and sum from the Parquet file; None when it does not hold a row for each line of the text."""
    shape = located.claim.shape
    spec = shape.spec
    rows_sql = f"read_parquet('{_quoted(out)}')"
    present = located.claim.fields | {each.field for each in shape.derived}
    summed = {total: name for total, name in spec.totals.items() if name in present}
    sums = ", ".join(["count(*)", f"bool_or({_not_clean(located)})", *(f'sum("{name}")' for name in summed.values())])
    rows, dirty, *found = connection.execute(f"SELECT {sums} FROM {rows_sql}").fetchone()
    lines = located.newlines - _text_table(located).skip
    if dirty or rows not in {lines, lines + 1}:  # blank lines, or line ends inside cells: line numbers would be wrong
        return None
    tally = Tally(rows=rows)
    tally.sums = {total: int(value or 0) for total, value in zip(summed, found, strict=True)}
    for total, name in shape.distinct.items():
        count = connection.execute(f'SELECT count(DISTINCT "{name}") FROM {rows_sql}').fetchone()[0]
        tally.counts[total] = count
    dated = (*shape.period_dates, "date", "start_date", "end_date", "snapshot_date")
    for name in dict.fromkeys(name for name in dated if name in present):
        tally.days[name] = {day for day in _distinct(connection, rows_sql, f'"{name}"::DATE') if isinstance(day, date)}
    telling = [name for name in (*MARKETPLACE_FIELDS, *CURRENCY_FIELDS) if name in located.claim.fields]
    texts = {name: {str(each) for each in _distinct(connection, rows_sql, f'"{name}"')} for name in telling}
    _sum_by_currency(connection, located, rows_sql, tally)
    return Quick(tally, replace(evidence, **named(located.claim, texts, evidence)))


def _not_clean(located: Located) -> str:
    """Return the SQL of what the clean forms let pass: rows without what a good row has, texts with outer blanks."""
    shape, present = located.claim.shape, located.claim.fields
    tests = [f'"{each.name}" IS NULL' for each in shape.spec.fields if each.filled and each.name in present]
    either = [f'"{name}" IS NULL' for name in shape.filled_one_of if name in present]
    tests += [f"({' AND '.join(either)})"] if either else []
    texts = [each.name for each in shape.spec.fields if each.kind in {FieldKind.TEXT, FieldKind.ID}]
    tests += [has_edges(f'"{name}"', ascii_only=located.ascii_only) for name in texts if name in present]
    return " OR ".join(tests) or "false"


def _distinct(connection: Any, rows_sql: str, what: str) -> list[Any]:
    found = connection.execute(f"SELECT DISTINCT {what} AS it FROM {rows_sql} WHERE it IS NOT NULL").fetchall()
    return [row[0] for row in found]


def _sum_by_currency(connection: Any, located: Located, rows_sql: str, tally: Tally) -> None:
    spec = located.claim.shape.spec
    if "currency" not in located.claim.fields:
        return
    names = {total: name for total, name in spec.totals.items() if name in located.claim.fields}
    sums = ", ".join(f'sum("{name}")' for name in names.values())
    if not sums:
        return
    for code, *values in connection.execute(f"SELECT currency, {sums} FROM {rows_sql} GROUP BY 1").fetchall():
        found = {total: int(value) for total, value in zip(names, values, strict=True) if value is not None}
        tally.sums_by_currency[str(code)] = found
