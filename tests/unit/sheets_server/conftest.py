"""A running local Sheets server with one spreadsheet, and calls on it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sheets_calls import Api

from tests.sheets_server.server import SheetsServer


@pytest.fixture(scope="session")
def running() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


@pytest.fixture
def server(running: SheetsServer) -> Iterator[SheetsServer]:
    """The server with a clean log, no faults and no files."""
    running.reset()
    running.account.files.clear()
    running.account.has_storage = True
    running.faults.slow = 30.0
    yield running
    running.reset()


@pytest.fixture
def api(server: SheetsServer) -> Iterator[Api]:
    api = Api(server, server.create("Plan").spreadsheet_id)
    yield api
    api.session.close()
