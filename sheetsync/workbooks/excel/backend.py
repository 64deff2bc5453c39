"""The Excel workbook behind the port: read as it stands, changed cell by cell, replaced only when proved.

One file has one writer at a time, so the fingerprint of the file is the revision: when it is no longer the one that was
read, nothing is written and the round is planned again. Rows are found by where they stood in that very file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.values import Formula, Value, same
from sheetsync.core.model.workbook import Current, CurrentTab, Incoming
from sheetsync.errors import MergeRefused, NotConverged, WorkbookBusy
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.excel.backup import Backups
from sheetsync.workbooks.excel.edit import NewRow, edit_cells
from sheetsync.workbooks.excel.heights import POINTS_PER_PIXEL, row_pixels
from sheetsync.workbooks.excel.kinds import NUMBER_FORMATS
from sheetsync.workbooks.excel.limits import DEFAULT_LIMITS, MAX_TEXT, Limits
from sheetsync.workbooks.excel.locks import check_free
from sheetsync.workbooks.excel.read import open_workbook
from sheetsync.workbooks.excel.references import cell_name, column_letters
from sheetsync.workbooks.excel.replace import fingerprint, place_new
from sheetsync.workbooks.excel.standing import Place, read_standing


class ExcelWorkbook:
    """A workbook in a file. `backups` is the folder for the last `keep` copies, None for no copies."""

    def __init__(
        self, path: Path | str, *, backups: Path | str | None = None, keep: int = 10, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        self.path = Path(path)
        self.backups = Backups(Path(backups), keep) if backups is not None and keep > 0 else None
        self._limits = limits

    @property
    def place(self) -> str:
        """The path of the file."""
        return str(self.path)

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    def create(self, layout: Layout, contents: Incoming) -> Receipt:
        """Makes the file, beside its place first.

        Raises WorkbookBusy when something stands there already, or when a program is just saving it.
        """
        from sheetsync.workbooks.excel.create import create_workbook

        if self.path.exists():
            raise WorkbookBusy(
                "there is a file already", where=self.place, hint="move it away, or name another in sheetsync.toml"
            )
        # While a program saves, the file may be gone for a moment; its lock file is not.
        check_free(self.path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        place_new(self.path, lambda fresh: create_workbook(fresh, layout, contents))
        current = self.read(layout)
        missing = _missing(current, contents)
        rows = sum(len(tab.rows) for tab in current.tabs.values())
        cells = sum(1 + len(row.cells) for tab in current.tabs.values() for row in tab.rows)
        return Receipt(not missing, current, cells, rows, {"read": 1, "write": 1}, missed=tuple(missing))

    def read(self, layout: Layout) -> Current:
        """The workbook as it stands. Raises WorkbookMissing, WorkbookUnreadable, WorkbookDenied."""
        before = fingerprint(self.path)
        with open_workbook(self.path, self._limits) as reader:
            current = read_standing(reader, layout, before.sha256)
        if fingerprint(self.path) != before:
            raise before.changed(self.path)
        return current

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        """Writes the plan by one replace of the file, and reads it back. An empty plan leaves the file alone.

        Raises MergeRefused for a plan with refusals, WorkbookChanged when the file is not the one `current` was read
        from, WorkbookBusy, WorkbookDenied, WorkbookError; NotConverged when it was replaced but not proved.
        """
        if plan.refusals:
            raise MergeRefused(plan.refusals[0].message, where=self.place, hint=plan.refusals[0].hint)
        if plan.is_empty:
            return Receipt(verified=True, current=current)
        before = fingerprint(self.path)
        if before.sha256 != current.revision:
            raise before.changed(self.path)
        order = _Order(current, layout)
        order.take(plan)
        report = edit_cells(
            self.path,
            self.path,
            order.changes,
            rows=order.rows,
            formats=order.formats,
            expected=before,
            backups=self.backups,
            limits=self._limits,
        )
        after = self.read(layout)
        if report.fingerprint is not None and after.revision != report.fingerprint.sha256:
            raise NotConverged(
                "somebody saved the workbook right after it was written", where=self.place, hint="run again"
            )
        unproved = _unproved(after, plan, set(order.missed))
        return Receipt(
            verified=not unproved,
            current=after,
            cells_written=plan.cell_count - len(order.missed),
            rows_added=len(report.rows),
            calls={"read": 2, "write": 1},
            missed=(*order.missed, *unproved),
            notes=(*report.notes, *order.notes),
        )


@dataclass(slots=True)
class _Order:
    """A plan in terms of the file: cells by reference, rows to add, and what had no place to go."""

    current: Current
    layout: Layout
    changes: dict[tuple[str, str], Value] = field(default_factory=dict)
    formats: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: list[NewRow] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, plan: Plan) -> None:
        positions = {
            (key, row.row_id): row.position for key, tab in self.current.tabs.items() for row in tab.rows if row.row_id
        }
        for write in plan.writes:
            self._cell(write.tab, positions.get((write.tab, write.row_id)), write.column, write.new, write.kind)
            if (write.tab, write.row_id) not in positions:
                self.missed.append(f"{write.tab}!{write.row_id}!{write.column}")
        for given in plan.ids:
            place = self._place(given.tab)
            if place is not None and place.id_column is not None:
                self.changes[place.sheet, cell_name(given.position, place.id_column)] = given.row_id
            else:
                self.missed.append(f"{given.tab}!{given.row_id}")
        for heading in plan.headings:
            place = self._place(heading.tab)
            self._cell(heading.tab, place.heading_row if place else None, heading.column, heading.new, None)
        for row in plan.appends:
            self._append(row.tab, row.row_id, row.cells, row.kinds)

    def _place(self, tab: str) -> Place | None:
        standing: CurrentTab | None = self.current.tabs.get(tab)
        return standing.handle if standing is not None and isinstance(standing.handle, Place) else None

    def _cell(self, tab: str, row: int | None, column: str, value: Value, kind: Kind | None) -> None:
        place = self._place(tab)
        if place is None or row is None:
            return
        if column not in place.columns:
            self.missed.append(f"{tab}!{row}!{column}")
            return
        at = (place.sheet, cell_name(row, place.columns[column]))
        self.changes[at] = self._fit(value, f"{place.sheet}!{at[1]}")
        code = self._format(value, kind)
        if code is not None:
            self.formats[at] = code

    def _append(self, tab: str, row_id: str, cells: Mapping[str, Value], kinds: Mapping[str, Kind]) -> None:
        place = self._place(tab)
        if place is None or place.id_column is None:
            self.missed.append(f"{tab}!{row_id}")
            return
        letters = {key: column_letters(column) for key, column in place.columns.items()}
        values: dict[str, Value] = {column_letters(place.id_column): row_id}
        formats: dict[str, str] = {}
        for key, value in cells.items():
            if key not in letters:
                self.missed.append(f"{tab}!{row_id}!{key}")
                continue
            values[letters[key]] = self._fit(value, f"{place.sheet}!{row_id}")
            # The row above may show another kind in this column (a percent among money): a new row says its own.
            # Dates need no telling: a style that shows dates is kept, so that people's way of writing them stays.
            code = self._format(value, kinds.get(key) or self._kind(tab, key))
            if code is not None:
                formats[letters[key]] = code
        beside = frozenset(letters.values())
        self.rows.append(
            NewRow(place.sheet, values, beside, place.heading_row + 1, formats, self._height(tab, cells, kinds))
        )

    def _height(self, tab: str, cells: Mapping[str, Value], kinds: Mapping[str, Kind]) -> float | None:
        known = self.layout.tab(tab)
        if known is None:
            return None
        return row_pixels(known, cells, kinds, self.layout.language) * POINTS_PER_PIXEL

    def _kind(self, tab: str, column: str) -> Kind | None:
        known = self.layout.tab(tab)
        found = known.column(column) if known is not None else None
        return found.kind if found is not None and found.kind not in {Kind.DATE, Kind.DATETIME} else None

    def _format(self, value: Value, kind: Kind | None) -> str | None:
        """The number format a value needs that its cell may not have; None leaves the cell's looks to people."""
        shown = value.cached if isinstance(value, Formula) else value
        if kind is None or shown is None or isinstance(shown, str | bool):
            return None
        return NUMBER_FORMATS.get(kind)

    def _fit(self, value: Value, where: str) -> Value:
        """The value as a cell can hold it: text is cut at the format's limit, what is not a number is nothing."""
        if isinstance(value, str):
            wide = value.encode("utf-16-le", "replace")
            if len(wide) > 2 * MAX_TEXT:
                self.notes.append(f"{where}: the text was cut at {MAX_TEXT} characters")
            return wide[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return value


def _unproved(after: Current, plan: Plan, missed: set[str]) -> list[str]:
    """What does not read back as planned."""
    stands = {(key, row.row_id): row.cells for key, tab in after.tabs.items() for row in tab.rows}
    found = []
    for write in plan.writes:
        name = f"{write.tab}!{write.row_id}!{write.column}"
        cells = stands.get((write.tab, write.row_id), {})
        if name not in missed and write.column in after.tabs[write.tab].columns:
            found += [name] * (not _holds(cells.get(write.column), write.new))
    for row in plan.appends:
        if f"{row.tab}!{row.row_id}" not in missed and (row.tab, row.row_id) not in stands:
            found.append(f"{row.tab}!{row.row_id}")
    return found


def _holds(stands: Value, meant: Value) -> bool:
    if isinstance(meant, str) and isinstance(stands, str):
        return stands == meant or len(meant) > MAX_TEXT // 2
    return same(stands, meant) or (isinstance(meant, float) and not math.isfinite(meant))


def _missing(current: Current, contents: Incoming) -> list[str]:
    """Rows that were to be in a new workbook and are not."""
    stands = {(key, row.row_id) for key, tab in current.tabs.items() for row in tab.rows}
    said = ((key, row.row_id) for key, tab in contents.tabs.items() for row in tab.rows)
    return [f"{key}!{row_id}" for key, row_id in said if (key, row_id) not in stands]
