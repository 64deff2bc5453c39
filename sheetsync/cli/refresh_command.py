"""`sheetsync refresh`: the round."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

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
    from sheetsync.render.cells import row_names
    from sheetsync.render.imports import outcomes_text
    from sheetsync.render.plan_text import plan_text
    from sheetsync.render.refreshed import refreshed_text

    project = load_project(folder)
    day, now = clock(today)
    options = RefreshOptions(today=day, now=now, plan_only=plan_only, accept_deletions=accept_deletions)
    with progress_bar(quiet=as_json) as progress:
        done = refresh(project, options, progress)
    if as_json:
        echo_json(refreshed_data(done, project.layout))
    else:
        if plan_only:
            click.echo(plan_text(done.plan, project.layout, row_names(done.outcome.after, project.layout)))
        told = refreshed_text(
            place=done.place,
            plan=done.plan,
            findings=done.outcome.findings,
            layout=project.layout,
            outcome="planned" if plan_only else "created" if done.created else "refreshed",
            calls=done.receipt.calls if done.receipt else {},
            reports=Counter(outcome.status for outcome in done.collected.outcomes),
            colour=sys.stdout.isatty(),
        )
        click.echo(told)
        untaken = [outcome for outcome in done.collected.outcomes if outcome.message]
        if untaken:
            click.echo(outcomes_text(untaken), err=True)
    return 1 if check and needs_attention(done) else 0


def refreshed_data(done: Any, layout: Any) -> dict[str, Any]:
    """The whole refresh as JSON-able data."""
    from dataclasses import asdict

    from sheetsync.render.plan_data import finding_data, plan_data

    return {
        "run": done.run_id,
        "workbook": done.place,
        "created": done.created,
        "verified": done.receipt.verified if done.receipt else None,
        "cells_written": done.receipt.cells_written if done.receipt else 0,
        "calls": done.receipt.calls if done.receipt else {},
        "notes": list(done.receipt.notes) if done.receipt else [],
        "reports": [asdict(outcome) for outcome in done.collected.outcomes],
        "plan": plan_data(done.plan),
        "findings": [finding_data(finding, layout) for finding in done.outcome.findings],
    }


def needs_attention(done: Any) -> bool:
    """Whether findings at red or conflicts remain."""
    from sheetsync.core.model.light import Light
    from sheetsync.render.status import standing

    red = [finding for finding in standing(done.outcome.findings) if finding.signal.light is Light.RED]
    return bool(red or done.plan.conflicts)
