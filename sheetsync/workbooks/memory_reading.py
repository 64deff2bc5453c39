"""The memory workbook as it stands, in the nouns of the merge."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sheetsync.core.model.layout import Layout, Tab
from sheetsync.core.model.values import Value, is_blank
from sheetsync.core.model.workbook import Current, CurrentRow, CurrentTab
from sheetsync.workbooks.memory_grid import Grid, id_text


def read_grids(grids: Sequence[Grid], layout: Layout) -> Current:
    """Every tab of the layout that still names itself in its key row; the first one where people copied a tab."""
    tabs: dict[str, CurrentTab] = {}
    copies: list[str] = []
    keyless: list[str] = []
    plan_id: str | None = None
    for tab in layout.tabs:
        found = [grid for grid in grids if grid.key_line(tab.key) is not None]
        if found:
            tabs[tab.key] = _tab(found[0], tab)
            plan_id = plan_id or _plan_id(found[0], tab.key)
        elif (stripped := next((grid for grid in grids if grid.title == tab.title), None)) is not None:
            keys = _keys_without_id(stripped, tab)
            if keys:
                tabs[tab.key] = CurrentTab(tab.key, tab.title, keys, {}, (), stripped.hidden, id_column=False)
            else:
                keyless.append(tab.key)
        copies += [tab.key] * (len(found) > 1)
    return Current(_revision(grids), tabs, plan_id, tuple(keyless), tuple(copies))


def _plan_id(grid: Grid, key: str) -> str | None:
    at, column = grid.key_line(key), grid.id_column(key)
    value = (
        grid.lines[at + 1].get(column) if at is not None and column is not None and at + 1 < len(grid.lines) else None
    )
    return None if is_blank(value) else str(value)


def _tab(grid: Grid, tab: Tab) -> CurrentTab:
    at = grid.key_line(tab.key)
    assert at is not None
    ours = {column.key for column in tab.columns}
    places: dict[str, int] = {}
    copied: list[str] = []
    extra: list[str] = []
    id_column = grid.id_column(tab.key)
    for column in range(len(grid.columns)):
        key = grid.lines[at].get(column)
        if column == id_column:
            continue
        if isinstance(key, str) and key in ours:
            if key in places:
                copied.append(key)
            else:
                places[key] = column
        elif heading := grid.heading(tab.key, column):
            extra.append(heading)
    rows = tuple(
        CurrentRow(id_text(line.get(id_column or 0)), _cells(line.cells, places), number)
        for number, line in grid.data(tab.key)
    )
    return CurrentTab(
        key=tab.key,
        title=grid.title,
        columns=tuple(places),
        headings={key: grid.heading(tab.key, column) for key, column in places.items()},
        rows=rows,
        hidden=grid.hidden,
        extra_columns=tuple(extra),
        handle=grid,
        duplicate_columns=tuple(copied),
    )


def _keys_without_id(grid: Grid, tab: Tab) -> tuple[str, ...]:
    """The column keys of a tab whose id column is gone: the key row is then the line that holds nearly all of them."""
    ours = [column.key for column in tab.columns]
    for line in grid.lines:
        found = tuple(key for key in ours if key in line.cells)
        if len(found) * 2 > len(ours):
            return found
    return ()


def _cells(cells: Sequence[Value], places: dict[str, int]) -> dict[str, Value]:
    return {key: cells[at] for key, at in places.items() if at < len(cells) and cells[at] is not None}


def _revision(grids: Sequence[Grid]) -> str:
    digest = hashlib.sha256()
    for grid in grids:
        digest.update(repr((grid.title, grid.hidden, [line.cells for line in grid.lines])).encode())
    return digest.hexdigest()[:16]
