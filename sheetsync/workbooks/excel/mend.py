"""Mend: write the hidden keys of a tab again from its headings, after people cleared them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sheetsync.core.model.layout import KEY_PREFIX, Layout, Tab
from sheetsync.core.model.values import Value, is_blank, plain
from sheetsync.errors import WorkbookUnreadable
from sheetsync.workbooks.excel.edit import edit_cells
from sheetsync.workbooks.excel.read import open_workbook
from sheetsync.workbooks.excel.references import cell_name
from sheetsync.workbooks.excel.replace import fingerprint
from sheetsync.workbooks.excel.standing import read_standing

_HEADINGS_WITHIN = 20

Row = Mapping[int, Value]


def restore_keys(path: Path, layout: Layout) -> int:
    """Writes column keys (and the tab's name) above the headings where they are missing; returns how many cells.

    A key is written only into an empty cell above a heading that names exactly one column. Raises
    WorkbookUnreadable when a tab's key row itself was deleted: there is no row to write into, and none is inserted.
    """
    before = fingerprint(path)
    changes: dict[tuple[str, str], Value] = {}
    with open_workbook(path) as reader:
        current = read_standing(reader, layout, before.sha256)
        titles = {sheet.name for sheet in reader.sheets}
        for key in current.keyless:
            tab = layout.tab(key)
            if tab is not None and tab.title in titles:
                changes.update({(tab.title, place): text for place, text in _keys(tab, dict(reader.rows(tab.title)))})
    if changes:
        edit_cells(path, path, changes, expected=before)
    return len(changes)


def _keys(tab: Tab, rows: Mapping[int, Row]) -> Iterator[tuple[str, str]]:
    number, headings = _heading_row(tab, rows)
    above = number - 1
    if above < 1 or any(not is_blank(value) for value in rows.get(above, {}).values()):
        raise WorkbookUnreadable(
            f"{tab.title}: the hidden key row was deleted, and there is no empty row above the headings",
            where=tab.title,
            hint="undo the deletion in the workbook, or put a backup back with `sheetsync restore`",
        )
    yield cell_name(above, _id_column(headings, rows, number)), KEY_PREFIX + tab.key
    for column, key in headings.items():
        yield cell_name(above, column), key


def _heading_row(tab: Tab, rows: Mapping[int, Row]) -> tuple[int, dict[int, str]]:
    """The row that holds most of the tab's headings, as column number -> key."""
    keys = {column.heading: column.key for column in tab.columns}
    best: tuple[int, dict[int, str]] = (0, {})
    for number in sorted(rows)[:_HEADINGS_WITHIN]:
        found = {column: keys[text] for column, value in rows[number].items() if (text := str(plain(value))) in keys}
        if len(found) > len(best[1]):
            best = (number, found)
    if len(best[1]) * 2 <= len(tab.columns):
        raise WorkbookUnreadable(
            f"{tab.title}: too few headings are left to tell the columns apart",
            where=tab.title,
            hint="put a backup back with `sheetsync restore`",
        )
    return best


def _id_column(headings: Mapping[int, str], rows: Mapping[int, Row], number: int) -> int:
    """The column left of the first heading, where the row ids stand; ids are never blank in most rows."""
    first = min(headings)
    data = [row for at, row in rows.items() if at > number]
    candidates = [column for column in range(1, first) if any(not is_blank(row.get(column)) for row in data)]
    return candidates[-1] if candidates else max(1, first - 1)
