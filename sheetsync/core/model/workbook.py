"""The three values of a merge: base, current, incoming. Always in this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.values import Value

Cells = Mapping[str, Value]
"""Column key -> value. A missing key is an empty cell."""


@dataclass(frozen=True, slots=True)
class CurrentRow:
    """One row as the workbook stands.

    `row_id` is what stands in the id column (None: blank). `position` is the backend's own handle (the 1-based
    row number at the time of reading): good for finding the row again *now*, never for identity.
    """

    row_id: str | None
    cells: dict[str, Value]
    position: int


@dataclass(frozen=True, slots=True)
class CurrentTab:
    """One tab as it stands: its title, which column keys were found (in order), headings, and non-blank rows.

    `extra_columns` are the headings of people's own columns (no key); their cells are not read into rows.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    headings: dict[str, str]
    rows: tuple[CurrentRow, ...]
    hidden: bool = False
    extra_columns: tuple[str, ...] = ()
    id_column: bool = True
    """False when the key row stands but nothing says which column holds the row ids."""
    handle: object = None
    """The backend's own name for the tab (sheet id, part name)."""
    places: dict[str, int] = field(default_factory=dict, compare=False)
    """Column key -> 1-based column at the time of reading: to answer `why Goals!F7`, never for identity."""
    duplicate_columns: tuple[str, ...] = ()
    """Keys that stand in the key row more than once (a copied column); the first one is read."""


@dataclass(frozen=True, slots=True)
class Current:
    """The workbook as it stands. `revision` is what `apply` compares; `plan_id` says whose workbook it is.

    A tab of the layout that is missing here was deleted or lost its key row; `keyless` names tabs whose title is
    that of a tab of ours but which have no key row.
    """

    revision: str
    tabs: dict[str, CurrentTab]
    plan_id: str | None = None
    keyless: tuple[str, ...] = ()
    duplicate_tabs: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class BaseTab:
    """One tab as the last refresh left it: cells by row id, headings, which columns stood, and what people deleted.

    `tombstones` are ids that were in the workbook once and were removed by people: they are never placed again.
    """

    rows: dict[str, dict[str, Value]] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    title: str = ""
    tombstones: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict)
    """Headings people chose, by column key; `headings` keeps what the engine last said there."""
    seeds: dict[str, dict[str, Value]] = field(default_factory=dict)
    """Seeded cells that were filled once, by row id and column: what the engine offered, None if people were first.

    A cell listed here is people's for good: it is never filled again, however empty it stands."""
    hidden: bool = False
    extra_columns: tuple[str, ...] = ()
    """Headings of people's own columns, so that a new one is told once."""


@dataclass(frozen=True, slots=True)
class Base:
    """The workbook as the last refresh left it. `known` is False when there is no memory: first run, or state lost."""

    tabs: dict[str, BaseTab] = field(default_factory=dict)
    known: bool = False
    plan_id: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One row as the engine now says.

    `cells` holds engine columns (written whenever they differ) and seeded columns (used only when the row is
    placed for the first time, or while a seeded cell was never filled). `kinds` overrides the column's kind for
    single cells of a mixed column (a percent among money). `place` False: update the row if it stands, but never
    add it (engine cells of rows that people made).
    """

    row_id: str
    cells: dict[str, Value]
    kinds: dict[str, Kind] = field(default_factory=dict)
    place: bool = True


@dataclass(frozen=True, slots=True)
class IncomingTab:
    """One tab as the engine now says, rows in the order in which new ones are placed.

    `complete`: engine-owned rows of base that are missing here have their engine cells left as they are (False),
    or blanked (True).
    """

    rows: tuple[IncomingRow, ...]
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the engine now says of the whole workbook: tab key -> rows."""

    tabs: dict[str, IncomingTab] = field(default_factory=dict)
