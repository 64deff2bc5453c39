"""Calls and bytes of build and refresh in Google Sheets, beside an ordinary gspread script.

Both run against the same local Sheets server in one run; the table goes to standard output:

    scripts/bench google                 # 6 tabs x 200 rows and 11 tabs x 5,000 rows (minutes: the server is slow)
    scripts/bench google --small         # the first only

Bytes are those of request and answer bodies, unpacked. Google's quota is 60 reads and 60 writes a minute.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the local Sheets server lies beside the tests

from sheetsync.core.model.layout import Choice, ChoiceList, Column, Kind, Layout, Owner, Paint, Tab
from sheetsync.core.model.plan import CellWrite, Plan, RowAppend
from sheetsync.core.model.workbook import Current, Incoming, IncomingRow, IncomingTab
from sheetsync.workbooks.google.auth import local
from sheetsync.workbooks.google.backend import GoogleWorkbook
from sheetsync.workbooks.google.transport import Transport
from tests.sheets_server.server import SheetsServer

SIZES = ((6, 200), (11, 5_000))
CHANGED, ADDED = 50, 5
"""Cells that change in a refresh, and rows that are added."""

COLUMNS = (
    Column("task", Owner.SEEDED, Kind.TEXT, "Task"),
    Column("owner", Owner.PEOPLE, Kind.TEXT, "Owner"),
    Column("status", Owner.PEOPLE, Kind.CHOICE, "Status", choices="status"),
    Column("due", Owner.PEOPLE, Kind.DATE, "Due"),
    Column("note", Owner.PEOPLE, Kind.NOTE, "Note"),
    Column("hours", Owner.PEOPLE, Kind.NUMBER, "Hours"),
    Column("sales", Owner.ENGINE, Kind.MONEY, "Sales"),
    Column("spend", Owner.ENGINE, Kind.MONEY, "Spend"),
    Column("share", Owner.ENGINE, Kind.PERCENT, "Share"),
    Column("late", Owner.ENGINE, Kind.INTEGER, "Days late"),
    Column("light", Owner.ENGINE, Kind.LIGHT, "Light"),
    Column("why", Owner.ENGINE, Kind.TEXT, "Why"),
)
PAINTS = tuple(Paint("light", light, words=(light,)) for light in ("red", "yellow", "green"))
HEADINGS = [column.heading for column in COLUMNS]


def layout_of(tabs: int) -> Layout:
    made = tuple(Tab(f"tab{n}", f"Tab {n}", COLUMNS, paints=PAINTS) for n in range(tabs))
    status = ChoiceList("status", (Choice("todo", "To do"), Choice("done", "Done")))
    return Layout("bench", "bench", "2026-03", "en", "Bench", made, (status,))


def cells(number: int) -> dict[str, Any]:
    told = {"task": f"Task {number}", "sales": number * 3.25, "spend": number / 7, "share": 0.22, "late": number % 9}
    return told | {"light": ("red", "yellow", "green")[number % 3], "why": f"reason {number}"}


def contents_of(tabs: int, rows: int) -> Incoming:
    said = tuple(IncomingRow(f"r{n}", cells(n)) for n in range(rows))
    return Incoming({f"tab{n}": IncomingTab(said) for n in range(tabs)})


def changes(tabs: int, current: Current, *, added: int) -> Plan:
    """CHANGED cells spread over all tabs, and new rows on the first ones."""
    writes = []
    for n in range(CHANGED):
        row = current.tabs[f"tab{n % tabs}"].rows[n * 3]
        writes.append(CellWrite(f"tab{n % tabs}", str(row.row_id), "sales", row.cells["sales"], 1e6 + n))
    return Plan(tuple(writes), tuple(RowAppend(f"tab{n % tabs}", f"new{n}", cells(n)) for n in range(added)))


class Table:
    """Rows of the report, measured on the server."""

    def __init__(self, server: SheetsServer) -> None:
        self.server = server

    def measure(self, name: str, deed: Callable[[], Any]) -> Any:
        """Does something and prints what it cost."""
        self.server.reset()
        start = time.perf_counter()
        result = deed()
        took = time.perf_counter() - start
        calls = [call for call in self.server.requests if call.kind in {"read", "write", "drive"}]
        kinds = [sum(call.kind == kind for call in calls) for kind in ("read", "write", "drive")]
        sent, got = sum(call.bytes for call in calls), sum(call.response_bytes for call in calls)
        counted = " | ".join(str(kind) for kind in kinds)
        print(f"| {name} | {len(calls)} | {counted} | {sent:,} | {got:,} | {took:.1f} |", flush=True)
        return result


def sheetsync(table: Table, server: SheetsServer, tabs: int, rows: int) -> None:
    layout = layout_of(tabs)
    workbook = GoogleWorkbook("new", Transport(local, base_url=server.url))
    table.measure("sheetsync: build", lambda: workbook.create(layout, contents_of(tabs, rows)))
    table.measure("sheetsync: idle refresh", lambda: workbook.apply(Plan(), workbook.read(layout), layout))

    def refresh(added: int) -> None:
        current = workbook.read(layout)
        receipt = workbook.apply(changes(tabs, current, added=added), current, layout)
        assert receipt.verified

    table.measure(f"sheetsync: refresh, {CHANGED} cells", lambda: refresh(0))
    table.measure(f"sheetsync: refresh, {CHANGED} cells + {ADDED} rows", lambda: refresh(ADDED))


def ordinary(table: Table, server: SheetsServer, tabs: int, rows: int) -> None:
    """What tutorials do: one worksheet after the other, one cell after the other."""
    import gspread

    book = server.create("Ordinary")
    client = gspread.Client(local().credentials)

    def build() -> None:
        sheet = client.open_by_key(book.spreadsheet_id)
        for number in range(tabs):
            tab = sheet.add_worksheet(f"Tab {number}", rows + 200, len(COLUMNS))
            values = [HEADINGS, *([cells(n).get(column.key, "") for column in COLUMNS] for n in range(rows))]
            tab.update(values, "A1")
            tab.freeze(rows=1)
            tab.format("A1:L1", {"textFormat": {"bold": True}})
            tab.format("G2:H", {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}})
            tab.format("I2:I", {"numberFormat": {"type": "PERCENT", "pattern": "0.0%"}})
            tab.add_validation("C2:C", gspread.utils.ValidationConditionType.one_of_list, ["To do", "Done"])
            tab.add_protected_range("G2:L", description="computed")

    def refresh(added: int) -> None:
        sheet = client.open_by_key(book.spreadsheet_id)
        found = []
        for number in range(tabs):
            tab = sheet.worksheet(f"Tab {number}")
            tab.get_all_records()
            found.append(tab)
        for n in range(CHANGED):
            found[n % tabs].update_cell(n * 3 + 2, 7, 1e6 + n)
        for n in range(added):
            found[n % tabs].append_row([cells(n).get(column.key, "") for column in COLUMNS])

    table.measure("ordinary gspread: build", build)
    table.measure(f"ordinary gspread: refresh, {CHANGED} cells", lambda: refresh(0))
    table.measure(f"ordinary gspread: refresh, {CHANGED} cells + {ADDED} rows", lambda: refresh(ADDED))


def pointed_at(server: SheetsServer) -> mock._patch_dict:
    """The URL constants of gspread, pointed at the local server."""
    import gspread.http_client

    names = {
        name: url for name, url in vars(gspread.http_client).items() if name.isupper() and "googleapis" in str(url)
    }
    moved = {name: server.url + url.split("googleapis.com", 1)[1] for name, url in names.items()}
    return mock.patch.dict(vars(gspread.http_client), moved)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="6 tabs x 200 rows only")
    sizes = SIZES[:1] if parser.parse_args().small else SIZES
    for tabs, rows in sizes:
        print(f"\n### {tabs} tabs x {rows:,} rows x {len(COLUMNS)} columns\n")
        print("| | calls | reads | writes | Drive | bytes sent | bytes received | seconds |")
        print("|---|---|---|---|---|---|---|---|")
        with SheetsServer() as server, pointed_at(server):
            table = Table(server)
            sheetsync(table, server, tabs, rows)
            ordinary(table, server, tabs, rows)


if __name__ == "__main__":
    main()
