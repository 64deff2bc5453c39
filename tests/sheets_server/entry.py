"""What the Sheets UI makes of typed text (USER_ENTERED): numbers, dates, percent, currency, booleans, formulas."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from tests.sheets_server.cells import Formula, checked_text, tidy_number
from tests.sheets_server.errors import bad_request

EPOCH = dt.datetime(1899, 12, 30)
_NUMBER = re.compile(r"^([+-]?)(?:(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?|(\.\d+))([eE][+-]?\d+)?$")
_ISO = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$")
_US = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$")
_TIME = re.compile(r"^(\d{1,3}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*([AaPp][Mm])?$")
_MONTH = re.compile(
    r"^(?:(\d{1,2})[\s-])?([A-Za-z]{3,9})\.?[\s-](\d{1,2}),?[\s-](\d{4})$|^(\d{1,2})[\s-]([A-Za-z]{3,9})[\s-](\d{4})$"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CURRENCY = "$€£¥"
Entered = tuple[Any, dict[str, str] | None]


def serial(moment: dt.datetime) -> float:
    """Days since 1899-12-30, the fraction is the time of day."""
    delta = moment - EPOCH
    return tidy_number(delta.days + (delta.seconds + delta.microseconds / 1e6) / 86400)


def moment(number: float) -> dt.datetime:
    """The inverse of `serial`, rounded to the millisecond."""
    return EPOCH + dt.timedelta(milliseconds=round(number * 86_400_000))


def raw_value(value: Any) -> Any:
    """RAW input: JSON types are kept, text is never parsed."""
    if isinstance(value, (dict, list)):
        raise _bad_value(value)
    if isinstance(value, str):
        return checked_text(value) or None
    return tidy_number(value) if isinstance(value, float) else value


def user_entered(value: Any, existing: dict[str, Any] | None = None) -> Entered:
    """The value that the UI would store, and the number format it would give the cell (None: as it was)."""
    if isinstance(value, (dict, list)):
        raise _bad_value(value)
    if not isinstance(value, str):
        return (tidy_number(value) if isinstance(value, float) else value), None
    if value == "":
        return None, None
    if value.startswith("'"):
        return checked_text(value[1:]), None
    if value.startswith("=") and len(value) > 1:
        return Formula(checked_text(value)), None
    if existing and (existing.get("numberFormat") or {}).get("type") == "TEXT":
        return checked_text(value), None
    parsed = _parse(value.strip())
    return parsed if parsed is not None else (checked_text(value), None)


def _bad_value(value: Any) -> Exception:
    kind = "struct_value" if isinstance(value, dict) else "list_value"
    return bad_request(f"Invalid values[0][0]: {kind} {{\n}}\n")


def _parse(text: str) -> Entered | None:
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE", None
    return _number(text) or _percent(text) or _currency(text) or _date_time(text)


def _plain(text: str) -> float | None:
    match = _NUMBER.match(text)
    number = float(text.replace(",", "")) if match else math.inf
    return tidy_number(number) if math.isfinite(number) else None


def _number(text: str) -> Entered | None:
    negative = re.match(r"^\((.+)\)$", text)
    number = _plain(negative.group(1)) if negative else _plain(text)
    if number is None:
        return None
    if negative:
        number = -number
    match = _NUMBER.match(negative.group(1) if negative else text)
    if match and match.group(5):
        return number, {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if "," in text:
        return number, {"type": "NUMBER", "pattern": "#,##0.00" if "." in text else "#,##0"}
    return number, None


def _percent(text: str) -> Entered | None:
    if not text.endswith("%"):
        return None
    number = _plain(text[:-1].strip())
    if number is None:
        return None
    # exact decimal shift: 22% is 0.22, not 0.22000000000000003
    from decimal import Decimal

    shifted = float(Decimal(str(number)) / 100)
    return tidy_number(shifted), {"type": "PERCENT", "pattern": "0.00%" if "." in text else "0%"}


def _currency(text: str) -> Entered | None:
    match = re.match(rf"^(-?)([{_CURRENCY}])\s*(-?)(.+)$", text)
    if not match:
        return None
    number = _plain(match.group(4))
    if number is None:
        return None
    if match.group(1) or match.group(3):
        number = -number
    sign = match.group(2)
    symbol = sign if sign == "$" else f"[${sign}]"
    pattern = f"{symbol}#,##0.00" if "." in text else f"{symbol}#,##0"
    return number, {"type": "CURRENCY", "pattern": pattern}


def _date_time(text: str) -> Entered | None:
    day, pattern = _date(text)
    if day is not None:
        return serial(day), {"type": "DATE", "pattern": pattern}
    time = _time(text)
    if time is not None:
        return tidy_number(time), {"type": "TIME", "pattern": "h:mm:ss am/pm"}
    head, _, tail = re.sub(r"^(\S+)[T ]", r"\1 ", text).partition(" ")
    day, pattern = _date(head)
    time = _time(tail.strip())
    if day is None or time is None:
        return None
    return tidy_number(serial(day) + time), {"type": "DATE_TIME", "pattern": f"{pattern} h:mm:ss"}


def _date(text: str) -> tuple[dt.datetime | None, str]:
    try:
        if match := _ISO.match(text):
            year, month, day = (int(part) for part in match.groups())
            return dt.datetime(year, month, day), "yyyy-mm-dd"
        if match := _US.match(text):
            month, day, year = (int(part) for part in match.groups())
            return dt.datetime(year + (2000 if year < 100 else 0), month, day), "m/d/yyyy"
        if match := _MONTH.match(text):
            return _worded(match), "mmm d, yyyy"
    except ValueError:
        return None, ""
    return None, ""


def _worded(match: re.Match[str]) -> dt.datetime:
    _, word, day, year, day2, word2, year2 = match.groups()
    name = (word or word2).lower()[:3]
    return dt.datetime(int(year or year2), _MONTHS.index(name) + 1, int(day or day2))


def _time(text: str) -> float | None:
    match = _TIME.match(text)
    if not match:
        return None
    hours, minutes, seconds, fraction, half = match.groups()
    hour = int(hours)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    if int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    return (hour * 3600 + int(minutes) * 60 + int(seconds or 0) + float(fraction or 0)) / 86400
