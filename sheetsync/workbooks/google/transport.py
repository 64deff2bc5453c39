"""One call to Google, with three outcomes; retries bounded in count and time.

Reads are tried again freely. A write is tried again only when it is certain that nothing was written; when that is not
certain its outcome is Unknown, and only a look at the workbook can tell. Google sends no Retry-After: after a 429 the
rest of the minute is waited out, because shorter waits were measured to be refused again.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from sheetsync.errors import WorkbookDenied, WorkbookUnavailable
from sheetsync.workbooks.google.auth import SignIn
from sheetsync.workbooks.google.outcome import Account, Applied, NotApplied, Outcome, Unknown
from sheetsync.workbooks.google.quota import NoQuota, Quota, SharedQuota
from sheetsync.workbooks.google.refusals import as_error, refusal
from sheetsync.workbooks.google.session import DEFAULT_BASE, DRIVE_BASE, MAX_ANSWER, checked_base, http_client

DEADLINE_S = 600.0
"""Seconds a run may spend on one workbook, waits included."""

TRIES = 6
"""Tries of one call. With the waits below that is at least one full minute window."""

_WINDOW_S, _JITTER_S, _LONGEST_WAIT_S = 60.0, 5.0, 32.0


class Transport:
    """Calls to the Sheets API for one workbook. Tests replace `sleep`, `clock` (s) and `jitter` (0 to 1)."""

    def __init__(
        self,
        sign_in: Callable[[], SignIn],
        *,
        base_url: str = DEFAULT_BASE,
        quota: Quota | Path | None = None,
        deadline_s: float = DEADLINE_S,
        max_answer: int = MAX_ANSWER,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`quota` is a Quota, or the path of the file in which this machine's processes share it."""
        self.base_url = checked_base(base_url)
        self.account = Account()
        self._sign_in = sign_in
        self._quota_of = quota
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._deadline_s, self._max_answer = deadline_s, max_answer
        self._ends: float | None = None
        self._client: Any = None
        self._window: list[float] = []

    @cached_property
    def signed(self) -> SignIn:
        """Who calls; signed in at the first call. Raises ConfigError and WorkbookDenied."""
        return self._sign_in()

    @cached_property
    def _quota(self) -> Quota:
        if isinstance(self._quota_of, Path):
            return SharedQuota(self._quota_of, self.identity)
        return self._quota_of or NoQuota()

    @property
    def identity(self) -> str:
        """The address that spreadsheets are shared with."""
        return self.signed.identity

    def begin(self) -> None:
        """Starts the run's deadline anew."""
        self._ends = self._clock() + self._deadline_s

    def read(self, path: str, params: Mapping[str, str], *, place: str) -> Applied:
        """A GET. Raises WorkbookMissing, WorkbookDenied, WorkbookUnavailable, WorkbookUnreadable."""
        outcome = self._call("GET", path, params, None, place, again=lambda got: not isinstance(got, Applied))
        if isinstance(outcome, Applied):
            return outcome
        if isinstance(outcome, NotApplied):
            raise as_error(outcome, place, self.identity)
        raise WorkbookUnavailable(f"Google gave no whole answer: {outcome.message}", where=place, hint="run again")

    def write(self, path: str, body: object, *, place: str, params: Mapping[str, str] | None = None) -> Outcome:
        """A POST that changes something. NotApplied comes back for 400 only: the caller looks again.

        Raises WorkbookMissing, WorkbookDenied and WorkbookUnavailable when nothing was written and no retry helps.
        """
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        outcome = self._call("POST", path, params or {}, data, place, again=lambda got: isinstance(got, NotApplied))
        if isinstance(outcome, NotApplied) and outcome.status != 400:
            raise as_error(outcome, place, self.identity)
        return outcome

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | None,
        place: str,
        *,
        again: Callable[[Outcome], bool],
    ) -> Outcome:
        from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt

        def out_of_time(state: RetryCallState) -> bool:
            return self._left() <= state.upcoming_sleep

        if self._ends is None:
            self.begin()
        if self._left() <= 0:
            raise WorkbookUnavailable("the time for this run is used up", where=place, hint="run again")
        retrying = Retrying(
            sleep=self._sleep,
            wait=self._wait,
            stop=lambda state: stop_after_attempt(TRIES)(state) or out_of_time(state),
            retry=retry_if_result(lambda got: again(got) and _may_pass(got)),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        outcome: Outcome = retrying(self._once, method, path, params, body, place)
        return outcome

    def _url(self, path: str) -> str:
        at_home = self.base_url == DEFAULT_BASE
        return (DRIVE_BASE if at_home and path.startswith("/drive/") else self.base_url) + path

    def _left(self) -> float:
        return (self._ends or 0.0) - self._clock()

    def _wait(self, state: Any) -> float:
        """Seconds before the next try: the rest of the minute after a 429, else doubling with full jitter."""
        outcome = state.outcome.result()
        self.account.add("retries")
        if isinstance(outcome, NotApplied) and outcome.out_of_quota:
            self._quota.drain()
            first = self._window[0] if self._window else self._clock()
            return max(0.0, first + _WINDOW_S - self._clock()) + 1.0 + self._jitter() * _JITTER_S
        doubled = float(min(2**state.attempt_number, _LONGEST_WAIT_S))
        return 0.5 + self._jitter() * doubled

    def _once(self, method: str, path: str, params: Mapping[str, str], body: bytes | None, place: str) -> Outcome:
        kind = "write" if method == "POST" else "read"
        self._quota.take(kind, self._sleep, max(0.0, self._left()))
        now = self._clock()
        self._window = [moment for moment in self._window if moment > now - _WINDOW_S] + [now]
        self.account.add(kind)
        self.account.add("bytes_sent", len(body or b""))
        return self._exchange(method, path, {"prettyPrint": "false", **params}, body, place)

    def _exchange(self, method: str, path: str, params: dict[str, str], body: bytes | None, place: str) -> Outcome:
        from google.auth.exceptions import GoogleAuthError, TransportError
        from requests import RequestException

        if self._client is None:
            self._client = http_client(self.signed.credentials, max_answer=self._max_answer)
        try:
            answer = self._client.exchange(method, self._url(path), params, body)
        except TransportError:
            return NotApplied(0, "the sign-in service did not answer")
        except GoogleAuthError as error:
            raise WorkbookDenied(
                f"signing in to Google failed ({type(error).__name__})",
                where=place,
                hint="the key or token was revoked or is out of date: run `sheetsync doctor`, then sign in again",
            ) from None
        except (RequestException, OSError) as error:
            return _broken(error)
        self.account.add("bytes_received", len(answer.content))
        return _meaning(answer.status_code, answer.content)


def _may_pass(outcome: Outcome) -> bool:
    """Whether another try may end otherwise. Refusals other than of rate are permanent."""
    return not isinstance(outcome, NotApplied) or outcome.out_of_quota or outcome.never_sent


def _meaning(status: int, content: bytes) -> Outcome:
    if 200 <= status < 300:
        try:
            data = json.loads(content) if content else {}
        except ValueError:
            return Unknown("the answer was cut off or is not from Google")
        if not isinstance(data, dict):
            return Unknown("the answer is not from Google")
        return Applied(data, sha256(content).hexdigest()[:32])
    if 300 <= status < 400:
        return Unknown("the request was redirected (a proxy or a log-in page stands between)")
    refused = refusal(status, content)
    if status >= 500 or status == 408:
        return Unknown(f"Google answered {status}: {refused.message}")
    return refused


def _broken(error: Exception) -> Outcome:
    """A call that ended without an answer: never sent, or no telling. Libraries' words may hold URLs."""
    from requests.exceptions import ConnectionError as Broken
    from requests.exceptions import ConnectTimeout, ProxyError, SSLError
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    inner = error.args[0] if error.args else None
    refused = isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)
    if isinstance(error, ConnectTimeout | SSLError | ProxyError) or (isinstance(error, Broken) and refused):
        return NotApplied(0, f"no connection ({type(error).__name__})")
    return Unknown(f"the connection broke ({type(error).__name__})")
