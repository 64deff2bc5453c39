"""The outcome of a merge, as data: what would be written, what people did, what is in doubt, what is refused.

Plan -> apply. Nothing here has been done yet; printing a Plan changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import Base


class Why(StrEnum):
    """Why the engine writes a cell."""

    COMPUTED = "computed"  # the value it says changed
    RESTORED = "restored"  # a hand had overwritten it
    SEEDED = "seeded"  # empty cell of a seeded column, filled once
    ADOPTED = "adopted"  # no base: written to make it so
    UNDO = "undo"  # a pre-image goes back


@dataclass(frozen=True, slots=True)
class CellWrite:
    """The engine writes one cell of a row that stands: (tab, row id, column key), old -> new."""

    tab: str
    row_id: str
    column: str
    old: Value
    new: Value
    why: Why = Why.COMPUTED
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class RowAppend:
    """The engine places a new row below the data, with its id; `kinds` as in IncomingRow."""

    tab: str
    row_id: str
    cells: dict[str, Value]
    kinds: dict[str, Kind] = field(default_factory=dict)


class IdReason(StrEnum):
    """Why a row gets an id."""

    NEW = "new"  # people added the row
    COPIED = "copied"  # a copy of a row; the copy gets its own id
    RESTORED = "restored"  # people blanked or edited the id; the row was recognised by its contents


@dataclass(frozen=True, slots=True)
class IdWrite:
    """The engine writes a row id. The row has no usable id yet, so it is told by where it stood and what it held.

    `position` is the row number at reading; `cells` the people-owned cells that the row must still hold for the
    write to be right (backends check them on read-back and repair).
    """

    tab: str
    position: int
    row_id: str
    reason: IdReason
    old_id: str | None = None
    cells: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeadingWrite:
    """The engine changes a heading people left as it was (language switched, template changed)."""

    tab: str
    column: str
    old: str
    new: str


class EditKind(StrEnum):
    """What people did."""

    CELL = "cell"  # changed a cell they own
    ENGINE_CELL = "engine cell"  # overwrote a cell the engine owns; it is restored, what they typed is kept here
    ROW_ADDED = "row added"
    ROW_COPIED = "row copied"
    ROW_DELETED = "row deleted"
    ID_EDITED = "id edited"
    COLUMN_DELETED = "column deleted"
    COLUMN_ADDED = "column added"
    COLUMN_RENAMED = "column renamed"
    COLUMN_MOVED = "column moved"
    TAB_RENAMED = "tab renamed"
    TAB_HIDDEN = "tab hidden"
    TAB_DELETED = "tab deleted"


@dataclass(frozen=True, slots=True)
class HandEdit:
    """Something people did since the base: where, and old -> new."""

    kind: EditKind
    tab: str
    row_id: str | None = None
    column: str | None = None
    old: Value = None
    new: Value = None
    row_name: str = ""
    """The row as people know it: its first text cell."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed one seeded cell, or the engine cannot know who is right. `kept` stands in the workbook."""

    tab: str
    row_id: str
    column: str
    base: Value
    current: Value
    incoming: Value
    kept: Value
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the guard stops the whole plan, and the command that goes on."""

    code: str
    message: str
    hint: str
    tab: str | None = None


class ChangeKind(StrEnum):
    """What kind of thing a run changed."""

    CELL = "cell"
    ROW = "row"  # a row was placed: one change a cell of it, old is empty
    ID = "id"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell a run set out to change, as the journal keeps it: pre-image `old`, post-image `new`.

    A row that was placed without any cell is one change with an empty `column`. For ids, `old` and `new` are ids.
    """

    kind: ChangeKind
    tab: str
    row_id: str
    column: str
    old: Value
    new: Value
    why: str = Why.COMPUTED.value


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one refresh would do to the workbook. With a refusal in it, nothing is written."""

    writes: tuple[CellWrite, ...] = ()
    appends: tuple[RowAppend, ...] = ()
    ids: tuple[IdWrite, ...] = ()
    headings: tuple[HeadingWrite, ...] = ()
    edits: tuple[HandEdit, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    """(tab, row id) of rows people deleted since the base: tombstones from now on."""
    seen: Base | None = field(default=None, compare=False, repr=False)
    """The memory of what the merge read, before any write of this plan: `settle` lays the writes over it."""

    @property
    def is_empty(self) -> bool:
        """Whether applying this plan would leave the workbook as it is: 0 cells, 0 write calls."""
        return not (self.writes or self.appends or self.ids or self.headings)

    @property
    def cell_count(self) -> int:
        """How many cells the plan writes, row ids included."""
        appended = sum(1 + len(row.cells) for row in self.appends)
        return len(self.writes) + len(self.ids) + len(self.headings) + appended
