"""Cells change, nothing else does: the hard parts of the format, each on a workbook that has it."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from sheetsync.core.model.values import Formula
from sheetsync.errors import WorkbookError, WorkbookUnreadable
from sheetsync.workbooks.excel.edit import NewRow, edit_cells
from sheetsync.workbooks.excel.read import open_workbook, read_cells

# openpyxl warns of every extension it would drop; it is only read with here.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

SHEET = "xl/worksheets/sheet1.xml"
ALL = [
    "rich.xlsx",
    "opaque.xlsx",
    "macros.xlsm",
    "libreoffice.xlsx",
    "strict.xlsx",
    "prefixed.xlsx",
    "utf16.xlsx",
    "bom.xlsx",
    "mac1904.xlsx",
    "no_references.xlsx",
    "elsewhere.xlsx",
    "comments.xlsx",
    "shared.xlsx",
]


def first_sheet(path):
    with open_workbook(path) as book:
        return book.sheets[0]


@pytest.mark.parametrize("name", ALL)
def test_one_cell_and_one_row_change_and_every_other_part_keeps_its_compressed_bytes(golden, packed, name):
    path = golden(name)
    sheet = first_sheet(path)
    before, cells = packed(path), read_cells(path)
    report = edit_cells(path, path, {(sheet.name, "B2"): 7}, rows=[NewRow(sheet.name, {"A": "new row", "B": 3})])
    after, now = packed(path), read_cells(path)
    touched = {part for part in before if before[part] != after.get(part)}
    may_change = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}
    assert sheet.part in touched
    assert touched - {sheet.part} <= may_change | {part for part in before if "tables/" in part or "calcChain" in part}
    assert set(after) <= set(before)
    (row,) = report.rows
    changed, added = now[sheet.name], now[sheet.name][row]
    assert changed[2][2] == 7
    assert added[1] == "new row"
    assert added[2] == 3
    del changed[row]
    del changed[2][2]
    cells[sheet.name].get(2, {}).pop(2, None)
    assert {k: v for k, v in changed.items() if v} == {k: v for k, v in cells[sheet.name].items() if v}
    assert {k: v for k, v in now.items() if k != sheet.name} == {k: v for k, v in cells.items() if k != sheet.name}


@pytest.mark.parametrize("name", ALL)
def test_what_is_written_is_well_formed_and_read_alike_by_others(golden, name):
    path = golden(name)
    sheet = first_sheet(path)
    edit_cells(path, path, {(sheet.name, "B2"): "a < b & \"c\" > 'd'"}, rows=[NewRow(sheet.name, {"B": 12.5})])
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(part))
    if name not in {"strict.xlsx", "utf16.xlsx", "elsewhere.xlsx"}:  # calamine reads none of these
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        assert rows[1][1] == "a < b & \"c\" > 'd'"
    if name not in {"opaque.xlsx", "strict.xlsx", "elsewhere.xlsx"}:  # openpyxl reads none of these
        assert openpyxl.load_workbook(path)[sheet.name]["B2"].value == "a < b & \"c\" > 'd'"


def test_source_stays_when_the_target_is_another_file(golden, tmp_path):
    path = golden("rich.xlsx")
    before = path.read_bytes()
    edit_cells(path, tmp_path / "other.xlsx", {("Tasks", "A2"): "changed"})
    assert path.read_bytes() == before
    assert read_cells(tmp_path / "other.xlsx", ["Tasks"])["Tasks"][2][1] == "changed"


def test_equal_edits_make_equal_files(golden, tmp_path):
    path = golden("rich.xlsx")
    for name in ("one.xlsx", "two.xlsx"):
        edit_cells(path, tmp_path / name, {("Tasks", "A2"): "changed", ("Extras", "A9"): 1.5})
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_nothing_to_do_leaves_the_very_file(golden):
    path = golden("rich.xlsx")
    before = path.stat()
    assert edit_cells(path, path, {}).fingerprint is None
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


VALUES = [
    None,
    True,
    False,
    0,
    -7,
    10**15,
    0.1,
    1e-300,
    "",
    "text",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "  spaces  ",
    "line\nbreak\ttab",
    "carriage\r\nreturn",
    "<&>\"'",
    "日本語 é 😀",
    "_x0041_ stays",
    "\x00\x01\x1f",
    "￾￿",
    dt.date(2026, 11, 30),
    dt.date(1900, 1, 1),
    dt.date(1900, 2, 28),
    dt.date(1900, 3, 1),
    dt.date(9999, 12, 31),
    dt.datetime(2026, 11, 30, 18, 15, 7),
    Formula("=SUM(B1:B4)", 10),
    Formula('=IF(A1<2,"a & b","")', "a & b"),
    Formula("=TRUE()", cached=True),
    Formula("=A1"),
    Formula("=TODAY()", dt.date(2026, 11, 22)),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("ref", ["A1", "C2", "B9"])
def test_every_value_comes_back_as_it_was(golden, value, ref):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Sums", "D9"): value, ("Extras", ref): value})
    found = read_cells(path)
    assert found["Sums"].get(9, {}).get(4) == value
    row, column = int(ref[1:]), ord(ref[0]) - 64
    assert found["Extras"].get(row, {}).get(column) == value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("x" * 32768, "32767"),
        (dt.date(1899, 12, 31), "1899"),
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "local time"),
    ],
)
def test_what_a_cell_cannot_hold_is_refused_before_the_workbook_is_opened(tmp_path, golden, value, why):
    path = golden("rich.xlsx")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=why):
        edit_cells(path, path, {("Tasks", "A2"): "good", ("Tasks", "A3"): value})
    assert path.read_bytes() == before


@pytest.mark.parametrize("ref", ["", "A", "7", "A0", "XFE1", "A1048577", "A1:B2", "Sheet!A1"])
def test_what_is_not_a_cell_is_refused(golden, ref):
    path = golden("rich.xlsx")
    with pytest.raises(ValueError, match="not a c"):
        edit_cells(path, path, {("Tasks", ref): 1})


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(golden):
    with pytest.raises(WorkbookUnreadable, match="no worksheet 'Nope'") as refused:
        edit_cells(golden("rich.xlsx"), "x.xlsx", {("Nope", "A1"): 1})
    assert "'Tasks', 'Sums', 'Extras'" in refused.value.hint


def test_styles_are_kept_and_taken_from_column_and_row(golden):
    path = golden("rich.xlsx")
    sheet = openpyxl.load_workbook(path)["Tasks"]
    kept, column = sheet["B2"].number_format, sheet.column_dimensions["C"].number_format
    edit_cells(path, path, {("Tasks", "B2"): dt.date(2026, 12, 1), ("Tasks", "C20"): 5})
    now = openpyxl.load_workbook(path)["Tasks"]
    assert now["B2"].number_format == kept == "yyyy-mm-dd"
    assert now["C20"].number_format == column == "#,##0.00"
    assert now["C20"].fill.fgColor.rgb == "FFF3F5F7"


def test_a_date_in_a_cell_without_a_date_format_gets_one_and_keeps_its_other_looks(golden):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Tasks", "C2"): dt.date(2026, 12, 1), ("Tasks", "C3"): dt.datetime(2026, 12, 1, 9, 30)})
    sheet = openpyxl.load_workbook(path)["Tasks"]
    assert sheet["C2"].value == dt.datetime(2026, 12, 1)
    assert sheet["C3"].value == dt.datetime(2026, 12, 1, 9, 30)
    assert sheet["C2"].is_date
    assert sheet["C2"].fill.fgColor.rgb == sheet["C4"].fill.fgColor.rgb
    assert sheet["C4"].number_format == "#,##0.00"


def test_a_number_in_a_cell_that_shows_dates_reads_back_as_a_number(golden):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Tasks", "B2"): 45000, ("Tasks", "B3"): 45000}, formats={("Tasks", "B3"): "0.0%"})
    found = read_cells(path, ["Tasks"])["Tasks"]
    assert (found[2][2], found[3][2]) == (45000, 45000)
    assert openpyxl.load_workbook(path)["Tasks"]["B3"].number_format == "0.0%"


def test_a_second_date_needs_no_second_style(golden, part_text):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Tasks", "C2"): dt.date(2026, 12, 1)})
    once = part_text(path, "xl/styles.xml")
    edit_cells(path, path, {("Tasks", "C3"): dt.date(2026, 12, 2)})
    assert part_text(path, "xl/styles.xml") == once


def test_dates_follow_the_calendar_of_the_workbook(golden, part_text, sheet_book, maker):
    path = golden("mac1904.xlsx")
    styles = f'<styleSheet xmlns="{maker.MAIN}"><cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>'
    with pytest.raises(WorkbookError, match="no styles"):
        edit_cells(path, path, {("Data", "B1"): dt.date(2026, 11, 30)})
    parts = maker.simple(maker.sheet(""), workbook='<workbookPr date1904="true"/>', extra={"xl/styles.xml": styles})
    relation = f'<Relationship Id="r2" Type="{maker.REL}/styles" Target="styles.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", relation)
    maker.pack(path, parts)
    edit_cells(path, path, {("Data", "B1"): dt.date(2026, 11, 30), ("Data", "C1"): dt.date(1904, 1, 2)})
    assert "<v>44894</v>" in part_text(path, SHEET)
    assert read_cells(path)["Data"][1] == {2: dt.date(2026, 11, 30), 3: dt.date(1904, 1, 2)}
    with pytest.raises(ValueError, match="cannot hold the date 1903-12-31"):
        edit_cells(path, path, {("Data", "B1"): dt.date(1903, 12, 31)})


def test_a_table_grows_with_its_filter_validations_formats_and_calculated_column(golden, part_text):
    path = golden("rich.xlsx")
    report = edit_cells(
        path,
        path,
        {},
        rows=[NewRow("Tasks", {"A": "Sixth", "B": dt.date(2026, 12, 6), "C": 60}), NewRow("Tasks", {"A": "Seventh"})],
    )
    assert report.rows == (6, 7)
    book = openpyxl.load_workbook(path)
    sheet = book["Tasks"]
    assert sheet.tables["TaskList"].ref == "A1:D7"
    assert sheet.tables["TaskList"].autoFilter.ref == "A1:D7"
    assert [str(v.sqref) for v in sheet.data_validations.dataValidation] == ["A2:A7", "B2:B7"]
    assert {str(f.sqref) for f in sheet.conditional_formatting} == {"C2:C7", "D2:D7"}
    assert "<xm:sqref>D2:D7</xm:sqref>" in part_text(path, SHEET)
    assert sheet["B6"].number_format == "yyyy-mm-dd"
    assert sheet["C6"].number_format == "#,##0.00"
    assert sheet.dimensions == "A1:D7"


def test_calculated_columns_are_filled_in_new_rows(golden, part_text):
    path = golden("rich.xlsx")
    edit_table = part_text(path, "xl/tables/table1.xml").replace(
        'name="Twice"/>',
        'name="Twice"><calculatedColumnFormula>TaskList[[#This Row],[Cost]]*2</calculatedColumnFormula></tableColumn>',
    )
    rewrite(path, "xl/tables/table1.xml", edit_table)
    edit_cells(path, path, {}, rows=[NewRow("Tasks", {"A": "x", "C": 4})])
    assert read_cells(path, ["Tasks"])["Tasks"][6][4] == Formula("=TaskList[[#This Row],[Cost]]*2")


def rewrite(path, part, content):
    """Puts other content into a part, by the standard library."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = content.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_rows_go_into_the_blank_end_of_a_table_before_it_grows(golden):
    path = golden("rich.xlsx")
    edit_cells(path, path, dict.fromkeys([("Tasks", f"{c}5") for c in "ABCD"]))
    assert edit_cells(path, path, {}, rows=[NewRow("Tasks", {"A": "fits"})]).rows == (5,)
    assert openpyxl.load_workbook(path)["Tasks"].tables["TaskList"].ref == "A1:D5"


