"""One definition, two backends: the shipped template made in Excel and in Google, and compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest

from sheetsync.bootstrap import load_template
from sheetsync.core.layout.build import build_layout
from sheetsync.core.model.layout import Kind, Layout, Owner
from sheetsync.core.model.values import same
from sheetsync.core.model.workbook import Incoming, IncomingRow, IncomingTab
from sheetsync.workbooks.excel.backend import ExcelWorkbook
from sheetsync.workbooks.google.auth import local
from sheetsync.workbooks.google.backend import GoogleWorkbook
from sheetsync.workbooks.google.paints import letters, mark_of
from sheetsync.workbooks.google.transport import Transport
from tests.sheets_server.server import SheetsServer


@pytest.fixture(scope="module", params=["amazon-monthly", "weekly-lite"])
def layout(request: pytest.FixtureRequest) -> Layout:
    return build_layout(
        load_template(request.param), plan_id="plan-x", month="2026-03", language="en", marketplaces=("US", "DE")
    )


def contents_of(layout: Layout) -> Incoming:
    """The words of the dropdowns, and one row on every tab in which each engine and seeded cell holds something."""
    tabs = {}
    for tab in layout.tabs:
        rows = []
        if tab.key == "_lists":
            most = max(len(choices.entries) for choices in layout.choices)
            for n in range(most):
                words = {c.key: c.entries[n].word for c in layout.choices if n < len(c.entries) and tab.column(c.key)}
                rows.append(IncomingRow(f"l{n}", dict(words)))
        else:
            numbers = {Kind.INTEGER: 3, Kind.NUMBER: 1.5, Kind.MONEY: 12.25, Kind.PERCENT: 0.22}
            said = {c.key: numbers.get(c.kind, "text") for c in tab.owned(Owner.ENGINE, Owner.SEEDED)
                    if c.kind not in {Kind.DATE, Kind.DATETIME, Kind.CHECKBOX, Kind.CHOICE}}  # fmt: skip
            rows.append(IncomingRow(f"{tab.key}-1", dict(said)))
        tabs[tab.key] = IncomingTab(tuple(rows))
    return Incoming(tabs)


@pytest.fixture(scope="module")
def made(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any, Any, Any]]:
    path = tmp_path_factory.mktemp("parity") / "plan.xlsx"
    excel = ExcelWorkbook(path, backups=path.parent / "backups", keep=1)
    excel.create(layout, contents_of(layout))
    with SheetsServer() as server:
        google = GoogleWorkbook("new", Transport(local, base_url=server.url))
        google.create(layout, contents_of(layout))
        people = server.people(google.place.rsplit("/", 1)[-1])
        yield excel.read(layout), google.read(layout), openpyxl.load_workbook(path), people


def test_keys_headings_titles_and_rows(layout: Layout, made: tuple[Any, Any, Any, Any]) -> None:
    excel, google = made[0], made[1]
    assert list(google.tabs) == list(excel.tabs) == [tab.key for tab in layout.tabs]
    for key, theirs in excel.tabs.items():
        ours = google.tabs[key]
        for what in ("title", "columns", "headings", "hidden", "id_column", "extra_columns", "duplicate_columns"):
            assert getattr(ours, what) == getattr(theirs, what), (key, what)
        assert [row.row_id for row in ours.rows] == [row.row_id for row in theirs.rows]
        for our, their in zip(ours.rows, theirs.rows, strict=True):
            assert our.cells.keys() == their.cells.keys(), (key, our.row_id)
            assert all(same(our.cells[k], their.cells[k]) for k in their.cells), (key, our.row_id)


def test_dropdowns_offer_the_same(layout: Layout, made: tuple[Any, Any, Any, Any]) -> None:
    _, _, excel, people = made
    offered = 0
    for tab in layout.tabs:
        for at, column in enumerate(tab.columns, start=1):
            theirs = excel_rule(excel[tab.title], f"{letters(at)}3")
            ours = people.tab(tab.title).grid.get(2, at).rule
            if layout.choice_list(column.choices) is None or column.owner is Owner.ENGINE:
                assert theirs is None or column.kind in {Kind.CHECKBOX, Kind.DATE, Kind.DATETIME}, (tab.key, column.key)
                continue
            assert ours is not None, (tab.key, column.key)
            assert theirs is not None, (tab.key, column.key)
            assert bool(ours.get("strict")) == (bool(theirs.showErrorMessage) and theirs.errorStyle in {None, "stop"})
            assert google_words(people, ours) == excel_words(excel, theirs), (tab.key, column.key)
            offered += 1
    assert offered > 3


def excel_rule(sheet: Any, cell: str) -> Any:
    return next(
        (rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref and rule.type == "list"), None
    )


def excel_words(book: Any, rule: Any) -> list[str]:
    text = rule.formula1.lstrip("=")
    if text.startswith('"'):
        return text.strip('"').split(",")
    if text in book.defined_names:
        text = book.defined_names[text].attr_text
    title, span = text.rsplit("!", 1)
    cells = book[title.strip("'").replace("''", "'")][span.replace("$", "")]
    return [cell.value for (cell,) in cells if cell.value is not None]


def google_words(people: Any, rule: Any) -> list[str]:
    condition = rule["condition"]
    said = [value["userEnteredValue"] for value in condition["values"]]
    if condition["type"] == "ONE_OF_LIST":
        return said
    title, letter = re.fullmatch(r"='(.*)'!\$([A-Z]+)\$3:\$\2", said[0]).groups()  # type: ignore[union-attr]
    rows = people.values(title.replace("''", "'"))[2:]
    at = next(n for n in range(200) if letters(n) == letter)
    return [row[at] for row in rows if at < len(row) and row[at] != ""]


def test_lights_paint_the_same_columns_in_the_same_colours(layout: Layout, made: tuple[Any, Any, Any, Any]) -> None:
    _, _, excel, people = made
    for tab in layout.tabs:
        ours = Counter()  # type: Counter[tuple[str, str]]
        for rule in people.rules(tab.title):
            assert mark_of(rule)
            fill = rule["booleanRule"]["format"]["backgroundColorStyle"]["rgbColor"]
            code = "".join(f"{round(fill.get(part, 0) * 255):02X}" for part in ("red", "green", "blue"))
            ours[letters(rule["ranges"][0]["startColumnIndex"]), code] = 1
        theirs = Counter()  # type: Counter[tuple[str, str]]
        for spans, rules in excel[tab.title].conditional_formatting._cf_rules.items():
            letter = re.match("[A-Z]+", str(spans.sqref))[0]  # type: ignore[index]
            for rule in rules:
                theirs[letter, rule.dxf.fill.bgColor.rgb[-6:]] = 1
        assert ours == theirs, tab.key


def test_frozen_and_hidden(layout: Layout, made: tuple[Any, Any, Any, Any]) -> None:
    _, _, excel, people = made
    for tab in layout.tabs:
        sheet, grid = excel[tab.title], people.tab(tab.title)
        assert sheet.row_dimensions[1].hidden
        assert grid.row_props[0]["hiddenByUser"]
        assert sheet.column_dimensions["A"].hidden
        assert grid.column_props[0]["hiddenByUser"]
        rows = grid.grid_props.get("frozenRowCount", 0)
        columns = grid.grid_props.get("frozenColumnCount", 0)
        assert sheet.freeze_panes == f"{letters(columns)}{rows + 1}", tab.key
        assert bool(grid.props.get("hidden")) == (sheet.sheet_state != "visible") == tab.hidden
