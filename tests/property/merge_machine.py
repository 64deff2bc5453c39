"""The state machine: people do anything at any moment, reports arrive, refreshes run, crash and are tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from merge_office import Crash, Office, nonsense
from merge_oracle import ENGINE_KEYS, PEOPLE_KEYS, SEEDED_KEYS
from merge_protocols import LostAnswer, Protocol

from sheetsync.core.model.values import is_blank
from sheetsync.workbooks.memory_grid import Grid, Line

NUMBER = st.integers(min_value=0, max_value=10_000)
DEED = st.tuples(st.integers(min_value=0, max_value=99), NUMBER, NUMBER, NUMBER)
STEPS = ("before write", "after write", "before read-back")
CRASHES = (None, None, None, "planned", "before write", "after write", "before read-back", "before confirmed", "lost")


class Hands:
    """Deeds as numbers: what they come to depends on what stands at that moment."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people = office.workbook.people
        self.typed = 0

    def deed(self, numbers: tuple[int, int, int, int]) -> Callable[[], Any]:
        """The deed these numbers mean; it looks at the workbook when it is done, not before."""
        what, a, b, c = numbers
        for weight, verb in VERBS:
            what -= weight
            if what < 0:
                return lambda: verb(self, a, b, c)
        raise AssertionError("the weights of VERBS come to 100")

    def tab(self, a: int) -> str | None:
        """Mostly the tasks."""
        key = "facts" if a % 4 == 3 else "tasks"
        return key if self.office.workbook.grid(key) is not None else None

    def row(self, key: str, b: int) -> tuple[Grid, Line, int] | None:
        """Any row, with its line number."""
        grid = self.people.grid(key)
        data = grid.data(key)
        if not data:
            return None
        at, line = data[b % len(data)]
        return grid, line, at

    def type_theirs(self, a: int, b: int, c: int) -> None:
        """Into a cell of people, a seeded one, or a column of their own."""
        key = self.tab(a)
        found = self.row(key, b) if key else None
        if key is None or found is None:
            return
        grid, line, _ = found
        known = self.office.known[key]
        columns = [i for i, tag in enumerate(grid.columns) if tag not in known.engine_columns]
        if columns:
            line.put(columns[c % len(columns)], nonsense(a * 7 + b * 3 + c))

    def empty_theirs(self, a: int, b: int, c: int) -> None:
        """Empties a seeded cell or one of their own: empty is what they want."""
        key = self.tab(a)
        found = self.row(key, b) if key else None
        if key is None or found is None:
            return
        filled = [i for i, tag in enumerate(found[0].columns) if (found[1].tag, tag) in self.office.known[key].cells]
        if filled:
            found[1].put(filled[c % len(filled)], None)

    def type_engine(self, a: int, b: int, c: int) -> None:
        """Over a cell of the engine."""
        key = self.tab(a)
        found = self.row(key, b) if key else None
        if key is None or found is None:
            return
        grid, line, _ = found
        keys = sorted(k for k in ENGINE_KEYS[key] if grid.column(key, k) is not None)
        if not keys:
            return
        column = grid.column(key, keys[c % len(keys)]) or 0
        value = nonsense(a * 5 + b + c)
        line.put(column, value)
        place = (key, line.tag, grid.columns[column])
        self.office.typed.pop(place, None)
        if not is_blank(value) and not (self.office.protocol.overtakes and self.office.in_refresh):
            self.office.typed[place] = value

    def add_row(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        if key is None:
            return
        cells = {k: nonsense(a + b + i) for i, k in enumerate((*PEOPLE_KEYS[key], *SEEDED_KEYS[key])) if (c >> i) & 1}
        grid = self.people.grid(key)
        cells = {k: v for k, v in cells.items() if grid.column(key, k) is not None}
        found = self.row(key, b)
        self.people.add_row(key, cells, found[2] if found and c % 3 else None)

    def copy_row(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        found = self.row(key, b) if key else None
        if key and found:
            self.people.copy_row(key, found[2], found[2] if c % 2 else None)

    def delete_row(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        found = self.row(key, b) if key else None
        if key and found:
            self.people.delete_row(key, found[2])

    def move_row(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        found, other = (self.row(key, b), self.row(key, c)) if key else (None, None)
        if key and found and other:
            self.people.move_row(key, found[2], other[2])

    def sort(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        columns = (
            [k for k in (*PEOPLE_KEYS[key], *ENGINE_KEYS[key]) if self.people.grid(key).column(key, k)] if key else []
        )
        if key and columns:
            self.people.sort(key, sorted(columns)[b % len(columns)], descending=bool(c % 2))

    def break_id(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        found, other = (self.row(key, b), self.row(key, c)) if key else (None, None)
        if key is None or found is None or other is None:
            return
        theirs = other[1].get(found[0].id_column(key) or 0)
        text = (None, None, f"x{c}", theirs if isinstance(theirs, str) else None)[c % 4]
        self.people.type_id(key, found[2], text)
        # beyond recognition it is a new row, and what was emptied in the old one may be seeded again
        known = self.office.known[key]
        known.filled = {place for place in known.filled if place[0] != found[1].tag}

    def insert_column(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        if key is None:
            return
        grid = self.people.grid(key)
        at = b % (len(grid.columns) + 1)
        self.people.insert_column(key, at, f"own {b}")
        self.office.known[key].headings[grid.columns[at]] = f"own {b}"

    def move_column(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        keys = self._standing(key) if key else []
        if key and keys:
            self.people.move_column(key, keys[b % len(keys)], c % len(self.people.grid(key).columns))

    def rename_heading(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        keys = self._standing(key) if key else []
        if key and keys:
            grid = self.people.grid(key)
            column = grid.column(key, keys[b % len(keys)]) or 0
            grid.set_heading(key, column, f"named {c}")
            self.office.known[key].headings[grid.columns[column]] = f"named {c}"

    def delete_column(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        keys = self._standing(key) if key else []
        if key and len(keys) > 3:
            self.people.delete_column(key, keys[b % len(keys)])

    def shape_tab(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        if key is None:
            return
        if b % 4 == 0:
            self.people.rename_tab(key, f"title {c}")
        elif b % 4 == 1:
            self.people.hide_tab(key)
        elif b % 4 == 2:
            self.people.move_tab(key, c % len(self.office.workbook.grids))
        elif key == "facts" and c % 4 == 0:
            self.people.delete_tab(key)

    def line_above(self, a: int, b: int, c: int) -> None:
        key = self.tab(a)
        if key and len(self.people.grid(key).lines) < 40:
            self.people.add_row(key, {}, 1)

    def _standing(self, key: str) -> list[str]:
        grid = self.people.grid(key)
        ours = (*SEEDED_KEYS[key], *PEOPLE_KEYS[key], *sorted(ENGINE_KEYS[key]))
        return [k for k in ours if grid.column(key, k) is not None]


VERBS: tuple[tuple[int, Callable[[Hands, int, int, int], None]], ...] = (
    (18, Hands.type_theirs),
    (6, Hands.empty_theirs),
    (14, Hands.type_engine),
    (12, Hands.add_row),
    (8, Hands.copy_row),
    (8, Hands.delete_row),
    (5, Hands.move_row),
    (6, Hands.sort),
    (7, Hands.break_id),
    (4, Hands.insert_column),
    (3, Hands.move_column),
    (3, Hands.rename_heading),
    (1, Hands.delete_column),
    (3, Hands.shape_tab),
    (2, Hands.line_above),
)


def machine_of(protocol: Protocol, counts: Counter[str] | None = None) -> type[RuleBasedStateMachine]:
    """The state machine that attacks this protocol; `counts` adds up what was done."""
    tally: Counter[str] = Counter() if counts is None else counts

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.office = Office(protocol)
            self.hands = Hands(self.office)
            self.steps = 0

        @invariant()
        def count(self) -> None:
            """Once a step, and once before the first."""
            self.steps += 1

        @rule(numbers=DEED)
        def people(self, numbers: tuple[int, int, int, int]) -> None:
            self.office.act(self.hands.deed(numbers))

        @rule(kind=NUMBER)
        def report(self, kind: int) -> None:
            self.office.new_report(kind)

        @rule(
            during=st.lists(st.tuples(st.sampled_from(STEPS), DEED), max_size=4),
            crash=st.sampled_from(CRASHES),
            accept=st.booleans(),
        )
        def refresh(self, during: list[Any], crash: str | None, accept: bool) -> None:
            for step, numbers in during:
                self.office.meanwhile(step, self.hands.deed(numbers))
            self.refresh_with(crash, accept=accept)

        def refresh_with(self, crash: str | None, *, accept: bool = False) -> None:
            """A refresh that dies at a step, or whose answer is lost."""
            if crash == "lost":
                self.office.workbook.on("after write", lambda: throw(LostAnswer()))
            elif crash in STEPS:
                self.office.workbook.on(crash, lambda: throw(Crash()))
            self.office.refresh(accept=accept, crash=crash)

        @rule(
            verb=st.integers(min_value=0, max_value=len(VERBS) - 1),
            a=NUMBER,
            b=NUMBER,
            c=NUMBER,
            crash=st.sampled_from((None, None, "lost", "before write", "before confirmed")),
        )
        def race(self, verb: int, a: int, b: int, c: int, crash: str | None) -> None:
            """Every light changes, a row is placed, and between read and write people do one thing, any thing."""
            self.office.new_report(0)
            self.office.new_report(1)
            self.office.meanwhile("before write", lambda: VERBS[verb][1](self.hands, a, b, c))
            self.refresh_with(crash)

        @rule()
        def undo(self) -> None:
            self.office.undo()

        @rule()
        def quiet(self) -> None:
            self.office.check_quiet()

        @precondition(lambda self: self.office.refreshes > 3)
        @rule(sure=st.sampled_from((False, False, False, True)))
        def state_lost(self, sure: bool) -> None:
            if sure:
                self.office.lose_state()

        @rule(numbers=NUMBER)
        def broken_id(self, numbers: int) -> None:
            self.office.check_broken_id(numbers)

        @rule()
        def wiped(self) -> None:
            self.office.check_wiped()

        @rule()
        def key_row_cut(self) -> None:
            self.office.check_key_row_cut()

        def teardown(self) -> None:
            self.office.check_quiet()
            tally.update(
                examples=1,
                steps=self.steps - 1,
                refreshes=self.office.refreshes,
                deeds=self.office.deeds,
                crashes=self.office.crashes,
            )

    return Machine


def throw(error: Exception) -> None:
    """Raises, from within a lambda."""
    raise error
