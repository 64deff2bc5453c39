"""Requests that move cells about: copy, cut, merge, sort, insert and delete with a shift, fill."""

from __future__ import annotations

import functools
import random
from typing import Any

from tests.sheets_server.a1 import format_range, grid_range, span_of
from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import Tab
from tests.sheets_server.cells import BLANK, Cell, ErrorValue, Formula
from tests.sheets_server.errors import bad_request
from tests.sheets_server.formula_eval import Evaluator
from tests.sheets_server.formula_text import Reference, relocate, rewrite
from tests.sheets_server.pieces import moved_piece, without
from tests.sheets_server.structure import rewrite_formulas

Box = tuple[int, int, int, int]
_PASTES = {
    "PASTE_NORMAL": ("value", "fmt", "note", "rule", "extra"),
    "PASTE_VALUES": ("value",),
    "PASTE_FORMAT": ("fmt", "rule"),
    "PASTE_NO_BORDERS": ("value", "fmt", "note", "rule", "extra"),
    "PASTE_FORMULA": ("value",),
    "PASTE_DATA_VALIDATION": ("rule",),
    "PASTE_CONDITIONAL_FORMATTING": (),
}


def _paste_parts(body: Message) -> tuple[str, tuple[str, ...]]:
    name = body.get("pasteType", "PASTE_NORMAL")
    return name, _PASTES[name]


@kind("copyPaste")
def copy_paste(batch: Batch, body: Message) -> None:
    source_tab, source = batch.place(body.get("source") or {}, writing=False)
    tab, target = batch.place(body.get("destination") or {})
    name, parts = _paste_parts(body)
    transpose = body.get("pasteOrientation") == "TRANSPOSE"
    if source[0] == source[1] or source[2] == source[3]:
        raise bad_request("The source range is empty.")
    block = source_tab.grid.block(*source)
    evaluator = Evaluator(batch.book) if name == "PASTE_VALUES" else None
    if evaluator:
        block = [
            [
                cell.replace(value=_plain(evaluator.value(source_tab, source[0] + r, source[2] + c)))
                for c, cell in enumerate(line)
            ]
            for r, line in enumerate(block)
        ]
    height, width = (len(block[0]), len(block)) if transpose else (len(block), len(block[0]))
    target = _tiled(tab, target, height, width)
    batch.check_editable(tab, target)
    for row in range(target[0], target[1]):
        for column in range(target[2], target[3]):
            down, right = (row - target[0]) % height, (column - target[2]) % width
            from_row, from_column = (right, down) if transpose else (down, right)
            cell = block[from_row][from_column]
            shift = (row - source[0] - from_row, column - source[2] - from_column)
            _paste(tab, row, column, cell, parts, shift)
    if name in {"PASTE_NORMAL", "PASTE_FORMAT", "PASTE_CONDITIONAL_FORMATTING", "PASTE_NO_BORDERS"}:
        _carry_conditional_formats(source_tab, source, tab, target)
    if name == "PASTE_NORMAL":
        _carry_merges(source_tab, source, tab, target)


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, ErrorValue) else value


def _tiled(tab: Tab, target: Box, height: int, width: int) -> Box:
    """The destination grows to the source, or holds it a whole number of times."""
    rows, columns = target[1] - target[0], target[3] - target[2]
    rows = rows - rows % height if rows >= height else height
    columns = columns - columns % width if columns >= width else width
    box = (target[0], target[0] + rows, target[2], target[2] + columns)
    tab.grid.resize(max(tab.grid.row_count, box[1]), max(tab.grid.column_count, box[3]))
    return box


def _paste(tab: Tab, row: int, column: int, cell: Cell, parts: tuple[str, ...], shift: tuple[int, int]) -> None:
    changes = {name: getattr(cell, name) for name in parts}
    if isinstance(changes.get("value"), Formula):
        changes["value"] = Formula(relocate(changes["value"], *shift))
    tab.grid.change(row, column, **changes)


