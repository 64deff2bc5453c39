"""Formulas that depend on a changed cell are marked, wherever they stand; all others keep their bytes."""

from __future__ import annotations

import pytest

from sheetsync.core.model.values import Formula
from sheetsync.workbooks.excel.edit import edit_cells
from sheetsync.workbooks.excel.precedents import Names, precedents
from sheetsync.workbooks.excel.read import read_cells
from sheetsync.workbooks.excel.references import Area, parse_area

NAMES = Names(
    {"costs": "Tasks!$C$2:$C$5", "twice": "Costs*2", "loop": "Loop+1"},
    {"tasklist": ("tasks", Area(1, 1, 5, 4))},
    ("data", "tasks", "my sheet"),
)

LOOKS = {
    "=A1": ["data!A1"],
    "=$B$2+C3:D4": ["data!B2", "data!C3:D4"],
    "=SUM(Tasks!C2:C5)": ["tasks!C2:C5"],
    "='My Sheet'!A1*'It''s'!B1": ["my sheet!A1", "it's!B1"],
    "=SUM(A:A,2:3)": ["data!A:A", "data!2:3"],
    "=Costs+Twice": ["tasks!C2:C5", "tasks!C2:C5"],
    "=Loop": [],
    "=SUM(TaskList[Cost])": ["tasks!A1:D5"],
    '=LOG10(B1)&"A9"': ["data!B1"],
    "=[1]Sheet1!A1+'[2]Other'!B2": [],
    "=SUM(Data:Tasks!B1)": ["data!B1", "tasks!B1", "my sheet!B1"],
    "=TRUE+FALSE": [],
    '=INDIRECT("A"&1)': ["data!1:1048576", "tasks!1:1048576", "my sheet!1:1048576"],
}  # fmt: skip


@pytest.mark.parametrize(("formula", "looks"), LOOKS.items())
def test_where_a_formula_looks(formula, looks):
    found = list(precedents(formula, "Data", NAMES))
    wanted = [(sheet, parse_area(ref)) for sheet, ref in (look.split("!") for look in looks)]
    if "[1]" in formula:  # what is left of another workbook's reference may look at a sheet that is not here
        assert all(sheet not in NAMES.sheets for sheet, _ in found)
    else:
        assert found == wanted


def test_dependents_are_marked_through_others_and_the_rest_keeps_its_bytes(sheet_book, part_text):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c>'
        '<c r="C1" s="0" t="str"><f>IF(B1>1,"y","n")</f><v>y</v></c>'
        '<c r="D1"><f>Z9</f><v>5</v></c><c r="E1" t="b"><f>A1=1</f><v>1</v></c></row>'
        '<row r="2"><c r="B2"><f>B1+1</f><v>3</v></c>'
        '<c r="C2"><f t="shared" ref="C2:C3" si="4">A1</f><v>1</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="4"/><v>1</v></c><c r="D3"><v>8</v></c></row>'
    )
    path = sheet_book(rows)
    edit_cells(path, path, {("Data", "A1"): 10})
    text = part_text(path, "xl/worksheets/sheet1.xml")
    assert '<c r="B1"><f t="shared" ref="B1" si="5">A1*2</f><v>2</v></c>' in text
    assert '<c r="C1" s="0"><f>IF(B1>1,"y","n")</f></c>' in text
    assert '<c r="D1"><f>Z9</f><v>5</v></c><c r="E1" t="b"><f>A1=1</f><v>1</v></c>' in text
    assert '<c r="B2"><f t="shared" ref="B2" si="6">B1+1</f><v>3</v></c>' in text
    assert '<c r="C2"><f t="shared" ref="C2:C3" si="4">A1</f><v>1</v></c>' in text
    found = read_cells(path)["Data"]
    assert found[1][2] == Formula("=A1*2", 2)
    assert found[1][3] == Formula('=IF(B1>1,"y","n")')
    assert found[2][2] == Formula("=B1+1", 3)


def test_a_second_edit_marks_nothing_new(golden, part_text):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Tasks", "C2"): 5})
    once = part_text(path, "xl/worksheets/sheet2.xml")
    assert '<f t="shared" ref="A1" si="0">SUM(Tasks!C2:C5)</f>' in once
    edit_cells(path, path, {("Tasks", "C2"): 6})
    assert part_text(path, "xl/worksheets/sheet2.xml") == once


def test_a_sheet_without_dependents_keeps_its_bytes(golden, packed):
    path = golden("rich.xlsx")
    before = packed(path)
    edit_cells(path, path, {("Tasks", "A2"): "other", ("Extras", "A1"): "uno"})
    after = packed(path)
    assert after["xl/worksheets/sheet2.xml"] == before["xl/worksheets/sheet2.xml"]


def test_long_chains_and_circles_end(sheet_book):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(
        f'<row r="{row}"><c r="A{row}"><f>A{row - 1}+1</f><v>{row}</v></c></row>' for row in range(2, 3000)
    )
    rows += '<row r="3000"><c r="A3000"><f>B3000+A2999</f><v>1</v></c><c r="B3000"><f>A3000</f><v>1</v></c></row>'
    path = sheet_book(rows)
    edit_cells(path, path, {("Data", "A1"): 10})
    assert read_cells(path)["Data"][2999][1] == Formula("=A2998+1", 2999)
    with path.open("rb") as file:
        assert file.read(2) == b"PK"
