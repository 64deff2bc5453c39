"""The last copies of a workbook, kept before each replace, and put back on request."""

from __future__ import annotations

import errno
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sheetsync.errors import WorkbookMissing
from sheetsync.workbooks.excel.replace import safe_replace

_STAMP = "%Y%m%d-%H%M%S-%f"
_NAME = re.compile(r"(?P<stem>.+)\.(?P<stamp>\d{8}-\d{6}-\d{6})(?P<suffix>\.[^.]+)\Z")


def copy_durably(source: Path, target: Path) -> None:
    """Copies a file so that `target` is either not there or whole and on disk. Makes the folder.

    Raises OSError as the disk says; nothing is left behind then.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        shutil.copyfile(source, partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy: where it is, when the workbook was replaced, its size in bytes."""

    path: Path
    taken: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Backups:
    """A folder that keeps the last `keep` copies of each workbook, named `plan.20261130-181500-000000.xlsx`."""

    folder: Path
    keep: int = 10

    def take(self, workbook: Path, now: datetime | None = None) -> Backup:
        """Copies the workbook into the folder, durably, and drops the oldest copies over the number kept.

        Raises OSError as the disk says; nothing is dropped then.
        """
        moment = now or datetime.now()
        path = self.folder / f"{workbook.stem}.{moment.strftime(_STAMP)}{workbook.suffix}"
        copy_durably(workbook, path)
        for old in self.of(workbook)[self.keep :]:
            old.path.unlink(missing_ok=True)
        return Backup(path, moment, path.stat().st_size)

    def of(self, workbook: Path) -> list[Backup]:
        """The copies of this workbook, newest first."""
        found = []
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            name = _NAME.match(path.name)
            if name and name["stem"] == workbook.stem and name["suffix"] == workbook.suffix:
                found.append(Backup(path, datetime.strptime(name["stamp"], _STAMP), path.stat().st_size))
        return sorted(found, key=lambda backup: backup.taken, reverse=True)

    def restore(self, workbook: Path, backup: Backup | None = None) -> Backup:
        """Puts a copy (the newest by default) in the workbook's place; what stood there becomes a copy itself.

        Raises WorkbookMissing when there is none, WorkbookBusy when the workbook is open elsewhere, WorkbookError when
        the disk refuses; the workbook is as it was then.
        """
        chosen = backup or next(iter(self.of(workbook)), None)
        if chosen is None or not chosen.path.exists():
            raise WorkbookMissing(
                "there is no backup of this workbook",
                where=str(workbook),
                hint="a backup is kept by each refresh that writes; `sheetsync restore --list` shows them",
            )
        content = chosen.path.read_bytes()

        def write(out: IO[bytes]) -> None:
            out.write(content)

        def verify(written: Path) -> None:
            if written.read_bytes() != content:
                raise OSError(errno.EIO, "what was read back is not what was written")

        safe_replace(workbook, write, verify, keep_copy=self.take)
        return chosen
