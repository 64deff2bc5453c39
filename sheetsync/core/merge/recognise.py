"""Which row is this? A row without a usable id is matched with the base by what it holds.

Three looks, from certain to likely: every cell agrees; every cell of people and seeds agrees; the engine's cells agree
and all but one of people's do. A look that leaves a choice decides nothing, except between rows that hold the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sheetsync.core.model.layout import Owner, Tab
from sheetsync.core.model.values import Value, canonical, is_blank, same

Row: TypeAlias = Mapping[str, Value]
_Signature: TypeAlias = tuple[tuple[str, object], ...]


def resemblance(tab: Tab, known: Row, cells: Row) -> tuple[int, int]:
    """How much a row still is what the base knew: cells of people and seeds that agree, then engine cells."""
    by_hand = sum(same(known.get(c.key), cells.get(c.key)) for c in tab.owned(Owner.PEOPLE, Owner.SEEDED))
    return by_hand, sum(same(known.get(c.key), cells.get(c.key)) for c in tab.owned(Owner.ENGINE))


def recognise(tab: Tab, columns: Sequence[str], rows: Mapping[int, Row], missing: Mapping[str, Row]) -> dict[int, str]:
    """Row handle -> the id it had, for the rows that can be told. Each id is given once.

    `rows` are the rows without a usable id in their order, `missing` the base's rows that no row claims.
    """
    by_hand = [c.key for c in tab.owned(Owner.PEOPLE, Owner.SEEDED) if c.key in columns]
    engine = [c.key for c in tab.owned(Owner.ENGINE) if c.key in columns]
    left, wanted = dict(rows), dict(missing)
    found: dict[int, str] = {}
    for keys in ([*by_hand, *engine], by_hand):
        for handle, row_id in _equal(keys, left, wanted).items():
            found[handle] = row_id
            del left[handle], wanted[row_id]
    return found | _near(by_hand, engine, left, wanted)


def _equal(keys: Sequence[str], rows: Mapping[int, Row], missing: Mapping[str, Row]) -> dict[int, str]:
    """Rows whose cells all agree; rows that hold the same are paired in order, for either way is right."""
    waiting: dict[_Signature, list[str]] = {}
    for row_id, cells in missing.items():
        waiting.setdefault(_signature(keys, cells), []).append(row_id)
    found: dict[int, str] = {}
    for handle, cells in rows.items():
        signature = _signature(keys, cells)
        if signature and waiting.get(signature):
            found[handle] = waiting[signature].pop(0)
    return found


def _near(
    by_hand: Sequence[str], engine: Sequence[str], rows: Mapping[int, Row], missing: Mapping[str, Row]
) -> dict[int, str]:
    """Rows that agree in the engine's cells (which people do not type) and in all of people's but one."""
    waiting: dict[_Signature, list[str]] = {}
    for row_id, cells in missing.items():
        waiting.setdefault(_signature(engine, cells), []).append(row_id)
    found: dict[int, str] = {}
    for handle, cells in rows.items():
        signature = _signature(engine, cells)
        if not signature:
            continue
        likely = [r for r in waiting.get(signature, ()) if _all_but_one(by_hand, cells, missing[r])]
        if len(likely) == 1:
            found[handle] = likely[0]
            waiting[signature].remove(likely[0])
    return found


def _all_but_one(keys: Sequence[str], cells: Row, known: Row) -> bool:
    differing = sum(not same(cells.get(key), known.get(key)) for key in keys)
    agreeing = any(not is_blank(known.get(key)) and same(cells.get(key), known.get(key)) for key in keys)
    return differing == 1 and agreeing


def _signature(keys: Iterable[str], cells: Row) -> _Signature:
    return tuple((key, canonical(cells[key])) for key in keys if not is_blank(cells.get(key)))
