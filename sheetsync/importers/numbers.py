"""One token of a report to a number: locale per token, never per file.

German and Spanish Business Reports mix `1,234` (a count), `5.63%` and `5.255,61 €` in one row, so a token is read by
what it says itself. Where it says nothing (`1,234` as money: a grouping or a decimal comma?) the other tokens of the
file's money columns decide (`Style`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

from sheetsync.importers.base import MICROS
from sheetsync.importers.money import currency_of_mark, known_marks

Style = Literal[".", ",", "group", "clash"] | None
"""The decimal mark that the file's own tokens prove; "group" where none is proved and both marks may group; "clash"
where some prove one and some the other, so that a token which proves none cannot be read."""

BLANKS = frozenset({"", "-", "--", "---", "n/a", "na", "null", "none", "nan", "n.a.", "#n/a", "∞"})
_ORDINARY = re.compile(r"(-?)(\$?)(\d[\d,.]*)(%?)", re.ASCII)
_POINT = re.compile(r"(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)\.(?:\d{1,2}|\d{4,})", re.ASCII)
"""Digits that say all themselves: a decimal point not before three digits, and commas that group."""
_EXPONENT = re.compile(r"\d+(?:\.\d+)?e[+-]?\d+")
_UNDERSCORE = re.compile(r"(?<=\d)_(?=\d)")
"""DuckDB reads `1_000` as 1000, so this reader does too."""
_GROUPED = {
    mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{2,3}})*{re.escape(mark)}\d{{3}}")
    for mark in (",", ".", "'", " ")
}
_MARK_AT_START = re.compile("|".join(re.escape(mark) for mark in known_marks()), re.IGNORECASE)
_MARK_AT_END = re.compile("(?:" + "|".join(re.escape(mark) for mark in known_marks()) + r")\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A cell's text taken apart: the digits with their separators, the sign, the currency mark and the percent sign."""

    body: str
    negative: bool
    mark: str | None
    percent: bool


def token(text: str) -> Token | None:
    """Take a cell's text apart; None when it is blank or one of the ways to write "no value"."""
    ordinary = _ORDINARY.fullmatch(text)
    if ordinary is not None:  # nine of ten cells; what follows reads them alike, at four times the cost
        sign, mark, body, percent = ordinary.groups()
        return Token(body, bool(sign), mark or None, bool(percent))
    return _token(text)


def _token(text: str) -> Token | None:
    raw = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-").replace("’", "'")
    if raw.startswith('="') and raw.endswith('"'):
        raw = raw[2:-1].strip()
    if raw.casefold().replace("—", "-").replace("–", "-") in BLANKS:
        return None
    negative = False
    if raw.startswith("(") and raw.endswith(")"):
        raw, negative = raw[1:-1].strip(), True
    raw, sign = _sign(raw)
    percent = raw.endswith("%")
    raw, mark = _mark(raw.removesuffix("%").strip())
    raw, second = _sign(raw)
    return Token(raw, (negative or sign) != second, mark, percent)


def _sign(raw: str) -> tuple[str, bool]:
    """Take one sign off either end: `-5`, `5-`, `▲5` (Japanese), `+5`."""
    if raw[:1] in {"-", "▲", "△"}:
        return raw[1:].strip(), True
    if raw.endswith("-"):
        return raw[:-1].strip(), True
    return raw.removeprefix("+").strip(), False


def _mark(raw: str) -> tuple[str, str | None]:
    found = _MARK_AT_START.match(raw)
    if found:
        return raw[found.end() :].strip(), found.group()
    found = _MARK_AT_END.search(raw)
    if found:
        return raw[: found.start()].strip(), found.group()
    return raw, None


