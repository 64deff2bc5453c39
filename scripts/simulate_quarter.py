"""A quarter in fast motion: 92 days of generated reports, daily refreshes, people's edits, three month closes.

    python scripts/simulate_quarter.py [--days 92] [--start 2026-09-01] [--seed 11] [--dir DIR]

On the way: two outages (no refresh for days; the workbook open elsewhere), one lost memory. Checked every day:
every value people typed stands where they typed it; a second refresh writes nothing and leaves the file's bytes
alone; no row id stands twice; people's own tab and column are untouched; every write was verified. A broken
invariant stops the run with exit code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import sample_files as files
from sample_planning import planning
from sample_seller import STORES, make

from sheetsync.bootstrap import freeze_workbook, load_project
from sheetsync.core.model.values import Value, same
from sheetsync.core.model.workbook import Current, CurrentRow
from sheetsync.errors import WorkbookBusy
from sheetsync.pipeline.initialise import NewProject, initialise
from sheetsync.pipeline.refresh import Refreshed, RefreshOptions, refresh
from sheetsync.pipeline.rollover import rollover
from sheetsync.render.plan_text import plan_text
from sheetsync.workbooks.excel.edit import NewRow, edit_cells
from sheetsync.workbooks.excel.references import cell_name, column_letters

STORE = STORES[0]
TEAM = """
[[team]]
name = "Ads lead"
modules = ["ads"]
capacity_hours = 30

[[team]]
name = "Supply lead"
modules = ["inventory"]
capacity_hours = 30

[[goals]]
metric = "sales"
marketplace = "US"
target = 80000
"""
OURS = "Ours"


class Broken(Exception):
    """An invariant does not hold."""


@dataclass
class Quarter:
    """The project, what people typed, and the tally."""

    root: Path
    dice: random.Random
    seed: int
    typed: dict[tuple[str, str, str], Value] = field(default_factory=dict)
    """(tab, row id, column key) -> what people last typed there."""
    added: dict[str, str] = field(default_factory=dict)
    """Title of a task people added -> its row id, once it has one ("" before)."""
    tally: Counter[str] = field(default_factory=Counter)

    @property
    def book(self) -> Path:
        """The workbook."""
        return self.root / "plan.xlsx"

    def read(self) -> Current:
        """The workbook as it stands."""
        project = load_project(self.root)
        return project.workbook.read(project.layout)

    def reports(self, day: date) -> None:
        """The day's exports: sales and campaigns daily, stock daily, planning on Sundays."""
        inbox = self.root / "inbox" / STORE.code
        seller = make(day, self.seed)
        files.business_by_date(inbox, seller, STORE)
        files.campaigns(inbox, seller, STORE)
        files.inventory(inbox, seller, STORE)
        if day.weekday() == 6:
            planning(inbox, seller, STORE)
        self.tally["report days"] += 1

    def refresh(self, day: date) -> Refreshed:
        """One refresh of the day, verified; a second one must find nothing to do."""
        done = refresh(
            load_project(self.root), RefreshOptions(today=day, now=datetime(day.year, day.month, day.day, 9))
        )
        if done.receipt is None or not done.receipt.verified:
            raise Broken(f"{day}: not verified")
        before = self.digest()
        again = refresh(
            load_project(self.root), RefreshOptions(today=day, now=datetime(day.year, day.month, day.day, 10))
        )
        if not again.plan.is_empty or self.digest() != before:
            told = plan_text(again.plan, load_project(self.root).layout)
            raise Broken(f"{day}: the second refresh wrote {again.plan.cell_count} cells\n{told}")
        self.tally["refreshes"] += 2
        self.tally["cells written"] += done.receipt.cells_written
        self.tally["hand edits read"] += len(done.plan.edits)
        return done

    def digest(self) -> str:
        """The file's bytes, as one text."""
        return hashlib.sha256(self.book.read_bytes()).hexdigest()

    def act(self, day: date) -> None:
        """People edit: statuses, owners, notes, evidence, a new task now and then, an engine cell by mistake."""
        current = self.read()
        weekly = current.tabs["weekly"]
        rows = [row for row in weekly.rows if row.row_id and row.cells.get("title")]
        changes: dict[tuple[str, str], Value] = {}
        for row in self.dice.sample(rows, min(3, len(rows))):
            column, value = self.dice.choice(
                [
                    ("status", self.dice.choice(["Done", "doing", "已完成", "blocked", "✓"])),
                    ("owner", self.dice.choice(["Ads lead", "Supply lead"])),
                    ("evidence", f"=looked at it on {day}"),
                    ("blocker", f"waiting since {day}"),
                ]
            )
            self._type(current, "weekly", row, column, value, changes)
        for row in self.dice.sample(list(current.tabs["findings"].rows), min(1, len(current.tabs["findings"].rows))):
            self._type(current, "findings", row, "note", f"seen {day}", changes)
        if self.dice.random() < 0.2 and rows:
            row = self.dice.choice(rows)
            changes[weekly.title, cell_name(row.position, weekly.places["light"])] = "by hand"
            self.tally["engine cells overwritten"] += 1
        new = [self._task(weekly, day)] if self.dice.random() < 0.3 else []
        edit_cells(self.book, self.book, changes, rows=new)

    def _type(
        self,
        current: Current,
        tab: str,
        row: CurrentRow,
        column: str,
        value: Value,
        changes: dict[tuple[str, str], Value],
    ) -> None:
        standing = current.tabs[tab]
        changes[standing.title, cell_name(row.position, standing.places[column])] = value
        self.typed[tab, row.row_id or "", column] = value
        self.tally["cells typed"] += 1

    def _task(self, weekly: object, day: date) -> NewRow:
        title = f"A task of our own of {day}"
        self.added[title] = ""
        self.tally["rows added by people"] += 1
        places = weekly.places  # type: ignore[attr-defined]
        cells = {column_letters(places["title"]): title, column_letters(places["week"]): "2"}
        return NewRow(weekly.title, cells, beside=frozenset(map(column_letters, places.values())))  # type: ignore[attr-defined]

    def check(self, day: date) -> None:
        """Every invariant, on the workbook as it stands."""
        current = self.read()
        rows = {(tab.key, row.row_id): row for tab in current.tabs.values() for row in tab.rows if row.row_id}
        for (tab, row_id, column), value in self.typed.items():
            row = rows.get((tab, row_id))
            if row is None or not same(row.cells.get(column), value):
                stands = row.cells.get(column) if row else "no row"
                raise Broken(f"{day}: {tab} {row_id} {column}: people typed {value!r}, there stands {stands!r}")
        for tab in current.tabs.values():
            ids = Counter(row.row_id for row in tab.rows if row.row_id)
            if any(count > 1 for count in ids.values()):
                raise Broken(f"{day}: {tab.key}: a row id stands twice")
        titles = {str(row.cells.get("title")): row.row_id for row in current.tabs["weekly"].rows}
        for title in self.added:
            if not titles.get(title):
                raise Broken(f"{day}: the row {title!r} has no id or is gone")
        self._own_column(day, current)
        self.tally["days checked"] += 1

    def _own_column(self, day: date, current: Current) -> None:
        if "Our column" not in current.tabs["weekly"].extra_columns:
            raise Broken(f"{day}: people's own column is gone")

    def own_things(self) -> None:
        """People add a column of their own."""
        current = self.read()
        weekly = current.tabs["weekly"]
        column = max(weekly.places.values()) + 1
        edit_cells(
            self.book,
            self.book,
            {(weekly.title, cell_name(2, column)): "Our column", (weekly.title, cell_name(3, column)): "our note"},
        )


