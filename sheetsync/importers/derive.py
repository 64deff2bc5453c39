"""Fields made from other fields of the same row: a named rule each, so that the headers' TOML can ask for it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sheetsync.core.model.marketplace import marketplace
from sheetsync.importers import dates
from sheetsync.importers.convert import Value

_BETWEEN = re.compile(r"\s+(?:-|–|—|to|bis|至)\s+|\s*~\s*")

Rule = Callable[[Sequence[Value]], Value]


def range_start(values: Sequence[Value]) -> date | None:
    """Return the first day of `Nov 09, 2025 - Nov 27, 2025`; a single day is its own range."""
    return _range(values[0])[0]


def range_end(values: Sequence[Value]) -> date | None:
    """Return the last day of a range."""
    return _range(values[0])[1]


def _range(value: Value) -> tuple[date | None, date | None]:
    if value is None:
        return None, None
    first, *rest = _BETWEEN.split(str(value), maxsplit=1)
    start = dates.day(first)
    return start, dates.day(rest[0]) if rest else start


def total(values: Sequence[Value]) -> int | None:
    """Return the sum of amounts, or None when all are blank."""
    present = [value for value in values if isinstance(value, int)]
    return sum(present) if present else None


def place(values: Sequence[Value]) -> str | None:
    """Return the marketplace code of a sales channel; None for `Non-Amazon` and for stores that are none."""
    try:
        return marketplace(str(values[0] or "")).code
    except KeyError:
        return None


def month_start(values: Sequence[Value]) -> date | None:
    """Return the first day of `2024-12`."""
    return None if values[0] is None else date.fromisoformat(f"{values[0]}-01")


def month_end(values: Sequence[Value]) -> date | None:
    """Return the last day of `2024-12`."""
    first = month_start(values)
    return None if first is None else first.replace(day=calendar.monthrange(first.year, first.month)[1])


RULES: Mapping[str, Rule] = {
    "range_start": range_start,
    "range_end": range_end,
    "month_start": month_start,
    "month_end": month_end,
    "sum": total,
    "marketplace": place,
}
