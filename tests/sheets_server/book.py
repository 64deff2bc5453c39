"""A spreadsheet: its properties, tabs, named ranges, developer metadata. Ranges keep their real sheetId inside."""

from __future__ import annotations

import copy
import itertools
import secrets
from typing import Any

from tests.sheets_server.a1 import Span, format_span, grid_range, parse_span, split_title
from tests.sheets_server.cells import Cell
from tests.sheets_server.errors import ApiError, bad_request
from tests.sheets_server.grid import Grid

OBJECT_LISTS = (
    "merges",
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "charts",
    "bandedRanges",
    "rowGroups",
    "columnGroups",
    "slicers",
    "tables",
    "commentAnchors",
)
GRID_DEFAULTS = {"rowCount": 1000, "columnCount": 26}
MAX_CELLS = 10_000_000


def new_id() -> int:
    """A positive 31-bit id, as the server draws them."""
    return secrets.randbelow(2**31 - 2) + 1


class Tab:
    """One sheet: properties, cells, sizes of rows and columns, and the objects that lie on it."""

    def __init__(self, sheet_id: int, title: str, row_count: int = 1000, column_count: int = 26):
        self.props: dict[str, Any] = {"sheetId": sheet_id, "title": title, "sheetType": "GRID"}
        self.grid_props: dict[str, Any] = {}
        self.grid = Grid(row_count, column_count)
        self.row_props: dict[int, dict[str, Any]] = {}
        self.column_props: dict[int, dict[str, Any]] = {}
        self.objects: dict[str, list[dict[str, Any]]] = {name: [] for name in OBJECT_LISTS}
        self.basic_filter: dict[str, Any] | None = None

    @property
    def sheet_id(self) -> int:
        return self.props["sheetId"]

    @property
    def title(self) -> str:
        return self.props["title"]

    def clone(self) -> Tab:
        twin = Tab.__new__(Tab)
        twin.props = copy.deepcopy(self.props)
        twin.grid_props = dict(self.grid_props)
        twin.grid = self.grid.clone()
        twin.row_props = {index: dict(props) for index, props in self.row_props.items()}
        twin.column_props = {index: dict(props) for index, props in self.column_props.items()}
        twin.objects = copy.deepcopy(self.objects)
        twin.basic_filter = copy.deepcopy(self.basic_filter)
        return twin

    def dimension_props(self, dimension: str) -> dict[int, dict[str, Any]]:
        return self.row_props if dimension == "ROWS" else self.column_props

    def length(self, dimension: str) -> int:
        return self.grid.row_count if dimension == "ROWS" else self.grid.column_count

    def bounds(self, span: Span) -> tuple[int, int, int, int]:
        return span.within(self.grid.row_count, self.grid.column_count)

    def bounded(self, span: Span) -> dict[str, Any]:
        """A GridRange with all four sides, clipped to the grid."""
        return {"sheetId": 0, **grid_range(self.sheet_id, *self.bounds(span))}

    def merge_at(self, row: int, column: int) -> dict[str, Any] | None:
        for merge in self.objects["merges"]:
            inside = merge["startRowIndex"] <= row < merge["endRowIndex"]
            if inside and merge["startColumnIndex"] <= column < merge["endColumnIndex"]:
                return merge
        return None

    def covered(self, row: int, column: int) -> bool:
        """Whether a merge hides this cell (it is not the merge's top left)."""
        merge = self.merge_at(row, column) if self.objects["merges"] else None
        return merge is not None and (merge["startRowIndex"], merge["startColumnIndex"]) != (row, column)


