"""`sheetsync doctor`: check everything a refresh rests on."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option, today_option

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command("doctor", short_help="Check everything a refresh rests on.")
@project_option
@click.option("--fix", is_flag=True, help="Mend what is safe to mend: folders, file modes, lost column keys.")
@json_option
@today_option
def command(folder: Path, fix: bool, as_json: bool, today: datetime | None) -> int:
    """Check config, sign-in, template, state, workbook, inbox and clock; each line says how to mend it.

    Exit code 3 while something is broken.

    \b
    Example:
      sheetsync doctor -C plan
      sheetsync doctor -C plan --fix
    """
    from sheetsync.bootstrap import load_project, looks_of, mend, who_are_we
    from sheetsync.pipeline.doctor import Check, examine

    project = load_project(folder)
    day, now = clock(today)

    def look() -> list[Check]:
        return examine(project, today=day, now=now, who=who_are_we(project), looks=looks_of(project))

    checks = look()
    mended = [mend(project, kind) for kind in sorted({check.fix for check in checks if check.fix})] if fix else []
    if mended:
        checks = look()
    if as_json:
        echo_json({"mended": mended, "checks": [asdict(check) for check in checks]})
    else:
        for line in mended:
            click.echo(f"mended  {line}")
        for check in checks:
            level = (
                click.style(f"{check.level:<5}", fg=_COLOURS[check.level])
                if sys.stdout.isatty()
                else f"{check.level:<5}"
            )
            click.echo(f"{level} {check.name}: {check.message}")
            if check.mend and check.level != "ok":
                click.echo(f"      mend: {check.mend}")
    return 3 if any(check.level == "fail" for check in checks) else 0
