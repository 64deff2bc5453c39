"""The HTTP front: keep-alive, request bodies of any framing, and the faults that only a socket can have."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.sheets_server import control
from tests.sheets_server.server import Reply, SheetsServer

MAX_BODY = 200 * 1024 * 1024
_TOKEN = {"access_token": "ya29.local-token", "expires_in": 3599, "token_type": "Bearer"}


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is part of the tests."""


def make_http_server(server: SheetsServer, port: int) -> ThreadingHTTPServer:
    """A server on the loopback address that answers for `server`; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"sheets": server})
    return _Quiet(("127.0.0.1", port), handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    sheets: SheetsServer

    def log_message(self, *_: Any) -> None:
        """The calls are in `server.requests`."""

    def _serve(self) -> None:
        try:
            raw = self._body()
        except (ValueError, OSError):
            self.close_connection = True
            return
        path = self.path.partition("?")[0]
        if path in {"/token", "/oauth2/token", "/o/oauth2/token"}:
            self._send(Reply(200, json.dumps(_TOKEN).encode()))
        elif path.startswith("/_control"):
            status, message = control.answer(self.sheets, self.command, path, raw)
            self._send(Reply(status, json.dumps(message, default=str).encode()))
        elif path.startswith(("/v4/", "/drive/", "/upload/")):
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._deliver(self.sheets.handle(self.command, self.path, headers, raw))
        else:
            self._send(Reply(404, b"Not Found", "text/plain"))

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            raw = b"".join(self._chunks())
        else:
            raw = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY))
        return gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw

    def _chunks(self) -> Any:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _deliver(self, reply: Reply) -> None:
        if reply.wire in {"timeout-before", "timeout-after"}:
            self.sheets.faults.hang()
            self.close_connection = True
        elif reply.wire in {"reset-before", "reset-after"}:
            self._reset()
        elif reply.wire == "truncated":
            self._send(reply, cut=len(reply.content) // 2)
            self.close_connection = True
        elif reply.wire == "gzip-bomb":
            bomb = gzip.compress(b"\0" * (64 * 1024 * 1024))
            reply.headers["Content-Encoding"] = "gzip"
            self._send(Reply(reply.status, bomb, reply.content_type, reply.headers))
        else:
            self._send(reply)

    def _reset(self) -> None:
        """Closes with RST, as a dead load balancer does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):
            self.rfile.close()
            self.connection.close()

    def _send(self, reply: Reply, cut: int | None = None) -> None:
        """Status, headers and body in one write, so that small answers do not wait for an ACK."""
        lines = [f"HTTP/1.1 {reply.status} {self.responses.get(reply.status, ('', ''))[0]}"]
        if reply.status != 204 or reply.content_type:
            lines.append(f"Content-Type: {reply.content_type}")
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        lines += ["Vary: Origin", "Vary: X-Origin", "Vary: Referer", f"Content-Length: {len(reply.content)}", "", ""]
        content = reply.content if cut is None else reply.content[:cut]
        with contextlib.suppress(ConnectionError):
            self.wfile.write("\r\n".join(lines).encode("latin-1") + content)
