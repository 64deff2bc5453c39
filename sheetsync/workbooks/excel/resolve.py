"""From what was asked to what will be written: rows found, styles chosen, refusals made, before the first byte.

Nothing is written here. The result holds every touched part: small ones whole, sheets as streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TypeGuard

from sheetsync.core.model.values import Formula, Value
from sheetsync.errors import WorkbookError
from sheetsync.workbooks.excel.cells import encode_cell
from sheetsync.workbooks.excel.dates import BUILTIN_FORMATS
from sheetsync.workbooks.excel.draft import Draft, SheetDraft
from sheetsync.workbooks.excel.growth import Growth, Skeleton
from sheetsync.workbooks.excel.package import Package, Sheet
from sheetsync.workbooks.excel.placing import Placed, grown_tables, growths, place_rows, watched
from sheetsync.workbooks.excel.precedents import Names
from sheetsync.workbooks.excel.recalculation import LOOK_AT, WorkbookEdit, may_hold_formulas
from sheetsync.workbooks.excel.references import cell_name
from sheetsync.workbooks.excel.sheetstream import column_styles
from sheetsync.workbooks.excel.splice import SheetEdit, splice
from sheetsync.workbooks.excel.stale import find_formulas, find_stale
from sheetsync.workbooks.excel.styles import DATE_FORMAT, DATETIME_FORMAT, Styles
from sheetsync.workbooks.excel.survey import Donor, Survey, find_donors, survey_sheet
from sheetsync.workbooks.excel.tables import Table, grow, tables_of


@dataclass(slots=True)
class Edit:
    """Everything an edit will write. `written` is what must be read back: sheet part -> cell -> value; `kept`
    the same of formulas that are only marked.
    """

    package: Package
    small: dict[str, bytes] = field(default_factory=dict)
    sheets: dict[str, SheetEdit] = field(default_factory=dict)
    written: dict[str, dict[tuple[int, int], Value]] = field(default_factory=dict)
    kept: dict[str, dict[tuple[int, int], Value]] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def cell_count(self) -> int:
        """How many cells are written."""
        return sum(len(cells) for cells in self.written.values())

    def parts(self) -> dict[str, Iterable[bytes]]:
        """The touched parts and their new bytes."""
        container = self.package.container
        streams: dict[str, Iterable[bytes]] = {part: [data] for part, data in self.small.items()}
        for part, edit in self.sheets.items():
            streams[part] = self._spliced(part, splice(container.chunks(part), container.limits, edit))
        return streams

    def _spliced(self, part: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except ValueError as error:
            raise self.package.refusal(
                f"the part {part!r} has {error}", "open it in Excel and save it again"
            ) from error


def resolve(package: Package, draft: Draft) -> Edit:
    """Looks over the touched sheets and decides. Raises WorkbookUnreadable, WorkbookError, ValueError; see
    `edit_cells`.
    """
    edit, styles, workbook = Edit(package), Styles(package), WorkbookEdit(package)
    placed: dict[int, int] = {}
    notes: list[str] = []
    had_formulas = False
    without: set[str] = set()
    for name, asked in draft.sheets.items():
        room = _Room(package, package.sheet(name), asked, styles)
        has_formulas = room.furnish(edit, workbook, placed)
        had_formulas |= has_formulas
        without |= set() if has_formulas else {room.sheet.part}
        notes += room.notes
    if had_formulas or may_hold_formulas(
        package, {sheet.part for sheet in package.sheets if sheet.part in edit.sheets}
    ):
        workbook.recalculate()
        if workbook.manual():
            notes.append("calculation is set to manual in this workbook: press F9 to see new results")
        _mark_stale(package, edit, styles, without)
    rendered = styles.rendered()
    if rendered is not None and styles.part is not None:
        edit.small[styles.part] = rendered
    edit.small |= workbook.rendered()
    edit.removed = frozenset(workbook.removed)
    edit.rows = tuple(placed[order] for order in sorted(placed))
    edit.notes = tuple(notes)
    return edit


def _mark_stale(package: Package, edit: Edit, styles: Styles, without: set[str]) -> None:
    """Marks formulas, in any sheet but those `without` any, whose results the edit made old."""
    small = (sheet for sheet in package.sheets if package.container.size(sheet.part) <= LOOK_AT)
    names = Names.of(package)
    found = [find_formulas(package, names, sheet, styles) for sheet in small if sheet.part not in without]
    sheets = {item.sheet.part: item for item in found if item is not None}
    by_name = {sheet.part: sheet.name.casefold() for sheet in package.sheets}
    changed = {by_name[part]: set(cells) for part, cells in edit.written.items()}
    for part, cells in find_stale(sheets.values(), changed).items():
        target = edit.sheets.setdefault(part, SheetEdit(sheets[part].head, sheets[part].tail, {}))
        for (row, column), cell in cells.items():
            target.stale.setdefault(row, {})[column] = cell
        edit.kept[part] = {at: cell.meant for at, cell in cells.items()}


class _Room:
    """One sheet on its way from asked to decided."""

    def __init__(self, package: Package, sheet: Sheet, asked: SheetDraft, styles: Styles) -> None:
        self.package, self.sheet, self.asked, self.styles = package, sheet, asked, styles
        self.tables = tables_of(package, sheet)
        self.values = dict(asked.cells)
        self.formats = dict(asked.formats)
        self.like: dict[int, int] = {}
        self.heights: dict[int, float] = {}
        self.grown: dict[str, tuple[Table, int]] = {}
        self.growths: list[Growth] = []
        self.notes: list[str] = []

    def chunks(self) -> Iterator[bytes]:
        return self.package.container.chunks(self.sheet.part)

    def furnish(self, edit: Edit, workbook: WorkbookEdit, placed: dict[int, int]) -> bool:
        """Decides on the sheet and puts the result into `edit`; tells whether the sheet has formulas."""
        try:
            survey = self._look()
            skeleton = Skeleton(survey.head, survey.tail)
            obstacles = [*skeleton.merged, *survey.arrays]
            rows = place_rows(self.asked.rows, survey.ends, self.tables, obstacles, self.asked.cells, self.sheet.name)
            self._take(rows)
            placed |= {item.row.order: item.number for item in rows}
            donors = self._donors({item.number for item in rows})
            self._refuse(survey)
            self._around(skeleton, workbook, edit)
        except ValueError as error:
            raise self.package.refusal(
                f"the sheet {self.sheet.name!r} has {error}", "open it in Excel and save it again"
            ) from error
        cells = self._encode(survey, donors)
        writes_formula = any(isinstance(value, Formula) for value in self.values.values())
        if survey.formulas or writes_formula:
            workbook.drop_calculation_chain()
        like = {row: donors[donor].tag for row, donor in self.like.items() if donor in donors}
        edit.sheets[self.sheet.part] = SheetEdit(
            skeleton.head(), skeleton.tail(), cells, like, self.heights, survey.orphaned
        )
        edit.written[self.sheet.part] = self.values
        return survey.has_formulas or writes_formula

    def _look(self) -> Survey:
        watches = {watched(row, self.tables) for row in self.asked.rows}
        wanted: dict[int, set[int]] = {}
        for row, column in self.values:
            wanted.setdefault(row, set()).add(column)
        return survey_sheet(self.chunks(), self.package.container.limits, wanted, watches)

    def _donors(self, new: set[int]) -> dict[int, Donor]:
        """The looks of the new rows themselves, where they stand already but are blank, and of the rows above them."""
        rows = new | set(self.like.values())
        return find_donors(self.chunks(), self.package.container.limits, rows) if rows else {}

    def _take(self, placed: list[Placed]) -> None:
        """Adds the cells of new rows, those of calculated columns included."""
        for item in placed:
            cells: dict[int, Value] = dict(item.row.cells)
            if item.table is not None:
                computed: dict[int, Value] = {at: Formula(f"={text}") for at, text in item.table.formulas.items()}
                cells = computed | cells
            self.values |= {(item.number, column): value for column, value in cells.items()}
            self.formats |= {(item.number, column): code for column, code in item.row.formats.items()}
            if item.like is not None:
                self.like[item.number] = item.like
            if item.row.height is not None:
                self.heights[item.number] = item.row.height
        self.growths = growths(placed)
        self.grown = grown_tables(placed)

    def _refuse(self, survey: Survey) -> None:
        """Refuses cells that must not be written: inside arrays, or headings of a table."""
        for row, column in self.values:
            where = f"{self.sheet.name}!{cell_name(row, column)}"
            for area in survey.arrays:
                if area.holds(row, column):
                    raise WorkbookError(
                        f"the cell lies inside the array formula of {area}", where=where, hint="change the whole array"
                    )
            for table in self.tables:
                headings = range(table.area.top, table.area.top + table.header_rows)
                if row in headings and column in table.columns():
                    raise WorkbookError(
                        f"the cell is a heading of the table {table.name!r}", where=where, hint="rename it in Excel"
                    )

    def _around(self, skeleton: Skeleton, workbook: WorkbookEdit, edit: Edit) -> None:
        """Merged cells, ranges that grow, tables that grow, the used range."""
        skeleton.check_merged(self.values, self.sheet.name)
        if skeleton.is_protected():
            self.notes.append(f"the sheet {self.sheet.name!r} is protected; the file was changed all the same")
        filtered = skeleton.grow(self.growths)
        if filtered is not None:
            workbook.move_filter(self.sheet, *filtered)
        skeleton.extend_dimension([at for at, value in self.values.items() if value is not None])
        for table, bottom in self.grown.values():
            edit.small[table.part] = grow(self.package, table, bottom)

    def _encode(self, survey: Survey, donors: dict[int, Donor]) -> dict[int, dict[int, bytes]]:
        """Every cell as XML, in its style."""
        columns = column_styles(survey.head, survey.prefix)
        encode = partial(encode_cell, prefix=survey.prefix, date1904=self.package.date1904)
        cells: dict[int, dict[int, bytes]] = {}
        for (row, column), value in sorted(self.values.items()):
            if value is None and (row, column) not in survey.styles:
                continue
            style = self._style(row, column, survey, donors, columns)
            style = self._formatted(style, value, self.formats.get((row, column)))
            cells.setdefault(row, {})[column] = encode(cell_name(row, column), value, style)
        return cells

    def _style(
        self, row: int, column: int, survey: Survey, donors: dict[int, Donor], columns: list[tuple[int, int, str]]
    ) -> str | None:
        """The style a cell stands in: its own, that of the row above (new rows), of its row, of its column."""
        if (row, column) in survey.styles:
            return survey.styles[row, column]
        for donor in (donors.get(row), donors.get(self.like.get(row, 0))):
            if donor is not None and column in donor.styles:
                return donor.styles[column]
        if row in survey.row_styles:
            return survey.row_styles[row]
        return next((style for first, last, style in columns if first <= column <= last), None)

    def _formatted(self, style: str | None, value: Value, code: str | None) -> str | None:
        """The style with the number format the value needs."""
        shown = value.cached if isinstance(value, Formula) else value
        if code is not None:
            return self.styles.with_format(style, code)
        if isinstance(shown, date) and not self.styles.shows_date(style):
            return self.styles.with_format(style, DATETIME_FORMAT if isinstance(shown, datetime) else DATE_FORMAT)
        # A number in a cell that shows dates would read back as a date; under 1 it may be a time of day.
        if _is_number(shown) and not 0 <= shown < 1 and self.styles.shows_date(style):
            return self.styles.with_format(style, BUILTIN_FORMATS[0])
        return style


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
