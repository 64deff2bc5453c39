"""The workbook we want, backend-free: tabs, columns, who owns them, and how they look.

A layout is made from a template and a language (`sheetsync.core.layout`). Backends build and read workbooks from it,
the merge asks it who may write, the tabs fill it. Identity is by key: A1-style positions never appear here.

    row 1   hidden   `sheetsync:<tab key>` in the id column, then one column key a column
    row 2            the plan id (hidden column), then the headings people see
    row 3 ...        row id (hidden column), then the cells
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

KEY_PREFIX = "sheetsync:"
"""A cell of the key row that starts with this names the tab: `sheetsync:goals`. It marks the id column as well."""

KEY_ROW, HEADING_ROW, FIRST_ROW = 1, 2, 3
"""1-based rows of a fresh workbook. Readers find the key row by its prefix; people may insert rows above it."""


class Owner(StrEnum):
    """Who may write a column. Seeded: the engine fills it while it is empty in a new row, then it is people's."""

    PEOPLE = "people"
    ENGINE = "engine"
    SEEDED = "seeded"


class Kind(StrEnum):
    """What a column (or one cell of a mixed column) holds; decides format, alignment, validation and reading."""

    TEXT = "text"
    NOTE = "note"  # long text, wrapped
    INTEGER = "integer"
    NUMBER = "number"  # two decimals
    MONEY = "money"  # two decimals with separators; the currency stands in its own column or in the label
    PERCENT = "percent"  # a fraction: 0.22 shows as 22.0 %
    DATE = "date"
    DATETIME = "datetime"
    CHECKBOX = "checkbox"
    CHOICE = "choice"  # one of a choice list, shown as a dropdown
    LIGHT = "light"  # a word of the light vocabulary, coloured


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a tab. `choices` names a choice list of the layout (only for Kind.CHOICE)."""

    key: str
    owner: Owner
    kind: Kind
    heading: str
    help: str = ""
    width: int = 14
    choices: str | None = None
    strict: bool = False
    """Whether the dropdown refuses anything else. Owners and statuses never do: what people type is kept."""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a choice list: its canonical key, the word shown, and every spelling that reads as it."""

    key: str
    word: str
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A vocabulary. `source` is `(tab, column)` when the entries are what people typed there (owners' names)."""

    key: str
    entries: tuple[Choice, ...] = ()
    source: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Paint:
    """A live conditional format: cells of `column` turn `light`'s colours while the test holds.

    Exactly one of `words` (the cell's text, any spelling in any language) and `formula` is set. A formula is
    written for the first data row with `{column_key}` where a column of the same tab is meant, for example
    `AND({due}<>"",{due}<TODAY(),{status}<>"done")`; backends put the references in.
    """

    column: str
    light: str
    words: tuple[str, ...] = ()
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart on a tab. Series are columns of a (usually hidden) data tab with a fixed number of rows."""

    key: str
    title: str
    kind: str  # "line" | "column" | "bar"
    data_tab: str
    category: str
    series: tuple[tuple[str, str], ...]
    """(column key, name shown)."""
    rows: int
    at_column: int = 9
    at_row: int = 2
    width: int = 480
    height: int = 240
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its columns in order, its look, and how much of it may vanish before the guard asks."""

    key: str
    title: str
    columns: tuple[Column, ...]
    hidden: bool = False
    help: str = ""
    paints: tuple[Paint, ...] = ()
    charts: tuple[Chart, ...] = ()
    landscape: bool = True
    filter: bool = True
    freeze_columns: int = 0
    """How many visible columns stay when scrolling sideways."""
    people_rows: bool = True
    """Whether people add rows here. Where they do not, an id-less row is left alone and never adopted."""

    def column(self, key: str) -> Column | None:
        """The column with this key, or None."""
        return next((column for column in self.columns if column.key == key), None)

    def owned(self, *owners: Owner) -> tuple[Column, ...]:
        """The columns of these owners, in order."""
        return tuple(column for column in self.columns if column.owner in owners)


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole workbook we want. `plan_id` ties it to one project; `month` is `YYYY-MM`."""

    plan_id: str
    template: str
    month: str
    language: str
    title: str
    tabs: tuple[Tab, ...]
    choices: tuple[ChoiceList, ...] = ()
    lights: tuple[Choice, ...] = ()
    """The five lights: key, word in this language, spellings."""
    wording: dict[str, str] = field(default_factory=dict)
    """Every other sentence the engine writes, by key, in this language; `{name}` marks a value."""

    def tab(self, key: str) -> Tab | None:
        """The tab with this key, or None."""
        return next((tab for tab in self.tabs if tab.key == key), None)

    def choice_list(self, key: str | None) -> ChoiceList | None:
        """The choice list with this key, or None."""
        return next((choices for choices in self.choices if choices.key == key), None)

    def say(self, key: str, **facts: object) -> str:
        """The sentence `key` in the workbook's language with `{name}` filled in; the key itself if unknown."""
        return self.wording.get(key, key).format_map({name: str(fact) for name, fact in facts.items()})
