"""`sheetsync rollover`: close the month and open the next one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option, today_option


@click.command("rollover", short_help="Close the month and open the next one.")
@project_option
@click.option("--plan", "plan_only", is_flag=True, help="Say what would be done, change nothing.")
@click.option("--early", is_flag=True, help="Close the month although it is not over.")
@click.option("--no-archive", is_flag=True, help="Keep no copy (you made one yourself).")
@click.option("--back", is_flag=True, help="Open the month again that the last rollover closed.")
@json_option
@today_option
def command(
    folder: Path, plan_only: bool, early: bool, no_archive: bool, back: bool, as_json: bool, today: datetime | None
) -> None:
    """Freeze the month into an archive, carry what is unfinished, and place what the next month starts with.

    Finished rows stay where they are, marked closed; unfinished tasks are carried with their age; preventions of
    incidents and accepted findings become tasks; targets are suggested from the baseline. Running it twice is
    running it once; after a crash, running it again goes on.

    \b
    Example:
      sheetsync rollover -C plan --plan
      sheetsync rollover -C plan
    """
    from sheetsync.bootstrap import freeze_workbook, load_project
    from sheetsync.cli.progress import progress_bar
    from sheetsync.pipeline.rollover import go_back, plan_rollover, rollover
    from sheetsync.render.plan_text import plan_summary

    day, now = clock(today)

    def load() -> Any:
        return load_project(folder)

    if plan_only:
        show_plan(plan_rollover(load(), day), as_json=as_json)
        return
    with progress_bar(quiet=as_json) as progress:
        if back:
            again = go_back(load, today=day, now=now, progress=progress)
            click.echo(f"Opened {load().month} again: {plan_summary(again.plan)}")
            return
        freeze = no_copy if no_archive else freeze_workbook
        done = rollover(load, freeze, today=day, now=now, early=early, progress=progress)
    if done is None:
        click.echo(f"{load().month} was opened by a rollover already: nothing to close.")
        return
    if as_json:
        echo_json({"closed": str(done.plan.closing), "opened": str(done.plan.opening), "archive": done.archived})
        return
    click.echo(f"Closed {done.plan.closing}: {plan_summary(done.closed.plan)}")
    click.echo(f"Archive: {done.archived}")
    click.echo(f"Opened {done.plan.opening}: {plan_summary(done.opened.plan)}")


def no_copy(project: Any, name: str) -> str:
    """Freezes nothing: people keep the copy themselves."""
    del project
    return f"none ({name} was not copied)"


def show_plan(plan: Any, *, as_json: bool) -> None:
    """Prints what a rollover would do."""
    if as_json:
        echo_json(
            {
                "closing": str(plan.closing),
                "opening": str(plan.opening),
                "archive": plan.archive,
                "early_by_days": plan.early_by_days,
                "already": plan.already,
            }
        )
        return
    if plan.already:
        click.echo(f"{plan.closing} was opened by a rollover already: nothing to close.")
        return
    click.echo(f"Would refresh {plan.closing}, freeze it as {plan.archive}, open {plan.opening} and refresh again.")
    if plan.early_by_days:
        click.echo(f"{plan.closing} ends in {plan.early_by_days} days: closing it now needs --early.")
