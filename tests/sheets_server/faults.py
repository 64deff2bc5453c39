"""Faults on the wire and edits between calls: which call is hit, by what, once or for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.sheets_server import errors
from tests.sheets_server.errors import ApiError

# What happens to the call, in the order of the reliability page. `-after` means: the change was committed first.
BEFORE: dict[str, Callable[[], ApiError]] = {
    "429": lambda: errors.quota_exceeded("read"),
    "403-quota": lambda: errors.drive_error(
        403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits"
    ),
    "403-permission": errors.permission_denied,
    "403-disabled": errors.service_disabled,
    "403-storage": lambda: errors.drive_error(
        403, "storageQuotaExceeded", "The user's Drive storage quota has been exceeded.", domain="usageLimits"
    ),
    "401": errors.unauthenticated,
    "404": errors.not_found,
    "500-before": lambda: ApiError(500, "Internal error encountered."),
    "503-before": lambda: ApiError(503, "The service is currently unavailable."),
}
AFTER: dict[str, Callable[[], ApiError]] = {
    "500-after": lambda: ApiError(500, "Internal error encountered."),
    "503-after": lambda: ApiError(503, "The service is currently unavailable."),
}
# On the wire. Before the commit: reset-before, timeout-before, html, html-500. After it: the others.
WIRE = (
    "reset-before",
    "reset-after",
    "timeout-before",
    "timeout-after",
    "truncated",
    "cut-json",
    "html",
    "html-500",
    "gzip-bomb",
)
KINDS = (*BEFORE, *AFTER, *WIRE)
COMMITTED = frozenset({*AFTER, "reset-after", "timeout-after", "truncated", "cut-json", "gzip-bomb"})


@dataclass
class Fault:
    """One fault: from call `index` on (`forever`) or at that call alone."""

    index: int
    kind: str
    forever: bool = False
    retry_after: float | None = None
    only: str | None = None  # `read`, `write` or `drive`: then `index` counts calls of that kind


@dataclass
class Faults:
    """The plan of faults of a server. `slow` is how long a timed-out call hangs, in seconds."""

    slow: float = 30.0
    plan: list[Fault] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def at(
        self,
        index: int,
        kind: str,
        forever: bool = False,
        *,
        retry_after: float | None = None,
        only: str | None = None,
    ) -> None:
        """Call `index` (0-based since the last reset) meets `kind`; `only` counts calls of one kind alone."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; the kinds are: {', '.join(KINDS)}")
        self.plan.append(Fault(index, kind, forever, retry_after, only))

    def clear(self) -> None:
        self.plan.clear()

    def for_call(self, index: int, kind: str, index_of_kind: int) -> Fault | None:
        """The fault that a call meets, the earliest planned first."""
        for fault in self.plan:
            at = index_of_kind if fault.only else index
            if fault.only in {None, kind} and (at == fault.index or (fault.forever and at > fault.index)):
                return fault
        return None

    def hang(self) -> None:
        """Waits as long as a timed-out call hangs, or until the server stops."""
        self.released.wait(self.slow)


@dataclass
class Quota:
    """60 reads + 60 writes a minute, as recorded: a window from its first call, failed tries do not prolong it."""

    reads: int = 60
    writes: int = 60
    window: float = 60.0  # seconds
    clock: Callable[[], float] = field(default_factory=lambda: __import__("time").monotonic)
    _started: dict[str, float] = field(default_factory=dict)
    _used: dict[str, int] = field(default_factory=dict)

    def admit(self, kind: str) -> None:
        """Counts one call. Raises the recorded 429 when the window is used up."""
        if kind not in {"read", "write"}:
            return
        now = self.clock()
        if kind not in self._started or now - self._started[kind] >= self.window:
            self._started[kind], self._used[kind] = now, 0
        if self._used[kind] >= (self.reads if kind == "read" else self.writes):
            raise errors.quota_exceeded(kind)
        self._used[kind] += 1
