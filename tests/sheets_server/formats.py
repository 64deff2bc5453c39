"""How a value is shown: FORMATTED_VALUE under a number format pattern."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.sheets_server.cells import ErrorValue, tidy_number
from tests.sheets_server.entry import moment

_DEFAULTS = {
    "PERCENT": "0.00%",
    "CURRENCY": '"$"#,##0.00',
    "DATE": "m/d/yyyy",
    "TIME": "h:mm:ss am/pm",
    "DATE_TIME": "m/d/yyyy h:mm:ss",
    "SCIENTIFIC": "0.00E+00",
    "NUMBER": "#,##0.00",
}
_DATE_TOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|am/pm|a/p|y+|m+|d+|h+|s+(?:\.0+)?|.', re.IGNORECASE | re.DOTALL)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def is_date(number_format: dict[str, Any] | None) -> bool:
    return bool(number_format) and number_format.get("type") in {"DATE", "TIME", "DATE_TIME"}


def display(value: Any, number_format: dict[str, Any] | None = None) -> str:
    """The text a reader sees in the cell."""
    if value is None:
        return ""
    if isinstance(value, ErrorValue):
        return value.text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    kind = (number_format or {}).get("type", "")
    pattern = (number_format or {}).get("pattern") or _DEFAULTS.get(kind, "")
    if not pattern or kind == "TEXT" or pattern in {"General", "@"}:
        return plain(value)
    if is_date(number_format) or (kind in {"", "NUMBER"} and _looks_like_date(pattern)):
        return date_text(value, pattern)
    return number_text(value, pattern)


def plain(number: float) -> str:
    """A number without a format: up to 10 significant digits after the point, as the UI shows it."""
    number = tidy_number(number)
    if isinstance(number, int):
        return str(number) if abs(number) < 10**15 else _exponent(number)
    if number != 0 and (abs(number) >= 1e15 or abs(number) < 1e-9):
        return _exponent(number)
    text = f"{number:.10g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exponent(number: float) -> str:
    mantissa, _, exponent = f"{number:.9E}".partition("E")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}E{exponent[0]}{exponent[1:].lstrip('0').zfill(2)}"


def _looks_like_date(pattern: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|\[\$[^\]]*\]', "", pattern).lower()
    return bool(re.search(r"[ydhs]", bare)) and not re.search(r"[0#]", re.sub(r"s\.0+", "s", bare))


def number_text(number: float, pattern: str) -> str:
    """A number under a pattern such as `#,##0.00;(#,##0.00)` or `0.0%`."""
    parts = pattern.split(";")
    section, shown = parts[0], number
    if number < 0 and len(parts) > 1:
        section, shown = parts[1], -number
    elif number == 0 and len(parts) > 2:
        section = parts[2]
    section = re.sub(r"\[(?:Red|Blue|Green|Black|White|Color\d+)\]", "", section, flags=re.IGNORECASE)
    section = re.sub(r"\[\$([^\]-]*)(?:-[^\]]*)?\]", lambda match: f'"{match.group(1)}"', section)
    section = re.sub(r"_.", "", section)
    body = re.search(r"(?:[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+)(?:[eE][+-]0+)?", _masked(section))
    if not body:
        return _literals(section)
    digits = _digits(shown, section[body.start() : body.end()], section.count("%"))
    return f"{_literals(section[: body.start()], sign=digits[0])}{digits[1]}{_literals(section[body.end() :])}"


def _masked(section: str) -> str:
    """The section with its quoted parts blanked, so that digits inside quotes are not taken for places."""
    return re.sub(r'"[^"]*"|\\.', lambda match: " " * len(match.group()), section)


def _literals(text: str, sign: str = "") -> str:
    bare = re.sub(r'"([^"]*)"|\\(.)', lambda match: match.group(1) if match.group(2) is None else match.group(2), text)
    return sign + bare


def _digits(number: float, body: str, percents: int) -> tuple[str, str]:
    exponent = re.search(r"[eE]([+-])(0+)$", body)
    if exponent:
        places = len(body[: exponent.start()].partition(".")[2])
        mantissa, _, power = f"{abs(number):.{places}E}".partition("E")
        return (
            "-" if number < 0 else ""
        ), f"{mantissa}E{power[0]}{power[1:].lstrip('0').zfill(len(exponent.group(2)))}"
    whole, _, fraction = body.partition(".")
    scaled = Decimal(repr(float(number))) * (100**percents)
    scaled = scaled.quantize(Decimal(1).scaleb(-len(fraction)), rounding=ROUND_HALF_UP)
    text = format(abs(scaled), "f")
    integer, _, decimals = text.partition(".")
    while decimals and fraction[len(decimals) - 1] == "#" and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.lstrip("0").zfill(whole.count("0"))
    if "," in whole:
        integer = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
    shown = f"{integer}.{decimals}" if decimals or (fraction and "0" in fraction) else integer
    return ("-" if scaled < 0 else ""), shown or "0"


def date_text(number: float, pattern: str) -> str:
    """A serial number under a date pattern; `m` after an hour or before seconds means minutes."""
    if not math.isfinite(number) or not -600_000 < number < 2_958_466:
        return plain(number)
    when = moment(number)
    tokens = _DATE_TOKEN.findall(pattern)
    half = any(token.lower() in {"am/pm", "a/p"} for token in tokens)
    out: list[str] = []
    for index, token in enumerate(tokens):
        if token[0] == '"':
            out.append(token[1:-1])
        elif token[0] == "\\":
            out.append(token[1:])
        elif token.lower().startswith("m") and _is_minutes(tokens, index):
            out.append(f"{when.minute:0{min(len(token), 2)}d}")
        else:
            out.append(_date_part(token, when, half, number))
    return "".join(out)


def _is_minutes(tokens: list[str], index: int) -> bool:
    before = next((t for t in reversed(tokens[:index]) if t[0].lower() in "ymdhs["), "")
    after = next((t for t in tokens[index + 1 :] if t[0].lower() in "ymdhs"), "")
    return before.lower().startswith(("h", "[h")) or after.lower().startswith("s")


def _date_part(token: str, when: Any, half: bool, number: float) -> str:
    kind, size = token[0].lower(), len(token)
    if token.lower() in {"am/pm", "a/p"}:
        return ("AM" if when.hour < 12 else "PM")[: 2 if "m" in token.lower() else 1]
    if token.lower().startswith("[h"):
        return str(int(number * 24 + 1e-9))
    if kind == "y":
        return f"{when.year:04d}" if size > 2 else f"{when.year % 100:02d}"
    if kind == "m":
        name = _MONTHS[when.month - 1]
        return {1: str(when.month), 2: f"{when.month:02d}", 3: name[:3], 5: name[0]}.get(size, name)
    if kind == "d":
        name = _DAYS[when.weekday()]
        return {1: str(when.day), 2: f"{when.day:02d}", 3: name[:3]}.get(size, name)
    if kind == "h":
        hour = (when.hour % 12 or 12) if half else when.hour
        return f"{hour:0{min(size, 2)}d}"
    if kind == "s":
        places = len(token.partition(".")[2])
        width = min(len(token.partition(".")[0]), 2)
        fraction = f".{when.microsecond // 1000:03d}"[: places + 1] if places else ""
        return f"{when.second:0{width}d}{fraction}"
    return token
