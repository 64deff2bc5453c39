"""Text as the sheet's XML carries it: entities, `_xHHHH_` escapes, attributes, and the encodings a part may come in.

`_xHHHH_` is how the format writes characters XML cannot hold (ECMA-376 part 1, 22.9.2.19, ST_Xstring); a text that by
itself contains such a pattern is written with its underscore escaped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from sheetsync.workbooks.excel.limits import MAX_TEXT

_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[A-Za-z]+);|&")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ATTRIBUTE = re.compile(rb"""([^\s=/<>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = 512
"""Bytes in which a declaration lies, in any encoding."""
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


def unescape(markup: bytes) -> str:
    """Character data of the XML as text. Raises ValueError on entities the format does not know, or bad UTF-8."""
    text = markup.decode("utf-8")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        raise ValueError("a bare & in the XML")
    if name.startswith("#"):
        return chr(int(f"0{name[1:]}", 16) if name[1] == "x" else int(name[1:]))
    if name not in _NAMED:
        raise ValueError(f"an entity the format does not know: &{name};")
    return _NAMED[name]


def from_xstring(text: str) -> str:
    """Takes the `_xHHHH_` escapes out of a cell's text."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Characters beyond the basic plane may be written as two escaped halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def to_xstring(text: str) -> bytes:
    """A cell's text as XML character data that every reader gives back unchanged.

    Raises ValueError for text over 32,767 characters and for half a surrogate pair: a workbook cannot hold either.
    """
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        raise ValueError(f"a cell holds at most {MAX_TEXT} characters, this text has {len(text)}")
    return escape(_TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def escape(text: str) -> bytes:
    """Text as XML character data, also safe inside a double-quoted attribute."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.encode("utf-8")


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of one start tag (or of its inside), names as written, values unescaped."""
    found = {}
    for name, double, single in _ATTRIBUTE.findall(tag):
        value = double or single
        found[name.decode("utf-8")] = unescape(value) if b"&" in value else value.decode("utf-8")
    return found


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """A start tag with one attribute set, added at its end, or (None) taken out; every other byte stays."""
    pattern = re.compile(rb"""\s+""" + re.escape(name.encode()) + rb"""\s*=\s*("[^"]*"|'[^']*')""")
    found = pattern.search(tag)
    if found and value is None:
        return tag[: found.start()] + tag[found.end() :]
    if value is None:
        return tag
    if found:
        return tag[: found.start(1)] + b'"' + escape(value) + b'"' + tag[found.end(1) :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + b" " + name.encode() + b'="' + escape(value) + b'"' + tag[end:]


def utf8_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The part in UTF-8: passed through where it is (with or without a mark), else decoded and its declaration changed.

    Raises ValueError (UnicodeDecodeError, or an encoding nobody knows) when it cannot be decoded.
    """
    source = iter(chunks)
    first = next(source, b"")
    while len(first) < _DECLARATION and (more := next(source, b"")):
        first += more
    encoding = _encoding(first)
    if encoding is None:
        yield first
        yield from source
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    text = decoder.decode(first).lstrip("\ufeff")
    yield re.sub(r"""(\sencoding\s*=\s*)(["'])[^"']*\2""", r"\1\2UTF-8\2", text, count=1).encode("utf-8")
    for piece in source:
        yield decoder.decode(piece).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _encoding(start: bytes) -> str | None:
    """The codec a part needs, None for UTF-8."""
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    if start[:4] in {b"<\0?\0", b"<\0w\0", b"<\0x\0"}:
        return "utf-16-le"
    if start[:2] == b"\0<":
        return "utf-16-be"
    declared = _DECLARED.match(start.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode().lower() if declared else "utf-8"
    if name in _UTF8:
        return None
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise ValueError(f"an encoding nobody knows: {name}") from error