def _carry_conditional_formats(source_tab: Tab, source: Box, tab: Tab, target: Box) -> None:
    """A paste brings the source's conditional formats and pushes the destination's aside: rules fragment."""
    if source_tab is not tab:
        arriving: list[tuple[Message, list[Message]]] = []
    else:
        arriving = [
            (rule, [piece for where in rule["ranges"] for piece in moved_piece(where, source, target)])
            for rule in source_tab.objects["conditionalFormats"]
        ]
    for rule in tab.objects["conditionalFormats"]:
        rule["ranges"] = [piece for where in rule["ranges"] for piece in without(where, target)]
    for rule, pieces in arriving:
        rule["ranges"] += pieces
    tab.objects["conditionalFormats"] = [rule for rule in tab.objects["conditionalFormats"] if rule["ranges"]]


def _carry_merges(source_tab: Tab, source: Box, tab: Tab, target: Box) -> None:
    brought = [piece for merge in source_tab.objects["merges"] for piece in moved_piece(merge, source, target)]
    for piece in brought:
        piece["sheetId"] = tab.sheet_id
    whole = [piece for piece in brought if piece not in tab.objects["merges"]]
    tab.objects["merges"] += whole


@kind("cutPaste")
def cut_paste(batch: Batch, body: Message) -> None:
    source_tab, source = batch.place(body.get("source") or {})
    to = body.get("destination") or {}
    tab = batch.book.tab(to.get("sheetId"))
    row0, col0 = to.get("rowIndex", 0), to.get("columnIndex", 0)
    _, parts = _paste_parts(body)
    block = source_tab.grid.block(*source)
    target = (row0, row0 + source[1] - source[0], col0, col0 + source[3] - source[2])
    tab.grid.resize(max(tab.grid.row_count, target[1]), max(tab.grid.column_count, target[3]))
    batch.check_editable(tab, target)
    for row in range(source[0], source[1]):
        for column in range(source[2], source[3]):
            source_tab.grid.change(row, column, **dict.fromkeys(parts))
    for down, line in enumerate(block):
        for right, cell in enumerate(line):
            tab.grid.change(row0 + down, col0 + right, **{name: getattr(cell, name) for name in parts})
    if source_tab is tab:
        _references_follow(batch, tab, source, target)


def _references_follow(batch: Batch, tab: Tab, source: Box, target: Box) -> None:
    down, right = target[0] - source[0], target[2] - source[2]

    def change(ref: Reference) -> Reference:
        corners = (ref.row0, ref.row1, ref.col0, ref.col1)
        if any(corner is None for corner in corners):
            return ref
        r0, r1, c0, c1 = (corner.index for corner in corners)
        if not (source[0] <= r0 and r1 < source[1] and source[2] <= c0 and c1 < source[3]):
            return ref
        moved = [
            type(corner)(corner.index + by, corner.pinned)
            for corner, by in zip(corners, (down, down, right, right), strict=True)
        ]
        return Reference(ref.sheet, *moved, ref.single)

    rewrite_formulas(
        batch.book, tab, lambda text, is_target: rewrite(text, lambda ref: change(ref) if is_target(ref.sheet) else ref)
    )


@kind("mergeCells")
def merge_cells(batch: Batch, body: Message) -> None:
    tab, box = batch.place(body.get("range") or {})
    kinds = {
        "MERGE_ALL": [box],
        "MERGE_ROWS": [(row, row + 1, box[2], box[3]) for row in range(box[0], box[1])],
        "MERGE_COLUMNS": [(box[0], box[1], column, column + 1) for column in range(box[2], box[3])],
    }
    pieces = kinds[body.get("mergeType", "MERGE_ALL")]
    _unmerge(tab, box, partial_is_an_error=True)
    for row0, row1, col0, col1 in pieces:
        if (row1 - row0) * (col1 - col0) <= 1:
            continue
        for row in range(row0, row1):
            for column in range(col0, col1):
                if (row, column) != (row0, col0) and tab.grid.has_content(row, column):
                    tab.grid.change(row, column, value=None)
        tab.objects["merges"].append({"sheetId": tab.sheet_id, **grid_range(0, row0, row1, col0, col1)})


