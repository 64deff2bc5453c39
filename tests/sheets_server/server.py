"""SheetsServer: the account, the log, the faults and the hooks behind one loopback HTTP address."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

from tests.sheets_server import discovery, sheets_api
from tests.sheets_server.account import Account
from tests.sheets_server.book import Book
from tests.sheets_server.drive_api import Drive
from tests.sheets_server.errors import ApiError, drive_error, quota_exceeded, unauthenticated, unregistered, violation
from tests.sheets_server.faults import AFTER, BEFORE, COMMITTED, Fault, Faults, Quota
from tests.sheets_server.masks import response_mask, select
from tests.sheets_server.people import People
from tests.sheets_server.values import Unverified


@dataclass
class Call:
    """One API call as it arrived and as it was answered."""

    index: int
    method: str
    path: str  # with its query, as sent
    kind: str  # read, write or drive
    bytes: int  # of the request body
    body: Any = None  # parsed JSON, or the bytes of an upload
    api: str = ""  # e.g. sheets.spreadsheets.values.get
    status: int = 0
    fault: str | None = None
    response_bytes: int = 0


@dataclass
class Reply:
    """What goes back: a status, the bytes and their type, and the fault that the wire adds."""

    status: int
    content: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    wire: str | None = None


class SheetsServer:
    """A loopback server that behaves like Sheets API v4 and a bit of Drive v3. Use it as a context manager."""

    def __init__(
        self,
        port: int = 0,
        *,
        quota: Quota | None = None,
        check_discovery: bool = True,
        require_token: bool = True,
        unverified: Unverified | None = None,
    ):
        self.account = Account()
        self.drive = Drive(self.account)
        self.faults = Faults()
        self.quota = quota
        self.unverified = unverified or Unverified()
        self.check_discovery = check_discovery and discovery.document() is not None
        self.require_token = require_token
        self.requests: list[Call] = []
        self.crashes: list[str] = []  # tracebacks of this server's own faults; a test may assert that there are none
        self._counts: dict[str, int] = {}
        self._hooks: dict[tuple[str, int], list[Callable[[], Any]]] = {}
        self._lock = threading.Lock()
        self._port = port
        self._http: ThreadingHTTPServer | None = None

    # -- life --------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        from tests.sheets_server.http_front import make_http_server

        self._http = make_http_server(self, self._port)
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        self.faults.released.set()
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The base URL, e.g. `http://127.0.0.1:40123`."""
        if self._http is None:
            raise RuntimeError("the server is not running: use `with SheetsServer() as server`")
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    # -- what tests ask and arrange -------------------------------------------------------------------------------

    def create(self, title: str = "Plan") -> Book:
        """A new spreadsheet, made by people; `.spreadsheet_id` is its id."""
        return self.account.create(title)

    def people(self, spreadsheet_id: str | None = None) -> People:
        """People who edit a spreadsheet (by default the newest one)."""
        return People(self.account, spreadsheet_id or list(self.account.files)[-1])

    def before(self, index: int, action: Callable[[], Any]) -> None:
        """Runs `action` when call `index` (0-based since the last reset) arrived and nothing was done yet."""
        self._hooks.setdefault(("before", index), []).append(action)

    def after(self, index: int, action: Callable[[], Any]) -> None:
        """Runs `action` when call `index` was committed and its answer is not sent yet."""
        self._hooks.setdefault(("after", index), []).append(action)

    def reset(self) -> None:
        """Forgets the log, the hooks and the faults; call indices start at 0 again. Spreadsheets stay."""
        with self._lock:
            self.requests.clear()
            self._counts.clear()
            self._hooks.clear()
            self.faults.clear()

    def count(self, kind: str) -> int:
        """How many calls of a kind (`read`, `write`, `drive`) arrived since the last reset."""
        return sum(1 for call in self.requests if call.kind == kind)

    def bytes_sent(self) -> int:
        """The bytes of all request bodies since the last reset."""
        return sum(call.bytes for call in self.requests)

    # -- one call --------------------------------------------------------------------------------------------------

    def handle(self, method: str, target: str, headers: dict[str, str], raw: bytes) -> Reply:
        """Answers one API call: log, hooks, faults, then Google's own behaviour."""
        path, _, query = target.partition("?")
        found = sheets_api.match(method, path) if path.startswith("/v4/") else None
        kind = "drive" if not path.startswith("/v4/") else found[0].kind if found else "read"
        call, fault = self._arrived(method, target, kind, raw)
        for action in self._hooks.get(("before", call.index), ()):
            action()
        reply = self._before_commit(call, fault)
        if reply is None:
            reply = self._answer(call, found, path, query, headers, raw)
            for action in self._hooks.get(("after", call.index), ()):
                action()
            reply = self._after_commit(reply, fault)
        call.status, call.response_bytes = reply.status, len(reply.content)
        return reply

    def _arrived(self, method: str, target: str, kind: str, raw: bytes) -> tuple[Call, Fault | None]:
        with self._lock:
            index, of_kind = len(self.requests), self._counts.get(kind, 0)
            self._counts[kind] = of_kind + 1
            call = Call(index, method, target, kind, len(raw))
            self.requests.append(call)
            fault = self.faults.for_call(index, kind, of_kind)
            call.fault = fault.kind if fault else None
        return call, fault

    def _before_commit(self, call: Call, fault: Fault | None) -> Reply | None:
        if fault is None or fault.kind in COMMITTED:
            return None
        if fault.kind in BEFORE:
            refused = BEFORE[fault.kind]()
            if fault.kind == "429":
                refused = quota_exceeded("write" if call.kind == "write" else "read")
            reply = _json_reply(refused.code, refused.body)
            if fault.retry_after is not None:
                reply.headers["Retry-After"] = f"{fault.retry_after:g}"
            return reply
        if fault.kind in {"html", "html-500"}:
            page = b"<!DOCTYPE html><html><body><h1>Sign in to the network</h1></body></html>"
            return Reply(200 if fault.kind == "html" else 500, page, "text/html; charset=UTF-8")
        return Reply(0, b"", wire=fault.kind)

    def _after_commit(self, reply: Reply, fault: Fault | None) -> Reply:
        if fault is None:
            return reply
        if fault.kind in AFTER:
            failed = AFTER[fault.kind]()
            return _json_reply(failed.code, failed.body)
        if fault.kind == "cut-json":
            return Reply(reply.status, reply.content[: len(reply.content) // 2], reply.content_type)
        reply.wire = fault.kind
        return reply

    def _answer(
        self,
        call: Call,
        found: tuple[sheets_api.Route, dict[str, str]] | None,
        path: str,
        query: str,
        headers: dict[str, str],
        raw: bytes,
    ) -> Reply:
        pairs = parse_qsl(query, keep_blank_values=True)
        pretty = dict(pairs).get("prettyPrint", "true") not in {"false", "0"}
        try:
            self._authorised(headers, pairs, drive=call.kind == "drive")
            if self.quota is not None:
                self.quota.admit(call.kind)
            if call.kind == "drive":
                return self._drive(call, path, dict(pairs), raw, pretty=pretty)
            if found is None:
                return _html_not_found(path)
            return _json_reply(200, self._sheets(call, found, pairs, raw), pretty=pretty)
        except ApiError as refused:
            return _json_reply(refused.code, refused.body)
        except Exception:  # a fault of this server must not look like a fault of the network
            self.crashes.append(f"{call.method} {call.path}\n{traceback.format_exc()}")
            return _json_reply(500, {"error": {"code": 500, "message": "the local server crashed: see server.crashes"}})

    def _authorised(self, headers: dict[str, str], pairs: list[tuple[str, str]], *, drive: bool) -> None:
        token = headers.get("authorization", "")
        if not self.require_token or "key" in dict(pairs) or "access_token" in dict(pairs):
            return
        if not token:
            raise drive_error(403, "forbidden", unregistered().message) if drive else unregistered()
        if not token.lower().startswith("bearer ") or not token[7:].strip():
            raise unauthenticated()

    def _sheets(
        self, call: Call, found: tuple[sheets_api.Route, dict[str, str]], pairs: list[tuple[str, str]], raw: bytes
    ) -> Any:
        route, parts = found
        call.api = route.method
        body = _parsed(raw)
        call.body = body
        if self.check_discovery:
            params = discovery.checked_params(route.method, pairs)
            body = discovery.checked_body(route.method, body) if raw or route.verb in {"POST", "PUT"} else {}
        else:
            params, body = discovery.checked_params("", pairs), discovery.camelised(body)
        mask = response_mask(params["fields"]) if params.get("fields") else None
        if mask is not None and self.check_discovery:
            discovery.check_mask(route.method, mask)
        with self.account.lock:
            reply = route.handler(sheets_api.Ask(self.account, parts, params, body, self.unverified))
        return select(reply, mask) if mask else reply

    def _drive(self, call: Call, path: str, params: dict[str, str], raw: bytes, *, pretty: bool) -> Reply:
        upload = path.startswith("/upload/")
        body = raw if upload else _parsed(raw)
        call.body, call.api = body, "drive"
        reply = self.drive.answer(call.method, path, params, body)
        if reply is None:
            return Reply(204, b"", "text/html")
        if isinstance(reply, bytes):
            return Reply(200, reply, params.get("mimeType", "application/octet-stream"))
        return _json_reply(200, reply, pretty=pretty)


def _parsed(raw: bytes) -> Any:
    if not raw:
        return {}
    try:
        return json.loads(raw)
    except ValueError as bad:
        text = f"Invalid JSON payload received. {bad}"
        raise violation("", text) from bad


def _json_reply(status: int, body: Any, *, pretty: bool = True) -> Reply:
    text = (
        json.dumps(body, ensure_ascii=False, indent=2)
        if pretty
        else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    )
    return Reply(status, (text + "\n").encode())


def _html_not_found(path: str) -> Reply:
    title = "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>"
    page = f"{title}<p>The requested URL {path} was not found on this server."
    return Reply(404, page.encode(), "text/html; charset=UTF-8")