def test_a_totals_row_and_a_heading_of_a_table_are_refused(golden, part_text):
    path = golden("rich.xlsx")
    with pytest.raises(WorkbookError, match="heading of the table 'TaskList'"):
        edit_cells(path, path, {("Tasks", "B1"): "When"})
    table = part_text(path, "xl/tables/table1.xml").replace('ref="A1:D5"', 'ref="A1:D5" totalsRowCount="1"', 1)
    rewrite(path, "xl/tables/table1.xml", table)
    with pytest.raises(WorkbookError, match="totals row of the table 'TaskList'"):
        edit_cells(path, path, {}, rows=[NewRow("Tasks", {"A": "no"})])


def test_the_filter_of_a_sheet_and_its_hidden_name_follow_new_rows(golden, part_text):
    path = golden("rich.xlsx")
    report = edit_cells(path, path, {}, rows=[NewRow("Sums", {"A": "c", "B": 3}, first_row=13)])
    assert report.rows == (15,)
    assert openpyxl.load_workbook(path)["Sums"].auto_filter.ref == "A12:B15"
    assert ">Sums!$A$12:$B$15<" in part_text(path, "xl/workbook.xml")
    assert report.notes == ("the sheet 'Sums' is protected; the file was changed all the same",)


def test_rows_written_in_the_same_edit_count_as_content(golden):
    path = golden("rich.xlsx")
    assert edit_cells(path, path, {("Extras", "A7"): "mine"}, rows=[NewRow("Extras", {"A": "next"})]).rows == (8,)


