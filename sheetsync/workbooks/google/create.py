"""Making the workbook: the spreadsheet (or a look at the shared one), one batch that fills it, one proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.values import same
from sheetsync.core.model.workbook import Incoming
from sheetsync.errors import NotConverged, WorkbookBusy, WorkbookDenied, WorkbookUnavailable
from sheetsync.workbooks.google.batches import LIMIT, params, size
from sheetsync.workbooks.google.build import Plot, first_rows, language_mark, plots, properties, structure, top
from sheetsync.workbooks.google.cells import stored
from sheetsync.workbooks.google.guards import Request, prove, unmarked
from sheetsync.workbooks.google.ids import sheet_id
from sheetsync.workbooks.google.outcome import Applied, NotApplied, Unknown
from sheetsync.workbooks.google.read import MASK, has_plan, standing_sheets
from sheetsync.workbooks.google.read import sight as seen
from sheetsync.workbooks.google.refusals import as_error, share
from sheetsync.workbooks.google.sight import Sight
from sheetsync.workbooks.google.transport import Transport

_ROWS_AT_ONCE = 2_000
_TRIES = 4


class Builder:
    """One build. `notes` is what people should know of it."""

    def __init__(self, layout: Layout, contents: Incoming, transport: Transport) -> None:
        self.layout, self.contents, self.transport = layout, contents, transport
        self.notes: list[str] = []
        self._plots: list[Plot] = []
        self._made: frozenset[int] = frozenset()

    def spreadsheet(self, spreadsheet_id: str | None) -> str:
        """The spreadsheet to fill: a new one, or the one that was shared. Raises WorkbookBusy where a plan stands."""
        if spreadsheet_id is None:
            self._plots = plots(self.layout, self.contents)
            return self._new()
        place = _url(spreadsheet_id)
        answer = self.transport.read(_path(spreadsheet_id), {"fields": MASK}, place=place)
        standing = has_plan(answer.data)
        if standing:
            raise WorkbookBusy(
                f"there is a plan in this spreadsheet already (tabs {', '.join(standing[:3])})",
                where=place,
                hint="use another spreadsheet, or point sheetsync.toml at this one and run `sheetsync refresh`",
            )
        titles, empty = standing_sheets(answer.data)
        # sheets of ours that are empty were left by a build that was cut short
        ours = empty & {sheet_id(self.layout.plan_id, tab.key) for tab in self.layout.tabs}
        taken = frozenset(title for number, title in titles.items() if number not in ours)
        self._plots = plots(self.layout, self.contents, taken)
        self._made = ours
        return spreadsheet_id

    def _new(self) -> str:
        if not self.transport.signed.has_storage:
            raise WorkbookDenied(
                f"{self.transport.identity} is a service account: it has no Drive storage to make spreadsheets in",
                hint=share(self.transport.identity),
            )
        sheets = [{"properties": properties(plot)} for plot in self._plots]
        body = {"properties": {"title": self.layout.title}, "sheets": sheets}
        for _ in range(_TRIES):
            place = "a new Google spreadsheet"
            made = self.transport.write("/v4/spreadsheets", body, place=place, params={"fields": "spreadsheetId"})
            if isinstance(made, Applied):
                self._made = frozenset(plot.sheet_id for plot in self._plots)
                return str(made.data["spreadsheetId"])
            if isinstance(made, NotApplied):
                raise as_error(made, place, self.transport.identity)
            # the one without an answer may exist; it is empty, and nobody's
            self.notes.append(f"an empty spreadsheet called {self.layout.title!r} may be left in Drive: delete it")
        raise WorkbookUnavailable("Google gave no answer to the making of a spreadsheet", hint="run again")

    def fill(self, spreadsheet_id: str, look: Callable[[Layout], Sight]) -> Sight:
        """Fills the tabs, checks every cell in the answer, and proves that the guard holds here."""
        place = _url(spreadsheet_id)
        bodies = self._bodies()
        sight: Sight | None = None
        for number, requests in enumerate(bodies):
            sight = self._send(spreadsheet_id, requests, place, number, last=number == len(bodies) - 1, look=look)
        sight = sight or look(self.layout)
        wrong = self._wrong(sight)
        if wrong:
            raise NotConverged(
                f"the workbook was made, but {wrong} is not as written", where=place, hint="delete it, init again"
            )
        self._prove(spreadsheet_id, sight, place)
        return sight

    def _bodies(self) -> list[list[Request]]:
        """All requests, in as few bodies as the size allows; the first one carries the structure."""
        made = {plot.tab.key: plot for plot in self._plots}
        fields = "title,hidden,gridProperties"
        sheets: list[Request] = [
            {"updateSheetProperties": {"properties": properties(plot), "fields": fields}}
            if plot.sheet_id in self._made
            else {"addSheet": {"properties": properties(plot)}}
            for plot in self._plots
        ]
        head = [*sheets, *(top(self.layout, plot) for plot in self._plots)]
        looks = [request for plot in self._plots for request in structure(self.layout, plot, made)]
        bodies: list[list[Request]] = [[*head, *looks, language_mark(self.layout)]]
        weight = size(bodies[0])
        for plot in self._plots:
            said = self.contents.tabs.get(plot.tab.key)
            rows = said.rows if said else ()
            for at in range(0, len(rows), _ROWS_AT_ONCE):
                requests = first_rows(plot, rows[at : at + _ROWS_AT_ONCE], at)
                heavy = size(requests)
                if weight + heavy > LIMIT:
                    bodies.append([])
                    weight = 0
                bodies[-1] += requests
                weight += heavy
        return bodies

    def _send(
        self,
        spreadsheet_id: str,
        requests: list[Request],
        place: str,
        number: int,
        *,
        last: bool,
        look: Callable[[Layout], Sight],
    ) -> Sight | None:
        """Sends one body until it is known to be done. On fresh sheets the same cells twice are once."""
        body: dict[str, Any] = {"requests": requests} | ({"includeSpreadsheetInResponse": True} if last else {})
        for _ in range(_TRIES):
            outcome = self.transport.write(
                _path(spreadsheet_id, ":batchUpdate"), body, place=place, params=params(look=last)
            )
            if isinstance(outcome, Applied):
                book = outcome.data.get("updatedSpreadsheet")
                return seen(book, self.layout, outcome.revision) if book else None
            if isinstance(outcome, Unknown) and number:
                continue
            sight = look(self.layout)
            if len(sight.places) == len(self.layout.tabs):
                return sight if last else None
            if isinstance(outcome, NotApplied):
                raise as_error(outcome, place, self.transport.identity)
        raise NotConverged("Google gave no answer to the making of the tabs", where=place, hint="init again")

    def _wrong(self, sight: Sight) -> str:
        """The first cell that does not hold what was written; "" when all do."""
        for tab in self.layout.tabs:
            said = self.contents.tabs.get(tab.key)
            stand = {row.row_id: row.cells for row in sight.rows(tab.key)}
            if tab.key not in sight.places:
                return tab.title
            for row in said.rows if said else ():
                cells = stand.get(row.row_id)
                for column in tab.columns:
                    want = stored(row.cells.get(column.key), column.kind)
                    if cells is None or not same(cells.get(column.key), want):
                        return f"{tab.title}!{row.row_id}!{column.key}"
        return ""

    def _prove(self, spreadsheet_id: str, sight: Sight, place: str) -> None:
        """Asks for a mark twice: Google must refuse it. Without that our guard against moved columns is none."""
        tab = self.layout.tabs[0].key
        request = prove(self.layout.plan_id, tab, sight.places[tab])
        mark = request["createDeveloperMetadata"]["developerMetadata"]["metadataId"]
        try:
            outcome = self.transport.write(
                _path(spreadsheet_id, ":batchUpdate"), {"requests": [request]}, place=place, params=params(look=False)
            )
        except WorkbookUnavailable:
            outcome = Unknown("no answer")
        if isinstance(outcome, NotApplied):
            return
        if isinstance(outcome, Unknown):
            self.notes.append("the guard against moved columns could not be tried out: Google gave no answer")
            return
        undo = {"requests": [unmarked(mark)]}
        self.transport.write(_path(spreadsheet_id, ":batchUpdate"), undo, place=place, params=params(look=False))
        raise NotConverged(
            "Google took one metadata id twice: sheetsync cannot guard this spreadsheet against moved columns",
            where=place,
            hint="please report this; do not refresh this workbook",
        )


def _path(spreadsheet_id: str, verb: str = "") -> str:
    return f"/v4/spreadsheets/{quote(spreadsheet_id, safe='')}{verb}"


def _url(spreadsheet_id: str) -> str:
    return f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}"
