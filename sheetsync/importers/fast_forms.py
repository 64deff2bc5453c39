"""The clean forms of the fast path as SQL: one for each kind of column, `error()` for whatever has another.

Names in this SQL come from the headers' TOML and from column positions, never from a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from sheetsync.core.model.marketplace import MARKETPLACES
from sheetsync.importers.base import Field, FieldKind
from sheetsync.importers.evidence import Evidence
from sheetsync.importers.numbers import BLANKS
from sheetsync.importers.rows import NO_PORTFOLIO

Form = Callable[[str], str]
"""From the name of a raw column to the SQL of its typed value."""

MESSY = "error('messy')"
TRIMMED = "' \t\r\n\u00a0\u3000'"


def form(field: Field, samples: list[str], mark: str, *, percent: bool, evidence: Evidence) -> Form | None:
    """Return the clean form of a column, or None when it has none.

    `samples` are its distinct texts among the first rows, `mark` the currency mark before all amounts ("" for none),
    `percent` says that plain numbers are hundredths.
    """
    match field.kind:
        case FieldKind.TEXT | FieldKind.ID:
            return _portfolio_sql if field.name == "portfolio" else _text_sql
        case FieldKind.COUNT:
            return _count_sql
        case FieldKind.MONEY:
            return lambda raw: _money_sql(raw, mark)
        case FieldKind.RATIO | FieldKind.NUMBER:
            return lambda raw: _ratio_sql(raw, percent=percent, sign=field.kind is FieldKind.RATIO)
        case FieldKind.DATE | FieldKind.DATETIME:
            return _date_form(field.kind, samples, evidence)
        case _:
            return None


def _text_sql(raw: str) -> str:
    """Text without Excel's guard. Outer blanks are looked for afterwards (`has_edges`): trimming here costs most."""
    inner = f"""nullif(trim(replace(substr({raw}, 3, length({raw}) - 3), '""', '"'), {TRIMMED}), '')"""
    guarded = f"starts_with({raw}, '=\"') AND ends_with({raw}, '\"') AND length({raw}) > 2"
    return f"CASE WHEN {guarded} THEN {inner} ELSE {raw} END"


def _portfolio_sql(raw: str) -> str:
    names = ", ".join(f"'{name}'" for name in sorted(NO_PORTFOLIO))
    return f"CASE WHEN lower({raw}) IN ({names}) THEN NULL ELSE {_text_sql(raw)} END"


def has_edges(name: str) -> str:
    """Return the SQL that tells whether a kept text begins or ends with a blank, or is empty."""
    blanks = "' ', '\t', '\r', '\n', '\u00a0', '\u3000'"
    return f"(left({name}, 1) IN ({blanks}) OR right({name}, 1) IN ({blanks}) OR {name} = '')"


def _blank_or_messy(raw: str) -> str:
    blanks = ", ".join(f"'{each}'" for each in sorted(BLANKS))
    return f"WHEN {raw} IS NULL OR lower({raw}) IN ({blanks}) THEN NULL ELSE {MESSY} END"


def _count_sql(raw: str) -> str:
    return (
        f"CASE WHEN try_cast({raw} AS BIGINT)::VARCHAR = {raw} THEN try_cast({raw} AS BIGINT) "
        f"WHEN regexp_full_match({raw}, '-?[0-9]{{1,3}}(,[0-9]{{3}})+') THEN replace({raw}, ',', '')::BIGINT "
        f"WHEN regexp_full_match({raw}, '-?[0-9]{{1,15}}\\.0{{1,2}}') THEN split_part({raw}, '.', 1)::BIGINT "
        + _blank_or_messy(raw)
    )


def _money_sql(raw: str, mark: str) -> str:
    """Amounts without a comma go the short way; a comma has to be a thousands separator by its place."""
    escaped = re.escape(mark).replace("'", "''")
    quoted = mark.replace("'", "''")
    grouped = "[0-9]{1,3}(?:,[0-9]{3})+(?:\\.[0-9]{1,6})?"
    start = len(mark) + 1
    unmarked = f"substr({raw}, {start})" if mark else raw
    short, long = _micros(unmarked), _micros(f"replace({unmarked}, ',', '')")
    negative = _micros(f"replace(substr({raw}, {start + 1}), ',', '')")
    has_mark = f"starts_with({raw}, '{quoted}') AND " if mark else ""
    return (
        f"CASE WHEN {has_mark}NOT contains({raw}, ',') AND {short} IS NOT NULL THEN {short} "
        f"WHEN regexp_full_match({raw}, '{escaped}{grouped}') THEN {long} "
        f"WHEN regexp_full_match({raw}, '-{escaped}(?:{grouped}|[0-9]{{1,12}}(?:\\.[0-9]{{1,6}})?)') "
        f"THEN -{negative} {_blank_or_messy(raw)}"
    )


def _micros(digits: str) -> str:
    return f"(try_cast({digits} AS DECIMAL(18, 6)) * 1000000)::BIGINT"


def _ratio_sql(raw: str, *, percent: bool, sign: bool) -> str:
    number = f"try_cast({raw} AS DOUBLE)"
    plain = f"WHEN abs({number}) < 1e15 THEN {number}" + (" / 100 " if percent else " ")
    cut = f"try_cast(substr({raw}, 1, strlen({raw}) - 1) AS DOUBLE)"
    signed = f"WHEN ends_with({raw}, '%') AND abs({cut}) < 1e15 THEN {cut} / 100 " if sign else ""
    return f"CASE {signed}{plain}{_blank_or_messy(raw)}"


_DATE_FORMS = (
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "%Y-%m-%d", None),
    (r"[A-Z][a-z]{2} [0-9]{2}, [0-9]{4}", "%b %d, %Y", None),
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", "%m/%d/%Y", "mdy"),
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", "%d/%m/%Y", "dmy"),
)
_MOMENT_FORMS = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", "%Y-%m-%dT%H:%M:%S+00:00", None),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "%Y-%m-%dT%H:%M:%SZ", None),
)


def _date_form(kind: FieldKind, samples: list[str], evidence: Evidence) -> Form | None:
    """Return the SQL of the one form that all sampled dates have, or None."""
    sql_type = kind.sql_type
    for pattern, written, order in _MOMENT_FORMS if kind is FieldKind.DATETIME else _DATE_FORMS:
        if (order is None or order == evidence.order) and all(re.fullmatch(pattern, each) for each in samples):
            return partial(_day_sql, written=written, sql_type=sql_type)
    return None


def _day_sql(raw: str, *, written: str, sql_type: str) -> str:
    read = f"try_strptime({raw}, '{written}')"
    return f"CASE WHEN {read} IS NOT NULL THEN {read}::{sql_type} {_blank_or_messy(raw)}"


def place_of(raw: str) -> str:
    """Return the SQL of the marketplace of a sales channel; NULL for channels that are none."""
    cases = " ".join(f"WHEN '{place.domain}' THEN '{place.code}'" for place in MARKETPLACES)
    return f"CASE lower({raw}) {cases} ELSE NULL END"
