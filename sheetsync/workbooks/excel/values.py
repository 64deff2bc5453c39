"""What a cell's XML means: typed values, formulas with their last result, dates by the cell's style."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sheetsync.core.model.values import Formula, Plain, Value
from sheetsync.workbooks.excel.cells import RawCell, formula_of
from sheetsync.workbooks.excel.dates import moment
from sheetsync.workbooks.excel.formulas import shifted
from sheetsync.workbooks.excel.sheetstream import SheetDamaged
from sheetsync.workbooks.excel.styles import Styles
from sheetsync.workbooks.excel.text import from_xstring, unescape

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")


@lru_cache(maxsize=64)
def _value_pattern(prefix: bytes) -> re.Pattern[bytes]:
    name = prefix + b"v"
    return re.compile(rb"<" + name + rb"(?:\s[^>]*)?(?<!/)>(.*?)</" + name + rb"\s*>", re.DOTALL)


def rich_text(markup: bytes, prefix: bytes) -> str:
    """The text of a string item: its runs in order, without phonetic hints."""
    if b"rPh" in markup:
        markup = re.sub(rb"<" + prefix + rb"rPh[\s>].*?</" + prefix + rb"rPh\s*>", b"", markup, flags=re.DOTALL)
    texts = re.findall(rb"<" + prefix + rb"t(?:\s[^>]*)?(?<!/)>(.*?)</" + prefix + rb"t\s*>", markup, re.DOTALL)
    return from_xstring("".join(unescape(text) for text in texts))


@dataclass(slots=True)
class CellReader:
    """Reads cells of one sheet, row after row: shared formulas are remembered from their master on."""

    prefix: bytes
    texts: list[str]
    styles: Styles
    date1904: bool
    _masters: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def value(self, cell: RawCell, row: int) -> Value:
        """What the cell holds. Raises SheetDamaged for what the format does not allow."""
        try:
            shown = self._shown(cell)
        except (ValueError, IndexError) as error:
            raise SheetDamaged(f"a cell in row {row} that cannot be read ({error})") from error
        formula = formula_of(cell.content, self.prefix)
        if formula is None:
            return shown
        text = self._formula_text(*formula, row, cell.column)
        return Formula(f"={text}", shown) if text is not None else shown

    def _formula_text(self, values: dict[str, str], text: bytes, row: int, column: int) -> str | None:
        """The formula as it reads in this cell; None for the inner cells of a data table, which have no text."""
        written = unescape(text)
        if values.get("t") == "dataTable":
            return None
        if values.get("t") != "shared":
            return written or None
        if written:
            self._masters[values.get("si", "")] = (written, row, column)
            return written
        master = self._masters.get(values.get("si", ""))
        return shifted(master[0], row - master[1], column - master[2]) if master else None

    def _shown(self, cell: RawCell) -> Plain:
        kind = cell.attributes.get("t", "n")
        if kind == "inlineStr":
            return rich_text(cell.content, self.prefix) if cell.content else None
        found = _value_pattern(self.prefix).search(cell.content)
        if found is None:
            return None
        text = unescape(found[1])
        if kind == "s":
            return self.texts[int(text)]
        if kind in {"str", "e"}:
            return from_xstring(text)
        if kind == "b":
            return text.strip() in {"1", "true"}
        if not text.strip():
            return None
        if kind == "d":
            return _iso(text.strip())
        number = int(text) if _WHOLE.match(text.strip()) else float(text)
        if self.styles.shows_date(cell.attributes.get("s")):
            return moment(number, date1904=self.date1904)
        return number


def _iso(text: str) -> date | datetime | str:
    """A date cell of the strict edition. A bare time of day has no type here and stays text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    found = found.replace(tzinfo=None)
    return found if "T" in text else found.date()
