"""Lights: five states, always a word as well as a colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    """A judgement people see. Grey is "no data", provisional is "too early to say": neither is ever good or bad."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class Colour:
    """Fill and text of a light, RRGGBB.

    Chosen after Okabe & Ito's palette for colour-blind readers: bluish green, yellow, vermilion; they keep
    distinct lightness, so they differ in black-and-white print as well.
    """

    fill: str
    text: str


COLOURS: dict[Light, Colour] = {
    Light.GREEN: Colour("B7E1CD", "0B5A3C"),
    Light.YELLOW: Colour("FFE699", "6B4E00"),
    Light.RED: Colour("D55E00", "FFFFFF"),
    Light.GREY: Colour("D9D9D9", "595959"),
    Light.PROVISIONAL: Colour("BDD7EE", "1F4E79"),
}

_SEVERITY = (Light.GREEN, Light.YELLOW, Light.RED)
_SCORE = {Light.GREEN: 1.0, Light.YELLOW: 0.5, Light.RED: 0.0}


def worst(lights: Iterable[Light]) -> Light:
    """The worst light; grey and provisional are left out. Only they: provisional if any, else grey."""
    seen = list(lights)
    judged = [light for light in seen if light in _SEVERITY]
    if judged:
        return max(judged, key=_SEVERITY.index)
    return Light.PROVISIONAL if Light.PROVISIONAL in seen else Light.GREY


def weighted(lights: Iterable[tuple[Light, float]]) -> Light:
    """The light of a weighted mean (green 1, yellow 0.5, red 0): >= 0.75 green, >= 0.4 yellow, else red.

    Grey and provisional are left out; where nothing is left, as in `worst`.
    """
    pairs = list(lights)
    judged = [(light, weight) for light, weight in pairs if light in _SCORE and weight > 0]
    if not judged:
        return worst(light for light, _ in pairs)
    mean = sum(_SCORE[light] * weight for light, weight in judged) / sum(weight for _, weight in judged)
    if mean >= 0.75:
        return Light.GREEN
    return Light.YELLOW if mean >= 0.4 else Light.RED
