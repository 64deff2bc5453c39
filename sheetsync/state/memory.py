"""The base in the state file: one record a row, so that a refresh that changed little writes little."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from sheetsync.core.model.values import Value, from_data, to_data
from sheetsync.core.model.workbook import Base, BaseTab

Cells = dict[str, Value]


def read_base(db: sqlite3.Connection) -> Base:
    """The base as last saved; `Base()` (not known) if none was."""
    owner = db.execute("SELECT value FROM note WHERE key = 'base'").fetchone()
    if owner is None:
        return Base()
    rows: dict[str, dict[str, Cells]] = {}
    seeds: dict[str, dict[str, Cells]] = {}
    for tab, row_id, cells, filled in db.execute("SELECT tab, row_id, cells, seeds FROM base_row ORDER BY rowid"):
        rows.setdefault(tab, {})[row_id] = _cells(cells)
        if filled != "{}":
            seeds.setdefault(tab, {})[row_id] = _cells(filled)
    about = json.loads(owner[0])
    shapes = db.execute("SELECT tab, shape FROM base_tab ORDER BY rowid")
    tabs = {tab: _tab(json.loads(shape), rows.get(tab, {}), seeds.get(tab, {})) for tab, shape in shapes}
    return Base(tabs, known=True, plan_id=about["plan_id"], run_id=about["run_id"])


def write_base(db: sqlite3.Connection, base: Base) -> None:
    """Makes `base` the saved one, inside the caller's transaction; touches only records that differ.

    A base that is not known is no memory: whatever was saved is forgotten.
    """
    if not base.known:
        db.execute("DELETE FROM base_row")
        db.execute("DELETE FROM base_tab")
        db.execute("DELETE FROM note WHERE key = 'base'")
        return
    stored = {
        (tab, row_id): (cells, seeds)
        for tab, row_id, cells, seeds in db.execute("SELECT tab, row_id, cells, seeds FROM base_row")
    }
    wanted = {
        (key, row_id): (_text(cells), _text(tab.seeds.get(row_id, {})))
        for key, tab in base.tabs.items()
        for row_id, cells in tab.rows.items()
    }
    db.executemany(
        "DELETE FROM base_row WHERE tab = ? AND row_id = ?", [place for place in stored if place not in wanted]
    )
    db.executemany(
        "INSERT INTO base_row (tab, row_id, cells, seeds) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (tab, row_id) DO UPDATE SET cells = excluded.cells, seeds = excluded.seeds",
        [(*place, *texts) for place, texts in wanted.items() if stored.get(place) != texts],
    )
    db.execute("DELETE FROM base_tab")
    shapes = [(key, json.dumps(_shape(tab), ensure_ascii=False)) for key, tab in base.tabs.items()]
    db.executemany("INSERT INTO base_tab (tab, shape) VALUES (?, ?)", shapes)
    about = json.dumps({"plan_id": base.plan_id, "run_id": base.run_id})
    db.execute("INSERT OR REPLACE INTO note (key, value) VALUES ('base', ?)", (about,))


def _shape(tab: BaseTab) -> dict[str, object]:
    return {
        "headings": tab.headings,
        "columns": tab.columns,
        "title": tab.title,
        "tombstones": sorted(tab.tombstones),
        "renamed": tab.renamed,
        "hidden": tab.hidden,
        "extra_columns": tab.extra_columns,
    }


def _tab(shape: dict[str, object], rows: dict[str, Cells], seeds: dict[str, Cells]) -> BaseTab:
    return BaseTab(
        rows=rows,
        headings=_names(shape["headings"]),
        columns=_list(shape["columns"]),
        title=str(shape["title"]),
        tombstones=frozenset(_list(shape["tombstones"])),
        renamed=_names(shape["renamed"]),
        seeds=seeds,
        hidden=bool(shape["hidden"]),
        extra_columns=_list(shape["extra_columns"]),
    )


def _names(data: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in data.items()} if isinstance(data, dict) else {}


def _list(data: object) -> tuple[str, ...]:
    return tuple(str(item) for item in data) if isinstance(data, list) else ()


def _text(cells: Mapping[str, Value]) -> str:
    return json.dumps({key: to_data(value) for key, value in cells.items()}, ensure_ascii=False, sort_keys=True)


def _cells(text: str) -> Cells:
    return {key: from_data(value) for key, value in json.loads(text).items()}
