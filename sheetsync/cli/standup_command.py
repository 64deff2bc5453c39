"""`sheetsync standup`: the 15-minute pack."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from sheetsync.cli.options import clock, project_option, today_option


@click.command("standup", short_help="Print the 15-minute pack.")
@project_option
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--html", "form", flag_value="html", help="Print one HTML page.")
@click.option("--notify", is_flag=True, help="Send it to the addresses in the environment variable of [notify].")
@today_option
def command(folder: Path, form: str | None, notify: bool, today: datetime | None) -> None:
    """Print at most five things to talk about, what changed, completion, and who has what.

    "Held on", typed into the Status tab, moves the window of what changed. With --notify the pack goes to Slack,
    Teams, Feishu, DingTalk, WeCom, e-mail ...: apprise URLs in the environment variable SHEETSYNC_NOTIFY_URLS.

    \b
    Example:
      sheetsync standup -C plan
      sheetsync standup -C plan --markdown > standup.md
    """
    from sheetsync.bootstrap import load_project
    from sheetsync.pipeline.standup import standup
    from sheetsync.render.standup import standup_html, standup_markdown, standup_text
    from sheetsync.render.words import word

    project = load_project(folder)
    day, now = clock(today)
    pack = standup(project, today=day, now=now)
    renderers = {"markdown": standup_markdown, "html": standup_html}
    click.echo(renderers.get(form or "", standup_text)(pack, project.layout))
    if notify:
        from sheetsync.connectors.notices import send

        name = project.config.notify.urls_env
        title = word(project.layout.language, "standup", day=pack.day)
        count = send(os.environ.get(name, ""), title=title, body=standup_markdown(pack, project.layout), env_name=name)
        click.echo(f"sent to {count} address{'es' if count > 1 else ''}", err=True)
