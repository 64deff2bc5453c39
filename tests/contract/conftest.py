"""Each test of the contract runs once a backend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from backends import BACKENDS, Bench
from contract_round import Rounds


@pytest.fixture(params=BACKENDS, ids=list(BACKENDS))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    factory: Callable[[Path], Bench] = BACKENDS[request.param]
    return factory(tmp_path)


@pytest.fixture
def made(bench: Bench) -> Rounds:
    rounds = Rounds(bench)
    rounds.create()
    return rounds
