"""gspread's HTTP client on a google-auth session that is bounded: time, size, and where it may go.

gspread's own session has no timeout, follows redirects and reads answers of any size.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sheetsync.errors import ConfigError

DEFAULT_BASE, DRIVE_BASE = "https://sheets.googleapis.com", "https://www.googleapis.com"
CONNECT_S, READ_S = 10.0, 180.0
"""Timeouts. Google itself gives up on a request after 180 s."""

MAX_ANSWER = 256 * 1024 * 1024
"""Bytes of one answer after unpacking: a workbook at Google's own limit of cells stays below it, a bomb does not."""

_CHUNK = 1 << 16


class AnswerTooLarge(OSError):
    """An answer grew over MAX_ANSWER."""


def checked_base(base_url: str) -> str:
    """The base URL without its last slash. Raises ConfigError for anything but Google or this machine."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    google = parts.scheme == "https" and (host == "googleapis.com" or host.endswith(".googleapis.com"))
    loopback = parts.scheme in {"http", "https"} and is_local(base_url)
    if not (google or loopback) or parts.username or parts.query or parts.fragment:
        raise ConfigError(f"{host or base_url!r} is not Google: the base URL must be googleapis.com (or this machine)")
    return base_url.rstrip("/")


def is_local(base_url: str) -> bool:
    """Whether the base URL is this machine, where no real sign-in is ever sent."""
    return urlsplit(base_url).hostname in {"127.0.0.1", "::1", "localhost"}


def http_client(credentials: Any, *, max_answer: int = MAX_ANSWER) -> Any:
    """A gspread HTTPClient on a bounded session. `exchange(method, url, params, body)` gives any answer as it is."""
    from google.auth.transport.requests import AuthorizedSession
    from gspread.http_client import HTTPClient
    from requests import Response

    # google-auth and gspread are typed in part only
    session_class: Any = AuthorizedSession
    client_class: Any = HTTPClient

    class Bounded(session_class):  # type: ignore[misc]
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
            options |= {"allow_redirects": False, "stream": True}
            answer: Response = super().request(method, url, *args, **options)
            content = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                content += chunk
                if len(content) > max_answer:
                    answer.close()
                    raise AnswerTooLarge(f"an answer of more than {max_answer} bytes")
            answer._content = bytes(content)  # what requests itself does after reading a stream  # noqa: SLF001
            return answer

    class Client(client_class):  # type: ignore[misc]
        def exchange(self, method: str, url: str, params: dict[str, str], body: bytes | None) -> Response:
            # Google packs its answers only for agents that say so by name as well
            headers = {"User-Agent": "sheetsync (gzip)", "Accept-Encoding": "gzip"}
            if body is not None:
                headers["Content-Type"] = "application/json; charset=utf-8"
            answer: Response = self.session.request(
                method, url, params=params, data=body, headers=headers, timeout=self.timeout
            )
            return answer

    client = Client(None, session=Bounded(credentials))
    client.set_timeout((CONNECT_S, READ_S))
    return client
