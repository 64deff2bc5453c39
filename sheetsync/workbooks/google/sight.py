"""The workbook as one look found it: what the merge sees (`Current`), and where everything stood (`Place`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheetsync.core.model.plan import IdWrite
from sheetsync.core.model.workbook import Current, CurrentRow
from sheetsync.workbooks.google.scratch import Left


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parts of one tab stood. All indices are 0-based; they hold for the moment of the look only.

    Two places are equal when they are of the same sheet: where things stand is no part of what a tab says.

    `columns` are the places of the column keys (ids.ID_COLUMN for the row ids); `tagged` and `tagged_rows` map the ids
    of developer metadata on columns and rows to where they hang; `protected` are the ids of protected ranges.
    `used_rows` counts the rows down to the last that holds anything; `rules` are the tab's conditional formats,
    people's too; `tokens` are the ids of metadata that mark batches of new rows.
    """

    sheet_id: int
    title: str = field(compare=False)
    key_row: int = field(compare=False)
    heading_row: int = field(compare=False)
    columns: dict[str, int] = field(compare=False)
    tagged: dict[int, int] = field(compare=False)
    tagged_rows: dict[int, int] = field(compare=False)
    protected: frozenset[int] = field(compare=False)
    row_count: int = field(compare=False)
    column_count: int = field(compare=False)
    used_rows: int = field(compare=False)
    rules: tuple[dict[str, Any], ...] = field(compare=False, default=())
    tokens: frozenset[int] = field(compare=False, default=frozenset())
    scratch: bool = field(compare=False, default=False)
    """Whether the hidden tab of `scratch` stands."""
    left: tuple[Left, ...] = field(compare=False, default=())
    """What a run that died has to put back in this tab."""


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
