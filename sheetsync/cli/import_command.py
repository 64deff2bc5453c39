"""`sheetsync import`: take report files by hand, or look at them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option, today_option

if TYPE_CHECKING:
    from sheetsync.core.model.marketplace import DateOrder
    from sheetsync.pipeline.inbox import Told


@click.command("import", short_help="Import report files by hand.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@project_option
@click.option("--marketplace", metavar="CODE", help="The marketplace of these files, where they do not say.")
@click.option("--period", metavar="DAYS", help="2026-11-01..2026-11-30, 2026-11-05 or 2026-11, where they do not say.")
@click.option("--encoding", metavar="NAME", help="Read the text of these files so, instead of finding out.")
@click.option("--report", metavar="NAME", help="Which report these are, where several have the same headings.")
@click.option("--date-order", type=click.Choice(["mdy", "dmy"]), help="What 3/4/2026 means, where no date tells.")
@click.option("--dry-run", is_flag=True, help="Read and count only; keeps nothing, works outside a project too.")
@click.option("--list", "listing", is_flag=True, help="List what was imported, with how much of it still stands.")
@click.option("--forget", is_flag=True, help="Take these files (or import numbers) out of the history again.")
@json_option
@today_option
def command(
    paths: tuple[Path, ...],
    folder: Path,
    marketplace: str | None,
    period: str | None,
    encoding: str | None,
    report: str | None,
    date_order: DateOrder | None,
    dry_run: bool,
    listing: bool,
    forget: bool,
    as_json: bool,
    today: datetime | None,
) -> int:
    """Read report files and keep their rows in the project's history.

    With --dry-run nothing is kept: each file is identified, read and counted. Exit code 3 when a file was not taken.
    A forgotten file stays away as long as it is not changed; move it out of the inbox all the same.

    \b
    Example:
      sheetsync import BusinessReport.csv --marketplace US --period 2026-11 -C plan
      sheetsync import --dry-run --json exports/*.csv
      sheetsync import --list -C plan
      sheetsync import --forget US/BusinessReport.csv -C plan
    """
    if listing or (forget and paths):
        return ledger(tuple(map(str, paths)) if forget else (), folder, as_json=as_json)
    if not paths:
        raise click.UsageError("name at least one file")
    from sheetsync.pipeline.inbox import Told

    place = marketplace.upper() if marketplace else None
    told = Told(place, _days(period), encoding, report=report, date_order=date_order)
    if dry_run:
        return look(paths, told, as_json=as_json, folder=folder)
    return keep(paths, folder, told, as_json=as_json, today=today)


def ledger(names: tuple[str, ...], folder: Path, *, as_json: bool) -> int:
    """Takes the named imports out, or lists every import where none is named."""
    from dataclasses import asdict

    from sheetsync.bootstrap import load_project
    from sheetsync.pipeline.imported import imported, take_out
    from sheetsync.render.imports import ledger_text

    project = load_project(folder)
    found = [asdict(entry) for entry in (take_out(project, names) if names else imported(project))]
    if as_json:
        echo_json(found)
    else:
        click.echo(ledger_text(found, forgotten=bool(names)))
    return 0


def _days(period: str | None) -> tuple[date, date] | None:
    from sheetsync.pipeline.inbox import day_range

    try:
        return day_range(period) if period else None
    except ValueError as error:
        raise click.BadParameter(f"{error}; write 2026-11-01..2026-11-30", param_hint="--period") from error


def look(paths: tuple[Path, ...], told: Told, *, as_json: bool, folder: Path) -> int:
    """Prints what each file is, without keeping anything."""
    from sheetsync.bootstrap import load_config
    from sheetsync.pipeline.preview import preview
    from sheetsync.pipeline.project import CONFIG_NAME
    from sheetsync.render.imports import previews_text

    aliases = load_config(folder).reports.aliases if (folder / CONFIG_NAME).exists() else {}
    found = [preview(path, told, aliases=aliases) for path in paths]
    if as_json:
        echo_json(found)
    else:
        click.echo(previews_text(found))
    return 0 if all(item["report"] for item in found) else 3


def keep(paths: tuple[Path, ...], folder: Path, told: Told, *, as_json: bool, today: datetime | None) -> int:
    """Keeps the rows of each file and says what became of it."""
    from dataclasses import asdict

    from sheetsync.bootstrap import load_project
    from sheetsync.cli.progress import progress_bar
    from sheetsync.pipeline.collect import import_files
    from sheetsync.render.imports import outcomes_text

    project = load_project(folder)
    with progress_bar(quiet=as_json) as progress:
        done = import_files(project, paths, told, imported_at=clock(today)[1], progress=progress)
    if as_json:
        echo_json([asdict(outcome) for outcome in done.outcomes])
    else:
        click.echo(outcomes_text(done.outcomes))
    return 0 if all(outcome.status in ("imported", "unchanged") for outcome in done.outcomes) else 3
