"""A plan in Google Sheets: the port on the Sheets API.

build       1 call makes the spreadsheet (or looks at the one that was shared), 1 fills it, 1 proves the guard
idle        1 read, 0 writes
changed     1 read, 1 write; the same with new rows, and with any number of tabs, rows and changes
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sheetsync.config import Config
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.workbook import Current, Incoming
from sheetsync.errors import ConfigError, MergeRefused, WorkbookMissing
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.google.auth import configured, keep, local
from sheetsync.workbooks.google.create import Builder
from sheetsync.workbooks.google.outcome import Applied, Outcome
from sheetsync.workbooks.google.read import MASK
from sheetsync.workbooks.google.read import sight as seen
from sheetsync.workbooks.google.session import DEFAULT_BASE, is_local
from sheetsync.workbooks.google.sight import Sight, seen_before
from sheetsync.workbooks.google.transport import Transport
from sheetsync.workbooks.google.work import Work
from sheetsync.workbooks.google.write import Pen

NEW = "new"
"""The place of a spreadsheet that is still to be made."""

BASE_VARIABLE = "SHEETSYNC_GOOGLE_BASE_URL"
"""The environment variable with another base URL; only Google and this machine are taken."""

_ID = re.compile(r"[A-Za-z0-9_-]{20,}")
_URL = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{20,})")


def spreadsheet_id(place: str) -> str | None:
    """The id in a URL, or the id itself; None for NEW. Raises ConfigError for anything else."""
    if place.strip().lower() == NEW:
        return None
    found = _URL.search(place)
    if found:
        return found[1]
    if _ID.fullmatch(place.strip()):
        return place.strip()
    raise ConfigError(
        f"{place!r} is not a Google spreadsheet",
        hint="copy the URL of the open spreadsheet: https://docs.google.com/spreadsheets/d/...",
    )


class GoogleWorkbook:
    """One spreadsheet. `place` is its URL, its id, or "new"; calls go through `transport`.

    `memory` is a file that remembers which spreadsheet was made for "new", so that it is made once.
    """

    def __init__(self, place: str, transport: Transport, memory: Path | None = None) -> None:
        self._id = spreadsheet_id(place)
        self._transport = transport
        self._since: dict[str, int] = {}
        self._memory = memory if self._id is None else None
        if self._memory is not None and self._memory.exists():
            self._id = spreadsheet_id(self._memory.read_text(encoding="utf-8"))

    @classmethod
    def from_config(cls, root: Path, config: Config, environment: Mapping[str, str] = os.environ) -> GoogleWorkbook:
        """The workbook that a project's sheetsync.toml names; nothing is read and nobody signed in yet.

        BASE_VARIABLE in the environment sends the calls to a server on this machine, which gets no real sign-in.
        """
        from platformdirs import user_state_path

        base = environment.get(BASE_VARIABLE, DEFAULT_BASE)
        google = config.google
        told = partial(configured, root, auth=google.auth, credentials=google.credentials)
        transport = Transport(
            local if is_local(base) else told,
            base_url=base,
            quota=None if is_local(base) else user_state_path("sheetsync") / "google-quota.sqlite",
            deadline_s=google.deadline_seconds,
        )
        return cls(config.workbook.google or NEW, transport, root / ".sheetsync" / "google-spreadsheet")

    @property
    def transport(self) -> Transport:
        """The line to Google, for what else is done with the same spreadsheet."""
        return self._transport

    @property
    def place(self) -> str:
        """The URL people open."""
        return f"https://docs.google.com/spreadsheets/d/{self._id}" if self._id else "a new Google spreadsheet"

    def exists(self) -> bool:
        """Whether the spreadsheet is there. Raises WorkbookDenied and WorkbookUnavailable."""
        if self._id is None:
            return False
        try:
            self._transport.read(self._path(), {"fields": "spreadsheetId"}, place=self.place)
        except WorkbookMissing:
            return False
        return True

    def create(self, layout: Layout, contents: Incoming) -> Receipt:
        """Makes our tabs with their first rows, in a new spreadsheet or beside what stands in one that was shared.

        Raises WorkbookBusy where tabs of a plan stand already, WorkbookDenied for a sign-in without Drive storage.
        """
        self._transport.begin()
        builder = Builder(layout, contents, self._transport)
        self._id = builder.spreadsheet(self._id)
        if self._memory is not None:
            keep(self._memory, self.place)
        sight = builder.fill(self._id, self._look)
        rows = sum(len(tab.rows) for tab in contents.tabs.values())
        cells = sum(1 + len(row.cells) for tab in contents.tabs.values() for row in tab.rows)
        notes = tuple(builder.notes)
        return Receipt(True, sight.current, cells_written=cells, rows_added=rows, calls=self._budget(), notes=notes)

    def _budget(self) -> dict[str, int]:
        """What was called since the last receipt, or since the read that began the run."""
        spent = self._transport.account.since(self._since)
        self._since = dict(self._transport.account.counts)
        return spent

    def read(self, layout: Layout) -> Current:
        """The workbook as it stands: one call."""
        self._transport.begin()
        self._since = dict(self._transport.account.counts)
        return self._look(layout).current

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        """Writes the plan in one guarded batch and looks at what became of it; repairs what people's edits displaced.

        Raises MergeRefused for a plan with refusals, NotConverged when something was written and not proved; any other
        WorkbookError means that nothing was written.
        """
        if plan.refusals:
            raise MergeRefused(plan.refusals[0].message, where=self.place, hint=plan.refusals[0].hint)
        sight = seen_before(current, plan.ids)
        if plan.is_empty and (sight is None or not any(place.left for place in sight.places.values())):
            return Receipt(verified=True, current=current, calls=self._budget())
        sight = sight or self._look(layout)
        work = Work(plan, layout, sight)
        if not work.take_up() and plan.is_empty:
            return Receipt(verified=True, current=current, calls=self._budget())
        pen = Pen(self._send, lambda: self._look(layout), self.place)
        after = pen.converge(work, sight)
        written = max(0, plan.cell_count - len(work.missed))
        return Receipt(
            verified=True,
            current=after.current,
            cells_written=written,
            rows_added=sum((row.tab, row.row_id) in work.placed for row in plan.appends),
            calls=self._budget(),
            repaired=tuple(work.repaired),
            missed=tuple(work.missed),
        )

    def _path(self, verb: str = "") -> str:
        if self._id is None:
            raise WorkbookMissing("the spreadsheet is still to be made", hint="run `sheetsync init --google new`")
        return f"/v4/spreadsheets/{quote(self._id, safe='')}{verb}"

    def _look(self, layout: Layout) -> Sight:
        answer: Applied = self._transport.read(self._path(), {"fields": MASK}, place=self.place)
        return seen(answer.data, layout, answer.revision)

    def _send(self, body: dict[str, Any], params: dict[str, str]) -> Outcome:
        return self._transport.write(self._path(":batchUpdate"), body, place=self.place, params=params)
