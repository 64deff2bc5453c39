"""The transport: three outcomes, bounded retries, a minute waited out, nothing secret said; no real time passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from sheetsync.errors import ConfigError, WorkbookDenied, WorkbookError, WorkbookMissing, WorkbookUnavailable
from sheetsync.workbooks.google.auth import local
from sheetsync.workbooks.google.outcome import Account, Applied, NotApplied, Outcome, Unknown
from sheetsync.workbooks.google.refusals import as_error, refusal
from sheetsync.workbooks.google.session import checked_base
from sheetsync.workbooks.google.transport import TRIES, Transport
from tests.sheets_server import errors as google
from tests.sheets_server.faults import AFTER, BEFORE
from tests.sheets_server.server import SheetsServer


class Answer:
    def __init__(self, status: int, body: Any) -> None:
        self.status_code = status
        self.content = body if isinstance(body, bytes) else json.dumps(body).encode()


class Script:
    """A client that answers from a list, the last one for ever."""

    def __init__(self, *steps: Any) -> None:
        self.steps = list(steps)
        self.calls: list[tuple[str, str]] = []

    def exchange(self, method: str, url: str, params: Any, body: Any) -> Any:
        self.calls.append((method, url))
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step


class Clock:
    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []  # type: float, list[float]

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


OK = Answer(200, {"done": True})


def scripted(*steps: Any, deadline_s: float = 600) -> tuple[Transport, Script, Clock]:
    clock, script = Clock(), Script(*steps)
    made = Transport(local, deadline_s=deadline_s, sleep=clock.sleep, clock=lambda: clock.now, jitter=lambda: 0.0)
    made._client = script
    return made, script, clock


def error_of(kind: str) -> Answer:
    failure = (BEFORE | AFTER)[kind]()
    return Answer(failure.code, failure.body)


def write(transport: Transport) -> Outcome:
    return transport.write("/v4/x", {"a": 1}, place="here")


UNREACHED = requests.exceptions.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "no")))  # type: ignore[arg-type]
BROKEN = [
    requests.exceptions.ReadTimeout("slow"),
    requests.exceptions.ConnectionError("reset by peer"),
    requests.exceptions.ChunkedEncodingError("cut"),
    requests.exceptions.ContentDecodingError("gzip"),
    OSError("anything"),
]


class TestWrites:
    @pytest.mark.parametrize("kind", ["500-before", "503-before", "500-after"])
    def test_a_5xx_is_unknown_and_not_sent_again(self, kind: str) -> None:
        transport, script, _ = scripted(error_of(kind))
        assert isinstance(write(transport), Unknown)
        assert len(script.calls) == 1

    @pytest.mark.parametrize("error", BROKEN, ids=lambda error: type(error).__name__)
    def test_a_broken_connection_is_unknown_and_not_sent_again(self, error: Exception) -> None:
        transport, script, _ = scripted(error)
        assert isinstance(write(transport), Unknown)
        assert len(script.calls) == 1

    @pytest.mark.parametrize("body", [b'{"cut', b"<html>log in</html>", b"[1]"])
    def test_a_200_that_is_not_googles_is_unknown(self, body: bytes) -> None:
        transport, script, _ = scripted(Answer(200, body))
        assert isinstance(write(transport), Unknown)
        assert len(script.calls) == 1

    def test_a_redirect_is_unknown_and_not_followed(self) -> None:
        transport, script, _ = scripted(Answer(302, b""))
        assert isinstance(write(transport), Unknown)
        assert len(script.calls) == 1

    @pytest.mark.parametrize("kind", ["429", "403-quota"])
    def test_out_of_quota_waits_out_the_minute_and_goes_on(self, kind: str) -> None:
        transport, script, clock = scripted(error_of(kind), OK)
        assert isinstance(write(transport), Applied)
        assert len(script.calls) == 2
        assert clock.slept == [61.0]

    def test_never_sent_is_sent_again(self) -> None:
        transport, script, _ = scripted(UNREACHED, requests.exceptions.ConnectTimeout("x"), OK)
        assert isinstance(write(transport), Applied)
        assert len(script.calls) == 3

    def test_a_400_comes_back_to_the_caller_at_once(self) -> None:
        transport, script, _ = scripted(Answer(400, google.bad_request("Invalid requests[0]").body))
        outcome = write(transport)
        assert isinstance(outcome, NotApplied)
        assert (outcome.status, outcome.message) == (400, "Invalid requests[0]")
        assert len(script.calls) == 1

    @pytest.mark.parametrize("kind", ["401", "403-permission", "403-disabled", "403-storage", "404"])
    def test_a_permanent_refusal_is_never_tried_again(self, kind: str) -> None:
        transport, script, clock = scripted(error_of(kind))
        with pytest.raises(WorkbookError) as caught:
            write(transport)
        assert caught.value.hint
        assert (len(script.calls), clock.slept) == (1, [])


class TestReads:
    @pytest.mark.parametrize("kind", ["429", "500-before", "503-before"])
    def test_they_are_tried_again(self, kind: str) -> None:
        transport, script, _ = scripted(error_of(kind), OK)
        assert transport.read("/v4/x", {}, place="here").data == {"done": True}
        assert len(script.calls) == 2

    def test_tries_are_bounded(self) -> None:
        transport, script, _ = scripted(error_of("503-before"), deadline_s=1e9)
        with pytest.raises(WorkbookUnavailable):
            transport.read("/v4/x", {}, place="here")
        assert len(script.calls) == TRIES

    def test_time_is_bounded(self) -> None:
        transport, script, clock = scripted(error_of("429"), deadline_s=100)
        with pytest.raises(WorkbookUnavailable) as caught:
            transport.read("/v4/x", {}, place="here")
        assert clock.now - 1000 <= 100
        assert len(script.calls) == 2
        assert "quota" in caught.value.message

    def test_no_call_is_made_when_the_time_is_used_up(self) -> None:
        transport, script, clock = scripted(OK, deadline_s=10)
        transport.begin()
        clock.now += 11
        with pytest.raises(WorkbookUnavailable):
            transport.read("/v4/x", {}, place="here")
        assert script.calls == []

    def test_waits_double_and_stay_bounded(self) -> None:
        transport, _, clock = scripted(error_of("503-before"), deadline_s=1e9)
        transport._jitter = lambda: 1.0
        with pytest.raises(WorkbookUnavailable):
            transport.read("/v4/x", {}, place="here")
        assert clock.slept == [2.5, 4.5, 8.5, 16.5, 32.5]


class TestMessages:
    @pytest.mark.parametrize(
        ("kind", "error", "words"),
        [
            ("401", WorkbookDenied, "did not accept the sign-in"),
            ("403-permission", WorkbookDenied, "not shared with bot@example.com"),
            ("403-disabled", WorkbookDenied, "not switched on"),
            ("403-storage", WorkbookDenied, "storage"),
            ("403-quota", WorkbookUnavailable, "quota of calls"),
            ("429", WorkbookUnavailable, "quota of calls"),
            ("404", WorkbookMissing, "no such spreadsheet"),
        ],
    )
    def test_refusals_are_told_apart(self, kind: str, error: type[WorkbookError], words: str) -> None:
        answer = error_of(kind)
        made = as_error(refusal(answer.status_code, answer.content), "the sheet", "bot@example.com")
        assert type(made) is error
        assert words in made.message
        assert made.hint
        assert made.where == "the sheet"

    @pytest.mark.parametrize(
        "body", [b"", b"<html>", b"[]", b'{"error":"invalid_grant"}', b'{"error":{"details":[1]}}']
    )
    def test_strange_bodies_are_refusals_all_the_same(self, body: bytes) -> None:
        assert refusal(403, body).status == 403

    @pytest.mark.parametrize(("error", "kind"), [(RefreshError("ya29.secret"), WorkbookDenied),
                                                 (TransportError("ya29.secret"), WorkbookUnavailable)])  # fmt: skip
    def test_a_failed_sign_in_says_nothing_secret(self, error: Exception, kind: type[WorkbookError]) -> None:
        transport, _, _ = scripted(error, deadline_s=1.0)
        with pytest.raises(kind) as caught:
            write(transport)
        assert "ya29" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


class TestBounds:
    @pytest.mark.parametrize("url", ["https://sheets.googleapis.com/", "https://eu.sheets.googleapis.com",
                                     "http://127.0.0.1:1", "http://localhost:80", "http://[::1]:5"])  # fmt: skip
    def test_google_and_this_machine_are_taken(self, url: str) -> None:
        assert checked_base(url) == url.rstrip("/")

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example",
            "http://sheets.googleapis.com",
            "https://a.googleapis.com.evil",
            "https://googleapis.com@evil.example",
            "file:///etc/passwd",
            "",
            "//googleapis.com",
            "https://u:p@sheets.googleapis.com",
            "https://evilgoogleapis.com",
        ],
    )
    def test_nobody_else_is(self, url: str) -> None:
        with pytest.raises(ConfigError):
            checked_base(url)

    def test_an_answer_without_end_is_cut_off(self) -> None:
        with SheetsServer() as server:
            book = server.create()
            server.faults.at(0, "gzip-bomb")
            transport = Transport(local, base_url=server.url, max_answer=100_000, sleep=lambda _: None)
            transport.read(f"/v4/spreadsheets/{book.spreadsheet_id}", {}, place="here")
        assert transport.account.counts["retries"] == 1
        assert transport.account.counts["bytes_received"] < 100_000

    def test_calls_and_bytes_are_counted(self) -> None:
        transport, _, _ = scripted(error_of("503-before"), OK)
        transport.read("/v4/x", {}, place="here")
        write(transport)
        counted = transport.account.counts
        assert (counted["read"], counted["write"], counted["retries"], counted["bytes_sent"]) == (2, 1, 1, 7)

    def test_the_account_tells_what_came_since(self) -> None:
        account = Account()
        account.add("read")
        before = dict(account.counts)
        account.add("write", 2)
        assert account.since(before) == {"write": 2}


def test_a_body_is_compact_utf8() -> None:
    sent: list[bytes] = []
    transport, script, _ = scripted(OK)
    keep: Callable[..., Any] = lambda method, url, params, body: sent.append(body) or OK  # type: ignore[func-returns-value] # noqa: E731
    script.exchange = keep  # type: ignore[method-assign]
    transport.write("/v4/x", {"名": "完成"}, place="here")
    assert sent == ['{"名":"完成"}'.encode()]
