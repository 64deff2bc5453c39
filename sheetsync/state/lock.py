"""One refresh at a time for a workbook. The operating system's own lock: it ends with its process, however that dies.

The lock is an optimisation and a courtesy (two refreshes would only repeat each other's reads), so nothing here can
block for ever: no PID file decides anything. A note beside it says who holds it, for the message only.
"""

from __future__ import annotations

import json
import os
import socket
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from sheetsync.errors import Locked


class WorkbookLock:
    """Holds the lock while inside `with`. `stale` then says who held it last and died without letting go, if so.

    Raises Locked when another process holds it for longer than `patience` seconds.
    """

    def __init__(self, path: Path, *, patience: float = 0.0) -> None:
        self.path = path
        self.stale: str | None = None
        self._holder = path.with_name(path.name + ".holder")
        self._lock = FileLock(path, timeout=patience, mode=0o600)

    def __enter__(self) -> Self:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout:
            who = self._held_by() or "another process"
            hint = "Wait until it is done, or end that process; a lock never outlives its process."
            raise Locked(
                f"another refresh of this workbook is running: {who}", where=str(self.path), hint=hint
            ) from None
        last = self._held_by()
        self.stale = (
            f"the last run ({last}) ended without letting go of the lock; it no longer holds it" if last else None
        )
        self._sign()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._holder.unlink(missing_ok=True)
        self._lock.release()

    def _held_by(self) -> str | None:
        try:
            note = json.loads(self._holder.read_text(encoding="utf-8"))
            return f"process {note['process']} on {note['host']}, since {note['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _sign(self) -> None:
        note = {
            "process": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now().isoformat(sep=" ", timespec="seconds"),
        }
        handle = os.open(self._holder, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(note, file)
