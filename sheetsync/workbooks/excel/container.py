"""The zip file around a workbook, copied with raw bytes: what is not replaced keeps its compressed bytes, header and
place.

The standard library reads zip files but cannot copy an entry without unpacking it, so the writing side is here. Entries
keep their order and their central records (names, times, attributes, extra fields); a replaced entry gets a new body in
its old place; nothing depends on the clock, so equal input gives equal output.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sheetsync.errors import WorkbookUnreadable
from sheetsync.workbooks.excel.limits import Limits

CHUNK = 1 << 18
"""Bytes handled at a time."""
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RATIO_FROM = 16 << 20
_FAST_FROM = 32 << 20
"""From this size on a part is packed at level 3: half the time of level 6 for 7 % more bytes (measured on 94 MB)."""


class Container:
    """An open zip file, checked against the limits. Use as a context manager.

    Raises WorkbookUnreadable on anything that is not a sound zip file within the limits.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self._file: IO[bytes] = path.open("rb")
        try:
            self._open()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    def _open(self) -> None:
        magic = self._file.read(8)
        if magic == _OLE_MAGIC:
            raise self.unreadable(
                "it is encrypted with a password, or an old .xls file",
                "remove the password (File > Info > Protect Workbook), or save it as .xlsx",
            )
        if not magic.startswith(b"PK"):
            raise self.unreadable("it is not an Excel workbook", "check that the path names an .xlsx or .xlsm file")
        try:
            self._zip = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
            raise self.unreadable(
                f"it is truncated or damaged ({error})", "restore it with `sheetsync restore`"
            ) from error
        self.infos = sorted(self._zip.infolist(), key=lambda info: info.header_offset)
        self._check()
        self._records = self._read_records()

    def unreadable(self, why: str, hint: str) -> WorkbookUnreadable:
        """The refusal of this file, in words."""
        return WorkbookUnreadable(f"cannot read the workbook: {why}", where=str(self.path), hint=hint)

    def _check(self) -> None:
        limits, hint = self.limits, "this is not a workbook sheetsync should touch; look at where it came from"
        if len(self.infos) > limits.members:
            raise self.unreadable(f"it has {len(self.infos)} parts, over the limit of {limits.members}", hint)
        if sum(info.file_size for info in self.infos) > limits.package:
            raise self.unreadable(f"it unpacks to more than {limits.package >> 20} MB", hint)
        seen: set[str] = set()
        end = 0
        for info in self.infos:
            name = info.filename
            if name in seen:
                raise self.unreadable(f"two parts have the name {name!r}", hint)
            seen.add(name)
            if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
                raise self.unreadable(f"a part points outside the file: {name!r}", hint)
            if info.flag_bits & 0x1:
                raise self.unreadable("it is encrypted", "remove the password")
            if info.file_size > _RATIO_FROM and info.file_size > limits.ratio * max(info.compress_size, 1):
                raise self.unreadable(f"{name!r} unpacks to {info.file_size >> 20} MB, like a zip bomb", hint)
            if info.header_offset < end:
                raise self.unreadable(f"{name!r} overlaps another part", hint)
            end = info.header_offset + _LOCAL.size + info.compress_size

    def _read_records(self) -> dict[str, bytes]:
        """The raw central record of each entry: written back unchanged but for the offset."""
        self._file.seek(self._zip.start_dir)
        directory = self._file.read()
        records, at = {}, 0
        by_offset = {info.header_offset: info.filename for info in self.infos}
        shift = self._zip.start_dir - self._declared_start(directory)
        for _ in self.infos:
            fields = _CENTRAL.unpack_from(directory, at)
            size = _CENTRAL.size + fields[10] + fields[11] + fields[12]
            name = by_offset.get(fields[16] + shift)
            if name is None:
                raise self.unreadable("its table of contents is larger than 4 GB or damaged", "save it again in Excel")
            records[name] = directory[at : at + size]
            at += size
        return records

    def _declared_start(self, directory: bytes) -> int:
        at = directory.rfind(b"PK\x05\x06")
        declared = int(_END.unpack_from(directory, at)[6])
        return self._zip.start_dir if declared == 0xFFFFFFFF else declared

    def names(self) -> list[str]:
        """The entries in the order of the file."""
        return [info.filename for info in self.infos]

    def size(self, name: str) -> int:
        """Unpacked size as declared; never exceeded when reading."""
        return self._zip.getinfo(name).file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, a piece at a time, bounded by its declared size and checked by its CRC."""
        if self.size(name) > self.limits.sheet:
            raise self.unreadable(f"{name!r} is over {self.limits.sheet >> 20} MB", "split the workbook")
        try:
            with self._zip.open(name) as part:
                while piece := part.read(CHUNK):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise self.unreadable(f"the part {name!r} is damaged ({error})", "restore a backup") from error

    def read(self, name: str) -> bytes:
        """The whole unpacked part; for parts that are small by nature."""
        if self.size(name) > self.limits.part:
            raise self.unreadable(f"{name!r} is over {self.limits.part >> 20} MB", "split the workbook")
        return b"".join(self.chunks(name))

    def raw(self, index: int) -> Iterator[bytes]:
        """An entry as it lies in the file: local header, packed bytes, data descriptor."""
        begin = self.infos[index].header_offset
        last = index + 1 == len(self.infos)
        end = self._zip.start_dir if last else self.infos[index + 1].header_offset
        self._file.seek(begin)
        while begin < end:
            piece = self._file.read(min(CHUNK, end - begin))
            if not piece:
                raise self.unreadable("it is truncated", "restore a backup")
            begin += len(piece)
            yield piece

    def write(self, out: IO[bytes], replaced: Mapping[str, Iterable[bytes]], removed: frozenset[str]) -> None:
        """Writes the file anew: `replaced` parts get new (unpacked) bytes, `removed` ones are left out.

        `out` must be seekable and empty. Raises OSError as the disk says.
        """
        directory: list[bytes] = []
        for index, info in enumerate(self.infos):
            if info.filename in removed:
                continue
            offset = out.tell()
            if info.filename in replaced:
                record = _write_part(out, self._records[info.filename], info, replaced[info.filename])
            else:
                for piece in self.raw(index):
                    out.write(piece)
                record = self._records[info.filename]
            directory.append(_with_offset(record, offset))
        start = out.tell()
        if start >= 0xFFFFFFFF or len(directory) >= 0xFFFF:
            raise self.unreadable("it would be over 4 GB", "split the workbook")
        out.write(b"".join(directory))
        comment = self._zip.comment
        size = out.tell() - start
        out.write(_END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), size, start, len(comment)) + comment)


def _with_offset(record: bytes, offset: int) -> bytes:
    """The central record with another offset; a 64-bit offset field is no longer needed and stays unused."""
    return record[:42] + struct.pack("<L", offset) + record[46:]


def _write_part(out: IO[bytes], record: bytes, info: zipfile.ZipInfo, pieces: Iterable[bytes]) -> bytes:
    """Packs new bytes for an entry: same name, time and attributes, sizes and CRC filled in afterwards."""
    fields = list(_CENTRAL.unpack_from(record))
    name = record[_CENTRAL.size : _CENTRAL.size + fields[10]]
    comment_at = _CENTRAL.size + fields[10] + fields[11]
    comment = record[comment_at : comment_at + fields[12]]
    flags = fields[3] & 0x800
    begin = out.tell()
    out.write(b"\0" * _LOCAL.size + name)
    crc, size, packed = 0, 0, 0
    packer = zlib.compressobj(3 if info.file_size > _FAST_FROM else 6, zlib.DEFLATED, -15)
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        packed += out.write(packer.compress(piece))
    packed += out.write(packer.flush())
    end = out.tell()
    out.seek(begin)
    out.write(_LOCAL.pack(b"PK\x03\x04", 20, flags, 8, fields[5], fields[6], crc, packed, size, len(name), 0))
    out.seek(end)
    fields[2:4] = [20, flags]
    fields[4] = 8
    fields[7:10] = [crc, packed, size]
    fields[11] = 0
    fields[13] = 0
    return _CENTRAL.pack(*fields) + name + comment
