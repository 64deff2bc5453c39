"""Which conditional formats hold for a cell, so that effectiveFormat shows the light people see."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.book import Tab
from tests.sheets_server.cells import ErrorValue, Formula
from tests.sheets_server.entry import user_entered
from tests.sheets_server.formula_eval import Evaluator, compared, to_text
from tests.sheets_server.formula_text import relocate
from tests.sheets_server.looks import overlaid

_TEXT = {
    "TEXT_EQ": lambda text, want: text == want,
    "TEXT_NOT_EQ": lambda text, want: text != want,
    "TEXT_CONTAINS": lambda text, want: want in text,
    "TEXT_NOT_CONTAINS": lambda text, want: want not in text,
    "TEXT_STARTS_WITH": lambda text, want: text.startswith(want),
    "TEXT_ENDS_WITH": lambda text, want: text.endswith(want),
}
_COMPARE = {
    "NUMBER_GREATER": ">",
    "NUMBER_GREATER_THAN_EQ": ">=",
    "NUMBER_LESS": "<",
    "NUMBER_LESS_THAN_EQ": "<=",
    "NUMBER_EQ": "=",
    "NUMBER_NOT_EQ": "<>",
    "DATE_EQ": "=",
    "DATE_BEFORE": "<",
    "DATE_AFTER": ">",
    "DATE_ON_OR_BEFORE": "<=",
    "DATE_ON_OR_AFTER": ">=",
}
_RELATIVE = {"TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1, "PAST_WEEK": -7, "PAST_MONTH": -30, "PAST_YEAR": -365}


def conditional_format(tab: Tab, row: int, column: int, evaluator: Evaluator) -> dict[str, Any]:
    """The formats of all boolean rules that hold; an earlier rule wins over a later one."""
    result: dict[str, Any] = {}
    for rule in reversed(tab.objects["conditionalFormats"]):
        boolean = rule.get("booleanRule")
        spot = _covering(rule, row, column)
        if boolean and spot and holds(boolean["condition"], tab, row, column, spot, evaluator):
            result = overlaid(result, boolean.get("format"))
    return result


def _covering(rule: dict[str, Any], row: int, column: int) -> tuple[int, int] | None:
    """The top left of the rule's first range when some range covers the cell: formulas are relative to it."""
    ranges = rule.get("ranges", [])
    for where in ranges:
        below = where.get("startRowIndex", 0) <= row < where.get("endRowIndex", 1 << 30)
        if below and where.get("startColumnIndex", 0) <= column < where.get("endColumnIndex", 1 << 30):
            return ranges[0].get("startRowIndex", 0), ranges[0].get("startColumnIndex", 0)
    return None


def holds(
    condition: dict[str, Any], tab: Tab, row: int, column: int, spot: tuple[int, int], evaluator: Evaluator
) -> bool:
    """Whether a BooleanCondition holds for the value of a cell."""
    kind = condition["type"]
    value = evaluator.value(tab, row, column)
    if kind in {"BLANK", "NOT_BLANK"}:
        return (value is None or value == "") == (kind == "BLANK")
    if kind == "CUSTOM_FORMULA":
        text = relocate(_operand(condition, 0), row - spot[0], column - spot[1])
        outcome = evaluator.formula(text, tab, row, column)
        return outcome is True or (isinstance(outcome, (int, float)) and outcome != 0)
    if isinstance(value, ErrorValue):
        return False
    if kind in _TEXT:
        if value is None and kind != "TEXT_NOT_CONTAINS":
            return False
        return _TEXT[kind](to_text(value).casefold(), _operand(condition, 0).casefold())
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    first = _value(condition, 0, tab, row, column, evaluator)
    if kind in {"NUMBER_BETWEEN", "NUMBER_NOT_BETWEEN"}:
        second = _value(condition, 1, tab, row, column, evaluator)
        inside = compared(">=", value, first) and compared("<=", value, second)
        return inside == (kind == "NUMBER_BETWEEN")
    return kind in _COMPARE and compared(_COMPARE[kind], value, first)


def _operand(condition: dict[str, Any], index: int) -> str:
    return str(condition["values"][index].get("userEnteredValue", ""))


def _value(condition: dict[str, Any], index: int, tab: Tab, row: int, column: int, evaluator: Evaluator) -> Any:
    given = condition["values"][index]
    if "relativeDate" in given:
        from tests.sheets_server.entry import serial

        return int(serial(evaluator.now)) + _RELATIVE.get(given["relativeDate"], 0)
    value, _ = user_entered(given.get("userEnteredValue", ""))
    return evaluator.formula(value, tab, row, column) if isinstance(value, Formula) else value
