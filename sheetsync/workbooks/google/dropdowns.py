"""Dropdowns and checkboxes: the data validation of columns.

The choices are a range: of the hidden tab of words that the layout carries, so that they follow the language, or of the
tab where people type them (owners). Without such a tab the words stand in the rule itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sheetsync.core.model.layout import FIRST_ROW, Column, Kind, Layout, Owner
from sheetsync.workbooks.google.paints import letters

Rule = dict[str, Any]

LISTS = "_lists"
"""The key of the hidden tab with a column of words for each choice list."""

CHECKBOX: Rule = {"condition": {"type": "BOOLEAN"}, "showCustomUi": True, "strict": True}
"""A checkbox. Only for rows that stand: it may count as data where rows are appended."""


class Listed(Protocol):
    """A tab that holds a list people type."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def columns(self) -> dict[str, int]:
        """The places of its column keys."""


def dropdown(layout: Layout, column: Column, tabs: Mapping[str, Listed]) -> Rule | None:
    """The data validation of a column of choices that people may fill; None where there is none to choose from."""
    choices = layout.choice_list(column.choices)
    if choices is None or column.owner is Owner.ENGINE:
        return None
    tab, key = choices.source or (LISTS, choices.key)
    source = tabs.get(tab)
    if source is not None and key in source.columns:
        letter, title = letters(source.columns[key]), source.title.replace("'", "''")
        where = f"='{title}'!${letter}${FIRST_ROW}:${letter}"
        condition: Rule = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": where}]}
    elif choices.entries:
        words = dict.fromkeys(entry.word for entry in choices.entries)
        condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": word} for word in words]}
    else:
        return None
    return {"condition": condition, "showCustomUi": True, "strict": column.strict}


def validation(layout: Layout, column: Column, tabs: Mapping[str, Listed], said: Kind | None = None) -> Rule | None:
    """What a cell of this column in a row that stands is checked by; `said` is the cell's own kind, if it has one."""
    return CHECKBOX if (said or column.kind) is Kind.CHECKBOX else dropdown(layout, column, tabs)
