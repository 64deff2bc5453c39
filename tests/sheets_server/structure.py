"""Inserting, deleting and moving rows and columns; everything that points at them follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sheets_server.book import Book, Tab
from tests.sheets_server.cells import Cell, Formula
from tests.sheets_server.errors import bad_request
from tests.sheets_server.formula_text import Reference, rewrite
from tests.sheets_server.shifts import GONE, Shift, shift_conditions, shift_message, shifted_formula


def insert(book: Book, tab: Tab, dimension: str, start: int, count: int, *, inherit: bool = False) -> None:
    """New empty rows or columns before `start`, with the looks of the line before (`inherit`) or else after."""
    length = tab.length(dimension)
    if start > length:
        raise bad_request(f"range.startIndex is larger than current grid size ({length})")
    if start == length and not inherit:
        raise bad_request(f"range.startIndex must be less than the grid size ({length}) if inheritFromBefore is false.")
    if dimension == "ROWS":
        tab.grid.insert_rows(start, count)
    else:
        tab.grid.insert_columns(start, count)
    book.check_size()
    follow(book, tab, Shift(tab.sheet_id, dimension, "insert", start, start + count))
    _inherit(tab, dimension, start, count, start - 1 if inherit else start + count)


def _inherit(tab: Tab, dimension: str, start: int, count: int, source: int) -> None:
    if not 0 <= source < tab.length(dimension):
        return
    if dimension == "ROWS":
        pattern = [(column, cell) for column, cell in enumerate(tab.grid.row_cells(source)) if cell is not None]
    else:
        pattern = [(row, cell) for row, column, cell in list(tab.grid.occupied()) if column == source]
    looks = [(at, cell) for at, cell in pattern if cell.fmt or cell.rule]
    for new in range(start, start + count):
        for at, cell in looks:
            place = (new, at) if dimension == "ROWS" else (at, new)
            tab.grid.put(*place, Cell(fmt=cell.fmt, rule=cell.rule))


def delete(book: Book, tab: Tab, dimension: str, start: int, end: int) -> None:
    length = tab.length(dimension)
    word = "row" if dimension == "ROWS" else "column"
    if start >= length:
        raise bad_request(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index {start} but there are only "
            f"{length} {word}s."
        )
    end = min(end, length)
    if start == 0 and end >= length:
        raise bad_request(f"You can't delete all the {word}s on the sheet.")
    frozen = tab.grid_props.get("frozenRowCount" if dimension == "ROWS" else "frozenColumnCount", 0)
    if frozen and start == 0 and end >= frozen and length - (end - start) <= 0:
        raise bad_request(f"You can't delete all the non-frozen {word}s on the sheet.")
    if dimension == "ROWS":
        tab.grid.delete_rows(start, end)
    else:
        tab.grid.delete_columns(start, end)
    _shrink_frozen(tab, dimension, start, end, frozen)
    follow(book, tab, Shift(tab.sheet_id, dimension, "delete", start, end))


def _shrink_frozen(tab: Tab, dimension: str, start: int, end: int, frozen: int) -> None:
    lost = max(0, min(end, frozen) - start)
    if lost:
        key = "frozenRowCount" if dimension == "ROWS" else "frozenColumnCount"
        tab.grid_props[key] = frozen - lost
        if not tab.grid_props[key]:
            del tab.grid_props[key]


def move(book: Book, tab: Tab, dimension: str, start: int, end: int, to: int) -> None:
    """[start, end) goes before the line that is now at `to` (counted before the move)."""
    length = tab.length(dimension)
    if not (0 <= start < end <= length and 0 <= to <= length):
        raise bad_request("Tried to move dimension that doesn't exist.")
    if start < to < end:
        raise bad_request("Cannot move a dimension to a place within itself.")
    if to in {start, end}:
        return
    _check_merges(tab, dimension, start, end, to)
    if dimension == "ROWS":
        tab.grid.move_rows(start, end, to)
    else:
        tab.grid.move_columns(start, end, to)
    follow(book, tab, Shift(tab.sheet_id, dimension, "move", start, end, to))


def _check_merges(tab: Tab, dimension: str, start: int, end: int, to: int) -> None:
    side, word = ("Row", "row") if dimension == "ROWS" else ("Column", "column")
    for merge in tab.objects["merges"]:
        low, high = merge[f"start{side}Index"], merge[f"end{side}Index"]
        torn = low < end and start < high and not (start <= low and high <= end)
        if high - low > 1 and (torn or low < to < high):
            raise bad_request(
                f"Sorry, it is not possible to move a {word} to a position that crosses a merged cell. "
                "Please unmerge and try again."
            )


def follow(book: Book, tab: Tab, shift: Shift) -> None:
    """Moves everything in the book that points at the edited tab."""
    for other in book.tabs:
        other.objects = {name: _objects(name, items, shift) for name, items in other.objects.items()}
        if other.basic_filter is not None:
            after = shift_message(other.basic_filter, shift)
            other.basic_filter = after if "range" in after or "tableId" in after else None
    book.named_ranges = [item for item in shift_message(book.named_ranges, shift) if "range" in item]
    book.metadata = [item for item in map(lambda one: _metadata(one, shift), book.metadata) if item is not None]
    _sizes(tab, shift)
    rewrite_formulas(book, tab, lambda text, is_target: shifted_formula(text, shift, is_target))


def _objects(name: str, items: list[dict[str, Any]], shift: Shift) -> list[dict[str, Any]]:
    kept = []
    for item in items:
        after = shift_message(item, shift)
        if after is GONE:
            continue
        if name == "conditionalFormats" and not after.get("ranges"):
            continue
        lost_range = "range" in item and "range" not in after
        if lost_range and name not in {"charts", "slicers"}:
            continue
        if name == "merges" and _single(after):
            continue
        kept.append(after)
    return kept


def _single(merge: dict[str, Any]) -> bool:
    rows = merge["endRowIndex"] - merge["startRowIndex"]
    return rows * (merge["endColumnIndex"] - merge["startColumnIndex"]) <= 1


def _metadata(item: dict[str, Any], shift: Shift) -> dict[str, Any] | None:
    location = item["location"].get("dimensionRange")
    if location is None:
        return item
    after = shift_message(location, shift)
    return None if after is GONE else item | {"location": item["location"] | {"dimensionRange": after}}


def _sizes(tab: Tab, shift: Shift) -> None:
    old = tab.dimension_props(shift.dimension)
    moved = {shift.place(index): props for index, props in old.items()}
    old.clear()
    old.update({index: props for index, props in moved.items() if index is not None})


def rewrite_formulas(book: Book, tab: Tab, change: Callable[[str, Callable[[str | None], bool]], str]) -> None:
    """Passes each formula of the book through `change(text, is_target)`: cells, conditional formats, validations."""
    for other in book.tabs:
        own = other is tab

        def is_target(sheet: str | None, own: bool = own) -> bool:
            return own if sheet is None else sheet.casefold() == tab.title.casefold()

        def changed(text: str, is_target: Callable[[str | None], bool] = is_target) -> str:
            return change(text, is_target)

        for row, column, cell in _computed(other):
            if isinstance(cell.value, Formula):
                after = changed(cell.value)
                if after != cell.value:
                    other.grid.change(row, column, value=Formula(after))
            if cell.rule and "values" in cell.rule.get("condition", {}):
                rule = shift_conditions(cell.rule, changed)
                if rule != cell.rule:
                    other.grid.change(row, column, rule=rule)
        other.objects["conditionalFormats"] = shift_conditions(other.objects["conditionalFormats"], changed)


def _computed(tab: Tab) -> list[tuple[int, int, Cell]]:
    """The cells that carry a formula or a validation, found without a call per cell."""
    return [
        (index, column, cell)
        for index, row in enumerate(tab.grid.rows)
        if row is not None
        for column, cell in enumerate(row.cells)
        if cell is not None and (cell.rule is not None or cell.value.__class__ is Formula)
    ]


def rename_in_formulas(book: Book, old: str, new: str | None) -> None:
    """Formulas follow a renamed tab; a deleted one (`new` None) leaves #REF!."""

    def change(ref: Reference) -> Reference | None:
        if ref.sheet is None or ref.sheet.casefold() != old.casefold():
            return ref
        return None if new is None else Reference(new, ref.row0, ref.row1, ref.col0, ref.col1, ref.single)

    rewrite_formulas(book, book.tabs[0], lambda text, _is_target: rewrite(text, change))
