"""What stands around the rows of a sheet: merged cells that an edit must respect, and ranges that must reach new rows.

Conditional formats, validations (both also in their 2010 form, inside `extLst`) and the sheet's filter grow when they
end where the data ended; everything else about them stays. Chart references are left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from sheetsync.errors import WorkbookError
from sheetsync.workbooks.excel.markup import Element, Markup
from sheetsync.workbooks.excel.references import Area, cell_name, parse_area


@dataclass(frozen=True, slots=True)
class Growth:
    """Rows were added: the data of `columns` ended in row `old` and now ends in `new`; it starts in `first`, if
    known.
    """

    columns: frozenset[int]
    old: int
    new: int
    first: int | None = None

    def grown(self, area: Area) -> Area:
        """The area, reaching to the new end if it ended with the data and covers more than one stray cell."""
        ends_with_data = self.old <= area.bottom < self.new
        covers = any(area.left <= column <= area.right for column in self.columns)
        spans = area.top < area.bottom or (self.first is not None and area.top <= self.first)
        if not (ends_with_data and covers and spans and area.top <= self.old):
            return area
        return Area(area.top, area.left, self.new, area.right)


class Skeleton:
    """A sheet without its rows: `head` and `tail` as one small document, edited in place."""

    def __init__(self, head: bytes, tail: bytes) -> None:
        self._markup = Markup(head + tail)
        # A part in another encoding was decoded by the stream already, so the seam is where it was.
        self._seam = len(head)

    @cached_property
    def merged(self) -> list[Area]:
        """The merged ranges of the sheet."""
        return [parse_area(item.get("ref")) for item in self._markup.all("mergeCell")]

    def check_merged(self, cells: Iterable[tuple[int, int]], where: str) -> None:
        """Raises WorkbookError when a cell lies inside a merged range and is not its first cell."""
        for row, column in cells if self.merged else ():
            for area in self.merged:
                if area.holds(row, column) and (row, column) != (area.top, area.left):
                    raise WorkbookError(
                        f"the cell {cell_name(row, column)} lies inside the merged cells {area}",
                        where=f"{where}!{cell_name(row, column)}",
                        hint="take the merge apart (Home > Merge & Center)",
                    )

    def is_protected(self) -> bool:
        """Whether people locked the sheet; a lock of the user interface, not of the file."""
        found = self._markup.find("sheetProtection")
        return found is not None and found.get("sheet") in {"1", "true"}

    def extend_dimension(self, cells: Collection[tuple[int, int]]) -> None:
        """Lets the sheet's declared used range cover the cells."""
        element = self._markup.find("dimension")
        if element is None or not cells:
            return
        try:
            area = parse_area(element.get("ref"))
        except ValueError:
            return
        rows, columns = [row for row, _ in cells], [column for _, column in cells]
        wider = Area(min(area.top, *rows), min(area.left, *columns), max(area.bottom, *rows), max(area.right, *columns))
        if wider != area:
            self._markup.set(element, ref=str(wider))

    def grow(self, growths: Collection[Growth]) -> tuple[Area, Area] | None:
        """Lets formats, validations and the filter reach the new rows; tells the filter's old and new area if it
        grew.
        """
        if not growths:
            return None
        filtered = None
        for element in self._markup.elements:
            if element.name in {"conditionalFormatting", "dataValidation"} and element.get("sqref"):
                old = element.get("sqref")
                new = _grown_list(old, growths)
                if new != old:
                    self._markup.set(element, sqref=new)
            elif element.name == "sqref":
                self._grow_text(element, growths)
            elif element.path == ("worksheet", "autoFilter") and element.get("ref"):
                filtered = self._grow_filter(element, growths)
        return filtered

    def _grow_text(self, element: Element, growths: Collection[Growth]) -> None:
        new = _grown_list(element.text, growths)
        if new != element.text:
            close = self._markup.data.rindex(b"</", element.open_end, element.end)
            self._markup.replace(element.open_end, close, new.encode())

    def _grow_filter(self, element: Element, growths: Collection[Growth]) -> tuple[Area, Area] | None:
        old = parse_area(element.get("ref"))
        new = _grown(old, growths)
        if new == old:
            return None
        self._markup.set(element, ref=str(new))
        return old, new

    def head(self) -> bytes:
        """What stands before the rows, with the edits made."""
        return self._markup.rendered(0, self._seam)

    def tail(self) -> bytes:
        """What stands after the rows, with the edits made."""
        return self._markup.rendered(self._seam)


def _grown_list(text: str, growths: Collection[Growth]) -> str:
    """A list of areas with each grown; the text itself when none grew or one of them is not an area."""
    try:
        areas = [parse_area(ref) for ref in text.split()]
    except ValueError:
        return text
    grown = [_grown(area, growths) for area in areas]
    if grown == areas:
        return text
    return " ".join(str(new) if new != old else ref for ref, old, new in zip(text.split(), areas, grown, strict=True))


def _grown(area: Area, growths: Collection[Growth]) -> Area:
    for growth in growths:
        area = growth.grown(area)
    return area
