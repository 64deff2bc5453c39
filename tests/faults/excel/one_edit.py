"""One edit of one workbook in a process of its own, which the fault tests kill and starve. Exits as sheetsync would."""

from __future__ import annotations

import sys
from pathlib import Path

from sheetsync.errors import SheetsyncError
from sheetsync.workbooks.excel.backup import Backups
from sheetsync.workbooks.excel.edit import edit_cells

if __name__ == "__main__":
    workbook = Path(sys.argv[1])
    try:
        edit_cells(workbook, workbook, {("Tasks", "A2"): "changed"}, backups=Backups(workbook.parent / "backups", 2))
    except SheetsyncError as error:
        # Nothing is printed: where writes fail for ever, that would fail as well.
        sys.exit(error.exit_code)
