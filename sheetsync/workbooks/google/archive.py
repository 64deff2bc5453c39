"""A copy of the whole spreadsheet, kept when a month is closed: made by Drive, so that nothing in it is lost."""

from __future__ import annotations

from urllib.parse import quote

from sheetsync.errors import NotConverged, WorkbookDenied
from sheetsync.workbooks.base import Workbook
from sheetsync.workbooks.google.backend import GoogleWorkbook, spreadsheet_id
from sheetsync.workbooks.google.outcome import Applied, NotApplied
from sheetsync.workbooks.google.refusals import as_error


def copy_spreadsheet(workbook: Workbook, name: str) -> str:
    """Copies the spreadsheet in Drive under a name; gives the URL of the copy.

    Raises WorkbookDenied for a sign-in without Drive storage (a service account): people make that copy themselves.
    NotConverged: Drive did not answer, the copy may exist.
    """
    if not isinstance(workbook, GoogleWorkbook):
        raise TypeError(f"not a Google workbook: {workbook.place}")
    transport = workbook.transport
    if not transport.signed.has_storage:
        raise WorkbookDenied(
            "a service account cannot keep a copy: it has no Drive storage",
            where=workbook.place,
            hint=f"in the browser: File > Make a copy, named {name!r}; then go on with `--no-archive`",
        )
    path = f"/drive/v3/files/{quote(spreadsheet_id(workbook.place) or '', safe='')}/copy"
    outcome = transport.write(path, {"name": name}, place=workbook.place, params={"fields": "id"})
    if isinstance(outcome, Applied):
        return f"https://docs.google.com/spreadsheets/d/{outcome.data['id']}"
    if isinstance(outcome, NotApplied):
        raise as_error(outcome, workbook.place, transport.identity)
    raise NotConverged(
        f"Drive did not say whether it made the copy {name!r}",
        where=workbook.place,
        hint="look for it in Drive; delete it there if it is incomplete, and run again",
    )
