"""What the Sales Dashboard says above its graph: the snapshot that the graph's rows must sum to, and its date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from sheetsync.importers import numbers
from sheetsync.importers.context import dashboard_day
from sheetsync.importers.naming import heading

_SNAPSHOT = {
    heading("Total order items"): "orders",
    heading("Units ordered"): "units",
    heading("Ordered product sales"): "sales",
}


def snapshot(preamble: Sequence[Sequence[str]]) -> dict[str, Decimal]:
    """Return orders, units and sales of the snapshot above the graph; {} when there is none."""
    for names, values in pairwise(preamble):
        found = [_SNAPSHOT.get(heading(name)) for name in names]
        if "orders" in found and len(values) >= len(names):
            stated = {name: numbers.number(text) for name, text in zip(found, values, strict=False) if name}
            return {name: value for name, value in stated.items() if value is not None}
    return {}


def as_of(preamble: Sequence[Sequence[str]]) -> date | None:
    """Return the day of `Last updated`, or None."""
    for cells in preamble:
        if len(cells) > 1 and heading(cells[0]) == "last updated":
            try:
                return dashboard_day(" ".join(cells[1:]))
            except ValueError:
                return None
    return None


def disagreements(stated: Mapping[str, Decimal], totals: Mapping[str, Decimal | int]) -> list[str]:
    """Say where the rows of the graph do not sum to the snapshot."""
    return [
        f"The graph's {name} sum to {totals[name]}, the snapshot says {value}."
        for name, value in stated.items()
        if name in totals and Decimal(totals[name]) != value
    ]
