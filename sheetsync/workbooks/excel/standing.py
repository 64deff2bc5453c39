"""The workbook as it stands, in the nouns of the merge: tabs by the key in their key row, columns by key, rows by id.

People may have inserted rows above the key row, moved or copied columns, renamed or copied tabs: nothing is found by
its place. What a value means is said by the cell itself (its type and number format), and by the column's kind only
where a date lost its format.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sheetsync.core.model.layout import KEY_PREFIX, Kind, Layout, Tab
from sheetsync.core.model.values import Formula, Plain, Value, is_blank
from sheetsync.core.model.workbook import Current, CurrentRow, CurrentTab
from sheetsync.workbooks.excel.dates import moment
from sheetsync.workbooks.excel.package import Sheet
from sheetsync.workbooks.excel.read import WorkbookReader

Line = tuple[int, Mapping[int, Value]]
"""One row of a sheet: its number, and its cells by column number."""

_KEY_ROW_WITHIN = 200
"""Lines in which the key row is looked for: people insert titles above it, not pages."""
_HEADINGS_WITHIN = 20
_WORDS = {"=TRUE()": True, "=FALSE()": False}
"""How LibreOffice saves a cell that holds a truth value."""
_FIRST_DATE = 25_569
"""1970-01-01. A smaller number in a date column is what somebody typed (30 for the 30th), not a day of a plan."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tab lies in its sheet: the sheet's name, its columns by key, the id column, the row of headings."""

    sheet: str
    columns: Mapping[str, int]
    id_column: int | None
    heading_row: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet that names a tab: its lines from the key row on."""

    sheet: Sheet
    keys: Line
    id_column: int
    lines: Sequence[Line]


def read_standing(reader: WorkbookReader, layout: Layout, revision: str) -> Current:
    """Every tab of the layout that names itself in its key row; where people copied a tab, the one that kept its
    title.
    """
    sheets = [(sheet, list(reader.rows(sheet.name))) for sheet in reader.sheets]
    tabs: dict[str, CurrentTab] = {}
    keyless: list[str] = []
    copies: list[str] = []
    plan_id: str | None = None
    for tab in layout.tabs:
        found = [match for sheet, lines in sheets if (match := _find(sheet, lines, tab.key))]
        if found:
            chosen = next((match for match in found if match.sheet.name == tab.title), found[0])
            tabs[tab.key], owner = _tab(chosen, tab, layout)
            plan_id = plan_id or owner
            copies += [tab.key] * (len(found) > 1)
            continue
        titled = next((pair for pair in sheets if pair[0].name == tab.title), None)
        if titled is not None and (keys := _keys_without_id(titled[1], tab)):
            tabs[tab.key] = CurrentTab(tab.key, tab.title, keys, {}, (), titled[0].hidden, id_column=False)
        elif titled is not None:
            keyless.append(tab.key)
    return Current(revision, tabs, plan_id, tuple(keyless), tuple(copies))


def _find(sheet: Sheet, lines: Sequence[Line], key: str) -> _Found | None:
    name = KEY_PREFIX + key
    for at, (number, cells) in enumerate(lines[:_KEY_ROW_WITHIN]):
        column = next((place for place, value in cells.items() if value == name), None)
        if column is not None:
            return _Found(sheet, (number, cells), column, lines[at + 1 :])
    return None


def _keys_without_id(lines: Sequence[Line], tab: Tab) -> tuple[str, ...]:
    """The column keys of a tab whose id column is gone: the key row is then the line that holds most of them."""
    ours = [column.key for column in tab.columns]
    for _, cells in lines[:_KEY_ROW_WITHIN]:
        there = set(map(_text, cells.values()))
        found = tuple(key for key in ours if key in there)
        if len(found) * 2 > len(ours):
            return found
    return ()


def _tab(found: _Found, tab: Tab, layout: Layout) -> tuple[CurrentTab, str | None]:
    """The tab, and the plan its heading row says it belongs to."""
    heading_row, headings, lines = _headings(found, layout)
    places: dict[str, int] = {}
    copied: list[str] = []
    kinds = {column.key: column.kind for column in tab.columns}
    for column, value in sorted(found.keys[1].items()):
        key = _text(value)
        if column == found.id_column or key not in kinds:
            continue
        if key in places:
            copied.append(key)
        else:
            places[key] = column
    keyed = {column for column, value in found.keys[1].items() if _text(value) in kinds} | {found.id_column}
    extra = tuple(_text(value) for column, value in sorted(headings.items()) if column not in keyed and _text(value))
    current = CurrentTab(
        key=tab.key,
        title=found.sheet.name,
        columns=tuple(places),
        headings={key: _text(headings.get(column)) for key, column in places.items()},
        rows=tuple(_rows(lines, places, kinds, found.id_column)),
        hidden=found.sheet.hidden,
        extra_columns=extra,
        handle=Place(found.sheet.name, places, found.id_column, heading_row),
        places=dict(places),
        duplicate_columns=tuple(copied),
    )
    return current, _text(headings.get(found.id_column)) or None


def _headings(found: _Found, layout: Layout) -> tuple[int, Mapping[int, Value], Sequence[Line]]:
    """The row of headings: the one that carries the plan id, else the one right below the key row."""
    for at, (number, cells) in enumerate(found.lines[:_HEADINGS_WITHIN]):
        if _text(cells.get(found.id_column)) == layout.plan_id:
            return number, cells, found.lines[at + 1 :]
    below = found.keys[0] + 1
    if found.lines and found.lines[0][0] == below:
        return below, found.lines[0][1], found.lines[1:]
    return below, {}, found.lines


def _rows(
    lines: Iterable[Line], places: Mapping[str, int], kinds: Mapping[str, Kind], id_column: int
) -> Iterable[CurrentRow]:
    for number, line in lines:
        row_id = _text(line.get(id_column)) or None
        cells: dict[str, Value] = {}
        for key, column in places.items():
            value = as_kind(line.get(column), kinds[key])
            if value is not None and value != "":
                cells[key] = value
        if row_id is not None or any(not is_blank(value) for value in cells.values()):
            yield CurrentRow(row_id, cells, number)


def as_kind(value: Value, kind: Kind) -> Value:
    """The value as its column means it: a bare day number in a date column is a date whose format was lost."""
    if isinstance(value, Formula):
        if value.text.upper() in _WORDS:
            return _WORDS[value.text.upper()]
        shown = as_kind(value.cached, kind)
        return value if isinstance(shown, Formula) or shown is value.cached else Formula(value.text, shown)
    if kind not in {Kind.DATE, Kind.DATETIME}:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= _FIRST_DATE:
        return moment(value)
    if kind is Kind.DATETIME and isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def _text(value: Value) -> str:
    """A key, a heading or an id as text, however it was typed."""
    shown: Plain = value.cached if isinstance(value, Formula) else value
    if isinstance(shown, float) and shown.is_integer():
        shown = int(shown)
    return "" if shown is None else str(shown).strip()
