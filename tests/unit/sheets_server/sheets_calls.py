"""Calls on one spreadsheet of the local server over HTTP; every answer is checked against the discovery document."""

from __future__ import annotations

from typing import Any

from tests.sheets_server import discovery
from tests.sheets_server.server import SheetsServer


class Api:
    """Calls on one spreadsheet over HTTP."""

    def __init__(self, server: SheetsServer, spreadsheet_id: str):
        import requests

        self.server = server
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer local"
        self.spreadsheet_id = spreadsheet_id
        self.people = server.people(spreadsheet_id)

    def call(self, method: str, path: str = "", **options: Any) -> Any:
        """The raw response of a call below /v4/spreadsheets/<id>."""
        url = f"{self.server.url}/v4/spreadsheets/{self.spreadsheet_id}{path}"
        return self.session.request(method, url, timeout=20, **options)

    def ok(self, method: str, path: str = "", **options: Any) -> Any:
        response = self.call(method, path, **options)
        assert response.status_code == 200, response.text
        reply = response.json()
        self._check_shape(reply)
        return reply

    def _check_shape(self, reply: Any) -> None:
        """Each answer is held against Google's discovery document too, when that is installed."""
        method = discovery.methods().get(self.server.requests[-1].api)
        if method is not None:
            discovery.check_message(method["response"]["$ref"], reply)

    def refused(self, method: str, path: str = "", status: int = 400, **options: Any) -> dict[str, Any]:
        """The error of a call that must fail."""
        response = self.call(method, path, **options)
        assert response.status_code == status, response.text
        return response.json()["error"]

    def batch(self, *requests: Any, **more: Any) -> list[dict[str, Any]]:
        return self.ok("POST", ":batchUpdate", json={"requests": list(requests), **more})["replies"]

    def batch_refused(self, *requests: Any) -> str:
        return self.refused("POST", ":batchUpdate", json={"requests": list(requests)})["message"]

    def put(self, a1: str, values: list[list[Any]], option: str = "RAW") -> Any:
        return self.ok("PUT", f"/values/{a1}", params={"valueInputOption": option}, json={"values": values})

    def read(self, a1: str, **params: Any) -> list[list[Any]]:
        return self.ok("GET", f"/values/{a1}", params=params).get("values", [])

    def sheet(self, index: int = 0) -> dict[str, Any]:
        return self.ok("GET")["sheets"][index]
