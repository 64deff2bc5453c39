"""How long identity and merge take, and how that grows: `python scripts/bench_merge.py [--tabs 11] [--rows 5000]`.

A workbook of `tabs` tabs with 12 columns (4 people's, 2 seeded, 6 the engine's) and `rows` rows each. Three refreshes
are measured, in CPU seconds, the best of three: nothing changed; 1 % of the lights changed; every light changed, rows
added and ids blanked.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from itertools import count

from sheetsync.core.merge.identity import identify
from sheetsync.core.merge.settle import settle
from sheetsync.core.merge.threeway import merge
from sheetsync.core.model.layout import Column, Kind, Layout, Owner, Tab
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.workbook import Base, Current, CurrentRow, CurrentTab, Incoming, IncomingRow, IncomingTab

OWNERS = (Owner.SEEDED,) * 2 + (Owner.PEOPLE,) * 4 + (Owner.ENGINE,) * 6


def layout_of(tabs: int) -> Layout:
    """`tabs` tabs of 12 columns."""
    columns = tuple(Column(f"c{i}", owner, Kind.TEXT, f"Column {i}") for i, owner in enumerate(OWNERS))
    return Layout(
        "bench", "bench", "2026-03", "en", "Bench", tuple(Tab(f"t{n}", f"Tab {n}", columns) for n in range(tabs))
    )


def current_of(layout: Layout, rows: int) -> Current:
    """A full workbook: texts, numbers and a fifth of the cells empty."""
    tabs = {}
    for tab in layout.tabs:
        lines = tuple(
            CurrentRow(
                f"r{n}",
                {
                    c.key: (n * 7 + i) / 4 if i % 2 else f"text {n} {i}"
                    for i, c in enumerate(tab.columns)
                    if (n + i) % 5
                },
                n + 3,
            )
            for n in range(rows)
        )
        keys = tuple(c.key for c in tab.columns)
        tabs[tab.key] = CurrentTab(tab.key, tab.title, keys, {c.key: c.heading for c in tab.columns}, lines)
    return Current("r1", tabs, "bench")


def incoming_of(current: Current, every: int | None) -> Incoming:
    """What the engine says: as it stands, but for the light (c6) of every n-th row; and one new row in a hundred."""
    tabs = {}
    for key, tab in current.tabs.items():
        rows = []
        for n, row in enumerate(tab.rows):
            cells = {k: v for k, v in row.cells.items() if k not in ("c2", "c3", "c4", "c5")}
            if every and n % every == 0:
                cells["c6"] = "another light"
            rows.append(IncomingRow(str(row.row_id), cells))
        if every == 1:
            rows += [IncomingRow(f"new{n}", {"c0": "new"}) for n in range(len(rows) // 100)]
        tabs[key] = IncomingTab(tuple(rows))
    return Incoming(tabs)


def blanked(current: Current) -> Current:
    """Every tenth id blanked, as by a person who sorted a helper column over it."""
    tabs = {
        key: replace(tab, rows=tuple(replace(r, row_id=None) if n % 10 == 0 else r for n, r in enumerate(tab.rows)))
        for key, tab in current.tabs.items()
    }
    return replace(current, tabs=tabs)


def measure(layout: Layout, base: Base, current: Current, incoming: Incoming) -> tuple[float, Plan]:
    """Seconds of CPU for identify + merge, the best of three."""
    best, plan = float("inf"), Plan()
    for _ in range(3):
        numbers = count()
        start = time.process_time()
        plan = merge(base, identify(base, current, layout, lambda tab, n=numbers: f"{tab}.{next(n)}"), incoming, layout)
        best = min(best, time.process_time() - start)
    return best, plan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, default=11)
    parser.add_argument("--rows", type=int, default=5000)
    options = parser.parse_args()
    layout = layout_of(options.tabs)
    heads = ("rows a tab", "cells", "nothing new", "1 % changed", "all lights, ids blanked", "settle")
    print("  ".join(heads))
    for rows in (options.rows // 5, options.rows, options.rows * 2):
        current = current_of(layout, rows)
        base = settle(Base(), current, Plan(), "run-0")
        base = settle(base, current, merge(base, current, incoming_of(current, None), layout), "run-1")
        quiet, plan = measure(layout, base, current, incoming_of(current, None))
        assert plan.is_empty, "nothing changed, so nothing may be planned"
        some, plan = measure(layout, base, current, incoming_of(current, 100))
        assert len(plan.writes) == options.tabs * len(range(0, rows, 100))
        much, plan = measure(layout, base, blanked(current), incoming_of(current, 1))
        assert len(plan.ids) == options.tabs * len(range(0, rows, 10))
        start = time.process_time()
        settle(base, current, plan, "run-1")
        last = time.process_time() - start
        cells = options.tabs * rows * len(OWNERS)
        figures = (str(rows), str(cells), f"{quiet:.2f} s", f"{some:.2f} s", f"{much:.2f} s", f"{last:.2f} s")
        print("  ".join(figure.rjust(len(head)) for figure, head in zip(figures, heads, strict=True)), flush=True)


if __name__ == "__main__":
    main()