def test_rows_find_their_end_in_their_own_columns_and_those_named_beside(golden):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Extras", "Z50"): "far away"})
    assert edit_cells(path, path, {}, rows=[NewRow("Extras", {"A": "near"})]).rows == (4,)
    assert edit_cells(path, path, {}, rows=[NewRow("Extras", {"A": "x"}, beside=frozenset({"Z"}))]).rows == (51,)


def test_arrays_are_not_broken_into(golden):
    path = golden("rich.xlsx")
    for ref in ("A3", "B4", "D5"):
        with pytest.raises(WorkbookError, match="inside the array formula"):
            edit_cells(path, path, {("Sums", ref): 1})
    edit_cells(path, path, {("Sums", "C3"): 1})


def test_merged_cells_take_values_only_in_their_first_cell(golden):
    path = golden("rich.xlsx")
    with pytest.raises(WorkbookError, match="inside the merged cells A7:C8"):
        edit_cells(path, path, {("Sums", "B8"): 1})
    edit_cells(path, path, {("Sums", "A7"): "still merged"})
    assert [str(r) for r in openpyxl.load_workbook(path)["Sums"].merged_cells.ranges] == ["A7:C8"]


def test_hidden_rows_columns_and_panes_stay(golden):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Sums", "A10"): "changed", ("Sums", "F10"): 1, ("Tasks", "A2"): "changed"})
    book = openpyxl.load_workbook(path)
    assert book["Sums"].row_dimensions[10].hidden
    assert book["Sums"].column_dimensions["F"].hidden
    assert book["Tasks"].freeze_panes == "B2"


