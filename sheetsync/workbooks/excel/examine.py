"""Examine: whether the dropdowns and live colours of an Excel workbook still reach the rows people work in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from sheetsync.core.model.layout import Layout, Owner, Tab
from sheetsync.core.model.workbook import CurrentTab
from sheetsync.workbooks.excel.read import open_workbook
from sheetsync.workbooks.excel.references import Area, parse_area
from sheetsync.workbooks.excel.replace import fingerprint
from sheetsync.workbooks.excel.standing import read_standing

_RULES = re.compile(rb"<(?:\w+:)?(conditionalFormatting|dataValidation)\b[^>]*?\bsqref=[\"']([^\"']*)[\"']")
_TAIL = 4_000_000
"""Bytes of a sheet's end that are looked at: rules stand behind the cells, and are far smaller than this."""


def broken_looks(path: Path, layout: Layout) -> Iterator[str]:
    """One sentence for each column whose dropdown or colours do not reach its last row.

    Nothing is told of a workbook that cannot be read: reading it says that better.
    """
    with open_workbook(path) as reader:
        current = read_standing(reader, layout, fingerprint(path).sha256)
        parts = {sheet.name: sheet.part for sheet in reader.sheets}
        for tab in layout.tabs:
            standing = current.tabs.get(tab.key)
            if standing is not None and standing.rows and standing.title in parts:
                yield from _of_tab(path, parts[standing.title], tab, standing)


def _of_tab(path: Path, part: str, tab: Tab, standing: CurrentTab) -> Iterator[str]:
    areas = _areas(path, part)
    last = max(row.position for row in standing.rows)
    colours = {paint.column for paint in tab.paints}
    for column in tab.columns:
        place = standing.places.get(column.key)
        if place is None or column.hidden or tab.hidden:
            continue
        by_hand = column.owner is not Owner.ENGINE
        if column.choices and by_hand and not _reaches(areas["dataValidation"], last, place):
            yield f"{standing.title}: the dropdown of {column.heading!r} does not reach row {last}"
        if column.key in colours and not _reaches(areas["conditionalFormatting"], last, place):
            yield f"{standing.title}: the colours of {column.heading!r} do not reach row {last}"


def _reaches(areas: list[Area], row: int, column: int) -> bool:
    return any(area.holds(row, column) for area in areas)


def _areas(path: Path, part: str) -> dict[str, list[Area]]:
    found: dict[str, list[Area]] = {"conditionalFormatting": [], "dataValidation": []}
    try:
        with ZipFile(path) as archive, archive.open(part.lstrip("/")) as entry:
            tail = b""
            while chunk := entry.read(1 << 20):
                tail = (tail + chunk)[-_TAIL:]
    except (BadZipFile, KeyError, OSError):
        return found
    for kind, places in _RULES.findall(tail):
        found[kind.decode()] += [parse_area(place) for place in places.decode().split()]
    return found
