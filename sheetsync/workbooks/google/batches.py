"""From what is to be done to the batches that do it: guards first, then cells, headings, paints, rows. Pure.

One batch holds everything: all tabs, all rows. Only above Google's recommended 2 MB is it split, and each part carries
its own guards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheetsync.core.model.layout import Layout
from sheetsync.workbooks.google import ids
from sheetsync.workbooks.google.append import appended, tokens
from sheetsync.workbooks.google.change import Request, blocks, renamed
from sheetsync.workbooks.google.guards import guards, healed, unmarked, untrue
from sheetsync.workbooks.google.read import MASK
from sheetsync.workbooks.google.scratch import ROWS, Spot, keeping
from sheetsync.workbooks.google.sight import Sight
from sheetsync.workbooks.google.work import TabTodo

LIMIT = 1_900_000
"""Bytes of one request body; Google recommends 2 MB at most."""

_ROWS_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True)
class Batch:
    """One request to send: its requests, what it sends of each tab, and the token of the rows it adds."""

    requests: tuple[Request, ...]
    parts: dict[str, TabTodo]
    token: int
    spots: tuple[Spot, ...] = ()
    tag: str = ""
    """The seeded cells whose contents it keeps in the hidden tab, and the tag under which it does."""

    def body(self, *, look: bool) -> dict[str, Any]:
        """The body of spreadsheets.batchUpdate; with `look` the answer brings the workbook as it then stands."""
        return {"requests": list(self.requests)} | ({"includeSpreadsheetInResponse": True} if look else {})


def params(*, look: bool) -> dict[str, str]:
    """The field mask of the answer."""
    replies = "replies(deleteConditionalFormatRule)"
    return {"fields": f"{replies},updatedSpreadsheet({MASK})" if look else replies}


def healing(plan_id: str, todo: Mapping[str, TabTodo], sight: Sight) -> list[Request]:
    """What puts the marks of columns right that are to be guarded; nothing in a workbook that stands as it was made."""
    made: list[Request] = []
    for tab, part in todo.items():
        place = sight.places[tab]
        wrong = [key for key in untrue(plan_id, tab, place) if key in part.guarded]
        made += healed(plan_id, tab, place, wrong)
    return made


def batches(layout: Layout, todo: Mapping[str, TabTodo], sight: Sight, limit: int = LIMIT) -> list[Batch]:
    """The batches, each within the limit; nearly always one."""
    whole = _batch(layout, todo, sight)
    if size(whole.requests) <= limit:
        return [whole]
    return [_batch(layout, part, sight) for part in _pieces(todo, limit)]


def size(requests: Sequence[Request]) -> int:
    """Bytes of requests on the wire."""
    return len(json.dumps(requests, ensure_ascii=False, separators=(",", ":")).encode())


def _batch(layout: Layout, todo: Mapping[str, TabTodo], sight: Sight) -> Batch:
    made: list[Request] = []
    placed: list[tuple[str, str]] = []
    for key, part in todo.items():
        place = sight.places[key]
        if part.guarded:
            made += guards(layout.plan_id, key, place, sorted(part.guarded))
    spots, tag, saved = _kept(layout, todo, sight)
    made += saved
    for key, part in todo.items():
        place = sight.places[key]
        made += blocks(place.sheet_id, part.inks)
        made += [renamed(place, heading) for heading in part.headings]
        placed += [(key, row.row_id) for row in part.rows]
    known = frozenset[int]().union(*(place.tokens for place in sight.places.values()))
    token = ids.token(layout.plan_id, str(sorted(known)), placed)
    made += tokens(token, known) if placed else []
    for key, part in todo.items():
        tab = layout.tab(key)
        if part.rows and tab is not None:
            made += appended(layout, tab, sight.places, part.rows)
        # last, for new rows may have made the tab longer
        made += part.mending.requests
    if any(part.headings for part in todo.values()):
        made += _language(layout)
    return Batch(tuple(made), dict(todo), token, spots, tag)


def _kept(layout: Layout, todo: Mapping[str, TabTodo], sight: Sight) -> tuple[tuple[Spot, ...], str, list[Request]]:
    """Seeded cells to be kept before they are written, and the requests that keep them."""
    spots: list[Spot] = []
    cells: list[tuple[int, int, int, int]] = []
    for key, part in todo.items():
        place = sight.places[key]
        for ink in part.inks:
            if ink.spot is not None:
                spots.append(ink.spot)
                cells.append((place.sheet_id, ink.row, ink.column, place.columns[ids.ID_COLUMN]))
    if not spots:
        return (), "", []
    tag = str(ids.number(sight.current.revision, *(f"{spot}" for spot in spots)))
    stands = any(place.scratch for place in sight.places.values())
    return tuple(spots), tag, keeping(layout.plan_id, spots[:ROWS], cells[:ROWS], tag, stands=stands)


def _language(layout: Layout) -> list[Request]:
    from sheetsync.workbooks.google.build import language_mark

    return [unmarked(ids.language_id(layout.plan_id)), language_mark(layout)]


def _pieces(todo: Mapping[str, TabTodo], limit: int) -> Iterator[dict[str, TabTodo]]:
    """The work cut into pieces of a few thousand cells; guards and looks come with every piece."""
    cells = max(1, min(ROWS, limit // 400))
    rows = max(1, min(_ROWS_AT_ONCE, limit // 2_000))
    for key, part in todo.items():
        rest = replace(part, inks=[], sent=[], rows=[], headings=part.headings, mending=part.mending)
        for at in range(0, len(part.inks), cells):
            piece = replace(rest, inks=part.inks[at : at + cells], sent=part.sent[at : at + cells])
            yield {key: piece}
            rest = replace(rest, headings=[], mending=replace(part.mending, requests=(), deleted=()))
        for at in range(0, len(part.rows), rows):
            yield {key: replace(rest, rows=part.rows[at : at + rows])}
            rest = replace(rest, headings=[], mending=replace(part.mending, requests=(), deleted=()))
        if not part.inks and not part.rows:
            yield {key: rest}
