"""Requests about rows and columns: insert, delete, move, append, sizes, groups."""

from __future__ import annotations

from typing import Any

from tests.sheets_server import structure
from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import Tab
from tests.sheets_server.errors import bad_request
from tests.sheets_server.formats import display
from tests.sheets_server.formula_eval import Evaluator
from tests.sheets_server.masks import merged, update_mask
from tests.sheets_server.reading import number_format


@kind("insertDimension")
def insert_dimension(batch: Batch, body: Message) -> None:
    tab, dimension, start, end = batch.dimension(body.get("range") or {})
    inherit = bool(body.get("inheritFromBefore"))
    if inherit and start == 0:
        raise bad_request("inheritFromBefore must be false if inserting at index 0")
    structure.insert(batch.book, tab, dimension, start, end - start, inherit=inherit)


@kind("deleteDimension")
def delete_dimension(batch: Batch, body: Message) -> None:
    tab, dimension, start, end = batch.dimension(body.get("range") or {})
    rows = (start, end, 0, tab.grid.column_count) if dimension == "ROWS" else (0, tab.grid.row_count, start, end)
    batch.check_editable(tab, rows)
    structure.delete(batch.book, tab, dimension, start, end)


@kind("moveDimension")
def move_dimension(batch: Batch, body: Message) -> None:
    tab, dimension, start, end = batch.dimension(body.get("source") or {})
    structure.move(batch.book, tab, dimension, start, end, body.get("destinationIndex", 0))


@kind("appendDimension")
def append_dimension(batch: Batch, body: Message) -> None:
    tab = batch.book.tab(body.get("sheetId"))
    count = body.get("length", 0)
    if count < 1:
        raise bad_request("length must be > 0")
    rows, columns = tab.grid.row_count, tab.grid.column_count
    if body.get("dimension") == "ROWS":
        tab.grid.resize(rows + count, columns)
    elif body.get("dimension") == "COLUMNS":
        tab.grid.resize(rows, columns + count)
    else:
        raise bad_request("No dimension was specified.")
    batch.book.check_size()


@kind("updateDimensionProperties")
def update_dimension_properties(batch: Batch, body: Message) -> None:
    tab, dimension, start, end = batch.dimension(body.get("range") or {})
    mask, new = update_mask(body), body.get("properties") or {}
    if start >= tab.length(dimension):
        word = "row" if dimension == "ROWS" else "column"
        raise bad_request(f"Cannot update a {word} that doesn't exist.")
    props = tab.dimension_props(dimension)
    for index in range(start, min(end, tab.length(dimension))):
        after = merged(props.get(index), new, mask)
        after = {key: value for key, value in after.items() if value not in {None, False}}
        if after:
            props[index] = after
        else:
            props.pop(index, None)


@kind("autoResizeDimensions")
def auto_resize_dimensions(batch: Batch, body: Message) -> None:
    """Columns to their longest text (about 8.4 pixels a character); rows back to their natural height."""
    tab, dimension, start, end = batch.dimension(body.get("dimensions") or {})
    props = tab.dimension_props(dimension)
    if dimension == "ROWS":
        for index in range(start, end):
            props.get(index, {}).pop("pixelSize", None)
        return
    evaluator = Evaluator(batch.book)
    longest: dict[int, int] = {}
    for row, column, cell in tab.grid.occupied():
        if start <= column < end and not cell.blank:
            text = display(evaluator.value(tab, row, column), number_format(cell))
            longest[column] = max(longest.get(column, 0), max(map(len, text.split("\n"))))
    for column, length in longest.items():
        props.setdefault(column, {})["pixelSize"] = max(21, int(length * 8.48) + 8)


def _groups(tab: Tab, dimension: str) -> list[Message]:
    return tab.objects["rowGroups" if dimension == "ROWS" else "columnGroups"]


def _regrouped(tab: Tab, dimension: str, depths: dict[int, int]) -> list[Message]:
    """Groups out of a depth per line: one group for each unbroken stretch at each depth."""
    old = _groups(tab, dimension)
    groups: list[Message] = []
    for depth in range(1, max(depths.values(), default=0) + 1):
        inside = sorted(index for index, value in depths.items() if value >= depth)
        while inside:
            length = 1
            while length < len(inside) and inside[length] == inside[0] + length:
                length += 1
            where = {"sheetId": tab.sheet_id, "dimension": dimension}
            where |= {"startIndex": inside[0], "endIndex": inside[0] + length}
            known = next((one for one in old if one["range"] == where and one["depth"] == depth), {})
            groups.append({"range": where, "depth": depth, **{k: v for k, v in known.items() if k == "collapsed"}})
            inside = inside[length:]
    return groups


def _depths(tab: Tab, dimension: str) -> dict[int, int]:
    depths: dict[int, int] = {}
    for group in _groups(tab, dimension):
        for index in range(group["range"]["startIndex"], group["range"]["endIndex"]):
            depths[index] = max(depths.get(index, 0), group["depth"])
    return depths


def _change_depth(batch: Batch, body: Message, by: int) -> dict[str, Any]:
    tab, dimension, start, end = batch.dimension(body.get("range") or {})
    depths = _depths(tab, dimension)
    if by < 0 and not any(depths.get(index) for index in range(start, end)):
        word = "row" if dimension == "ROWS" else "column"
        raise bad_request(f"Cannot delete a group that doesn't exist: no {word} group over [{start}, {end}).")
    for index in range(start, end):
        depths[index] = max(0, depths.get(index, 0) + by)
    groups = _regrouped(tab, dimension, depths)
    tab.objects["rowGroups" if dimension == "ROWS" else "columnGroups"] = groups
    from tests.sheets_server.view import shown

    return {"dimensionGroups": shown(groups)} if groups else {}


@kind("addDimensionGroup")
def add_dimension_group(batch: Batch, body: Message) -> Message:
    reply = _change_depth(batch, body, 1)
    tab, dimension, _, _ = batch.dimension(body.get("range") or {})
    # recorded: the first group turns the control to the side after it
    tab.grid_props.setdefault("rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter", True)
    return reply


@kind("deleteDimensionGroup")
def delete_dimension_group(batch: Batch, body: Message) -> Message:
    return _change_depth(batch, body, -1)


@kind("updateDimensionGroup")
def update_dimension_group(batch: Batch, body: Message) -> None:
    update_mask(body)
    new = body.get("dimensionGroup") or {}
    tab, dimension, start, end = batch.dimension(new.get("range") or {})
    for group in _groups(tab, dimension):
        where = group["range"]
        if (where["startIndex"], where["endIndex"], group["depth"]) == (start, end, new.get("depth", 1)):
            group.pop("collapsed", None)
            if new.get("collapsed"):
                group["collapsed"] = True
            hidden = bool(new.get("collapsed"))
            props = tab.dimension_props(dimension)
            for index in range(start, end):
                props.setdefault(index, {})["hiddenByUser"] = hidden
            return
    raise bad_request("There is no dimension group at the given range and depth.")
