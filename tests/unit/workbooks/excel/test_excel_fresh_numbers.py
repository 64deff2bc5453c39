"""People's formulas see new numbers: an edited workbook is opened by LibreOffice and calculated anew."""

from __future__ import annotations

import csv
import shutil
import subprocess

import pytest

from sheetsync.workbooks.excel.edit import NewRow, edit_cells

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="no soffice on the PATH"),
]


def as_csv(path, tmp_path, sheet):
    """One sheet as LibreOffice shows it after opening the file."""
    out = tmp_path / "out"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    command += [f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}"]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
    (found,) = out.glob("*.csv")
    with found.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("name", ["rich.xlsx", "libreoffice.xlsx"])
def test_a_sum_over_engine_cells_shows_the_new_sum(golden, tmp_path, name):
    path = golden(name)
    edit_cells(path, path, {("Tasks", "C2"): 1000.5})
    assert as_csv(path, tmp_path, 2)[0][0].replace(",", "") == "1120.49"


def test_chains_words_and_names_are_fresh_as_well(tmp_path, maker):
    import xlsxwriter

    path = tmp_path / "chain.xlsx"
    book = xlsxwriter.Workbook(str(path))
    data, view = book.add_worksheet("Data"), book.add_worksheet("View")
    data.write_column("A1", [1, 2, 3])
    data.write_formula("B1", "=A1*2", None, 2)
    view.write_formula("A1", "=Data!B1+1", None, 3)
    view.write_formula("B1", '=IF(A1>10,"red","green")', None, "green")
    view.write_formula("C1", "=Total", None, 6)
    view.write_formula("D1", "=A1>10", None, value=False)
    book.define_name("Total", "=SUM(Data!$A$1:$A$3)")
    book.close()
    edit_cells(path, path, {("Data", "A1"): 50})
    assert as_csv(path, tmp_path, 2)[0] == ["101", "red", "55", "TRUE"]


def test_new_rows_and_text_that_looks_like_a_formula_are_shown_as_they_are(golden, tmp_path):
    path = golden("rich.xlsx")
    edit_cells(path, path, {}, rows=[NewRow("Tasks", {"A": "=1+1", "C": 7})])
    assert as_csv(path, tmp_path, 1)[5][0] == "=1+1"


@pytest.mark.parametrize("name", ["prefixed.xlsx", "strict.xlsx", "utf16.xlsx"])
def test_odd_files_open_after_an_edit(golden, tmp_path, name):
    path = golden(name)
    edit_cells(path, path, {("Data", "B1"): 41}, rows=[NewRow("Data", {"A": "é 日本", "B": 1})])
    rows = as_csv(path, tmp_path, 1)
    assert rows[0][1] == "41"
    assert rows[-1][:2] == ["é 日本", "1"]
