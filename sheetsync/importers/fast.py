"""The fast path for big clean files: DuckDB's CSV reader with an explicit dialect, typed by the reader and by SQL.

It reads only what is beyond doubt: each kind of column has one clean form, and the first cell that has another stops
it, so that the tolerant reader takes the whole file instead. What it reads is what the tolerant reader reads; a
property test compares them row by row. One scan counts, sums and tries every cell that can be bad (any text is good
text, so columns of text are parsed but not looked at); typed rows are not kept but read again when they are staged, so
memory stays bounded and nothing is written twice.

Two tries: first the reader itself types what looks plain in the first rows, then, should a later cell not be, SQL does.
"""

# ruff: noqa: S608  names in the SQL come from the headers' TOML and from column positions, paths are quoted

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sheetsync.importers.base import MICROS, Field, FieldKind, path_in_sql
from sheetsync.importers.encodings import lines_of
from sheetsync.importers.evidence import CURRENCY_FIELDS, GROUPING_LANGUAGES, MARKETPLACE_FIELDS, Evidence, named
from sheetsync.importers.fast_forms import Form, form, place_of
from sheetsync.importers.locate import Located
from sheetsync.importers.rows import Tally
from sheetsync.importers.text_table import TextTable

FROM_BYTES = 4 << 20
"""Under this size the tolerant reader is as quick as starting DuckDB."""
PROOF_ROWS = 1_000
TRIES = ((True, "90MB"), (False, "512MB"))
"""Whether the reader types what looks plain, and the limit of DuckDB's memory; aggregates over it spill."""
THREADS = 2
_BUFFER = 1 << 20
_BIG_BUFFER = 8 << 20
"""For files from `_BIG` bytes: a tenth quicker, and 35 MB more, which only such a file is worth."""
_BIG = 128 << 20
_UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})
_DATED = {"DATE": "dateformat", "TIMESTAMP": "timestampformat"}
"""The reader's options for the formats of what it types itself."""


@dataclass(frozen=True, slots=True)
class Quick:
    """What the fast path counted, the evidence completed by what the whole file names, and the SQL of its rows.

    A row is a line, `_counted` saw to that: the first stands after `skip` lines.
    """

    tally: Tally
    evidence: Evidence
    relation: str
    skip: int


def suits(located: Located, *, damaged: bool) -> bool:
    """Whether a table is of a form that the fast path may try; `damaged` are characters lost and NUL bytes."""
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
    import duckdb  # noqa: F401  before `lines_of`, which would dispute it the interpreter

    if evidence.order_open:
        return None
    path = _in_utf8(_text_table(located), folder)
    with ThreadPoolExecutor(1) as beside:
        return _tried(located, evidence, path, folder, beside.submit(lines_of, path))


