"""The workbook inside the container: which part is the workbook, which its sheets, and what hangs on each of them.

Parts are found by following relations (OPC, ECMA-376 part 2), never by their usual names: a workbook may keep its
sheets anywhere. What sheetsync does not edit on purpose (signed, binary, other documents) is refused here, in words.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from sheetsync.errors import WorkbookUnreadable
from sheetsync.workbooks.excel.container import Container
from sheetsync.workbooks.excel.markup import MAIN, Element, Markup

_MACRO_OR_PLAIN = ("sheet.main+xml", "template.main+xml", "macroenabled.main+xml")
_TYPES_PART = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: id, kind (the last step of its type), and the part it names ("" when outside)."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: the name on its tab, the part that holds it, whether it is hidden, its place among all sheets."""

    name: str
    part: str
    hidden: bool
    index: int


class Package:
    """A workbook in an open container. Small parts are parsed when asked for, and once."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self._names = frozenset(container.names())
        self._by_name = {name.lower(): name for name in container.names()}
        self._parsed: dict[str, Markup] = {}
        if any(name.startswith("_xmlsignatures/") for name in self._by_name):
            raise self.refusal(
                "it carries a digital signature, which any edit would break",
                "remove the signature (File > Info > View Signatures) or keep the plan in another workbook",
            )
        self.part = self._workbook_part()

    def refusal(self, why: str, hint: str) -> WorkbookUnreadable:
        """The refusal of this workbook, in words."""
        return self.container.unreadable(why, hint)

    def name_of(self, part: str) -> str | None:
        """The entry's true name for a part name (part names are compared without regard to case)."""
        return part if part in self._names else self._by_name.get(part.lower())

    def markup(self, part: str) -> Markup:
        """A small part, parsed. Raises WorkbookUnreadable when it is missing or not sound XML."""
        if part not in self._parsed:
            name = self.name_of(part)
            if name is None:
                raise self.refusal(f"the part {part!r} is missing", "restore a backup, or repair it in Excel")
            self._parsed[part] = self.parse(self.container.read(name), part)
        return self._parsed[part]

    def parse(self, data: bytes, part: str) -> Markup:
        """Parses bytes of a part; what is wrong with them becomes a refusal that names the part."""
        try:
            return Markup(data)
        except (ValueError, RecursionError) as error:
            raise self.refusal(f"the part {part!r} holds {error}", "restore a backup, or repair it in Excel") from error

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part by id; `""` is the package itself."""
        folder, base = posixpath.split(part)
        rels = self.relations_part(part)
        if self.name_of(rels) is None:
            return {}
        found = {}
        for element in self.markup(rels).all("Relationship"):
            outside = element.get("TargetMode") == "External"
            target = "" if outside else _resolve(folder if base else "", element.get("Target"))
            kind = element.get("Type").rpartition("/")[2]
            found[element.get("Id")] = Relation(element.get("Id"), kind, target)
        return found

    def relations_part(self, part: str) -> str:
        """The name of the part that holds the relations of `part`."""
        folder, base = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{base}.rels") if part else "_rels/.rels"

    def _workbook_part(self) -> str:
        documents = [item for item in self.relations("").values() if item.kind == "officeDocument"]
        if not documents or self.name_of(_TYPES_PART) is None:
            raise self.refusal("it is a zip file, but not an Office document", "check that the path names a workbook")
        part = self.name_of(documents[0].target)
        if part is None:
            raise self.refusal("the workbook part is missing", "restore a backup")
        if part.lower().endswith(".bin"):
            raise self.refusal("it is a binary workbook (.xlsb)", "save it as .xlsx or .xlsm")
        content = self.content_type(part).lower()
        known = content.endswith(_MACRO_OR_PLAIN) and "wordprocessing" not in content
        if content and not known and content not in {"application/xml", "text/xml"}:
            raise self.refusal(f"it is not a workbook ({content})", "check that the path names an .xlsx or .xlsm file")
        root = self.markup(part).root
        if root.name != "workbook" or root.namespace not in MAIN:
            raise self.refusal("it is an Office document of another kind", "check that the path names a workbook")
        return part

    def content_type(self, part: str) -> str:
        """The content type of a part, by its override or its extension."""
        types = self.markup(_TYPES_PART)
        wanted = f"/{part}".lower()
        for element in types.all("Override"):
            if unquote(element.get("PartName")).lower() == wanted:
                return element.get("ContentType")
        extension = part.rpartition(".")[2].lower()
        found = (item for item in types.all("Default") if item.get("Extension").lower() == extension)
        return next((item.get("ContentType") for item in found), "")

    def override(self, part: str) -> Element | None:
        """The content type override of a part, if it has one of its own."""
        wanted = f"/{part}".lower()
        overrides = self.markup(_TYPES_PART).all("Override")
        return next((item for item in overrides if unquote(item.get("PartName")).lower() == wanted), None)

    @property
    def types_part(self) -> str:
        """The part that lists content types."""
        return _TYPES_PART

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The worksheets in the order of their tabs; chart sheets and macro sheets are left out."""
        relations = self.relations(self.part)
        found = []
        for index, element in enumerate(self.markup(self.part).all("sheet")):
            relation = relations.get(element.related())
            if relation is None or relation.kind != "worksheet":
                continue
            part = self.name_of(relation.target)
            if part is None:
                raise self.refusal(f"the sheet {element.get('name')!r} is missing its part", "restore a backup")
            hidden = element.get("state", "visible") != "visible"
            found.append(Sheet(element.get("name"), part, hidden, index))
        return tuple(found)

    def sheet(self, name: str) -> Sheet:
        """The worksheet with this name (Excel ignores case). Raises WorkbookUnreadable, naming those there are."""
        wanted = name.casefold()
        for sheet in self.sheets:
            if sheet.name.casefold() == wanted:
                return sheet
        there = ", ".join(repr(sheet.name) for sheet in self.sheets)
        raise self.refusal(f"it has no worksheet {name!r}", f"its worksheets are {there}")

    @cached_property
    def date1904(self) -> bool:
        """Whether day 0 of the workbook is 1904-01-01 (old Macintosh workbooks)."""
        properties = self.markup(self.part).find("workbookPr")
        return properties is not None and properties.get("date1904").lower() in {"1", "true", "on"}

    def related_part(self, part: str, kind: str) -> str | None:
        """The first part of a kind (`styles`, `sharedStrings`, `calcChain`) that a part relates to, if it is there."""
        for relation in self.relations(part).values():
            if relation.kind == kind and relation.target:
                return self.name_of(relation.target)
        return None


def _resolve(folder: str, target: str) -> str:
    target = unquote(target.partition("#")[0]).replace("\\", "/")
    joined = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined).lstrip("/")
