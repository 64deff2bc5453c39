"""Reports whose headings Amazon translates into languages never seen, known by what stands where in their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sheetsync.importers.book import Book, Shape
from sheetsync.importers.identify import Claim

PROOF = 20
"""Rows that have to be of the pattern; fewer will do where the file has no more."""


def claims_by_position(book: Book, rows: Sequence[Sequence[str]], report: str | None) -> list[Claim]:
    """Return every claim on a table by the place of its columns: `rows` are its headings and its first rows.

    All rows must have the width and the pattern of the report, and the headings must not. `report` names the only
    report that is asked for.
    """
    shapes = [each for name, each in book.shapes.items() if each.positions and report in {None, name}]
    return [_claim(each) for each in shapes if _fits(each, rows)]


def _fits(shape: Shape, rows: Sequence[Sequence[str]]) -> bool:
    headings, *data = rows[: PROOF + 1]
    filled = [row for row in data if any(cell.strip() for cell in row)]
    return bool(filled) and not _is_row(shape, headings) and all(_is_row(shape, row) for row in filled)


def _is_row(shape: Shape, cells: Sequence[str]) -> bool:
    return len(cells) == len(shape.positions) and all(
        re.fullmatch(pattern, cell.strip(), re.DOTALL)
        for cell, (_, pattern) in zip(cells, shape.positions, strict=True)
    )


def _claim(shape: Shape) -> Claim:
    columns = {position: field for position, (field, _) in enumerate(shape.positions)}
    return Claim(shape, columns, {}, None, frozenset(), "unknown", (), by_position=True)
