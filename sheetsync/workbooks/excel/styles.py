"""The cell formats of a workbook (`cellXfs`): which of them show dates, and one more of them when a date needs it.

Existing formats are never changed; a new one is a copy of the cell's own with another number format, appended once. The
part is left alone when nothing was appended.
"""

from __future__ import annotations

from functools import cached_property

from sheetsync.errors import WorkbookError
from sheetsync.workbooks.excel.dates import BUILTIN_FORMATS, is_date_format
from sheetsync.workbooks.excel.markup import Element, Markup
from sheetsync.workbooks.excel.package import Package
from sheetsync.workbooks.excel.text import escape, with_attribute

DATE_FORMAT = BUILTIN_FORMATS[14]
"""The short date: Excel shows it the way each reader's own system writes dates."""
DATETIME_FORMAT = BUILTIN_FORMATS[22]
_FIRST_OWN_FORMAT = 164
_BUILTIN_IDS = {code: number for number, code in BUILTIN_FORMATS.items()}


class Styles:
    """The styles part of one workbook, read when first asked for."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.part = package.related_part(package.part, "styles")
        self._added_formats: list[tuple[int, str]] = []
        self._added: list[bytes] = []

    @cached_property
    def _markup(self) -> Markup:
        return self._package.markup(self.part or "")

    @cached_property
    def _formats(self) -> dict[int, str]:
        if self.part is None:
            return {}
        codes = self._markup.all("numFmt")
        return {int(item.get("numFmtId", "0")): item.get("formatCode") for item in codes if "dxfs" not in item.path}

    @cached_property
    def _xfs(self) -> list[Element]:
        if self.part is None:
            return []
        return [item for item in self._markup.all("xf") if item.path[-2:] == ("cellXfs", "xf")]

    @cached_property
    def _dates(self) -> list[bool]:
        numbers = (int(item.get("numFmtId", "0")) for item in self._xfs)
        return [is_date_format(number, self._formats.get(number)) for number in numbers]

    def shows_date(self, style: str | None) -> bool:
        """Whether cells of this style show their number as a date or a time."""
        index = int(style or "0")
        return index < len(self._dates) and self._dates[index]

    def with_format(self, style: str | None, code: str) -> str:
        """The style that looks like `style` and shows numbers by `code`: an existing one, or a new one appended."""
        if not self._xfs:
            raise WorkbookError(
                "the workbook has no styles, so a date cannot be shown as one",
                where=str(self._package.container.path),
                hint="open it in Excel and save it once",
            )
        index = int(style or "0")
        number = self._format_number(code)
        if index >= len(self._xfs):
            index = 0
        base = self._xfs[index]
        if int(base.get("numFmtId", "0")) == number:
            return str(index)
        wanted = self._copy(base, number)
        for place, item in enumerate(self._xfs):
            if item.attributes.get("numFmtId") == str(number) and self._copy(item, number) == wanted:
                return str(place)
        if wanted not in self._added:
            self._added.append(wanted)
        return str(len(self._xfs) + self._added.index(wanted))

    def _copy(self, item: Element, number: int) -> bytes:
        data = self._markup.data
        tag = with_attribute(data[item.start : item.open_end], "numFmtId", str(number))
        return with_attribute(tag, "applyNumberFormat", "1") + data[item.open_end : item.end]

    def _format_number(self, code: str) -> int:
        builtin = _BUILTIN_IDS.get(code)
        # Some writers give built-in ids another meaning; then the id is theirs.
        if builtin is not None and self._formats.get(builtin, code) == code:
            return builtin
        known = {**self._formats, **dict(self._added_formats)}
        for number, there in known.items():
            if there == code:
                return number
        number = max([*known, _FIRST_OWN_FORMAT - 1]) + 1
        self._added_formats.append((number, code))
        return number

    def rendered(self) -> bytes | None:
        """The part with what was appended, None when nothing was."""
        if not self._added:
            return None
        markup = self._markup
        holder = markup.find("cellXfs")
        if holder is None:
            raise self._package.refusal("its styles hold no cell formats", "open it in Excel and save it once")
        _append(markup, holder, b"".join(self._added), len(self._xfs) + len(self._added))
        if self._added_formats:
            self._append_formats(markup)
        return markup.rendered()

    def _append_formats(self, markup: Markup) -> None:
        prefix = markup.prefix(markup.root)
        items = b"".join(
            b"<" + prefix + b'numFmt numFmtId="' + str(number).encode() + b'" formatCode="' + escape(code) + b'"/>'
            for number, code in self._added_formats
        )
        holder = next((item for item in markup.all("numFmts") if item.path[-2:] == ("styleSheet", "numFmts")), None)
        if holder is not None:
            _append(markup, holder, items, len(self._formats) + len(self._added_formats))
            return
        count = str(len(self._added_formats)).encode()
        name = prefix + b"numFmts"
        block = b"<" + name + b' count="' + count + b'">' + items + b"</" + name + b">"
        markup.replace(markup.root.open_end, markup.root.open_end, block)


def _append(markup: Markup, holder: Element, items: bytes, count: int) -> None:
    """Adds children at the end of `holder` and sets its count."""
    tag = markup.data[holder.start : holder.open_end]
    counted = with_attribute(tag, "count", str(count))
    if tag.endswith(b"/>"):
        name = markup.prefix(holder) + holder.name.encode()
        markup.replace(holder.start, holder.open_end, counted[:-2] + b">" + items + b"</" + name + b">")
        return
    markup.replace(holder.start, holder.open_end, counted)
    close = markup.data.rindex(b"</", holder.open_end, holder.end)
    markup.replace(close, close, items)
