"""Seeded cells are people's as soon as anything stands in them, and Sheets cannot write "only if empty".

So the batch that fills them first copies what stands there, with the row's id, to a hidden tab of ours; batches are
all or nothing and run in order. If the copy shows that somebody was faster, or that another row had come to that place,
what stood there is put back (see `work`): by the next run, if this one dies before it gets to it. `PASTE_FORMULA`
brings values and formulas, no looks and no conditional formats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetsync.core.model.values import Value, from_data, to_data
from sheetsync.workbooks.google import ids
from sheetsync.workbooks.google.cells import from_cell

Request = dict[str, Any]

ROWS = 5_000
"""Cells that can be kept in one batch."""

_VALUE, _ROW_ID, _TAG, _NOTE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Kept:
    """What stood in a seeded cell just before it was written, and whose row it was."""

    value: Value
    row_id: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A seeded cell about to be written: its tab, column key, row number, the row it is meant for, and with what.

    `old` is what should stand there (nothing under a seed). `back`: something of people's is put back there.
    """

    tab: str
    column: str
    position: int
    row_id: str
    value: Value = None
    old: Value = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What a run that died may have left: `sent` was written where `old` should have stood, and there `stood`."""

    row_id: str
    column: str
    stood: Value
    old: Value
    sent: Value


def sheet(plan_id: str) -> int:
    """The id of the hidden tab."""
    return ids.sheet_id(plan_id, "_scratch")


def keeping(
    plan_id: str, spots: Sequence[Spot], cells: Sequence[tuple[int, int, int, int]], tag: str, *, stands: bool
) -> list[Request]:
    """Copies spots, which lie at (sheet id, row, column, column of the row ids), to the hidden tab, in their order."""
    home = sheet(plan_id)
    grid = {"rowCount": ROWS, "columnCount": 4}
    properties = {"sheetId": home, "title": f"_sheetsync {home}", "hidden": True, "gridProperties": grid}
    made: list[Request] = [] if stands else [{"addSheet": {"properties": properties}}]
    whole = {"sheetId": home, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": 4}
    made.append({"updateCells": {"range": whole, "rows": [], "fields": "userEnteredValue"}})
    for number, (sheet_id, row, column, id_column) in enumerate(cells):
        for source, target in ((column, _VALUE), (id_column, _ROW_ID)):
            made.append(
                {
                    "copyPaste": {
                        "source": _cell(sheet_id, row, source),
                        "destination": _cell(home, number, target),
                        "pasteType": "PASTE_FORMULA",
                    }
                }
            )
    tagged = [
        {"values": [{"userEnteredValue": {"stringValue": text}} for text in (tag, _note(spot))]} for spot in spots
    ]
    start = {"sheetId": home, "rowIndex": 0, "columnIndex": _TAG}
    return [*made, {"updateCells": {"start": start, "rows": tagged, "fields": "userEnteredValue"}}]


def _note(spot: Spot) -> str:
    said: dict[str, object] = {"tab": spot.tab, "column": spot.column, "back": spot.back}
    said |= {"old": to_data(spot.old), "sent": to_data(spot.value)}
    return json.dumps(said, ensure_ascii=False)


def left(rows: Sequence[Sequence[Mapping[str, Any]]], tab: str) -> tuple[Left, ...]:
    """Cells of a tab in which people had something when a seed was written; none after a run that came to its end."""
    found = []
    for at in range(len(rows)):
        stood, row_id, note = _value(rows, at, _VALUE), _text(rows, at, _ROW_ID), _text(rows, at, _NOTE)
        if stood is None or not row_id or not note:
            continue
        try:
            said = json.loads(note)
            if said["tab"] == tab and not said["back"]:
                found.append(Left(row_id, str(said["column"]), stood, from_data(said["old"]), from_data(said["sent"])))
        except (ValueError, KeyError, TypeError):
            continue  # somebody typed into the hidden tab
    return tuple(found)


def _cell(sheet_id: int, row: int, column: int) -> Request:
    ends = {"startRowIndex": row, "endRowIndex": row + 1, "startColumnIndex": column, "endColumnIndex": column + 1}
    return {"sheetId": sheet_id, **ends}


def kept(rows: Sequence[Sequence[Mapping[str, Any]]], tag: str, spots: Sequence[Spot]) -> dict[Spot, Kept] | None:
    """What the hidden tab holds for these spots; None when it does not hold this batch (which was not done then)."""
    if _text(rows, 0, _TAG) != tag:
        return None
    return {spot: Kept(_value(rows, at, _VALUE), _text(rows, at, _ROW_ID)) for at, spot in enumerate(spots)}


def _value(rows: Sequence[Sequence[Mapping[str, Any]]], row: int, column: int) -> Value:
    return from_cell(rows[row][column], None) if row < len(rows) and column < len(rows[row]) else None


def _text(rows: Sequence[Sequence[Mapping[str, Any]]], row: int, column: int) -> str:
    value = _value(rows, row, column)
    return value.strip() if isinstance(value, str) else ""
