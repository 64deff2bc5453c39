"""One look over a worksheet before it is changed: everything an edit must know, gathered in a single streaming pass.

It finds where the data ends, what stands in the cells that will change, and which arrays must not be broken into; it
keeps no more than that. Deciding comes after (`growth`, `resolve`), writing last (`splice`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sheetsync.workbooks.excel.cells import RawCell, formula_of, plain_row, raw_cells, split_row
from sheetsync.workbooks.excel.limits import Limits
from sheetsync.workbooks.excel.references import Area, parse_area
from sheetsync.workbooks.excel.sheetstream import Block, SheetStream
from sheetsync.workbooks.excel.text import attributes, unescape

Watch = frozenset[int]
"""The columns in which an append looks for the end of the data."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The master of a shared formula that will be overwritten: its text and where it stands."""

    text: str
    row: int
    column: int


@dataclass(slots=True)
class Survey:
    """What one look found.

    `styles` and `formulas` tell of the cells asked for, `row_styles` of their rows; `ends` gives each watch the last
    row with content; `donors` the cells' styles and the start tag of the rows asked for.
    """

    prefix: bytes = b""
    head: bytes = b""
    tail: bytes = b""
    styles: dict[tuple[int, int], str | None] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    row_styles: dict[int, str] = field(default_factory=dict)
    ends: dict[Watch, int] = field(default_factory=dict)
    arrays: list[Area] = field(default_factory=list)
    orphaned: dict[str, Shared] = field(default_factory=dict)
    has_formulas: bool = False


@dataclass(frozen=True, slots=True)
class Donor:
    """A row whose looks an appended row takes: its start tag and the styles of its cells by column."""

    tag: bytes
    styles: dict[int, str]


def survey_sheet(
    chunks: Iterable[bytes],
    limits: Limits,
    wanted: Mapping[int, Collection[int]],
    watches: Collection[Watch] = (),
) -> Survey:
    """Looks over one sheet for the cells `wanted` (row -> columns) and the `watches`. Raises SheetDamaged."""
    stream = SheetStream(chunks, limits)
    found = Survey(prefix=stream.prefix, head=stream.head, ends=dict.fromkeys(watches, 0))
    content = re.compile(rb"<" + stream.prefix + rb"(?:v|is|f)[\s>/]")
    formula = re.compile(rb"<" + stream.prefix + rb"f\s([^>]*)>")
    bare = b"<" + stream.prefix + b"f"
    for block in stream.blocks():
        if bare in block.data:
            found.has_formulas = True
            _find_arrays(block, formula, found)
        for row in block.rows:
            if row.number in wanted:
                _look_at(block.data[row.start : row.end], row.number, wanted[row.number], found)
        for watch in watches:
            _find_end(block, watch, content, found)
    found.tail = stream.tail
    return found


def _find_arrays(block: Block, formula: re.Pattern[bytes], found: Survey) -> None:
    for match in formula.finditer(block.data):
        if b"ref" not in match[1]:
            continue
        values = attributes(match[1])
        if values.get("t") in {"array", "dataTable"} and "ref" in values:
            area = parse_area(values["ref"])
            if not area.is_cell():
                found.arrays.append(area)


def _look_at(row: bytes, number: int, columns: Collection[int], found: Survey) -> None:
    parts = split_row(plain_row(row), found.prefix)
    values = attributes(parts.tag)
    if values.get("customFormat") in {"1", "true"} and "s" in values:
        found.row_styles[number] = values["s"]
    for cell in raw_cells(parts.inside, found.prefix):
        if cell.column in columns:
            found.styles[number, cell.column] = cell.attributes.get("s")
            _look_at_formula(cell, number, found)


def _look_at_formula(cell: RawCell, number: int, found: Survey) -> None:
    formula = formula_of(cell.content, found.prefix)
    if formula is None:
        return
    found.formulas.add((number, cell.column))
    values, text = formula
    if values.get("t") == "shared" and "ref" in values and not parse_area(values["ref"]).is_cell():
        found.orphaned[values.get("si", "")] = Shared(unescape(text), number, cell.column)


def _find_end(block: Block, watch: Watch, content: re.Pattern[bytes], found: Survey) -> None:
    """The last row of the block with content in the watched columns; earlier rows of it need no look."""
    for row in reversed(block.rows):
        data = block.data[row.start : row.end]
        if not content.search(data):
            continue
        cells = raw_cells(split_row(plain_row(data), found.prefix).inside, found.prefix)
        if any(cell.column in watch and content.search(cell.content) for cell in cells):
            found.ends[watch] = row.number
            return


def find_donors(chunks: Iterable[bytes], limits: Limits, rows: Collection[int]) -> dict[int, Donor]:
    """The looks of some rows. Reads no further than the last of them."""
    stream = SheetStream(chunks, limits)
    donors: dict[int, Donor] = {}
    last = max(rows, default=0)
    for block in stream.blocks():
        for row in block.rows:
            if row.number in rows:
                parts = split_row(plain_row(block.data[row.start : row.end]), stream.prefix)
                cells = raw_cells(parts.inside, stream.prefix)
                styles = {cell.column: cell.attributes["s"] for cell in cells if "s" in cell.attributes}
                donors[row.number] = Donor(parts.tag, styles)
        if block.rows and block.rows[-1].number >= last:
            break
    return donors
