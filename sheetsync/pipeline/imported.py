"""What was imported: the ledger of a project's history, and files taken out of it again."""

from __future__ import annotations

from sheetsync.history.ledger import LedgerEntry, entries, forget
from sheetsync.history.store import History
from sheetsync.pipeline.project import Project
from sheetsync.state.lock import WorkbookLock


def imported(project: Project) -> tuple[LedgerEntry, ...]:
    """Every import of a project, the latest first; none where there is no history yet."""
    if not project.history_path.exists():
        return ()
    with History.open(project.history_path) as history:
        return entries(history)


def take_out(project: Project, names: tuple[str, ...]) -> tuple[LedgerEntry, ...]:
    """Forgets the rows of files (their names, or numbers of imports), all of them or none.

    Raises StateError when one is not there or its name means several files, Locked while a refresh runs.
    """
    project.memory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        WorkbookLock(project.lock_path),
        History.open(project.history_path) as history,
        history.transaction(),
    ):
        return tuple(entry for name in names for entry in forget(history, name))
