"""Fixtures and profiles that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("nightly", deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("SHEETSYNC_HYPOTHESIS", "default"))

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the long runs unless they are asked for with -m nightly."""
    if "nightly" in (config.getoption("-m") or ""):
        return
    kept = [item for item in items if item.get_closest_marker("nightly") is None]
    left = [item for item in items if item.get_closest_marker("nightly") is not None]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.fixture(scope="session")
def samples() -> Path:
    """The openly licensed sample reports; skips where they are absent."""
    told = os.environ.get("SHEETSYNC_SAMPLES")
    folder = Path(told) if told else ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("no sample reports here (set SHEETSYNC_SAMPLES)")
    return folder
