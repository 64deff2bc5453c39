"""Initialise: make a project's folder with its sheetsync.toml, inbox and memory. Nothing existing is overwritten."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from sheetsync.errors import ConfigError
from sheetsync.pipeline.project import CONFIG_NAME, MEMORY_FOLDER


@dataclass(frozen=True, slots=True)
class NewProject:
    """What `sheetsync init` was told. Exactly one of `excel` and `google` is set."""

    month: str
    marketplaces: tuple[str, ...]
    template: str = "amazon-monthly"
    language: str = "en"
    excel: str | None = "plan.xlsx"
    google: str | None = None


def initialise(root: Path, new: NewProject) -> Path:
    """Writes sheetsync.toml and the folders; returns the path of the configuration.

    Raises ConfigError when the folder already holds a project.
    """
    path = root / CONFIG_NAME
    if path.exists():
        raise ConfigError(
            f"{path} is already there",
            hint=f"change it by hand, or run `sheetsync refresh -C {root}`",
        )
    text = config_text(new, plan_id=secrets.token_hex(6))
    (root / "inbox").mkdir(parents=True, exist_ok=True)
    for place in new.marketplaces:
        (root / "inbox" / place).mkdir(exist_ok=True)
    (root / MEMORY_FOLDER).mkdir(mode=0o700, exist_ok=True)
    (root / MEMORY_FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    return path


def config_text(new: NewProject, *, plan_id: str) -> str:
    """The text of a fresh sheetsync.toml, with a word on what else can stand there."""
    place = f"google = {_text(new.google)}" if new.google else f"excel = {_text(new.excel or 'plan.xlsx')}"
    marketplaces = ", ".join(_text(code) for code in new.marketplaces)
    return f"""\
# A sheetsync project. Unknown keys are refused, so that a typing error is never silent.

[plan]
id = {_text(plan_id)}  # ties the workbook to this project
template = {_text(new.template)}
month = {_text(new.month)}
language = {_text(new.language)}  # en or zh; may be changed at any time
marketplaces = [{marketplaces}]

[workbook]
{place}
backups = 10

[reports]
inbox = "inbox"
# Spellings of your own for report headers, where Amazon changed one:
# [reports.aliases.sp_search_term]
# spend = ["Kosten"]

[guard]
max_vanished = 0.2  # a refresh asks before more than this share of the rows goes

# [google]
# auth = "auto"  # auto, service-account, adc or oauth
# credentials = "service-account.json"

# [notify]
# urls_env = "SHEETSYNC_NOTIFY_URLS"  # the environment variable with apprise URLs

# Who is in the team: fills the Owners tab once.
# [[team]]
# name = "Ads lead"
# role = "advertising"
# modules = ["ads"]
# capacity_hours = 30

# What the month is for: fills the Goals tab once.
# [[goals]]
# metric = "sales"
# marketplace = {_text(new.marketplaces[0])}
# target = 50000
# owner = "Ads lead"
"""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def eject_template(source: Path, root: Path) -> Path:
    """Copies a template into the project, where the team may change it. Raises ConfigError when one is there."""
    target = root / "template"
    if target.exists():
        raise ConfigError(f"{target} is already there", hint="change its files, or remove it to eject a fresh copy")
    shutil.copytree(source, target)
    return target
