"""From cells to be written to the requests of one batch: typed cells in as few blocks as there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sheetsync.core.model.layout import Column, Kind
from sheetsync.core.model.plan import HeadingWrite
from sheetsync.core.model.values import Value
from sheetsync.workbooks.google.cells import typed
from sheetsync.workbooks.google.looks import mixed_format
from sheetsync.workbooks.google.scratch import Spot
from sheetsync.workbooks.google.sight import Place

Request = dict[str, Any]

KIND_FIELDS = "userEnteredFormat.numberFormat"
"""What the looks of a kind consist of, as a field mask."""


@dataclass(frozen=True, slots=True)
class Ink:
    """One cell to be written: its 0-based place, its value, its column's kind, and a kind when its looks change."""

    row: int
    column: int
    value: Value
    of: Kind | None = None
    kind: Kind | None = None
    spot: Spot | None = None
    """Set where what stands there has to be kept first."""


def kind_of(column: Column, value: Value, said: Kind | None) -> Kind:
    """What kind a cell is of: what was said, or its column's; a day in a column of another kind is a day."""
    if said is not None:
        return said
    if isinstance(value, date) and column.kind not in {Kind.DATE, Kind.DATETIME}:
        return Kind.DATETIME if isinstance(value, datetime) else Kind.DATE
    return column.kind


def blocks(sheet_id: int, inks: Iterable[Ink]) -> list[Request]:
    """Requests that write exactly these cells: neighbours go together, nothing between is touched."""
    rows: dict[int, dict[int, Request]] = {}
    looks: list[Request] = []
    for ink in inks:
        rows.setdefault(ink.row, {})[ink.column] = typed(ink.value, ink.of)
        if ink.kind is not None:
            looks.append(dressed(sheet_id, ink.row, ink.column, ink.kind))
    runs = [(row, run) for row in sorted(rows) for run in _runs(sorted(rows[row]))]
    return [_block(sheet_id, *group, rows) for group in _stacked(runs)] + looks


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open spans of neighbouring columns."""
    found: list[tuple[int, int]] = []
    for column in columns:
        if found and found[-1][1] == column:
            found[-1] = (found[-1][0], column + 1)
        else:
            found.append((column, column + 1))
    return found


def _stacked(runs: Sequence[tuple[int, tuple[int, int]]]) -> list[tuple[int, int, tuple[int, int]]]:
    """Equal spans in rows that follow each other, as (first row, row after the last, span)."""
    open_: dict[tuple[int, int], tuple[int, int]] = {}
    done: list[tuple[int, int, tuple[int, int]]] = []
    for row, span in runs:
        start, end = open_.get(span, (row, row))
        if end != row:
            done.append((start, end, span))
            start = row
        open_[span] = (start, row + 1)
    done += [(start, end, span) for span, (start, end) in open_.items()]
    return sorted(done)


def _block(
    sheet_id: int, top: int, bottom: int, span: tuple[int, int], rows: Mapping[int, Mapping[int, Request]]
) -> Request:
    data = [
        {"values": [{"userEnteredValue": rows[row][column]} for column in range(*span)]} for row in range(top, bottom)
    ]
    start = {"sheetId": sheet_id, "rowIndex": top, "columnIndex": span[0]}
    return {"updateCells": {"start": start, "rows": data, "fields": "userEnteredValue"}}


def dressed(sheet_id: int, row: int, column: int, kind: Kind) -> Request:
    """Gives one cell the number format of a kind."""
    return {
        "updateCells": {
            "start": {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [{"userEnteredFormat": mixed_format(kind)}]}],
            "fields": KIND_FIELDS,
        }
    }


def renamed(place: Place, heading: HeadingWrite) -> Request:
    """Changes a heading only while it still says what it said: a heading that people typed over is not found."""
    at = place.columns[heading.column]
    where = {
        "sheetId": place.sheet_id,
        "startRowIndex": place.heading_row,
        "endRowIndex": place.heading_row + 1,
        "startColumnIndex": at,
        "endColumnIndex": at + 1,
    }
    said = {"find": heading.old, "replacement": heading.new, "matchCase": True, "matchEntireCell": True}
    return {"findReplace": said | {"range": where, "includeFormulas": False}}
