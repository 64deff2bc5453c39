"""Where new rows go: right below the data of their columns, into the table they continue, clear of merged cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sheetsync.core.model.values import Value
from sheetsync.errors import WorkbookError
from sheetsync.workbooks.excel.draft import AddedRow
from sheetsync.workbooks.excel.growth import Growth
from sheetsync.workbooks.excel.limits import MAX_ROW
from sheetsync.workbooks.excel.references import Area
from sheetsync.workbooks.excel.tables import Table, table_at


def watched(row: AddedRow, tables: Sequence[Table]) -> frozenset[int]:
    """The columns that say where the data of a new row ends: its own, and those of the tables it touches."""
    columns = row.columns
    for table in tables:
        if table.columns() & row.columns:
            columns |= table.columns()
    return columns


@dataclass(frozen=True, slots=True)
class Placed:
    """A new row with its number: the data of `columns` ended in row `end` before any row was added."""

    row: AddedRow
    number: int
    columns: frozenset[int]
    end: int
    table: Table | None

    @property
    def first_row(self) -> int | None:
        """Where the data starts, as far as it is known."""
        if self.row.first_row is not None or self.table is None:
            return self.row.first_row
        return self.table.area.top + self.table.header_rows

    @property
    def like(self) -> int | None:
        """The row whose looks it takes: the last one of the data, but never its headings."""
        first = 2 if self.first_row is None else self.first_row
        return self.end if self.end >= first else None


def place_rows(
    rows: Sequence[AddedRow],
    ends: Mapping[frozenset[int], int],
    tables: Sequence[Table],
    obstacles: Sequence[Area],
    cells: Mapping[tuple[int, int], Value],
    where: str,
) -> list[Placed]:
    """Gives each new row its number. `ends` tells for each set of watched columns the last row with content.

    `obstacles` are merged cells and arrays. `cells` are cells written by the same edit: they are content as well.
    Raises WorkbookError where the data ends with a totals row, or in several tables at once, and when the sheet is
    full.
    """
    placed: list[Placed] = []
    last: dict[str, int] = {}
    for row in rows:
        columns = watched(row, tables)
        written = (at for (at, column), value in cells.items() if column in columns and value is not None)
        end = max(ends[columns], *written, 0)
        table = table_at(tables, row.columns, end, where)
        home = table.part if table is not None else ""
        number = max(end, last.get(home, 0)) + 1
        if table is None:
            number = _below(number, row.cells, obstacles)
        if number > MAX_ROW:
            raise WorkbookError("rows cannot be added: the sheet is full", where=where, hint="start a new workbook")
        last[home] = number
        placed.append(Placed(row, number, columns, end, table))
    return placed


def _below(number: int, columns: Collection[int], obstacles: Sequence[Area]) -> int:
    """The first row from `number` on in which no merged cells and no array lie in the way."""
    for area in sorted(obstacles, key=lambda area: area.top):
        if area.top <= number <= area.bottom and any(area.left <= column <= area.right for column in columns):
            number = area.bottom + 1
    return number


def growths(placed: Sequence[Placed]) -> list[Growth]:
    """How the data of the sheet grew, once for each place where rows were added."""
    found: dict[tuple[frozenset[int], int], Growth] = {}
    for item in placed:
        key = (item.columns, item.end)
        known = found.get(key)
        new = max(item.number, known.new if known else 0)
        found[key] = Growth(item.columns, item.end, new, item.first_row)
    return list(found.values())


def grown_tables(placed: Sequence[Placed]) -> dict[str, tuple[Table, int]]:
    """The tables that must grow, by part, and their new last row."""
    found: dict[str, tuple[Table, int]] = {}
    for item in placed:
        if item.table is not None and item.number > item.table.area.bottom:
            found[item.table.part] = (item.table, item.number)
    return found