def outage_open_elsewhere(quarter: Quarter, day: date) -> None:
    """The workbook is open in Excel all day: the refresh refuses and leaves it alone."""
    lock = quarter.book.with_name(f"~${quarter.book.name}")
    lock.write_bytes(b"\x06Someone".ljust(165, b" "))
    before = quarter.digest()
    try:
        quarter.reports(day)
        refresh(load_project(quarter.root), RefreshOptions(today=day, now=datetime(day.year, day.month, day.day, 9)))
    except WorkbookBusy:
        quarter.tally["refused while open elsewhere"] += 1
    else:
        raise Broken(f"{day}: written although it was open elsewhere")
    finally:
        lock.unlink()
    if quarter.digest() != before:
        raise Broken(f"{day}: the file changed although it was open elsewhere")


def lose_memory(quarter: Quarter) -> None:
    """The folder with state and history is gone, as on another machine."""
    shutil.rmtree(quarter.root / ".sheetsync")
    quarter.tally["memory lost"] += 1


def close_month(quarter: Quarter, day: date) -> None:
    """The first refresh of a new month closes the old one; a second rollover does nothing."""
    now = datetime(day.year, day.month, day.day, 8)

    def load() -> object:
        return load_project(quarter.root)

    done = rollover(load, freeze_workbook, today=day, now=now, early=False)  # type: ignore[arg-type]
    if done is None:
        raise Broken(f"{day}: the month was not closed")
    if rollover(load, freeze_workbook, today=day, now=now, early=False) is not None:  # type: ignore[arg-type]
        raise Broken(f"{day}: the month was closed twice")
    if not Path(done.archived).is_file():
        raise Broken(f"{day}: no archive")
    quarter.tally["months closed"] += 1
    for title in quarter.added:
        quarter.added[title] = quarter.added[title] or "carried or closed"


def run(quarter: Quarter, start: date, days: int) -> None:
    """The quarter, day by day."""
    initialise(quarter.root, NewProject(month=f"{start:%Y-%m}", marketplaces=("US",)))
    with (quarter.root / "sheetsync.toml").open("a", encoding="utf-8") as config:
        config.write(TEAM)
    away = {start + timedelta(days=days // 3 + offset) for offset in range(4)}
    busy, lost = start + timedelta(days=days // 2), start + timedelta(days=(days * 2) // 3)
    month = (start.year, start.month)
    for offset in range(days):
        day = start + timedelta(days=offset)
        if day in away:
            quarter.tally["days without a refresh"] += 1
            quarter.act(day)
            continue
        if offset and day == busy:
            outage_open_elsewhere(quarter, day)
        if day == lost:
            lose_memory(quarter)
        quarter.reports(day)
        if (day.year, day.month) != month:
            close_month(quarter, day)
            month = (day.year, day.month)
        quarter.refresh(day)
        if offset == 0:
            quarter.own_things()
        quarter.act(day)
        quarter.refresh(day)
        quarter.check(day)
        print(f"{day}  {dict(quarter.tally)}" if day.day in (1, 15) or offset == days - 1 else f"{day}", flush=True)


def main(argv: list[str] | None = None) -> int:
    """Runs the quarter and prints its summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=92)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 9, 1))
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--dir", type=Path)
    told = parser.parse_args(argv)
    folder = told.dir or Path(tempfile.mkdtemp(prefix="quarter-"))
    quarter = Quarter(folder / "plan", random.Random(told.seed), told.seed)
    started = time.monotonic()
    try:
        run(quarter, told.start, told.days)
    except Broken as broken:
        print(f"broken: {broken}", file=sys.stderr)
        return 1
    finally:
        if told.dir is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{told.days} days in {time.monotonic() - started:.0f} s, every invariant held")
    for name, count in sorted(quarter.tally.items()):
        print(f"  {name}: {count:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
