"""Runs and what they read and wrote, as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import Change, ChangeKind, HandEdit
from sheetsync.core.model.values import to_data
from sheetsync.render.cells import cell_text, heading, kind_of, tab_title
from sheetsync.render.tables import table_text

MOST_CHANGES = 100
"""Changes of one run that are shown as text; `--json` has them all."""


class RunLike(Protocol):
    """What is shown of a run."""

    @property
    def run_id(self) -> str:
        """The run's id."""

    @property
    def command(self) -> str:
        """The command that ran."""

    @property
    def started(self) -> datetime:
        """When it began."""

    @property
    def status(self) -> str:
        """How far it came."""

    @property
    def reason(self) -> str:
        """Why it stopped, if it failed."""

    @property
    def cells(self) -> int:
        """Cells written."""

    @property
    def edits(self) -> int:
        """Hand edits read."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the backend told."""


def runs_text(runs: Iterable[RunLike]) -> str:
    """A table of runs, newest first."""
    rows = [
        (run.run_id, f"{run.started:%Y-%m-%d %H:%M}", run.command, str(run.status), str(run.cells), str(run.edits))
        for run in runs
    ]
    if not rows:
        return "No runs yet: `sheetsync refresh` makes the first."
    heads = ("run", "started", "command", "status", "cells", "hand edits")
    return table_text(heads, rows, right=("cells", "hand edits"))


def runs_data(runs: Iterable[RunLike]) -> list[dict[str, Any]]:
    """The same as JSON-able data."""
    return [_run(run) for run in runs]


def _run(run: RunLike) -> dict[str, Any]:
    return {
        "run": run.run_id,
        "started": run.started.isoformat(),
        "command": run.command,
        "status": str(run.status),
        "reason": run.reason,
        "cells": run.cells,
        "edits": run.edits,
        "notes": list(run.notes),
    }


def run_text(run: RunLike, edits: Sequence[HandEdit], changes: Sequence[Change], layout: Layout) -> str:
    """Everything one run read and wrote."""
    lines = [f"Run {run.run_id}: {run.command}, {run.status}, {run.cells} cells"]
    lines += [f"  why it stopped: {run.reason}"] if run.reason else []
    lines += [f"  note: {note}" for note in run.notes]
    lines += [_edit(edit, layout) for edit in edits]
    lines += [_change(change, layout) for change in changes[:MOST_CHANGES]]
    if len(changes) > MOST_CHANGES:
        lines.append(f"  … and {len(changes) - MOST_CHANGES} more (--json shows them all)")
    return "\n".join(lines)


def _edit(edit: HandEdit, layout: Layout) -> str:
    place = " · ".join(
        part for part in (tab_title(layout, edit.tab), edit.row_name, heading(layout, edit.tab, edit.column)) if part
    )
    kind = kind_of(layout, edit.tab, edit.column)
    return f"  people  {edit.kind.value}: {place}: {cell_text(edit.old, kind)} -> {cell_text(edit.new, kind)}"


def _change(change: Change, layout: Layout) -> str:
    kind = kind_of(layout, change.tab, change.column)
    old, new = cell_text(change.old, kind), cell_text(change.new, kind)
    column = heading(layout, change.tab, change.column)
    verb = "placed" if change.kind is ChangeKind.ROW else change.why
    return f"  engine  {verb}: {tab_title(layout, change.tab)} · {change.row_id} · {column}: {old} -> {new}"


def run_data(run: RunLike, edits: Sequence[HandEdit], changes: Sequence[Change]) -> dict[str, Any]:
    """The same as JSON-able data."""
    return {
        **_run(run),
        "people": [
            {
                "kind": edit.kind.value,
                "tab": edit.tab,
                "row": edit.row_id,
                "name": edit.row_name,
                "column": edit.column,
                "old": to_data(edit.old),
                "new": to_data(edit.new),
            }
            for edit in edits
        ],
        "engine": [
            {
                "kind": change.kind.value,
                "tab": change.tab,
                "row": change.row_id,
                "column": change.column,
                "old": to_data(change.old),
                "new": to_data(change.new),
                "why": change.why,
            }
            for change in changes
        ],
    }
