"""The workbook on Google as a whole: made, shared, read by others, switched to another language, damaged by people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sample_layout import CONTENTS, LAYOUT

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import HeadingWrite, Plan, RowAppend
from sheetsync.core.model.values import Formula, same
from sheetsync.errors import ConfigError, NotConverged, WorkbookBusy, WorkbookDenied, WorkbookError, WorkbookMissing
from sheetsync.workbooks.google.archive import copy_spreadsheet
from sheetsync.workbooks.google.auth import SignIn, local
from sheetsync.workbooks.google.backend import GoogleWorkbook, spreadsheet_id
from sheetsync.workbooks.google.transport import Transport
from sheetsync.workbooks.memory import MemoryWorkbook
from tests.sheets_server.server import SheetsServer
from tests.sheets_server.values import Unverified


@pytest.fixture(scope="module")
def running() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started


@pytest.fixture
def server(running: SheetsServer) -> SheetsServer:
    running.reset()
    return running


def open_(server: SheetsServer, place: str = "new", sign_in: Any = local) -> GoogleWorkbook:
    return GoogleWorkbook(place, Transport(sign_in, base_url=server.url, sleep=lambda _: None))


def people_of(server: SheetsServer, workbook: GoogleWorkbook) -> Any:
    return server.people(spreadsheet_id(workbook.place))


def service_account() -> SignIn:
    made = local()
    return SignIn(made.credentials, "bot@project.iam.gserviceaccount.com", "service account key", (), has_storage=False)


class TestMaking:
    def test_two_calls_and_a_proof(self, server: SheetsServer) -> None:
        workbook = open_(server)
        receipt = workbook.create(LAYOUT, CONTENTS)
        assert receipt.verified
        apis = [call.api.removeprefix("sheets.spreadsheets.") for call in server.requests]
        assert apis == ["create", "batchUpdate", "batchUpdate"]
        assert server.requests[-1].status == 400
        assert (receipt.rows_added, receipt.calls["write"]) == (7, 3)

    def test_beside_what_stands_in_a_shared_spreadsheet(self, server: SheetsServer) -> None:
        book = server.create("Theirs")
        people = server.people(book.spreadsheet_id)
        people.set_range("Sheet1", "A1", [["theirs", 1], ["=A1", 2]])
        people.rename_tab("Sheet1", "tasks")
        kept = people.values("tasks", render="FORMULA")
        workbook = open_(server, f"https://docs.google.com/spreadsheets/u/0/d/{book.spreadsheet_id}/edit#gid=0")
        workbook.create(LAYOUT, CONTENTS)
        assert people.tabs() == ["tasks", "Home", "Tasks (2)", "Team's list", "Series"]
        assert people.values("tasks", render="FORMULA") == kept
        assert workbook.read(LAYOUT).tabs["tasks"].title == "Tasks (2)"

    def test_a_second_plan_is_refused(self, server: SheetsServer) -> None:
        workbook = open_(server)
        workbook.create(LAYOUT, CONTENTS)
        with pytest.raises(WorkbookBusy):
            open_(server, workbook.place).create(LAYOUT, CONTENTS)

    def test_a_service_account_is_told_to_have_one_shared(self, server: SheetsServer) -> None:
        with pytest.raises(WorkbookDenied) as caught:
            open_(server, sign_in=service_account).create(LAYOUT, CONTENTS)
        assert "share it with bot@project.iam.gserviceaccount.com" in (caught.value.hint or "")
        assert "sheetsync init --google" in (caught.value.hint or "")
        assert server.requests == []

    @pytest.mark.parametrize("kind", ["reset-after", "503-after", "truncated", "reset-before", "500-before"])
    @pytest.mark.parametrize("index", range(3))
    def test_a_lost_answer_does_not_make_it_twice(self, server: SheetsServer, index: int, kind: str) -> None:
        server.faults.at(index, kind)
        workbook = open_(server)
        receipt = workbook.create(LAYOUT, CONTENTS)
        assert receipt.verified
        assert people_of(server, workbook).tabs() == ["Home", "Tasks", "Team's list", "Series"]
        assert [row.row_id for row in workbook.read(LAYOUT).tabs["home"].rows] == ["h1", "h2", "h3", "h4", "h5"]

    def test_without_the_proof_it_is_not_called_done(self, server: SheetsServer) -> None:
        """A Google that takes one metadata id twice would break the guard: it is found out before any refresh."""
        from tests.sheets_server import requests_metadata

        workbook = open_(server)
        workbook.create(LAYOUT, CONTENTS)
        real = requests_metadata.create

        def lenient(batch: Any, body: dict[str, Any]) -> Any:
            if body["developerMetadata"].get("metadataValue") == "proof":
                return {}
            return real(batch, body)

        from tests.sheets_server import batch

        with mock.patch.dict(batch.KINDS, {"createDeveloperMetadata": lenient}), pytest.raises(NotConverged):
            open_(server).create(LAYOUT, CONTENTS)


class TestReading:
    @pytest.fixture
    def workbook(self, server: SheetsServer) -> GoogleWorkbook:
        made = open_(server)
        made.create(LAYOUT, CONTENTS)
        return made

    def test_cells_of_mixed_columns_come_back(self, workbook: GoogleWorkbook) -> None:
        said = {row.row_id: row.cells for row in CONTENTS.tabs["home"].rows}
        for row in workbook.read(LAYOUT).tabs["home"].rows:
            assert row.row_id
            assert same(row.cells["value"], said[row.row_id]["value"])

    def test_as_the_memory_workbook_reads_it(self, workbook: GoogleWorkbook) -> None:
        memory = MemoryWorkbook()
        memory.create(LAYOUT, CONTENTS)
        ours, theirs = workbook.read(LAYOUT), memory.read(LAYOUT)
        for key, tab in theirs.tabs.items():
            found = ours.tabs[key]
            assert (found.title, found.columns, found.headings, found.hidden) == (
                tab.title, tab.columns, tab.headings, tab.hidden)  # fmt: skip
            assert [(row.row_id, row.position) for row in found.rows] == [
                (row.row_id, row.position) for row in tab.rows
            ]

    def test_gspread_reads_the_same(self, server: SheetsServer, workbook: GoogleWorkbook) -> None:
        """An independent reader: what people see, through the library most scripts use."""
        import gspread
        import gspread.http_client

        known = vars(gspread.http_client).items()
        google = {name: str(url) for name, url in known if name.isupper() and "googleapis" in str(url)}
        urls = {name: server.url + url.split("googleapis.com", 1)[1] for name, url in google.items()}
        with mock.patch.dict(vars(gspread.http_client), urls):
            book = gspread.Client(local().credentials).open_by_key(spreadsheet_id(workbook.place))
            home = book.worksheet("Home")
            assert [tab.title for tab in book.worksheets()] == ["Home", "Tasks", "Team's list", "Series"]
            assert home.row_values(2) == ["plan-g", "What", "Value", "Theme", "Refresh requested"]
            assert home.col_values(2)[2:] == ["Sales", "As of", "Refreshed", "Stale?", "ACoS"]
            assert home.acell("C4").value == "2026-03-09"
            assert home.acell("C5").value == "2026-03-09 07:30"
            assert home.acell("C7").value == "22.0%"
            assert book.worksheet("Tasks").acell("B3", "FORMULA").value in {"=1+1", "'=1+1"}
            assert book.worksheet("Tasks").acell("B3").value == "=1+1"
            assert book.worksheet("Series").isSheetHidden
            assert home.frozen_row_count == 2

    def test_a_copied_tab_is_told_and_the_first_is_read(self, server: SheetsServer, workbook: GoogleWorkbook) -> None:
        people = people_of(server, workbook)
        people.duplicate_tab("Tasks", "Copy")
        people.move_tab("Copy", 0)
        people.set_cell("Copy", "B3", "in the copy")
        current = workbook.read(LAYOUT)
        assert current.duplicate_tabs == ("tasks",)
        assert current.tabs["tasks"].rows[0].cells["task"] == "=1+1"

    def test_a_tab_without_its_keys_is_told(self, server: SheetsServer, workbook: GoogleWorkbook) -> None:
        people = people_of(server, workbook)
        people.delete_rows("Tasks", 1)
        people.delete_columns("Home", "A")
        current = workbook.read(LAYOUT)
        assert current.keyless == ("tasks",)
        assert not current.tabs["home"].id_column
        assert current.tabs["home"].rows == ()
        assert current.tabs["home"].columns == ("label", "value", "theme", "again")

    def test_what_is_not_there_is_missing(self, server: SheetsServer) -> None:
        assert not open_(server).exists()
        gone = open_(server, "1" + "x" * 43)
        assert not gone.exists()
        with pytest.raises(WorkbookMissing):
            gone.read(LAYOUT)


class TestWriting:
    @pytest.fixture
    def workbook(self, server: SheetsServer) -> GoogleWorkbook:
        made = open_(server)
        made.create(LAYOUT, CONTENTS)
        return made

    def test_new_rows_keep_kinds_dropdowns_and_checkboxes(self, server: SheetsServer, workbook: GoogleWorkbook) -> None:
        rows = (
            RowAppend("home", "h6", {"label": "ROAS", "value": 0.5}, {"value": LAYOUT.tabs[1].columns[4].kind}),
            RowAppend("home", "h7", {"label": "Formula", "value": Formula("=1+2")}),
        )
        receipt = workbook.apply(Plan(appends=rows), workbook.read(LAYOUT), LAYOUT)
        found = {row.row_id: row.cells for row in receipt.current.tabs["home"].rows}
        assert found["h6"]["value"] == 0.5
        assert found["h7"]["value"] == Formula("=1+2", 3)
        people = people_of(server, workbook)
        assert people.format("Home", "C8")["numberFormat"]["type"] == "PERCENT"
        assert people.tab("Home").grid.get(7, 4).rule["condition"]["type"] == "BOOLEAN"

    def test_more_rows_than_there_is_room_for(self, server: SheetsServer, workbook: GoogleWorkbook) -> None:
        rows = tuple(RowAppend("tasks", f"n{n}", {"task": f"Task {n}", "light": "Red"}) for n in range(450))
        receipt = workbook.apply(Plan(appends=rows), workbook.read(LAYOUT), LAYOUT)
        assert receipt.rows_added == 450
        assert server.count("write") == 4
        people = people_of(server, workbook)
        last = people.tab("Tasks").grid.get(452, 3)
        assert last.rule["condition"]["type"] == "ONE_OF_LIST"
        assert people.format("Tasks", "G453")["horizontalAlignment"] == "CENTER"

    def test_a_language_is_switched_only_where_people_left_the_heading(
        self, server: SheetsServer, workbook: GoogleWorkbook
    ) -> None:
        current = workbook.read(LAYOUT)
        people_of(server, workbook).set_cell("Tasks", "E2", "Deadline")
        chinese = Layout(LAYOUT.plan_id, LAYOUT.template, LAYOUT.month, "zh", "计划", LAYOUT.tabs, LAYOUT.choices)
        headings = (HeadingWrite("tasks", "task", "Task", "任务"), HeadingWrite("tasks", "due", "Due", "到期"))
        receipt = workbook.apply(Plan(headings=headings), current, chinese)
        assert receipt.missed == ("tasks!due",)
        assert receipt.current.tabs["tasks"].headings["task"] == "任务"
        assert receipt.current.tabs["tasks"].headings["due"] == "Deadline"
        assert receipt.current.language == "zh"

    def test_a_copy_of_the_spreadsheet_is_healed_before_it_is_written(
        self, server: SheetsServer, workbook: GoogleWorkbook
    ) -> None:
        """A copy may come without developer metadata: the marks are made anew from the keys, then it is written."""
        from sheetsync.core.model.plan import CellWrite

        people_of(server, workbook).book.metadata.clear()
        plan = Plan(writes=(CellWrite("tasks", "t1", "light", "Red", "Green"),))
        receipt = workbook.apply(plan, workbook.read(LAYOUT), LAYOUT)
        assert receipt.verified
        assert receipt.current.tabs["tasks"].rows[0].cells["light"] == "Green"
        again = Plan(writes=(CellWrite("tasks", "t1", "light", "Green", "Red"),))
        server.reset()
        workbook.apply(again, receipt.current, LAYOUT)
        assert server.count("write") == 1

    @pytest.mark.parametrize(
        "unverified", [Unverified(), Unverified(filter_nulls_skip=False), Unverified(unmatched_filter_fails=True)]
    )
    def test_what_nobody_has_verified_does_not_matter(self, unverified: Unverified) -> None:
        with SheetsServer(unverified=unverified) as server:
            workbook = open_(server)
            workbook.create(LAYOUT, CONTENTS)
            rows = (RowAppend("tasks", "n1", {"task": "New"}),)
            assert workbook.apply(Plan(appends=rows), workbook.read(LAYOUT), LAYOUT).verified


class TestArchive:
    def test_a_copy_of_the_whole_spreadsheet(self, server: SheetsServer) -> None:
        workbook = open_(server)
        workbook.create(LAYOUT, CONTENTS)
        url = copy_spreadsheet(workbook, "March plan, closed")
        assert server.people(spreadsheet_id(url)).tabs() == ["Home", "Tasks", "Team's list", "Series"]

    def test_a_service_account_cannot_and_says_what_people_can(self, server: SheetsServer) -> None:
        workbook = open_(server, "1" + "x" * 43, service_account)
        with pytest.raises(WorkbookDenied) as caught:
            copy_spreadsheet(workbook, "March")
        assert "Make a copy" in (caught.value.hint or "")


class TestPlace:
    @pytest.mark.parametrize(
        "text",
        [
            "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ_-01234567/edit#gid=0",
            "https://docs.google.com/spreadsheets/u/1/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ_-01234567",
            "1aBcDeFgHiJkLmNoPqRsTuVwXyZ_-01234567",
        ],
    )
    def test_a_url_or_an_id(self, text: str) -> None:
        assert spreadsheet_id(text) == "1aBcDeFgHiJkLmNoPqRsTuVwXyZ_-01234567"

    @pytest.mark.parametrize("text", ["", "plan.xlsx", "https://example.com/", "../../etc/passwd", "short"])
    def test_anything_else_is_refused_with_the_way_on(self, text: str) -> None:
        with pytest.raises(ConfigError) as caught:
            spreadsheet_id(text)
        assert caught.value.hint

    def test_new_is_new(self) -> None:
        assert spreadsheet_id("new") is None

    def test_a_project_opens_it_without_signing_in(self, tmp_path: Path, server: SheetsServer) -> None:
        from sheetsync.config import parse_config

        text = {"plan": {"id": "p", "month": "2026-03", "marketplaces": ["US"]}, "workbook": {"google": "new"}}
        config = parse_config(text, where="sheetsync.toml", marketplaces=("US",))
        workbook = GoogleWorkbook.from_config(tmp_path, config, {"SHEETSYNC_GOOGLE_BASE_URL": server.url})
        assert not workbook.exists()
        assert workbook.create(LAYOUT, CONTENTS).verified
        again = GoogleWorkbook.from_config(tmp_path, config, {"SHEETSYNC_GOOGLE_BASE_URL": server.url})
        assert again.place == workbook.place
        assert again.read(LAYOUT).plan_id == "plan-g"

    @pytest.mark.parametrize("fault", ["401", "403-permission", "reset-before"])
    def test_a_build_that_was_cut_short_is_taken_up_again(
        self, tmp_path: Path, server: SheetsServer, fault: str
    ) -> None:
        workbook = GoogleWorkbook("new", Transport(local, base_url=server.url, sleep=lambda _: None), tmp_path / "m")
        server.faults.at(1, fault, forever=True)
        with pytest.raises(WorkbookError):
            workbook.create(LAYOUT, CONTENTS)
        server.reset()
        again = GoogleWorkbook("new", Transport(local, base_url=server.url), tmp_path / "m")
        assert again.place == workbook.place
        current = again.read(LAYOUT)
        assert (current.tabs, current.keyless, current.plan_id) == ({}, (), None)
        assert again.create(LAYOUT, CONTENTS).verified
        assert people_of(server, again).tabs() == ["Home", "Tasks", "Team's list", "Series"]

    def test_no_real_sign_in_goes_anywhere_but_google(self, tmp_path: Path) -> None:
        from sheetsync.config import parse_config

        text = {"plan": {"id": "p", "month": "2026-03", "marketplaces": ["US"]}, "workbook": {"google": "new"}}
        config = parse_config(text, where="sheetsync.toml", marketplaces=("US",))
        with pytest.raises(ConfigError):
            GoogleWorkbook.from_config(tmp_path, config, {"SHEETSYNC_GOOGLE_BASE_URL": "https://evil.example"})
        here = GoogleWorkbook.from_config(tmp_path, config, {"SHEETSYNC_GOOGLE_BASE_URL": "http://127.0.0.1:9"})
        assert here.transport.signed.kind == "local server"


def test_errors_are_of_the_tree(server: SheetsServer) -> None:
    book = server.create("Foreign")
    server.account.foreign.add(book.spreadsheet_id)
    with pytest.raises(WorkbookError) as caught:
        open_(server, book.spreadsheet_id, service_account).read(LAYOUT)
    assert isinstance(caught.value, WorkbookDenied)
    assert "bot@project.iam.gserviceaccount.com" in caught.value.message
