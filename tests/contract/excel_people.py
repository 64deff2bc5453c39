"""People at work in a spreadsheet program, for the contract: the verbs of `backends.People`, each opened and saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sheetsync.core.model.layout import KEY_PREFIX, Layout
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.values import Formula, Value, canonical, is_blank
from sheetsync.core.model.workbook import Current
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.excel.backend import ExcelWorkbook


class HeldWorkbook(ExcelWorkbook):
    """The workbook in a file, with people who save it between the read and the write."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.deeds: list[Callable[[], None]] = []

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        while self.deeds:
            self.deeds.pop(0)()
        return super().apply(plan, current, layout)


class ExcelPeople:
    """Everyone with the file open. Rows and columns move with all they hold, as in the program itself."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[Book]:
        book = load_workbook(self.path)
        yield book
        book.save(self.path)
        book.close()

    @contextmanager
    def _sheet(self, tab: str) -> Iterator[tuple[Worksheet, int, int]]:
        """The tab with this key, its key row and its id column, 1-based."""
        with self._open() as book:
            for sheet in book.worksheets:
                for row in sheet.iter_rows():
                    for cell in row:
                        if cell.value == KEY_PREFIX + tab:
                            yield sheet, cell.row, cell.column
                            return
            raise LookupError(f"no tab {tab}")

    @staticmethod
    def _at(sheet: Worksheet, key_row: int, column: str) -> int:
        for row in (key_row, key_row + 1):
            for at in range(1, sheet.max_column + 1):
                if sheet.cell(row, at).value == column:
                    return at
        raise LookupError(f"no column {column}")

    @staticmethod
    def _data(sheet: Worksheet, key_row: int) -> list[int]:
        return [
            row
            for row in range(key_row + 2, sheet.max_row + 1)
            if any(not is_blank(sheet.cell(row, at).value) for at in range(1, sheet.max_column + 1))
        ]

    def _row(self, sheet: Worksheet, key_row: int, ids: int, row: str | int) -> int:
        if isinstance(row, int):
            return row
        return next(at for at in self._data(sheet, key_row) if sheet.cell(at, ids).value == row)

    @staticmethod
    def _put(sheet: Worksheet, row: int, column: int, value: Value) -> None:
        cell: Any = sheet.cell(row, column)
        cell.value = value.text if isinstance(value, Formula) else value
        if isinstance(value, str):
            cell.data_type = "s"  # a person's apostrophe: text that looks like a formula stays text

    def cell(self, tab: str, row: str | int, column: str) -> Value:
        with self._sheet(tab) as (sheet, key_row, ids):
            cell: Any = sheet.cell(self._row(sheet, key_row, ids, row), self._at(sheet, key_row, column))
            return Formula(cell.value) if cell.data_type == "f" else cell.value

    def type_cell(self, tab: str, row: str | int, column: str, value: Value) -> None:
        with self._sheet(tab) as (sheet, key_row, ids):
            self._put(sheet, self._row(sheet, key_row, ids, row), self._at(sheet, key_row, column), value)

    def type_id(self, tab: str, row: str | int, text: str | None) -> None:
        with self._sheet(tab) as (sheet, key_row, ids):
            self._put(sheet, self._row(sheet, key_row, ids, row), ids, text)

    def add_row(self, tab: str, cells: Mapping[str, Value], at: int | None = None) -> int:
        with self._sheet(tab) as (sheet, key_row, _):
            line = at or max([key_row + 1, *self._data(sheet, key_row)]) + 1
            if at:
                sheet.insert_rows(at)
            for column, value in cells.items():
                self._put(sheet, line, self._at(sheet, key_row, column), value)
        return line

    def copy_row(self, tab: str, row: str | int) -> int:
        with self._sheet(tab) as (sheet, key_row, ids):
            source, line = self._row(sheet, key_row, ids, row), max(self._data(sheet, key_row)) + 1
            self._lay(sheet, line, self._lift(sheet, source))
        return line

    @staticmethod
    def _lift(sheet: Worksheet, row: int) -> list[tuple[Any, str, str]]:
        found: list[Any] = [sheet.cell(row, at) for at in range(1, sheet.max_column + 1)]
        return [(cell.value, cell.data_type, cell.number_format) for cell in found]

    @staticmethod
    def _lay(sheet: Worksheet, row: int, cells: list[tuple[Any, str, str]]) -> None:
        for at, (value, kind, look) in enumerate(cells, 1):
            cell: Any = sheet.cell(row, at)
            cell.value = value
            cell.number_format = look
            if value is not None:
                cell.data_type = kind

    def delete_row(self, tab: str, row: str | int) -> None:
        with self._sheet(tab) as (sheet, key_row, ids):
            sheet.delete_rows(self._row(sheet, key_row, ids, row))

    def sort(self, tab: str, column: str) -> None:
        with self._sheet(tab) as (sheet, key_row, _):
            at = self._at(sheet, key_row, column)
            data = self._data(sheet, key_row)
            lines = [(sheet.cell(row, at).value, self._lift(sheet, row)) for row in data]
            filled = [line for line in lines if not is_blank(line[0])]
            filled.sort(key=lambda line: (canonical(line[0])[0], str(line[0])))
            for row, (_, cells) in zip(data, filled + [line for line in lines if is_blank(line[0])], strict=True):
                self._lay(sheet, row, cells)

    def clear_rows(self, tab: str) -> None:
        with self._sheet(tab) as (sheet, key_row, _):
            sheet.delete_rows(key_row + 2, sheet.max_row)

    def insert_column(self, tab: str, at: int, heading: str) -> None:
        with self._sheet(tab) as (sheet, key_row, _):
            sheet.insert_cols(at + 1)
            self._put(sheet, key_row + 1, at + 1, heading)

    def move_column(self, tab: str, column: str, to: int) -> None:
        with self._sheet(tab) as (sheet, key_row, _):
            source = self._at(sheet, key_row, column) - 1
            for row in range(1, sheet.max_row + 1):
                cells = self._lift(sheet, row)
                cells.insert(to, cells.pop(source))
                self._lay(sheet, row, cells)

    def delete_column(self, tab: str, column: str) -> None:
        with self._sheet(tab) as (sheet, key_row, _):
            sheet.delete_cols(self._at(sheet, key_row, column))

    def rename_heading(self, tab: str, column: str, text: str) -> None:
        with self._sheet(tab) as (sheet, key_row, _):
            self._put(sheet, key_row + 1, self._at(sheet, key_row, column), text)

    def rename_tab(self, tab: str, title: str) -> None:
        with self._sheet(tab) as (sheet, _, _):
            sheet.title = title

    def hide_tab(self, tab: str) -> None:
        with self._sheet(tab) as (sheet, _, _):
            sheet.sheet_state = "hidden"

    def delete_tab(self, tab: str) -> None:
        with self._sheet(tab) as (sheet, _, _):
            assert sheet.parent is not None
            sheet.parent.remove(sheet)

    def delete_key_row(self, tab: str) -> None:
        with self._sheet(tab) as (sheet, key_row, _):
            sheet.delete_rows(key_row)

    def swap_plan(self, plan_id: str) -> None:
        for tab in ("tasks", "facts"):
            with self._sheet(tab) as (sheet, key_row, ids):
                self._put(sheet, key_row + 1, ids, plan_id)
