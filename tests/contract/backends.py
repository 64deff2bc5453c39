"""Who takes the contract: each backend gives a fresh workbook and a driver that does to it what people do.

To take part, write a factory `(folder) -> Bench` and add a line to `BACKENDS`. The driver must go behind the backend's
back: for a file another program's hand (openpyxl, the XML itself), for a service its own requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sheetsync.core.model.values import Value
from sheetsync.workbooks.base import Workbook
from sheetsync.workbooks.memory import MemoryWorkbook


class People(Protocol):
    """What people do. A row is meant by its row id, or by its line number (1-based) where it has none.

    A column is meant by its key, or by the heading people gave it. Tabs are meant by their key, whatever their title.
    """

    def cell(self, tab: str, row: str | int, column: str) -> Value:
        """What stands in a cell, read past the backend."""

    def type_cell(self, tab: str, row: str | int, column: str, value: Value) -> None:
        """Types a value; None empties the cell."""

    def type_id(self, tab: str, row: str | int, text: str | None) -> None:
        """Types over a row id; None blanks it."""

    def add_row(self, tab: str, cells: Mapping[str, Value], at: int | None = None) -> int:
        """Fills a new row directly below the data, or inserts it as line `at`; gives its line number. No id."""

    def copy_row(self, tab: str, row: str | int) -> int:
        """Copies a whole row, hidden id as well, below the data; gives the copy's line number."""

    def delete_row(self, tab: str, row: str | int) -> None:
        """Deletes a row; those below move up."""

    def sort(self, tab: str, column: str) -> None:
        """Sorts all data rows, whole rows, by one column, ascending."""

    def clear_rows(self, tab: str) -> None:
        """Deletes every data row."""

    def insert_column(self, tab: str, at: int, heading: str) -> None:
        """Inserts a column of people's own at place `at` (0 is the leftmost), with a heading."""

    def move_column(self, tab: str, column: str, to: int) -> None:
        """Drags a column, key and all, to place `to`."""

    def delete_column(self, tab: str, column: str) -> None:
        """Deletes a column with everything in it."""

    def rename_heading(self, tab: str, column: str, text: str) -> None:
        """Types over a heading."""

    def rename_tab(self, tab: str, title: str) -> None:
        """Gives a tab another title."""

    def hide_tab(self, tab: str) -> None:
        """Hides a tab."""

    def delete_tab(self, tab: str) -> None:
        """Deletes a tab."""

    def delete_key_row(self, tab: str) -> None:
        """Deletes the hidden row with the column keys."""

    def swap_plan(self, plan_id: str) -> None:
        """Types another plan's id where this plan's stands, on every tab."""


@dataclass(frozen=True)
class Bench:
    """One backend under test. `before_write(deed)` lets people act between the next read and the next write.

    `overtakes`: whether a cell people changed in that window is written over all the same (a service without
    compare-and-swap). Engine cells only; everything else holds for everyone.
    """

    workbook: Workbook
    people: People
    before_write: Callable[[Callable[[], None]], None] | None = None
    overtakes: bool = False


def memory(folder: Path) -> Bench:
    """The memory workbook, with the people it brings along."""
    del folder
    workbook = MemoryWorkbook()
    return Bench(workbook, workbook.people, lambda deed: workbook.on("before write", deed))


def google_sheets(folder: Path) -> Bench:
    """Google Sheets, on the local Sheets server."""
    from contract_round import layout_of
    from google_people import google

    del folder
    workbook, people, transport = google(layout_of())
    return Bench(workbook, people, transport.deeds.append, overtakes=True)


def excel(folder: Path) -> Bench:
    """An Excel file, with people whose program is openpyxl."""
    from excel_people import ExcelPeople, HeldWorkbook

    workbook = HeldWorkbook(folder / "plan.xlsx")
    return Bench(workbook, ExcelPeople(workbook.path), workbook.deeds.append)


BACKENDS: dict[str, Callable[[Path], Bench]] = {"memory": memory, "excel": excel, "google": google_sheets}
