"""The clean forms of the fast path as SQL: one for each kind of column, `error()` for whatever has another.

Names in this SQL come from the headers' TOML and from column positions, never from a file; texts of a file are quoted.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sheetsync.importers.base import Field, FieldKind, text_in_sql
from sheetsync.importers.convert import STRIPPED
from sheetsync.importers.derive import RULES
from sheetsync.importers.evidence import Evidence
from sheetsync.importers.numbers import BLANKS
from sheetsync.importers.rows import NO_PORTFOLIO


@dataclass(frozen=True, slots=True)
class Form:
    """How a raw column becomes a typed one, in two layers, so that no cell is parsed twice.

    `first` is SQL on the column `{raw}`, evaluated for every cell; `value` is SQL on `{raw}` and the result `{first}`.
    `tried` is `value` without what only keeping needs: money stays a DECIMAL in currency units, to count and to sum.
    `read_as` is the type in which the reader hands the column over ("VARCHAR": as it stands), `written` the format of
    its dates; `dirty` is SQL that is true for a cell which the reader took but the tolerant reader may not.
    """

    value: str
    first: str | None = None
    tried: str | None = None
    read_as: str = "VARCHAR"
    written: str | None = None
    dirty: str | None = None


MESSY = "error('messy')"
_TRIMMED = f"'{STRIPPED}'"
_DOUBLE = "try_cast({raw} AS DOUBLE)"
_NO_NUMBER = "NOT abs({raw}) < 1e15"
"""True for infinity and for NaN, which DuckDB sorts above every number."""
_EARLIEST = "1990-01-01"
_NO_DAY = f"{{raw}} < '{_EARLIEST}'"
"""DuckDB reads `epoch` and `infinity` as 1900-01-01 whatever the format, and a year of two digits as one of Rome."""
_BLANK = "|".join(re.escape(each) for each in sorted(BLANKS))
_BLANK_OR_MESSY = (
    # not IN: DuckDB makes a join of a long list, which every row then goes through
    f"WHEN {{raw}} IS NULL THEN NULL WHEN regexp_full_match(lower({{raw}}), '{_BLANK}') THEN NULL ELSE {MESSY} END"
)
_COUNT = (
    "CASE WHEN {first}::VARCHAR = {raw} THEN {first} "
    "WHEN regexp_full_match({raw}, '-?[1-9][0-9]{{0,2}}(,[0-9]{{3}})+') THEN replace({raw}, ',', '')::BIGINT "
    "WHEN regexp_full_match({raw}, '-?[0-9]{{1,15}}\\.0{{1,2}}') THEN split_part({raw}, '.', 1)::BIGINT "
    + _BLANK_OR_MESSY
)
_NO_COMMA = "replace({raw}, ',', '')"
_PLAIN = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")


def form(
    field: Field, samples: list[str], mark: str, *, percent: bool, evidence: Evidence, ascii_only: bool, typed: bool
) -> Form | None:
    """Return the clean form of a column, or None when it has none.

    `samples` are its distinct texts among the first rows, `mark` the currency mark before all amounts ("" for none),
    `percent` says that plain numbers are hundredths, `ascii_only` that the file holds nothing beyond ASCII. `typed`
    lets the reader itself type a column whose samples are plain numbers or dates: quicker, but the first blank that is
    written out (`--`) stops it.
    """
    plain = typed and all(_PLAIN.fullmatch(each) for each in samples)
    match field.kind:
        case FieldKind.TEXT | FieldKind.ID:
            return _text(field, ascii_only=ascii_only)
        case FieldKind.COUNT:
            return Form(_COUNT, first=f"try_cast({_NO_COMMA if _groups(samples) else '{raw}'} AS BIGINT)")
        case FieldKind.MONEY if plain and not mark:
            return Form("({raw} * 1000000)::BIGINT", tried="{raw}", read_as="DECIMAL(18, 6)")
        case FieldKind.MONEY:
            return _money(mark, commas=_groups(samples))
        case FieldKind.RATIO | FieldKind.NUMBER if plain:
            return Form("{raw} / 100" if percent else "{raw}", read_as="DOUBLE", dirty=_NO_NUMBER)
        case FieldKind.RATIO:
            return _ratio(samples, "/ 100 " if percent else "")
        case FieldKind.NUMBER:
            return Form(f"CASE WHEN abs({{first}}) < 1e15 THEN {{first}} {_BLANK_OR_MESSY}", first=_DOUBLE)
        case FieldKind.DATE | FieldKind.DATETIME:
            return _date_form(field.kind, samples, evidence, typed=typed)
        case _:
            return None


def _text(field: Field, *, ascii_only: bool) -> Form:
    """Text without outer blanks and without Excel's guard; trimming is slow, so only a cell with an edge is."""
    first = f"CASE WHEN {_has_edges(ascii_only=ascii_only)} THEN nullif(trim({{raw}}, {_TRIMMED}), '') ELSE {{raw}} END"
    inner = f"""nullif(trim(replace(substr({{first}}, 3, length({{first}}) - 3), '""', '"'), {_TRIMMED}), '')"""
    bare = f"CASE WHEN length({{first}}) < 3 THEN NULL ELSE {inner} END"
    value = f"CASE WHEN starts_with({{first}}, '=\"') AND ends_with({{first}}, '\"') THEN {bare} ELSE {{first}} END"
    if field.name == "portfolio":
        names = ", ".join(map(repr, sorted(NO_PORTFOLIO)))
        value = f"CASE WHEN lower({{first}}) IN ({names}) THEN NULL ELSE {value} END"
    return Form(value, first=first)


