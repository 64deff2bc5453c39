"""What becomes of places when rows or columns are inserted, deleted or moved: one rule for every range in a book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.sheets_server.formula_text import Corner, Reference, rewrite

RANGE_KEYS = {"sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}
GONE = object()  # stands for a range that no longer exists
Ends = tuple[int | None, int | None]


@dataclass(frozen=True)
class Shift:
    """One structural edit of one tab: `kind` insert / delete / move of [start, end), moves go before `to`."""

    sheet_id: int
    dimension: str
    kind: str
    start: int
    end: int
    to: int = 0

    def ends(self, low: int | None, high: int | None) -> Ends | None:
        """Where the half-open [low, high) lies afterwards; None when nothing of it is left."""
        if self.kind == "insert":
            count = self.end - self.start
            return (
                low + count if low is not None and low >= self.start else low,
                high + count if high is not None and high > self.start else high,
            )
        if self.kind == "delete":
            new_low = self._after_delete(low or 0) if low is not None else None
            new_high = self._after_delete(high) if high is not None else None
            if high is not None and (low or 0) < high and new_high <= (new_low or 0):
                return None
            return new_low, new_high
        return self._moved(low, high)

    def _after_delete(self, index: int) -> int:
        if index <= self.start:
            return index
        return max(index - (self.end - self.start), self.start)

    def place(self, index: int) -> int | None:
        """Where one row or column lies afterwards."""
        moved = self.ends(index, index + 1)
        return None if moved is None else moved[0]

    def _moved(self, low: int | None, high: int | None) -> Ends:
        if low is None and high is None:
            return None, None
        first, last = low or 0, high if high is not None else 1 << 30
        if self.start <= first and last <= self.end:
            return self._one(first), self._one(last - 1) + 1
        pieces = [(first, min(last, self.start)), (max(first, self.end), last)]
        spots = [self._one(spot) for a, b in pieces if a < b for spot in (a, b - 1)]
        return (min(spots) if low is not None else None), (max(spots) + 1 if high is not None else None)

    def _one(self, index: int) -> int:
        size = self.end - self.start
        at = self.to - size if self.to > self.start else self.to
        if self.start <= index < self.end:
            return at + index - self.start
        rest = index if index < self.start else index - size
        return rest if rest < at else rest + size


def shift_message(message: Any, shift: Shift) -> Any:
    """A message with every GridRange, DimensionRange and GridCoordinate in it shifted; GONE where it vanished."""
    if isinstance(message, list):
        items = [shift_message(item, shift) for item in message]
        return [item for item in items if item is not GONE]
    if not isinstance(message, dict):
        return message
    if message.keys() <= RANGE_KEYS and message:
        return _grid_range(message, shift)
    if "dimension" in message and "startIndex" in message:
        return _dimension_range(message, shift)
    if message.keys() <= {"sheetId", "rowIndex", "columnIndex"} and message:
        return _coordinate(message, shift)
    shifted = {key: shift_message(value, shift) for key, value in message.items()}
    return {key: value for key, value in shifted.items() if value is not GONE}


def _grid_range(message: dict[str, Any], shift: Shift) -> Any:
    if message.get("sheetId", 0) != shift.sheet_id:
        return message
    side = "Row" if shift.dimension == "ROWS" else "Column"
    low, high = message.get(f"start{side}Index"), message.get(f"end{side}Index")
    ends = shift.ends(low, high)
    if ends is None:
        return GONE
    pairs = ((f"start{side}Index", ends[0]), (f"end{side}Index", ends[1]))
    return message | {key: value for key, value in pairs if value is not None}


def _dimension_range(message: dict[str, Any], shift: Shift) -> Any:
    if message.get("sheetId", 0) != shift.sheet_id or message["dimension"] != shift.dimension:
        return message
    ends = shift.ends(message["startIndex"], message.get("endIndex"))
    return GONE if ends is None else message | {"startIndex": ends[0], "endIndex": ends[1]}


def _coordinate(message: dict[str, Any], shift: Shift) -> Any:
    if message.get("sheetId", 0) != shift.sheet_id:
        return message
    key = "rowIndex" if shift.dimension == "ROWS" else "columnIndex"
    after = shift.place(message.get(key, 0))
    return message | {key: shift.start if after is None else after}


def shift_reference(shift: Shift, is_target: Callable[[str | None], bool]) -> Callable[[Reference], Reference | None]:
    """The change to a formula's reference; `is_target` says whether a sheet name means the edited tab."""

    def change(ref: Reference) -> Reference | None:
        if not is_target(ref.sheet):
            return ref
        if shift.dimension == "ROWS":
            ends = _corners(ref.row0, ref.row1, shift)
            return None if ends is None else Reference(ref.sheet, *ends, ref.col0, ref.col1, ref.single)
        ends = _corners(ref.col0, ref.col1, shift)
        return None if ends is None else Reference(ref.sheet, ref.row0, ref.row1, *ends, ref.single)

    return change


def _corners(first: Corner | None, last: Corner | None, shift: Shift) -> tuple[Corner | None, Corner | None] | None:
    low = first.index if first else None
    high = last.index + 1 if last else None
    if low is not None and high is not None and high <= low:
        low, high = high - 1, low + 1
    ends = shift.ends(low, high)
    if ends is None:
        return None
    return (
        Corner(ends[0], first.pinned) if first and ends[0] is not None else first,
        Corner(ends[1] - 1, last.pinned) if last and ends[1] is not None else last,
    )


def shift_conditions(message: Any, change: Callable[[str], str]) -> Any:
    """A message with `change` applied to each formula a condition or a rule carries."""
    if isinstance(message, list):
        return [shift_conditions(item, change) for item in message]
    if not isinstance(message, dict):
        return message
    return {
        key: change(value)
        if key == "userEnteredValue" and isinstance(value, str) and value.startswith("=")
        else shift_conditions(value, change)
        for key, value in message.items()
    }


def shifted_formula(formula: str, shift: Shift, is_target: Callable[[str | None], bool]) -> str:
    return rewrite(formula, shift_reference(shift, is_target))
