"""`python -m tests.sheets_server --port 0`: prints the base URL and serves until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from tests.sheets_server.faults import Quota
from tests.sheets_server.server import SheetsServer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--quota", action="store_true", help="60 reads and 60 writes a minute, then 429")
    parser.add_argument("--no-discovery", action="store_true", help="do not check requests against the document")
    parser.add_argument("--empty", action="store_true", help="start without the one spreadsheet an account has")
    chosen = parser.parse_args(arguments)
    server = SheetsServer(chosen.port, quota=Quota() if chosen.quota else None, check_discovery=not chosen.no_discovery)
    if not chosen.empty:
        server.create("Untitled spreadsheet")
    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    with server:
        print(server.url, flush=True)
        if not server.check_discovery:
            print("requests are not checked against Google's discovery document", file=sys.stderr, flush=True)
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
