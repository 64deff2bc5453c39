"""A table as the readers hand it on: rows of cells with their line numbers, readable as often as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

Cell = str | int | float | bool | Decimal | date | datetime | None
Row = tuple[int, Sequence[Cell]]


class Table(Protocol):
    """Rows below the headings."""

    @property
    def headings(self) -> Sequence[str]:
        """The headings as they stand in the file."""
        ...

    def rows(self) -> Iterator[Row]:
        """Yield line number (1 is the first line of the file) and cells of each row, from the start each time."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """Where a table was found in a file, and what stood around it.

    `preamble` are the rows above the headings, `sheet` the name of the worksheet, `facts` what a JSON document says
    about itself outside its records.
    """

    table: Table
    preamble: Sequence[Sequence[str]] = ()
    sheet: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def shown(cell: Cell) -> str:
    """Return a cell as the text a person would see: 14.0 is `14`, None is empty."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1 << 53:
        return str(int(cell))
    return str(cell)
