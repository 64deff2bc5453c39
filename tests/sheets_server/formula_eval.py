"""Evaluating formulas over a book, with circular references found and every error a value."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.sheets_server.a1 import Span
from tests.sheets_server.book import Book, Tab
from tests.sheets_server.cells import ErrorValue, Formula, tidy_number
from tests.sheets_server.entry import user_entered
from tests.sheets_server.formula_functions import FUNCTIONS, LAZY
from tests.sheets_server.formula_parse import Node, parse
from tests.sheets_server.formula_text import FormulaSyntaxError, Reference

Area = list[list[Any]]


class Evaluator:
    """Effective values of one state of a book; results are remembered, so make a new one after a change."""

    def __init__(self, book: Book, now: dt.datetime | None = None):
        self.book = book
        self.now = now or dt.datetime.now()
        self._known: dict[tuple[int, int, int], Any] = {}
        self._busy: set[tuple[int, int, int]] = set()
        self._trees: dict[str, Node | None] = {}

    def value(self, tab: Tab, row: int, column: int) -> Any:
        """The effective value of a cell: None, bool, number, str or ErrorValue."""
        entered = tab.grid.get(row, column).value
        if not isinstance(entered, Formula):
            return entered
        place = (tab.sheet_id, row, column)
        if place in self._known:
            return self._known[place]
        if place in self._busy:
            return ErrorValue("#REF!", "Circular dependency detected.")
        self._busy.add(place)
        try:
            result = self.formula(entered, tab, row, column)
        finally:
            self._busy.discard(place)
        self._known[place] = result
        return result

    def formula(self, text: str, tab: Tab, row: int, column: int) -> Any:
        """The value of a formula as if it stood in that cell."""
        if text not in self._trees:
            try:
                self._trees[text] = parse(text)
            except FormulaSyntaxError:
                self._trees[text] = None
        tree = self._trees[text]
        if tree is None:
            return ErrorValue("#ERROR!", "Formula parse error.")
        try:
            result = scalar(_Scope(self, tab, row, column).evaluate(tree))
        except RecursionError:
            return ErrorValue("#ERROR!", "Formula is too deep.")
        return 0 if result is None else tidy_number(result) if isinstance(result, float) else result


class _Scope:
    """The cell in which a formula stands."""

    def __init__(self, evaluator: Evaluator, tab: Tab, row: int, column: int):
        self.evaluator, self.tab, self.row, self.column = evaluator, tab, row, column
        self.now = evaluator.now
        self.book = evaluator.book

    def evaluate(self, node: Node) -> Any:
        return getattr(self, f"_{node[0]}")(*node[1:])

    def _value(self, value: Any) -> Any:
        return value

    def _error(self, text: str) -> Any:
        return ErrorValue(text)

    def _array(self, rows: list[list[Node]]) -> Area:
        return [[scalar(self.evaluate(item)) for item in row] for row in rows]

    def _percent(self, node: Node) -> Any:
        number = to_number(scalar(self.evaluate(node)))
        return number if isinstance(number, ErrorValue) else number / 100

    def _unary(self, operator: str, node: Node) -> Any:
        value = scalar(self.evaluate(node))
        if operator == "+":
            return value
        number = to_number(value)
        return number if isinstance(number, ErrorValue) else -number

    def _binary(self, operator: str, left: Node, right: Node) -> Any:
        return binary(operator, scalar(self.evaluate(left)), scalar(self.evaluate(right)))

    def _name(self, name: str) -> Any:
        named = self.book.named(name)
        if named is None:
            return ErrorValue("#NAME?", f"Unknown range name: '{name}'.")
        where = named["range"]
        tab = self.book.tab(where.get("sheetId"))
        return self.area(
            tab,
            Span(
                where.get("startRowIndex"),
                where.get("endRowIndex"),
                where.get("startColumnIndex"),
                where.get("endColumnIndex"),
            ),
        )

    def _ref(self, ref: Reference) -> Any:
        tab = self.tab if ref.sheet is None else self.book.tab_titled(ref.sheet)
        if tab is None:
            return ErrorValue("#REF!", f"Unresolved sheet name '{ref.sheet}'.")
        if ref.single and ref.row0 and ref.col0:
            if ref.row0.index >= tab.grid.row_count or ref.col0.index >= tab.grid.column_count:
                return ErrorValue("#REF!", "Reference does not exist.")
            return self.evaluator.value(tab, ref.row0.index, ref.col0.index)
        return self.area(tab, span_of_reference(ref))

    def area(self, tab: Tab, span: Span) -> Area:
        row0, row1, col0, col1 = tab.bounds(span)
        if span.row1 is None:
            row1 = min(row1, max(len(tab.grid.rows), row0 + 1))
        return [[self.evaluator.value(tab, row, column) for column in range(col0, col1)] for row in range(row0, row1)]

    def _call(self, name: str, arguments: list[Node]) -> Any:
        if name in LAZY:
            return LAZY[name](self, arguments)
        function = FUNCTIONS.get(name)
        if function is None:
            return ErrorValue("#NAME?", f"Unknown function: '{name}'.")
        try:
            return function(*[self.evaluate(argument) for argument in arguments])
        except ErrorFound as found:
            return found.error
        except ZeroDivisionError:
            return ErrorValue("#DIV/0!", f"Function {name} parameter 2 cannot be zero.")
        except (ValueError, OverflowError, IndexError):
            return ErrorValue("#NUM!")
        except TypeError:
            return ErrorValue("#N/A", f"Wrong number of arguments to {name}.")


class ErrorFound(Exception):
    """An error value met while computing."""

    def __init__(self, error: ErrorValue):
        super().__init__(error.text)
        self.error = error


def span_of_reference(ref: Reference) -> Span:
    rows = sorted(corner.index for corner in (ref.row0, ref.row1) if corner is not None)
    columns = sorted(corner.index for corner in (ref.col0, ref.col1) if corner is not None)
    open_rows = ref.row1 is None or ref.row0 is None
    open_columns = ref.col1 is None or ref.col0 is None
    return Span(
        rows[0] if rows and ref.row0 is not None else None,
        None if open_rows or not rows else rows[-1] + 1,
        columns[0] if columns else None,
        None if open_columns or not columns else columns[-1] + 1,
    )


def scalar(value: Any) -> Any:
    """One value out of an area: its top left."""
    while isinstance(value, list):
        value = value[0] if value else None
    return value


def to_number(value: Any) -> Any:
    """A number for arithmetic: blank is 0, text is read as the UI would, else #VALUE!."""
    if isinstance(value, ErrorValue) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    if value is None or value == "":
        return 0
    if isinstance(value, bool):
        return int(value)
    parsed, _ = user_entered(value)
    if isinstance(parsed, (int, float)) and not isinstance(parsed, bool):
        return parsed
    return ErrorValue("#VALUE!", f"'{value}' is a text and cannot be coerced to a number.")


