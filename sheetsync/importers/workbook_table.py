"""Tables in workbooks (xlsx, xls, xlsb, ods), read in a child process with limits.

Amazon's own xlsx (Apache POI, streamed) says `<dimension ref="A1"/>`, so readers that believe it see one cell;
calamine does not. Its cells are inline strings and floats: every number arrives as a float, ids of numbers included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sheetsync.errors import MalformedReport
from sheetsync.importers import workbook_child
from sheetsync.importers.tables import Cell, Row, shown

MEGABYTES = 2048
"""Address space of the child; a million cells take about 100 MB."""
CPU_SECONDS = 60
WALL_SECONDS = 120
UNZIPPED_LIMIT = 500 << 20
MEMBERS_LIMIT = 10_000
RATIO_LIMIT = 100
"""Amazon's xlsx shrinks 8 to 20 times; a bomb more than a thousand."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet in the child's output: its rows start at byte `offset`."""

    name: str
    visible: bool
    offset: int


def check_zip(path: Path) -> None:
    """Refuse a zip that is truncated or whose members are too many, too big or too well packed.

    Raises MalformedReport. Declared sizes may lie; the limits of the child hold then.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as failure:
        raise MalformedReport(
            f"The file is no complete workbook: {failure}.", where=str(path), hint="Download the report again."
        ) from failure
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MEMBERS_LIMIT or size > UNZIPPED_LIMIT or (size > 1 << 20 and size > RATIO_LIMIT * packed):
        raise MalformedReport(
            f"The file unpacks to {size >> 20} MB in {len(members)} parts, more than a report may.",
            where=str(path),
            hint="Split the report into shorter periods, or download it as CSV.",
        )


def unpack(path: Path, out: Path) -> list[Worksheet]:
    """Read a workbook in the child into `out` and return its worksheets. Raises MalformedReport."""
    command = [sys.executable, "-I", workbook_child.__file__, str(path), str(out), str(MEGABYTES), str(CPU_SECONDS)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WALL_SECONDS, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as failure:
        raise _unreadable(path, f"it took longer than {WALL_SECONDS} seconds") from failure
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines and done.returncode == 1 else "it needs more memory or time than a report may"
        raise _unreadable(path, reason)
    return list(_worksheets(out))


def _unreadable(path: Path, reason: str) -> MalformedReport:
    return MalformedReport(
        f"The workbook cannot be read: {reason[:300]}.",
        where=str(path),
        hint="Download the report again; open it once to see whether it is whole and has no password.",
    )


def _worksheets(out: Path) -> Iterator[Worksheet]:
    with out.open("rb") as stream:
        offset = 0
        for line in stream:
            offset += len(line)
            if line.startswith(b"{"):
                about = json.loads(line)
                yield Worksheet(about["sheet"], about["visible"], offset)


def sheet_rows(out: Path, sheet: Worksheet) -> Iterator[tuple[int, list[Cell]]]:
    """Yield line number and cells of a worksheet from the child's output."""
    with out.open("rb") as stream:
        stream.seek(sheet.offset)
        for line in stream:
            if line.startswith(b"{"):
                return
            number, cells = json.loads(line)
            yield number, [_cell(cell) for cell in cells]


def _cell(cell: Any) -> Cell:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["d"]) if "d" in cell else datetime.fromisoformat(cell["t"])
    return cell  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The rows below the headings of a worksheet."""

    out: Path
    sheet: Worksheet
    headings: Sequence[str]
    skip: int

    def rows(self) -> Iterator[Row]:
        """Yield line number and cells of each row, as wide as the headings."""
        width = len(self.headings)
        for number, cells in sheet_rows(self.out, self.sheet):
            if number > self.skip:
                yield number, [*cells, *[None] * (width - len(cells))]


def first_sheet_rows(out: Path, sheet: Worksheet, count: int) -> list[tuple[int, list[str]]]:
    """Return the first rows of a worksheet as text."""
    found: list[tuple[int, list[str]]] = []
    for number, cells in sheet_rows(out, sheet):
        found.append((number, [shown(cell) for cell in cells]))
        if len(found) >= count:
            break
    return found
