"""`sheetsync status`: where the plan stands, in the terminal."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option, today_option


@click.command("status", short_help="Show where the plan stands.")
@project_option
@json_option
@today_option
def command(folder: Path, as_json: bool, today: datetime | None) -> None:
    """Show lights, completion, unowned and overdue tasks, and how fresh the data is. Changes nothing.

    \b
    Example:
      sheetsync status -C plan
    """
    from sheetsync.bootstrap import load_project
    from sheetsync.pipeline.look import look
    from sheetsync.render.status import status_data, status_text

    project = load_project(folder)
    day, now = clock(today)
    outcome = look(project, today=day, now=now)
    if as_json:
        echo_json(status_data(outcome.facts, outcome.findings, project.layout))
        return
    colour = sys.stdout.isatty()
    click.echo(status_text(outcome.facts, outcome.findings, project.layout, colour=colour))
