"""Which cells a formula looks at: references, ranges, names and tables in its text, as areas of sheets.

An estimate on the safe side, not a parser of all formulas: what can only be known by calculating (INDIRECT, OFFSET)
counts as looking at everything; other workbooks count as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sheetsync.workbooks.excel.package import Package
from sheetsync.workbooks.excel.references import Area, parse_area
from sheetsync.workbooks.excel.tables import tables_of

Source = tuple[str, Area]
"""A sheet's name in lower case, and an area of it."""

_TOKEN = re.compile(
    r"""
    "(?:[^"]|"")*"
  | (?P<sheet> '(?:[^']|'')*' | [^\W\d][\w.]* (?: :[^\W\d][\w.]* )? ) ! (?P<there> \$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}
        (?: :\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} )? | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3} | \$?[1-9][0-9]*:\$?[1-9][0-9]* )
  | (?P<here> (?<![\w.\\!]) (?: \$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} (?: :\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} )?
        | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3} | \$?[1-9][0-9]*:\$?[1-9][0-9]* ) (?![\w.(!\[]) )
  | (?P<table> [^\W\d][\w.]* ) \[
  | (?P<name> [^\W\d][\w.\\]* ) (?P<call> \s*\( )?
    """,
    re.VERBOSE,
)
_ANYWHERE = frozenset({"INDIRECT", "OFFSET"})
_MAX_DEPTH = 8
EVERYWHERE = Area(1, 1, 1_048_576, 16_384)


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a workbook's formulas stand for: defined names (text), tables (sheet and area), all sheets."""

    defined: Mapping[str, str]
    tables: Mapping[str, Source]
    sheets: tuple[str, ...]

    @classmethod
    def of(cls, package: Package) -> Names:
        """The names of a workbook. Raises WorkbookUnreadable when a table cannot be read."""
        names = package.markup(package.part).all("definedName")
        tables = {
            table.name.casefold(): (sheet.name.casefold(), table.area)
            for sheet in package.sheets
            for table in tables_of(package, sheet)
        }
        sheets = tuple(sheet.name.casefold() for sheet in package.sheets)
        return cls({name.get("name").casefold(): name.text for name in names}, tables, sheets)


def precedents(formula: str, sheet: str, names: Names, depth: int = 0) -> Iterator[Source]:
    """The areas a formula in `sheet` looks at."""
    for token in _TOKEN.finditer(formula):
        if token["there"]:
            yield from _there(token["sheet"], token["there"], names)
        elif token["here"]:
            yield from _areas((sheet.casefold(),), token["here"])
        elif token["table"] and token["table"].casefold() in names.tables:
            yield names.tables[token["table"].casefold()]
        elif token["name"]:
            yield from _named(token["name"], bool(token["call"]), sheet, names, depth)


def _there(prefix: str, ref: str, names: Names) -> Iterator[Source]:
    name = prefix.strip("'").replace("''", "'").casefold()
    if "[" in name:
        return
    # A range of sheets (`Jan:Dec!B2`) looks at that area of every sheet.
    yield from _areas(names.sheets if ":" in name else (name,), ref)


def _named(name: str, called: bool, sheet: str, names: Names, depth: int) -> Iterator[Source]:
    if called:
        if name.upper() in _ANYWHERE:
            yield from ((other, EVERYWHERE) for other in names.sheets)
        return
    key = name.casefold()
    if key in names.tables:
        yield names.tables[key]
    elif key in names.defined and depth < _MAX_DEPTH:
        yield from precedents(names.defined[key], sheet, names, depth + 1)


def _areas(sheets: tuple[str, ...], ref: str) -> Iterator[Source]:
    try:
        area = parse_area(ref)
    except ValueError:
        return
    yield from ((sheet, area) for sheet in sheets)