def _tried(located: Located, evidence: Evidence, path: Path, folder: Path, lines: Future[int]) -> Quick | None:
    """Read with the reader's types, then, should a cell not have them or memory not do, with those of SQL."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": False,
    }
    for typed, memory in TRIES:
        forms = _forms(located, evidence, typed=typed)
        if forms is None:
            return None
        source = _source(located, path, forms)
        with duckdb.connect(":memory:", config={**settings, "memory_limit": memory}) as connection:
            try:
                counted = _counted(connection, located, evidence, forms, source, lines)
            except duckdb.Error:  # a cell that is not clean, a torn row: the other reader says which
                counted = None
        if counted is not None:
            tally, evidence, texts = counted
            names = ", ".join(f'"{each.name}"' for each in located.claim.shape.spec.fields)
            typed_rows = _typed(located, forms, source, texts)
            return Quick(tally, evidence, f"(SELECT {names} FROM ({typed_rows}))", _text_table(located).skip)
    return None


def _text_table(located: Located) -> TextTable:
    table = located.found.table
    assert isinstance(table, TextTable)
    return table


def _typed(
    located: Located, forms: Mapping[str, Form], source: str, texts: Mapping[str, Collection[str]] | None
) -> str:
    """Return the SELECT of every field to keep; `texts` are those which tell marketplaces.

    Without them rows are only counted: then it is of the tried forms, and with what is dirty.
    """
    claim, tried = located.claim, texts is None
    position = {name: index for index, name in claim.columns.items()}
    inner, made, dirty = [f"c{index}" for index in sorted(position.values())], {}, []
    for field in claim.shape.spec.fields:
        if field.name not in position:
            made[field.name] = f"NULL::{field.kind.sql_type}"
            continue
        raw, clean = f"c{position[field.name]}", forms[field.name]
        value = clean.tried if tried and clean.tried is not None else clean.value
        made[field.name] = value.format(raw=raw, first=f"first_{raw}")
        if clean.first is not None:
            inner.append(f"{clean.first.format(raw=raw)} AS first_{raw}")
        if clean.dirty is not None:
            dirty.append(clean.dirty.format(raw=raw))
    for each in claim.shape.derived:
        if texts is not None and each.of[0] in position:
            made[each.field] = place_of(made[each.of[0]], texts[each.of[0]])
    selected = ", ".join(f'{sql} AS "{name}"' for name, sql in made.items())
    also = f", {' OR '.join(dirty) or 'false'} AS _dirty" if tried else ""
    return f"SELECT {selected}{also} FROM (SELECT {', '.join(inner)} FROM {source})"


def _source(located: Located, path: Path, forms: Mapping[str, Form]) -> str:
    """Return the CSV reader in the dialect of the table, with the types that it shall hand over."""
    table = _text_table(located)
    types = {index: forms[name].read_as for index, name in located.claim.columns.items()}
    columns = ", ".join(f"'c{index}': '{types.get(index, 'VARCHAR')}'" for index in range(len(table.headings)))
    quote = "'\"'" if table.dialect.quoted else "''"
    buffer = _BIG_BUFFER if path.stat().st_size >= _BIG else _BUFFER
    delimiter = "\\t" if table.dialect.delimiter == "\t" else table.dialect.delimiter
    options = {_DATED[each.read_as]: each.written for each in forms.values() if each.written is not None}
    dates = "".join(f", {option}='{written}'" for option, written in options.items())
    return (
        f"read_csv({path_in_sql(path)}, columns={{{columns}}}, header=false, auto_detect=false, skip={table.skip}, "
        f"delim='{delimiter}', quote={quote}, escape={quote}, strict_mode=true, null_padding=false, "
        f"buffer_size={buffer}, max_line_size=1000000{dates})"
    )


def _in_utf8(table: TextTable, folder: Path) -> Path:
    """Return the file, or a copy in UTF-8."""
    return table.path if table.encoding in _UTF8 else _transcoded(table, folder)


def _transcoded(table: TextTable, folder: Path) -> Path:
    target = folder / "utf-8.txt"
    with (
        table.path.open(encoding=table.encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while chunk := source.read(1 << 20):
            out.write(chunk)
    return target


def _forms(located: Located, evidence: Evidence, *, typed: bool) -> dict[str, Form] | None:
    """Return for each column its clean form, or None when a column has none."""
    claim, mark = located.claim, evidence.mark
    if mark is None or any(style not in {None, "."} for style in evidence.styles.values()):
        return None
    samples = _samples(_text_table(located))
    forms: dict[str, Form] = {}
    formats: dict[str, str] = {}  # the reader knows one format of dates and one of moments
    for index, name in claim.columns.items():
        make = partial(
            form, claim.shape.spec.field(name), samples[index], mark,
            percent=name in located.percent, evidence=evidence, ascii_only=located.ascii_only,
        )  # fmt: skip
        made = make(typed=typed)
        if made is not None and made.written is not None:
            same = formats.setdefault(made.read_as, made.written) == made.written
            made = made if same else make(typed=False)
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


def _counted(
    connection: Any, located: Located, evidence: Evidence, forms: Mapping[str, Form], source: str, lines: Future[int]
) -> tuple[Tally, Evidence, dict[str, set[str]]] | None:
    """Count, sum and try every cell in one scan; None when a row is not good or not one line.

    Returns what was counted, the evidence completed, and the distinct texts that tell marketplaces and currencies.
    """
    shape, typed = located.claim.shape, _typed(located, forms, source, None)
    present = located.claim.fields | {each.field for each in shape.derived}
    summed = {total: name for total, name in shape.spec.totals.items() if name in present}
    dated = (*shape.period_dates, "date", "start_date", "end_date", "snapshot_date")
    days = [name for name in dict.fromkeys(dated) if name in present]
    derived = (each.of[0] for each in shape.derived)
    named_by = dict.fromkeys((*MARKETPLACE_FIELDS, *CURRENCY_FIELDS, *derived))
    telling = [name for name in named_by if name in located.claim.fields]
    asked = ["count(*)", f"bool_or({_not_good(located)})"]
    asked += [f'sum("{name}")' for name in summed.values()]
    # of 64 bits, for half the memory: of a million ids two are taken for one once in forty million files
    asked += [f'count(DISTINCT hash("{name}"))' for name in shape.distinct.values()]
    asked += [f'list(DISTINCT "{name}"::DATE)' for name in days] + [f'list(DISTINCT "{name}")' for name in telling]
    asked += [f'count("{name}")' for name in _only_tried(located, {*summed.values(), *days})]
    rows, dirty, *found = connection.execute(f"SELECT {', '.join(asked)} FROM ({typed})").fetchone()
    if dirty or rows != lines.result() - _text_table(located).skip:
        return None  # blank lines, or line ends inside cells: line numbers would be wrong
    answers = iter(found)
    tally = Tally(rows=rows)
    tally.sums = {total: _whole(next(answers) or 0, shape.spec.field(name)) for total, name in summed.items()}
    tally.counts = {total: next(answers) for total in shape.distinct}
    tally.days = {name: {day for day in next(answers) or () if isinstance(day, date)} for name in days}
    texts = {name: {str(each) for each in next(answers) or () if each is not None} for name in telling}
    if len(texts.get("currency", ())) > 1:
        _sum_by_currency(connection, located, typed, tally)
    return tally, replace(evidence, **named(located.claim, texts, evidence)), texts


def _whole(value: int | Decimal, field: Field) -> int:
    """Return a sum as an integer: of money, in micros."""
    return int(value * MICROS) if field.kind is FieldKind.MONEY else int(value)


def _only_tried(located: Located, others: set[str]) -> list[str]:
    """Return the fields whose cells are only tried: `error()` stands in the SQL of all but texts."""
    fields = [located.claim.shape.spec.field(name) for name in sorted(located.claim.fields - others)]
    return [each.name for each in fields if each.kind not in {FieldKind.TEXT, FieldKind.ID}]


def _not_good(located: Located) -> str:
    """Return the SQL that is true for a row without what a good row has, or with a cell that is in doubt."""
    shape, present = located.claim.shape, located.claim.fields
    tests = [f'"{each.name}" IS NULL' for each in shape.spec.fields if each.filled and each.name in present]
    either = [f'"{name}" IS NULL' for name in shape.filled_one_of if name in present]
    tests += [f"({' AND '.join(either)})"] if either else []
    return " OR ".join(["_dirty", *tests])


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
