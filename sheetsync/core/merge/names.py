"""A row's name: what people would call it when they point at it."""

from __future__ import annotations

from collections.abc import Mapping

from sheetsync.core.model.layout import Kind, Owner, Tab
from sheetsync.core.model.values import Value, is_blank, plain

_SPOKEN = (Kind.TEXT, Kind.NOTE)


def row_name(tab: Tab, cells: Mapping[str, Value]) -> str:
    """The first text of the row, people's and seeded columns before the engine's; "" if it has none."""
    by_hand = tab.owned(Owner.PEOPLE, Owner.SEEDED)
    for column in (*by_hand, *tab.owned(Owner.ENGINE)):
        value = plain(cells.get(column.key))
        if column.kind in _SPOKEN and not is_blank(value):
            return " ".join(str(value).split())
    return next((str(plain(cells.get(c.key))) for c in by_hand if not is_blank(plain(cells.get(c.key)))), "")
