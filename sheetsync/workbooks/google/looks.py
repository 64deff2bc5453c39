"""How cells look on Google: number formats by kind, shades by owner, colours of lights."""

from __future__ import annotations

import math
from typing import Any

from sheetsync.core.model.layout import Column, Kind, Owner

_NUMBERS: dict[Kind, tuple[str, str]] = {
    Kind.INTEGER: ("NUMBER", "#,##0"),
    Kind.NUMBER: ("NUMBER", "#,##0.00"),
    Kind.MONEY: ("NUMBER", "#,##0.00"),
    Kind.PERCENT: ("PERCENT", "0.0%"),
    Kind.DATE: ("DATE", "yyyy-mm-dd"),
    Kind.DATETIME: ("DATE_TIME", "yyyy-mm-dd hh:mm"),
}
_RIGHT = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.PERCENT)
_CENTRE = (Kind.LIGHT, Kind.CHECKBOX)

ENGINE_SHADE, HEADING_SHADE, HEADING_TEXT = "F3F3F3", "1F3864", "FFFFFF"
_PIXELS_PER_CHARACTER, _PADDING = 7, 12


def colour(code: str) -> dict[str, float]:
    """An RRGGBB code as Google's Color, channels 0 to 1; rounded up, for a channel may be cut to 255 steps."""
    red, green, blue = (math.ceil(int(code[at : at + 2], 16) / 255 * 1e6) / 1e6 for at in (0, 2, 4))
    return {"red": red, "green": green, "blue": blue}


def number_format(kind: Kind) -> dict[str, str] | None:
    """The NumberFormat of a kind; None where the cell shows itself."""
    found = _NUMBERS.get(kind)
    return {"type": found[0], "pattern": found[1]} if found else None


def column_format(column: Column) -> dict[str, Any]:
    """The CellFormat of a column's data cells.

    People's text columns are plain text: a leading zero of a product code stays, and "3-4" does not become a date.
    """
    looks: dict[str, Any] = {"verticalAlignment": "TOP"}
    numbers = number_format(column.kind)
    if numbers:
        looks["numberFormat"] = numbers
    elif column.kind is Kind.TEXT and column.owner is Owner.PEOPLE:
        looks["numberFormat"] = {"type": "TEXT"}
    if column.kind is Kind.NOTE:
        looks["wrapStrategy"] = "WRAP"
    if column.kind in _RIGHT:
        looks["horizontalAlignment"] = "RIGHT"
    elif column.kind in _CENTRE:
        looks["horizontalAlignment"] = "CENTER"
    if column.owner is Owner.ENGINE:
        looks["backgroundColorStyle"] = {"rgbColor": colour(ENGINE_SHADE)}
    return looks


def mixed_format(kind: Kind) -> dict[str, Any]:
    """The CellFormat of one cell whose kind is not its column's."""
    numbers = number_format(kind)
    return {"numberFormat": numbers} if numbers else {}


def heading_format() -> dict[str, Any]:
    """The CellFormat of the row of headings."""
    return {
        "backgroundColorStyle": {"rgbColor": colour(HEADING_SHADE)},
        "textFormat": {"bold": True, "foregroundColorStyle": {"rgbColor": colour(HEADING_TEXT)}},
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "WRAP",
    }


def width(column: Column) -> int:
    """A column's width in pixels, from characters."""
    return column.width * _PIXELS_PER_CHARACTER + _PADDING
