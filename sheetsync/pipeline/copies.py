"""Copies of a project's memory, for looking without changing anything."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sheetsync.pipeline.project import Project
from sheetsync.state.store import State


@contextmanager
def copies(project: Project) -> Iterator[tuple[Path, Path]]:
    """Copies of (state, history) that vanish afterwards; a memory that is not there yet is not there in the copy."""
    with tempfile.TemporaryDirectory(prefix="sheetsync-") as folder:
        state, history = Path(folder) / "state.sqlite", Path(folder) / "history.duckdb"
        if project.state_path.exists():
            State.copy(project.state_path, state)
        if project.history_path.exists():
            shutil.copyfile(project.history_path, history)
        yield state, history
