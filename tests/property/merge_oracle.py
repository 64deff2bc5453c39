"""The oracle: what people's actions alone would have produced.

After each deed of theirs the cells that are people's are noted, by line and column themselves, not by id or key;
whatever the engine does must leave them so. It never looks at the engine's own memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from merge_protocols import Desk

from sheetsync.core.merge.log import as_text
from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import Plan, Why
from sheetsync.core.model.values import Value, is_blank, same
from sheetsync.core.model.workbook import Current, Incoming
from sheetsync.workbooks.memory_grid import Grid, Line

ENGINE_KEYS = {"tasks": {"light", "late"}, "facts": {"metric", "value"}, "changes": set()}
PEOPLE_KEYS = {"tasks": ("owner", "status"), "facts": (), "changes": ()}
SEEDED_KEYS = {"tasks": ("task", "due"), "facts": (), "changes": ()}


def layout_of() -> Layout:
    """Tasks that everybody edits, facts of the engine, and the Change log."""

    def columns(owner: Owner, *keys: str) -> tuple[Column, ...]:
        return tuple(Column(key, owner, Kind.TEXT, key.title()) for key in keys)

    log = ("when", "who", "tab", "row", "field", "old", "new", "run")
    return Layout(
        "plan-1",
        "office",
        "2026-03",
        "en",
        "Office",
        (
            Tab(
                "tasks",
                "Tasks",
                columns(Owner.SEEDED, "task", "due")
                + columns(Owner.PEOPLE, "owner", "status")
                + columns(Owner.ENGINE, "light", "late"),
            ),
            Tab("facts", "Facts", columns(Owner.ENGINE, "metric", "value"), people_rows=False),
            Tab("changes", "Changes", columns(Owner.ENGINE, *log), people_rows=False),
        ),
    )


Cells = dict[tuple[int, int], Value]


@dataclass
class Known:
    """What the oracle remembers of one tab."""

    cells: Cells = field(default_factory=dict)  # people's cells, by line and column
    lines: set[int] = field(default_factory=set)
    engine_columns: set[int] = field(default_factory=set)
    seeded_columns: set[int] = field(default_factory=set)
    filled: set[tuple[int, int]] = field(default_factory=set)  # seeded cells a confirmed run saw or made filled
    engine_made: set[int] = field(default_factory=set)  # lines the engine placed
    headings: dict[int, str] = field(default_factory=dict)  # headings people gave


class Oracle:
    """Watches one workbook."""

    def __init__(self, workbook: Desk) -> None:
        self.workbook = workbook
        self.layout = layout_of()
        self.known: dict[str, Known] = {}
        self.removed: set[tuple[str, str]] = set()
        self.read_ids: set[tuple[str, str]] = set()  # ids that a confirmed run had read or placed
        self.typed: dict[tuple[str, int, int], Value] = {}  # engine cells people typed over
        self._at_reading: dict[str, set[tuple[int, int]]] = {}

    def begin(self, made: Current) -> None:
        """Takes the workbook as it was made."""
        for tab in self.layout.tabs:
            grid = self.workbook.people.grid(tab.key)
            keys = [str(grid.lines[0].get(i)) for i in range(len(grid.columns))]
            known = Known()
            known.engine_columns = {t for t, k in zip(grid.columns, keys, strict=True) if k in ENGINE_KEYS[tab.key]}
            known.engine_columns.add(grid.columns[0])
            if tab.key == "changes":
                known.engine_columns = set(grid.columns)
            known.seeded_columns = {t for t, k in zip(grid.columns, keys, strict=True) if k in SEEDED_KEYS[tab.key]}
            self.known[tab.key] = known
        self.observe()
        self._note_read(made)
        for known in self.known.values():
            known.filled = set(known.cells)

    def note_reading(self) -> None:
        """A run reads the workbook now."""
        self._at_reading = {key: set(known.cells) for key, known in self.known.items()}

    def note_confirmed(self, current: Current, plan: Plan) -> None:
        """A run that read `current` and applied `plan` was confirmed."""
        self._note_read(current)
        self.read_ids |= {(row.tab, row.row_id) for row in plan.appends}
        self._note_removed()
        self._note_filled(plan)

    def forget(self) -> None:
        """The engine's memory is lost: what was removed may come back, everything else holds."""
        self.removed.clear()
        self.read_ids.clear()

    def note_deed(self, before: Mapping[str, set[str]]) -> None:
        """People did something; `before` are the ids that stood."""
        for key, ids in before.items():
            for row_id in ids - self.ids(key):
                if (key, row_id) in self.read_ids and key != "changes":
                    self.removed.add((key, row_id))
        self.observe()

    def _note_read(self, current: Current) -> None:
        for key, tab in current.tabs.items():
            self.read_ids |= {(key, row.row_id) for row in tab.rows if row.row_id}

    def _note_removed(self) -> None:
        """Ids a confirmed run had read that no longer stand are removed by people: nobody else removes."""
        for key, row_id in self.read_ids:
            if key != "changes" and not self._lines_with(key, row_id):
                self.removed.add((key, row_id))

    def _note_filled(self, plan: Plan) -> None:
        """Seeded cells that were filled when a confirmed run read them, or that it filled: people's for good."""
        for key, places in self._at_reading.items():
            self.known[key].filled |= places
        made = [(w.tab, w.row_id, w.column) for w in plan.writes if w.why is Why.SEEDED]
        made += [(row.tab, row.row_id, column) for row in plan.appends for column in row.cells]
        for key, row_id, column in made:
            grid = self.workbook.grid(key)
            at = grid.column(key, column) if grid else None
            if grid is not None and at is not None and column in SEEDED_KEYS[key]:
                self.known[key].filled |= {(line.tag, grid.columns[at]) for line in self._lines_with(key, row_id)}

    def _grids(self) -> dict[str, Grid]:
        found = {key: self.workbook.grid(key) for key in self.known}
        return {key: grid for key, grid in found.items() if grid is not None}

    def _lines_with(self, tab: str, row_id: str) -> list[Line]:
        grid = self.workbook.grid(tab)
        if grid is None:
            return []
        column = grid.id_column(tab) or 0
        return [line for _, line in grid.data(tab) if line.get(column) == row_id]

    def observe(self) -> None:
        """Notes what is people's right after a deed of theirs."""
        for key, grid in self._grids().items():
            known = self.known[key]
            header = self._header(grid, key)
            known.lines = {line.tag for line in grid.lines if line.tag not in header}
            known.cells = {}
            for line in grid.lines:
                for at, column in enumerate(grid.columns):
                    if line.tag in header or column in known.engine_columns:
                        continue
                    value = line.get(at)
                    if not is_blank(value):
                        known.cells[line.tag, column] = value

    @staticmethod
    def _header(grid: Grid, key: str) -> set[int]:
        at = grid.key_line(key)
        return set() if at is None else {line.tag for line in grid.lines[at : at + 2]}

    def check_people(self) -> None:
        """Whatever the engine did since the last deed: people's cells, lines and names are as they left them."""
        for key, grid in self._grids().items():
            known = self.known[key]
            header = self._header(grid, key)
            lines = {line.tag: line for line in grid.lines if line.tag not in header}
            assert known.lines <= lines.keys(), f"a line of {key} vanished"
            for tag in lines.keys() - known.lines:
                self._check_placed(key, grid, lines[tag])
            for at, column in enumerate(grid.columns):
                if column in known.engine_columns:
                    continue
                for tag, line in lines.items():
                    self._check_cell(known, (tag, column), line.get(at))
            for column, text in known.headings.items():
                if column in grid.columns:
                    stands = grid.heading(key, grid.columns.index(column))
                    assert stands == text, f"the heading {text!r} became {stands!r}"
        self.observe()

    def _check_placed(self, key: str, grid: Grid, line: Line) -> None:
        row_id = line.get(grid.id_column(key) or 0)
        assert isinstance(row_id, str), f"a line without an id was placed on {key}"
        assert (key, row_id) not in self.removed, f"{row_id} was deleted by people and placed again"
        others = [other for other in self._lines_with(key, row_id) if other is not line]
        assert not any(o.tag in self.known[key].engine_made for o in others), f"{row_id} was placed twice"
        self.known[key].engine_made.add(line.tag)

    @staticmethod
    def _check_cell(known: Known, place: tuple[int, int], now: Value) -> None:
        before = known.cells.get(place)
        if is_blank(before) and is_blank(now):
            return
        tag, column = place
        seedable = column in known.seeded_columns and place not in known.filled
        fresh = tag not in known.lines and column in known.seeded_columns
        if is_blank(before) and (seedable or fresh):
            return
        assert same(before, now), f"people's cell held {before!r}, now {now!r}"

    def check_written(self, plan: Plan, missed: tuple[str, ...]) -> None:
        """Every write stands in its row, or is told as missed."""
        for write in plan.writes:
            if f"{write.tab}!{write.row_id}!{write.column}" in missed:
                continue
            grid = self.workbook.grid(write.tab)
            at = grid.column(write.tab, write.column) if grid else None
            assert at is not None, f"said to be written, but its column is gone: {write}"
            stands = [line.get(at) for line in self._lines_with(write.tab, write.row_id)]  # two, if just copied
            assert any(same(value, write.new) for value in stands), f"not where it was meant: {write}, but {stands}"

    def check_rows(self, current: Current, said: Incoming) -> None:
        """Ids are unique, every row of people has one, the engine's cells are what it says."""
        for key, tab in current.tabs.items():
            if key == "changes":
                continue
            ids = [row.row_id for row in tab.rows if row.row_id]
            assert len(ids) == len(set(ids)), f"two rows of {key} share an id"
            want = {row.row_id: row.cells for row in said.tabs[key].rows}
            for row in tab.rows:
                by_hand = (*PEOPLE_KEYS[key], *SEEDED_KEYS[key])
                if row.row_id is None:
                    assert key == "facts" or all(is_blank(row.cells.get(k)) for k in by_hand), "a row without an id"
                    continue
                for column in ENGINE_KEYS[key] & set(tab.columns):
                    if column in want.get(row.row_id, {}):
                        assert same(row.cells.get(column), want[row.row_id][column]), f"{key} {row.row_id} {column}"

    def check_typed(self) -> None:
        """What people typed over an engine cell stands there, or stands in the Change log."""
        grid = self.workbook.grid("changes")
        assert grid is not None
        logged = {cell for _, line in grid.data("changes") for cell in line.cells}
        for (key, tag, column), value in self.typed.items():
            home = self.workbook.grid(key)
            line = next((each for each in home.lines if each.tag == tag), None) if home else None
            if home is None or line is None or column not in home.columns:
                continue  # people deleted it themselves
            stands = line.get(home.columns.index(column))
            assert same(stands, value) or as_text(value) in logged, f"typed and lost: {value!r}"

    def ids(self, tab: str) -> set[str]:
        """The row ids that stand on a tab."""
        grid = self.workbook.grid(tab)
        if grid is None:
            return set()
        column = grid.id_column(tab) or 0
        return {str(line.get(column)) for _, line in grid.data(tab) if line.get(column)}
