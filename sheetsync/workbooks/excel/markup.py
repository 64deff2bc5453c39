"""A small XML part read with its byte offsets, so that single attributes and elements can be replaced in place.

Parsed by expat, which sees prefixes, comments and CDATA as the standard says; a document type declaration is refused,
so no entity is ever expanded. Parts of this kind (workbook, styles, tables, relations, what surrounds the rows of a
sheet) are small: they are held as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from sheetsync.workbooks.excel.text import utf8_chunks, with_attribute

MAIN = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""The spreadsheet namespace: transitional and strict."""
_TAG_END = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_MAX_DEPTH = 256


@dataclass(slots=True)
class Element:
    """One element: namespace and local name, attributes (`name`, or `{namespace}name`), and where it lies.

    `start` .. `open_end` is the start tag, `start` .. `end` the whole element; `text` its own character data.
    """

    namespace: str
    name: str
    attributes: dict[str, str]
    start: int
    open_end: int
    end: int
    path: tuple[str, ...]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """An attribute without a namespace."""
        return self.attributes.get(name, default)

    def related(self) -> str:
        """The `r:id` of the element, whatever the prefix and the edition of the standard."""
        wanted = (key for key in self.attributes if key.endswith("/relationships}id"))
        return next((self.attributes[key] for key in wanted), "")


class Markup:
    """A parsed part: `data` (UTF-8) and its elements in document order, `root` first.

    Raises ValueError when it is not well-formed XML, has a document type, or is nested absurdly deep.
    """

    def __init__(self, data: bytes) -> None:
        self.data = b"".join(utf8_chunks([data]))
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self._edits: list[tuple[int, int, bytes]] = []
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._parser = parser
        try:
            parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise ValueError(f"not well-formed XML: {error}") from error
        self.root = self.elements[0]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _MAX_DEPTH:
            raise ValueError("XML nested too deep")
        at = self._parser.CurrentByteIndex
        tag = _TAG_END.match(self.data, at)
        if tag is None:
            raise ValueError("XML that cannot be located")
        namespace, _, local = name.rpartition("}")
        plain = {f"{{{key}" if "}" in key else key: value for key, value in attributes.items()}
        path = (*self._open[-1].path, local) if self._open else (local,)
        element = Element(namespace, local, plain, at, tag.end(), tag.end(), path)
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)
        self.elements.append(element)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        if not self.data.endswith(b"/>", element.start, element.open_end):
            element.end = self.data.index(b">", self._parser.CurrentByteIndex) + 1

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def find(self, *names: str) -> Element | None:
        """The first element with one of these local names."""
        return next((element for element in self.elements if element.name in names), None)

    def all(self, *names: str) -> Iterator[Element]:
        """Every element with one of these local names, in document order."""
        return (element for element in self.elements if element.name in names)

    def prefix(self, element: Element) -> bytes:
        """The prefix of the element's tag with its colon, empty without one: new siblings are written with it."""
        name = re.match(rb"<([^\s/>:]+:)?", self.data[element.start : element.open_end])
        return (name[1] if name else None) or b""

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Notes one replacement; offsets are those of `data`."""
        self._edits.append((start, end, new))

    def set(self, element: Element, **values: str | None) -> None:
        """Notes new values for attributes of an element (None takes one out). Once per element."""
        tag = self.data[element.start : element.open_end]
        for name, value in values.items():
            tag = with_attribute(tag, name, value)
        self.replace(element.start, element.open_end, tag)

    def drop(self, element: Element) -> None:
        """Notes that an element goes."""
        self.replace(element.start, element.end, b"")

    def rendered(self, start: int = 0, end: int | None = None) -> bytes:
        """`data` (or a stretch of it that no replacement crosses) with every noted replacement made."""
        end = len(self.data) if end is None else end
        out, at = [], start
        for first, last, new in sorted(self._edits, key=lambda edit: edit[:2]):
            if start <= first and last <= end:
                out += [self.data[at:first], new]
                at = last
        return b"".join([*out, self.data[at:end]])


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a document type declaration, which no workbook needs and entity bombs do")
