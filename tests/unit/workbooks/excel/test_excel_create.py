"""A new Excel workbook: what stands where, what is live in it, and that nothing is written by half."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "core" / "tabs"))

import sample_month as sample

from sheetsync.core.model.layout import Chart, Column, Kind, Layout, Owner, Paint, Tab
from sheetsync.core.model.light import COLOURS, Light
from sheetsync.core.model.values import Formula
from sheetsync.core.model.workbook import Incoming, IncomingRow, IncomingTab
from sheetsync.core.tabs.home import stale_light
from sheetsync.errors import WorkbookError
from sheetsync.pipeline.compute import contents_of
from sheetsync.workbooks.excel.create import LAST_ROW, create_workbook


@pytest.fixture(scope="module", params=["en", "zh"])
def made(request, tmp_path_factory):
    story = sample.Story(request.param)
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    create_workbook(path, story.layout, contents_of(story.outcome, story.layout))
    return story, path, openpyxl.load_workbook(path)


def sheet_of(book, layout, key):
    return book[layout.tab(key).title]


def tiny(*columns: Column, **more) -> Layout:
    tab = Tab("goals", "Goals", columns, **more)
    return Layout("plan-7", "tiny", "2026-11", "en", "Tiny", (tab,), lights=())


def one(**cells) -> Incoming:
    kinds = cells.pop("kinds", {})
    return Incoming({"goals": IncomingTab((IncomingRow("g.1", cells, kinds),))})


def text(key: str, kind: Kind = Kind.TEXT, **more) -> Column:
    return Column(key, Owner.ENGINE, kind, key.title(), **more)


def test_every_tab_says_who_it_is_in_hidden_places(made):
    story, _, book = made
    for tab in story.layout.tabs:
        sheet = sheet_of(book, story.layout, tab.key)
        assert sheet["A1"].value == f"sheetsync:{tab.key}"
        assert sheet["A2"].value == "plan-1"
        assert sheet.row_dimensions[1].hidden
        assert sheet.column_dimensions["A"].hidden
        assert [cell.value for cell in sheet[1][1:]] == [column.key for column in tab.columns]
        assert [cell.value for cell in sheet[2][1:]] == [column.heading for column in tab.columns]
        assert sheet.sheet_state == ("hidden" if tab.hidden else "visible")
    assert book.active.title == story.layout.tabs[0].title


def test_every_value_stands_typed_where_it_belongs(made):
    story, _, book = made
    contents = contents_of(story.outcome, story.layout)
    for tab in story.layout.tabs:
        sheet = sheet_of(book, story.layout, tab.key)
        rows = {row[0].value: row for row in sheet.iter_rows(min_row=3) if row[0].value}
        assert list(rows) == [row.row_id for row in contents.tabs[tab.key].rows]
        for row in contents.tabs[tab.key].rows:
            for number, column in enumerate(tab.columns, 1):
                value, cell = row.cells.get(column.key), rows[row.row_id][number]
                if isinstance(value, Formula):
                    assert cell.value == value.text
                elif isinstance(value, date):
                    assert cell.is_date
                elif value is not None and value != "":
                    assert cell.value == value
                    assert cell.data_type != "f"


def test_sorting_through_the_filter_takes_the_row_ids_along(made):
    story, _, book = made
    for tab in story.layout.tabs:
        reference = sheet_of(book, story.layout, tab.key).auto_filter.ref
        assert bool(reference) == (tab.filter and not tab.hidden)
        if reference:
            assert reference.startswith("A2:")
            assert reference.endswith(str(LAST_ROW))


def test_dropdowns_reach_below_the_data_and_refuse_nothing(made):
    story, _, book = made
    sheet = sheet_of(book, story.layout, "weekly")
    lists = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    tab = story.layout.tab("weekly")
    place = {column.key: openpyxl.utils.get_column_letter(n) for n, column in enumerate(tab.columns, 2)}
    for key in ("status", "owner", "week", "module", "metric"):
        rule = lists[f"{place[key]}3:{place[key]}{LAST_ROW}"]
        assert not rule.showErrorMessage
        assert len(rule.formula1) <= 255
    owners = sheet_of(book, story.layout, "owners")
    assert owners.title in lists[f"{place['owner']}3:{place['owner']}{LAST_ROW}"].formula1
    words = lists[f"{place['status']}3:{place['status']}{LAST_ROW}"].formula1
    _, cells = words.replace("'", "").split("!")
    shown = [cell[0].value for cell in book["_lists"][cells.replace("$", "")]]
    assert shown == [entry.word for entry in story.layout.choice_list("statuses").entries]


def test_headings_explain_themselves(made):
    story, _, book = made
    sheet = sheet_of(book, story.layout, "goals")
    hints = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation if rule.prompt}
    assert len(hints) == len(story.layout.tab("goals").columns)
    assert all(len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32 for rule in hints.values())


def test_colours_are_live_for_every_light_and_date(made):
    story, _, book = made
    for tab in story.layout.tabs:
        sheet = sheet_of(book, story.layout, tab.key)
        formulas = [rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules]
        assert len(formulas) >= len(tab.paints)
        assert all(len(formula) <= 255 and "{" not in formula for formula in formulas)
    fills = {
        rule.dxf.fill.bgColor.rgb[-6:]
        for area in sheet_of(book, story.layout, "goals").conditional_formatting
        for rule in area.rules
    }
    assert {colour.fill for colour in COLOURS.values()} <= fills


def test_it_opens_and_prints_well(made):
    story, path, book = made
    for tab in story.layout.tabs:
        sheet = sheet_of(book, story.layout, tab.key)
        assert sheet.freeze_panes.endswith("3")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in (None, 1), "one page wide; 1 is what nothing means"
        assert sheet.print_title_rows == "$2:$2"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    with zipfile.ZipFile(path) as parts:
        home = parts.read("xl/worksheets/sheet1.xml").decode()
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == len(story.layout.tab("home").charts) == 4
    assert "customHeight" not in home, "rows would no longer fit themselves when people edit them"
    assert 'ht="' in home


def test_a_tick_box_is_a_tick_box(made):
    story, path, book = made
    sheet = sheet_of(book, story.layout, "home")
    row = next(row for row in sheet.iter_rows(min_row=3) if row[0].value == "refresh_requested")
    assert row[-1].value is False or any(cell.value is False for cell in row)
    with zipfile.ZipFile(path) as parts:
        assert any("featurePropertyBag" in name for name in parts.namelist())


@pytest.mark.parametrize(
    "attack", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "{=1}", "http://example.com", "\t=1"]
)
def test_text_never_becomes_a_formula_or_a_link(tmp_path, attack):
    path = tmp_path / "plan.xlsx"
    create_workbook(path, tiny(text("name")), one(name=attack))
    cell = openpyxl.load_workbook(path)["Goals"]["B3"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (attack, "s", None)


@pytest.mark.parametrize(
    ("columns", "contents"),
    [
        ((text("name"),), {"name": "x" * 32768}),
        (tuple(text(f"c{n}") for n in range(16400)), {}),
    ],
    ids=["a text longer than a cell", "more columns than a sheet"],
)
def test_what_excel_cannot_hold_is_said_and_never_dropped(tmp_path, columns, contents):
    with pytest.raises(WorkbookError) as caught:
        create_workbook(tmp_path / "plan.xlsx", tiny(*columns), one(**contents))
    assert "could not be written" in caught.value.message


def test_a_title_excel_refuses_is_said(tmp_path):
    layout = tiny(text("name"))
    wrong = replace(layout, tabs=(replace(layout.tabs[0], title="Plan/Actual"),))
    with pytest.raises(WorkbookError):
        create_workbook(tmp_path / "plan.xlsx", wrong, Incoming())


def test_a_row_that_is_only_updated_is_not_placed(tmp_path):
    rows = (IncomingRow("a", {"name": "one"}), IncomingRow("b", {"name": "two"}, place=False))
    path = tmp_path / "plan.xlsx"
    create_workbook(path, tiny(text("name")), Incoming({"goals": IncomingTab(rows)}))
    sheet = openpyxl.load_workbook(path)["Goals"]
    assert [cell.value for cell in sheet["A"][2:]] == ["a"]


def test_kinds_of_single_cells_decide_their_format(tmp_path):
    path = tmp_path / "plan.xlsx"
    contents = one(value=0.22, goal=None, kinds={"value": Kind.PERCENT, "goal": Kind.PERCENT})
    create_workbook(path, tiny(text("value", Kind.MONEY), text("goal", Kind.MONEY)), contents)
    sheet = openpyxl.load_workbook(path)["Goals"]
    assert sheet["B3"].number_format == sheet["C3"].number_format == "0.0%"


def test_a_paint_of_many_words_is_split_and_quotes_cannot_break_out(tmp_path):
    words = tuple(f'spelling "number" {n}' for n in range(40))
    layout = tiny(text("light", Kind.LIGHT), paints=(Paint("light", "red", words), Paint("gone", "red", ("x",))))
    path = tmp_path / "plan.xlsx"
    create_workbook(path, layout, one(light="Red"))
    rules = [
        rule.formula[0] for area in openpyxl.load_workbook(path)["Goals"].conditional_formatting for rule in area.rules
    ]
    assert len(rules) > 3
    assert all(len(formula) <= 255 and formula.count('"') == 6 for formula in rules)


def test_a_chart_without_its_data_tab_is_said(tmp_path):
    chart = Chart("sales", "Sales", "line", "_charts", "day", (("sales", "Sales"),), 31)
    with pytest.raises(WorkbookError, match="has no data column sales"):
        create_workbook(tmp_path / "plan.xlsx", tiny(text("name"), charts=(chart,)), one(name="x"))


def office(path: Path, target: str, folder: Path) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", target, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs soffice")
def test_the_stale_light_turns_by_itself_in_libreoffice(tmp_path):
    layout = sample.layout()
    rows = tuple(
        IncomingRow(
            f"r{age}", {"label": f"age {age}", "light": stale_light(date.today() - timedelta(days=age), layout)}
        )
        for age in (0, 1, 2, 3, 30)
    )
    tab = replace(layout.tab("home"), columns=(text("label"), text("light", Kind.LIGHT)), charts=(), paints=())
    path = tmp_path / "plan.xlsx"
    create_workbook(path, replace(layout, tabs=(tab,)), Incoming({"home": IncomingTab(rows)}))
    office(path, "csv", tmp_path)
    shown = [line.split(",") for line in (tmp_path / "plan.csv").read_text(encoding="utf-8").splitlines()[2:]]
    assert [line[2] for line in shown] == ["Green", "Green", "Yellow", "Red", "Red"]


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs soffice")
@pytest.mark.parametrize(
    ("status", "light"), [("受阻", Light.RED), ("done", Light.GREEN), ("In Progress", Light.PROVISIONAL)]
)
def test_a_status_people_type_recolours_without_a_refresh(tmp_path, status, light):
    layout = sample.layout()
    tab = layout.tab("weekly")
    path = tmp_path / "plan.xlsx"
    rows = (IncomingRow("t1", {"title": "x", "owner": "me", "status": status}),)
    create_workbook(path, replace(layout, tabs=(tab,), choices=()), Incoming({"weekly": IncomingTab(rows)}))
    office(path, "html", tmp_path)
    colour = COLOURS[light].fill.lower()
    cell = next(
        part for part in (tmp_path / "plan.html").read_text(encoding="utf-8").split("<td") if f">{status}<" in part
    )
    assert f"#{colour}" in cell.lower()
