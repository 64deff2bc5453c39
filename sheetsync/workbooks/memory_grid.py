"""One tab of the memory workbook: lines of cells. Nothing here knows who owns what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from sheetsync.core.model.layout import KEY_PREFIX, Tab
from sheetsync.core.model.plan import IdWrite
from sheetsync.core.model.values import Value, is_blank, same

_TAGS = count(1)


def id_text(value: Value) -> str | None:
    """A cell of the id column as an id; None if it is blank."""
    return None if is_blank(value) else str(value).strip()


@dataclass(slots=True, eq=False)
class Line:
    """One line of a tab. `tag` is the line itself, as a person pointing at it would mean it, wherever it moves."""

    cells: list[Value]
    tag: int = field(default_factory=lambda: next(_TAGS))

    def get(self, column: int) -> Value:
        """The cell in a column, None right of the last one."""
        return self.cells[column] if column < len(self.cells) else None

    def put(self, column: int, value: Value) -> None:
        """Sets a cell."""
        self.cells.extend([None] * (column + 1 - len(self.cells)))
        self.cells[column] = None if value == "" else value

    def copy(self) -> Line:
        """The same line (and tag) with cells of its own."""
        return Line(list(self.cells), self.tag)


@dataclass(slots=True, eq=False)
class Grid:
    """One tab: its title, its lines from the top, and a tag a column that moves with the column."""

    title: str
    lines: list[Line]
    columns: list[int] = field(default_factory=list)
    hidden: bool = False

    @classmethod
    def made(cls, tab: Tab, plan_id: str) -> Grid:
        """A fresh tab: the key row and the headings of the layout."""
        keys: list[Value] = [KEY_PREFIX + tab.key, *(column.key for column in tab.columns)]
        headings: list[Value] = [plan_id, *(column.heading for column in tab.columns)]
        return cls(tab.title, [Line(keys), Line(headings)], [next(_TAGS) for _ in keys], tab.hidden)

    def new_tag(self) -> int:
        """A tag for a column that people insert."""
        return next(_TAGS)

    def key_line(self, key: str) -> int | None:
        """Where the key row of the tab `key` is; people may have inserted lines above it."""
        for i, line in enumerate(self.lines):
            if KEY_PREFIX + key in line.cells:
                return i
        return None

    def id_column(self, key: str) -> int | None:
        """Which column holds the row ids."""
        at = self.key_line(key)
        return None if at is None else self.lines[at].cells.index(KEY_PREFIX + key)

    def column(self, key: str, column: str) -> int | None:
        """Which column has this key; the first one if people copied it."""
        at = self.key_line(key)
        if at is None or column not in self.lines[at].cells:
            return None
        return self.lines[at].cells.index(column)

    def data(self, key: str) -> list[tuple[int, Line]]:
        """Line numbers (from 1) and lines below the headings, blank ones left out."""
        at = self.key_line(key)
        if at is None:
            return []
        return [
            (i + 1, line)
            for i, line in enumerate(self.lines)
            if i > at + 1 and any(not is_blank(cell) for cell in line.cells)
        ]

    def line(self, key: str, row_id: str) -> Line | None:
        """The line with this row id, None if there is none or more than one."""
        found = self.lines_with(key, row_id)
        return found[0] if len(found) == 1 else None

    def lines_with(self, key: str, row_id: str) -> list[Line]:
        """All lines with this row id: more than one where people copied a row and its copy has no id of its own yet."""
        column = self.id_column(key)
        if column is None:
            return []
        return [line for _, line in self.data(key) if id_text(line.get(column)) == row_id]

    def find_for_id(self, write: IdWrite) -> Line | None:
        """The line an id was meant for: where it stood if it still holds the same, else the only one that does."""
        column = self.id_column(write.tab)
        if column is None:
            return None
        fits = [(at, line) for at, line in self.data(write.tab) if self._holds(write, line, column)]
        there = [line for at, line in fits if at == write.position]
        if there or len(fits) != 1:
            return there[0] if there else None
        return fits[0][1]

    def _holds(self, write: IdWrite, line: Line, column: int) -> bool:
        if id_text(line.get(column)) != write.old_id:
            return False
        places = [(self.column(write.tab, key), value) for key, value in write.cells.items()]
        return all(at is not None and same(line.get(at), value) for at, value in places)

    def set_id(self, key: str, line: Line, row_id: str) -> None:
        """Writes a row id."""
        column = self.id_column(key)
        assert column is not None
        line.put(column, row_id)

    def heading(self, key: str, column: int) -> str:
        """The heading people see over a column."""
        at = self.key_line(key)
        below = self.lines[at + 1] if at is not None and at + 1 < len(self.lines) else None
        value = below.get(column) if below else None
        return "" if value is None else str(value)

    def set_heading(self, key: str, column: int, text: str) -> None:
        """Writes a heading."""
        at = self.key_line(key)
        assert at is not None
        self.lines[at + 1].put(column, text)

    def append(self, key: str, row_id: str, cells: Mapping[str, Value]) -> None:
        """Adds a line below everything, with its id and the cells whose columns stand."""
        id_column = self.id_column(key)
        assert id_column is not None
        line = Line([None] * len(self.columns))
        line.put(id_column, row_id)
        for name, value in cells.items():
            column = self.column(key, name)
            if column is not None:
                line.put(column, value)
        self.lines.append(line)
