"""Cell values as people read them, in text."""

from __future__ import annotations

from datetime import date, datetime

from sheetsync.core.merge.names import row_name
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.values import Formula, Value
from sheetsync.core.model.workbook import Current


def cell_text(value: Value, kind: Kind | None = None, *, width: int = 60) -> str:
    """A value in one short line: percent and money formatted by `kind`, an empty cell as `(empty)`."""
    if isinstance(value, Formula):
        return _short(value.text, width)
    if value is None or value == "":
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_text(value, kind)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return _short(" ".join(value.split()), width)


def number_text(value: float, kind: Kind | None = None) -> str:
    """A number by its kind: `22.4 %`, `12,345.60`, `1,234`."""
    if kind is Kind.PERCENT:
        return f"{value:.1%}".replace("%", " %")
    if kind is Kind.MONEY:
        return f"{value:,.2f}"
    if kind is Kind.INTEGER or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def heading(layout: Layout, tab: str, column: str | None) -> str:
    """The heading people see for a column, or its key."""
    found = layout.tab(tab)
    known = found.column(column or "") if found else None
    return known.heading if known else (column or "")


def tab_title(layout: Layout, tab: str | None) -> str:
    """The title people see for a tab, or its key."""
    found = layout.tab(tab or "")
    return found.title if found else (tab or "")


def kind_of(layout: Layout, tab: str, column: str | None) -> Kind | None:
    """The kind of a column, or None when the layout does not know it."""
    found = layout.tab(tab)
    known = found.column(column or "") if found else None
    return known.kind if known else None


def row_names(current: Current, layout: Layout) -> dict[tuple[str, str], str]:
    """(tab, row id) -> what people call the row."""
    return {
        (tab.key, row.row_id): name
        for tab in layout.tabs
        for row in (current.tabs[tab.key].rows if tab.key in current.tabs else ())
        if row.row_id and (name := row_name(tab, row.cells))
    }
