"""People who are faster: something moves or is typed between our look and our write, and nobody loses anything.

Each case is one thing people do in that moment. The workbook must end as the engine wants it, with everything of theirs
where they put it, in the same run, and another run must find nothing to do.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from copy import copy, deepcopy
from functools import cache
from itertools import count
from typing import Any

import pytest

from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.identity import identify
from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Paint, Tab
from sheetsync.core.model.plan import CellWrite, Plan, Why
from sheetsync.core.model.workbook import Base, Incoming, IncomingRow, IncomingTab
from sheetsync.errors import NotConverged, WorkbookDenied
from sheetsync.workbooks.base import Receipt
from sheetsync.workbooks.google.auth import local
from sheetsync.workbooks.google.backend import GoogleWorkbook
from sheetsync.workbooks.google.outcome import Applied, NotApplied
from sheetsync.workbooks.google.paints import mark_of
from sheetsync.workbooks.google.transport import Transport
from tests.sheets_server.people import People
from tests.sheets_server.server import SheetsServer

LAYOUT = Layout(
    "plan-r",
    "races",
    "2026-03",
    "en",
    "Races",
    (
        Tab(
            "tasks",
            "Tasks",
            (
                Column("task", Owner.SEEDED, Kind.TEXT, "Task"),
                Column("due", Owner.SEEDED, Kind.TEXT, "Due"),
                Column("owner", Owner.PEOPLE, Kind.TEXT, "Owner"),
                Column("light", Owner.ENGINE, Kind.LIGHT, "Light"),
                Column("late", Owner.ENGINE, Kind.INTEGER, "Days late"),
            ),
            paints=(Paint("light", "red", words=("red",)), Paint("light", "green", words=("green",))),
        ),
        Tab("facts", "Facts", (Column("value", Owner.ENGINE, Kind.NUMBER, "Value"),), people_rows=False),
    ),
)
OWNERS = {f"t{n}": f"owner {n}" for n in range(1, 7)}


@cache
def server() -> SheetsServer:
    started = SheetsServer().start()
    atexit.register(started.stop)
    return started


class Desk:
    """One plan, its people, and the engine around it."""

    def __init__(self) -> None:
        self.workbook = GoogleWorkbook("new", Transport(local, base_url=server().url, sleep=lambda _: None))
        self.numbers = count(1)
        self.said: dict[str, dict[str, Any]] = {
            f"t{n}": {"task": f"Task {n}", "light": "green", "late": 0} for n in range(1, 7)
        }
        self.facts: dict[str, dict[str, Any]] = {"f1": {"value": 1}}
        receipt = self.workbook.create(LAYOUT, self.incoming())
        self.base = settle(Base(), receipt.current, Plan(), "run-0")
        self.people: People = server().people(self.workbook.place.rsplit("/", 1)[-1])
        for number, owner in enumerate(OWNERS.values(), start=3):
            self.people.set_cell("Tasks", f"D{number}", owner)
        self.refresh()

    def incoming(self) -> Incoming:
        tabs = {"tasks": self.said, "facts": self.facts}
        return Incoming(
            {
                tab: IncomingTab(tuple(IncomingRow(i, dict(c), place=i[0] in "tf") for i, c in rows.items()))
                for tab, rows in tabs.items()
            }
        )

    def refresh(
        self,
        while_: Callable[[People], Any] = lambda _: None,
        *,
        fault: str = "",
        after: Callable[[], Any] | None = None,
    ) -> tuple[Plan, Receipt]:
        """One run; people do something just before Google does our write, and `after` it; its answer may be lost."""
        server().reset()
        server().before(1, lambda: while_(self.people))
        if after is not None:
            server().after(1, after)
        if fault:
            server().faults.at(1, fault)
        known = identify(self.base, self.workbook.read(LAYOUT), LAYOUT, lambda _: f"new-{next(self.numbers)}")
        plan = merge(self.base, known, self.incoming(), LAYOUT, Limits())
        receipt = self.workbook.apply(plan, known.current, LAYOUT)
        self.base = settle(self.base, receipt.current, plan, "run")
        return plan, receipt

    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows by id, cells by key, wherever people put them."""
        values = self.people.values(self.title("tasks"))
        top = next(n for n, row in enumerate(values) if "sheetsync:tasks" in row)
        places = {key: at for at, key in enumerate(values[top]) if key}
        found: dict[str, dict[str, Any]] = {}
        for row in values[top + 1 :]:
            padded = [*row, *[""] * (len(values[top]) - len(row))]
            row_id = padded[places["sheetsync:tasks"]]
            if row_id == LAYOUT.plan_id or not any(row):
                continue
            assert row_id not in found, f"{row_id} stands twice"
            found[row_id] = {key: padded[at] for key, at in places.items()}
        return found

    def title(self, key: str) -> str:
        return next(tab for tab in self.people.tabs() if self.people.values(tab) and any(
            f"sheetsync:{key}" in row for row in self.people.values(tab)[:5]))  # fmt: skip


