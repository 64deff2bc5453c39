"""The round of a Monday: the demo plan, a person at LibreOffice, and what the next refresh makes of the edits."""

from __future__ import annotations

import hashlib
import shutil
import sys
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from sheetsync.bootstrap import load_project
from sheetsync.core.model.workbook import Current, CurrentRow
from sheetsync.pipeline.refresh import Refreshed, RefreshOptions, refresh
from sheetsync.workbooks.excel.references import cell_name, column_letters
from tests.office.people import act, office_is_here

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 22)
OPTIONS = RefreshOptions(today=TODAY, now=datetime(2026, 11, 22, 12))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo project, made once: its folder."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import demo

    folder = tmp_path_factory.mktemp("demo") / "demo"
    demo.main(["--dir", str(folder), "--today", TODAY.isoformat()])
    return folder / "plan"


@pytest.fixture
def plan(made: Path, tmp_path: Path) -> Path:
    """A copy of the demo project to work in."""
    shutil.copytree(made, tmp_path / "plan")
    return tmp_path / "plan"


def go(plan: Path) -> Refreshed:
    return refresh(load_project(plan), OPTIONS)


def read(plan: Path) -> Current:
    project = load_project(plan)
    return project.workbook.read(project.layout)


def digest(plan: Path) -> str:
    return hashlib.sha256((plan / "plan.xlsx").read_bytes()).hexdigest()


def place(current: Current, tab: str, row: CurrentRow, column: str) -> tuple[str, str]:
    standing = current.tabs[tab]
    return standing.title, cell_name(row.position, standing.places[column])


def tasks(current: Current) -> list[CurrentRow]:
    return list(current.tabs["weekly"].rows)


@pytest.mark.libreoffice
def test_a_persons_edits_are_read_used_recorded_and_kept(plan: Path) -> None:
    if not office_is_here():
        pytest.skip("LibreOffice with its Python bridge is not here")
    before = read(plan)
    weekly, goals = before.tabs["weekly"], before.tabs["goals"]
    open_task = next(row for row in tasks(before) if row.cells.get("status") == "To do")
    unowned = next(row for row in tasks(before) if not row.cells.get("owner"))
    goal = next(row for row in goals.rows if row.cells.get("target"))
    last = max(row.position for row in weekly.rows)
    new = last + 1
    widest = max(weekly.places.values())
    acts = [
        ["type", *place(before, "weekly", open_task, "status"), "已完成"],
        ["type", *place(before, "weekly", unowned, "owner"), "Sales lead"],
        ["type", *place(before, "weekly", open_task, "blocker"), "=none & <nothing>"],
        ["type", *place(before, "goals", goal, "target"), 123456],
        ["type", weekly.title, cell_name(new, weekly.places["title"]), "A task of our own"],
        ["type", weekly.title, cell_name(new, weekly.places["week"]), "2"],
        ["type", weekly.title, cell_name(2, weekly.places["title"]), "What we do"],
        ["type", weekly.title, cell_name(2, widest + 1), "Our column"],
        ["type", weekly.title, cell_name(3, widest + 1), "our note"],
        ["sort", weekly.title, f"A3:{column_letters(widest + 1)}{new}", weekly.places["title"] - 1, False],
        ["add_tab", "Ours"],
        ["type", "Ours", "B2", 42],
    ]
    act(plan / "plan.xlsx", *acts)

    done = go(plan)
    after = read(plan)
    rows = {row.row_id: row for row in tasks(after)}
    assert rows[open_task.row_id].cells["status"] == "已完成"
    assert rows[open_task.row_id].cells["blocker"] == "=none & <nothing>"
    assert rows[open_task.row_id].cells["light"] == "Green"
    assert rows[unowned.row_id].cells["owner"] == "Sales lead"
    ours = next(row for row in rows.values() if row.cells.get("title") == "A task of our own")
    assert ours.row_id
    assert ours.cells["light"]
    assert after.tabs["weekly"].headings["title"] == "What we do"
    changed_goal = next(row for row in after.tabs["goals"].rows if row.row_id == goal.row_id)
    assert changed_goal.cells["target"] == 123456
    assert changed_goal.cells["percent"] != goal.cells["percent"]
    before_done = sum(row.cells.get("status") == "Done" for row in tasks(before))
    assert done.outcome.facts.tasks
    assert sum(task.status == "done" for task in done.outcome.facts.tasks) == before_done + 1
    assert not [f for f in done.outcome.findings if f.signal.code == "SS501" and unowned.row_id in f.signal.subject]

    logged = [row.cells for row in after.tabs["changes"].rows]
    assert any(cells.get("new") == "已完成" for cells in logged)
    assert any("A task of our own" in str(cells.get("row")) for cells in logged)

    book = openpyxl.load_workbook(plan / "plan.xlsx")
    assert book["Ours"]["B2"].value == 42
    assert "our note" in [cell.value for cell in book[after.tabs["weekly"].title][column_letters(widest + 1)]]

    stands = digest(plan)
    third = go(plan)
    assert third.plan.is_empty
    assert digest(plan) == stands


def test_a_second_refresh_writes_nothing(plan: Path) -> None:
    stands = digest(plan)
    done = go(plan)
    assert done.plan.cell_count == 0
    assert done.receipt is not None
    assert done.receipt.cells_written == 0
    assert digest(plan) == stands


def test_the_plan_only_run_changes_no_file(plan: Path) -> None:
    def everything() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in sorted(plan.rglob("*")) if p.is_file() and "-shm" not in p.name}

    before = everything()
    refresh(load_project(plan), RefreshOptions(today=date(2026, 11, 23), now=datetime(2026, 11, 23, 9), plan_only=True))
    after = everything()
    assert {name for name in before if before[name] != after.get(name)} == set()
    assert set(after) == set(before)