def test_a_shared_formula_survives_the_loss_of_its_master(golden):
    path = golden("shared.xlsx")
    edit_cells(path, path, {("Data", "B1"): 99, ("Data", "B3"): None})
    found = read_cells(path)["Data"]
    assert found[1] == {1: 1, 2: 99}
    assert found[2][2] == Formula("=A2*$A$1+LOG10(A2)", 2)
    assert 2 not in found[3]
    assert found[4][2] == Formula("=A4*$A$1+LOG10(A4)", 4)
    assert openpyxl.load_workbook(path)["Data"]["B4"].value == "=A4*$A$1+LOG10(A4)"


def test_a_changed_row_that_is_not_well_formed_is_refused(sheet_book):
    path = sheet_book('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</w></v></c></row><row r="2"/>')
    before = path.read_bytes()
    with pytest.raises(WorkbookUnreadable, match="not well-formed"):
        edit_cells(path, path, {("Data", "A1"): 3})
    assert path.read_bytes() == before


def test_a_follower_that_stands_before_its_master_is_refused(sheet_book):
    path = sheet_book(
        '<row r="1"><c r="A1"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" ref="A1:A3" si="0">B2</f><v>1</v></c></row>'
    )
    before = path.read_bytes()
    with pytest.raises(WorkbookUnreadable, match="does not follow its master"):
        edit_cells(path, path, {("Data", "A2"): 3})
    assert path.read_bytes() == before


def test_a_follower_of_a_shared_formula_changes_alone(golden, part_text):
    path = golden("shared.xlsx")
    edit_cells(path, path, {("Data", "B2"): 5})
    assert part_text(path, SHEET).count('t="shared"') == 3


def test_the_calculation_chain_goes_with_a_formula_and_only_then(golden, part_text):
    path = golden("rich.xlsx")
    edit_cells(path, path, {("Tasks", "C2"): 5})
    with zipfile.ZipFile(path) as archive:
        assert "xl/calcChain.xml" in archive.namelist()
    edit_cells(path, path, {("Tasks", "D2"): 5})
    with zipfile.ZipFile(path) as archive:
        assert "xl/calcChain.xml" not in archive.namelist()
    assert "calcChain" not in part_text(path, "[Content_Types].xml")
    assert "calcChain" not in part_text(path, "xl/_rels/workbook.xml.rels")


