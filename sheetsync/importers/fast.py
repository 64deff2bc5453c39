"""The fast path for big clean files: DuckDB's CSV reader with an explicit dialect, typed by SQL.

It reads only what is beyond doubt: each kind of column has one clean form, and the first cell that has another stops
it (`error()` in the SQL), so that the tolerant reader takes the whole file instead. What it reads is what the tolerant
reader reads; a property test compares them row by row. One scan counts, sums and tries every cell; typed rows are
not kept but read again when they are staged, so memory stays bounded and nothing is written twice.
"""

# ruff: noqa: S608  names in the SQL come from the headers' TOML and from column positions, paths are quoted

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sheetsync.importers.base import MICROS, Field, FieldKind
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
_BIG_BUFFER = 8 << 20
"""For files from `_BIG` bytes: a tenth quicker, and 35 MB more, which only such a file is worth."""
_BIG = 128 << 20
_UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})


@dataclass(frozen=True, slots=True)
class Quick:
    """What the fast path counted, the evidence completed by what the whole file names, and the SQL of its rows."""

    tally: Tally
    evidence: Evidence
    relation: str


def suits(located: Located, *, damaged: bool) -> bool:
    """Whether a table is of a form that the fast path may try."""
    table, claim = located.found.table, located.claim
    shape = claim.shape
    if not isinstance(table, TextTable) or damaged or table.dialect.escaped or claim.twice:
        return False
    plain = all(each.rule == "marketplace" for each in shape.derived)
    odd = shape.ends_at or shape.totals_where or shape.sum_check or shape.metadata
    return plain and not odd and claim.language not in GROUPING_LANGUAGES and table.path.stat().st_size >= FROM_BYTES


def read(located: Located, evidence: Evidence, folder: Path) -> Quick | None:
    """Count and sum a table, or return None when the tolerant reader has to.

    `evidence` is that of the first rows; `folder` is for a copy in UTF-8 and for what spills over the memory limit.
    """
    import duckdb

    forms = None if evidence.order_open else _forms(located, evidence)
    if forms is None:
        return None
    source = _source(_text_table(located), folder)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        try:
            counted = _counted(connection, located, evidence, _typed(located, forms, source, tried=True))
        except (
            duckdb.Error
        ):  # a cell that is not clean, a torn row, text that is not UTF-8: the other reader says which
            return None
    if counted is None:
        return None
    return Quick(*counted, _relation(located, _typed(located, forms, source, tried=False)))


def _relation(located: Located, typed: str) -> str:
    """Return the SQL that reads the typed rows with their line numbers: a row is a line, `_counted` saw to that."""
    names = ", ".join(f'"{each.name}"' for each in located.claim.shape.spec.fields)
    return f"(SELECT row_number() OVER () + {_text_table(located).skip} AS _line, {names} FROM ({typed}))"


def _text_table(located: Located) -> TextTable:
    table = located.found.table
    assert isinstance(table, TextTable)
    return table


def _quoted(path: Path | str) -> str:
    return str(path).replace("'", "''")


def _typed(located: Located, forms: Mapping[str, Form], source: str, *, tried: bool) -> str:
    """Return the SELECT of every field; of its tried form, and with the raw columns, where rows are only counted."""
    claim = located.claim
    position = {name: index for index, name in claim.columns.items()}
    raws = [f"c{index}" for index in sorted(position.values())]
    firsts, made = list(raws), {}
    for field in claim.shape.spec.fields:
        if field.name not in position:
            made[field.name] = f"NULL::{field.kind.sql_type}"
            continue
        raw, clean = f"c{position[field.name]}", forms[field.name]
        value = clean.tried if tried and clean.tried is not None else clean.value
        made[field.name] = value.format(raw=raw, first=f"first_{raw}")
        if clean.first is not None:
            firsts.append(f"{clean.first.format(raw=raw)} AS first_{raw}")
    for each in claim.shape.derived:
        if each.of[0] in position:
            made[each.field] = place_of(f"c{position[each.of[0]]}")
    selected = ", ".join(f'{sql} AS "{name}"' for name, sql in made.items())
    also = f", {', '.join(raws)}" if tried else ""
    return f"SELECT {selected}{also} FROM (SELECT {', '.join(firsts)} FROM {source})"


