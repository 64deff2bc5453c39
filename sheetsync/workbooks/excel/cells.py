"""One row's XML taken apart into cells and put together again; one cell's value as XML.

A cell that changes keeps its reference and its style and loses everything else (type, formula, rich-data marks belong
to the old value). Strings are written inline, so the shared strings stay as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from xml.parsers import expat

from sheetsync.core.model.values import Formula, Value
from sheetsync.workbooks.excel.dates import serial
from sheetsync.workbooks.excel.limits import MAX_COLUMN
from sheetsync.workbooks.excel.references import cell_name, column_number
from sheetsync.workbooks.excel.sheetstream import SheetDamaged
from sheetsync.workbooks.excel.text import attributes, escape, to_xstring, with_attribute

_ATTRS = rb"""((?:[^>"'/]++|"[^"]*+"|'[^']*+')*+)"""


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell as it stands in its row: column number, attributes, content, and where it lies in the row's bytes."""

    column: int
    attributes: dict[str, str]
    content: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NewCell:
    """What a cell is to hold, and its style (None: keep what stands, else that of the row or the column)."""

    value: Value
    style: str | None = None


@lru_cache(maxsize=64)
def _cell_pattern(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + prefix + rb"c(?=[\s/>])" + _ATTRS + rb"(?:/>|>(.*?)</" + prefix + rb"c\s*>)", re.DOTALL)


@lru_cache(maxsize=64)
def _formula_pattern(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + prefix + rb"f(?=[\s/>])" + _ATTRS + rb"(?:/>|>(.*?)</" + prefix + rb"f\s*>)", re.DOTALL)


def plain_row(row: bytes) -> bytes:
    """The row without comments and CDATA sections, which say nothing a cell does not say by itself."""
    if b"<!" not in row:
        return row
    row = re.sub(rb"<!--.*?-->", b"", row, flags=re.DOTALL)
    return re.sub(rb"<!\[CDATA\[(.*?)\]\]>", _cdata, row, flags=re.DOTALL)


def _cdata(found: re.Match[bytes]) -> bytes:
    return found[1].replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def raw_cells(row: bytes, prefix: bytes) -> list[RawCell]:
    """The cells of one row, columns rising. Raises SheetDamaged when they do not, or lie outside the sheet."""
    cells: list[RawCell] = []
    last = 0
    for found in _cell_pattern(prefix).finditer(row):
        values = attributes(found[1])
        reference = values.get("r", "").strip()
        try:
            column = column_number(reference.rstrip("0123456789")) if reference else last + 1
        except ValueError as error:
            raise SheetDamaged(f"a cell called {reference!r}") from error
        if not last < column <= MAX_COLUMN:
            raise SheetDamaged(f"the cell {reference!r} out of its place")
        last = column
        cells.append(RawCell(column, values, found[2] or b"", found.start(), found.end()))
    return cells


def formula_of(content: bytes, prefix: bytes) -> tuple[dict[str, str], bytes] | None:
    """The attributes and the text of a cell's `<f>`, None without one."""
    found = _formula_pattern(prefix).search(content) if b"f" in content else None
    return (attributes(found[1]), found[2] or b"") if found else None


def encode_cell(ref: str, value: Value, style: str | None, prefix: bytes, *, date1904: bool) -> bytes:
    """One `<c>` element.

    Raises ValueError for what a cell cannot hold: not-a-number, infinity, text over 32,767 characters, a date before
    the workbook's first day, a datetime with a time zone.
    """
    head = b"<" + prefix + b'c r="' + ref.encode() + b'"' + (b' s="' + style.encode() + b'"' if style else b"")
    formula = b""
    if isinstance(value, Formula):
        formula = _element(prefix, b"f", escape(value.text.removeprefix("=")))
        value = value.cached
        if isinstance(value, str):
            return head + b' t="str">' + formula + _element(prefix, b"v", to_xstring(value)) + _close(prefix)
    if value is None:
        return head + (b">" + formula + _close(prefix) if formula else b"/>")
    if isinstance(value, str):
        text = b"<" + prefix + b't xml:space="preserve">' + to_xstring(value) + b"</" + prefix + b"t>"
        return head + b' t="inlineStr">' + _element(prefix, b"is", text) + _close(prefix)
    kind, number = _number(value, date1904=date1904)
    return head + kind + b">" + formula + _element(prefix, b"v", number) + _close(prefix)


def _number(value: bool | float | date | datetime, *, date1904: bool) -> tuple[bytes, bytes]:
    if isinstance(value, bool):
        return b' t="b"', b"1" if value else b"0"
    if isinstance(value, date):
        return b"", repr(serial(value, date1904=date1904)).encode()
    if not isinstance(value, int | float):
        raise TypeError(f"a cell cannot hold a {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"a cell cannot hold {value!r}")
    return b"", repr(value).encode()


def _element(prefix: bytes, name: bytes, inside: bytes) -> bytes:
    return b"<" + prefix + name + b">" + inside + b"</" + prefix + name + b">"


def _close(prefix: bytes) -> bytes:
    return b"</" + prefix + b"c>"


@dataclass(frozen=True, slots=True)
class RowText:
    """A row split into its start tag, what stands inside, its end tag, and what follows it up to the next row."""

    tag: bytes
    inside: bytes
    close: bytes
    after: bytes


def split_row(row: bytes, prefix: bytes) -> RowText:
    """Splits the bytes from one row's start to the next row's start. An empty `<row/>` is opened up."""
    found = re.match(rb"<" + prefix + rb"row(?=[\s/>])" + _ATTRS + rb"(/?)>", row)
    if not found:
        raise SheetDamaged("a row that cannot be taken apart")
    close = b"</" + prefix + b"row>"
    if found[2]:
        return RowText(found[0][:-2].rstrip() + b">", b"", close, row[found.end() :])
    ends = list(re.finditer(rb"</" + prefix + rb"row\s*>", row))
    if len(ends) != 1:
        raise SheetDamaged("a row that does not end")
    end = ends[0]
    return RowText(found[0], row[found.end() : end.start()], close, row[end.end() :])


def new_row(
    number: int, cells: Mapping[int, bytes], prefix: bytes, like: bytes | None = None, height: float | None = None
) -> bytes:
    """A row that did not exist, with encoded cells by column.

    `like` is the start tag of a row whose looks it takes; `height` in points goes before that row's, and is not marked
    as set by hand, so that Excel still fits the row when people edit it.
    """
    tag = b"<" + prefix + b'row r="' + str(number).encode() + b'"'
    if like:
        # Heights and row styles continue downwards; hidden, collapsed and outline marks are the other row's own.
        values = attributes(like)
        names = ("s", "customFormat") if height is not None else ("s", "customFormat", "ht", "customHeight")
        kept = {name: values[name] for name in names if name in values}
        tag += b"".join(b" " + name.encode() + b'="' + escape(value) + b'"' for name, value in kept.items())
    if height is not None:
        tag += f' ht="{height:g}"'.encode()
    body = b"".join(cells[column] for column in sorted(cells))
    return tag + b">" + body + b"</" + prefix + b"row>"


def rewrite_row(row: bytes, cells: Mapping[int, bytes], prefix: bytes) -> bytes:
    """A row with some cells replaced or added; everything else in it keeps its bytes."""
    parts = split_row(plain_row(row), prefix)
    old = raw_cells(parts.inside, prefix)
    pending = sorted(cells)
    out, at, grown = [], 0, False
    for cell in old:
        while pending and pending[0] < cell.column:
            out += [parts.inside[at : cell.start], cells[pending.pop(0)]]
            at, grown = cell.start, True
        if pending and pending[0] == cell.column:
            out += [parts.inside[at : cell.start], cells[pending.pop(0)]]
            at = cell.end
    last = old[-1].end if old else 0
    if pending:
        out += [parts.inside[at:last], *(cells[column] for column in pending)]
        at, grown = last, True
    tag = with_attribute(parts.tag, "spans", None) if grown else parts.tag
    return tag + b"".join(out) + parts.inside[at:] + parts.close + parts.after


def check_fragment(fragment: bytes, prefix: bytes) -> None:
    """Parses rows as a document of their own. Raises SheetDamaged when they are not well-formed."""
    wrapper = b"<" + prefix + b"w" + (b" xmlns:" + prefix[:-1] + b'="w"' if prefix else b"") + b">"
    parser = expat.ParserCreate()
    try:
        parser.Parse(wrapper + fragment + b"</" + prefix + b"w>", True)
    except expat.ExpatError as error:
        raise SheetDamaged(f"a row that is not well-formed ({error})") from error


def cell_ref(row: int, column: int) -> str:
    """The reference of a cell, `B7`."""
    return cell_name(row, column)
