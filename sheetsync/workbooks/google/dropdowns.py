"""Dropdowns and checkboxes: the data validation of columns.

The words of a choice list stand in the rule itself (ONE_OF_LIST), so there is no helper tab that somebody could delete;
a list that people type themselves (owners) is a range of their tab (ONE_OF_RANGE).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sheetsync.core.model.layout import FIRST_ROW, Column, Kind, Layout
from sheetsync.workbooks.google.paints import letters

Rule = dict[str, Any]

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
    """The data validation of a column of choices: the words themselves, or what people typed in another tab."""
    choices = layout.choice_list(column.choices)
    if choices is None:
        return None
    if choices.source is not None:
        tab, key = choices.source
        source = tabs.get(tab)
        if source is None or key not in source.columns:
            return None
        letter, title = letters(source.columns[key]), source.title.replace("'", "''")
        condition: Rule = {
            "type": "ONE_OF_RANGE",
            "values": [{"userEnteredValue": f"='{title}'!${letter}${FIRST_ROW}:${letter}"}],
        }
    else:
        words = dict.fromkeys(entry.word for entry in choices.entries)
        condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": word} for word in words]}
    return {"condition": condition, "showCustomUi": True, "strict": column.strict}


def validation(layout: Layout, column: Column, tabs: Mapping[str, Listed]) -> Rule | None:
    """What a cell of this column in a row that stands is checked by; None for free text."""
    return CHECKBOX if column.kind is Kind.CHECKBOX else dropdown(layout, column, tabs)
