"""The clean forms of the fast path as SQL: one for each kind of column, `error()` for whatever has another.

Names in this SQL come from the headers' TOML and from column positions, never from a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheetsync.core.model.marketplace import MARKETPLACES
from sheetsync.importers.base import Field, FieldKind
from sheetsync.importers.evidence import Evidence
from sheetsync.importers.numbers import BLANKS
from sheetsync.importers.rows import NO_PORTFOLIO


@dataclass(frozen=True, slots=True)
class Form:
    """How a raw column becomes a typed one, in two layers, so that no cell is parsed twice.

    `first` is SQL on the column `{raw}`, evaluated for every cell; `value` is SQL on `{raw}` and the result `{first}`.
    `tried` is `value` without what only keeping needs: money stays a DECIMAL in currency units, to count and to sum.
    """

    first: str | None
    value: str
    tried: str | None = None


MESSY = "error('messy')"
_TRIMMED = "' \t\r\n\u00a0\u3000'"
_DOUBLE = "try_cast({raw} AS DOUBLE)"
_BLANK_OR_MESSY = (
    f"WHEN {{raw}} IS NULL OR lower({{raw}}) IN ({', '.join(repr(each) for each in sorted(BLANKS))}) "
    f"THEN NULL ELSE {MESSY} END"
)
_INNER = f"""nullif(trim(replace(substr({{raw}}, 3, length({{raw}}) - 3), '""', '"'), {_TRIMMED}), '')"""
_GUARDED = "starts_with({raw}, '=\"') AND ends_with({raw}, '\"') AND length({raw}) > 2"
_TEXT = f"CASE WHEN {_GUARDED} THEN {_INNER} ELSE {{raw}} END"
"""Text without Excel's guard. Outer blanks are looked for afterwards (`has_edges`): trimming every cell costs most."""
_NO_PORTFOLIO = ", ".join(repr(each) for each in sorted(NO_PORTFOLIO))
_PORTFOLIO = f"CASE WHEN strlen({{raw}}) < 13 AND lower({{raw}}) IN ({_NO_PORTFOLIO}) THEN NULL ELSE {_TEXT} END"
_COUNT = (
    "CASE WHEN {first}::VARCHAR = {raw} THEN {first} "
    "WHEN regexp_full_match({raw}, '-?[0-9]{{1,3}}(,[0-9]{{3}})+') THEN replace({raw}, ',', '')::BIGINT "
    "WHEN regexp_full_match({raw}, '-?[0-9]{{1,15}}\\.0{{1,2}}') THEN split_part({raw}, '.', 1)::BIGINT "
    + _BLANK_OR_MESSY
)
_NO_COMMA = "replace({raw}, ',', '')"


def form(field: Field, samples: list[str], mark: str, *, percent: bool, evidence: Evidence) -> Form | None:
    """Return the clean form of a column, or None when it has none.

    `samples` are its distinct texts among the first rows, `mark` the currency mark before all amounts ("" for none),
    `percent` says that plain numbers are hundredths.
    """
    match field.kind:
        case FieldKind.TEXT | FieldKind.ID:
            return Form(None, _PORTFOLIO if field.name == "portfolio" else _TEXT)
        case FieldKind.COUNT:
            return Form(f"try_cast({_NO_COMMA if _groups(samples) else '{raw}'} AS BIGINT)", _COUNT)
        case FieldKind.MONEY:
            return _money(mark, commas=_groups(samples))
        case FieldKind.RATIO:
            return _ratio(samples, "/ 100 " if percent else "")
        case FieldKind.NUMBER:
            return Form(_DOUBLE, f"CASE WHEN abs({{first}}) < 1e15 THEN {{first}} {_BLANK_OR_MESSY}")
        case FieldKind.DATE | FieldKind.DATETIME:
            return _date_form(field.kind, samples, evidence)
        case _:
            return None


def has_edges(name: str, *, ascii_only: bool, blanks: str) -> str:
    """Return the SQL that tells whether a text begins or ends with a blank.

    Whatever sorts before `!` begins with a blank or a control character. `blanks` are the characters to look for at the
    end; the wide blanks are looked for only where a file has characters beyond ASCII.
    """
    tests = [f"{name} < '!'", *(f"ends_with({name}, '{blank}')" for blank in blanks)]
    if not ascii_only:
        tests += [f"{test}({name}, '{blank}')" for test in ("starts_with", "ends_with") for blank in "\u00a0\u3000"]
    return f"({' OR '.join(tests)})"


def _groups(samples: list[str]) -> bool:
    """Whether a column has thousands separators: then they go before the cast, for a cast that fails costs most."""
    return any("," in each for each in samples)


def _money(mark: str, *, commas: bool) -> Form:
    """Amounts without a comma go the short way; a comma has to be a thousands separator by its place."""
    escaped, quoted = re.escape(mark).replace("'", "''"), mark.replace("'", "''")
    grouped = "[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\\.[0-9]{{1,6}})?"
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
    return Form(first, f"CASE {kept} {_BLANK_OR_MESSY}", f"CASE {tried} {_BLANK_OR_MESSY}")


def _decimal(digits: str) -> str:
    return f"try_cast({digits} AS DECIMAL(18, 6))"


def _ratio(samples: list[str], units: str) -> Form:
    """The form that most cells have is tried first: `12.5%` or a plain number, in hundredths where `units` divides."""
    cut = "try_cast(substr({raw}, 1, strlen({raw}) - 1) AS DOUBLE)"
    if any(each.endswith("%") for each in samples):
        signed = "WHEN ends_with({raw}, '%') AND abs({first}) < 1e15 THEN {first} / 100 "
        plain = f"WHEN abs({_DOUBLE}) < 1e15 THEN {_DOUBLE} {units}"
        return Form(cut, f"CASE {signed}{plain}{_BLANK_OR_MESSY}")
    plain = f"WHEN abs({{first}}) < 1e15 THEN {{first}} {units}"
    signed = f"WHEN ends_with({{raw}}, '%') AND abs({cut}) < 1e15 THEN {cut} / 100 "
    return Form(_DOUBLE, f"CASE {plain}{signed}{_BLANK_OR_MESSY}")


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
    """Return the one form that all sampled dates have, or None."""
    for pattern, written, order in _MOMENT_FORMS if kind is FieldKind.DATETIME else _DATE_FORMS:
        if (order is None or order == evidence.order) and all(re.fullmatch(pattern, each) for each in samples):
            value = f"CASE WHEN {{first}} IS NOT NULL THEN {{first}}::{kind.sql_type} {_BLANK_OR_MESSY}"
            return Form(f"try_strptime({{raw}}, '{written}')", value)
    return None


def place_of(raw: str) -> str:
    """Return the SQL of the marketplace of a sales channel; NULL for channels that are none."""
    cases = " ".join(f"WHEN '{place.domain}' THEN '{place.code}'" for place in MARKETPLACES)
    return f"CASE lower({raw}) {cases} ELSE NULL END"
