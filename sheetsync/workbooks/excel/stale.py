"""Formulas whose last result an edit made old, in every sheet, so that each program calculates them on opening.

Excel does so for the whole workbook (`fullCalcOnLoad`). LibreOffice ignores that mark and shows the kept results,
unless a formula has none, or is a shared one with a number (sc/source/filter/oox/formulabuffer.cxx; measured with
7.4). So a formula that depends on a changed cell, directly or through others, is written as a shared formula of one
cell where its result is a number: the number stays for whoever reads the file meanwhile. Where the result is text it is
taken out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sheetsync.core.model.values import Formula
from sheetsync.errors import WorkbookUnreadable
from sheetsync.workbooks.excel.cells import RawCell, formula_of, plain_row, raw_cells, split_row
from sheetsync.workbooks.excel.package import Package, Sheet
from sheetsync.workbooks.excel.precedents import Names, Source, precedents
from sheetsync.workbooks.excel.references import Area, cell_name, parse_area
from sheetsync.workbooks.excel.sheetstream import SheetDamaged, SheetStream
from sheetsync.workbooks.excel.styles import Styles
from sheetsync.workbooks.excel.text import with_attribute
from sheetsync.workbooks.excel.values import CellReader

MAX_FORMULAS = 200_000
"""Over this many formulas the search is not worth its time; LibreOffice then needs Ctrl+Shift+F9."""
_MAX_PASSES = 100
_MAX_SPILL = 10_000


@dataclass(frozen=True, slots=True)
class StaleCell:
    """A formula to mark: what it must read as afterwards, and the number of its shared formula (None: result out)."""

    meant: Formula
    shared: int | None


@dataclass(slots=True)
class FormulaSheet:
    """The formulas of one sheet: what stands around its rows, and each formula with its cell."""

    sheet: Sheet
    head: bytes = b""
    tail: bytes = b""
    nodes: list[_Node] = field(default_factory=list)
    last_shared: int = -1


@dataclass(frozen=True, slots=True)
class _Node:
    """One formula: the area that shows its results, where it looks, and (unless it is an array) how it could be
    marked.
    """

    area: Area
    sources: tuple[Source, ...]
    formula: Formula
    markable: bool
    shared: bool


def find_formulas(package: Package, names: Names, sheet: Sheet, styles: Styles) -> FormulaSheet | None:
    """The formulas of a sheet, None where it has none or cannot be read (then it is left alone)."""
    try:
        return _find(package, names, sheet, styles)
    except (SheetDamaged, WorkbookUnreadable, ValueError):
        return None


def _find(package: Package, names: Names, sheet: Sheet, styles: Styles) -> FormulaSheet | None:
    stream = SheetStream(package.container.chunks(sheet.part), package.container.limits)
    found = FormulaSheet(sheet, stream.head)
    opening = b"<" + stream.prefix + b"f"
    # Cached text of shared strings does not occur in formulas, so none is read here.
    reader = CellReader(stream.prefix, [], styles, package.date1904)
    for block in stream.blocks():
        if opening not in block.data:
            continue
        for row in block.rows:
            if block.data.find(opening, row.start, row.end) >= 0:
                inside = split_row(plain_row(block.data[row.start : row.end]), stream.prefix).inside
                for cell in raw_cells(inside, stream.prefix):
                    _take(found, reader, cell, row.number, names)
        if len(found.nodes) > MAX_FORMULAS:
            return None
    found.tail = stream.tail
    return found if found.nodes else None


def _take(found: FormulaSheet, reader: CellReader, cell: RawCell, row: int, names: Names) -> None:
    written = formula_of(cell.content, reader.prefix)
    if written is None:
        return
    value = reader.value(cell, row)
    values = written[0]
    if values.get("si", "").isdigit():
        found.last_shared = max(found.last_shared, int(values["si"]))
    if not isinstance(value, Formula):
        return
    kind = values.get("t", "normal")
    array = kind == "array" and "ref" in values
    area = parse_area(values["ref"]) if array else Area(row, cell.column, row, cell.column)
    sources = tuple(precedents(value.text, found.sheet.name, names))
    result = cell.attributes.get("t", "n")
    markable = not array and value.cached is not None and (result == "str" or (result == "n" and kind == "normal"))
    found.nodes.append(_Node(area, sources, value, markable, shared=result == "n"))


class _Dirty:
    """Cells whose values are new, by sheet and column, asked for by area."""

    def __init__(self, changed: Mapping[str, Collection[tuple[int, int]]]) -> None:
        self._rows: dict[str, dict[int, list[int]]] = {}
        for sheet, cells in changed.items():
            columns = self._rows.setdefault(sheet, {})
            for row, column in sorted(cells):
                columns.setdefault(column, []).append(row)

    def add(self, sheet: str, area: Area) -> None:
        columns = self._rows.setdefault(sheet, {})
        for column in range(area.left, area.right + 1):
            rows = columns.setdefault(column, [])
            for row in range(area.top, min(area.bottom, area.top + _MAX_SPILL) + 1):
                insort(rows, row)

    def touches(self, source: Source) -> bool:
        sheet, area = source
        for column, rows in self._rows.get(sheet, {}).items():
            if area.left <= column <= area.right:
                at = bisect_left(rows, area.top)
                if at < len(rows) and rows[at] <= area.bottom:
                    return True
        return False


def find_stale(
    sheets: Collection[FormulaSheet], changed: Mapping[str, Collection[tuple[int, int]]]
) -> dict[str, dict[tuple[int, int], StaleCell]]:
    """The formulas to mark, by sheet part, that depend on `changed` cells (by sheet name, case folded), or on
    others.
    """
    dirty = _Dirty(changed)
    waiting = [(sheet, node) for sheet in sheets for node in sheet.nodes]
    found: dict[str, dict[tuple[int, int], StaleCell]] = {}
    # Formulas look upwards and to the left as a rule: one pass in reading order settles most chains.
    for _ in range(_MAX_PASSES):
        left = []
        for sheet, node in waiting:
            if not any(map(dirty.touches, node.sources)):
                left.append((sheet, node))
                continue
            name, at = sheet.sheet.name.casefold(), (node.area.top, node.area.left)
            dirty.add(name, node.area)
            if node.markable and at not in changed.get(name, ()):
                found.setdefault(sheet.sheet.part, {})[at] = _mark(sheet, node)
        if len(left) == len(waiting):
            break
        waiting = left
    return found


def _mark(sheet: FormulaSheet, node: _Node) -> StaleCell:
    if node.shared:
        sheet.last_shared += 1
        return StaleCell(node.formula, sheet.last_shared)
    return StaleCell(Formula(node.formula.text), None)


def mark_row(row: bytes, number: int, marks: Mapping[int, StaleCell], prefix: bytes) -> bytes:
    """A row with some of its formulas marked; every other byte of it stays."""
    parts = split_row(plain_row(row), prefix)
    out, at = [], 0
    for cell in raw_cells(parts.inside, prefix):
        if cell.column in marks:
            piece = parts.inside[cell.start : cell.end]
            shared, ref = marks[cell.column].shared, cell_name(number, cell.column)
            out += [parts.inside[at : cell.start], _without_result(piece, prefix) if shared is None else b""]
            if shared is not None:
                out.append(_as_shared(piece, prefix, ref, shared))
            at = cell.end
    return parts.tag + b"".join(out) + parts.inside[at:] + parts.close + parts.after


def _as_shared(cell: bytes, prefix: bytes, ref: str, shared: int) -> bytes:
    start = re.search(rb"<" + prefix + rb"f(?=[\s/>])", cell)
    assert start is not None
    end = cell.index(b">", start.end()) + 1
    tag = with_attribute(cell[start.start() : end], "t", "shared")
    tag = with_attribute(with_attribute(tag, "ref", ref), "si", str(shared))
    return cell[: start.start()] + tag + cell[end:]


def _without_result(cell: bytes, prefix: bytes) -> bytes:
    name = prefix + b"v"
    bare = re.sub(rb"<" + name + rb"(?:\s[^>]*)?(?:/>|>[^<]*</" + name + rb"\s*>)", b"", cell)
    end = bare.index(b">") + 1
    return with_attribute(bare[:end], "t", None) + bare[end:]