@cache
def made() -> tuple[Desk, Any]:
    """A desk as it was made, and its spreadsheet; each test gets copies of both."""
    first = Desk()
    return first, first.people.book.clone()


@pytest.fixture
def desk() -> Desk:
    first, book = made()
    server().account.files[first.people.spreadsheet_id].book = book.clone()
    desk = copy(first)
    desk.workbook = GoogleWorkbook(first.workbook.place, Transport(local, base_url=server().url, sleep=lambda _: None))
    desk.said, desk.facts = deepcopy(first.said), deepcopy(first.facts)
    return desk


def write_all(desk: Desk) -> None:
    for number, cells in enumerate(desk.said.values(), start=1):
        cells |= {"light": "red", "late": number}


MOVES: dict[str, Callable[[People], Any]] = {
    "a row put in above": lambda people: people.insert_rows("Tasks", 3),
    "a row put in between": lambda people: people.insert_rows("Tasks", 5, 2),
    "a row put in above the headings": lambda people: people.insert_rows("Tasks", 2),
    "a row put in above everything": lambda people: people.insert_rows("Tasks", 1),
    "rows sorted": lambda people: people.sort("Tasks", "A3:F8", "A", descending=True),
    "a row moved": lambda people: people.move_rows("Tasks", 3, 1, 8),
    "a column put in": lambda people: people.insert_columns("Tasks", "B"),
    "a column put in at the left": lambda people: people.insert_columns("Tasks", "A"),
    "a column of theirs moved to the end": lambda people: people.move_columns("Tasks", "D", "H"),
    "a column of ours moved to the front": lambda people: people.move_columns("Tasks", "E", "B"),
    "the tab renamed": lambda people: people.rename_tab("Tasks", "Things to do"),
    "a tab put in": lambda people: people.add_tab("Notes"),
    "rows and columns put in": lambda people: (people.insert_rows("Tasks", 4), people.insert_columns("Tasks", "C")),
    "sorted, and a column moved": lambda people: (
        people.sort("Tasks", "A3:F8", "A", descending=True),
        people.move_columns("Tasks", "D", "H"),
    ),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=list(MOVES))
@pytest.mark.parametrize("added", [0, 2])
def test_every_write_lands_on_its_row_in_the_same_run(desk: Desk, move: Callable[[People], Any], added: int) -> None:
    write_all(desk)
    desk.said |= {f"t{n}": {"task": f"Task {n}", "light": "red", "late": n} for n in range(7, 7 + added)}
    _, receipt = desk.refresh(move)
    assert receipt.verified
    assert receipt.missed == ()
    rows = desk.rows()
    assert {row_id: row["owner"] for row_id, row in rows.items() if row["owner"]} == OWNERS
    for number, row_id in enumerate(desk.said, start=1):
        assert (rows[row_id]["light"], rows[row_id]["late"]) == ("red", number)
    assert desk.refresh()[0].is_empty


