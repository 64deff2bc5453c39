"""One token of a report to a day or a moment, and the order of day and month from a whole column.

`03/04/26` says nothing by itself. The column does (a part over 12; days that run in one reading and jump in the other);
if it does not, the marketplace does; if that is unknown too, the person is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import pairwise

from sheetsync.core.model.marketplace import DateOrder

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[.日]?(?=$|[T\s])")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})$")
_NUMERIC = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?=$|[,\s])")
_DAY_NAME = re.compile(r"(\d{1,2})\.?(?:\s+de)?\s+([^\W\d]+)\.?(?:\s+de)?,?\s+(\d{4})(?=$|[,\s])")
_NAME_DAY = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2}),?\s+(\d{4})(?=$|[,\s])")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?$")
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4,
    "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "JST": 9, "IST": 5.5, "AEST": 10, "AEDT": 11,
}  # fmt: skip
"""Hours from UTC of the zone names that Amazon's files write."""
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "pl")
EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's serial days, with its leap day of 1900 that never was."""


_ENGLISH = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10,
    "nov": 11, "dec": 12, "january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip
"""Asked before CLDR, which takes a fifth of a second to load."""


@cache
def _months() -> dict[str, int]:
    """Return month names and abbreviations of the languages that Amazon's consoles speak, from CLDR."""
    from babel.dates import get_month_names

    names: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for month, name in get_month_names(width, context, language).items():
                    names.setdefault(name.casefold().rstrip("."), month)
    return names


def month_of(name: str) -> int:
    """Return the number of a month's name in any known language; ValueError when it is none."""
    folded = name.casefold().rstrip(".")
    found = _ENGLISH.get(folded) or _months().get(folded)
    if found is None:
        raise ValueError(f"{name!r} is not a month")
    return found


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def ambiguous_parts(text: str) -> tuple[int, int, int] | None:
    """Return the three numbers of a date like `03/04/26` whose order is open, else None: with dots the day is first."""
    found = _NUMERIC.match(_clean(text))
    if found is None or found.group(2) == ".":
        return None
    return int(found.group(1)), int(found.group(3)), _year(found.group(4))


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def _day_part(raw: str, order: DateOrder | None) -> tuple[date, str]:
    """Return the day and what stands behind it; ValueError when it is none or its order is open."""
    for pattern in (_YEAR_FIRST, _COMPACT):
        found = pattern.match(raw)
        if found:
            return date(int(found.group(1)), int(found.group(2)), int(found.group(3))), raw[found.end() :]
    found = _NUMERIC.match(raw)
    if found:
        return _numeric(found, order), raw[found.end() :]
    found = _NAME_DAY.match(raw)
    if found:
        return date(int(found.group(3)), month_of(found.group(1)), int(found.group(2))), raw[found.end() :]
    found = _DAY_NAME.match(raw)
    if found:
        return date(int(found.group(3)), month_of(found.group(2)), int(found.group(1))), raw[found.end() :]
    raise ValueError(f"{raw!r} is not a date")


def _numeric(found: re.Match[str], order: DateOrder | None) -> date:
    first, second, year = int(found.group(1)), int(found.group(3)), _year(found.group(4))
    if found.group(2) == "." or order == "dmy":
        return date(year, second, first)
    if order is None and first != second:
        raise ValueError(f"{found.group()!r} may be day or month first")
    return date(year, first, second)


def day(text: str, order: DateOrder | None = None) -> date:
    """Read a day, as written where a time and a zone stand behind it. Raises ValueError."""
    return _day_part(_clean(text), order)[0]


def moment(text: str, order: DateOrder | None = None) -> datetime:
    """Read a moment: naive UTC where the text names a zone or an offset, else naive as written. Raises ValueError."""
    found, rest = _day_part(_clean(text), order)
    rest = rest.strip().lstrip("T,").strip()
    if not rest:
        return datetime.combine(found, time())
    clock = _TIME.match(rest)
    if clock is None:
        raise ValueError(f"{text!r} is not a time")
    hour = int(clock.group(1))
    if clock.group(4):
        hour = hour % 12 + (12 if clock.group(4) in "Pp" else 0)
    local = datetime.combine(found, time(hour, int(clock.group(2)), int(clock.group(3) or 0)))
    return _to_utc(local, rest[clock.end() :].strip())


def _to_utc(local: datetime, zone: str) -> datetime:
    if not zone:
        return local
    offset = _OFFSET.match(zone)
    if zone.upper() in _ZONES:
        shift = timedelta(hours=_ZONES[zone.upper()])
    elif offset:
        size = timedelta(hours=int(offset.group(2)), minutes=int(offset.group(3) or 0))
        shift = size if offset.group(1) == "+" else -size
    else:
        raise ValueError(f"{zone!r} is not a time zone that is known here")
    return local.replace(tzinfo=timezone(shift)).astimezone(UTC).replace(tzinfo=None)


def serial(value: float) -> date:
    """Return the day of an Excel serial number; ValueError outside the years 2000 to 2099."""
    if not 36526 <= value < 73051:
        raise ValueError(f"{value} is not a date")
    return EXCEL_EPOCH + timedelta(days=int(value))


def proved_order(parts: Sequence[tuple[int, int, int]]) -> DateOrder | None:
    """Tell the only order of day and month in which all dates of a column exist: a part over 12 is a day."""
    fits = _fitting(parts)
    return fits[0] if len(fits) == 1 else None


def _fitting(parts: Sequence[tuple[int, int, int]]) -> list[DateOrder]:
    fits: list[DateOrder] = []
    if all(_valid(year, first, second) for first, second, year in parts):
        fits.append("mdy")
    if all(_valid(year, second, first) for first, second, year in parts):
        fits.append("dmy")
    return fits


def order_of(parts: Sequence[tuple[int, int, int]]) -> DateOrder | None:
    """Tell the order of day and month from a column's ambiguous dates in their order, or None when it stays open.

    A part over 12 is a day. Else the reading in which the days run evenly (daily, weekly or monthly, either way) wins
    if the other one jumps.
    """
    fits = _fitting(parts)
    if len(fits) == 1:
        return fits[0]
    if not fits or len(set(parts)) < 3:
        return None
    months_first = _even([date(year, first, second) for first, second, year in parts])
    days_first = _even([date(year, second, first) for first, second, year in parts])
    if months_first == days_first:
        return None
    return "mdy" if months_first else "dmy"


def _valid(year: int, month: int, day_of_month: int) -> bool:
    try:
        date(year, month, day_of_month)
    except ValueError:
        return False
    return True


def _even(days: Iterable[date]) -> bool:
    """Whether distinct days run in even steps: every day, every week, or the first of every month."""
    distinct = sorted(set(days))
    gaps = {(later - earlier).days for earlier, later in pairwise(distinct)}
    return gaps in ({1}, {7}) or (gaps <= {28, 29, 30, 31} and {each.day for each in distinct} == {1})
