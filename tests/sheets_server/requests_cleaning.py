"""Requests that tidy text: find and replace, trim, split into columns, drop duplicates."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import Tab
from tests.sheets_server.cells import Cell, Formula
from tests.sheets_server.errors import bad_request
from tests.sheets_server.formats import display
from tests.sheets_server.writing import enter

_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


@kind("findReplace")
def find_replace(batch: Batch, body: Message) -> Message:
    swap = _swapper(body)
    counts = {"values": 0, "formulas": 0, "rows": set(), "sheets": set(), "occurrences": 0}
    for tab, box in _searched(batch, body):
        for row in range(box[0], min(box[1], len(tab.grid.rows))):
            for column in range(box[2], box[3]):
                _replace_in(tab, row, column, swap, counts, include_formulas=bool(body.get("includeFormulas")))
    reply = {
        "valuesChanged": counts["values"],
        "formulasChanged": counts["formulas"],
        "rowsChanged": len(counts["rows"]),
        "sheetsChanged": len(counts["sheets"]),
        "occurrencesChanged": counts["occurrences"],
    }
    return {key: count for key, count in reply.items() if count}


def _searched(batch: Batch, body: Message) -> list[tuple[Tab, tuple[int, int, int, int]]]:
    if "range" in body:
        return [batch.place(body["range"])]
    if "sheetId" in body:
        return [batch.place({"sheetId": body["sheetId"]})]
    if body.get("allSheets"):
        return [batch.place({"sheetId": tab.sheet_id}) for tab in batch.book.tabs]
    raise bad_request("Must specify a scope: range, sheetId or allSheets.")


def _swapper(body: Message) -> Callable[[str], tuple[str, int]]:
    flags = 0 if body.get("matchCase") else re.IGNORECASE
    text = body.get("find", "")
    if not text:
        raise bad_request("Find text must not be empty.")
    pattern = text if body.get("searchByRegex") else re.escape(text)
    if body.get("matchEntireCell"):
        pattern = rf"\A(?:{pattern})\Z"
    replacement = body.get("replacement", "")
    if body.get("searchByRegex"):
        template = re.sub(r"\$(\d)", r"\\\1", replacement)
        return lambda found: re.subn(pattern, template, found, flags=flags)
    return lambda found: re.subn(pattern, lambda _match: replacement, found, flags=flags)


def _replace_in(
    tab: Tab,
    row: int,
    column: int,
    swap: Callable[[str], tuple[str, int]],
    counts: dict[str, Any],
    *,
    include_formulas: bool,
) -> None:
    cell = tab.grid.get(row, column)
    is_formula = isinstance(cell.value, Formula)
    if cell.blank or (is_formula and not include_formulas):
        return
    before = str(cell.value) if is_formula else display(cell.value, (cell.fmt or {}).get("numberFormat"))
    after, times = swap(before)
    if not times:
        return
    enter(tab, row, column, after, "USER_ENTERED")
    counts["formulas" if is_formula else "values"] += 1
    counts["rows"].add((tab.sheet_id, row))
    counts["sheets"].add(tab.sheet_id)
    counts["occurrences"] += times


@kind("trimWhitespace")
def trim_whitespace(batch: Batch, body: Message) -> Message:
    tab, box = batch.place(body.get("range") or {})
    changed = 0
    for row in range(box[0], min(box[1], len(tab.grid.rows))):
        for column in range(box[2], box[3]):
            value = tab.grid.get(row, column).value
            if isinstance(value, str) and not isinstance(value, Formula):
                trimmed = " ".join(value.split())
                if trimmed != value:
                    tab.grid.change(row, column, value=trimmed or None)
                    changed += 1
    return {"cellsChangedCount": changed} if changed else {}


@kind("textToColumns")
def text_to_columns(batch: Batch, body: Message) -> None:
    tab, box = batch.place(body.get("source") or {})
    if box[3] - box[2] != 1:
        raise bad_request("The source range must span exactly one column.")
    delimiter = body.get("delimiter") or _DELIMITERS.get(body.get("delimiterType", ""), ",")
    for row in range(box[0], min(box[1], len(tab.grid.rows))):
        value = tab.grid.get(row, box[2]).value
        if isinstance(value, str) and delimiter in value:
            for at, part in enumerate(value.split(delimiter)):
                if box[2] + at >= tab.grid.column_count:
                    tab.grid.resize(tab.grid.row_count, box[2] + at + 1)
                enter(tab, row, box[2] + at, part.strip(), "USER_ENTERED")


@kind("deleteDuplicates")
def delete_duplicates(batch: Batch, body: Message) -> Message:
    """The first of equal rows stays; the rows below move up inside the range."""
    tab, box = batch.place(body.get("range") or {})
    columns = [
        index
        for where in body.get("comparisonColumns", [])
        for index in range(where.get("startIndex", 0), where.get("endIndex", box[3]))
    ] or list(range(box[2], box[3]))
    seen, stay = set(), []
    for row in range(box[0], box[1]):
        key = tuple(_key(tab.grid.get(row, column).value) for column in columns)
        if key in seen and any(part is not None for part in key):
            continue
        seen.add(key)
        stay.append(row)
    removed = box[1] - box[0] - len(stay)
    block = [[tab.grid.get(row, column) for column in range(box[2], box[3])] for row in stay]
    block += [[Cell()] * (box[3] - box[2])] * removed
    tab.grid.put_block(box[0], box[2], block)
    return {"duplicatesRemovedCount": removed} if removed else {}


def _key(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