@pytest.mark.parametrize("move", MOVES.values(), ids=list(MOVES))
@pytest.mark.parametrize("fault", ["reset-after", "reset-before"])
def test_the_same_with_the_answer_lost(desk: Desk, move: Callable[[People], Any], fault: str) -> None:
    write_all(desk)
    desk.said["t7"] = {"task": "Task 7", "light": "red", "late": 7}
    _, receipt = desk.refresh(move, fault=fault)
    assert receipt.verified
    rows = desk.rows()
    assert {row_id: row["owner"] for row_id, row in rows.items() if row["owner"]} == OWNERS
    assert {row_id: row["late"] for row_id, row in rows.items()} == {f"t{n}": n for n in range(1, 8)}
    assert desk.refresh()[0].is_empty


@pytest.mark.parametrize("move", [MOVES["rows sorted"], MOVES["a column put in"], MOVES["a row moved"]])
def test_people_go_on_after_the_write_and_before_its_answer(desk: Desk, move: Callable[[People], Any]) -> None:
    write_all(desk)
    desk.refresh(MOVES["rows sorted"], after=lambda: move(desk.people))
    rows = desk.rows()
    assert {row_id: row["owner"] for row_id, row in rows.items()} == OWNERS
    desk.refresh()
    assert {row_id: row["late"] for row_id, row in desk.rows().items()} == {f"t{n}": n for n in range(1, 7)}
    assert desk.refresh()[0].is_empty


def test_a_deleted_row_is_missed_and_its_value_hits_nobody(desk: Desk) -> None:
    write_all(desk)
    _, receipt = desk.refresh(lambda people: people.delete_rows("Tasks", 4))
    assert {name.split("!")[1] for name in receipt.missed} == {"t2"}
    rows = desk.rows()
    assert {row_id: row["owner"] for row_id, row in rows.items()} == {k: v for k, v in OWNERS.items() if k != "t2"}
    assert all(row["late"] == int(row_id[1:]) for row_id, row in rows.items())


@pytest.mark.parametrize("letter", ["E", "F"])
def test_a_deleted_column_is_missed_and_its_values_hit_no_other(desk: Desk, letter: str) -> None:
    desk.people.set_range("Tasks", "G2", [["Ours"], *([f"own {n}"] for n in range(6))])
    write_all(desk)
    _, receipt = desk.refresh(lambda people: people.delete_columns("Tasks", letter))
    assert receipt.missed
    assert [row[5] for row in desk.people.values("Tasks")[1:8]] == ["Ours", *(f"own {n}" for n in range(6))]


def test_a_deleted_tab_is_missed(desk: Desk) -> None:
    write_all(desk)
    desk.facts["f1"]["value"] = 2
    _, receipt = desk.refresh(lambda people: people.delete_tab("Tasks"))
    assert {name.split("!")[0] for name in receipt.missed} == {"tasks"}
    assert desk.people.value("Facts", "B3") == 2


