"""One file put in the place of another so that a crash, a full disk or a person saving meanwhile loses nothing.

Written beside the target, forced to disk, read back and compared, and only then renamed over it; before the rename the
locks and the fingerprint are looked at again. Until the rename every failure leaves the target as it was. A short
window between the last look and the rename remains on POSIX systems, which have no mandatory locks: the backup covers
it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import socket
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sheetsync.errors import NotConverged, WorkbookBusy, WorkbookChanged, WorkbookDenied, WorkbookError, WorkbookMissing
from sheetsync.workbooks.excel.locks import check_free

_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between tries while a virus scanner or an indexer holds the file for a moment (Windows)."""
_STALE_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was: size in bytes, time of change in nanoseconds, SHA-256 of its bytes."""

    size: int
    mtime_ns: int
    sha256: str

    def changed(self, path: Path) -> WorkbookChanged:
        """The refusal that says the file is no longer what the changes were planned on."""
        return WorkbookChanged(
            "somebody saved the workbook since it was read; nothing was written", where=str(path), hint="run again"
        )


def fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of a file as it stands. Raises WorkbookMissing or WorkbookDenied."""
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            return Fingerprint(state.st_size, state.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest())
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise WorkbookMissing(
            "there is no workbook", where=str(path), hint="check the path; `sheetsync refresh` makes a new one"
        ) from error
    except PermissionError as error:
        raise WorkbookDenied("the workbook may not be read", where=str(path), hint="check its permissions") from error


def safe_replace(
    target: Path,
    write: Callable[[IO[bytes]], None],
    verify: Callable[[Path], None],
    *,
    source: Path | None = None,
    expected: Fingerprint | None = None,
    keep_copy: Callable[[Path], object] | None = None,
) -> Fingerprint:
    """Replaces (or makes) `target` with what `write` writes and `verify` accepts; tells the new fingerprint.

    `expected` is what `source` (by default the target) must still be just before the rename. A symbolic link is
    followed: the file it names is replaced, the link stays. The mode of an existing target is kept (a new one takes
    its source's); `keep_copy` is called with it before it goes.

    Raises WorkbookBusy, WorkbookChanged, WorkbookDenied, WorkbookError (the disk refuses) with the target untouched, or
    NotConverged when it was replaced but the folder could not be forced to disk.
    """
    with reported(target):
        real = target.resolve()
        source_real = source.resolve() if source is not None else real
        check_free(real)
        temporary = _temporary(real)
        try:
            _write(temporary, write)
            verify(temporary)
            written = fingerprint(temporary)
            existed = real.exists()
            if existed and keep_copy is not None:
                keep_copy(real)
            model = real if existed else source_real
            if model.exists():
                _keep_looks(model, temporary)
            check_free(real)
            if expected is not None and fingerprint(source_real) != expected:
                raise expected.changed(target)
            _rename(temporary, real)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
    return _settled(real, written)


def place_new(target: Path, make: Callable[[Path], None]) -> None:
    """Puts a new file where none stands: `make` makes it under another name beside it, then it is renamed, durably.

    Raises WorkbookBusy when something stands there, WorkbookError when the disk refuses; nothing is left behind then.
    """
    fresh = target.with_name(f".{target.stem}.sheetsync-new-{os.getpid()}{target.suffix}")
    try:
        with reported(target):
            make(fresh)
            with fresh.open("rb+") as file:
                os.fsync(file.fileno())
            written = fingerprint(fresh)
            if target.exists():
                raise WorkbookBusy("there is a file already", where=str(target), hint="move it away, then run again")
            _rename(fresh, target)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()
    _settled(target, written)


@contextlib.contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turns what the disk says before the rename into a WorkbookError."""
    try:
        yield
    except OSError as error:
        raise WorkbookError(
            f"the workbook could not be written ({error.strerror or error}); it is as it was",
            where=str(path),
            hint="look at the disk's free space and the folder's permissions, then run again",
        ) from error


def _temporary(real: Path) -> Path:
    """Makes the temporary file, refusing while another process of ours writes, and clearing up after a killed one."""
    mine = real.with_name(f".{real.name}.sheetsync-{_host()}-{os.getpid()}.tmp")
    _clear_up(real, mine)
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    try:
        _clear_up(real, mine)
    except BaseException:
        mine.unlink()
        raise
    return mine


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9]", "", socket.gethostname())[:32] or "host"


def _clear_up(real: Path, mine: Path) -> None:
    pattern = re.compile(rf"\.{re.escape(real.name)}\.sheetsync-(\w+)-(\d+)\.tmp\Z")
    for path in real.parent.iterdir():
        found = pattern.match(path.name)
        if not found or path == mine:
            continue
        with contextlib.suppress(FileNotFoundError):
            old = time.time() - path.stat().st_mtime > _STALE_AFTER
            if old or (found[1] == _host() and not _alive(int(found[2]))):
                path.unlink()
                continue
            raise WorkbookBusy(
                "another run is writing this workbook", where=str(real), hint="wait until it is done, then run again"
            )
    with contextlib.suppress(FileNotFoundError):
        if mine.exists() and not mine.stat().st_size and mine.stat().st_mtime < time.time() - _STALE_AFTER:
            mine.unlink()


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write(temporary: Path, write: Callable[[IO[bytes]], None]) -> None:
    with temporary.open("r+b") as out:
        write(out)
        out.flush()
        os.fsync(out.fileno())


def _keep_looks(real: Path, temporary: Path) -> None:
    """Mode, and owner where we may."""
    state = real.stat()
    temporary.chmod(stat.S_IMODE(state.st_mode))
    if hasattr(os, "chown") and (state.st_uid, state.st_gid) != (os.getuid(), os.getgid()):
        with contextlib.suppress(PermissionError):
            os.chown(temporary, state.st_uid, state.st_gid)


def _rename(temporary: Path, real: Path) -> None:
    for wait in _WAITS:
        try:
            os.replace(temporary, real)  # noqa: PTH105 - faults are injected here by name
        except PermissionError:
            if os.name == "posix":
                raise
            time.sleep(wait)
        else:
            return
    try:
        os.replace(temporary, real)  # noqa: PTH105
    except PermissionError as error:
        raise WorkbookBusy("the workbook is open elsewhere", where=str(real), hint="close it and run again") from error


def _settled(real: Path, written: Fingerprint) -> Fingerprint:
    """Forces the rename to disk and tells the fingerprint of what now stands."""
    try:
        if os.name == "posix":
            folder = os.open(real.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return Fingerprint(written.size, real.stat().st_mtime_ns, written.sha256)
    except OSError as error:
        raise NotConverged(
            f"the workbook was replaced, but the folder could not be forced to disk ({error.strerror})",
            where=str(real),
            hint="run again: what is there is whole",
        ) from error
