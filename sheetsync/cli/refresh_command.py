"""`sheetsync refresh`: the round."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option, today_option


@click.command("refresh", short_help="Do the round.")
@project_option
@click.option("--plan", "plan_only", is_flag=True, help="Stop after merge: print what would change, change nothing.")
@click.option("--accept-deletions", is_flag=True, help="Go on although many rows or a tab vanished.")
@click.option("--check", is_flag=True, help="Exit 1 while findings at red or conflicts remain.")
@json_option
@today_option
def command(
    folder: Path, plan_only: bool, accept_deletions: bool, check: bool, as_json: bool, today: datetime | None
) -> int:
    """Collect reports, read the workbook, compute, merge people's edits, write, read back, record.

    \b
    Example:
      sheetsync refresh -C plan
      sheetsync refresh -C plan --plan
      sheetsync refresh -C plan --json --check
    """
    from sheetsync.bootstrap import load_project
    from sheetsync.cli.progress import progress_bar
    from sheetsync.pipeline.refresh import RefreshOptions, refresh
    from sheetsync.render.plan_data import refreshed_data
    from sheetsync.render.plan_text import plan_text, refreshed_text

    project = load_project(folder)
    day, now = clock(today)
    options = RefreshOptions(today=day, now=now, plan_only=plan_only, accept_deletions=accept_deletions)
    with progress_bar(quiet=as_json) as progress:
        done = refresh(project, options, progress)
    if as_json:
        echo_json(refreshed_data(done, project.layout))
    else:
        click.echo(plan_text(done.plan, project.layout) if plan_only else "", nl=plan_only)
        click.echo(refreshed_text(done, project.layout))
    return 1 if check and needs_attention(done) else 0


def needs_attention(done: object) -> bool:
    """Whether findings at red or conflicts remain."""
    from sheetsync.core.model.finding import State
    from sheetsync.core.model.light import Light
    from sheetsync.pipeline.refresh import Refreshed

    assert isinstance(done, Refreshed)
    gone = (State.RECOVERED, State.DECLINED, State.DONE, State.SNOOZED)
    red = [f for f in done.outcome.findings if f.signal.light is Light.RED and f.state not in gone]
    return bool(red or done.plan.conflicts)
