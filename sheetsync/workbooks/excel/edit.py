"""Changing cells of an existing workbook without loss: the public face of the part-level editor.

    from sheetsync.workbooks.excel.edit import edit_cells
    edit_cells("plan.xlsx", "plan.xlsx", {("Goals", "D7"): 0.21, ("Goals", "E7"): date(2026, 11, 30)})

Only the changed `<c>` elements of the touched sheets are written anew, and formulas that depend on them are marked to
be calculated on opening (see `stale`). Every other part of the file keeps its compressed bytes: charts, pivots, images,
comments, macros, slicers, custom XML. All or nothing: a refusal or a crash leaves the target as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sheetsync.core.model.values import Value
from sheetsync.workbooks.excel.backup import Backups
from sheetsync.workbooks.excel.container import Container
from sheetsync.workbooks.excel.draft import Draft
from sheetsync.workbooks.excel.limits import DEFAULT_LIMITS, Limits
from sheetsync.workbooks.excel.package import Package
from sheetsync.workbooks.excel.replace import Fingerprint, fingerprint, reported, safe_replace
from sheetsync.workbooks.excel.resolve import resolve
from sheetsync.workbooks.excel.verify import verify

Changes = Mapping[tuple[str, str], Value]
"""(sheet name, cell) -> what the cell is to hold. None empties it and keeps its looks."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be added below the data of a sheet: column letters -> value.

    The data ends with the last row that holds anything in these columns, in `beside`, or in the table they belong to;
    `first_row` is where it starts, if known: rows above it lend no looks. Where the data ends with a table, the table
    grows. `formats` gives single cells a number format of their own.
    """

    sheet: str
    cells: Mapping[str, Value]
    beside: frozenset[str] = frozenset()
    first_row: int | None = None
    formats: Mapping[str, str] = field(default_factory=dict)
    height: float | None = None
    """In points. None: as high as the row above."""


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit did: cells written, the row each new row landed on, the file as it is now, and what to know.

    `fingerprint` is None only when there was nothing to write and the target was left alone.
    """

    cells: int
    rows: tuple[int, ...]
    fingerprint: Fingerprint | None
    notes: tuple[str, ...] = ()


def edit_cells(
    source: str | Path,
    target: str | Path,
    changes: Changes,
    *,
    rows: Sequence[NewRow] = (),
    formats: Mapping[tuple[str, str], str] | None = None,
    expected: Fingerprint | None = None,
    backups: Backups | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> EditReport:
    """Writes `changes` and adds `rows` to the workbook `source`, as `target` (which may be the same file).

    `formats` gives changed cells a number format (`{("Goals", "D7"): "0.0%"}`); dates get one by themselves where the
    cell shows none. `expected` is the fingerprint the changes were planned on. The file is written beside the target,
    read back and compared, and only then put in its place.

    Raises ValueError for values or references a workbook cannot hold; WorkbookMissing, WorkbookUnreadable (encrypted,
    signed, corrupt, over the limits, sheet not there), WorkbookBusy (open elsewhere), WorkbookChanged (saved by
    somebody meanwhile), WorkbookDenied, and WorkbookError for cells that must not be written (inside merged cells or
    arrays, headings of tables) and for a disk that refuses; in all of these the target is as it was. NotConverged when
    it was replaced but that could not be proved.
    """
    source, target = Path(source), Path(target)
    with reported(target):
        return _edit(source, target, changes, rows, formats or {}, expected, backups, limits)


def _edit(
    source: Path,
    target: Path,
    changes: Changes,
    rows: Sequence[NewRow],
    formats: Mapping[tuple[str, str], str],
    expected: Fingerprint | None,
    backups: Backups | None,
    limits: Limits,
) -> EditReport:
    before = fingerprint(source)
    if expected is not None and before != expected:
        raise before.changed(source)
    draft = Draft.of(changes, rows, formats)
    if not draft and source == target:
        return EditReport(0, (), None)
    with Container(source, limits) as container:
        package = Package(container)
        edit = resolve(package, draft)

        def write(out: IO[bytes]) -> None:
            container.write(out, edit.parts(), edit.removed)

        def check(written: Path) -> None:
            verify(container, written, edit)

        keep = backups.take if backups is not None else None
        after = safe_replace(target, write, check, source=source, expected=before, keep_copy=keep)
    return EditReport(edit.cell_count, edit.rows, after, edit.notes)