def binary(operator: str, left: Any, right: Any) -> Any:
    for side in (left, right):
        if isinstance(side, ErrorValue):
            return side
    if operator == "&":
        return to_text(left) + to_text(right)
    if operator in {"=", "<>", "<", "<=", ">", ">="}:
        return compared(operator, left, right)
    first, second = to_number(left), to_number(right)
    for side in (first, second):
        if isinstance(side, ErrorValue):
            return side
    try:
        if operator == "+":
            return first + second
        if operator == "-":
            return first - second
        if operator == "*":
            return first * second
        if operator == "/":
            if second == 0:
                return ErrorValue("#DIV/0!", "Function DIVIDE parameter 2 cannot be zero.")
            return first / second
        power = first**second
        return power if not isinstance(power, complex) else ErrorValue("#NUM!")
    except (OverflowError, ZeroDivisionError):
        return ErrorValue("#NUM!")


def compared(operator: str, left: Any, right: Any) -> bool:
    """Comparison: blank equals "" and 0, text ignores case, numbers < text < booleans."""
    left, right = _like(left, right), _like(right, left)
    first, second = _rank(left), _rank(right)
    return {
        "=": first == second,
        "<>": first != second,
        "<": first < second,
        "<=": first <= second,
        ">": first > second,
        ">=": first >= second,
    }[operator]


def _like(value: Any, other: Any) -> Any:
    if value is not None:
        return value
    if isinstance(other, bool):
        return False
    return "" if isinstance(other, str) else 0


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    return 0, value


def to_text(value: Any) -> str:
    from tests.sheets_server.formats import display

    return display(value)
