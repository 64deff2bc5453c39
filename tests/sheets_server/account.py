"""The files of one Google account, and the transaction in which a spreadsheet changes: all of it or nothing."""

from __future__ import annotations

import datetime as dt
import secrets
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.sheets_server.book import Book, Tab, new_id
from tests.sheets_server.errors import not_found, permission_denied
from tests.sheets_server.requests_objects import CALLER
from tests.sheets_server.requests_sheets import copied_metadata

FOLDER_TYPE = "application/vnd.google-apps.folder"
SHEET_TYPE = "application/vnd.google-apps.spreadsheet"
# A spreadsheet that exists at Google and is not shared: gspread's own suite opens it and expects the 403.
FOREIGN_SPREADSHEETS = {"1jIKzPs8LsiZZdLdeMEP-5ZIHw6RkjiOmj1LrJN706Yc"}
_ALPHABET = string.ascii_letters + string.digits + "-_"


def new_file_id() -> str:
    return "1" + "".join(secrets.choice(_ALPHABET) for _ in range(43))


class File:
    """A spreadsheet in Drive, or a folder (whose book stays empty)."""

    def __init__(self, book: Book, now: dt.datetime, parents: list[str] | None = None, mime: str = SHEET_TYPE):
        self.book = book
        self.mime = mime
        self.created = self.modified = now
        self.version = 1
        self.parents = parents or ["root"]
        self.trashed = False
        self.shared = True  # whether the API's caller may open it
        self.writable = True  # whether the API's caller may edit it
        self.permissions: list[dict[str, Any]] = [
            {"id": str(new_id()), "type": "user", "role": "owner", "emailAddress": CALLER}
        ]

    @property
    def name(self) -> str:
        return self.book.props["title"]

    def touch(self, now: dt.datetime) -> None:
        """Drive's modifiedTime always moves on, its version always grows."""
        self.modified = max(now, self.modified + dt.timedelta(milliseconds=1))
        self.version += 1


class Account:
    """Every file the caller can reach."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.foreign = set(FOREIGN_SPREADSHEETS)
        self.lock = threading.RLock()
        self.has_storage = True  # a service account has none of its own

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def create(self, title: str = "Untitled spreadsheet", parents: list[str] | None = None) -> Book:
        """A new spreadsheet with one empty tab, `Sheet1`, 1000 x 26."""
        book = Book(new_file_id(), title)
        book.tabs.append(Tab(0, "Sheet1"))
        return self.keep(book, parents)

    def create_folder(self, title: str, parents: list[str] | None = None) -> Book:
        return self.keep(Book(new_file_id(), title), parents, FOLDER_TYPE)

    def keep(self, book: Book, parents: list[str] | None = None, mime: str = SHEET_TYPE) -> Book:
        with self.lock:
            self.files[book.spreadsheet_id] = File(book, self.now(), parents, mime)
        return book

    def file(self, spreadsheet_id: str) -> File:
        """Raises 404 for what does not exist, 403 for what is not shared."""
        if spreadsheet_id in self.foreign:
            raise permission_denied()
        file = self.files.get(spreadsheet_id)
        if file is None:
            raise not_found()
        if not file.shared:
            raise permission_denied()
        return file

    def book(self, spreadsheet_id: str) -> Book:
        file = self.file(spreadsheet_id)
        if file.mime != SHEET_TYPE:
            raise not_found()
        return file.book

    @contextmanager
    def transaction(self, spreadsheet_id: str, *, by_people: bool = False) -> Iterator[Book]:
        """A draft of the spreadsheet; it becomes the spreadsheet when the block ends without an exception."""
        with self.lock:
            file = self.files[spreadsheet_id] if by_people else self.file(spreadsheet_id)
            if not by_people and not file.writable:
                raise permission_denied()
            draft = file.book.clone()
            draft.foreign_editor = by_people
            yield draft
            draft.foreign_editor = False
            file.book = draft
            file.touch(self.now())

    def copy(self, spreadsheet_id: str, title: str | None = None, parents: list[str] | None = None) -> Book:
        """A copy of a whole spreadsheet, as Drive makes it: same sheet ids, new file."""
        source = self.book(spreadsheet_id)
        book = source.clone()
        book.spreadsheet_id = new_file_id()
        book.props["title"] = title or f"Copy of {source.props['title']}"
        return self.keep(book, parents)


def copy_sheet(source: Book, sheet_id: int, target: Book) -> Tab:
    """sheets.copyTo: the tab under a new id and the title `Copy of ...` in another spreadsheet."""
    from tests.sheets_server.requests_sheets import copy_tab

    tab = source.tab(sheet_id)
    title, number = f"Copy of {tab.title}", 2
    while target.tab_titled(title):
        title, number = f"Copy of {tab.title} {number}", number + 1
    twin = copy_tab(tab, target.free_sheet_id(), title)
    target.tabs.append(twin)
    target.metadata += copied_metadata(source, tab, twin.sheet_id)
    return twin
