"""Making formulas see new numbers: recalculation on load, the calculation chain, and the hidden name of a grown filter.

Cached results of formulas that depend on a changed cell are stale in the file; a workbook marked `fullCalcOnLoad` is
calculated anew when it is opened. The calculation chain lists cells with formulas: Excel repairs a file whose chain
names a cell that holds none, and rebuilds a chain that is missing, so it is dropped whenever a formula comes or goes.
"""

from __future__ import annotations

import re

from sheetsync.workbooks.excel.markup import Element, Markup
from sheetsync.workbooks.excel.package import Package, Sheet
from sheetsync.workbooks.excel.references import Area, column_letters
from sheetsync.workbooks.excel.text import escape

_BEFORE_CALC = ("definedNames", "externalReferences", "functionGroups", "sheets")
"""What may stand before `calcPr` in a workbook, last first (CT_Workbook, ECMA-376 part 1, 18.2.27)."""
LOOK_AT = 64 << 20
"""Sheets over this size (unpacked bytes) are not searched for formulas."""


class WorkbookEdit:
    """Changes to the workbook part and to what lists parts; collected, then rendered."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._changed: set[str] = set()
        self.removed: set[str] = set()

    @property
    def _workbook(self) -> Markup:
        return self._package.markup(self._package.part)

    def manual(self) -> bool:
        """Whether people switched automatic calculation off: they must press F9 to see new numbers."""
        settings = self._workbook.find("calcPr")
        return settings is not None and settings.get("calcMode") == "manual"

    def recalculate(self) -> None:
        """Marks the workbook to be calculated when it is opened."""
        markup, settings = self._workbook, self._workbook.find("calcPr")
        if settings is not None:
            if settings.get("fullCalcOnLoad") not in {"1", "true"}:
                markup.set(settings, fullCalcOnLoad="1")
                self._changed.add(self._package.part)
            return
        before = next((found for name in _BEFORE_CALC if (found := self._child(name))), None)
        if before is not None:
            tag = b"<" + markup.prefix(before) + b'calcPr fullCalcOnLoad="1"/>'
            markup.replace(before.end, before.end, tag)
            self._changed.add(self._package.part)

    def _child(self, name: str) -> Element | None:
        return next((item for item in self._workbook.root.children if item.name == name), None)

    def drop_calculation_chain(self) -> None:
        """Takes the chain out, with its relation and its content type."""
        package = self._package
        chain = package.related_part(package.part, "calcChain")
        if chain is None:
            return
        rels = package.name_of(package.relations_part(package.part))
        for relation in package.markup(rels or "").all("Relationship"):
            if relation.get("Type").endswith("/calcChain"):
                package.markup(rels or "").drop(relation)
        self._changed.add(rels or "")
        override = package.override(chain)
        if override is not None:
            package.markup(package.types_part).drop(override)
            self._changed.add(package.name_of(package.types_part) or package.types_part)
        self.removed.add(chain)

    def move_filter(self, sheet: Sheet, old: Area, new: Area) -> None:
        """Lets the hidden name that Excel keeps beside a filter follow it."""
        for name in self._workbook.all("definedName"):
            mine = name.get("name") == "_xlnm._FilterDatabase" and name.get("localSheetId") == str(sheet.index)
            if not mine or not name.text.endswith("!" + _absolute(old)):
                continue
            text = name.text.removesuffix(_absolute(old)) + _absolute(new)
            close = self._workbook.data.rindex(b"</", name.open_end, name.end)
            self._workbook.replace(name.open_end, close, escape(text).replace(b"&quot;", b'"'))
            self._changed.add(self._package.part)

    def rendered(self) -> dict[str, bytes]:
        """The parts that changed, by name."""
        return {part: self._package.markup(part).rendered() for part in self._changed}


def _absolute(area: Area) -> str:
    first = f"${column_letters(area.left)}${area.top}"
    return first if area.is_cell() else f"{first}:${column_letters(area.right)}${area.bottom}"


def may_hold_formulas(package: Package, seen: set[str]) -> bool:
    """Whether any sheet not `seen` yet may hold a formula: searched for as bytes, never parsed; very large ones may."""
    if package.related_part(package.part, "calcChain"):
        return True
    formula = re.compile(rb"<(?:[\w.\-]+:)?f[\s>/]")
    for sheet in package.sheets:
        if sheet.part in seen:
            continue
        if package.container.size(sheet.part) > LOOK_AT:
            return True
        last = b""
        for piece in package.container.chunks(sheet.part):
            if formula.search(last + piece):
                return True
            last = piece[-64:]
    return False
