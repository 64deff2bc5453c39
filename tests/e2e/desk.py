"""A person at an Excel workbook, without an office program: types by row and column, through the lossless editor."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path

import pytest

from sheetsync.bootstrap import load_project
from sheetsync.cli.main import main
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import Current, CurrentRow
from sheetsync.pipeline.refresh import Refreshed, RefreshOptions, refresh
from sheetsync.workbooks.excel.edit import NewRow, edit_cells
from sheetsync.workbooks.excel.references import cell_name, column_letters

TODAY = date(2026, 11, 22)


def go(plan: Path, day: date = TODAY, **options: bool) -> Refreshed:
    """One refresh on a day, at noon."""
    return refresh(
        load_project(plan), RefreshOptions(today=day, now=datetime(day.year, day.month, day.day, 12), **options)
    )


def read(plan: Path) -> Current:
    """The workbook as it stands."""
    project = load_project(plan)
    return project.workbook.read(project.layout)


def rows(plan: Path, tab: str) -> list[CurrentRow]:
    """The rows of a tab."""
    return list(read(plan).tabs[tab].rows)


def row(plan: Path, tab: str, row_id: str) -> CurrentRow:
    """One row by its id."""
    return next(row for row in rows(plan, tab) if row.row_id == row_id)


def type_cell(plan: Path, tab: str, row_id: str, column: str, value: Value) -> None:
    """Types into a cell, as a person would."""
    standing = read(plan).tabs[tab]
    found = next(row for row in standing.rows if row.row_id == row_id)
    book = plan / "plan.xlsx"
    edit_cells(book, book, {(standing.title, cell_name(found.position, standing.places[column])): value})


def add_row(plan: Path, tab: str, cells: dict[str, Value]) -> None:
    """Adds a row below the data, without an id."""
    standing = read(plan).tabs[tab]
    letters = {column_letters(standing.places[key]): value for key, value in cells.items()}
    book = plan / "plan.xlsx"
    beside = frozenset(column_letters(place) for place in standing.places.values())
    edit_cells(book, book, {}, rows=[NewRow(standing.title, letters, beside=beside)])


def digest(plan: Path) -> str:
    """The workbook's bytes, as one text."""
    return hashlib.sha256((plan / "plan.xlsx").read_bytes()).hexdigest()


def command(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """A command in this process: (exit code, stdout, stderr)."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        main(list(args))
    told = capsys.readouterr()
    return int(stopped.value.code or 0), told.out, told.err
