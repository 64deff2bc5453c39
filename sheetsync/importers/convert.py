"""One cell to a typed value. The reference for what a cell means: the fast path must agree with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from sheetsync.core.model.marketplace import DateOrder
from sheetsync.importers import dates, numbers
from sheetsync.importers.base import Field, FieldKind
from sheetsync.importers.numbers import Style
from sheetsync.importers.tables import Cell, shown

Value = str | int | float | bool | date | datetime | None
Converter = Callable[[Cell], Value]

MEMO_LIMIT = 100_000
_LARGEST = 2**63 - 1
"""What a staged column of whole numbers or micros holds."""
STRIPPED = " \t\r\n\u00a0\u3000"
_TRUE = frozenset({"true", "yes", "y", "1"})
_FALSE = frozenset({"false", "no", "n", "0"})


def converter(
    field: Field, *, percent: bool, style: Style, order: DateOrder | None, order_open: bool = False
) -> Converter:
    """Return the function that types the cells of a column; it raises ValueError with a reason for a person.

    `percent` says that plain numbers of a ratio are hundredths. `order_open` reads a day whose order cannot be told as
    blank: the file waits for the answer, its rows are not bad. Each distinct text is read once: reports repeat.
    """
    plain = _plain(field, percent=percent, style=style, order=order)
    if order_open and field.kind in {FieldKind.DATE, FieldKind.DATETIME}:
        plain = _patient(plain)
    if field.kind in {FieldKind.TEXT, FieldKind.ID}:
        return plain
    memo: dict[Cell, Value] = {}

    def remembered(cell: Cell) -> Value:
        if type(cell) is not str:
            return plain(cell)
        if cell not in memo:
            if len(memo) >= MEMO_LIMIT:
                memo.clear()
            memo[cell] = plain(cell)
        return memo[cell]

    return remembered


def _patient(plain: Converter) -> Converter:
    return lambda cell: None if isinstance(cell, str) and dates.ambiguous_parts(cell) else plain(cell)


def _plain(field: Field, *, percent: bool, style: Style, order: DateOrder | None) -> Converter:
    match field.kind:
        case FieldKind.TEXT | FieldKind.ID:
            return text
        case FieldKind.COUNT:
            return count
        case FieldKind.MONEY:
            return lambda cell: money(cell, style)
        case FieldKind.NUMBER:
            return lambda cell: number(cell, style)
        case FieldKind.RATIO:
            return lambda cell: ratio(cell, percent=percent, style=style)
        case FieldKind.DATE:
            return lambda cell: day(cell, order)
        case FieldKind.DATETIME:
            return lambda cell: moment(cell, order)
        case FieldKind.BOOL:
            return boolean


def text(cell: Cell) -> str | None:
    """Return text without outer blanks and without Excel's guard `="..."`; None when nothing is left."""
    if type(cell) is not str:
        return shown(cell) or None
    found = cell.strip(STRIPPED)
    if found.startswith('="') and found.endswith('"'):
        found = found[2:-1].replace('""', '"').strip(STRIPPED)
    return found or None


def _amount_of(cell: float | Decimal | date) -> Decimal:
    """Return a typed cell as an exact number; a date or a truth in a column of numbers is no number."""
    if isinstance(cell, bool | date):
        raise ValueError(f"{cell} is not a number")  # noqa: TRY004  the reason of a rejected row
    return Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)


def _kept(value: int, cell: Cell) -> int:
    if abs(value) > _LARGEST:
        raise ValueError(f"{shown(cell)[:40]!r} is too large")
    return value


def _finite(value: float, cell: Cell) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{shown(cell)[:40]!r} is too large")
    return value


def count(cell: Cell) -> int | None:
    """Return a whole number of at most 64 bits."""
    if cell is None or isinstance(cell, str):
        found = numbers.count(cell or "")
        return None if found is None else _kept(found, cell)
    value = _amount_of(cell)
    if value != value.to_integral_value():
        raise ValueError(f"{cell} is not a whole number")
    return _kept(int(value), cell)


def _number(cell: Cell, style: Style) -> Decimal | None:
    if cell is None or isinstance(cell, str):
        return numbers.number(cell or "", style)
    return _amount_of(cell)


def money(cell: Cell, style: Style) -> int | None:
    """Return integer micros."""
    value = _number(cell, style)
    return None if value is None else _kept(numbers.micros(value), cell)


def number(cell: Cell, style: Style) -> float | None:
    """Return a plain number."""
    value = _number(cell, style)
    return None if value is None else _finite(float(value), cell)


def ratio(cell: Cell, *, percent: bool, style: Style) -> float | None:
    """Return a ratio as a fraction."""
    if cell is None or isinstance(cell, str):
        found = numbers.ratio(cell or "", percent_units=percent, style=style)
        return None if found is None else _finite(found, cell)
    value = _finite(float(_amount_of(cell)), cell)
    return value / 100 if percent else value


def day(cell: Cell, order: DateOrder | None) -> date | None:
    """Return a day; a plain number is a day of Excel's."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float | Decimal):
        return dates.serial(float(cell)) if cell < 1_000_000 else dates.day(shown(cell), order)
    if cell is None or cell.strip(STRIPPED).casefold() in numbers.BLANKS:
        return None
    return dates.day(cell, order)


def moment(cell: Cell, order: DateOrder | None) -> datetime | None:
    """Return a moment, naive UTC where the text names its zone."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if cell is None or not isinstance(cell, str):
        found = day(cell, order)
        return None if found is None else datetime.combine(found, time())
    if cell.strip(STRIPPED).casefold() in numbers.BLANKS:
        return None
    return dates.moment(cell, order)


def boolean(cell: Cell) -> bool | None:
    """Return yes or no."""
    found = shown(cell).strip().casefold()
    if found in _TRUE or found in _FALSE:
        return found in _TRUE
    if found in numbers.BLANKS:
        return None
    raise ValueError(f"{found!r} is neither yes nor no")
