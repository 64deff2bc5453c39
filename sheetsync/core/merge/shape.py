"""What people did to the shape of a tab: columns, headings, title. Nothing of it stops a refresh."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.core.model.layout import Tab
from sheetsync.core.model.plan import EditKind, HandEdit, HeadingWrite
from sheetsync.core.model.workbook import Base, BaseTab, CurrentTab


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape to remember: the engine's headings, the names people gave, and their own columns."""

    headings: dict[str, str]
    renamed: dict[str, str]
    extra_columns: tuple[str, ...]


def merge_shape(
    tab: Tab,
    base: BaseTab,
    standing: CurrentTab,
    base_known: bool,
    edits: list[HandEdit],
    writes: list[HeadingWrite],
) -> Shape:
    """Adds what people did to `edits` and the headings to write to `writes`; gives the shape to remember."""
    headings, renamed = _headings(tab, base, standing, edits, writes)
    # a copied column of ours holds the same key twice: the second one is people's own
    extra = (*standing.extra_columns, *standing.duplicate_columns)
    if base_known and base.columns:
        _columns(tab, base, standing, extra, edits)
    if base.title and standing.title != base.title:
        edits.append(HandEdit(EditKind.TAB_RENAMED, tab.key, old=base.title, new=standing.title))
    if base.columns and standing.hidden and not base.hidden and not tab.hidden:
        edits.append(HandEdit(EditKind.TAB_HIDDEN, tab.key, new=standing.title))
    return Shape(headings, renamed, extra)


def absent_tab(
    tab: Tab, base: Base, edits: list[HandEdit], gone: list[tuple[str, str]], seen: dict[str, BaseTab]
) -> None:
    """A tab that does not stand: if the base knew it, people deleted it, and its rows with it."""
    old = base.tabs.get(tab.key)
    if old is None:
        return
    if old.columns:
        edits.append(HandEdit(EditKind.TAB_DELETED, tab.key, old=old.title or tab.title))
    gone += [(tab.key, row_id) for row_id in old.rows]
    seen[tab.key] = BaseTab(tombstones=old.tombstones.union(old.rows))


def _headings(
    tab: Tab, base: BaseTab, standing: CurrentTab, edits: list[HandEdit], writes: list[HeadingWrite]
) -> tuple[dict[str, str], dict[str, str]]:
    """Headings the engine left are rewritten when the layout says otherwise; names that people gave are kept."""
    ours: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for column in tab.columns:
        if column.key not in standing.columns:
            continue
        now = standing.headings.get(column.key, "")
        before = base.headings.get(column.key)
        ours[column.key] = before if before is not None else column.heading
        if now == column.heading:
            ours[column.key] = now
        elif now == before:
            writes.append(HeadingWrite(tab.key, column.key, now, column.heading))
        else:
            renamed[column.key] = now
            if before is not None and base.renamed.get(column.key) != now:
                old = base.renamed.get(column.key, before)
                edits.append(HandEdit(EditKind.COLUMN_RENAMED, tab.key, column=column.key, old=old, new=now))
    return ours, renamed


def _columns(tab: Tab, base: BaseTab, standing: CurrentTab, extra: Sequence[str], edits: list[HandEdit]) -> None:
    ours = {column.key: column.heading for column in tab.columns}
    for key in base.columns:
        if key not in standing.columns and key in ours:
            name = base.renamed.get(key) or base.headings.get(key) or ours[key]
            edits.append(HandEdit(EditKind.COLUMN_DELETED, tab.key, column=key, old=name))
    edits.extend(
        HandEdit(EditKind.COLUMN_MOVED, tab.key, column=key, new=standing.headings.get(key, key))
        for key in _moved(base.columns, standing.columns)
    )
    left = list(base.extra_columns)
    for name in extra:
        if name in left:
            left.remove(name)
        else:
            edits.append(HandEdit(EditKind.COLUMN_ADDED, tab.key, column=name or None, new=name))


def _moved(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """The fewest columns whose move explains the new order: all that are not in a longest rising run."""
    place = {key: i for i, key in enumerate(before)}
    keys = [key for key in now if key in place]
    tails: list[int] = []
    lengths: list[int] = []
    for key in keys:
        length = bisect_left(tails, place[key])
        tails[length : length + 1] = [place[key]]
        lengths.append(length)
    stays: set[str] = set()
    wanted = len(tails) - 1
    for key, length in zip(reversed(keys), reversed(lengths), strict=True):
        if length == wanted:
            stays.add(key)
            wanted -= 1
    return [key for key in keys if key not in stays]
