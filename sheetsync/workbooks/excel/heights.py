"""How high a row must be to hold its longest wrapped text. Only Excel fits rows by itself, and only when edited."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sheetsync.core.model.layout import Kind, Tab
from sheetsync.core.model.values import Value

WRAPPED = (Kind.NOTE, Kind.TEXT, Kind.CHOICE)
"""Kinds whose text is wrapped."""

_CJK = ("zh", "ja")
_TEXT_LINE, _CJK_LINE = 16, 19
"""Pixels a line of text takes: Chinese typefaces are taller."""
POINTS_PER_PIXEL = 0.75


def row_pixels(
    tab: Tab, cells: Mapping[str, Value], kinds: Mapping[str, Kind], language: str, *, least_lines: int = 1
) -> int:
    """Pixels that hold the longest text of a row, and at least so many lines."""
    lines = [
        math.ceil(text_width(str(cells[column.key])) * 0.95 / (column.width - 1))
        for column in tab.columns
        if kinds.get(column.key, column.kind) in WRAPPED and isinstance(cells.get(column.key), str)
    ]
    line = _CJK_LINE if language in _CJK else _TEXT_LINE
    return 5 + line * max([least_lines, *lines])


def text_width(text: str) -> int:
    """How many digits wide a text is: Chinese and Japanese signs take two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
