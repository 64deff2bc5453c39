"""A1 references: columns as letters and numbers, cells, areas, and lists of areas (sqref)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sheetsync.workbooks.excel.limits import MAX_COLUMN, MAX_ROW

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})\Z")


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """`A` -> 1, `XFD` -> 16384. Raises ValueError for anything that is not a column of a sheet."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"not a column: {letters!r}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(f"not a column: {letters!r}")
    return number


@lru_cache(maxsize=MAX_COLUMN)
def column_letters(number: int) -> str:
    """1 -> `A`, 16384 -> `XFD`. Raises ValueError outside the sheet."""
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(f"no such column: {number}")
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_position(ref: str) -> tuple[int, int]:
    """`B7` -> (7, 2): row and column, 1-based. Raises ValueError for anything that is not one cell of a sheet."""
    found = _CELL.match(ref)
    if not found or int(found[2]) > MAX_ROW:
        raise ValueError(f"not a cell: {ref!r}")
    return int(found[2]), column_number(found[1])


def cell_name(row: int, column: int) -> str:
    """(7, 2) -> `B7`."""
    return f"{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def is_cell(self) -> bool:
        """Whether it is one cell."""
        return self.top == self.bottom and self.left == self.right

    def __str__(self) -> str:
        first = cell_name(self.top, self.left)
        return first if self.is_cell() else f"{first}:{cell_name(self.bottom, self.right)}"


def parse_area(ref: str) -> Area:
    """`B2:D9`, `B2`, `B:D` or `2:9` as an Area. Raises ValueError for anything else."""
    first, colon, last = ref.replace("$", "").partition(":")
    last = last if colon else first
    if first.isdigit() and last.isdigit():
        area = Area(int(first), 1, int(last), MAX_COLUMN)
    elif first.isalpha() and last.isalpha():
        area = Area(1, column_number(first), MAX_ROW, column_number(last))
    else:
        (top, left), (bottom, right) = cell_position(first), cell_position(last)
        area = Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    if area.bottom > MAX_ROW or area.top < 1:
        raise ValueError(f"not an area: {ref!r}")
    return area
