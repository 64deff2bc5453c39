"""Preview: read one report file and count it, keeping nothing. Works outside a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sheetsync.errors import ReportError
from sheetsync.importers.read import dry_run
from sheetsync.pipeline.inbox import Told, told


def preview(
    path: Path,
    override: Told,
    *,
    aliases: dict[str, dict[str, list[str]]] | None = None,
) -> dict[str, Any]:
    """The object `sheetsync import --dry-run --json` prints for one file, with what its sidecar tells.

    `override` is what the person who looks tells; it goes before the sidecar. A file that cannot be read is told in
    `problems`, with `report` None; nothing is raised for it.
    """
    known, problem = override, ""
    try:
        known = override.before(told(path))
    except ReportError as error:
        problem = error.message
    found: dict[str, Any] = dry_run(path, **known.to_reader(), aliases=aliases or {})
    if problem:
        found["problems"].append(problem)
    return found