def proves(body: str) -> Style:
    """Say which decimal mark a token's digits prove, or None: `5,61` and `1.234,5` prove a comma, `1,234` nothing."""
    marks = [each for each in body if each in ",."]
    if not marks:
        return None
    if len(set(marks)) == 2:
        return "," if marks[-1] == "," else "."
    if len(marks) > 1:
        return None
    tail = body.rpartition(marks[0])[2]
    if len(tail) == 3 and not body.startswith(("0", marks[0])):
        return None
    return "," if marks[0] == "," else "."


def decimal(body: str, style: Style = None) -> Decimal:
    """Read digits with separators. Raises ValueError when the groups do not add up."""
    if body.isascii() and body.isdigit():
        return Decimal(body)
    if _POINT.fullmatch(body):
        return Decimal(body.replace(",", ""))
    body = _UNDERSCORE.sub("", body)
    if not any(each.isdigit() for each in body):
        raise ValueError(f"{body!r} is not a number")
    if _EXPONENT.fullmatch(body.casefold()):
        return Decimal(body)
    return Decimal(_plain(body, style))


def _plain(body: str, style: Style) -> str:
    whole, point, fraction = _split(body, style)
    for mark in ("'", " ", ",", "."):
        if mark in whole and not (mark == point or _GROUPED[mark].fullmatch(whole) is None):
            whole = whole.replace(mark, "")
    text = f"{whole or '0'}.{fraction or '0'}"
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        raise ValueError(f"{body!r} is not a number")
    return text


def _split(body: str, style: Style) -> tuple[str, str, str]:
    """Part a body at its decimal mark; the mark is "" when it has none."""
    marks = [each for each in body if each in ",."]
    last = marks[-1] if marks else ""
    if not last or (marks.count(last) > 1):
        return body, "", ""
    if len(set(marks)) == 1 and proves(body) is None and not _is_decimal(last, style):
        return body, "", ""
    whole, _, fraction = body.rpartition(last)
    return whole, last, fraction


def _is_decimal(mark: str, style: Style) -> bool:
    """Whether a lone mark before exactly three digits is the decimal mark: `1.234` is 1.234 unless commas are."""
    if style == "clash":
        raise ValueError("some amounts of this column have decimal commas and some points, and this one may be either")
    if style in {",", "."}:
        return mark == style
    return mark == "." and style is None


def count(text: str) -> int | None:
    """Read an integer: a mark before three digits groups in every locale, `14.0` is 14. None when blank.

    Raises ValueError for text and for a number that is not whole.
    """
    parts = token(text)
    if parts is None:
        return None
    try:
        value = decimal(parts.body, "group")
    except InvalidOperation as failure:
        raise ValueError(f"{text!r} is not a number") from failure
    if value != value.to_integral_value():
        raise ValueError(f"{text!r} is not a whole number")
    return -int(value) if parts.negative else int(value)


def number(text: str, style: Style = None) -> Decimal | None:
    """Read an amount or a plain number; None when blank. Raises ValueError for text."""
    parts = token(text)
    if parts is None:
        return None
    try:
        value = decimal(parts.body, style)
    except InvalidOperation as failure:
        raise ValueError(f"{text!r} is not a number") from failure
    return -value if parts.negative else value


def ratio(text: str, *, percent_units: bool = False, style: Style = None) -> float | None:
    """Read a ratio as a fraction: `12.5%` is 0.125; so is `12.5` where the column counts hundredths."""
    parts = token(text)
    if parts is None:
        return None
    try:
        value = float(decimal(parts.body, style))
    except InvalidOperation as failure:
        raise ValueError(f"{text!r} is not a number") from failure
    value = -value if parts.negative else value
    return value / 100 if parts.percent or percent_units else value


def micros(value: Decimal) -> int:
    """Return an amount in integer micros, halves away from zero: Amazon's amounts have two to five decimals."""
    return int((value * MICROS).to_integral_value(ROUND_HALF_UP))


def currency_mark(text: str) -> str | None:
    """Return the currency that a cell's own mark tells, "" for a mark that several share, None without a mark."""
    parts = token(text)
    return currency_of_mark(parts.mark) if parts is not None and parts.mark is not None else None
