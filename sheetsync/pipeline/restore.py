"""Restore: a backup goes back, and the memory of what stood there is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sheetsync.core.model.workbook import Base
from sheetsync.pipeline.project import Project
from sheetsync.state.lock import WorkbookLock
from sheetsync.state.store import State


@contextmanager
def forget_base(project: Project, now: datetime) -> Iterator[None]:
    """Holds the lock while the workbook is put back; the base goes once that worked.

    A workbook of an earlier day differs from the base in ways nobody typed. Without a base, people's cells win and
    engine cells are written: the same as when the memory is lost.
    """
    project.memory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with WorkbookLock(project.lock_path), State.open(project.state_path, project.config.plan.id) as state:
        run_id = state.begin("restore", now)
        yield
        state.confirmed(run_id, Base())
