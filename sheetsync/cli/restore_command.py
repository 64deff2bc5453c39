"""`sheetsync restore`: put a backup of the Excel workbook back."""

from __future__ import annotations

from pathlib import Path

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option
from sheetsync.errors import WorkbookMissing


@click.command("restore", short_help="Put a backup of the Excel workbook back.")
@click.argument("name", required=False, metavar="[BACKUP]")
@project_option
@click.option("--list", "list_only", is_flag=True, help="List the backups there are.")
@json_option
def command(name: str | None, folder: Path, list_only: bool, as_json: bool) -> None:
    """Put the last backup back (or the one named), keeping the workbook of now as a backup of its own.

    For Google workbooks use the version history of the spreadsheet, or `sheetsync undo`.

    \b
    Example:
      sheetsync restore -C plan --list
      sheetsync restore -C plan
    """
    from sheetsync.bootstrap import backups_of, load_project
    from sheetsync.pipeline.restore import forget_base

    project = load_project(folder)
    backups, workbook = backups_of(project)
    found = backups.of(workbook)
    if list_only:
        if as_json:
            echo_json([{"name": b.path.name, "taken": b.taken.isoformat(), "bytes": b.size} for b in found])
            return
        lines = [f"{b.path.name}  {b.taken:%Y-%m-%d %H:%M:%S}  {b.size:,} bytes" for b in found]
        click.echo("\n".join(lines) or "No backups yet: each refresh that writes keeps one.")
        return
    chosen = next((backup for backup in found if name in (None, backup.path.name)), None)
    if name is not None and chosen is None:
        raise WorkbookMissing(f"there is no backup {name}", hint="`sheetsync restore --list` lists them")
    with forget_base(project, clock(None)[1]):
        restored = backups.restore(workbook, chosen)
    click.echo(f"Put back {restored.path.name} as {workbook}; what stood there is a backup itself now.")
    click.echo("The next refresh takes the workbook as it stands: people's cells win, engine cells are written anew.")
