"""`sheetsync schedule`: print a ready unit for a scheduler."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from sheetsync.cli.durations import Duration
from sheetsync.cli.options import project_option

KINDS = ("cron", "systemd", "launchd", "windows", "github-actions")


@click.command("schedule", short_help="Print a ready unit for a scheduler.")
@click.argument("kind", type=click.Choice(KINDS))
@project_option
@click.option("--every", type=Duration(), default="15m", show_default=True, help="Time between runs: 15m, 2h.")
def command(kind: str, folder: Path, every: int) -> None:
    """Print the unit that refreshes this project; nothing is installed.

    \b
    Example:
      sheetsync schedule cron -C plan --every 30m
      sheetsync schedule systemd -C plan
    """
    from sheetsync.bootstrap import load_config
    from sheetsync.render.schedule import UNITS, Job

    load_config(folder)
    found = shutil.which("sheetsync") or str(Path(sys.executable).with_name("sheetsync"))
    job = Job(command=found, project=str(folder.resolve()), minutes=max(1, every // 60))
    click.echo(UNITS[kind](job), nl=False)
