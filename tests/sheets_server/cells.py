"""One cell: what was entered, its format, note and validation. Cells are never changed, only replaced."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.sheets_server.errors import bad_request

MAX_CHARACTERS = 50_000


class Formula(str):
    """Text that the sheet evaluates, with its leading `=`."""

    __slots__ = ()


class ErrorValue:
    """The outcome of a formula that failed, e.g. `#DIV/0!`."""

    __slots__ = ("message", "text")
    TYPES: ClassVar[dict[str, str]] = {
        "#NULL!": "NULL_VALUE",
        "#DIV/0!": "DIVIDE_BY_ZERO",
        "#VALUE!": "VALUE",
        "#REF!": "REF",
        "#NAME?": "NAME",
        "#NUM!": "NUM",
        "#N/A": "N_A",
        "#ERROR!": "ERROR",
    }

    def __init__(self, text: str, message: str = "") -> None:
        self.text = text
        self.message = message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ErrorValue) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return self.text

    def message_form(self) -> dict[str, Any]:
        body = {"type": self.TYPES[self.text]}
        if self.message:
            body["message"] = self.message
        return {"errorValue": body}


class Cell:
    """value (None, bool, number, str or Formula), format, note, data validation, and the rarer fields in `extra`."""

    __slots__ = ("extra", "fmt", "note", "rule", "value")

    def __init__(self, value: Any = None, fmt: Any = None, note: Any = None, rule: Any = None, extra: Any = None):
        self.value = value
        self.fmt = fmt
        self.note = note
        self.rule = rule
        self.extra = extra

    def replace(self, **changes: Any) -> Cell:
        known = {"value": self.value, "fmt": self.fmt, "note": self.note, "rule": self.rule, "extra": self.extra}
        return Cell(**(known | changes))

    @property
    def empty(self) -> bool:
        return (
            (self.value is None or self.value == "")
            and not self.fmt
            and not self.note
            and not self.rule
            and not self.extra
        )

    @property
    def blank(self) -> bool:
        """No content, whatever its looks."""
        return self.value is None or self.value == ""


BLANK = Cell()
EXTRA_FIELDS = ("textFormatRuns", "pivotTable", "chipRuns", "dataSourceTable", "dataSourceFormula")


def tidy_number(number: float) -> float:
    """Whole numbers go out without a fraction, as Google writes them."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e21:
        return int(number)
    return number


def checked_text(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise bad_request("Your input contains more than the maximum of 50000 characters in a single cell.")
    return text


def from_extended(extended: dict[str, Any] | None) -> Any:
    """An ExtendedValue message as a cell value; a formula is text that starts with `=`."""
    if not extended:
        return None
    kind, value = next(iter(extended.items()))
    if kind == "numberValue":
        return tidy_number(value if isinstance(value, (int, float)) else float(value))
    if kind == "boolValue":
        return bool(value)
    if kind == "formulaValue":
        if not str(value).startswith("="):
            raise bad_request(f"Formula must begin with =, was: {value}")
        return Formula(checked_text(value))
    if kind == "stringValue":
        return checked_text(str(value))
    raise bad_request("errorValue is read-only")


def to_extended(value: Any) -> dict[str, Any] | None:
    """The ExtendedValue message of a value, None when the cell has no content."""
    if value is None or (isinstance(value, str) and value == ""):
        return None
    if isinstance(value, ErrorValue):
        return value.message_form()
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, Formula):
        return {"formulaValue": str(value)}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": tidy_number(value)}
