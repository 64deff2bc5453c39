"""The workbook as one look found it: what the merge sees (`Current`), and where everything stood (`Place`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheetsync.core.model.plan import IdWrite
from sheetsync.core.model.workbook import Current, CurrentRow


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of one tab stood. All indices are 0-based; they hold for the moment of the look only.

    `columns` are the places of the column keys (ids.ID_COLUMN for the row ids); `tagged` and `tagged_rows` map the ids
    of developer metadata on columns and rows to where they hang; `protected` are the ids of protected ranges.
    `used_rows` counts the rows down to the last that holds anything; `rules` are the tab's conditional formats,
    people's too; `tokens` are the ids of metadata that mark batches of new rows.
    """

    sheet_id: int
    title: str
    key_row: int
    heading_row: int
    columns: dict[str, int]
    tagged: dict[int, int]
    tagged_rows: dict[int, int]
    protected: frozenset[int]
    row_count: int
    column_count: int
    used_rows: int
    rules: tuple[dict[str, Any], ...] = ()
    tokens: frozenset[int] = frozenset()
    scratch: bool = False
    """Whether the hidden tab of `scratch` stands."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One look: the current workbook, the places of its tabs by key, and the cells of the hidden tab."""

    current: Current
    places: dict[str, Place]
    scratch: tuple[Sequence[Mapping[str, Any]], ...] = ()

    def rows(self, tab: str) -> tuple[CurrentRow, ...]:
        """The rows of a tab; none where it does not stand."""
        found = self.current.tabs.get(tab)
        return found.rows if found else ()


def seen_before(current: Current, given: Iterable[IdWrite]) -> Sight | None:
    """The look that a `Current` of this backend came from; None for one made elsewhere.

    The merge has put the ids it gives into its copy of the rows already: `given` says which do not stand yet.
    """
    places = {key: tab.handle for key, tab in current.tabs.items() if isinstance(tab.handle, Place)}
    if len(places) != len(current.tabs):
        return None
    stood = {(write.tab, write.position): write.old_id for write in given}
    tabs = {
        key: replace(
            tab, rows=tuple(replace(row, row_id=stood.get((key, row.position), row.row_id)) for row in tab.rows)
        )
        for key, tab in current.tabs.items()
    }
    return Sight(replace(current, tabs=tabs), places)
