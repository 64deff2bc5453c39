"""Tables (ListObjects) of a sheet: where they lie, what their columns compute, and how they grow by rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetsync.errors import WorkbookError
from sheetsync.workbooks.excel.package import Package, Sheet
from sheetsync.workbooks.excel.references import Area, parse_area


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its part, name, area with headings and totals, and its calculated columns (column -> formula)."""

    part: str
    name: str
    area: Area
    header_rows: int
    totals_rows: int
    formulas: dict[int, str]

    def columns(self) -> frozenset[int]:
        """Its columns, by number."""
        return frozenset(range(self.area.left, self.area.right + 1))


def tables_of(package: Package, sheet: Sheet) -> list[Table]:
    """The tables of a sheet. Raises WorkbookUnreadable when one of them cannot be read."""
    found = []
    for relation in package.relations(sheet.part).values():
        part = package.name_of(relation.target) if relation.kind == "table" else None
        if part is None:
            continue
        root = package.markup(part).root
        try:
            area = parse_area(root.get("ref"))
        except ValueError as error:
            raise package.refusal(f"the table {root.get('displayName')!r} has {error}", "repair it in Excel") from error
        header, totals = int(root.get("headerRowCount", "1")), int(root.get("totalsRowCount", "0"))
        found.append(Table(part, root.get("displayName"), area, header, totals, _formulas(package, part, area)))
    return found


def _formulas(package: Package, part: str, area: Area) -> dict[int, str]:
    columns = list(package.markup(part).all("tableColumn"))
    found = {}
    for place, column in enumerate(columns):
        for child in column.children:
            if child.name == "calculatedColumnFormula" and child.get("array", "0") in {"0", "false"}:
                found[area.left + place] = child.text
    return found


def table_at(tables: Sequence[Table], columns: frozenset[int], end: int, where: str) -> Table | None:
    """The table that a row below row `end`, where the data of these columns ends, would join; None when there is none.

    Raises WorkbookError where several would do, or where the data ends with a totals row.
    """
    found = [table for table in tables if table.columns() & columns and table.area.top <= end <= table.area.bottom]
    if len(found) > 1:
        names = ", ".join(repr(table.name) for table in found)
        raise WorkbookError(
            f"rows cannot be added: they would fit the tables {names}", where=where, hint="name columns of one of them"
        )
    if found and found[0].totals_rows:
        raise WorkbookError(
            f"rows cannot be added below the totals row of the table {found[0].name!r}",
            where=where,
            hint="switch the totals row off (Table Design > Total Row)",
        )
    return found[0] if found else None


def grow(package: Package, table: Table, bottom: int) -> bytes:
    """The table's part with its area (and that of its filter) reaching down to `bottom`."""
    markup = package.markup(table.part)
    area = Area(table.area.top, table.area.left, bottom, table.area.right)
    # A table that had no rows of data yet is marked so; with rows in it the mark is wrong.
    markup.set(markup.root, ref=str(area), insertRow=None)
    for item in markup.root.children:
        if item.name == "autoFilter" and item.get("ref"):
            old = parse_area(item.get("ref"))
            markup.set(item, ref=str(Area(old.top, old.left, bottom, old.right)))
    return markup.rendered()