class TestSeeds:
    """A seeded cell of a row that stands is filled once, while it is empty."""

    @pytest.fixture
    def seeding(self, desk: Desk) -> Desk:
        for number, cells in enumerate(desk.said.values(), start=1):
            cells["due"] = f"due {number}"
        return desk

    def test_it_is_filled(self, seeding: Desk) -> None:
        seeding.refresh()
        assert [row["due"] for row in seeding.rows().values()] == [f"due {n}" for n in range(1, 7)]
        assert seeding.refresh()[0] == Plan()

    def test_a_seed_can_be_taken_back(self, seeding: Desk) -> None:
        seeding.refresh()
        current = seeding.workbook.read(LAYOUT)
        plan = Plan(writes=tuple(CellWrite("tasks", f"t{n}", "due", f"due {n}", None, Why.UNDO) for n in range(1, 7)))
        server().reset()
        server().before(0, lambda: seeding.people.set_cell("Tasks", "C5", "theirs"))
        receipt = seeding.workbook.apply(plan, current, LAYOUT)
        assert {row_id: row["due"] for row_id, row in seeding.rows().items() if row["due"]} == {"t3": "theirs"}
        assert receipt.missed == ("tasks!t3!due",)

    def test_who_types_there_first_keeps_it(self, seeding: Desk) -> None:
        seeding.refresh(lambda people: people.set_cell("Tasks", "C5", "theirs"))
        assert [row["due"] for row in seeding.rows().values()] == [
            "due 1", "due 2", "theirs", "due 4", "due 5", "due 6"]  # fmt: skip
        assert seeding.refresh()[0].is_empty

    def test_a_formula_typed_there_first_is_kept(self, seeding: Desk) -> None:
        seeding.refresh(lambda people: people.set_cell("Tasks", "C5", "=1+1"))
        assert seeding.people.entered("Tasks", "C5") == "=1+1"

    def test_typed_and_sorted_at_once(self, seeding: Desk) -> None:
        def both(people: People) -> None:
            people.set_cell("Tasks", "C5", "theirs")
            people.sort("Tasks", "A3:F8", "A", descending=True)

        seeding.refresh(both)
        rows = seeding.rows()
        assert rows["t3"]["due"] == "theirs"
        assert all(rows[f"t{n}"]["due"] in {f"due {n}", ""} for n in (1, 2, 4, 5, 6))
        seeding.refresh()
        assert [seeding.rows()[f"t{n}"]["due"] for n in (1, 2, 4, 5, 6)] == [f"due {n}" for n in (1, 2, 4, 5, 6)]
        assert seeding.rows()["t3"]["due"] == "theirs"

    @pytest.mark.parametrize("fault", ["reset-after", "503-after", "truncated"])
    def test_typed_first_and_the_answer_lost(self, seeding: Desk, fault: str) -> None:
        def typed(people: People) -> None:
            people.set_cell("Tasks", "C5", "theirs")

        server().reset()
        server().faults.at(1, fault)
        server().before(1, lambda: typed(seeding.people))
        known = identify(seeding.base, seeding.workbook.read(LAYOUT), LAYOUT, lambda _: "n")
        plan = merge(seeding.base, known, seeding.incoming(), LAYOUT, Limits())
        seeding.workbook.apply(plan, known.current, LAYOUT)
        assert seeding.rows()["t3"]["due"] == "theirs"

    def test_typed_first_and_the_run_dies_then(self, seeding: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """What they typed is brought back by the next run, even though that one has nothing else to write."""
        real = seeding.workbook.transport.write

        def dies(*args: Any, **options: Any) -> Any:
            real(*args, **options)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(seeding.workbook.transport, "write", dies)
            seeding.refresh(lambda people: people.set_cell("Tasks", "C5", "theirs"))
        assert seeding.rows()["t3"]["due"] == "due 3"
        seeding.refresh()
        assert seeding.rows()["t3"]["due"] == "theirs"
        assert [row["due"] for key, row in seeding.rows().items() if key != "t3"] == [
            "due 1", "due 2", "due 4", "due 5", "due 6"]  # fmt: skip
        seeding.people.set_cell("Tasks", "C5", "due 3")
        seeding.refresh()
        seeding.refresh()
        assert seeding.rows()["t3"]["due"] == "due 3", "what they type later is theirs, whatever we once sent"


class TestNewRows:
    """Rows that people add have no id yet: ours goes to where the row stood."""

    @pytest.fixture
    def adding(self, desk: Desk) -> Desk:
        desk.people.set_range("Tasks", "B9", [["Theirs", "soon", "Ads lead"]])
        return desk

    @pytest.mark.parametrize(
        "move",
        [MOVES["rows sorted"], MOVES["a row put in above"], MOVES["a column put in at the left"], MOVES["a row moved"],
         lambda people: people.sort("Tasks", "A3:F9", "D"),
         lambda people: people.sort("Tasks", "A3:F9", "D", descending=True)],
    )  # fmt: skip
    def test_the_id_finds_its_row_and_no_other_loses_its_own(self, adding: Desk, move: Callable[[People], Any]) -> None:
        _, receipt = adding.refresh(move)
        assert receipt.verified
        rows = adding.rows()
        (row_id,) = rows.keys() - OWNERS.keys()
        assert row_id.startswith("new-")
        assert (rows[row_id]["task"], rows[row_id]["owner"]) == ("Theirs", "Ads lead")
        assert {key: rows[key]["owner"] for key in OWNERS} == OWNERS
        assert adding.refresh()[0] == Plan()

    def test_somebody_still_types_in_the_new_row(self, adding: Desk) -> None:
        adding.refresh(lambda people: people.set_cell("Tasks", "B9", "Theirs, longer"))
        assert {row["task"] for row in adding.rows().values()} >= {"Theirs, longer"}
        assert all(adding.rows())

    def test_a_row_typed_where_ours_was_to_go(self, desk: Desk) -> None:
        desk.said["t7"] = {"task": "Task 7", "light": "red", "late": 7}
        desk.refresh(lambda people: people.set_range("Tasks", "B9", [["Theirs", "", "Ads lead"]]))
        values = desk.people.values("Tasks")
        assert values[8][1:4] == ["Theirs", "", "Ads lead"]
        assert values[9][0] == "t7"


class TestConditionalFormats:
    def test_pasted_and_fragmented_ours_are_one_each_again_and_theirs_untouched(self, desk: Desk) -> None:
        theirs = {
            "ranges": [{"sheetId": desk.people.sheet_id("Tasks"), "startColumnIndex": 3, "endColumnIndex": 4}],
            "booleanRule": {
                "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "owner 1"}]},
                "format": {"textFormat": {"bold": True}},
            },
        }
        desk.people.batch({"addConditionalFormatRule": {"rule": theirs, "index": 0}})
        for target in ("E12", "H4", "B20"):
            desk.people.copy("Tasks", "E4:E5", target)
        before = [rule for rule in desk.people.rules("Tasks") if mark_of(rule) is None]
        assert len(desk.people.rules("Tasks")) - len(before) >= 2
        write_all(desk)
        desk.refresh()
        marks = [mark_of(rule) for rule in desk.people.rules("Tasks")]
        assert sum(mark is not None for mark in marks) == len({mark for mark in marks if mark}) == 2
        assert all(len(rule["ranges"]) == 1 for rule in desk.people.rules("Tasks") if mark_of(rule))
        assert [rule for rule in desk.people.rules("Tasks") if mark_of(rule) is None] == before

    def test_one_of_theirs_deleted_by_its_place_comes_back(self, desk: Desk) -> None:
        """They take out a rule of ours in that moment; the one of theirs that moved up is hit, and put back."""
        where = {"sheetId": desk.people.sheet_id("Tasks"), "startColumnIndex": 3, "endColumnIndex": 4}
        rule = {
            "ranges": [where],
            "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}},
        }
        desk.people.batch({"addConditionalFormatRule": {"rule": rule, "index": 2}})
        desk.people.copy("Tasks", "E4:E5", "H4")
        write_all(desk)
        at = {"sheetId": where["sheetId"], "index": 0}
        desk.refresh(lambda people: people.batch({"deleteConditionalFormatRule": at}))
        rules = desk.people.rules("Tasks")
        assert sum(mark_of(one) is None for one in rules) == 1
        assert sorted(filter(None, map(mark_of, rules))) == sorted({mark_of(one) for one in rules} - {None})


def test_a_workbook_that_never_holds_still_is_not_called_done(desk: Desk) -> None:
    write_all(desk)
    server().reset()
    for call in range(1, 40):
        server().before(call, lambda: desk.people.insert_rows("Tasks", 3))
    known = identify(desk.base, desk.workbook.read(LAYOUT), LAYOUT, lambda _: "n")
    plan = merge(desk.base, known, desk.incoming(), LAYOUT, Limits())
    with pytest.raises(NotConverged) as caught:
        desk.workbook.apply(plan, known.current, LAYOUT)
    assert caught.value.hint
    server().reset()
    desk.refresh()
    assert desk.refresh()[0] == Plan()


def test_a_range_that_people_locked_is_told_and_nothing_is_written(desk: Desk) -> None:
    desk.people.protect("Tasks", "E5")
    before = desk.people.values("Tasks")
    write_all(desk)
    with pytest.raises(WorkbookDenied) as caught:
        desk.refresh()
    assert "Protect sheets and ranges" in (caught.value.hint or "")
    assert desk.people.values("Tasks") == before


def test_budget_does_not_grow_with_what_there_is_to_do(desk: Desk) -> None:
    write_all(desk)
    desk.facts["f1"]["value"] = 5
    desk.said |= {f"t{n}": {"task": f"Task {n}", "light": "red", "late": n} for n in range(7, 60)}
    desk.people.set_range("Tasks", "B9", [["Theirs"], ["Theirs too"]])
    _, receipt = desk.refresh()
    assert (receipt.calls["write"], server().count("read"), server().count("write")) == (1, 1, 1)
    assert desk.refresh()[0] == Plan()
    assert (server().count("read"), server().count("write")) == (1, 0)


class TestMutants:
    """Each defence taken away: people lose something, and the cases above would say so."""

    @pytest.mark.parametrize("move", ["a column put in", "a column of ours moved to the front"])
    def test_without_guards_a_moved_column_is_hit(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, move: str) -> None:
        monkeypatch.setattr("sheetsync.workbooks.google.batches.guards", lambda *_: [])
        write_all(desk)
        desk.refresh(MOVES[move])
        owners = {row_id: row["owner"] for row_id, row in desk.rows().items() if row["owner"]}
        assert owners != OWNERS

    def test_without_guards_a_row_above_the_headings_costs_a_heading(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sheetsync.workbooks.google.batches.guards", lambda *_: [])
        write_all(desk)
        desk.refresh(MOVES["a row put in above the headings"])
        assert "Light" not in desk.people.values("Tasks")[2]

    def test_without_the_hidden_tab_who_types_first_loses(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sheetsync.workbooks.google.batches.keeping", lambda *_, **__: [])
        desk.said["t3"]["due"] = "ours"
        desk.refresh(lambda people: people.set_cell("Tasks", "C5", "theirs"))
        assert desk.rows()["t3"]["due"] == "ours"

    def test_without_a_second_look_a_sorted_row_gets_anothers_value(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sheetsync.workbooks.google.write.Pen.converge", once)
        write_all(desk)
        desk.refresh(MOVES["rows sorted"])
        assert any(row["late"] != int(row_id[1:]) for row_id, row in desk.rows().items())

    def test_without_tokens_a_late_answer_places_rows_twice(self, desk: Desk) -> None:
        """The same batch sent twice is refused the second time; without its token it is not."""
        desk.said["t7"] = {"task": "Task 7", "light": "red", "late": 7}
        desk.refresh()
        body = next(call.body for call in server().requests if call.kind == "write")
        transport = desk.workbook.transport
        path = f"/v4/spreadsheets/{desk.workbook.place.rsplit('/', 1)[-1]}:batchUpdate"
        assert isinstance(transport.write(path, body, place="here"), NotApplied)
        bare = {"requests": [request for request in body["requests"] if "appendCells" in request]}
        assert isinstance(transport.write(path, bare, place="here"), Applied)
        assert [row[0] for row in desk.people.values("Tasks")].count("t7") == 2


def once(self: Any, work: Any, sight: Any) -> Any:
    """One write that is taken for done."""
    return self._round(work, work.pending(sight), sight)[0]
