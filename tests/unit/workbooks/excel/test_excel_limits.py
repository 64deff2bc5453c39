"""Hostile, broken and absurd files: one typed refusal each, in bounded time and memory, and nothing is changed."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.errors import WorkbookError, WorkbookMissing, WorkbookUnreadable
from sheetsync.workbooks.excel.edit import edit_cells
from sheetsync.workbooks.excel.limits import Limits
from sheetsync.workbooks.excel.read import open_workbook, read_cells

BILLION = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PIECES = [b"", b"<", b">", b'"', b"&", b"\0", b"\xff", b"/", b"row", b"<!--", b"9"]
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'


def refuses(path, match, limits=None):
    before = path.read_bytes()
    options = {"limits": limits} if limits else {}
    with pytest.raises(WorkbookUnreadable, match=match) as read:
        read_cells(path, **options)
    with pytest.raises(WorkbookUnreadable, match=match):
        edit_cells(path, path, {("Data", "A1"): 1}, **options)
    assert read.value.hint
    assert str(path) in read.value.where
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir() if item.name.startswith(".")] == []


@pytest.mark.parametrize("doctype", [BILLION, OUTSIDE, "<!DOCTYPE w>"])
def test_a_document_type_is_refused_wherever_it_stands(tmp_path, maker, doctype):
    path = tmp_path / "book.xlsx"
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels", "[Content_Types].xml"):
        parts = maker.simple(maker.sheet(CELL.format("&b;")))
        declared = parts[part].startswith("<?xml")
        parts[part] = parts[part].replace("?>", "?>" + doctype, 1) if declared else doctype + parts[part]
        maker.pack(path, parts)
        refuses(path, "document type declaration|part .* has")


def test_a_document_type_in_the_shared_strings_is_refused(tmp_path, maker):
    parts = maker.simple(maker.sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'))
    parts["xl/sharedStrings.xml"] = BILLION + f'<sst xmlns="{maker.MAIN}"><si><t>&b;</t></si></sst>'
    relation = f'<Relationship Id="r2" Type="{maker.REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", relation)
    path = tmp_path / "book.xlsx"
    maker.pack(path, parts)
    with pytest.raises(WorkbookUnreadable, match="document type"):
        read_cells(path)


def test_an_entity_of_ones_own_is_refused(sheet_book):
    path = sheet_book(CELL.format("&mine;"))
    with pytest.raises(WorkbookUnreadable, match="entity the format does not know"):
        read_cells(path)


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ('<row r="1048577"/>', "row 1048577"),
        ('<row r="0"/>', "row 0"),
        ('<row r="5"/><row r="5"/>', "row 5 after row 5"),
        ('<row r="5"/><row r="2"/>', "row 2 after row 5"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "'XFE1'"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "'A1' out of its place"),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', "'1A'"),
        ('<row r="1"><c r="A1" t="s"><v>4</v></c></row>', "cannot be read"),
        ('<row r="1"><c r="A1"><v>1,5</v></c></row>', "cannot be read"),
        ('<row r="1"><c r="A1"><v>1</v></c>', "do(es)? not end"),
    ],
)
def test_rows_and_cells_that_the_format_forbids_are_refused(sheet_book, rows, match):
    path = sheet_book(rows)
    before = path.read_bytes()
    with pytest.raises(WorkbookUnreadable, match=match):
        read_cells(path)
    assert path.read_bytes() == before


def test_a_sheet_cut_short_is_refused(tmp_path, maker):
    parts = maker.simple(maker.sheet(CELL.format("x"))[: -len("</sheetData></worksheet>")])
    path = tmp_path / "cut.xlsx"
    maker.pack(path, parts)
    refuses(path, "truncated")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, maker):
    parts = maker.simple(maker.sheet(CELL.format("x" * (40 << 20))))
    path = tmp_path / "bomb.xlsx"
    maker.pack(path, parts)
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    refuses(path, "like a zip bomb")
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_an_entry_that_unpacks_to_more_than_it_says_is_refused(tmp_path, maker):
    path = tmp_path / "liar.xlsx"
    maker.pack(path, maker.simple(maker.sheet(CELL.format("x" * 100_000))))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    for at in (data.index(b"PK\x01\x02"),):
        while data[at : at + 4] == b"PK\x01\x02":
            name, extra, comment = struct.unpack_from("<3H", data, at + 28)
            if data[at + 46 : at + 46 + name].endswith(b"sheet1.xml"):
                struct.pack_into("<L", data, at + 24, 500)
            at += 46 + name + extra + comment
    assert info.file_size > 100_000
    path.write_bytes(data)
    refuses(path, "damaged|truncated")


def test_a_crowd_of_empty_rows_is_read_in_bounded_memory(tmp_path, maker):
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 150_001))
    path = tmp_path / "empty.xlsx"
    maker.pack(path, maker.simple(maker.sheet(rows)))
    tracemalloc.start()
    assert read_cells(path) == {"Data": {}}
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_one_cell_at_the_far_corner_costs_one_cell(sheet_book):
    path = sheet_book(
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', before='<dimension ref="A1:XFD1048576"/>'
    )
    assert read_cells(path) == {"Data": {1048576: {16384: 1}}}
    edit_cells(path, path, {("Data", "A1"): 1})
    assert read_cells(path) == {"Data": {1: {1: 1}, 1048576: {16384: 1}}}


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (Limits(members=3), "over the limit of 3"),
        (Limits(package=500), "unpacks to more"),
        (Limits(sheet=100), "over 0 MB"),
    ],
)
def test_the_limits_are_kept(golden, limits, match):
    with pytest.raises(WorkbookUnreadable, match=match):
        read_cells(golden("rich.xlsx"), limits=limits)


def test_more_cells_than_the_limit_are_refused(golden):
    with pytest.raises(WorkbookUnreadable, match="more than 5 cells"):
        read_cells(golden("rich.xlsx"), limits=Limits(cells=5))


def test_names_that_leave_the_file_and_names_that_come_twice_are_refused(tmp_path, maker):
    parts = maker.simple(maker.sheet(""))
    for name in ("../evil.xml", "/etc/evil.xml", "xl\\..\\..\\evil.xml"):
        maker.pack(tmp_path / "evil.xlsx", {**parts, name: "x"})
        refuses(tmp_path / "evil.xlsx", "points outside")
    path = tmp_path / "twice.xlsx"
    maker.pack(path, parts)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "x")
    refuses(path, "two parts have the name")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "not an Excel workbook"),
        (b"a;b;c\n1;2;3\n", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "encrypted with a password, or an old .xls"),
        (b"PK\x03\x04 and then nothing of use", "truncated or damaged"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(tmp_path, content, match):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    refuses(path, match)


def test_other_office_files_and_binary_workbooks_are_refused(tmp_path, maker):
    parts = maker.simple(maker.sheet(""))
    word = {**parts}
    letter = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = parts["[Content_Types].xml"]
    word["[Content_Types].xml"] = types.replace(maker.SHEET_TYPE + "sheet.main+xml", letter)
    maker.pack(tmp_path / "letter.xlsx", word)
    refuses(tmp_path / "letter.xlsx", "not a workbook")
    binary = {**maker.simple(maker.sheet(""), book_part="xl/workbook.bin")}
    maker.pack(tmp_path / "plan.xlsb", binary)
    refuses(tmp_path / "plan.xlsb", "binary workbook")
    maker.pack(tmp_path / "plain.zip", {"a.txt": "hello"})
    refuses(tmp_path / "plain.zip", "not an Office document")


def test_a_file_that_is_not_there(tmp_path):
    for call in (lambda p: read_cells(p), lambda p: edit_cells(p, p, {("A", "A1"): 1})):
        with pytest.raises(WorkbookMissing):
            call(tmp_path / "none.xlsx")


@pytest.mark.parametrize("name", ["rich.xlsx", "shared.xlsx"])
def test_every_truncation_is_refused(golden, name):
    path = golden(name)
    whole = path.read_bytes()
    for cut in range(0, len(whole) - 1, max(1, len(whole) // 60)):
        path.write_bytes(whole[:cut])
        with pytest.raises(WorkbookUnreadable):
            read_cells(path)


@given(st.data())
def test_bytes_changed_at_random_end_in_a_reading_or_a_refusal(tmp_path_factory, maker, data):
    folder = tmp_path_factory.mktemp("fuzz")
    rows = CELL.format("some &amp; text") + '<row r="2"><c r="B2" s="1"><f>A1</f><v>2</v></c></row>'
    text = bytearray(maker.sheet(rows).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + 1] = data.draw(st.sampled_from(PIECES))
    path = folder / "book.xlsx"
    maker.pack(path, maker.simple(bytes(text)))
    before = path.read_bytes()
    try:
        read_cells(path)
    except WorkbookUnreadable:
        pass
    try:
        edit_cells(path, path, {("Data", "A1"): 1, ("Data", "C5"): "new"})
    except WorkbookError:
        assert path.read_bytes() == before
    else:
        # Rows that were not touched may be as damaged as they were.
        with open_workbook(path) as book:
            found = dict(book.rows("Data", {1, 5}))
        assert (found[1][1], found[5][3]) == (1, "new")


def test_a_wrong_checksum_is_refused(golden):
    path = golden("rich.xlsx")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    begin = info.header_offset + 30 + len(info.filename)
    body = zlib.decompress(bytes(data[begin : begin + info.compress_size]), -15)
    assert body.startswith(b"<?xml")
    data[begin + info.compress_size // 2] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(WorkbookUnreadable, match="damaged"):
        read_cells(path)


def test_untouched_sheets_are_not_even_unpacked(golden):
    path = golden("rich.xlsx")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet2.xml")
    begin = info.header_offset + 30 + len(info.filename)
    data[begin + 20] ^= 0xFF
    path.write_bytes(data)
    edit_cells(path, path, {("Tasks", "A2"): "changed"})
    with open_workbook(path) as book:
        assert dict(book.rows("Tasks"))[2][1] == "changed"
