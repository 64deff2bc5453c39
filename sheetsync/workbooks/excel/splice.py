"""Changed cells put into a worksheet's stream: touched rows are rewritten, new rows slipped in, all else passes
through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sheetsync.workbooks.excel.cells import check_fragment, new_row, plain_row, raw_cells, rewrite_row, split_row
from sheetsync.workbooks.excel.formulas import shifted
from sheetsync.workbooks.excel.limits import Limits
from sheetsync.workbooks.excel.sheetstream import Block, RowSpan, SheetDamaged, SheetStream
from sheetsync.workbooks.excel.stale import StaleCell, mark_row
from sheetsync.workbooks.excel.survey import Shared
from sheetsync.workbooks.excel.text import attributes, escape


@dataclass(slots=True)
class SheetEdit:
    """What is to change in one sheet, all decided: encoded cells by row and column, and what stands around the rows.

    `clears` are cells that only matter where they stand; `like` gives new rows their looks (the start tag of another
    row), `heights` their own height in points; `orphaned` are shared formulas whose master goes; `stale` are formulas
    to be marked.
    """

    head: bytes
    tail: bytes
    cells: dict[int, dict[int, bytes]]
    like: dict[int, bytes] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    orphaned: Mapping[str, Shared] = field(default_factory=dict)
    stale: dict[int, dict[int, StaleCell]] = field(default_factory=dict)


def splice(chunks: Iterable[bytes], limits: Limits, edit: SheetEdit) -> Iterator[bytes]:
    """The sheet with the edit made, a piece at a time. Raises SheetDamaged."""
    stream = SheetStream(chunks, limits)
    yield edit.head
    pending = sorted(edit.cells.keys() | edit.stale.keys())
    at = 0
    orphan = _orphan_pattern(stream.prefix, edit.orphaned)
    for block in stream.blocks():
        if not block.rows:
            yield block.data
            continue
        due = len(pending) > at and pending[at] <= block.rows[-1].number
        if not due and not (orphan and orphan.search(block.data)):
            yield block.data
            continue
        pieces, at = _splice_block(block, stream.prefix, edit, pending, at, orphan)
        yield from pieces
    for number in pending[at:]:
        yield _fresh(number, edit, stream.prefix)
    yield edit.tail


def _splice_block(
    block: Block, prefix: bytes, edit: SheetEdit, pending: list[int], at: int, orphan: re.Pattern[bytes] | None
) -> tuple[list[bytes], int]:
    pieces: list[bytes] = []
    copied = 0
    for row in block.rows:
        due = at < len(pending) and pending[at] <= row.number
        if not due and not (orphan and orphan.search(block.data, row.start, row.end)):
            continue
        pieces.append(block.data[copied : row.start])
        while at < len(pending) and pending[at] < row.number:
            pieces.append(_fresh(pending[at], edit, prefix))
            at += 1
        mine = at < len(pending) and pending[at] == row.number
        pieces.append(_changed(block, row, prefix, edit, orphan))
        at += mine
        copied = row.end
    pieces.append(block.data[copied:])
    return pieces, at


def _fresh(number: int, edit: SheetEdit, prefix: bytes) -> bytes:
    row = new_row(number, edit.cells[number], prefix, edit.like.get(number), edit.heights.get(number))
    check_fragment(row, prefix)
    return row


def _changed(block: Block, row: RowSpan, prefix: bytes, edit: SheetEdit, orphan: re.Pattern[bytes] | None) -> bytes:
    data = block.data[row.start : row.end]
    if row.number in edit.cells:
        data = rewrite_row(data, edit.cells[row.number], prefix)
    if row.number in edit.stale:
        data = mark_row(data, row.number, edit.stale[row.number], prefix)
    if orphan and orphan.search(data):
        data = _adopt(data, row.number, prefix, edit.orphaned, orphan)
    check_fragment(data, prefix)
    return data


def _orphan_pattern(prefix: bytes, orphaned: Mapping[str, Shared]) -> re.Pattern[bytes] | None:
    if not orphaned:
        return None
    ids = rb"|".join(re.escape(name.encode()) for name in orphaned)
    return re.compile(
        rb"<" + prefix + rb"""f(?=\s)(?=[^>]*\st\s*=\s*["']shared["'])[^>]*?\ssi\s*=\s*["'](""" + ids
        + rb""")["'][^>]*?(?:/>|>[^<]*</""" + prefix + rb"f\s*>)"
    )  # fmt: skip


def _adopt(row: bytes, number: int, prefix: bytes, orphaned: Mapping[str, Shared], orphan: re.Pattern[bytes]) -> bytes:
    """Gives followers of a shared formula that lost its master a text of their own."""
    parts = split_row(plain_row(row), prefix)
    out, at = [], 0
    for cell in raw_cells(parts.inside, prefix):
        piece = parts.inside[cell.start : cell.end]
        found = orphan.search(piece)
        if not found:
            continue
        master = orphaned[found[1].decode()]
        if (number, cell.column) < (master.row, master.column) or "ref" in attributes(found[0].partition(b">")[0]):
            raise SheetDamaged(f"a shared formula in row {number} that does not follow its master")
        text = shifted(master.text, number - master.row, cell.column - master.column)
        formula = b"<" + prefix + b"f>" + escape(text) + b"</" + prefix + b"f>"
        out += [parts.inside[at : cell.start], piece[: found.start()], formula, piece[found.end() :]]
        at = cell.end
    return parts.tag + b"".join(out) + parts.inside[at:] + parts.close + parts.after