def _has_edges(*, ascii_only: bool) -> str:
    """Return the SQL that tells whether a text begins or ends with a blank.

    Whatever sorts before `!` begins with a blank or a control character. The wide blanks are looked for only where a
    file has characters beyond ASCII.
    """
    tests = ["{raw} < '!'", *(f"ends_with({{raw}}, '{blank}')" for blank in STRIPPED if blank.isascii())]
    if not ascii_only:
        wide = [blank for blank in STRIPPED if not blank.isascii()]
        tests += [f"{test}({{raw}}, '{blank}')" for test in ("starts_with", "ends_with") for blank in wide]
    return " OR ".join(tests)


def _groups(samples: list[str]) -> bool:
    """Whether a column has thousands separators: then they go before the cast, for a cast that fails costs most."""
    return any("," in each for each in samples)


def _money(mark: str, *, commas: bool) -> Form:
    """Amounts without a comma go the short way; a comma has to be a thousands separator by its place."""
    escaped, quoted = re.escape(mark).replace("'", "''"), mark.replace("'", "''")
    grouped = "[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?:\\.[0-9]{{1,6}})?"  # `0,123` is no thousands
    start = len(mark) + 1
    unmarked = f"substr({{raw}}, {start})" if mark else "{raw}"
    digits, negative = f"replace({unmarked}, ',', '')", f"replace(substr({{raw}}, {start + 1}), ',', '')"
    plain = "{first} IS NOT NULL" + (f" AND starts_with({{raw}}, '{quoted}')" if mark else "")
    plain += " AND NOT contains({raw}, ',')" if commas else ""
    cases = (
        (plain, "{first}"),
        (f"regexp_full_match({{raw}}, '{escaped}{grouped}')", "{first}" if commas else _decimal(digits)),
        (
            f"regexp_full_match({{raw}}, '-{escaped}(?:{grouped}|[0-9]{{{{1,12}}}}(?:\\.[0-9]{{{{1,6}}}})?)')",
            f"-{_decimal(negative)}",
        ),
    )
    kept = " ".join(f"WHEN {test} THEN ({amount} * 1000000)::BIGINT" for test, amount in cases)
    tried = " ".join(f"WHEN {test} THEN {amount}" for test, amount in cases)
    first = _decimal(digits if commas else unmarked)
    return Form(f"CASE {kept} {_BLANK_OR_MESSY}", first=first, tried=f"CASE {tried} {_BLANK_OR_MESSY}")


def _decimal(digits: str) -> str:
    return f"try_cast({digits} AS DECIMAL(18, 6))"


def _ratio(samples: list[str], units: str) -> Form:
    """The form that most cells have is tried first: `12.5%` or a plain number, in hundredths where `units` divides."""
    cut = "try_cast(substr({raw}, 1, strlen({raw}) - 1) AS DOUBLE)"
    if any(each.endswith("%") for each in samples):
        signed = "WHEN ends_with({raw}, '%') AND abs({first}) < 1e15 THEN {first} / 100 "
        plain = f"WHEN abs({_DOUBLE}) < 1e15 THEN {_DOUBLE} {units}"
        return Form(f"CASE {signed}{plain}{_BLANK_OR_MESSY}", first=cut)
    plain = f"WHEN abs({{first}}) < 1e15 THEN {{first}} {units}"
    signed = f"WHEN ends_with({{raw}}, '%') AND abs({cut}) < 1e15 THEN {cut} / 100 "
    return Form(f"CASE {plain}{signed}{_BLANK_OR_MESSY}", first=_DOUBLE)


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


def _date_form(kind: FieldKind, samples: list[str], evidence: Evidence, *, typed: bool) -> Form | None:
    """Return the one form that all sampled dates have, or None."""
    for pattern, written, order in _MOMENT_FORMS if kind is FieldKind.DATETIME else _DATE_FORMS:
        if (order is None or order == evidence.order) and all(re.fullmatch(pattern, each) for each in samples):
            if typed:
                return Form("{raw}", read_as=kind.sql_type, written=written, dirty=_NO_DAY)
            value = f"CASE WHEN {{first}} >= '{_EARLIEST}' THEN {{first}}::{kind.sql_type} {_BLANK_OR_MESSY}"
            return Form(value, first=f"try_strptime({{raw}}, '{written}')")
    return None


def place_of(sql: str, channels: Collection[str]) -> str:
    """Return the SQL of the marketplace of a sales channel; NULL for channels that are none.

    `channels` are all that the file names: each is read as the tolerant reader reads it.
    """
    codes = {channel: code for channel in sorted(channels) if (code := RULES["marketplace"]([channel])) is not None}
    cases = " ".join(f"WHEN {text_in_sql(channel)} THEN '{code}'" for channel, code in codes.items())
    return f"CASE {sql} {cases} ELSE NULL END" if cases else "NULL::VARCHAR"
