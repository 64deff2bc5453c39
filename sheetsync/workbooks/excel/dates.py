"""Days and times as the numbers a workbook keeps, in both of its calendars, and which number formats show them.

The 1900 calendar counts a 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1): serials up to 59 stand one day
lower than a plain count from 1899-12-30. The 1904 calendar starts with 0 on 1904-01-01.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

_EPOCH_1900 = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LAST_SERIAL = 2_958_466
"""The first serial after 9999-12-31."""

BUILTIN_FORMATS = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""The number formats every workbook has without saying so (ECMA-376 part 1, 18.8.30)."""
_EAST_ASIAN_DATES = frozenset({*range(27, 37), *range(50, 59)})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def serial(moment: date | datetime, *, date1904: bool = False) -> int | float:
    """The number of a date (whole) or a datetime (with its time as a fraction of a day).

    Raises ValueError before the calendar's first day and for a datetime with a time zone: cells know local time only.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is not None:
            raise ValueError("a cell holds local time: take the time zone off first")
        full = moment
    else:
        full = datetime(moment.year, moment.month, moment.day)
    delta = full - (_EPOCH_1904 if date1904 else _EPOCH_1900)
    days = delta.days
    if not date1904 and days <= 60:
        days -= 1
    if days < (0 if date1904 else 1):
        raise ValueError(f"a workbook cannot hold the date {full.date()}")
    if not isinstance(moment, datetime):
        return days
    return days + round((delta.seconds * 1_000_000 + delta.microseconds) / 86_400_000_000, 15)


def moment(number: float, *, date1904: bool = False) -> date | datetime | float:
    """The date (whole numbers) or datetime of a serial, to the second; the number itself where there is no such day."""
    if not 0 <= number < _LAST_SERIAL - (1462 if date1904 else 0) or (not date1904 and 60 <= number < 61):
        return number
    days, seconds = int(number), round((number - int(number)) * 86_400)
    if not date1904 and days < 60:
        if days == 0:
            return number
        days += 1
    found = (_EPOCH_1904 if date1904 else _EPOCH_1900) + timedelta(days=days, seconds=seconds)
    return found if number != int(number) else found.date()


@lru_cache(maxsize=1024)
def shows_date(code: str) -> bool:
    """Whether a number format shows a date or a time of day: a day, month, year, hour or second is left in its code.

    Elapsed time (`[h]:mm`) is an amount, not a moment.
    """
    if _ELAPSED.search(code):
        return False
    first = re.sub("general", "", _NOT_CODE.sub("", code.partition(";")[0]), flags=re.IGNORECASE)
    return re.search(r"[dmyhs年月日]", first, re.IGNORECASE) is not None


def is_date_format(number: int, code: str | None) -> bool:
    """Whether the number format with this id (and its code, where the workbook defines one) shows a date."""
    if code is not None:
        return shows_date(code)
    if number in _EAST_ASIAN_DATES:
        return True
    return shows_date(BUILTIN_FORMATS.get(number, "General"))
