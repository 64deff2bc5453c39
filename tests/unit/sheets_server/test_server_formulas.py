"""Formulas: values, errors, and the references that follow."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sheets_server.book import Book, Tab
from tests.sheets_server.cells import Cell, ErrorValue, Formula
from tests.sheets_server.entry import user_entered
from tests.sheets_server.formula_eval import Evaluator
from tests.sheets_server.formula_text import relocate

ROWS = [["1", "x", "2020-01-01"], ["2", "done", "2020-01-02"], ["3", "Done", "2020-01-03"], ["", "", ""]]


@pytest.fixture
def book() -> Book:
    book = Book("id", "t")
    book.tabs = [Tab(0, "Sheet1", 20, 10), Tab(7, "Other tab", 20, 10)]
    for row, line in enumerate(ROWS):
        for column, text in enumerate(line):
            book.tabs[0].grid.put(row, column, Cell(user_entered(text)[0]))
    book.tabs[1].grid.put(0, 0, Cell(40))
    return book


def value(book: Book, text: str) -> object:
    book.tabs[0].grid.put(9, 9, Cell(Formula(text)))
    return Evaluator(book, now=dt.datetime(2026, 3, 4, 12, 0)).value(book.tabs[0], 9, 9)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=1+1", 2),
        ("= 1 / 1024", 1 / 1024),
        ("=-2^2", 4),
        ("=10%*50", 5),
        ('="a"&1&TRUE', "a1TRUE"),
        ("=SUM(A1:A4)", 6),
        ("=SUM(A:A)", 6),
        ("=AVERAGE(A1:A3)", 2),
        ("=COUNTA(B1:B4)", 3),
        ('=COUNTIF(B1:B4,"done")', 2),
        ('=COUNTIF(A1:A4,">1")', 2),
        ('=SUMIFS(A1:A4,B1:B4,"d*")', 5),
        ('=IF(A1>0,"yes","no")', "yes"),
        ('=IFERROR(1/0,"none")', "none"),
        ("='Other tab'!A1+2", 42),
        ("=VLOOKUP(2,A1:C4,2,FALSE)", "done"),
        ("=INDEX(A1:C4,3,1)", 3),
        ('=MATCH("done",B1:B4,0)', 2),
        ("=ROW()+COLUMN()", 20),
        ('=TEXT(C1,"yyyy-mm-dd")', "2020-01-01"),
        ("=TODAY()", 46085),
        ("=NOW()-TODAY()", 0.5),
        ("=C2-C1", 1),
        ("=ISBLANK(A4)", True),
        ('=A4=""', True),
        ("=A4=0", True),
        ('="A"="a"', True),
        ("=TODAY()>DATE(2026,3,1)", True),
        ('=N("sheetsync:rule")=0', True),
        ("=ROUND(2.5)", 3),
        ("=MAX(A1:A3)-MIN(A1:A3)", 2),
        ('=HYPERLINK("https://example.com","open")', "open"),
    ],
)
def test_values(book, formula, expected):
    assert value(book, formula) == expected


@pytest.mark.parametrize(
    ("formula", "error"),
    [
        ("=1/0", "#DIV/0!"),
        ("=A1/A4", "#DIV/0!"),
        ("=AVERAGE(A4)", "#DIV/0!"),
        ("=NOSUCH(1)", "#NAME?"),
        ("=missing_name", "#NAME?"),
        ("=B1+1", "#VALUE!"),
        ("=Nowhere!A1", "#REF!"),
        ("=J10", "#REF!"),
        ("=1+", "#ERROR!"),
        ("=VLOOKUP(9,A1:C4,2,FALSE)", "#N/A"),
        ("=SUM(A1,#REF!)", "#REF!"),
    ],
)
def test_errors(book, formula, error):
    assert value(book, formula) == ErrorValue(error)


def test_a_long_chain_and_a_circle(book):
    grid = book.tabs[0].grid
    for row in range(1, 12):
        grid.put(row, 5, Cell(Formula(f"=F{row}+1")))
    grid.put(0, 5, Cell(1))
    assert Evaluator(book).value(book.tabs[0], 11, 5) == 12
    grid.put(0, 5, Cell(Formula("=F12")))
    assert Evaluator(book).value(book.tabs[0], 11, 5) == ErrorValue("#REF!")


def test_a_named_range_in_a_formula(book):
    where = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    book.named_ranges = [{"namedRangeId": "1", "name": "Sales", "range": where}]
    assert value(book, "=SUM(Sales)") == 6


@pytest.mark.parametrize(
    ("before", "shift", "after"),
    [
        ("=A1+$A1+A$1+$A$1", (2, 3), "=D3+$A3+D$1+$A$1"),
        ("=SUM(A1:B2)", (1, 0), "=SUM(A2:B3)"),
        ("=SUM(A:A)", (5, 1), "=SUM(B:B)"),
        ("='My tab'!B2", (0, 1), "='My tab'!C2"),
        ('="A1"&A1', (1, 1), '="A1"&B2'),
        ("=A1", (-1, 0), "=#REF!"),
        ("=LOG10(A1)", (1, 0), "=LOG10(A2)"),
    ],
)
def test_a_copied_formula_takes_its_references_along(before, shift, after):
    assert relocate(before, *shift) == after


@given(st.text(max_size=30))
def test_any_text_after_an_equals_sign_gives_a_value_and_never_a_crash(text):
    book = Book("id", "t")
    book.tabs = [Tab(0, "Sheet1", 10, 10)]
    outcome = Evaluator(book).formula("=" + text, book.tabs[0], 0, 0)
    assert outcome is not None
