"""Settings that sheetsync itself changes in sheetsync.toml: one line, and nothing else of the file."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sheetsync.core.model.facts import Month
from sheetsync.errors import ConfigError
from sheetsync.pipeline.project import CONFIG_NAME

NEW_SPREADSHEET = "new"
"""`[workbook] google = "new"`: a spreadsheet is made, and its address takes the place of this word."""


def set_month(root: Path, month: Month) -> None:
    """Changes `month`. Raises ConfigError when the line cannot be found."""
    _set(root, "month", r"\d{4}-\d{2}", str(month))


def set_spreadsheet(root: Path, place: str) -> None:
    """Puts the address of the spreadsheet that was made in the place of "new"."""
    _set(root, "google", NEW_SPREADSHEET, place)


def _set(root: Path, key: str, old: str, new: str) -> None:
    path = root / CONFIG_NAME
    text = path.read_text(encoding="utf-8")
    pattern = rf"(?m)^(\s*{key}\s*=\s*)([\"'])(?:{old})\2"
    changed, count = re.subn(pattern, lambda found: f"{found[1]}{json.dumps(new)}", text, count=1)
    if not count:
        raise ConfigError(
            f"the line with `{key}` was not found", where=str(path), hint=f"set {key} = {json.dumps(new)} by hand"
        )
    temporary = path.with_name(f".{CONFIG_NAME}.new")
    temporary.write_text(changed, encoding="utf-8")
    temporary.replace(path)
