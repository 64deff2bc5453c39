"""Formula text moved from one cell to another: relative references shift, everything else stays.

Needed where the master of a shared formula is overwritten: its followers, which hold no text of their own, get theirs.
Strings, quoted sheet names, names of functions and tables, and absolute references are left alone.
"""

from __future__ import annotations

import re

from sheetsync.workbooks.excel.limits import MAX_COLUMN, MAX_ROW
from sheetsync.workbooks.excel.references import column_letters, column_number

_TOKEN = re.compile(
    r"""
    (?P<skip> "(?:[^"]|"")*" | '(?:[^']|'')*' | \[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\] )
  | (?P<cell> (?<![\w.\\]) (?P<c1>\$?[A-Za-z]{1,3})(?P<r1>\$?[1-9][0-9]{0,6}) (?![\w.(!]) )
  | (?P<columns> (?<![\w.\\:]) (?P<c2>\$?[A-Za-z]{1,3}):(?P<c3>\$?[A-Za-z]{1,3}) (?![\w.(:]) )
  | (?P<rows> (?<![\w.\\:$]) (?P<r2>\$?[1-9][0-9]{0,6}):(?P<r3>\$?[1-9][0-9]{0,6}) (?![\w.(:]) )
    """,
    re.VERBOSE,
)


def shifted(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads when copied `rows` down and `columns` to the right.

    References that leave the sheet wrap around its edge, as in shared formulas (ECMA-376 part 1, 18.3.1.40).
    """

    def replaced(found: re.Match[str]) -> str:
        if found["cell"]:
            return _column(found["c1"], columns) + _row(found["r1"], rows)
        if found["columns"]:
            return f"{_column(found['c2'], columns)}:{_column(found['c3'], columns)}"
        if found["rows"]:
            return f"{_row(found['r2'], rows)}:{_row(found['r3'], rows)}"
        return found[0]

    return _TOKEN.sub(replaced, formula)


def _column(text: str, by: int) -> str:
    if text.startswith("$"):
        return text
    try:
        number = column_number(text)
    except ValueError:
        return text
    return column_letters((number - 1 + by) % MAX_COLUMN + 1)


def _row(text: str, by: int) -> str:
    if text.startswith("$"):
        return text
    return str((int(text) - 1 + by) % MAX_ROW + 1)
