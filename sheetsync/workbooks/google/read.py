"""One look at the workbook: what is asked of Google, and what the answer means.

One call brings titles, all cells of our tabs with formulas and their results, metadata of columns, and conditional
formats. `values:batchGet` would be smaller, but it knows tabs by title only, and gives either a formula or its result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sheetsync.core.model.layout import KEY_PREFIX, Kind, Layout, Tab
from sheetsync.core.model.values import Value, plain
from sheetsync.core.model.workbook import Current, CurrentRow, CurrentTab
from sheetsync.workbooks.google import ids, scratch
from sheetsync.workbooks.google.cells import from_cell
from sheetsync.workbooks.google.sight import Place, Sight

MASK = (
    "spreadsheetId,properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey,metadataValue),"
    "sheets(properties(sheetId,title,hidden,sheetType,gridProperties(rowCount,columnCount)),conditionalFormats,"
    "protectedRanges(protectedRangeId),data(startRow,startColumn,columnMetadata(developerMetadata(metadataId)),"
    "rowMetadata(developerMetadata(metadataId)),"
    "rowData(values(userEnteredValue(formulaValue),effectiveValue))))"
)
"""The field mask of a look. A cell costs about 40 bytes uncompressed, an empty one 3."""

_SEARCHED = 50
"""Rows from the top in which a key row is looked for: people may insert rows above it."""

_Cells = Sequence[Mapping[str, Any]]


def sight(book: Mapping[str, Any], layout: Layout, revision: str) -> Sight:
    """What an answer of the mask says, in the words of the layout. `revision` names the answer."""
    sheets = [_Sheet(sheet) for sheet in book.get("sheets", ())]
    tabs: dict[str, CurrentTab] = {}
    places: dict[str, Place] = {}
    keyless: list[str] = []
    duplicates: list[str] = []
    plan_ids: list[str] = []
    tokens = _tokens(book)
    hidden = next((sheet for sheet in sheets if sheet.id == scratch.sheet(layout.plan_id)), None)
    for tab in layout.tabs:
        ours = _ours(sheets, tab, layout.plan_id)
        if not ours:
            ours = [sheet for sheet in sheets if _looks_like(sheet, tab, layout.plan_id) and sheet.find_keys(tab)][:1]
        if not ours:
            keyless += [tab.key for sheet in sheets if _looks_like(sheet, tab, layout.plan_id)][:1]
            continue
        duplicates += [tab.key] * (len(ours) > 1)
        tabs[tab.key], places[tab.key] = _tab(ours[0], tab, tokens, tuple(hidden.rows) if hidden else None)
        plan_ids += ours[0].plan_id()
    notes = {item.get("metadataKey"): item for item in book.get("developerMetadata", ())}
    current = Current(
        revision=revision,
        tabs=tabs,
        plan_id=plan_ids[0] if plan_ids else None,
        keyless=tuple(keyless),
        duplicate_tabs=tuple(duplicates),
        language=notes.get(ids.LANGUAGE_KEY, {}).get("metadataValue"),
    )
    return Sight(current, places, tuple(hidden.rows) if hidden else ())


def has_plan(book: Mapping[str, Any]) -> list[str]:
    """The titles of tabs that carry a key row of any plan."""
    sheets = (_Sheet(sheet) for sheet in book.get("sheets", ()))
    return [sheet.title for sheet in sheets if sheet.key_row is not None]


def standing_sheets(book: Mapping[str, Any]) -> tuple[dict[int, str], frozenset[int]]:
    """The titles of all sheets by id, and which of them are empty."""
    sheets = [_Sheet(sheet) for sheet in book.get("sheets", ())]
    return {sheet.id: sheet.title for sheet in sheets}, frozenset(sheet.id for sheet in sheets if not sheet.used_rows)


def _tokens(book: Mapping[str, Any]) -> frozenset[int]:
    noted = book.get("developerMetadata", ())
    return frozenset(item["metadataId"] for item in noted if item.get("metadataKey") == ids.APPEND_KEY)


class _Sheet:
    """One sheet of the answer: its cells by index, and where its key row stands."""

    def __init__(self, sheet: Mapping[str, Any]) -> None:
        properties = sheet.get("properties", {})
        self.id = int(properties.get("sheetId", 0))
        self.title = str(properties.get("title", ""))
        self.hidden = bool(properties.get("hidden", False))
        grid = properties.get("gridProperties", {})
        self.size = int(grid.get("rowCount", 0)), int(grid.get("columnCount", 0))
        self.rules = tuple(sheet.get("conditionalFormats", ()))
        data = (sheet.get("data") or [{}])[0]
        self.rows: list[_Cells] = [row.get("values", ()) for row in data.get("rowData", ())]
        self.used_rows = next((at for at in range(len(self.rows), 0, -1) if any(map(_holds, self.rows[at - 1]))), 0)
        self.tagged, self.tagged_rows = _tagged(data, "columnMetadata"), _tagged(data, "rowMetadata")
        self.protected = frozenset(int(item["protectedRangeId"]) for item in sheet.get("protectedRanges", ()) if item)
        self.key_row: int | None
        self.tab_key: str
        self.key_row, self.tab_key = self._find_key_row()

    def text(self, row: int, column: int) -> str:
        """The text of a cell, "" for anything else."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        value = plain(from_cell(self.rows[row][column], None))
        return value.strip() if isinstance(value, str) else ""

    def _find_key_row(self) -> tuple[int | None, str]:
        for index, cells in enumerate(self.rows[:_SEARCHED]):
            for column in range(len(cells)):
                text = self.text(index, column)
                if text.startswith(KEY_PREFIX):
                    return index, text.removeprefix(KEY_PREFIX)
        return None, ""

    def find_keys(self, tab: Tab) -> bool:
        """Finds the key row of a tab whose column of row ids was deleted: it holds more than half of the keys."""
        keys = {column.key for column in tab.columns}
        for index, cells in enumerate(self.rows[:_SEARCHED]):
            held = {self.text(index, column) for column in range(len(cells))}
            if 2 * len(held & keys) > len(keys):
                self.key_row, self.tab_key = index, tab.key
                return True
        return False

    def columns(self, tab: Tab) -> tuple[dict[str, int], tuple[str, ...]]:
        """Where the column keys stand (the first of each), and which stand more than once."""
        found: dict[str, int] = {}
        twice: list[str] = []
        row = self.key_row or 0
        known = {column.key for column in tab.columns}
        for index in range(len(self.rows[row])):
            text = self.text(row, index)
            key = ids.ID_COLUMN if text == KEY_PREFIX + tab.key else text
            if key not in known and key != ids.ID_COLUMN:
                continue
            if key in found:
                twice.append(key)
            else:
                found[key] = index
        return found, tuple(dict.fromkeys(key for key in twice if key != ids.ID_COLUMN))

    def heading_row(self, id_column: int | None) -> int:
        """The row of headings: below the key row, where the plan id stands; people may put rows between."""
        row = (self.key_row or 0) + 1
        if id_column is None:
            return row
        near = range(row, min(row + _SEARCHED, len(self.rows)))
        return next((index for index in near if self.text(index, id_column)), row)

    def plan_id(self) -> list[str]:
        """The plan id in the column of row ids, as a list of none or one."""
        row = self.key_row or 0
        near = [i for i in range(len(self.rows[row])) if self.text(row, i).startswith(KEY_PREFIX)]
        text = self.text(self.heading_row(near[0]), near[0]) if near else ""
        return [text] if text else []


