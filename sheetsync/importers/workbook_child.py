"""Reads one workbook and writes its cells as JSON lines. Runs alone, in a process that may be killed.

A 5 KB file can abort calamine's whole process, and 1 MB can ask for gigabytes: so this file is started as a script with
limits on memory and CPU and imports nothing of sheetsync. Usage: python -I workbook_child.py IN OUT MEGABYTES SECONDS.

Output: for each worksheet a line {"sheet": name, "visible": bool}, then [line, [cells]] for every row that is not
empty. A cell is null, text, number, bool, or {"d": "2026-01-31"}, {"t": "2026-01-31T12:00:00"}.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any, TextIO


def limit(megabytes: int, seconds: int) -> None:
    """Limit address space and CPU time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell: Any) -> Any:
    """Return a cell as JSON can hold it; blank is null."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return cell


def write(source: str, out: TextIO) -> None:
    """Write every worksheet of a workbook."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(source)
    for about in workbook.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        visible = about.visible == SheetVisibleEnum.Visible
        out.write(json.dumps({"sheet": about.name, "visible": visible}) + "\n")
        sheet = workbook.get_sheet_by_name(about.name)
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [plain(cell) for cell in row]
            if any(cell is not None for cell in cells):
                out.write(json.dumps([number, cells], ensure_ascii=False) + "\n")


if __name__ == "__main__":
    limit(int(sys.argv[3]), int(sys.argv[4]))
    with open(sys.argv[2], "w", encoding="utf-8") as stream:  # noqa: PTH123  pathlib would cost start-up time
        write(sys.argv[1], stream)
