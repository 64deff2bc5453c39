"""Preview: read one report file and count it, keeping nothing. Works outside a project."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sheetsync.errors import ReportError
from sheetsync.importers.read import read_report
from sheetsync.pipeline.inbox import told


def preview(
    path: Path,
    marketplace: str | None,
    period: tuple[date, date] | None,
    encoding: str | None,
    *,
    aliases: dict[str, dict[str, list[str]]] | None = None,
) -> dict[str, Any]:
    """The object `sheetsync import --dry-run --json` prints for one file.

    A file that cannot be read is told in `problems`, with `report` None; nothing is raised for it.
    """
    try:
        known = told(path)
        report = read_report(
            path,
            marketplace=marketplace or known.marketplace,
            period=period or known.period,
            encoding=encoding,
            aliases=aliases or {},
        )
        return report.as_json()
    except ReportError as error:
        return {
            "file": str(path),
            "report": None,
            "marketplace": None,
            "currency": None,
            "period": None,
            "encoding": None,
            "rows": 0,
            "rejected": 0,
            "totals": {},
            "needs": [],
            "problems": [text for text in (error.message, error.hint) if text],
        }
