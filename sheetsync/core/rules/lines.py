"""Lines: on which side of a threshold a value stands, and how far it must come back before the light follows.

A threshold row has three bounds, and leaves out what it does not use. `green` is where green ends; `yellow` is where
yellow ends, so anything worse is red; `red`, given instead, is where red begins. A value that stands exactly on a
line has kept it. A row with only one bound has no yellow.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sheetsync.core.model.facts import Facts, Threshold
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import Direction

MARGIN = Decimal("0.02")
"""Hysteresis: a light gets worse on the line, and better only 2 % of the line's own value beyond it. Our own choice."""

_RANK = {Light.GREEN: 0, Light.YELLOW: 1, Light.RED: 2}


@dataclass(frozen=True, slots=True)
class Lines:
    """Where green ends and where red begins, for a value that is better when higher (UP) or lower (DOWN)."""

    green: Decimal
    red: Decimal
    direction: Direction

    def judge(self, value: Decimal, previous: str = "") -> Light:
        """The light of a value, given the light shown before: worse at once, better only beyond the margin."""
        now = self._light(value, Decimal(0))
        before = _known(previous)
        if before is None or _RANK[before] <= _RANK[now]:
            return now
        strict = self._light(value, MARGIN)
        return min(strict, before, key=lambda light: _RANK[light])

    def _light(self, value: Decimal, margin: Decimal) -> Light:
        if self._keeps(value, self.green, margin):
            return Light.GREEN
        return Light.YELLOW if self._keeps(value, self.red, margin) else Light.RED

    def _keeps(self, value: Decimal, line: Decimal, margin: Decimal) -> bool:
        shift = abs(line) * margin
        return value >= line + shift if self.direction is Direction.UP else value <= line - shift


def _known(previous: str) -> Light | None:
    return next((light for light in _RANK if light.value == previous), None)


def lines_of(row: Threshold, direction: Direction) -> Lines | None:
    """The lines of a threshold row; None when every bound was emptied.

    People move one bound and forget the other: a green line beyond the red one takes it along, and the direction never
    turns round.
    """
    red = row.yellow if row.yellow is not None else row.red
    green = row.green if row.green is not None else red
    red = red if red is not None else green
    if green is None or red is None:
        return None
    return Lines(green, min(green, red) if direction is Direction.UP else max(green, red), direction)


@dataclass(frozen=True, slots=True)
class Default:
    """A threshold a rule knows by itself, for when the row is missing from the workbook: bounds and their source."""

    key: str
    metric: str
    green: Decimal | None
    red: Decimal | None
    direction: Direction
    source: str

    def lines(self, facts: Facts, scope: str = "") -> Lines | None:
        """The lines in force for a marketplace: the workbook's row where there is one, else this default."""
        row = facts.thresholds.get(self.key, scope)
        if row is not None:
            return lines_of(row, self.direction)
        return lines_of(Threshold(self.key, self.metric, "", self.green, None, self.red, self.source), self.direction)

    def number(self, facts: Facts, scope: str = "") -> Decimal:
        """The one number of a threshold that is a plain setting (`green`): from the workbook, else the default."""
        row = facts.thresholds.get(self.key, scope)
        found = next((bound for bound in (row.green, row.yellow, row.red) if bound is not None), None) if row else None
        default = self.green if self.green is not None else self.red
        assert default is not None, self.key
        return found if found is not None else default


def threshold(key: str, metric: str, direction: Direction, green: str, red: str = "", *, source: str) -> Default:
    """A documented default; `red` is left out for a plain setting or a single line."""
    return Default(key, metric, Decimal(green), Decimal(red) if red else None, direction, source)
