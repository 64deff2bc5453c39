"""Durations as people type them: `15m`, `2h`, `90s`."""

from __future__ import annotations

import re
from typing import Any

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Duration(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    """A click type that reads `15m` as 900 seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Seconds. Fails with an example when the text is not a duration."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d+)\s*([smhd])", str(value).strip().lower())
        if not found or int(found[1]) == 0:
            self.fail(f"{value!r} is not a duration; write 15m, 2h or 90s", param, ctx)
        return int(found[1]) * _UNITS[found[2]]
