"""The quota of one sign-in is shared by all processes of a machine; no real time passes here."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetsync.errors import WorkbookUnavailable
from sheetsync.workbooks.google.quota import PER_MINUTE, NoQuota, SharedQuota


class Wall:
    def __init__(self) -> None:
        self.ms = 1_000_000

    def __call__(self) -> int:
        return self.ms

    def sleep(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def quota(tmp_path: Path, wall: Wall) -> Iterator[SharedQuota]:
    made = SharedQuota(tmp_path / "state" / "quota.sqlite", "bot@example.com", per_minute=5, now_ms=wall)
    yield made
    made.close()


def test_nine_tenths_of_googles_quota() -> None:
    assert PER_MINUTE == 54


def test_never_more_than_the_quota_in_any_minute(quota: SharedQuota, wall: Wall) -> None:
    moments = []
    for _ in range(23):
        quota.take("read", wall.sleep, 600)
        moments.append(wall.ms)
        wall.ms += 700
    assert all(sum(start <= one < start + 60_000 for one in moments) <= 5 for start in moments)


def test_reads_and_writes_are_counted_apart(quota: SharedQuota, wall: Wall) -> None:
    for kind in ("read", "write") * 5:
        quota.take(kind, wall.sleep, 0)
    assert wall.ms == 1_000_000


def test_two_of_them_share_a_file(quota: SharedQuota, tmp_path: Path, wall: Wall) -> None:
    other = SharedQuota(tmp_path / "state" / "quota.sqlite", "bot@example.com", per_minute=5, now_ms=wall)
    stranger = SharedQuota(tmp_path / "state" / "quota.sqlite", "else@example.com", per_minute=5, now_ms=wall)
    for taker in (quota, other, quota, other, quota):
        taker.take("write", wall.sleep, 0)
    with pytest.raises(WorkbookUnavailable):
        other.take("write", wall.sleep, 3)
    stranger.take("write", wall.sleep, 0)
    other.close()
    stranger.close()


def test_waiting_ends_with_the_time_there_is(quota: SharedQuota, wall: Wall) -> None:
    for _ in range(5):
        quota.take("read", wall.sleep, 0)
    with pytest.raises(WorkbookUnavailable) as caught:
        quota.take("read", wall.sleep, 10)
    assert wall.ms <= 1_011_000
    assert caught.value.hint


def test_a_429_holds_everybody_for_a_minute(quota: SharedQuota, wall: Wall) -> None:
    quota.drain()
    for kind in ("read", "write"):
        with pytest.raises(WorkbookUnavailable):
            quota.take(kind, wall.sleep, 1)
    quota.take("read", wall.sleep, 60)


def test_the_file_says_nothing_of_who_signs_in(quota: SharedQuota, tmp_path: Path, wall: Wall) -> None:
    quota.take("read", wall.sleep, 0)
    folder = tmp_path / "state"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(b"example.com" not in path.read_bytes() for path in folder.iterdir())


def test_processes_share_it(tmp_path: Path) -> None:
    """Three processes that want 4 calls each from a quota of 9 get 9 of them."""
    code = """
import sys, pathlib
from sheetsync.errors import WorkbookUnavailable
from sheetsync.workbooks.google.quota import SharedQuota
quota, got = SharedQuota(pathlib.Path(sys.argv[1]), "bot", per_minute=9, now_ms=lambda: 5_000_000), 0
for _ in range(4):
    try:
        quota.take("write", lambda s: None, 0)
        got += 1
    except WorkbookUnavailable:
        pass
quota.close()
print(got)
"""
    path = str(tmp_path / "quota.sqlite")
    running = [subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) for _ in range(3)]
    assert sum(int(process.communicate()[0]) for process in running) == 9


def test_no_quota_grants_everything(wall: Wall) -> None:
    for _ in range(1000):
        NoQuota().take("write", wall.sleep, 0)
    NoQuota().drain()
    assert wall.ms == 1_000_000
