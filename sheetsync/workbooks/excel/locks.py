"""Who else has the workbook open: the lock files that Excel and LibreOffice leave beside it, and the system's own
locks.

A lock file is advisory, and left behind by a program that crashed; the message says which file to delete then. Formats:
`~$name` holds the user's name, a length byte before it, 8-bit at byte 1 and UTF-16 at byte 55 (LibreOffice's source,
svl/source/misc/msodocumentlockfile); `.~lock.name#` holds `,user,host,time,profile;` (measured with LibreOffice 7.4).
"""

from __future__ import annotations

import errno
import importlib
import os
from pathlib import Path

from sheetsync.errors import WorkbookBusy, WorkbookDenied

_SHORTEST_OFFICE_LOCK = 54


def check_free(path: Path) -> None:
    """Raises WorkbookBusy when another program has the workbook open, WorkbookDenied when it may not be written."""
    for lock, program, holder in (
        (path.with_name(f"~${path.name}"), "Excel", _office_holder),
        (path.with_name(f".~lock.{path.name}#"), "LibreOffice", _libreoffice_holder),
    ):
        content = _content(lock)
        if content is not None:
            name = holder(content)
            raise WorkbookBusy(
                f"the workbook is open in {program}" + (f" ({name})" if name else ""),
                where=str(path),
                hint=f"close it and run again; if nobody has it open, the program crashed: delete {lock.name!r}",
            )
    if path.exists():
        _probe(path)


def _content(lock: Path) -> bytes | None:
    try:
        with lock.open("rb") as file:
            return file.read(4096)
    except FileNotFoundError:
        return None
    except OSError:
        # It is there, but its owner does not let it be read (Windows).
        return b""


def _office_holder(content: bytes) -> str:
    if len(content) < _SHORTEST_OFFICE_LOCK:
        return ""
    wide = content[55 : 55 + 2 * content[54]] if len(content) > 55 and content[54] <= 52 else b""
    name = wide.decode("utf-16-le", "replace") if wide else content[1 : 1 + min(content[0], 52)].decode("latin-1")
    return name.strip("\0 ")


def _libreoffice_holder(content: bytes) -> str:
    fields = content.decode("utf-8", "replace").rstrip(";").split(",")
    user, host = [*fields, "", "", ""][1:3]
    return " on ".join(part for part in (user.strip(), host.strip()) if part)


def _probe(path: Path) -> None:
    """Asks the system: opened for writing (Windows refuses while Excel holds it), and a POSIX lock that is let go at
    once.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except PermissionError as error:
        if getattr(error, "winerror", None) == 32:
            raise _busy(path) from error
        raise WorkbookDenied(
            "the workbook is read-only", where=str(path), hint="give this user the right to write it"
        ) from error
    try:
        if os.name == "posix":
            fcntl = importlib.import_module("fcntl")
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network folders have no locks at all: then there is nothing to ask.
        if error.errno in {errno.EACCES, errno.EAGAIN}:
            raise _busy(path) from error
    finally:
        os.close(descriptor)


def _busy(path: Path) -> WorkbookBusy:
    return WorkbookBusy("the workbook is open in another program", where=str(path), hint="close it and run again")
