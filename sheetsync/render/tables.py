"""Tables for a terminal or a file, drawn by rich; colour only where the caller says there is a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence


def table_text(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    title: str | None = None,
    width: int = 120,
    colour: bool = False,
) -> str:
    """A table as text; `right` names the columns that are aligned right. Cell text is never read as markup."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=box.SIMPLE, title_justify="left", pad_edge=False)
    for head in heads:
        table.add_column(head, justify="right" if head in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None).print(table)
    return out.getvalue().rstrip()