class Book:
    """A spreadsheet and everything in it. `clone` makes the copy on which a batch is tried."""

    def __init__(self, spreadsheet_id: str, title: str, *, locale: str = "en_US", time_zone: str = "Etc/GMT"):
        self.spreadsheet_id = spreadsheet_id
        self.props: dict[str, Any] = {
            "title": title,
            "locale": locale,
            "autoRecalc": "ON_CHANGE",
            "timeZone": time_zone,
        }
        self.tabs: list[Tab] = []
        self.named_ranges: list[dict[str, Any]] = []
        self.metadata: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.foreign_editor = False  # True while someone other than the API's caller edits
        self.update_grows = True  # values.update past the grid's edge grows the grid (see Unverified)

    def clone(self) -> Book:
        twin = Book.__new__(Book)
        twin.spreadsheet_id = self.spreadsheet_id
        twin.props = copy.deepcopy(self.props)
        twin.tabs = [tab.clone() for tab in self.tabs]
        twin.named_ranges = copy.deepcopy(self.named_ranges)
        twin.metadata = copy.deepcopy(self.metadata)
        twin.comments = copy.deepcopy(self.comments)
        twin.foreign_editor = False
        twin.update_grows = True
        return twin

    def tab(self, sheet_id: int | None) -> Tab:
        for tab in self.tabs:
            if tab.sheet_id == (sheet_id or 0):
                return tab
        raise bad_request(f"No grid with id: {sheet_id or 0}")

    def tab_titled(self, title: str) -> Tab | None:
        lowered = title.casefold()
        return next((tab for tab in self.tabs if tab.title.casefold() == lowered), None)

    def cell_count(self) -> int:
        return sum(tab.grid.row_count * tab.grid.column_count for tab in self.tabs)

    def check_size(self) -> None:
        if self.cell_count() > MAX_CELLS:
            raise bad_request(
                "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
            )

    def free_title(self) -> str:
        for number in itertools.count(len(self.tabs) + 1):
            if self.tab_titled(f"Sheet{number}") is None:
                return f"Sheet{number}"
        raise AssertionError

    def free_sheet_id(self) -> int:
        taken = {tab.sheet_id for tab in self.tabs}
        return next(candidate for candidate in iter(new_id, None) if candidate not in taken)

    def named(self, name: str) -> dict[str, Any] | None:
        return next((item for item in self.named_ranges if item["name"].casefold() == name.casefold()), None)

    def locate(self, text: str) -> tuple[Tab, Span]:
        """A range in A1 notation, a tab's title, or a named range. Raises the 400 that Google answers."""
        title, rest = split_title(text)
        if title is not None:
            tab = self.tab_titled(title)
            if tab is None:
                raise _unparsable(text)
            if rest is None:
                return tab, Span()
            span = parse_span(rest)
            named = self.named(rest)
            if named is not None and named["range"].get("sheetId", 0) == tab.sheet_id:
                return tab, span_of_range(named["range"])
            if span is None:
                raise _unparsable(text)
            return tab, span
        return self._locate_bare(text)

    def _locate_bare(self, text: str) -> tuple[Tab, Span]:
        named = self.named(text)
        if named is not None:
            return self.tab(named["range"].get("sheetId")), span_of_range(named["range"])
        span = parse_span(text)
        visible = next((tab for tab in self.tabs if not tab.props.get("hidden")), self.tabs[0])
        if span is not None:
            return visible, span
        tab = self.tab_titled(text)
        if tab is None:
            raise _unparsable(text)
        return tab, Span()

    def cell(self, title: str, row: int, column: int) -> Cell:
        tab = self.tab_titled(title)
        if tab is None:
            raise KeyError(title)
        return tab.grid.get(row, column)


def span_of_range(where: dict[str, Any]) -> Span:
    """A stored GridRange as a Span."""
    return Span(*(where.get(key) for key in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")))


def _unparsable(text: str) -> ApiError:
    return bad_request(f"Unable to parse range: {text}")


def check_inside(tab: Tab, span: Span) -> None:
    """Raises the 400 for a range that starts outside the grid; one that only ends outside is clipped."""
    rows, columns = tab.grid.row_count, tab.grid.column_count
    if (span.row0 or 0) >= rows or (span.col0 or 0) >= columns:
        text = format_span(tab.title, span)
        raise bad_request(f"Range ({text}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
