"""`sheetsync history`: runs, hand edits and what the engine changed."""

from __future__ import annotations

from pathlib import Path

import click

from sheetsync.cli.options import echo_json, json_option, project_option


@click.command("history", short_help="Show runs and what they changed.")
@click.argument("run_id", required=False, metavar="[RUN]")
@project_option
@click.option("-n", "count", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many runs.")
@json_option
def command(run_id: str | None, folder: Path, count: int, as_json: bool) -> None:
    """List the last runs, or show everything one run read and wrote.

    \b
    Example:
      sheetsync history -C plan
      sheetsync history RUN -C plan
    """
    from sheetsync.bootstrap import load_project
    from sheetsync.pipeline.past import past_run, past_runs
    from sheetsync.render.history import run_data, run_text, runs_data, runs_text

    project = load_project(folder)
    if run_id is None:
        runs = past_runs(project, count)
        if as_json:
            echo_json(runs_data(runs))
        else:
            click.echo(runs_text(runs))
        return
    found = past_run(project, run_id)
    if as_json:
        echo_json(run_data(found.run, found.edits, found.changes))
    else:
        click.echo(run_text(found.run, found.edits, found.changes, project.layout))
