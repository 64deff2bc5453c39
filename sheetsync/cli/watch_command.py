"""`sheetsync watch`: refresh on a schedule until stopped."""

from __future__ import annotations

import signal
import threading
import time
from datetime import datetime
from pathlib import Path
from types import FrameType

import click

from sheetsync.cli.durations import Duration
from sheetsync.cli.options import project_option


@click.command("watch", short_help="Refresh on a schedule until stopped.")
@project_option
@click.option("--every", type=Duration(), default="15m", show_default=True, help="Time between refreshes: 15m, 2h.")
@click.option("--poll", type=Duration(), default="5s", show_default=True, help="Time between looks at the inbox.")
def command(folder: Path, every: int, poll: int) -> None:
    """Refresh now and then every so often; at once when files arrive or people tick "refresh requested".

    One line a run. Ctrl-C or SIGTERM stops after the run that is under way. Failures back off up to an hour.

    \b
    Example:
      sheetsync watch -C plan --every 15m
    """
    from sheetsync.bootstrap import load_project
    from sheetsync.pipeline.watch import Inbox, WatchPorts, watch

    project = load_project(folder)
    stop = threading.Event()
    _stop_on_signals(stop)
    ports = WatchPorts(
        round=lambda why: one_round(folder, why),
        requested=RequestBox(folder).ticked,
        seconds=time.monotonic,
        say=lambda line: click.echo(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}"),
    )
    ports.say(f"watching {project.workbook.place} and {project.inbox}, every {every} s; Ctrl-C stops")
    rounds = watch(Inbox(project.inbox), ports, stop, every=every, poll=poll)
    ports.say(f"stopped after {rounds} run{'s' if rounds != 1 else ''}")


def _stop_on_signals(stop: threading.Event) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handle)


def one_round(folder: Path, why: str) -> str:
    """One refresh, told in a line. The project is opened anew, so that changes of its configuration count."""
    from sheetsync.bootstrap import load_project
    from sheetsync.cli.options import clock
    from sheetsync.pipeline.refresh import RefreshOptions, refresh
    from sheetsync.render.plan_text import plan_summary
    from sheetsync.render.refreshed import counted_lights

    started = time.monotonic()
    today, now = clock(None)
    project = load_project(folder)
    done = refresh(project, RefreshOptions(today=today, now=now))
    lights = counted_lights(done.outcome.findings)
    return f"ok ({why}) {plan_summary(done.plan)}; findings {lights}; {time.monotonic() - started:.1f} s"


class RequestBox:
    """Looks at the "refresh requested" box, and reads the workbook only when it can have changed.

    An Excel workbook changes when its file does. A Google workbook is read at most once a minute, which stays within
    the quota.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: object = None
        self._ticked = False

    def ticked(self) -> bool:
        """Whether the box is ticked. Raises the backend's WorkbookError when the workbook cannot be read."""
        from sheetsync.bootstrap import load_project
        from sheetsync.core.tabs.read import read_plan

        project = load_project(self._folder)
        mark = self._mark(Path(project.workbook.place))
        if mark is None or mark == self._seen:
            return self._ticked
        self._ticked = read_plan(project.workbook.read(project.layout), project.layout).refresh_requested
        self._seen = mark
        return self._ticked

    def _mark(self, path: Path) -> object:
        if "://" in str(path) or not path.suffix:
            return int(time.monotonic() // 60)
        return path.stat().st_mtime_ns if path.exists() else None
