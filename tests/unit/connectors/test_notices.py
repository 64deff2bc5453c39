"""Notices go out through apprise, and no address is ever printed."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from sheetsync.connectors.notices import send
from sheetsync.errors import ConfigError, SheetsyncError

SECRET = "s3cr3t-token-value"


class Hook(BaseHTTPRequestHandler):
    bodies: ClassVar[list[bytes]] = []
    status = 200

    def do_POST(self) -> None:
        Hook.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(Hook.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        del args


@pytest.fixture
def hook():
    Hook.bodies, Hook.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/{SECRET}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_pack_arrives(hook: str) -> None:
    assert send(hook, title="Stand-up", body="- one\n- two", env_name="X") == 1
    assert b"two" in Hook.bodies[0]


def test_a_refusal_names_the_number_not_the_address(hook: str, capfd, caplog) -> None:
    Hook.status = 500
    with pytest.raises(SheetsyncError) as raised:
        send(hook, title="t", body="b", env_name="X")
    out = capfd.readouterr()
    assert SECRET not in f"{raised.value.message}{raised.value.hint}{out.out}{out.err}{caplog.text}"
    assert "address 1 of 1" in raised.value.message


@pytest.mark.parametrize("urls", ["", "  ", "nosuchscheme://x"])
def test_no_address_or_an_unknown_one_is_told(urls: str) -> None:
    with pytest.raises(ConfigError):
        send(urls, title="t", body="b", env_name="SHEETSYNC_NOTIFY_URLS")
