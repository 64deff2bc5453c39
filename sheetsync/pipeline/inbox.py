"""The inbox: which files are reports to be read, and what was told about each of them.

A file may say less than must be known. What is missing is told by where it lies (`inbox/DE/...` is the German
marketplace) or by a sidecar beside it (`<file name>.sidecar.toml` with marketplace, period_start, period_end, report,
date_order, and the day it was exported).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from sheetsync.core.model.facts import Month
from sheetsync.core.model.marketplace import MARKETPLACES, DateOrder
from sheetsync.errors import ReportError

SIDECAR = ".sidecar.toml"
DATE_ORDERS: tuple[DateOrder, ...] = ("mdy", "dmy")
"""What can be told of an ambiguous date: month or day first."""
_CODES = {place.code for place in MARKETPLACES}
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download")
_OTHER = (SIDECAR, ".md", ".toml")


@dataclass(frozen=True, slots=True)
class Told:
    """What people told about a file, beyond what the file says."""

    marketplace: str | None = None
    period: tuple[date, date] | None = None
    encoding: str | None = None
    exported: date | None = None
    """The day of the export. A file keeps no such day; without one its last days count as not yet settled."""
    report: str | None = None
    """The canonical name of the report, where several have the same headings."""
    date_order: DateOrder | None = None
    """What 3/4 means, where no date of the file and no marketplace tells."""

    def to_reader(self) -> dict[str, Any]:
        """What the reader of a report takes of it, as its keyword arguments."""
        return {
            "marketplace": self.marketplace,
            "period": self.period,
            "encoding": self.encoding,
            "report": self.report,
            "date_order": self.date_order,
        }

    def before(self, other: Told) -> Told:
        """What is told here, and what the other tells besides."""
        mine = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(other, **{name: value for name, value in mine.items() if value is not None})


def inbox_files(inbox: Path) -> list[Path]:
    """The report files of an inbox, sorted by path: no hidden, unfinished, lock or sidecar files."""
    if not inbox.is_dir():
        return []
    return sorted(path for path in inbox.rglob("*") if path.is_file() and _is_report(path, inbox))


def _is_report(path: Path, inbox: Path) -> bool:
    name = path.name.casefold()
    hidden = any(part.startswith((".", "~$")) for part in path.relative_to(inbox).parts)
    return not hidden and not name.endswith(_UNFINISHED) and not name.endswith(_OTHER)


def told(path: Path, inbox: Path | None = None) -> Told:
    """What the folder and the sidecar say of a file.

    Raises ReportError when the sidecar cannot be read.
    """
    folder = _folder_marketplace(path, inbox) if inbox else None
    sidecar = path.with_name(path.name + SIDECAR)
    if not sidecar.is_file():
        return Told(folder)
    try:
        data = tomllib.loads(sidecar.read_text(encoding="utf-8-sig"))
        start, end = data.get("period_start"), data.get("period_end")
        period = (_day(start), _day(end)) if start is not None and end is not None else None
        exported = _day(data["exported"]) if "exported" in data else None
        order = _order(data.get("date_order"))
    except (ValueError, OSError) as error:
        raise ReportError(
            f"the sidecar of {path.name} cannot be read: {error}",
            where=str(sidecar),
            hint='it should look like: marketplace = "US", period_start = 2026-11-01, period_end = 2026-11-30',
        ) from error
    marketplace, report = str(data.get("marketplace") or "").upper() or folder, str(data.get("report") or "") or None
    return Told(marketplace, period, exported=exported, report=report, date_order=order)


def _order(value: object) -> DateOrder | None:
    if value is None:
        return None
    for order in DATE_ORDERS:
        if value == order:
            return order
    raise ValueError(f"date_order is {value!r}, not one of {', '.join(DATE_ORDERS)}")


def _folder_marketplace(path: Path, inbox: Path) -> str | None:
    for part in reversed(path.relative_to(inbox).parts[:-1]):
        if part.upper() in _CODES:
            return part.upper()
    return None


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def day_range(text: str) -> tuple[date, date]:
    """Reads `2026-11-01..2026-11-30`, `2026-11-05` or `2026-11` (the whole month). Raises ValueError."""
    if ".." in text:
        start, end = (date.fromisoformat(part.strip()) for part in text.split("..", 1))
        if end < start:
            raise ValueError(f"{text}: ends before it starts")
        return start, end
    if len(text) == 7:
        month = Month.parse(text)
        return month.first, month.last
    day = date.fromisoformat(text)
    return day, day
