"""Live conditional formats: made from the layout's paints, and told apart from people's by what they say.

Google gives conditional formats no id, only a place in a list that anybody may shift. Each of ours therefore says in
its formula whose it is, by a term that is always true: `*(N("sheetsync:goals:0:1f2e3d")=0)`, with a digest of the paint
so that a changed paint is another one. People's pastes copy and fragment rules; `mend` brings ours back to one each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sheetsync.core.model.layout import Paint, Tab
from sheetsync.core.model.light import COLOURS, Light
from sheetsync.workbooks.google.looks import colour
from sheetsync.workbooks.google.sight import Place

_MARK = re.compile(r'N\("sheetsync:([^"]*)"\)')
_REFERENCE = re.compile(r"\{([A-Za-z0-9_]+)\}")


def letters(index: int) -> str:
    """The letters of a 0-based column."""
    from gspread.utils import rowcol_to_a1

    return rowcol_to_a1(1, index + 1).rstrip("0123456789")


def mark(tab: Tab, number: int) -> str:
    """The name of a paint of a tab: its place in the layout and a digest of what it says."""
    paint = tab.paints[number]
    said = "\x1f".join((paint.column, paint.light, *paint.words, paint.formula or ""))
    return f"{tab.key}:{number}:{sha256(said.encode()).hexdigest()[:8]}"


def rules(tab: Tab, columns: Mapping[str, int], sheet_id: int, first_row: int) -> list[dict[str, Any]]:
    """The conditional formats of a tab whose columns stand at these places; `first_row` is the first of data, 0-based.

    A paint whose column is gone is left out, and so is one whose formula speaks of a column that is gone.
    """
    made = (_rule(tab, number, columns, sheet_id, first_row) for number in range(len(tab.paints)))
    return [rule for rule in made if rule]


def _rule(tab: Tab, number: int, columns: Mapping[str, int], sheet_id: int, first_row: int) -> dict[str, Any] | None:
    paint = tab.paints[number]
    test = _test(paint, columns, first_row)
    if test is None:
        return None
    at = columns[paint.column]
    shade = COLOURS[Light(paint.light)]
    looks = {
        "backgroundColorStyle": {"rgbColor": colour(shade.fill)},
        "textFormat": {"foregroundColorStyle": {"rgbColor": colour(shade.text)}},
    }
    formula = f'=({test})*(N("sheetsync:{mark(tab, number)}")=0)'
    span = {"sheetId": sheet_id, "startRowIndex": first_row, "startColumnIndex": at, "endColumnIndex": at + 1}
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    return {"ranges": [span], "booleanRule": {"condition": condition, "format": looks}}


def _test(paint: Paint, columns: Mapping[str, int], first_row: int) -> str | None:
    """The paint's test for the first data row; None when a column it needs is gone."""
    if paint.column not in columns:
        return None
    if paint.formula is not None:
        wanted = set(_REFERENCE.findall(paint.formula))
        if not wanted <= columns.keys():
            return None
        return _REFERENCE.sub(lambda found: f"${letters(columns[found[1]])}{first_row + 1}", paint.formula).lstrip("=")
    cell = f"${letters(columns[paint.column])}{first_row + 1}"
    words = dict.fromkeys(word.strip().lower() for word in paint.words)
    equal = (f'LOWER(TRIM({cell}))="{_quoted(word)}"' for word in words)
    return f"OR({','.join(equal)})" if words else None


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def mark_of(rule: Mapping[str, Any]) -> str | None:
    """The mark in a conditional format; None for people's."""
    values = rule.get("booleanRule", {}).get("condition", {}).get("values", ())
    found = (_MARK.search(str(value.get("userEnteredValue", ""))) for value in values)
    return next((match[1] for match in found if match), None)


@dataclass(frozen=True, slots=True)
class Mending:
    """Requests that bring our rules of one tab back to exactly one each, and what each deletion must have deleted."""

    requests: tuple[dict[str, Any], ...]
    deleted: tuple[str, ...]


def mend(tab: Tab, place: Place, more_rows: int = 0) -> Mending:
    """What brings our conditional formats of a tab in order; nothing where each stands once, whole and on its column.

    `more_rows` are about to be added: where there is no room for them, the formats have to grow as well.

    All of ours are taken out from the last to the first and put back behind people's, in one atomic request.
    """
    ours = [(index, name) for index, rule in enumerate(place.rules) if (name := mark_of(rule)) is not None]
    wanted = rules(tab, place.columns, place.sheet_id, place.heading_row + 1)
    if _sound(ours, wanted, place) and place.used_rows + more_rows <= place.row_count:
        return Mending((), ())
    gone = [{"deleteConditionalFormatRule": {"sheetId": place.sheet_id, "index": index}} for index, _ in reversed(ours)]
    left = len(place.rules) - len(ours)
    added = [{"addConditionalFormatRule": {"rule": rule, "index": left + number}} for number, rule in enumerate(wanted)]
    return Mending((*gone, *added), tuple(name for _, name in reversed(ours)))


def _sound(ours: Sequence[tuple[int, str]], wanted: Sequence[Mapping[str, Any]], place: Place) -> bool:
    """Whether the marks stand once each in their order, each on one range that covers its column's rows.

    The formula's wording is not compared: Google may write references anew when columns move.
    """
    if [name for _, name in ours] != [mark_of(rule) for rule in wanted]:
        return False
    for (index, _), rule in zip(ours, wanted, strict=True):
        ranges = place.rules[index].get("ranges", ())
        if len(ranges) != 1 or not _covers(ranges[0], rule["ranges"][0], place):
            return False
    return True


def _covers(span: Mapping[str, Any], wanted: Mapping[str, Any], place: Place) -> bool:
    same_column = all(span.get(key, 0) == wanted.get(key, 0) for key in ("startColumnIndex", "endColumnIndex"))
    to_the_end = span.get("endRowIndex", place.row_count) >= place.used_rows
    return same_column and span.get("startRowIndex", 0) <= max(wanted["startRowIndex"], 0) and to_the_end