def test_a_workbook_with_formulas_is_calculated_on_load_and_one_without_is_left_alone(golden, packed, part_text):
    with_formulas = golden("shared.xlsx")
    edit_cells(with_formulas, with_formulas, {("Data", "A1"): 5})
    assert '<calcPr fullCalcOnLoad="1"/></workbook>' in part_text(with_formulas, "xl/workbook.xml")
    without = golden("prefixed.xlsx")
    before = packed(without)["xl/workbook.xml"]
    edit_cells(without, without, {("Data", "A1"): 5})
    assert packed(without)["xl/workbook.xml"] == before


def test_manual_calculation_is_told(sheet_book, golden):
    path = sheet_book('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')
    with zipfile.ZipFile(path) as archive:
        text = archive.read("xl/workbook.xml").decode().replace("</workbook>", '<calcPr calcMode="manual"/></workbook>')
    rewrite(path, "xl/workbook.xml", text)
    assert "press F9" in edit_cells(path, path, {("Data", "B1"): 1}).notes[0]


def test_new_cells_stand_in_order_and_rows_forget_their_span(golden, part_text):
    path = golden("comments.xlsx")
    edit_cells(path, path, {("Data", "C2"): 1, ("Data", "AA2"): 2, ("Data", "B2"): 3, ("Data", "A1"): "plain"})
    text = part_text(path, SHEET)
    assert [text.index(f'r="{ref}"') for ref in ("B2", "C2", "AA2")] == sorted(
        text.index(f'r="{ref}"') for ref in ("B2", "C2", "AA2")
    )
    assert "spans" not in text
    assert read_cells(path)["Data"] == {1: {1: "plain", 2: 5}, 2: {1: 6, 2: 3, 3: 1, 27: 2}}


def test_comments_and_cdata_in_untouched_rows_stay(golden, part_text):
    path = golden("comments.xlsx")
    assert read_cells(path)["Data"][1] == {1: "a </row> b", 2: 5}
    edit_cells(path, path, {("Data", "A2"): 1})
    text = part_text(path, SHEET)
    assert "<![CDATA[a </row> b]]>" in text
    assert '<!-- <row r="1"><c r="A1"/></row> -->' in text
    assert "AlternateContent" in text


def test_cells_without_references_are_counted_from_the_left(golden):
    path = golden("no_references.xlsx")
    edit_cells(path, path, {("Data", "B2"): "new", ("Data", "A5"): "between", ("Data", "C9"): 1})
    assert read_cells(path)["Data"] == {1: {1: 1, 2: "two"}, 2: {1: 3, 2: "new"}, 5: {1: "between"}, 9: {3: 1}}


def test_macros_stay_and_signed_or_encrypted_workbooks_are_refused_in_words(golden, packed):
    path = golden("macros.xlsm")
    before = packed(path)
    edit_cells(path, path, {("Tasks", "A2"): 1})
    assert packed(path)["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    for name, why in (("signed.xlsx", "digital signature"), ("encrypted.xlsx", "encrypted with a password")):
        path = golden(name)
        before = path.read_bytes()
        with pytest.raises(WorkbookUnreadable, match=why):
            edit_cells(path, path, {("Data", "A1"): 1})
        assert path.read_bytes() == before


def test_whole_row_styles_reach_new_cells(sheet_book, part_text):
    path = sheet_book(
        '<row r="3" s="0" customFormat="1"><c r="B3" s="4"/></row><row r="4" s="9"><c r="A4"><v>1</v></c></row>'
    )
    edit_cells(path, path, {("Data", "A3"): 1, ("Data", "B3"): 2, ("Data", "B4"): 3})
    text = part_text(path, SHEET)
    assert '<c r="A3" s="0"><v>1</v></c><c r="B3" s="4"><v>2</v></c>' in text
    assert '<c r="B4"><v>3</v></c>' in text


def test_emptying_a_cell_that_is_not_there_writes_nothing_in_its_row(sheet_book, part_text):
    path = sheet_book('<row r="1"><c r="A1"><v>1</v></c></row>')
    edit_cells(path, path, {("Data", "B1"): None, ("Data", "C7"): None, ("Data", "A1"): None})
    assert '<row r="1"><c r="A1"/></row></sheetData>' in part_text(path, SHEET)
