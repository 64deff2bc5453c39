"""Reading cells that people type: their meaning where there is one, a DataProblem where there is none.

An empty cell is never a problem. What cannot be read stays as it was typed; the problem names the tab, the column and
the words, so that a finding can ask about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sheetsync.core.layout.words import read_choice, read_light, text_of
from sheetsync.core.model.facts import DataProblem
from sheetsync.core.model.layout import Layout, Tab
from sheetsync.core.model.values import is_blank, plain
from sheetsync.core.model.workbook import CurrentRow, CurrentTab

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class RowReader:
    """One row of a tab, read by column key. Problems are gathered in the list it was given."""

    def __init__(self, layout: Layout, tab: CurrentTab, row: CurrentRow, problems: list[DataProblem]) -> None:
        self.layout = layout
        self.tab = tab
        self.row = row
        self.row_id = row.row_id or ""
        self._problems = problems

    def text(self, key: str) -> str:
        """The text people see in the cell; "" when it is empty."""
        return text_of(self.row.cells.get(key))

    def is_blank(self, *keys: str) -> bool:
        """Whether all of these cells are empty."""
        return all(is_blank(plain(self.row.cells.get(key))) for key in keys)

    def number(self, key: str) -> Decimal | None:
        """A number, also one typed as text (`1,200`, `22 %`); None when it is empty or cannot be read."""
        value = plain(self.row.cells.get(key))
        if is_blank(value):
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Decimal(str(value))
        found = _number(str(value)) if isinstance(value, str) else None
        if found is None:
            self._unread(key)
        return found

    def day(self, key: str) -> date | None:
        """A date, also one typed as text with the year first; None when it is empty or cannot be read."""
        value = plain(self.row.cells.get(key))
        if is_blank(value):
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        match = _DAY.fullmatch(str(value).strip()) if isinstance(value, str) else None
        try:
            if match:
                return date(*(int(part) for part in match.groups()))
        except ValueError:
            pass
        self._unread(key)
        return None

    def moment(self, key: str) -> datetime | None:
        """A date with its time; None when it is neither. Engine cells only, so nothing is a problem."""
        value = plain(self.row.cells.get(key))
        if isinstance(value, datetime):
            return value
        return datetime(value.year, value.month, value.day) if isinstance(value, date) else None

    def choice(self, key: str, choices: str, *, kind: str = "unreadable_cell") -> str:
        """The canonical key of a dropdown's cell; "" when it is empty or cannot be read (a problem of `kind`)."""
        found = read_choice(self.layout, choices, self.row.cells.get(key))
        if found is None and self.text(key):
            self._unread(key, kind)
        return found or ""

    def flag(self, key: str) -> bool:
        """Whether a box is ticked."""
        value = plain(self.row.cells.get(key))
        return value is True or (
            not isinstance(value, bool) and text_of(value).casefold() in ("1", "true", "x", "✓", "☑")
        )

    def light(self, key: str) -> str:
        """The light that stands in the cell, by its key; "" when there is none."""
        return read_light(self.layout, self.row.cells.get(key))

    def _unread(self, key: str, kind: str = "unreadable_cell") -> None:
        tab = self.layout.tab(self.tab.key)
        column = tab.column(key) if tab else None
        heading = self.tab.headings.get(key) or (column.heading if column else key)
        facts = {"tab": self.tab.title, "column": heading, "typed": self.text(key)}
        name = _name(self, tab)
        self._problems.append(DataProblem(kind, f"{self.tab.key}|{self.row_id}|{key}", name, facts))


def rows_of(
    layout: Layout, tab: CurrentTab | None, problems: list[DataProblem], *, needs: tuple[str, ...] = ()
) -> Iterator[RowReader]:
    """The rows that say something: with an id, and with at least one of the cells `needs` filled."""
    for row in tab.rows if tab is not None else ():
        assert tab is not None
        reader = RowReader(layout, tab, row, problems)
        if reader.row_id and not (needs and reader.is_blank(*needs)):
            yield reader


def _number(text: str) -> Decimal | None:
    """`1,200.50`, `22 %`, `¥ 3`: separators and signs off; None for anything that is no number then."""
    percent = text.strip().endswith(("%", "％"))
    bare = re.sub(r"[,，\s%％$€£¥￥]", "", text)
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return number / 100 if percent else number


def _name(reader: RowReader, tab: Tab | None) -> str:
    """The row as people would call it: its longest text among the first columns."""
    texts = [reader.text(column.key) for column in (tab.columns[:4] if tab else ())]
    return max(texts, key=len, default="") or reader.row_id
