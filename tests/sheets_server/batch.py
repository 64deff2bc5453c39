"""spreadsheets.batchUpdate: each request is tried on a copy of the book; one refusal undoes them all."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

from tests.sheets_server.a1 import Span, span_of
from tests.sheets_server.book import Book, Tab, check_inside
from tests.sheets_server.errors import ApiError, bad_request
from tests.sheets_server.writing import editable

Message = dict[str, Any]
Handler = Callable[["Batch", Message], "Message | None"]
KINDS: dict[str, Handler] = {}
_FILES = ("sheets", "cells", "ranges", "dimensions", "objects", "charts", "metadata", "cleaning")


def kind(name: str) -> Callable[[Handler], Handler]:
    """Registers the handler of one kind of request."""

    def keep(handler: Handler) -> Handler:
        KINDS[name] = handler
        return handler

    return keep


@functools.cache
def load_kinds() -> dict[str, Handler]:
    """Every kind of request that is served."""
    for name in _FILES:
        importlib.import_module(f"tests.sheets_server.requests_{name}")
    return KINDS


class Batch:
    """The book that a batch works on, and what its handlers ask about it."""

    def __init__(self, book: Book):
        self.book = book

    def place(self, where: Message, *, writing: bool = True) -> tuple[Tab, tuple[int, int, int, int]]:
        """A GridRange as tab and bounded rectangle; for writing it must be inside the grid and not protected."""
        tab = self.book.tab(where.get("sheetId"))
        span = span_of(where)
        if writing:
            check_inside(tab, span)
            box = tab.bounds(span)
            self.check_editable(tab, box)
            return tab, box
        return tab, tab.bounds(span)

    def check_editable(self, tab: Tab, box: tuple[int, int, int, int]) -> None:
        if not self.book.foreign_editor:
            editable(tab, *box)

    def stored(self, where: Message | None) -> Message:
        """A GridRange to keep: with its real sheetId; the tab must exist."""
        where = dict(where or {})
        tab = self.book.tab(where.get("sheetId"))
        check_inside(tab, span_of(where))
        return {"sheetId": tab.sheet_id, **{key: value for key, value in where.items() if key != "sheetId"}}

    def bounded(self, where: Message | None) -> Message:
        """A GridRange to keep, all four sides given."""
        stored = self.stored(where)
        tab = self.book.tab(stored["sheetId"])
        return tab.bounded(Span(*(stored.get(key) for key in _SIDES)))

    def dimension(self, where: Message) -> tuple[Tab, str, int, int]:
        """A DimensionRange: tab, ROWS or COLUMNS, start, end (open ends reach the edge of the grid)."""
        tab = self.book.tab(where.get("sheetId"))
        dimension = where.get("dimension")
        if dimension not in {"ROWS", "COLUMNS"}:
            raise bad_request("No dimension was specified.")
        start = where.get("startIndex", 0)
        end = where.get("endIndex", tab.length(dimension))
        if start < 0:
            raise bad_request("range.startIndex must be >= 0")
        if end <= start:
            raise bad_request(f"range.endIndex[{end}] must be after range.startIndex[{start}]")
        return tab, dimension, start, end


_SIDES = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


def flattened(requests: Any) -> list[Message]:
    """One request, a list, or lists in lists: the server takes them all and answers flat."""
    if requests is None:
        return []
    if isinstance(requests, dict):
        return [requests]
    return [request for item in requests for request in flattened(item)]


def run(book: Book, requests: list[Message]) -> list[Message]:
    """Applies the requests in order to `book` (a copy) and gives the replies. Raises the numbered 400."""
    kinds = load_kinds()
    if not requests:
        raise bad_request("Must specify at least one request.")
    batch = Batch(book)
    replies = []
    for index, request in enumerate(requests):
        if not request:
            raise bad_request(f"Invalid requests[{index}]: No request set.")
        name, body = next(iter(request.items()))
        handler = kinds.get(name)
        if handler is None:
            raise ApiError(501, f"requests[{index}].{name}: this local server does not serve it")
        try:
            reply = handler(batch, body or {})
        except ApiError as refused:
            raise _numbered(refused, index, name) from refused
        replies.append({name: reply} if reply is not None else {})
    return replies


def _numbered(refused: ApiError, index: int, name: str) -> ApiError:
    if refused.code != 400 or "details" in refused.body["error"]:
        return refused
    return bad_request(f"Invalid requests[{index}].{name}: {refused.message}")
