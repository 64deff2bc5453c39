"""Which encoding a text file is in, by evidence: byte order mark, strict decoding, known headings, then statistics.

The order is that of Amazon's own files: UTF-8 (with or without BOM), UTF-16, cp932 (Japan), gb18030 (re-saved by a
Chinese Excel), cp1252. A detector alone is not certain on sparse text, so the encoding in which the headings are known
wins; the whole file must decode strictly.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sheetsync.errors import MalformedReport

CHUNK = 1 << 20
LEGACY = ("cp932", "gb18030", "cp1252")
_HEAD = 1 << 16
_MONEY = re.compile(r"(?:[€£¥￥₹]\s?\d)|(?:\d\s?[€£])")
_WELL_FORMED = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

KnownHeadings = Callable[[str], int]
"""How many known headings the first lines of a decoded text hold."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over the bytes of a file saw."""

    head: bytes
    non_ascii: bytes
    valid_utf8: bool
    bad_at: int | None
    escaped_quotes: bool
    replacement: bool
    nul: bool
    """Whether there is a NUL byte: in UTF-16 there is, elsewhere a text reader drops it."""


def scan(path: Path) -> Scan:
    """Read a file once: is it UTF-8, where is it not, and which lines hold bytes outside ASCII (a sample of them)."""
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")("strict")
    sample = bytearray()
    head, bad_at, escaped, replaced, nul, offset, tail = b"", None, False, False, False, 0, b""
    for chunk in _chunks(path):
        head = head or bytes(chunk[:_HEAD])
        ascii_only = (chunk if offset else chunk.removeprefix(codecs.BOM_UTF8)).isascii()
        if decoder is not None and not (ascii_only and not decoder.getstate()[0]):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as failure:
                bad_at, decoder = offset + failure.start, None
        if not escaped and (b"\\" in chunk or tail.endswith(b"\\")):  # one byte is found faster than two
            escaped = b'\\"' in tail + chunk
        if not replaced and not (ascii_only and tail.isascii()):
            replaced = b"\xef\xbf\xbd" in tail + chunk
        nul = nul or b"\0" in chunk
        if not ascii_only and len(sample) < _HEAD:
            sample += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[:_HEAD]
        tail, offset = bytes(chunk[-2:]), offset + len(chunk)
    if decoder is not None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            bad_at, decoder = offset, None
    return Scan(head, bytes(sample), decoder is not None, bad_at, escaped, replaced, nul)


def lines_of(path: Path) -> int:
    """Count the lines of a text file in which a line feed is one byte; the last may lack its end."""
    newlines, last = 0, b""
    for chunk in _chunks(path):
        newlines += chunk.count(b"\n")
        last = bytes(chunk[-1:])
    return newlines + (last not in {b"", b"\n"})


def _chunks(path: Path) -> Iterator[bytearray]:
    """Yield the bytes of a file, in a buffer that is used again."""
    buffer = bytearray(CHUNK)
    with path.open("rb", buffering=0) as stream:
        while size := stream.readinto(buffer):
            yield buffer if size == CHUNK else buffer[:size]


def detect(path: Path, seen: Scan, known: KnownHeadings, *, declared: str | None, marketplace: str | None) -> str:
    """Return the encoding of a text file.

    `declared` (by a person or a Content-Type) is tried after a BOM and must decode the whole file. Raises
    MalformedReport when nothing fits or when a UTF-8 file holds bytes that are not UTF-8.
    """
    for bom, name in _BOMS:
        if seen.head.startswith(bom):
            return _checked(path, name, seen)
    if declared is not None:
        return _checked(path, _name_of(declared, path), seen)
    if seen.valid_utf8 and seen.head.count(0) * 10 <= len(seen.head):  # a stray NUL does not make it UTF-16
        return "utf-8"
    if b"\x00" in seen.head:
        return _checked(path, "utf-16-le" if seen.head[1:2] == b"\x00" else "utf-16-be", seen)
    _refuse_damaged_utf8(path, seen)
    fitting = [name for name in _preferred(marketplace) if _decodes(path, name)]
    if not fitting:
        raise _undecodable(path, seen.bad_at)
    return _most_evident(seen, fitting, known)


def _name_of(declared: str, path: Path) -> str:
    """Return Python's name for a charset label; `windows-31j` and `shift_jis` are cp932, as Amazon means them."""
    folded = declared.strip().lower().replace("_", "-")
    if folded in {"windows-31j", "shift-jis", "sjis", "ms932"}:
        return "cp932"
    try:
        return codecs.lookup(folded).name
    except LookupError as failure:
        raise MalformedReport(
            f"{declared!r} is not an encoding.", where=str(path), hint=f"Try one of utf-8, {', '.join(LEGACY)}."
        ) from failure


def _checked(path: Path, name: str, seen: Scan) -> str:
    if name in {"utf-8", "utf-8-sig"}:
        if not seen.valid_utf8:
            raise _undecodable(path, seen.bad_at, name)
    elif not _decodes(path, name):
        raise _undecodable(path, None, name)
    return name


def _undecodable(path: Path, at: int | None, name: str = "any known encoding") -> MalformedReport:
    place = f" (byte {at})" if at is not None else ""
    return MalformedReport(
        f"The text is not {name}{place}.",
        where=str(path),
        hint="Download the report again, or say --encoding if you know it; do not save it again with a spreadsheet.",
    )


def _refuse_damaged_utf8(path: Path, seen: Scan) -> None:
    """Refuse a file that is UTF-8 but for a few bytes: reading it in a one-byte encoding would garble the rest."""
    good = b"".join(_WELL_FORMED.findall(seen.non_ascii))
    total = sum(byte > 127 for byte in seen.non_ascii)
    if total and len(good) / total > 0.8:
        raise _undecodable(path, seen.bad_at, "valid UTF-8, although most of it is")


def _preferred(marketplace: str | None) -> tuple[str, ...]:
    return LEGACY if marketplace in {None, "JP"} else ("gb18030", "cp1252", "cp932")


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _most_evident(seen: Scan, fitting: list[str], known: KnownHeadings) -> str:
    """Choose among encodings that all decode: by known headings, then amounts that make sense, then statistics."""
    scores = {
        name: (
            known(seen.head.decode(name, "ignore")),
            min(len(_MONEY.findall(seen.non_ascii.decode(name, "ignore"))), 50),
        )
        for name in fitting
    }
    best = max(scores.values())
    leading = [name for name in fitting if scores[name] == best]
    if len(leading) == 1:
        return leading[0]
    from charset_normalizer import from_bytes

    guess = from_bytes(seen.non_ascii, cp_isolation=leading).best()
    return guess.encoding if guess is not None and guess.encoding in leading else leading[0]
