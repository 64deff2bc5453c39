"""The control API under /_control: faults, edits by people and the log, for clients in another process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tests.sheets_server.errors import ApiError
from tests.sheets_server.faults import KINDS
from tests.sheets_server.people import actions

Message = dict[str, Any]
SheetsServer = Any  # the class of server.py, which imports this module's users


def answer(server: SheetsServer, method: str, path: str, raw: bytes) -> tuple[int, Any]:
    """The status and the JSON of one control call; what is asked wrongly is told in `error`."""
    handler = _ROUTES.get((method, path))
    if handler is None:
        return 404, {"error": f"no {method} {path}", "routes": [f"{verb} {where}" for verb, where in _ROUTES]}
    try:
        return 200, handler(server, json.loads(raw) if raw else {})
    except (KeyError, TypeError, ValueError, AttributeError, ApiError) as wrong:
        return 400, {"error": f"{type(wrong).__name__}: {wrong}"}


def _about(server: SheetsServer, _body: Message) -> Message:
    return {"discovery": server.check_discovery, "faults": list(KINDS), "edits": list(actions())}


def _log(server: SheetsServer, _body: Message) -> Message:
    calls = [{key: value for key, value in asdict(call).items() if key != "body"} for call in list(server.requests)]
    counts = {kind: server.count(kind) for kind in ("read", "write", "drive")}
    return {"requests": calls, "counts": counts, "bytes": server.bytes_sent()}


def _reset(server: SheetsServer, _body: Message) -> Message:
    server.reset()
    return {}


def _create(server: SheetsServer, body: Message) -> Message:
    return {"spreadsheetId": server.create(body.get("title", "Plan")).spreadsheet_id}


def _fault(server: SheetsServer, body: Message) -> Message:
    """`{"at": 3, "kind": "503-after", "forever": false, "retry_after": 2, "only": "write"}`."""
    options = {key: body[key] for key in ("forever", "retry_after", "only") if key in body}
    server.faults.at(body["at"], body["kind"], **options)
    return {}


def _clear_faults(server: SheetsServer, body: Message) -> Message:
    server.faults.clear()
    server.faults.slow = body.get("slow", server.faults.slow)
    return {}


def _edit(server: SheetsServer, body: Message) -> Message:
    """`{"do": "set_cell", "args": ["Goals", "C5", 7], "kwargs": {}, "before": 2}`; without before/after: now."""
    if body["do"] not in actions():
        raise ValueError(f"unknown edit {body['do']!r}; there are {', '.join(actions())}")

    def edit() -> Any:
        people = server.people(body.get("spreadsheetId"))
        return getattr(people, body["do"])(*body.get("args", []), **body.get("kwargs", {}))

    if "before" in body:
        server.before(body["before"], edit)
    elif "after" in body:
        server.after(body["after"], edit)
    else:
        return {"result": edit()}
    return {}


def _share(server: SheetsServer, body: Message) -> Message:
    """`{"foreign": "<id>"}` names a spreadsheet that exists unshared; `{"storage": false}`: no Drive storage."""
    if "foreign" in body:
        server.account.foreign.add(body["foreign"])
    server.account.has_storage = body.get("storage", server.account.has_storage)
    return {}


_ROUTES: dict[tuple[str, str], Callable[[SheetsServer, Message], Any]] = {
    ("GET", "/_control"): _about,
    ("GET", "/_control/requests"): _log,
    ("POST", "/_control/reset"): _reset,
    ("POST", "/_control/create"): _create,
    ("POST", "/_control/faults"): _fault,
    ("DELETE", "/_control/faults"): _clear_faults,
    ("POST", "/_control/edit"): _edit,
    ("POST", "/_control/account"): _share,
}
