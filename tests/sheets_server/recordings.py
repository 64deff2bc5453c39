"""`python -m tests.sheets_server.recordings DIR`: replays recorded exchanges with Google and counts where we differ.

DIR holds VCR cassettes (JSON), such as `tests/cassettes` of a gspread checkout. Each recorded request goes to a fresh
local server; status and body are compared with the recording, ids and times aside. Left out are exchanges about files
that the recording account had from before, which nothing here can know, and the long answer to an upload.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.sheets_server.server import SheetsServer

IDS = {"id", "spreadsheetId", "sheetId", "protectedRangeId", "namedRangeId"}
OWN = {"createdTime", "modifiedTime", "spreadsheetUrl", "users", "timeZone"}  # of the account or the moment
HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")


def differences(recorded: Any, ours: Any, ids: dict[str, str], path: str = "") -> Iterator[str]:
    """Where two replies differ; pairs of ids are learnt on the way."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for key in sorted(recorded.keys() | ours.keys()):
            if key in OWN:
                continue
            if key not in recorded or key not in ours:
                yield f"{path}.{key}: {'extra' if key in ours else 'missing'}"
            elif key in IDS:
                ids[str(recorded[key])] = str(ours[key])
            else:
                yield from differences(recorded[key], ours[key], ids, f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(ours, list):
        if len(recorded) != len(ours):
            yield f"{path}: {len(recorded)} recorded, {len(ours)} here"
        for first, second in zip(recorded, ours, strict=False):
            yield from differences(first, second, ids, f"{path}[]")
    elif recorded != ours:
        yield f"{path}: recorded {recorded!r}, here {ours!r}"


def _translated(text: str, ids: dict[str, str]) -> str:
    for recorded, ours in sorted(ids.items(), key=lambda pair: -len(pair[0])):
        if len(recorded) > 5:
            text = text.replace(recorded, ours)
    return text


def _foreign(target: str, ids: dict[str, str]) -> bool:
    """Whether a request is about what the recording account had: its list of files, its other files."""
    path = target.partition("?")[0]
    if path == "/drive/v3/files" and "?q=" in target:
        return True
    parts = path.split("/")
    known = {*ids.values(), "test"}
    about = (
        parts[3] if path.startswith("/v4/spreadsheets/") else parts[4] if path.startswith("/drive/v3/files/") else ""
    )
    return bool(about) and about.partition(":")[0] not in known


def replay(cassette: Path, server: SheetsServer) -> Iterator[tuple[str, list[str]]]:
    """(request, differences) of each exchange of one cassette that can be compared."""
    server.account.files.clear()
    ids: dict[str, str] = {}
    for exchange in json.loads(cassette.read_text(encoding="utf-8"))["interactions"]:
        request, response = exchange["request"], exchange["response"]
        target = _translated(request["uri"], ids)
        for host in HOSTS:
            target = target.replace(host, "")
        if target.startswith("http") or _foreign(target, ids):
            continue
        raw = _translated(request["body"] or "", ids).encode()
        reply = server.handle(request["method"], target, {"authorization": "Bearer recorded"}, raw)
        if target.startswith("/upload/"):
            continue
        found = []
        if reply.status != response["status"]["code"]:
            found.append(f"status: recorded {response['status']['code']}, here {reply.status}")
        recorded = response["body"].get("string") or ""
        if recorded.startswith("{"):
            found += differences(json.loads(recorded), json.loads(reply.content or b"{}"), ids)
        elif recorded.strip() != reply.content.decode().strip():
            found.append("body differs")
        yield f"{request['method']} {target}", found


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__)
        return 2
    equal = different = 0
    server = SheetsServer()
    for cassette in sorted(Path(arguments[0]).glob("*.json")):
        for request, found in replay(cassette, server):
            different += bool(found)
            equal += not found
            if found:
                print(f"{cassette.stem}: {request}\n    " + "\n    ".join(found[:5]))
    print(f"{equal + different} recorded exchanges: {equal} answered the same, {different} differently")
    return 1 if different or not equal else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
