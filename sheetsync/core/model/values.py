"""Cell values: what a cell can hold, when two cells are the same, and how a value travels through JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it stands in a cell: `text` with its leading "=", and the result the file last showed.

    Only people and our own templates make formulas; text from reports never becomes one.
    """

    text: str
    cached: bool | int | float | str | date | datetime | None = None


Plain: TypeAlias = bool | int | float | str | date | datetime | None
Value: TypeAlias = Plain | Formula

_DIGITS = 12
"""Significant digits that survive a round trip through both spreadsheets (Excel keeps 15, sums lose some)."""


def plain(value: Value) -> Plain:
    """The value a reader sees: a formula's last result, anything else as it is."""
    return value.cached if isinstance(value, Formula) else value


def is_blank(value: Value) -> bool:
    """Whether people would call the cell empty: nothing, or only white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def same(left: Value, right: Value) -> bool:
    """Whether two cells hold the same thing, however the backend spelled it.

    Empty text is nothing; numbers agree to 12 significant digits; a datetime at midnight is its date; formulas
    agree by their text, never by their result.
    """
    if left is right or (type(left) is type(right) and left == right):
        return True
    return canonical(left) == canonical(right)


def canonical(value: Value) -> tuple[str, object]:
    """The hashable form by which `same` compares: two values are the same exactly when these are equal."""
    if isinstance(value, Formula):
        return ("formula", value.text)
    if value is None or value == "":
        return ("blank", None)
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int | float):
        return ("number", f"{value:.{_DIGITS}g}" if value else "0")
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return ("date", value.date()) if midnight else ("datetime", value.replace(microsecond=0))
    if isinstance(value, date):
        return ("date", value)
    return ("text", value)


def to_data(value: Value) -> object:
    """A JSON-able form of a value; `from_data` reads it back unchanged."""
    if isinstance(value, Formula):
        return {"formula": value.text, "cached": to_data(value.cached)}
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def from_data(data: object) -> Value:
    """The inverse of `to_data`.

    Raises ValueError for anything `to_data` cannot have made.
    """
    if isinstance(data, dict):
        if "formula" in data:
            cached = from_data(data.get("cached"))
            return Formula(str(data["formula"]), None if isinstance(cached, Formula) else cached)
        if "datetime" in data:
            return datetime.fromisoformat(str(data["datetime"]))
        if "date" in data:
            return date.fromisoformat(str(data["date"]))
        raise ValueError(f"not a cell value: {sorted(data)}")
    if data is None or isinstance(data, bool | int | float | str):
        return data
    raise ValueError(f"not a cell value: {type(data).__name__}")
