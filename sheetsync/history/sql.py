"""The text of the metric files, found wherever the package is installed."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def metric_sql(name: str) -> str:
    """The text of one metric file, `metrics/<name>.sql`."""
    return (resources.files("sheetsync.history") / "metrics" / f"{name}.sql").read_text(encoding="utf-8")
