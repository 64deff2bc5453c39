"""What was written, read back from the disk and compared before it takes the place of the original.

Every untouched entry must have the very bytes it had, every touched small part must be sound XML with the bytes
meant, and every written cell must read as what was meant. A disk that lost a byte shows here, while the original
still stands.
"""

from __future__ import annotations

import errno
from datetime import date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path

from sheetsync.core.model.values import Formula, Value, same
from sheetsync.errors import WorkbookUnreadable
from sheetsync.workbooks.excel.container import Container
from sheetsync.workbooks.excel.dates import serial
from sheetsync.workbooks.excel.package import Package
from sheetsync.workbooks.excel.read import WorkbookReader
from sheetsync.workbooks.excel.references import cell_name
from sheetsync.workbooks.excel.resolve import Edit


def verify(source: Container, written: Path, edit: Edit) -> None:
    """Raises OSError (as if the disk had) when the file written is not the file meant."""
    try:
        with Container(written, source.limits) as container:
            _compare_entries(source, container, edit)
            reader = WorkbookReader(Package(container))
            for part, data in edit.small.items():
                if container.read(part) != data:
                    raise _lost(f"the part {part!r}")
                reader.package.parse(data, part)
            for part in edit.sheets:
                _compare_cells(reader, part, {**edit.kept.get(part, {}), **edit.written.get(part, {})})
    except WorkbookUnreadable as error:
        raise _lost(error.message) from error


def _lost(what: str) -> OSError:
    return OSError(errno.EIO, f"what was read back is not what was written: {what}")


def _compare_entries(source: Container, written: Container, edit: Edit) -> None:
    kept = [name for name in source.names() if name not in edit.removed]
    if kept != written.names():
        raise _lost("the list of parts")
    places = {name: index for index, name in enumerate(source.names())}
    touched = edit.small.keys() | edit.sheets.keys()
    for index, name in enumerate(kept):
        if name in touched:
            continue
        for old, new in zip_longest(source.raw(places[name]), written.raw(index)):
            if old != new:
                raise _lost(f"the part {name!r}")


def _compare_cells(reader: WorkbookReader, part: str, cells: dict[tuple[int, int], Value]) -> None:
    rows = {row for row, _ in cells}
    found = dict(reader.part_rows(part, rows))
    for (row, column), meant in cells.items():
        if not _agree(meant, found.get(row, {}).get(column), date1904=reader.package.date1904):
            raise _lost(f"the cell {cell_name(row, column)}")


def _agree(meant: Value, found: Value, *, date1904: bool) -> bool:
    if isinstance(meant, Formula) and isinstance(found, Formula):
        return meant.text.removeprefix("=") == found.text.removeprefix("=") and _agree(
            meant.cached, found.cached, date1904=date1904
        )
    if (
        isinstance(meant, int | float)
        and not isinstance(meant, bool)
        and isinstance(found, int | float)
        and not isinstance(found, bool)
    ):
        return meant == found
    if isinstance(meant, int | float) and not isinstance(meant, bool) and isinstance(found, date):
        # A number in a cell that people formatted as a date reads as a date.
        return abs(serial(found, date1904=date1904) - meant) < 1e-5
    if isinstance(meant, datetime) and isinstance(found, date):
        # A workbook keeps times as fractions of a day; what is read is rounded to the second.
        read = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)
        return abs(read - meant) <= timedelta(seconds=1)
    return same(meant, found)