def _unmerge(tab: Tab, box: Box, *, partial_is_an_error: bool) -> None:
    kept = []
    for merge in tab.objects["merges"]:
        a, b, c, d = tab.bounds(span_of(merge))
        if not (a < box[1] and box[0] < b and c < box[3] and box[2] < d):
            kept.append(merge)
        elif partial_is_an_error and not (box[0] <= a and b <= box[1] and box[2] <= c and d <= box[3]):
            raise bad_request("You must select all cells in a merged range to merge or unmerge them.")
    tab.objects["merges"] = kept


@kind("unmergeCells")
def unmerge_cells(batch: Batch, body: Message) -> None:
    tab, box = batch.place(body.get("range") or {})
    _unmerge(tab, box, partial_is_an_error=True)


@kind("sortRange")
def sort_range(batch: Batch, body: Message) -> None:
    """Cells move with formats and notes; rows, their sizes, their developer metadata and hidden rows stay."""
    where = body.get("range") or {}
    height = batch.book.tab(where.get("sheetId")).grid.row_count
    if where.get("startRowIndex", 0) >= height:
        raise bad_request(f"range.startRowIndex is larger than current grid size ({height})")
    tab, box = batch.place(where)
    specs = [
        (spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING") for spec in body.get("sortSpecs", [])
    ]
    if not specs:
        raise bad_request("Must specify at least one sort spec.")
    for column, _ in specs:
        if not box[2] <= column < box[3]:
            raise bad_request(f"The sort column {column} is outside of the sorted range.")
    for merge in tab.objects["merges"]:
        row0, row1, col0, col1 = tab.bounds(span_of(merge))
        if row1 - row0 > 1 and row0 < box[1] and box[0] < row1 and col0 < box[3] and box[2] < col1:
            place = format_range("", row0, row1, col0, col1).rpartition("!")[2]
            raise bad_request(
                f"You can't sort a range containing vertical merges. There is a vertical merge at {place}"
            )
    sort_rows(batch, tab, box, specs)


def sort_rows(batch: Batch, tab: Tab, box: Box, specs: list[tuple[int, bool]]) -> None:
    evaluator = Evaluator(batch.book)
    shown = tab.row_props
    rows = [
        row
        for row in range(box[0], box[1])
        if not (shown.get(row, {}).get("hiddenByUser") or shown.get(row, {}).get("hiddenByFilter"))
    ]
    keys = {row: [evaluator.value(tab, row, column) for column, _ in specs] for row in rows}

    def order(first: int, second: int) -> int:
        for at, (_, descending) in enumerate(specs):
            outcome = _compare(keys[first][at], keys[second][at], descending)
            if outcome:
                return outcome
        return 0

    wanted = sorted(rows, key=functools.cmp_to_key(order))
    block = {row: [tab.grid.get(row, column) for column in range(box[2], box[3])] for row in rows}
    for place, source in zip(rows, wanted, strict=True):
        if place == source:
            continue
        for right, cell in enumerate(block[source]):
            if isinstance(cell.value, Formula):
                cell = cell.replace(value=Formula(relocate(cell.value, place - source, 0)))
            tab.grid.put(place, box[2] + right, cell)


def _compare(first: Any, second: Any, descending: bool) -> int:
    """Numbers, then text, then booleans; blanks last whatever the order."""
    blank = [value is None or value == "" for value in (first, second)]
    if any(blank):
        return blank[0] - blank[1]
    a, b = _sort_key(first), _sort_key(second)
    outcome = (a > b) - (a < b)
    return -outcome if descending else outcome


def _sort_key(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    if isinstance(value, ErrorValue):
        return 3, value.text
    return 0, value


@kind("insertRange")
def insert_range(batch: Batch, body: Message) -> None:
    tab, box = batch.place(body.get("range") or {})
    _shift_cells(tab, box, body.get("shiftDimension"), insert=True)


@kind("deleteRange")
def delete_range(batch: Batch, body: Message) -> None:
    tab, box = batch.place(body.get("range") or {})
    _shift_cells(tab, box, body.get("shiftDimension"), insert=False)


def _shift_cells(tab: Tab, box: Box, dimension: str | None, *, insert: bool) -> None:
    row0, row1, col0, col1 = box
    if dimension not in {"ROWS", "COLUMNS"}:
        raise bad_request("No shift dimension was specified.")
    by_rows = dimension == "ROWS"
    size = row1 - row0 if by_rows else col1 - col0
    tail = (row0, tab.grid.row_count, col0, col1) if by_rows else (row0, row1, col0, tab.grid.column_count)
    block = tab.grid.block(*tail)
    if by_rows:
        empty = [[BLANK] * (col1 - col0)] * size
        block = empty + block if insert else block[size:] + empty
        if insert and any(not cell.empty for line in block[tail[1] - tail[0] :] for cell in line):
            tab.grid.resize(tab.grid.row_count + size, tab.grid.column_count)
    else:
        block = [([BLANK] * size) + line if insert else line[size:] + [BLANK] * size for line in block]
        if insert and any(not cell.empty for line in block for cell in line[tail[3] - tail[2] :]):
            tab.grid.resize(tab.grid.row_count, tab.grid.column_count + size)
    tab.grid.put_block(row0, col0, block)


@kind("autoFill")
def auto_fill(batch: Batch, body: Message) -> None:
    """Fills by repeating the source, numbers going on by their step."""
    if "sourceAndDestination" in body:
        spec = body["sourceAndDestination"]
        tab, source = batch.place(spec.get("source") or {})
        length, by_rows = spec.get("fillLength", 0), spec.get("dimension") == "ROWS"
        if spec.get("dimension") not in {"ROWS", "COLUMNS"}:
            raise bad_request("No dimension was specified.")
    else:
        tab, whole = batch.place(body.get("range") or {})
        source, length, by_rows = _filled_part(tab, whole)
    lines = range(source[2], source[3]) if by_rows else range(source[0], source[1])
    low, high = (source[0], source[1]) if by_rows else (source[2], source[3])
    for line in lines:
        cells = [tab.grid.get(*((at, line) if by_rows else (line, at))) for at in range(low, high)]
        for step in range(length):
            place = high + step
            if place >= tab.length("ROWS" if by_rows else "COLUMNS"):
                break
            cell = _continued(cells, high - low + step, by_rows)
            tab.grid.put(*((place, line) if by_rows else (line, place)), cell)


def _filled_part(tab: Tab, box: Box) -> tuple[Box, int, bool]:
    rows = [row for row in range(box[0], box[1]) if tab.grid.has_content(row, box[2])]
    last = rows[-1] + 1 if rows else box[0] + 1
    return (box[0], last, box[2], box[3]), box[1] - last, True


def _continued(cells: list[Cell], index: int, by_rows: bool) -> Cell:
    source = cells[index % len(cells)]
    numbers = [cell.value for cell in cells]
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in numbers):
        step = numbers[1] - numbers[0] if len(numbers) > 1 else (1 if len(numbers) == 1 else 0)
        return source.replace(value=numbers[0] + step * index)
    if isinstance(source.value, Formula):
        by = index - index % len(cells)
        return source.replace(value=Formula(relocate(source.value, *((by, 0) if by_rows else (0, by)))))
    return source


@kind("randomizeRange")
def randomize_range(batch: Batch, body: Message) -> None:
    tab, box = batch.place(body.get("range") or {})
    block = tab.grid.block(*box)
    random.shuffle(block)
    tab.grid.put_block(box[0], box[2], block)
