"""Rectangles cut out of rectangles: what a paste leaves of a rule's ranges."""

from __future__ import annotations

from typing import Any

Box = tuple[int, int, int, int]
_FAR = 1 << 30


def _box(where: dict[str, Any]) -> Box:
    return (
        where.get("startRowIndex", 0),
        where.get("endRowIndex", _FAR),
        where.get("startColumnIndex", 0),
        where.get("endColumnIndex", _FAR),
    )


def _range(where: dict[str, Any], box: Box) -> dict[str, Any]:
    pairs = zip(("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"), box, strict=True)
    return {"sheetId": where.get("sheetId", 0), **{key: value for key, value in pairs if value != _FAR}}


def intersection(first: Box, second: Box) -> Box | None:
    box = (max(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), min(first[3], second[3]))
    return box if box[0] < box[1] and box[2] < box[3] else None


def without(where: dict[str, Any], hole: Box) -> list[dict[str, Any]]:
    """The up to four rectangles of a GridRange around a hole: above, left, right, below."""
    outer = _box(where)
    inner = intersection(outer, hole)
    if inner is None:
        return [where]
    candidates = [
        (outer[0], inner[0], outer[2], outer[3]),
        (inner[0], inner[1], outer[2], inner[2]),
        (inner[0], inner[1], inner[3], outer[3]),
        (inner[1], outer[1], outer[2], outer[3]),
    ]
    return [_range(where, box) for box in candidates if box[0] < box[1] and box[2] < box[3]]


def moved_piece(where: dict[str, Any], source: Box, target: Box) -> list[dict[str, Any]]:
    """The part of a GridRange inside `source`, as it lies after a paste at `target` (tiled as often as it fits)."""
    inner = intersection(_box(where), source)
    if inner is None:
        return []
    height, width = source[1] - source[0], source[3] - source[2]
    whole = (inner[0] == source[0] and inner[1] == source[1], inner[2] == source[2] and inner[3] == source[3])
    if all(whole):
        return [_range(where, target)]
    pieces = []
    for row in range(target[0], target[1], height):
        for column in range(target[2], target[3], width):
            down, right = row - source[0], column - source[2]
            box = (inner[0] + down, inner[1] + down, inner[2] + right, inner[3] + right)
            pieces.append(_range(where, box))
    return pieces