def _holds(cell: Mapping[str, Any]) -> bool:
    return "effectiveValue" in cell or bool(cell.get("userEnteredValue"))


def _tagged(data: Mapping[str, Any], dimension: str) -> dict[int, int]:
    return {
        int(item["metadataId"]): index
        for index, entry in enumerate(data.get(dimension, ()))
        for item in entry.get("developerMetadata", ())
    }


def _ours(sheets: Iterable[_Sheet], tab: Tab, plan_id: str) -> list[_Sheet]:
    """The sheets that carry this tab's key row, the one we made first."""
    wanted = ids.sheet_id(plan_id, tab.key)
    found = [sheet for sheet in sheets if sheet.key_row is not None and sheet.tab_key == tab.key]
    return sorted(found, key=lambda sheet: sheet.id != wanted)


def _looks_like(sheet: _Sheet, tab: Tab, plan_id: str) -> bool:
    if not sheet.used_rows:
        return False  # nothing was put there yet, or all of it was taken away: the tab is not there
    named = sheet.id == ids.sheet_id(plan_id, tab.key) or sheet.title.casefold() == tab.title.casefold()
    return sheet.key_row is None and named


def _tab(
    sheet: _Sheet, tab: Tab, tokens: frozenset[int], hidden: tuple[_Cells, ...] | None
) -> tuple[CurrentTab, Place]:
    places, twice = sheet.columns(tab)
    id_column = places.get(ids.ID_COLUMN)
    heading_row = sheet.heading_row(id_column)
    place = Place(
        sheet_id=sheet.id,
        title=sheet.title,
        key_row=sheet.key_row or 0,
        heading_row=heading_row,
        columns=places,
        tagged=sheet.tagged,
        tagged_rows=sheet.tagged_rows,
        protected=sheet.protected,
        row_count=sheet.size[0],
        column_count=sheet.size[1],
        used_rows=sheet.used_rows,
        rules=sheet.rules,
        tokens=tokens,
        scratch=hidden is not None,
        left=scratch.left(hidden or (), tab.key),
    )
    keys = tuple(key for key, _ in sorted(places.items(), key=lambda item: item[1]) if key != ids.ID_COLUMN)
    width = max((len(cells) for cells in sheet.rows[: heading_row + 1]), default=0)
    taken = set(places.values())
    loose = (sheet.text(heading_row, index) for index in range(width) if index not in taken)
    standing = CurrentTab(
        key=tab.key,
        title=sheet.title,
        columns=keys,
        headings={key: sheet.text(heading_row, places[key]) for key in keys},
        rows=_rows(sheet, tab, places, heading_row) if id_column is not None else (),
        hidden=sheet.hidden,
        extra_columns=tuple(heading for heading in loose if heading),
        id_column=id_column is not None,
        handle=place,
        places={key: places[key] + 1 for key in keys},
        duplicate_columns=twice,
    )
    return standing, place


def _rows(sheet: _Sheet, tab: Tab, places: Mapping[str, int], heading_row: int) -> tuple[CurrentRow, ...]:
    kinds: dict[str, Kind] = {column.key: column.kind for column in tab.columns}
    wanted = [(key, index, kinds[key]) for key, index in places.items() if key != ids.ID_COLUMN]
    id_column = places.get(ids.ID_COLUMN)
    rows: list[CurrentRow] = []
    for number, cells in enumerate(sheet.rows[heading_row + 1 :], start=heading_row + 2):
        if not any(cells):
            continue
        found: dict[str, Value] = {}
        for key, index, kind in wanted:
            value = from_cell(cells[index], kind) if index < len(cells) else None
            if value is not None:
                found[key] = value
        row_id = sheet.text(number - 1, id_column) if id_column is not None else ""
        if found or row_id:
            rows.append(CurrentRow(row_id or None, found, number))
    return tuple(rows)
