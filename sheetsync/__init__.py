"""sheetsync keeps a seller's monthly plan alive in Excel or Google Sheets: people and engine edit the same workbook.

    from sheetsync import open_project

Finding your way, in the order in which data travels:

    cli/         the face: parse -> one pipeline call -> render
    bootstrap    sheetsync.toml -> Project; the one place that picks concrete edges
    pipeline/    the story: collect, evidence, compute, refresh, apply; undo, rollover, stand-up, watch, doctor
    importers/   report files in                      history/   report rows over time, metrics as SQL
    workbooks/   the workbook out there (a port)      state/     base, journal, lock
    render/      Plan, findings, status -> text       connectors/  notices
    core/        pure: merge, rules, layout, tabs on model
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = ["OpenProject", "__version__", "open_project"]


def __getattr__(name: str) -> Any:
    """The public names, imported when they are asked for: `import sheetsync` stays fast."""
    if name in ("open_project", "OpenProject"):
        from sheetsync import library

        return getattr(library, name)
    raise AttributeError(f"module 'sheetsync' has no attribute {name!r}")
