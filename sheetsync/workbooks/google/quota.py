"""Google's quota per minute, shared by all processes on this machine that use one sign-in.

60 reads and 60 writes a minute and user (a service account is one user). The counts lie in a SQLite file
(pyrate-limiter's bucket: measured correct across processes and after kill -9); 90 % of the quota is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from sheetsync.errors import WorkbookUnavailable

PER_MINUTE = 54
"""90 % of 60 calls of each kind."""

_MINUTE_MS, _NAP_S = 60_000, 0.5


class Quota(Protocol):
    """Whoever grants calls."""

    def take(self, kind: str, sleep: Callable[[float], None], at_most_s: float) -> None:
        """Waits for leave to make one call of this kind ("read" or "write"), no longer than given.

        Raises WorkbookUnavailable when there is none in time.
        """

    def drain(self) -> None:
        """Google refused for the quota: nobody on this machine calls again within the minute."""


class NoQuota:
    """Grants everything: one process alone, or a test."""

    def take(self, kind: str, sleep: Callable[[float], None], at_most_s: float) -> None:
        """Grants at once."""

    def drain(self) -> None:
        """Nothing is kept."""


class SharedQuota:
    """A quota in a SQLite file, one bucket each for reads and writes of one sign-in.

    `now_ms` is the wall clock in milliseconds, which all processes of a machine share.
    """

    def __init__(
        self,
        path: Path,
        identity: str,
        *,
        per_minute: int = PER_MINUTE,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._path, self._per_minute, self._now_ms = path, per_minute, now_ms
        # the file says nothing about who signs in
        self._who = sha256(identity.encode()).hexdigest()[:12]
        self._buckets: dict[str, Any] = {}

    def take(self, kind: str, sleep: Callable[[float], None], at_most_s: float) -> None:
        """Waits until one of the last minute's calls is old enough."""
        bucket, waited = self._bucket(kind), 0.0
        while not self._put(bucket):
            if waited >= at_most_s:
                raise WorkbookUnavailable(
                    "no call to Google was free in time: other runs on this machine use the same sign-in",
                    hint="spread the runs over the hour, or use one service account per group of workbooks",
                )
            sleep(_NAP_S)
            waited += _NAP_S

    def drain(self) -> None:
        """Fills both buckets for the minute to come."""
        for kind in ("read", "write"):
            bucket = self._bucket(kind)
            while self._put(bucket):
                pass

    def close(self) -> None:
        """Lets the file go."""
        for bucket in self._buckets.values():
            bucket.close()
        self._buckets.clear()

    def _put(self, bucket: Any) -> bool:
        from pyrate_limiter import RateItem

        now = self._now_ms()
        bucket.leak(now)
        return bool(bucket.put(RateItem("call", now)))

    def _bucket(self, kind: str) -> Any:
        from pyrate_limiter import Rate, SQLiteBucket

        if kind not in self._buckets:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._buckets[kind] = SQLiteBucket.init_from_file(
                [Rate(self._per_minute, _MINUTE_MS)],
                table=f"{kind}_{self._who}",
                db_path=str(self._path),
                use_file_lock=True,
            )
        return self._buckets[kind]
