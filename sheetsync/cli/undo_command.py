"""`sheetsync undo`: write back what a run changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option, today_option


@click.command("undo", short_help="Write back what a run changed.")
@click.argument("run_id", required=False, metavar="[RUN]")
@project_option
@click.option("--plan", "plan_only", is_flag=True, help="Print what would be written back, change nothing.")
@json_option
@today_option
def command(run_id: str | None, folder: Path, plan_only: bool, as_json: bool, today: datetime | None) -> None:
    """Write back the cells a run changed (the last run that wrote, unless RUN says which).

    A cell that no longer holds what the run wrote is left alone and listed. The next refresh computes anew, so undo
    what caused the change first (a wrong report, a threshold).

    \b
    Example:
      sheetsync undo -C plan --plan
      sheetsync undo -C plan
    """
    from sheetsync.bootstrap import load_project
    from sheetsync.pipeline.undo import undo
    from sheetsync.render.plan_data import plan_data
    from sheetsync.render.plan_text import plan_text

    project = load_project(folder)
    done = undo(project, run_id, now=clock(today)[1], plan_only=plan_only)
    if as_json:
        echo_json({"run": done.undone, "plan": plan_data(done.plan), "left": list(done.left)})
        return
    click.echo(plan_text(done.plan, project.layout))
    for line in done.left:
        click.echo(f"left alone: {line}")
    verb = "would write back" if plan_only else "wrote back"
    click.echo(f"Run {done.undone}: {verb} {done.plan.cell_count} cells, {len(done.left)} left alone.")
