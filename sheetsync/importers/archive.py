"""Files inside files: a zip or gz that holds one report is opened, with limits, into a temporary file."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from sheetsync.errors import MalformedReport

CONTENT_LIMIT = 4 << 30
RATIO_LIMIT = 200
CHUNK = 1 << 20

Kind = Literal["text", "json", "workbook", "zip", "gz", "empty"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is no archive any more: where its bytes are, and the name by which its content goes."""

    path: Path
    name: str
    kind: Kind


def kind_of(path: Path) -> Kind:
    """Tell what a file is from its first bytes, never from its name."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        return "empty"
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    if head.startswith(b"PK"):
        return "workbook" if _is_workbook(path) else "zip"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "json" if start[:1] in {b"{", b"["} else "text"


def _is_workbook(path: Path) -> bool:
    """Whether a zip is a workbook. A truncated one has no directory left and is told by the names in its bytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            return "[Content_Types].xml" in names or "content.xml" in names
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        head = path.read_bytes()[:CHUNK]
        return b"[Content_Types].xml" in head or b"xl/" in head or b"content.xml" in head


def opened(path: Path, folder: Path) -> Opened:
    """Open a file through at most two layers of archive (a gz in a zip); what is unpacked goes into `folder`.

    Raises MalformedReport for an empty file, an archive of several files, one over the limits or a damaged one.
    """
    name = path.name
    for layer in range(2):
        kind = kind_of(path)
        if kind == "gz":
            path, name = _gunzip(path, folder / f"content-{layer}"), name.removesuffix(".gz")
        elif kind == "zip":
            path, name = _unzip(path, folder / f"content-{layer}")
        else:
            break
    kind = kind_of(path)
    if kind == "empty":
        raise MalformedReport("The file is empty.", where=name, hint="Download the report again.")
    if kind in {"gz", "zip"}:
        raise MalformedReport("The archive holds another archive.", where=name, hint="Unpack it first.")
    return Opened(path, name, kind)


def _gunzip(path: Path, target: Path) -> Path:
    try:
        with gzip.open(path) as stream:
            _copy(stream, target, path)
    except (OSError, EOFError, zlib.error) as failure:
        raise _damaged(path, failure) from failure
    return target


def _unzip(path: Path, target: Path) -> tuple[Path, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not _is_litter(each)]
            if len(members) != 1:
                raise MalformedReport(
                    f"The archive holds {len(members)} files; one report is expected.",
                    where=str(path),
                    hint="Unpack it and import the files.",
                )
            with archive.open(members[0]) as stream:
                _copy(stream, target, path)
            return target, Path(members[0].filename).name
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError, NotImplementedError) as failure:
        raise _damaged(path, failure) from failure


def _is_litter(member: zipfile.ZipInfo) -> bool:
    """Folders and what macOS leaves beside each file."""
    return member.is_dir() or member.filename.startswith("__MACOSX/") or member.filename.endswith(".DS_Store")


def _copy(stream: IO[bytes] | gzip.GzipFile, target: Path, source: Path) -> None:
    packed, size = source.stat().st_size, 0
    with target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > CONTENT_LIMIT or (size > 64 << 20 and size > RATIO_LIMIT * packed):
                raise MalformedReport(
                    f"The archive unpacks to more than {size >> 20} MB, more than a report of its size may.",
                    where=str(source),
                    hint="Unpack it yourself if you trust it.",
                )
            out.write(chunk)


def _damaged(path: Path, failure: Exception) -> MalformedReport:
    return MalformedReport(
        f"The archive is damaged or locked: {failure}.", where=str(path), hint="Download the report again."
    )
