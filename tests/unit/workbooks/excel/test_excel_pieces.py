"""The small pieces under the editor: text, dates, references, moved formulas; and the splicer against a plain model."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.values import Formula
from sheetsync.workbooks.excel.dates import is_date_format, moment, serial
from sheetsync.workbooks.excel.edit import edit_cells
from sheetsync.workbooks.excel.formulas import shifted
from sheetsync.workbooks.excel.markup import Markup
from sheetsync.workbooks.excel.read import read_cells
from sheetsync.workbooks.excel.references import cell_name, cell_position, column_letters, column_number, parse_area
from sheetsync.workbooks.excel.standing import as_kind
from sheetsync.workbooks.excel.text import attributes, from_xstring, to_xstring, unescape, utf8_chunks, with_attribute


@given(st.text())
def test_every_text_survives_its_escapes(text):
    assert from_xstring(unescape(to_xstring(text))) == text


@given(st.text(alphabet="_x0123456789ABCDEFabcdef\r\n\x00", max_size=40))
def test_texts_that_look_like_escapes_survive_them(text):
    assert from_xstring(unescape(to_xstring(text))) == text


@given(st.integers(1, 16_384))
def test_columns_have_one_name(number):
    assert column_number(column_letters(number)) == number


def test_corners_of_the_sheet():
    assert (column_letters(1), column_letters(26), column_letters(27), column_letters(16_384)) == (
        "A",
        "Z",
        "AA",
        "XFD",
    )
    assert cell_position("$XFD$1048576") == (1_048_576, 16_384)
    assert str(parse_area("D9:$B$2")) == "B2:D9"
    assert parse_area("B:C").bottom == 1_048_576
    assert parse_area("2:3").right == 16_384
    for wrong in ("", "A0", "A1048577", "XFE1", "1A", "A1:", "Sheet1!A1"):
        with pytest.raises(ValueError, match="not a"):
            parse_area(wrong)


@given(st.datetimes(dt.datetime(1904, 1, 2), dt.datetime(9999, 12, 31)), st.booleans())
def test_every_second_of_both_calendars_comes_back(when, old):
    when = when.replace(microsecond=0)
    found = moment(serial(when, date1904=old), date1904=old)
    assert found == (when if when.time() != dt.time() else when.date())


@given(st.dates(dt.date(1900, 1, 1)))
def test_every_day_is_a_whole_number(day):
    assert isinstance(serial(day), int)
    assert moment(serial(day)) == day


def test_the_day_that_never_was():
    assert [serial(dt.date(1900, 1, 1)), serial(dt.date(1900, 2, 28)), serial(dt.date(1900, 3, 1))] == [1, 59, 61]
    assert moment(60) == 60
    assert moment(-1) == -1
    assert moment(3_000_000) == 3_000_000
    assert serial(dt.date(1904, 1, 1), date1904=True) == 0


@pytest.mark.parametrize(
    ("number", "code", "shows"),
    [
        (14, None, True),
        (22, None, True),
        (31, None, True),
        (0, None, False),
        (10, None, False),
        (46, None, False),
        (164, "yyyy-mm-dd", True),
        (164, 'yyyy"年"m"月"d"日"', True),
        (164, "[$-409]d-mmm;@", True),
        (164, "h:mm AM/PM", True),
        (164, "[h]:mm", False),
        (164, "General", False),
        (164, '#,##0.00 "days"', False),
        (164, "[Red]0.0%", False),
        (164, "[$€-2] #,##0", False),
        (164, "0.00\\d", False),
        (164, "#,##0_);(#,##0)", False),
        (14, "0.00", False),
    ],
)  # fmt: skip
def test_which_formats_show_dates(number, code, shows):
    assert is_date_format(number, code) is shows


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "moved"),
    [
        ("A1+$B$2+C$3+$D4", 2, 1, "B3+$B$2+D$3+$D6"),
        ('"A1"&A1', 1, 0, '"A1"&A2'),
        ("'My A1'!A1+Sheet2!B2", 1, 1, "'My A1'!B2+Sheet2!C3"),
        ("LOG10(A1)+ATAN2(B1,C1)", 1, 0, "LOG10(A2)+ATAN2(B2,C2)"),
        ("SUM(A:B,3:4)", 2, 3, "SUM(D:E,5:6)"),
        ("SUM($A:B,$3:4)", 1, 1, "SUM($A:C,$3:5)"),
        ("Table1[[#This Row],[A1]]*A1", 1, 0, "Table1[[#This Row],[A1]]*A2"),
        ("A1:INDEX(B1:B9,2)", 1, 0, "A2:INDEX(B2:B10,2)"),
        ("XFD1+A1048576", 1, 1, "A2+B1"),
        ("Rate2026*A1", 5, 0, "Rate2026*A6"),
        ("1E5+A1", 1, 0, "1E5+A2"),
    ],
)
def test_formulas_move_as_a_copy_would(formula, rows, columns, moved):
    assert shifted(formula, rows, columns) == moved


def test_tags_are_changed_in_place():
    assert attributes(b"""r = "A1" t='s' x:y="&lt;&quot;" """) == {"r": "A1", "t": "s", "x:y": '<"'}
    assert with_attribute(b"<a b='1' c=\"2\"/>", "b", None) == b'<a c="2"/>'
    assert with_attribute(b"<a b='1' c=\"2\"/>", "c", "<") == b"<a b='1' c=\"&lt;\"/>"
    assert with_attribute(b"<a />", "b", "1") == b'<a b="1"/>'
    assert with_attribute(b"<a bc='1'>", "b", None) == b"<a bc='1'>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "windows-1252"])
def test_parts_are_read_in_their_own_encoding(encoding):
    text = "é" if encoding == "windows-1252" else "日本"
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    data = f'<?xml version="1.0" encoding="{name}"?><a b="{text}"><c/></a>'.encode(encoding)
    whole = b"".join(utf8_chunks([data[:7], data[7:30], data[30:]] if encoding != "utf-8-sig" else [data]))
    markup = Markup(whole)
    assert markup.root.get("b") == text
    markup.set(markup.find("c"), d="1")
    assert markup.rendered().decode("utf-8-sig").endswith(f'<a b="{text}"><c d="1"/></a>')


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a></b>", b"<!DOCTYPE a><a/>", b"<a>" * 5000, b"\xff\xff<a/>"])
def test_parts_that_are_no_xml_are_refused(data):
    with pytest.raises(ValueError, match=r".+"):
        Markup(data)


def test_what_other_programs_make_of_a_value_is_read_as_the_value():
    assert as_kind(Formula("=FALSE()", cached=False), Kind.CHECKBOX) is False
    assert as_kind(46_000, Kind.DATE) == dt.date(2025, 12, 9)
    assert as_kind(30, Kind.DATE) == 30
    assert as_kind(Formula("=A1", 46_000), Kind.DATE) == Formula("=A1", dt.date(2025, 12, 9))
    assert as_kind(46_000, Kind.MONEY) == 46_000


NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
WRITTEN = st.none() | st.booleans() | NUMBERS | st.text(max_size=8)
CELLS = st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 8)), st.integers(0, 99), max_size=20)


def sheet_of(cells, shape, prefix):
    """Rows in one of the ways that writers have."""
    rows = []
    for row in sorted({row for row, _ in cells}):
        columns = sorted(column for at, column in cells if at == row)
        bare = shape == "bare" and columns == list(range(1, len(columns) + 1))
        inside = ""
        for column in columns:
            ref = "" if bare else f' r="{cell_name(row, column)}"'
            inside += f"<{prefix}c{ref}><{prefix}v>{cells[row, column]}</{prefix}v></{prefix}c>"
        gap = "\n  " if shape == "wide" else ""
        spans = f' spans="{columns[0]}:{columns[-1]}"' if shape == "wide" else ""
        rows.append(f'{gap}<{prefix}row r="{row}"{spans}>{gap}{inside}{gap}</{prefix}row>')
    return "".join(rows)


@given(
    CELLS,
    st.dictionaries(st.tuples(st.integers(1, 14), st.integers(1, 9)), WRITTEN, min_size=1, max_size=12),
    st.sampled_from(["plain", "bare", "wide"]),
    st.sampled_from(["", "x:"]),
)
def test_any_edit_of_any_sheet_is_what_a_dictionary_would_hold(tmp_path_factory, maker, cells, changes, shape, prefix):
    path = tmp_path_factory.mktemp("any") / "book.xlsx"
    mark = f'xmlns{":" + prefix[:-1] if prefix else ""}="{maker.MAIN}"'
    rows = sheet_of(cells, shape, prefix)
    body = f"<{prefix}worksheet {mark}><{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>"
    maker.pack(path, maker.simple(body))
    edit_cells(path, path, {("Data", cell_name(*at)): value for at, value in changes.items()})
    found = {(row, column): value for row, line in read_cells(path)["Data"].items() for column, value in line.items()}
    wanted = {at: value for at, value in {**cells, **changes}.items() if value is not None}
    assert found == wanted
    for at, value in wanted.items():
        assert isinstance(found[at], bool) == isinstance(value, bool)
