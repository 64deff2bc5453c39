"""The cells of one tab: rows of cells, copied on write so that a batch can be tried on a copy for next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.sheets_server.cells import BLANK, Cell


class Row:
    """Cells by column; `owner` is the grid that may change this row in place."""

    __slots__ = ("cells", "owner")

    def __init__(self, owner: object, cells: list[Cell | None]):
        self.owner = owner
        self.cells = cells


class Grid:
    """rows x columns cells; only rows that hold something exist."""

    def __init__(self, row_count: int, column_count: int):
        self.row_count = row_count
        self.column_count = column_count
        self.rows: list[Row | None] = []
        self.owner: object = object()

    def clone(self) -> Grid:
        """A copy that shares every row until one side writes to it."""
        twin = Grid(self.row_count, self.column_count)
        twin.rows = list(self.rows)
        self.owner = object()
        return twin

    def get(self, row: int, column: int) -> Cell:
        held = self.rows[row] if row < len(self.rows) else None
        if held is None or column >= len(held.cells):
            return BLANK
        return held.cells[column] or BLANK

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Replaces a cell; outside the grid nothing can be put."""
        if not (0 <= row < self.row_count and 0 <= column < self.column_count):
            raise IndexError((row, column))
        stored = None if cell.empty else cell
        if stored is None and (row >= len(self.rows) or self.rows[row] is None):
            return
        cells = self._writable(row).cells
        if column >= len(cells):
            if stored is None:
                return
            cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = stored

    def _writable(self, row: int) -> Row:
        if row >= len(self.rows):
            self.rows.extend([None] * (row + 1 - len(self.rows)))
        held = self.rows[row]
        if held is None:
            held = self.rows[row] = Row(self.owner, [])
        elif held.owner is not self.owner:
            held = self.rows[row] = Row(self.owner, list(held.cells))
        return held

    def change(self, row: int, column: int, **changes: Any) -> None:
        self.put(row, column, self.get(row, column).replace(**changes))

    def block(self, row0: int, row1: int, col0: int, col1: int) -> list[list[Cell]]:
        """The cells of a rectangle, row by row."""
        return [[self.get(row, column) for column in range(col0, col1)] for row in range(row0, row1)]

    def put_block(self, row0: int, col0: int, block: list[list[Cell]]) -> None:
        for down, line in enumerate(block):
            for right, cell in enumerate(line):
                if row0 + down < self.row_count and col0 + right < self.column_count:
                    self.put(row0 + down, col0 + right, cell)

    def row_cells(self, row: int) -> list[Cell | None]:
        """The stored cells of a row, for reading only."""
        held = self.rows[row] if row < len(self.rows) else None
        return held.cells if held else []

    def occupied(self) -> Iterator[tuple[int, int, Cell]]:
        """Every cell that holds anything, with its place."""
        for index, row in enumerate(self.rows):
            if row is not None:
                for column, cell in enumerate(row.cells):
                    if cell is not None:
                        yield index, column, cell

    def has_content(self, row: int, column: int) -> bool:
        return not self.get(row, column).blank

    def resize(self, row_count: int, column_count: int) -> None:
        if row_count < self.row_count:
            del self.rows[row_count:]
        if column_count < self.column_count:
            for index, row in enumerate(self.rows):
                if row is not None and len(row.cells) > column_count:
                    del self._writable(index).cells[column_count:]
        self.row_count, self.column_count = row_count, column_count

    def insert_rows(self, start: int, count: int) -> None:
        self.row_count += count
        if start < len(self.rows):
            self.rows[start:start] = [None] * count

    def delete_rows(self, start: int, end: int) -> None:
        self.row_count -= end - start
        del self.rows[start:end]

    def insert_columns(self, start: int, count: int) -> None:
        self.column_count += count
        self._splice(lambda cells: cells.__setitem__(slice(start, start), [None] * count), start)

    def delete_columns(self, start: int, end: int) -> None:
        self.column_count -= end - start
        self._splice(lambda cells: cells.__delitem__(slice(start, end)), start)

    def _splice(self, edit: Callable[[list[Cell | None]], None], start: int) -> None:
        for index, row in enumerate(self.rows):
            if row is not None and len(row.cells) > start:
                edit(self._writable(index).cells)

    def move_rows(self, start: int, end: int, to: int) -> None:
        self.rows.extend([None] * (max(end, to) - len(self.rows)))
        moved = self.rows[start:end]
        rest = self.rows[:start] + self.rows[end:]
        at = to - (end - start) if to > start else to
        self.rows = rest[:at] + moved + rest[at:]

    def move_columns(self, start: int, end: int, to: int) -> None:
        least = min(start, to)
        for index, row in enumerate(self.rows):
            if row is None or len(row.cells) <= least:
                continue
            cells = self._writable(index).cells
            cells.extend([None] * (max(end, to) - len(cells)))
            moved = cells[start:end]
            del cells[start:end]
            at = to - (end - start) if to > start else to
            cells[at:at] = moved
