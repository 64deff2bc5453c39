"""Options that several commands share, and the clock they stand for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DAY = click.DateTime(formats=["%Y-%m-%d"])


def project_option(function: F) -> F:
    """`-C DIR`: the project's folder."""
    return click.option(
        "-C",
        "--project",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(),
        show_default="this folder",
        help="The project's folder (it holds sheetsync.toml).",
    )(function)


def json_option(function: F) -> F:
    """`--json`: data instead of text."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(function)


def today_option(function: F) -> F:
    """`--today DATE`: a fixed day, for reproducible runs."""
    return click.option(
        "--today",
        type=DAY,
        metavar="DATE",
        help="Act as if it were this day (YYYY-MM-DD), for reproducible runs.",
    )(function)


def clock(today: datetime | None) -> tuple[date, datetime]:
    """(today, now): the machine's clock, or noon of the day that was asked for."""
    if today is None:
        now = datetime.now().replace(microsecond=0)
        return now.date(), now
    return today.date(), datetime.combine(today.date(), time(12))


def echo_json(data: object) -> None:
    """Prints data as JSON: UTF-8, two spaces, stable."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
