"""Requests that write cells: updateCells, repeatCell, appendCells, setDataValidation, updateBorders, pasteData."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import Book, Tab
from tests.sheets_server.cells import BLANK, EXTRA_FIELDS, Cell, from_extended
from tests.sheets_server.errors import bad_request
from tests.sheets_server.looks import kept
from tests.sheets_server.masks import Mask, merged, update_mask
from tests.sheets_server.structure import insert
from tests.sheets_server.writing import enter

_WRITABLE = {"userEnteredValue", "userEnteredFormat", "note", "dataValidation", *EXTRA_FIELDS}
_READ_ONLY = {"effectiveValue", "formattedValue", "effectiveFormat", "hyperlink"}
_CONDITIONS_WITHOUT_VALUES = {"BLANK", "NOT_BLANK", "DATE_IS_VALID", "TEXT_IS_EMAIL", "TEXT_IS_URL", "BOOLEAN"}


def cell_mask(body: Message) -> Mask:
    """A mask relative to CellData; `*` becomes everything writable."""
    mask = update_mask(body)
    if "*" in mask:
        return {name: {} for name in _WRITABLE}
    for name in mask:
        if name not in _WRITABLE | _READ_ONLY:
            raise bad_request(f"Invalid field: {name}")
    return mask


class Patch:
    """A CellData message read once, to be laid over many cells."""

    def __init__(self, data: Message | None, mask: Mask, formats: Formats):
        data = data or {}
        self.mask = mask
        self.formats = formats
        self.value = from_extended(data.get("userEnteredValue")) if "userEnteredValue" in mask else None
        self.fmt = formats.kept(data.get("userEnteredFormat")) if "userEnteredFormat" in mask else None
        self.note = data.get("note") or None
        self.rule = checked_rule(data.get("dataValidation")) if "dataValidation" in mask else None
        self.extra = {name: data[name] for name in EXTRA_FIELDS if name in data and name in mask}

    def over(self, cell: Cell) -> Cell:
        """The cell with the masked fields replaced; a new value drops rich text and chips."""
        mask, extra = self.mask, dict(cell.extra or {})
        value, fmt = cell.value, cell.fmt
        if "userEnteredValue" in mask:
            value = None if self.value == "" else self.value
            extra.pop("textFormatRuns", None)
            extra.pop("chipRuns", None)
        if "userEnteredFormat" in mask:
            fmt = self.formats.merged(cell.fmt, self.fmt)
        for name in EXTRA_FIELDS:
            if name in mask:
                extra.pop(name, None)
        extra |= self.extra
        return Cell(
            value,
            fmt,
            self.note if "note" in mask else cell.note,
            self.rule if "dataValidation" in mask else cell.rule,
            extra or None,
        )


class Formats:
    """The formats of one request: equal ones become one object, each merge is done once."""

    def __init__(self, mask: Mask):
        self.mask = _both_spellings(mask.get("userEnteredFormat", {}))
        self._kept: dict[str, Message] = {}
        self._same: dict[int, tuple[Message | None, Message]] = {}
        self._merged: dict[tuple[int, int], tuple[Any, Any, Message | None]] = {}

    def kept(self, fmt: Message | None) -> Message:
        if id(fmt) in self._same:
            return self._same[id(fmt)][1]
        key = json.dumps(fmt or {})
        if key not in self._kept:
            self._kept[key] = kept(fmt or {})
        self._same[id(fmt)] = (fmt, self._kept[key])
        return self._kept[key]

    def merged(self, before: Message | None, fmt: Message | None) -> Message | None:
        key = (id(before), id(fmt))
        if key not in self._merged:
            after = kept(merged(before, fmt, self.mask)) or None
            self._merged[key] = (before, fmt, after)  # the inputs are held, so that their ids stay theirs
        return self._merged[key][2]


def _both_spellings(mask: Mask) -> Mask:
    """A mask that names `backgroundColor` means `backgroundColorStyle` too, and the other way round."""
    result: Mask = {}
    for name, below in mask.items():
        if name == "color" or name.endswith("Color"):
            result[name] = result[f"{name}Style"] = {}
        elif name == "colorStyle" or name.endswith("ColorStyle"):
            result[name] = result[name[:-5]] = {}
        else:
            result[name] = _both_spellings(below)
    return result


def checked_rule(rule: Message | None) -> Message | None:
    """A DataValidationRule to keep. Raises the 400 of a condition that lacks its values."""
    if not rule:
        return None
    condition = rule.get("condition") or {}
    if not condition.get("type"):
        raise bad_request("A condition type is required.")
    values = condition.get("values") or []
    if condition["type"] not in _CONDITIONS_WITHOUT_VALUES and not values:
        raise bad_request(f"Invalid number of values for condition type: {condition['type']}")
    return {key: value for key, value in rule.items() if value or key == "condition"}


@kind("updateCells")
def update_cells(batch: Batch, body: Message) -> None:
    mask = cell_mask(body)
    rows = [row.get("values") or [] for row in body.get("rows") or []]
    if "start" in body:
        _update_from(batch, body["start"], rows, mask)
        return
    if "range" not in body:
        raise bad_request("Must specify either range or start.")
    tab, (row0, row1, col0, col1) = batch.place(body["range"])
    if len(rows) > row1 - row0:
        raise bad_request(f"Attempting to write row: {row1}, beyond the last requested row of: {row1 - 1}")
    formats = Formats(mask)
    nothing = Patch(None, mask, formats)
    for row in range(row0, row1):
        line = rows[row - row0] if row - row0 < len(rows) else []
        if len(line) > col1 - col0:
            raise bad_request(f"Attempting to write column: {col1}, beyond the last requested column of: {col1 - 1}")
        for column in range(col0, col1):
            at = column - col0
            patch = Patch(line[at], mask, formats) if at < len(line) else nothing
            _lay(tab, row, column, patch)


def _update_from(batch: Batch, start: Message, rows: list[list[Message]], mask: Mask) -> None:
    tab = batch.book.tab(start.get("sheetId"))
    row0, col0 = start.get("rowIndex", 0), start.get("columnIndex", 0)
    width = max((len(row) for row in rows), default=0)
    if row0 + len(rows) > tab.grid.row_count:
        last = tab.grid.row_count
        raise bad_request(f"Attempting to write row: {last}, beyond the last requested row of: {last - 1}")
    if col0 + width > tab.grid.column_count:
        last = tab.grid.column_count
        raise bad_request(f"Attempting to write column: {last}, beyond the last requested column of: {last - 1}")
    batch.check_editable(tab, (row0, row0 + len(rows), col0, col0 + width))
    formats = Formats(mask)
    for down, line in enumerate(rows):
        for right, data in enumerate(line):
            _lay(tab, row0 + down, col0 + right, Patch(data, mask, formats))


def _lay(tab: Tab, row: int, column: int, patch: Patch) -> None:
    before = tab.grid.get(row, column)
    after = patch.over(before)
    if "userEnteredValue" in patch.mask and tab.covered(row, column):
        after = after.replace(value=None)
    if before is not BLANK or not after.empty:
        tab.grid.put(row, column, after)


@kind("repeatCell")
def repeat_cell(batch: Batch, body: Message) -> None:
    tab, (row0, row1, col0, col1) = batch.place(body.get("range") or {})
    mask = cell_mask(body)
    patch = Patch(body.get("cell"), mask, Formats(mask))
    for row in range(row0, row1):
        for column in range(col0, col1):
            _lay(tab, row, column, patch)


@kind("appendCells")
def append_cells(batch: Batch, body: Message) -> None:
    mask = cell_mask(body)
    rows = [row.get("values") or [] for row in body.get("rows") or []]
    width = max((len(row) for row in rows), default=0)
    if body.get("tableId"):
        tab, row0, col0 = _below_table(batch.book, body["tableId"], len(rows))
    else:
        tab, col0 = batch.book.tab(body.get("sheetId")), 0
        row0 = first_free_row(tab)
    missing = row0 + len(rows) - tab.grid.row_count
    if missing > 0:
        tab.grid.resize(tab.grid.row_count + missing, tab.grid.column_count)
    if col0 + width > tab.grid.column_count:
        tab.grid.resize(tab.grid.row_count, col0 + width)
    batch.book.check_size()
    batch.check_editable(tab, (row0, row0 + len(rows), col0, col0 + width))
    formats = Formats(mask)
    for down, line in enumerate(rows):
        for right, data in enumerate(line):
            _lay(tab, row0 + down, col0 + right, Patch(data, mask, formats))


def first_free_row(tab: Tab) -> int:
    """The row after the last one that holds a value."""
    for row in range(len(tab.grid.rows) - 1, -1, -1):
        if any(cell is not None and not cell.blank for cell in tab.grid.row_cells(row)):
            return row + 1
    return 0


def _below_table(book: Book, table_id: str, count: int) -> tuple[Tab, int, int]:
    for tab in book.tabs:
        for table in tab.objects["tables"]:
            if table["tableId"] == table_id:
                where = table["range"]
                row = where["endRowIndex"]
                if any(tab.grid.has_content(row + at, where["startColumnIndex"]) for at in range(count)):
                    insert(book, tab, "ROWS", row, count, inherit=True)
                table = next(item for item in tab.objects["tables"] if item["tableId"] == table_id)
                table["range"]["endRowIndex"] = row + count
                return tab, row, where["startColumnIndex"]
    raise bad_request(f"No table with id: {table_id}")


@kind("setDataValidation")
def set_data_validation(batch: Batch, body: Message) -> None:
    tab, (row0, row1, col0, col1) = batch.place(body.get("range") or {})
    rule = checked_rule(body.get("rule"))
    for row in range(row0, row1):
        for column in range(col0, col1):
            if rule is not None or tab.grid.get(row, column).rule:
                tab.grid.change(row, column, rule=rule)


@kind("updateBorders")
def update_borders(batch: Batch, body: Message) -> None:
    tab, (row0, row1, col0, col1) = batch.place(body.get("range") or {})
    for row in range(row0, row1):
        for column in range(col0, col1):
            wanted = {
                "top": body.get("top" if row == row0 else "innerHorizontal"),
                "bottom": body.get("bottom" if row == row1 - 1 else "innerHorizontal"),
                "left": body.get("left" if column == col0 else "innerVertical"),
                "right": body.get("right" if column == col1 - 1 else "innerVertical"),
            }
            _border(tab, row, column, {side: border for side, border in wanted.items() if border is not None})


def _border(tab: Tab, row: int, column: int, wanted: Message) -> None:
    if not wanted:
        return
    cell = tab.grid.get(row, column)
    borders = {**(cell.fmt or {}).get("borders", {}), **kept(wanted)}
    borders = {side: border for side, border in borders.items() if border.get("style", "NONE") != "NONE"}
    fmt = {key: value for key, value in (cell.fmt or {}).items() if key != "borders"}
    if borders:
        fmt["borders"] = borders
    tab.grid.put(row, column, cell.replace(fmt=fmt or None))


@kind("pasteData")
def paste_data(batch: Batch, body: Message) -> None:
    """Delimited text or HTML, read as if typed (USER_ENTERED)."""
    where = body.get("coordinate") or {}
    tab = batch.book.tab(where.get("sheetId"))
    row0, col0 = where.get("rowIndex", 0), where.get("columnIndex", 0)
    rows = _html_rows(body.get("data", "")) if body.get("html") else _text_rows(body)
    height, width = len(rows), max((len(row) for row in rows), default=0)
    tab.grid.resize(max(tab.grid.row_count, row0 + height), max(tab.grid.column_count, col0 + width))
    batch.book.check_size()
    batch.check_editable(tab, (row0, row0 + height, col0, col0 + width))
    for down, line in enumerate(rows):
        for right, text in enumerate(line):
            enter(tab, row0 + down, col0 + right, text, "USER_ENTERED")


def _text_rows(body: Message) -> list[list[str]]:
    delimiter = body.get("delimiter")
    if not delimiter:
        raise bad_request("Must specify either delimiter or html.")
    if len(delimiter) != 1 or delimiter in '\r\n"':
        return [line.split(delimiter) for line in body.get("data", "").splitlines()]
    return list(csv.reader(io.StringIO(body.get("data", ""), newline=""), delimiter=delimiter))


def _html_rows(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL | re.IGNORECASE)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL | re.IGNORECASE) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]
