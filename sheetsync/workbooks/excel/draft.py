"""An edit as it was asked for: checked references and values, sorted by sheet, before the workbook was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sheetsync.core.model.values import Value
from sheetsync.workbooks.excel.cells import encode_cell
from sheetsync.workbooks.excel.references import cell_position, column_letters, column_number


class RowLike(Protocol):
    """A row to be added; see `edit.NewRow`, which documents the fields."""

    @property
    def sheet(self) -> str:
        """The sheet's name."""

    @property
    def cells(self) -> Mapping[str, Value]:
        """Column letters -> value."""

    @property
    def beside(self) -> frozenset[str]:
        """More columns that count as content."""

    @property
    def first_row(self) -> int | None:
        """Where the data starts."""

    @property
    def formats(self) -> Mapping[str, str]:
        """Column letters -> number format."""

    @property
    def height(self) -> float | None:
        """Its height in points, if it is not that of the row above."""


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A row to be added, columns as numbers; `order` is its place among all rows asked for."""

    order: int
    cells: dict[int, Value]
    columns: frozenset[int]
    first_row: int | None
    formats: dict[int, str]
    height: float | None = None


@dataclass(slots=True)
class SheetDraft:
    """What was asked of one sheet."""

    cells: dict[tuple[int, int], Value] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: list[AddedRow] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """What was asked of a workbook, by sheet name (names compare without case)."""

    sheets: dict[str, SheetDraft] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(sheet.cells or sheet.rows for sheet in self.sheets.values())

    @classmethod
    def of(
        cls,
        changes: Mapping[tuple[str, str], Value],
        rows: Sequence[RowLike],
        formats: Mapping[tuple[str, str], str],
    ) -> Draft:
        """Checks every reference and value. Raises ValueError, or TypeError for a value of a foreign type."""
        draft = cls()
        for (name, ref), value in changes.items():
            sheet, at = draft._sheet(name), cell_position(ref)
            if at in sheet.cells:
                raise ValueError(f"{name}!{ref} is named twice")
            _check(f"{name}!{ref}", value)
            sheet.cells[at] = value
        for (name, ref), code in formats.items():
            draft._sheet(name).formats[cell_position(ref)] = code
        for order, row in enumerate(rows):
            draft._sheet(row.sheet).rows.append(_added(order, row))
        return draft

    def _sheet(self, name: str) -> SheetDraft:
        key = next((known for known in self.sheets if known.casefold() == name.casefold()), name)
        return self.sheets.setdefault(key, SheetDraft())


def _added(order: int, row: RowLike) -> AddedRow:
    cells = {column_number(letters): value for letters, value in row.cells.items()}
    if not cells:
        raise ValueError(f"a row without cells for {row.sheet!r}")
    for column, value in cells.items():
        _check(f"{row.sheet}!{column_letters(column)}", value)
    beside = {column_number(letters) for letters in row.beside}
    formats = {column_number(letters): code for letters, code in row.formats.items()}
    return AddedRow(order, cells, frozenset({*cells, *beside}), row.first_row, formats, row.height)


def _check(where: str, value: Value) -> None:
    try:
        # The 1904 calendar starts later: what it cannot hold is found once the workbook is open.
        encode_cell("A1", value, None, b"", date1904=False)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
