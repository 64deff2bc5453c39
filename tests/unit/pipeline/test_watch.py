"""The watch loop: schedule, new files, the request box, failures, a clean stop."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

from sheetsync.errors import Locked
from sheetsync.pipeline.watch import LONGEST_WAIT, Inbox, WatchPorts, _wait, watch


class World:
    """A fake clock and workbook. Each wait moves the clock and plays the next scene."""

    def __init__(self, inbox: Path, scenes: list) -> None:
        self.now = 0.0
        self.stop = threading.Event()
        self.inbox = inbox
        self.scenes = list(scenes)
        self.lines: list[str] = []
        self.rounds: list[tuple[float, str]] = []
        self.box = False
        self.fail = False
        self.stop.wait = self.wait

    def wait(self, timeout: float) -> bool:
        self.now += timeout
        if not self.scenes:
            self.stop.set()
        else:
            scene = self.scenes.pop(0)
            if scene is not None:
                scene(self)
        return self.stop.is_set()

    def round(self, why: str) -> str:
        self.rounds.append((self.now, why))
        if self.fail:
            raise Locked("busy", hint="wait")
        return f"ok {why}"

    def run(self, every: int = 900, poll: int = 5) -> int:
        ports = WatchPorts(self.round, lambda: self.box, lambda: self.now, self.lines.append)
        return watch(Inbox(self.inbox), ports, self.stop, every=every, poll=poll)


def test_it_runs_at_once_and_then_on_schedule(tmp_path: Path) -> None:
    world = World(tmp_path, [None] * 400)
    assert world.run(every=900, poll=5) == 3
    assert [why for _, why in world.rounds] == ["start", "schedule", "schedule"]
    assert [round(at) for at, _ in world.rounds] == [0, 900, 1800]


def test_a_file_counts_only_when_it_stopped_growing(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    grow = [lambda w, n=n: path.write_text("x" * n) for n in (10, 20, 30)]
    world = World(tmp_path, [*grow, None, None, None])
    world.run()
    assert [why for _, why in world.rounds] == ["start", "1 new file"]


def test_a_partial_download_is_left_alone(tmp_path: Path) -> None:
    world = World(tmp_path, [lambda w: (tmp_path / "report.csv.part").write_text("x"), None, None, None])
    world.run()
    assert len(world.rounds) == 1


def test_the_box_counts_once_when_it_is_ticked(tmp_path: Path) -> None:
    def tick(world: World) -> None:
        world.box = True

    def untick(world: World) -> None:
        world.box = False

    world = World(tmp_path, [tick, None, None, untick, tick, None])
    world.run()
    assert [why for _, why in world.rounds] == ["start", "requested in the workbook", "requested in the workbook"]


def test_failures_back_off_and_are_told(tmp_path: Path) -> None:
    world = World(tmp_path, [None] * 100)
    world.fail = True
    world.run(every=900, poll=5)
    times = [at for at, _ in world.rounds]
    gaps = [round(b - a) for a, b in itertools.pairwise(times)]
    assert gaps == [60, 120, 240]
    assert all("failed (3) busy; next: wait" in line for line in world.lines)


def test_the_wait_is_bounded() -> None:
    assert _wait(900, 0) == 900
    assert _wait(86400, 30) == LONGEST_WAIT
    assert _wait(900, 30) == 900
    assert _wait(30, 5) == 30


def test_a_stop_during_the_wait_ends_the_loop(tmp_path: Path) -> None:
    world = World(tmp_path, [lambda w: w.stop.set(), None])
    assert world.run() == 1
