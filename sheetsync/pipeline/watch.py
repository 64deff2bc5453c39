"""Watch: refresh on a schedule, when complete files arrive, and when people tick "refresh requested"."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sheetsync.errors import SheetsyncError
from sheetsync.pipeline.inbox import inbox_files

LONGEST_WAIT = 3600
"""Seconds: failures back off up to this and no further."""

Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class WatchPorts:
    """What the loop needs from outside, so that a test can drive it: the round, the request box, time and a voice.

    `round` does one refresh and returns its line; `requested` says whether the box is ticked (it may raise a
    SheetsyncError, which counts as "no"); `seconds` is a monotonic clock; `say` prints a line.
    """

    round: Callable[[str], str]
    requested: Callable[[], bool]
    seconds: Callable[[], float]
    say: Callable[[str], None]


@dataclass(slots=True)
class Inbox:
    """Notices files that have stopped growing: the same size and time at two looks in a row, and not seen before."""

    folder: Path
    settled: Stamps = field(default_factory=dict)
    last: Stamps = field(default_factory=dict)

    def arrived(self) -> list[str]:
        """Names of files that became complete since the last look."""
        now = self._stamps()
        complete = [name for name, stamp in now.items() if self.last.get(name) == stamp != self.settled.get(name)]
        for name in complete:
            self.settled[name] = now[name]
        self.last = now
        return complete

    def accept_all(self) -> None:
        """Takes what is there as seen: the refresh that starts now reads it."""
        self.last = self._stamps()
        self.settled = dict(self.last)

    def _stamps(self) -> Stamps:
        found: Stamps = {}
        for path in inbox_files(self.folder):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # moved away between listing and looking
            found[str(path)] = (status.st_size, status.st_mtime_ns)
        return found


def watch(inbox: Inbox, ports: WatchPorts, stop: threading.Event, *, every: int, poll: int) -> int:
    """Runs until `stop` is set; returns how many rounds were done.

    A failed round is tried again after 1, 2, 4 ... minutes, at most an hour, and never later than the schedule would
    have it. The request box counts when it turns from unticked to ticked: people own it, so it is never unticked.
    """
    rounds, failures, ticked = 0, 0, False
    why = "start"
    due = ports.seconds()
    while not stop.is_set():
        if why or ports.seconds() >= due:
            inbox.accept_all()
            worked = _one(ports, why or "schedule")
            rounds += 1
            failures = 0 if worked else failures + 1
            due = ports.seconds() + _wait(every, failures)
            ticked = _ticked(ports) or ticked
            why = ""
        stop.wait(min(poll, max(0.05, due - ports.seconds())))
        if stop.is_set():
            break
        now_ticked = _ticked(ports)
        arrived = inbox.arrived()
        if now_ticked and not ticked:
            why = "requested in the workbook"
        elif arrived and not failures:
            why = f"{len(arrived)} new file{'s' if len(arrived) > 1 else ''}"
        ticked = now_ticked
    return rounds


def _wait(every: int, failures: int) -> int:
    if not failures:
        return every
    return min(every, LONGEST_WAIT, 60 * 2 ** (failures - 1)) if every > 60 else every


def _one(ports: WatchPorts, why: str) -> bool:
    try:
        ports.say(ports.round(why))
    except SheetsyncError as error:
        hint = f"; next: {error.hint}" if error.hint else ""
        ports.say(f"failed ({error.exit_code}) {error.message}{hint}")
        return False
    return True


def _ticked(ports: WatchPorts) -> bool:
    try:
        return ports.requested()
    except SheetsyncError:
        return False
