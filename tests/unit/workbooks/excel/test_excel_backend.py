"""The Excel workbook behind the port, edited by people with another program between two steps."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import CellWrite, HeadingWrite, IdReason, IdWrite, Plan, Refusal, RowAppend
from sheetsync.core.model.values import Formula
from sheetsync.core.model.workbook import Incoming, IncomingRow, IncomingTab
from sheetsync.errors import MergeRefused, WorkbookBusy, WorkbookChanged, WorkbookMissing
from sheetsync.workbooks.excel.backend import ExcelWorkbook

COLUMNS = (
    Column("task", Owner.SEEDED, Kind.TEXT, "Task"),
    Column("owner", Owner.PEOPLE, Kind.TEXT, "Owner"),
    Column("due", Owner.SEEDED, Kind.DATE, "Due"),
    Column("actual", Owner.ENGINE, Kind.MONEY, "Actual"),
    Column("seen", Owner.ENGINE, Kind.DATETIME, "Last seen"),
)
LAYOUT = Layout(
    "plan-1", "t", "2026-11", "en", "Plan", (Tab("goals", "Goals", COLUMNS), Tab("notes", "Notes", COLUMNS[:2]))
)
DUE, SEEN = dt.date(2026, 11, 30), dt.datetime(2026, 11, 22, 9, 30)
FIRST = Incoming(
    {
        "goals": IncomingTab(
            (
                IncomingRow(
                    "g1", {"task": "Cut ACoS", "due": DUE, "actual": 0.25, "seen": SEEN}, {"actual": Kind.PERCENT}
                ),
                IncomingRow("g2", {"task": "=1+1", "actual": 1200}),
            )
        ),
        "notes": IncomingTab((IncomingRow("n1", {"task": "Say hello"}),)),
    }
)


@pytest.fixture
def book(tmp_path):
    workbook = ExcelWorkbook(tmp_path / "plan.xlsx", backups=tmp_path / "backups", keep=2)
    assert workbook.create(LAYOUT, FIRST).verified
    return workbook


def cells(current, tab="goals"):
    return {row.row_id: row.cells for row in current.tabs[tab].rows}


def people(book, act):
    """People change the file with a program that rewrites all of it."""
    opened = openpyxl.load_workbook(book.path)
    act(opened)
    opened.save(book.path)


def test_what_was_created_is_read_back(book):
    current = book.read(LAYOUT)
    assert current.plan_id == "plan-1"
    assert list(current.tabs) == ["goals", "notes"]
    assert cells(current)["g1"] == {"task": "Cut ACoS", "due": DUE, "actual": 0.25, "seen": SEEN}
    assert cells(current)["g2"] == {"task": "=1+1", "actual": 1200}
    assert current.tabs["goals"].headings["due"] == "Due"
    assert current.tabs["goals"].columns == ("task", "owner", "due", "actual", "seen")


def test_creating_twice_is_refused_and_reading_nothing_is_said(book, tmp_path):
    before = book.path.read_bytes()
    with pytest.raises(WorkbookBusy):
        book.create(LAYOUT, FIRST)
    assert book.path.read_bytes() == before
    with pytest.raises(WorkbookMissing):
        ExcelWorkbook(tmp_path / "none.xlsx").read(LAYOUT)


def test_nothing_is_created_while_a_program_saves_the_workbook(tmp_path):
    (tmp_path / "~$plan.xlsx").write_bytes(b"")
    with pytest.raises(WorkbookBusy, match="open in Excel"):
        ExcelWorkbook(tmp_path / "plan.xlsx").create(LAYOUT, FIRST)
    assert not (tmp_path / "plan.xlsx").exists()


def test_a_plan_is_written_and_read_back(book):
    current = book.read(LAYOUT)
    plan = Plan(
        writes=(
            CellWrite("goals", "g1", "actual", 0.25, 1500.5, kind=Kind.MONEY),
            CellWrite("goals", "g2", "due", None, dt.date(2026, 12, 1)),
            CellWrite("goals", "g2", "actual", 1200, 0.5, kind=Kind.PERCENT),
        ),
        appends=(RowAppend("goals", "g3", {"task": "@SUM(A1)", "due": DUE, "actual": 3}, {"actual": Kind.INTEGER}),),
        headings=(HeadingWrite("goals", "task", "Task", "任务"),),
    )
    receipt = book.apply(plan, current, LAYOUT)
    assert receipt.verified
    assert (receipt.cells_written, receipt.rows_added, receipt.missed) == (plan.cell_count, 1, ())
    now = book.read(LAYOUT)
    assert now == receipt.current
    assert cells(now)["g1"]["actual"] == 1500.5
    assert cells(now)["g2"] == {"task": "=1+1", "due": dt.date(2026, 12, 1), "actual": 0.5}
    assert cells(now)["g3"] == {"task": "@SUM(A1)", "due": DUE, "actual": 3}
    assert now.tabs["goals"].headings["task"] == "任务"
    sheet = openpyxl.load_workbook(book.path)["Goals"]
    formats = {row[0].value: row[4].number_format for row in sheet.iter_rows(min_row=3) if row[0].value}
    assert "%" not in formats["g1"]
    assert formats["g2"] == "0.0%"
    assert formats["g3"] == "#,##0"


def test_an_empty_plan_leaves_the_very_file(book):
    current, before = book.read(LAYOUT), book.path.stat()
    receipt = book.apply(Plan(), current, LAYOUT)
    assert receipt.verified
    assert receipt.calls == {}
    assert (book.path.stat().st_mtime_ns, book.path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_plan_with_refusals_is_not_written(book):
    with pytest.raises(MergeRefused):
        book.apply(Plan(refusals=(Refusal("x", "no", "do that"),)), book.read(LAYOUT), LAYOUT)


def test_columns_that_moved_tabs_that_were_renamed_and_rows_that_were_inserted_are_found(book):
    def act(opened):
        sheet = opened["Goals"]
        sheet.title = "Our goals"
        sheet.insert_rows(1, 3)
        sheet["C1"] = "a title of ours"
        sheet.insert_cols(2)
        sheet["B5"] = "Our column"
        sheet.move_range("E4:E20", cols=4)

    people(book, act)
    current = book.read(LAYOUT)
    tab = current.tabs["goals"]
    assert tab.title == "Our goals"
    assert tab.columns == ("task", "owner", "actual", "seen", "due")
    assert tab.extra_columns == ("Our column",)
    receipt = book.apply(Plan(writes=(CellWrite("goals", "g2", "due", None, DUE),)), current, LAYOUT)
    assert receipt.verified
    sheet = openpyxl.load_workbook(book.path)["Our goals"]
    assert sheet["I7"].value == dt.datetime(2026, 11, 30)


def test_a_workbook_saved_meanwhile_is_not_written(book):
    current = book.read(LAYOUT)
    people(book, lambda opened: opened["Goals"].__setitem__("C3", "Ads lead"))
    before = book.path.read_bytes()
    with pytest.raises(WorkbookChanged):
        book.apply(Plan(writes=(CellWrite("goals", "g1", "actual", 0.25, 1),)), current, LAYOUT)
    assert book.path.read_bytes() == before


def test_rows_and_columns_that_went_are_missed_and_said(book):
    people(book, lambda opened: opened["Goals"].delete_cols(4))
    current = book.read(LAYOUT)
    assert "due" not in current.tabs["goals"].columns
    plan = Plan(
        writes=(CellWrite("goals", "g1", "due", None, DUE), CellWrite("goals", "gone", "actual", None, 1)),
        appends=(RowAppend("goals", "g9", {"task": "new", "due": DUE}),),
    )
    receipt = book.apply(plan, current, LAYOUT)
    assert len(receipt.missed) == 3
    assert cells(receipt.current)["g9"] == {"task": "new"}


def test_ids_are_written_where_the_row_stood(book):
    def act(opened):
        opened["Goals"].append([None, "a row of ours", "Ads lead"])
        opened["Goals"]["A3"] = None

    people(book, act)
    current = book.read(LAYOUT)
    rows = {row.cells["task"]: row for row in current.tabs["goals"].rows}
    assert rows["Cut ACoS"].row_id is None
    plan = Plan(
        ids=(
            IdWrite("goals", rows["Cut ACoS"].position, "g1", IdReason.RESTORED),
            IdWrite("goals", rows["a row of ours"].position, "p1", IdReason.NEW),
        )
    )
    now = cells(book.apply(plan, current, LAYOUT).current)
    assert now["g1"]["task"] == "Cut ACoS"
    assert now["p1"] == {"task": "a row of ours", "owner": "Ads lead"}


def test_new_rows_land_below_our_columns_whatever_people_keep_beside_them(book):
    def act(opened):
        for row in range(3, 60):
            opened["Goals"].cell(row, 12, f'=IF(B{row}="","",1)')

    people(book, act)
    current = book.read(LAYOUT)
    receipt = book.apply(Plan(appends=(RowAppend("goals", "g3", {"task": "third"}),)), current, LAYOUT)
    assert next(row.position for row in receipt.current.tabs["goals"].rows if row.row_id == "g3") == 5


def test_copied_tabs_copied_columns_and_lost_key_rows_are_told_apart(book):
    def act(opened):
        opened.copy_worksheet(opened["Goals"])
        opened["Goals"]["H1"] = "due"
        opened["Goals"]["H2"] = "Due again"
        opened["Notes"].delete_rows(1)

    people(book, act)
    current = book.read(LAYOUT)
    assert current.tabs["goals"].title == "Goals"
    assert current.duplicate_tabs == ("goals",)
    assert current.tabs["goals"].duplicate_columns == ("due",)
    assert current.keyless == ("notes",)
    people(book, lambda opened: opened["Goals"].delete_cols(1) or opened.remove(opened["Goals Copy"]))
    assert book.read(LAYOUT).tabs["goals"].id_column is False


def test_hand_typed_values_keep_their_types(book):
    def act(opened):
        sheet = opened["Goals"]
        sheet["B4"] = 12.5
        sheet["C4"] = "=B4*2"
        sheet["D4"] = 46000
        sheet["D4"].number_format = "General"
        sheet["E4"] = "n/a"

    people(book, act)
    got = cells(book.read(LAYOUT))["g2"]
    assert got["task"] == 12.5
    assert got["owner"] == Formula("=B4*2")
    assert got["due"] == dt.date(2025, 12, 9)
    assert got["actual"] == "n/a"


def test_text_over_the_limit_is_cut_and_said(book):
    current = book.read(LAYOUT)
    receipt = book.apply(Plan(writes=(CellWrite("goals", "g1", "owner", None, "😀" * 20_000),)), current, LAYOUT)
    assert receipt.verified
    assert "cut at 32767" in receipt.notes[0]
    assert cells(receipt.current)["g1"]["owner"] == "😀" * 16_383


def test_backups_are_kept(book, tmp_path):
    states = []
    for number in range(3):
        states.append(book.path.read_bytes())
        book.apply(Plan(writes=(CellWrite("goals", "g1", "actual", None, number),)), book.read(LAYOUT), LAYOUT)
    assert [backup.path.read_bytes() for backup in book.backups.of(book.path)] == [states[2], states[1]]
