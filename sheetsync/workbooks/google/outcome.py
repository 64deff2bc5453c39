"""What can become of one call: three outcomes for a write, and the account of calls made.

A write that was sent and not answered is neither done nor failed. It is Unknown: look again, then decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Applied:
    """Google did it and said so. `data` is the answer, `revision` a fingerprint of it."""

    data: dict[str, Any]
    revision: str


@dataclass(frozen=True, slots=True)
class NotApplied:
    """Google did not do it: refused (`status`, `message`, and Google's own `reason`) or never reached."""

    status: int
    message: str
    reason: str = ""

    @property
    def out_of_quota(self) -> bool:
        """Whether waiting helps: a rate was exceeded. Drive says 403 where Sheets says 429."""
        rates = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
        return self.status == 429 or (self.status == 403 and self.reason in rates)

    @property
    def never_sent(self) -> bool:
        """Whether the request did not reach Google at all."""
        return self.status == 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, and then: no answer, half an answer, or a 5xx (Google was seen to answer 500 and 503 after a commit)."""

    message: str


Outcome: TypeAlias = Applied | NotApplied | Unknown


@dataclass(slots=True)
class Account:
    """The call budget of a run: calls as Google's quota counts them, and bytes of bodies."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, count: int = 1) -> None:
        """Counts something."""
        self.counts[name] = self.counts.get(name, 0) + count

    def since(self, before: dict[str, int]) -> dict[str, int]:
        """What was counted since a copy of `counts` was taken, zeros left out."""
        gone = {name: count - before.get(name, 0) for name, count in self.counts.items()}
        return {name: count for name, count in gone.items() if count}