def _source(table: TextTable, folder: Path) -> str:
    """Return the CSV reader in the dialect of the table; another encoding is rewritten to UTF-8 first."""
    path = table.path if table.encoding in _UTF8 else _transcoded(table, folder)
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(table.headings)))
    quote = "'\"'" if table.dialect.quoted else "''"
    buffer = _BIG_BUFFER if path.stat().st_size >= _BIG else _BUFFER
    delimiter = "\\t" if table.dialect.delimiter == "\t" else table.dialect.delimiter
    return (
        f"read_csv('{_quoted(path)}', columns={{{columns}}}, header=false, auto_detect=false, skip={table.skip}, "
        f"delim='{delimiter}', quote={quote}, escape={quote}, strict_mode=true, null_padding=false, "
        f"buffer_size={buffer}, max_line_size=1000000)"
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


def _counted(connection: Any, located: Located, evidence: Evidence, typed: str) -> tuple[Tally, Evidence] | None:
    """Count, sum and try every cell in one scan; None when a row is not good or not one line."""
    shape = located.claim.shape
    present = located.claim.fields | {each.field for each in shape.derived}
    summed = {total: name for total, name in shape.spec.totals.items() if name in present}
    dated = (*shape.period_dates, "date", "start_date", "end_date", "snapshot_date")
    days = [name for name in dict.fromkeys(dated) if name in present]
    telling = [name for name in (*MARKETPLACE_FIELDS, *CURRENCY_FIELDS) if name in located.claim.fields]
    asked = ["count(*)", f"bool_or({_not_clean(located)})"]
    asked += [f'sum("{name}")' for name in summed.values()]
    asked += [f'count(DISTINCT "{name}")' for name in shape.distinct.values()]
    asked += [f'list(DISTINCT "{name}"::DATE)' for name in days] + [f'list(DISTINCT "{name}")' for name in telling]
    asked += [f'count("{name}")' for name in _only_tried(located, {*summed.values(), *days})]
    rows, dirty, *found = connection.execute(f"SELECT {', '.join(asked)} FROM ({typed})").fetchone()
    if dirty or rows != located.lines - _text_table(located).skip:
        return None  # blank lines, or line ends inside cells: line numbers would be wrong
    answers = iter(found)
    tally = Tally(rows=rows)
    tally.sums = {total: _whole(next(answers) or 0, shape.spec.field(name)) for total, name in summed.items()}
    tally.counts = {total: next(answers) for total in shape.distinct}
    tally.days = {name: {day for day in next(answers) or () if isinstance(day, date)} for name in days}
    texts = {name: {str(each) for each in next(answers) or () if each is not None} for name in telling}
    if len(texts.get("currency", ())) > 1:
        _sum_by_currency(connection, located, typed, tally)
    return tally, replace(evidence, **named(located.claim, texts, evidence))


def _whole(value: int | Decimal, field: Field) -> int:
    """Return a sum as an integer: of money, in micros."""
    return int(value * MICROS) if field.kind is FieldKind.MONEY else int(value)


def _only_tried(located: Located, others: set[str]) -> list[str]:
    """Return the fields whose cells are only tried: `error()` stands in the SQL of all but texts."""
    fields = [located.claim.shape.spec.field(name) for name in sorted(located.claim.fields - others)]
    return [each.name for each in fields if each.kind not in {FieldKind.TEXT, FieldKind.ID}]


def _not_clean(located: Located) -> str:
    """Return the SQL of what the clean forms let pass: rows without what a good row has, texts with outer blanks."""
    shape, present = located.claim.shape, located.claim.fields
    tests = [f'"{each.name}" IS NULL' for each in shape.spec.fields if each.filled and each.name in present]
    either = [f'"{name}" IS NULL' for name in shape.filled_one_of if name in present]
    tests += [f"({' AND '.join(either)})"] if either else []
    texts = {each.name for each in shape.spec.fields if each.kind in {FieldKind.TEXT, FieldKind.ID}}
    raws = [f"c{index}" for index, name in sorted(located.claim.columns.items()) if name in texts]
    # without quotation marks a TAB parts cells and a carriage return ends the line: neither is inside a cell
    dialect = _text_table(located).dialect
    blanks = " " if not dialect.quoted and dialect.delimiter == "\t" else located.blanks
    tests += [has_edges(raw, ascii_only=located.ascii_only, blanks=blanks) for raw in raws]
    return " OR ".join(tests) or "false"


def _sum_by_currency(connection: Any, located: Located, typed: str, tally: Tally) -> None:
    """Sum once more for each currency of a file that mixes several."""
    spec = located.claim.shape.spec
    names = {total: name for total, name in spec.totals.items() if name in located.claim.fields}
    sums = ", ".join(f'sum("{name}")' for name in names.values())
    if not sums:
        return
    for code, *values in connection.execute(f"SELECT currency, {sums} FROM ({typed}) GROUP BY 1").fetchall():
        pairs = zip(names.items(), values, strict=True)
        found = {total: _whole(value, spec.field(name)) for (total, name), value in pairs if value is not None}
        tally.sums_by_currency[str(code)] = found
