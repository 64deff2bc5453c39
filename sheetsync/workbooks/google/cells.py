"""Values on the wire: typed cells, raw values, dates as serial numbers; and back again.

Text always travels as `stringValue` or RAW, so that nothing from a report becomes a formula. Dates are days since
1899-12-30 (Google's SERIAL_NUMBER), and the column's kind says which numbers are days. In a column of another kind a
day goes as `=DATE(2026,3,1)`: a bare serial would read back as a number, and asking for every cell's number format
would double the answer of each read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.values import Formula, Plain, Value

_EPOCH = datetime(1899, 12, 30)
_DAY = 86_400
_FIRST_DATE = 25_569
"""1970-01-01. A smaller number in a date column is what somebody typed (30 for the 30th), not a day of a plan."""
_LAST_DATE = 2_958_466
"""The first serial after 9999-12-31."""

MAX_TEXT = 50_000
"""Characters per cell; Google refuses the whole batch above it."""

_DAY_FORMULA = re.compile(r"=DATE\(\d+,\d+,\d+\)(\+\d+/86400)?")


def serial(moment: date) -> int | float:
    """Days since 1899-12-30, whole for dates."""
    if isinstance(moment, datetime):
        # whole seconds: what is read back is rounded to them
        delta = moment.replace(tzinfo=None, microsecond=0) - _EPOCH
        days = delta.days + round(delta.seconds / _DAY, 10)
        return int(days) if days == int(days) else days
    return (datetime(moment.year, moment.month, moment.day) - _EPOCH).days


def moment(days: float, kind: Kind) -> date | datetime | float:
    """The date or datetime of a serial, to the second; the number itself where it cannot be one."""
    if not _FIRST_DATE <= days < _LAST_DATE:
        return days
    when = _EPOCH + timedelta(seconds=round(days * _DAY))
    return when.date() if kind is Kind.DATE and days == int(days) else when


def raw(value: Value) -> bool | int | float | str:
    """A value for a RAW write: "" empties the cell. Raises TypeError for a formula: RAW would make text of it."""
    if isinstance(value, Formula):
        raise TypeError("a formula cannot be written RAW")
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, date):
        return serial(value)
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return value


def is_day(kind: Kind | None) -> bool:
    """Whether a column of this kind holds days as serial numbers."""
    return kind in {Kind.DATE, Kind.DATETIME}


def typed(value: Value, kind: Kind | None) -> dict[str, Any]:
    """A value as the ExtendedValue of a cell in a column of this kind; an empty one for nothing."""
    if isinstance(value, Formula):
        return {"formulaValue": value.text}
    if isinstance(value, date) and not is_day(kind):
        return {"formulaValue": _day_formula(value)}
    plain = raw(value)
    if isinstance(plain, bool):
        return {"boolValue": plain}
    if isinstance(plain, str):
        return {"stringValue": plain} if plain else {}
    return {"numberValue": plain}


def _day_formula(day: date) -> str:
    text = f"=DATE({day.year},{day.month},{day.day})"
    if not isinstance(day, datetime):
        return text
    return f"{text}+{day.hour * 3600 + day.minute * 60 + day.second}/{_DAY}"


def from_number(value: object, kind: Kind | None) -> Plain:
    """What an unformatted value means in a column of this kind."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value if isinstance(value, bool) else str(value)
    if kind is not None and is_day(kind):
        return moment(value, kind)
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def from_cell(cell: Mapping[str, Any], kind: Kind | None) -> Value:
    """What a CellData (of the mask in `read`) holds: a formula with its result, or a plain value."""
    shown = _shown(cell.get("effectiveValue") or {})
    formula = (cell.get("userEnteredValue") or {}).get("formulaValue")
    if not formula:
        return from_number(shown, kind)
    day = _DAY_FORMULA.fullmatch(formula)
    if day and not is_day(kind):
        return from_number(shown, Kind.DATETIME if day[1] else Kind.DATE)
    return Formula(str(formula), from_number(shown, kind))


def stored(value: Value, kind: Kind) -> Value:
    """What a cell of a column of this kind reads back as once `value` is written."""
    if isinstance(value, Formula):
        return value
    plain = raw(value)
    if isinstance(value, date) and not is_day(kind):
        return from_number(plain, Kind.DATETIME if isinstance(value, datetime) else Kind.DATE)
    return from_number(plain, kind)


def _shown(effective: Mapping[str, Any]) -> object:
    if "errorValue" in effective:
        kind = str(effective["errorValue"].get("type", "ERROR"))
        named = {"DIVIDE_BY_ZERO": "#DIV/0!", "N_A": "#N/A", "NAME": "#NAME?", "NULL_VALUE": "#NULL!"}
        return named.get(kind, f"#{kind}!")
    return next((effective[key] for key in ("numberValue", "stringValue", "boolValue") if key in effective), None)
