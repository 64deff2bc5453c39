"""The text of formulas: tokens, and rewriting the references inside when rows and columns move or cells are copied."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.sheets_server.a1 import column_index, column_letters, quote_title

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!))
    |(?P<ref>(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?
        (?:(?P<c0>\$?[A-Za-z]{1,3})(?P<r0>\$?\d+)(?::(?P<c1>\$?[A-Za-z]{1,3})?(?P<r1>\$?\d+)?)?
          |(?P<cc0>\$?[A-Za-z]{1,3}):(?P<cc1>\$?[A-Za-z]{1,3})(?P<cr1>\$?\d+)?
          |(?P<rr0>\$?\d+):(?P<rr1>\$?\d+))(?![\w.(!]))
    |(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<func>[^\W\d][\w.]*)(?=\s*\()
    |(?P<name>[^\W\d][\w.]*)
    |(?P<op><>|<=|>=|[-+*/^&=<>%])
    |(?P<punct>[(),;{}])""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Corner:
    """One coordinate of a reference: 0-based, and whether `$` pins it."""

    index: int
    pinned: bool


@dataclass(frozen=True)
class Reference:
    """A cell or a range in a formula; None leaves a side open."""

    sheet: str | None
    row0: Corner | None
    row1: Corner | None
    col0: Corner | None
    col1: Corner | None
    single: bool

    def text(self) -> str:
        prefix = f"{quote_title(self.sheet)}!" if self.sheet is not None else ""
        start = _column(self.col0) + _row(self.row0)
        if self.single:
            return prefix + start
        return f"{prefix}{start}:{_column(self.col1)}{_row(self.row1)}"


def _column(corner: Corner | None) -> str:
    return "" if corner is None else ("$" if corner.pinned else "") + column_letters(corner.index)


def _row(corner: Corner | None) -> str:
    return "" if corner is None else ("$" if corner.pinned else "") + str(corner.index + 1)


class FormulaSyntaxError(Exception):
    """The text is not a formula."""


def tokens(formula: str) -> list[tuple[str, str, re.Match[str]]]:
    """(kind, text, match) of everything after the `=`."""
    found, at = [], 1 if formula.startswith("=") else 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if not match:
            raise FormulaSyntaxError(formula)
        found.append((match.lastgroup if match.lastgroup in _TOP else _top(match), match.group(), match))
        at = match.end()
    return found


_TOP = ("space", "text", "error", "number", "func", "name", "op", "punct", "ref")


def _top(match: re.Match[str]) -> str:
    return next(kind for kind in _TOP if match.group(kind) is not None)


def reference(match: re.Match[str]) -> Reference:
    """The reference behind a `ref` token."""
    parts = match.groupdict()
    sheet = parts["sheet"]
    if sheet is not None and sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    if parts["c0"]:
        single = ":" not in match.group().rpartition("!")[2]
        row0, col0 = _corner(parts["r0"], row=True), _corner(parts["c0"], row=False)
        row1 = _corner(parts["r1"], row=True) if not single else row0
        col1 = _corner(parts["c1"], row=False) if not single else col0
        return Reference(sheet, row0, row1, col0, col1, single)
    if parts["cc0"]:
        return Reference(
            sheet, None, _corner(parts["cr1"], row=True), _corner(parts["cc0"], row=False),
            _corner(parts["cc1"], row=False), single=False,
        )  # fmt: skip
    return Reference(sheet, _corner(parts["rr0"], row=True), _corner(parts["rr1"], row=True), None, None, single=False)


def _corner(text: str | None, *, row: bool) -> Corner | None:
    if not text:
        return None
    bare = text.lstrip("$")
    return Corner(int(bare) - 1 if row else column_index(bare), text.startswith("$"))


def rewrite(formula: str, change: Callable[[Reference], Reference | None]) -> str:
    """The formula with each reference passed through `change`; None becomes `#REF!`."""
    try:
        parts = tokens(formula)
    except FormulaSyntaxError:
        return formula
    out = ["="]
    for kind, text, match in parts:
        if kind != "ref":
            out.append(text)
            continue
        before = reference(match)
        after = change(before)
        out.append(text if after == before else "#REF!" if after is None else after.text())
    return "".join(out)


def relocate(formula: str, down: int, right: int) -> str:
    """The formula as it reads after a copy: references without `$` move along."""

    def shifted(corner: Corner | None, by: int) -> Corner | None:
        return corner if corner is None or corner.pinned else Corner(corner.index + by, pinned=False)

    def change(ref: Reference) -> Reference | None:
        moved = Reference(
            ref.sheet, shifted(ref.row0, down), shifted(ref.row1, down),
            shifted(ref.col0, right), shifted(ref.col1, right), ref.single,
        )  # fmt: skip
        corners = (moved.row0, moved.row1, moved.col0, moved.col1)
        return None if any(corner is not None and corner.index < 0 for corner in corners) else moved

    return rewrite(formula, change)
