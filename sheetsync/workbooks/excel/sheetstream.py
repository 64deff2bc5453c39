"""A worksheet's XML as a stream: what stands before the rows, the rows a block at a time, what stands after them.

Rows are located, not parsed: a row costs one match of a regular expression, and its bytes are passed on as they are.
Only rows that are read or changed are taken apart (see `cells`). Memory is bounded by the block and by the longest row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sheetsync.workbooks.excel.limits import MAX_ROW, Limits
from sheetsync.workbooks.excel.text import attributes, utf8_chunks

_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.\-]*):)?worksheet(?=[\s/>])")
_SKIP = rb"<!--(?:.*?-->|.*\Z)|<!\[CDATA\[(?:.*?\]\]>|.*\Z)|"
_IN_TAG = rb"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+"""
_R = re.compile(rb"""\sr\s*=\s*["']\s*([0-9]{1,9})\s*["']""")


class SheetDamaged(ValueError):
    """The sheet's XML is not what the format says; the message says how."""


@dataclass(frozen=True, slots=True)
class RowSpan:
    """Where one row lies in its block: its number, and `start` up to the next row's start (or the block's end)."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole rows: `data` starts with whatever stood before the first of them."""

    data: bytes
    rows: list[RowSpan]


class SheetStream:
    """One pass over a worksheet. Read `head`, iterate `blocks()` to the end, then read `tail`.

    `head` ends with the open `sheetData` tag, `tail` starts with its close tag; an empty `<sheetData/>` is opened up.
    Raises SheetDamaged on rows out of order, rows outside the sheet, anything over the limits, or no sheet at all.
    """

    def __init__(self, chunks: Iterable[bytes], limits: Limits) -> None:
        self._chunks = utf8_chunks(chunks)
        self._limits = limits
        self._buffer = b""
        self._last = 0
        self.prefix = b""
        self.tail = b""
        self._empty = False
        self.head = self._read_head()
        name = self.prefix
        # A literal start lets the search jump from row to row; with comments about, every tag is looked at.
        self._row = re.compile(rb"<" + name + rb"row(?=[\s/>])(" + _IN_TAG + rb")>", re.DOTALL)
        self._end = re.compile(rb"</" + name + rb"sheetData\s*>")
        self._slow = re.compile(_SKIP + self._row.pattern + rb"|(" + self._end.pattern + rb")", re.DOTALL)

    def _more(self) -> bool:
        wanted = max(1, len(self._buffer))
        pieces, got = [self._buffer], 0
        for piece in self._chunks:
            pieces.append(piece)
            got += len(piece)
            if got >= wanted:
                break
        self._buffer = b"".join(pieces)
        return got > 0

    def _read_head(self) -> bytes:
        while self._more():
            root = _ROOT.search(_without_comments(self._buffer))
            if root:
                self.prefix = root[1] + b":" if root[1] else b""
                found = self._find_data()
                if found:
                    return self._cut_head(found)
            if b"<!DOCTYPE" in self._buffer:
                raise SheetDamaged("a document type declaration, which no workbook needs and entity bombs do")
            if len(self._buffer) > self._limits.skeleton:
                raise SheetDamaged("no rows within the first megabytes")
        raise SheetDamaged("no worksheet with sheetData in it")

    def _find_data(self) -> re.Match[bytes] | None:
        pattern = re.compile(_SKIP + rb"<" + self.prefix + rb"(sheetData)(?=[\s/>])(" + _IN_TAG + rb")>", re.DOTALL)
        return next((found for found in pattern.finditer(self._buffer) if found[1]), None)

    def _cut_head(self, found: re.Match[bytes]) -> bytes:
        if b"<!DOCTYPE" in self._buffer[: found.start()]:
            raise SheetDamaged("a document type declaration, which no workbook needs and entity bombs do")
        head, self._buffer = self._buffer[: found.end()], self._buffer[found.end() :]
        if found[2].rstrip().endswith(b"/"):
            self._empty = True
            head = head[:-1].rstrip()[:-1].rstrip() + b">"
        return head

    def blocks(self) -> Iterator[Block]:
        """The rows, some at a time, in the order of the file."""
        if self._empty:
            self._finish(b"</" + self.prefix + b"sheetData>" + self._buffer)
            return
        while True:
            block, ended = self._next_block()
            if block.data:
                yield block
            if ended:
                return
            if not self._more():
                raise SheetDamaged("the rows do not end: the sheet is truncated")
            if len(self._buffer) > self._limits.row:
                raise SheetDamaged("a row over the limit")

    def _next_block(self) -> tuple[Block, bool]:
        data, last = self._buffer, self._last
        tags, end = self._slow_tags(data) if b"<!" in data else self._fast_tags(data)
        starts: list[tuple[int, int]] = []
        for tag in tags:
            last = _number(tag[1], last)
            starts.append((last, tag.start()))
        if end is not None:
            self._finish(data[end:])
            return Block(data[:end], _spans(starts, end)), True
        if len(starts) < 2:
            return Block(b"", []), False
        # The last row may go on in what was not read yet: it waits for the next block.
        _, keep = starts.pop()
        self._last = starts[-1][0]
        self._buffer = data[keep:]
        return Block(data[:keep], _spans(starts, keep)), False

    def _fast_tags(self, data: bytes) -> tuple[Iterable[re.Match[bytes]], int | None]:
        """The start tags of the rows, and where the rows end if they do."""
        end = self._end.search(data)
        return self._row.finditer(data, 0, end.start() if end else len(data)), end.start() if end else None

    def _slow_tags(self, data: bytes) -> tuple[Iterable[re.Match[bytes]], int | None]:
        """The same, stepping over comments and CDATA sections."""
        found: list[re.Match[bytes]] = []
        for tag in self._slow.finditer(data):
            if tag[2] is not None:
                return found, tag.start()
            if tag[1] is not None:
                found.append(tag)
        return found, None

    def _finish(self, rest: bytes) -> None:
        pieces, size = [rest], len(rest)
        for piece in self._chunks:
            pieces.append(piece)
            size += len(piece)
            if size > self._limits.skeleton:
                raise SheetDamaged("too much after the rows")
        self.tail = b"".join(pieces)
        self._buffer = b""


def _number(inside: bytes, last: int) -> int:
    """The number of a row: its own `r`, else the one after the last; they must rise."""
    found = _R.search(inside)
    number = int(found[1]) if found else last + 1
    if not last < number <= MAX_ROW:
        raise SheetDamaged(f"row {number} after row {last}")
    return number


def _spans(starts: list[tuple[int, int]], end: int) -> list[RowSpan]:
    ends = [*(start for _, start in starts[1:]), end] if starts else []
    return [RowSpan(number, start, last) for (number, start), last in zip(starts, ends, strict=True)]


def _without_comments(data: bytes) -> bytes:
    return re.sub(rb"<!--.*?(?:-->|\Z)", b"", data, flags=re.DOTALL) if b"<!--" in data else data


def column_styles(head: bytes, prefix: bytes) -> list[tuple[int, int, str]]:
    """The styles that `<cols>` gives whole columns: (first, last, style id)."""
    found = []
    for tag in re.findall(rb"<" + prefix + rb"col(?=[\s/])" + _IN_TAG + rb">", head):
        values = attributes(tag)
        if "style" in values:
            found.append((int(values.get("min", "1")), int(values.get("max", "16384")), values["style"]))
    return found
