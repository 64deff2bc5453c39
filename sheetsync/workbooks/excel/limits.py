"""How much a workbook may ask of us: the bounds that keep a hostile or absurd file from taking the machine along.

The figures are generous for real workbooks (the largest of 2,674 public ones unpacks to 120 MB) and small beside what a
bomb of a few kilobytes claims. Everything is checked before it is unpacked, and again while it is.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_ROW = 1_048_576
"""Rows of a sheet, by the format itself."""
MAX_COLUMN = 16_384
"""Columns of a sheet (XFD), by the format itself."""
MAX_TEXT = 32_767
"""Characters of one cell, by the format itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one workbook; sizes in bytes, unpacked.

    `part` bounds a part that is held in memory as a whole (workbook, styles, tables, relations), `sheet` one that is
    streamed, `skeleton` what surrounds the rows of a sheet, `row` one row of it, `ratio` the compression of any part
    above 16 MB (deflate reaches 1032, real sheets stay under 60), `cells` and `texts` what a read may return.
    """

    members: int = 10_000
    package: int = 4 << 30
    part: int = 128 << 20
    sheet: int = 2 << 30
    skeleton: int = 64 << 20
    row: int = 64 << 20
    ratio: int = 200
    cells: int = 8_000_000
    texts: int = 256 << 20


DEFAULT_LIMITS = Limits()
