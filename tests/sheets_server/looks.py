"""Formats as Google keeps them: colours in 8 bits and in both spellings, defaults, and what a cell looks like."""

from __future__ import annotations

import functools
import struct
from typing import Any

WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}
_THEME = {
    "TEXT": (0, 0, 0),
    "BACKGROUND": (255, 255, 255),
    "ACCENT1": (66, 133, 244),
    "ACCENT2": (234, 67, 53),
    "ACCENT3": (251, 188, 4),
    "ACCENT4": (52, 168, 83),
    "ACCENT5": (255, 109, 1),
    "ACCENT6": (70, 189, 198),
    "LINK": (17, 85, 204),
}


@functools.cache
def _shortest(value: float) -> float:
    """The shortest decimal that is the same 32-bit float, as the server prints its floats."""
    wanted = struct.pack("f", value)
    value = struct.unpack("f", wanted)[0]
    for places in range(1, 10):
        candidate = float(f"{value:.{places}g}")
        if struct.pack("f", candidate) == wanted:
            return int(candidate) if candidate.is_integer() else candidate
    return value


def _float32(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]


def channel(value: float) -> float:
    """A colour channel cut to 8 bits in 32-bit arithmetic: 0.5 comes back as 0.49803922, 0.8980392 as it is."""
    return _shortest(int(_float32(_float32(min(max(value, 0), 1)) * 255)) / 255)


def colour(rgb: dict[str, Any]) -> dict[str, Any]:
    """A Color message with zero channels elided."""
    result = {name: channel(rgb[name]) for name in ("red", "green", "blue") if rgb.get(name)}
    result = {name: value for name, value in result.items() if value}
    if rgb.get("alpha"):
        result["alpha"] = rgb["alpha"]
    return result


def theme_colour(name: str) -> dict[str, Any]:
    return colour(
        dict(zip(("red", "green", "blue"), (part / 255 for part in _THEME.get(name, (0, 0, 0))), strict=True))
    )


THEME: dict[str, Any] = {
    "primaryFontFamily": "Arial",
    "themeColors": [{"colorType": name, "color": {"rgbColor": theme_colour(name)}} for name in _THEME],
}


def kept(message: Any, *, twins: bool = True) -> Any:
    """A message with its colours in both spellings (`xColor` and `xColorStyle`), as the server stores them.

    Messages that came after the older spelling (tables) have `xColorStyle` alone: `twins` False.
    """
    if isinstance(message, list):
        return [kept(item, twins=twins) for item in message]
    if not isinstance(message, dict):
        return message
    result = {}
    for key, value in message.items():
        if value is None:
            continue
        if key == "rgbColor" or (_is_colour(key) and isinstance(value, dict)):
            result[key] = colour(value)
        else:
            result[key] = kept(value, twins=twins)
    for key in list(result) if twins else ():
        _twin(result, key)
    return result


def _is_colour(key: str) -> bool:
    return key == "color" or (key.endswith("Color") and key not in {"rgbColor", "themeColor"})


def _twin(message: dict[str, Any], key: str) -> None:
    value = message[key]
    if key == "colorStyle" or key.endswith("ColorStyle"):
        if isinstance(value, dict) and "themeColor" in value:
            message[key[:-5]] = theme_colour(value["themeColor"])
        elif isinstance(value, dict) and "rgbColor" in value:
            message[key[:-5]] = value["rgbColor"]
    elif _is_colour(key) and isinstance(value, dict) and "rgbColor" not in value:
        message.setdefault(f"{key}Style", {"rgbColor": value})


def overlaid(base: dict[str, Any], above: dict[str, Any] | None) -> dict[str, Any]:
    """`base` with the set fields of `above` on top."""
    if not above:
        return base
    result = dict(base)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict) and not _whole(key):
            result[key] = overlaid(result[key], value)
        else:
            result[key] = value
    return result


def _whole(key: str) -> bool:
    return _is_colour(key) or key.endswith(("Style", "numberFormat"))
