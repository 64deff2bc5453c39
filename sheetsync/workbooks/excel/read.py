"""Reading cells from the workbook's own XML: typed values, formulas with their last result, in bounded time and memory.

    with open_workbook("plan.xlsx") as workbook:
        for number, cells in workbook.rows("Goals"):
            ...                                        # cells: column number -> value

Nothing outside the chosen sheets, the shared strings and the styles is unpacked. No formula is calculated.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from sheetsync.core.model.values import Value
from sheetsync.errors import WorkbookDenied, WorkbookMissing, WorkbookUnreadable
from sheetsync.workbooks.excel.cells import plain_row, raw_cells, split_row
from sheetsync.workbooks.excel.container import Container
from sheetsync.workbooks.excel.limits import DEFAULT_LIMITS, Limits
from sheetsync.workbooks.excel.package import Package, Sheet
from sheetsync.workbooks.excel.sheetstream import SheetDamaged, SheetStream
from sheetsync.workbooks.excel.styles import Styles
from sheetsync.workbooks.excel.text import utf8_chunks
from sheetsync.workbooks.excel.values import CellReader, rich_text


@contextmanager
def open_workbook(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[WorkbookReader]:
    """Opens a workbook for reading. Raises WorkbookMissing or WorkbookUnreadable, also while it is read."""
    try:
        container = Container(Path(path), limits)
    except FileNotFoundError as error:
        raise WorkbookMissing("there is no workbook", where=str(path), hint="check the path") from error
    except PermissionError as error:
        raise WorkbookDenied("the workbook may not be read", where=str(path), hint="check its permissions") from error
    except OSError as error:
        raise WorkbookUnreadable(
            f"cannot read the workbook ({error.strerror})", where=str(path), hint="look at the disk, then run again"
        ) from error
    with container:
        yield WorkbookReader(Package(container))


class WorkbookReader:
    """An open workbook: its sheets and their cells."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._limits = package.container.limits

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The worksheets in the order of their tabs."""
        return self.package.sheets

    @cached_property
    def _styles(self) -> Styles:
        return Styles(self.package)

    @cached_property
    def _texts(self) -> list[str]:
        part = self.package.related_part(self.package.part, "sharedStrings")
        if part is None:
            return []
        return shared_strings(self.package, part)

    def rows(self, name: str, only: Collection[int] | None = None) -> Iterator[tuple[int, dict[int, Value]]]:
        """The rows of a sheet that hold anything: (row number, {column number: value}), top to bottom.

        `only` restricts it to some rows. Raises WorkbookUnreadable when the sheet is damaged or over the limits.
        """
        return self.part_rows(self.package.sheet(name).part, only)

    def part_rows(self, part: str, only: Collection[int] | None = None) -> Iterator[tuple[int, dict[int, Value]]]:
        """As `rows`, by the part that holds the sheet."""
        try:
            yield from self._rows(part, only)
        except (SheetDamaged, ValueError) as error:
            raise self.package.refusal(
                f"the part {part!r} has {error}", "open it in Excel and save it again, or restore a backup"
            ) from error

    def _rows(self, part: str, only: Collection[int] | None) -> Iterator[tuple[int, dict[int, Value]]]:
        stream = SheetStream(self.package.container.chunks(part), self._limits)
        reader = CellReader(stream.prefix, self._texts, self._styles, self.package.date1904)
        cell_tag = b"<" + stream.prefix + b"c"
        shared = b"shared"
        count = 0
        for block in stream.blocks():
            for row in block.rows:
                if only is not None and row.number not in only and block.data.find(shared, row.start, row.end) < 0:
                    continue
                if block.data.find(cell_tag, row.start, row.end) < 0:
                    continue
                inside = split_row(plain_row(block.data[row.start : row.end]), stream.prefix).inside
                cells = {
                    cell.column: reader.value(cell, row.number)
                    for cell in raw_cells(inside, stream.prefix)
                    if cell.content
                }
                held: dict[int, Value] = {column: value for column, value in cells.items() if value is not None}
                count += len(held)
                if count > self._limits.cells:
                    raise SheetDamaged(f"more than {self._limits.cells} cells, over the limit")
                if held and (only is None or row.number in only):
                    yield row.number, held


def read_cells(
    path: str | Path, sheets: Collection[str] | None = None, limits: Limits = DEFAULT_LIMITS
) -> dict[str, dict[int, dict[int, Value]]]:
    """Every cell that holds anything, of the chosen sheets (all by default): sheet name -> row -> column -> value."""
    with open_workbook(path, limits) as workbook:
        names = [sheet.name for sheet in workbook.sheets] if sheets is None else list(sheets)
        return {name: dict(workbook.rows(name)) for name in names}


def shared_strings(package: Package, part: str) -> list[str]:
    """The shared strings of a workbook in order, rich text as plain text. Raises WorkbookUnreadable."""
    try:
        return _strings(utf8_chunks(package.container.chunks(part)), package.container.limits)
    except ValueError as error:
        raise package.refusal(f"the shared strings hold {error}", "open it in Excel and save it again") from error


def _strings(chunks: Iterable[bytes], limits: Limits) -> list[str]:
    texts: list[str] = []
    buffer, prefix, size = b"", None, 0
    pattern = None
    for piece in chunks:
        buffer += piece
        if prefix is None:
            root = re.search(rb"<(?:([A-Za-z_][\w.\-]*):)?sst(?=[\s/>])", buffer)
            if b"<!DOCTYPE" in buffer:
                raise ValueError("a document type declaration")
            if root is None:
                continue
            prefix = root[1] + b":" if root[1] else b""
            name = prefix + b"si"
            pattern = re.compile(rb"<" + name + rb"(?:\s[^>]*)?(?:/>|(?<!/)>(.*?)</" + name + rb"\s*>)", re.DOTALL)
        assert pattern is not None
        end = 0
        for found in pattern.finditer(buffer):
            text = rich_text(plain_row(found[1] or b""), prefix)
            size += len(text)
            if size > limits.texts:
                raise ValueError("more text than the limit")
            texts.append(text)
            end = found.end()
        buffer = buffer[end:]
        if len(buffer) > limits.row:
            raise ValueError("a string over the limit")
    return texts
