"""Opening a project: the one place that reads sheetsync.toml and picks concrete edges."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from sheetsync.config import Config, parse_config
from sheetsync.core.layout.build import build_layout, build_seeds
from sheetsync.core.layout.parse import WORD_FILES, parse_template
from sheetsync.core.layout.template import Template
from sheetsync.core.model.marketplace import MARKETPLACES
from sheetsync.errors import ConfigError, TemplateError
from sheetsync.pipeline.project import ARCHIVE, CONFIG_NAME, MEMORY_FOLDER, Project
from sheetsync.workbooks.base import Workbook
from sheetsync.workbooks.excel.backup import Backups

CODES = tuple(place.code for place in MARKETPLACES)
EJECTED = "template"
"""A project's own copy of its template lives in this folder (`sheetsync init --eject`)."""


def load_config(root: Path) -> Config:
    """Reads and checks `sheetsync.toml` of a project folder. Raises ConfigError with every problem."""
    path = root / CONFIG_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no {CONFIG_NAME} in {root.resolve()}",
            hint="make a project with `sheetsync init DIR`, or name its folder with -C DIR",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not readable as TOML: {error}", where=str(path), hint="mend the file") from error
    return parse_config(data, where=str(path), marketplaces=CODES)


def check_text(text: str, *, where: str) -> Config:
    """Checks the text of a configuration before it is written. Raises ConfigError with every problem."""
    return parse_config(tomllib.loads(text), where=where, marketplaces=CODES)


def template_folder(name: str, root: Path | None = None) -> Path:
    """Where the files of a template are: the project's own copy, the wheel, or the checkout (editable install).

    Raises TemplateError when there is none of that name.
    """
    package = Path(str(files("sheetsync")))
    places = [package / "templates" / name, package.parent / "templates" / name]
    if root is not None and (root / EJECTED / "template.toml").is_file():
        places.insert(0, root / EJECTED)
    for place in places:
        if (place / "template.toml").is_file():
            return place
    raise TemplateError(
        f"there is no template {name!r}", hint=f"templates: {', '.join(template_names())}; or eject one and change it"
    )


def template_names() -> tuple[str, ...]:
    """The templates that ship with sheetsync."""
    package = Path(str(files("sheetsync")))
    found = {
        path.parent.name
        for place in (package / "templates", package.parent / "templates")
        for path in place.glob("*/template.toml")
    }
    return tuple(sorted(found))


def load_template(name: str, root: Path | None = None) -> Template:
    """Reads every TOML file of a template and checks it. Raises TemplateError with every problem.

    A template may take its words from another one that ships with sheetsync (`words_of`): files of its own go first.
    """
    folder = template_folder(name, root)
    problems: list[str] = []
    data = _tables(folder, problems)
    words_of = data.get("template", {}).get("words_of")
    if isinstance(words_of, str) and words_of:
        borrowed = _tables(template_folder(words_of), problems)
        data = {key: table for key, table in borrowed.items() if key in WORD_FILES} | data
    if problems:
        raise TemplateError(problems, where=str(folder), hint="mend these files")
    return parse_template(data)


def _tables(folder: Path, problems: list[str]) -> dict[str, dict[str, Any]]:
    """Every TOML file of a folder by its name; what cannot be read is told in `problems`."""
    data: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            data[path.stem] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{path.name}: {error}")
    return data


def load_project(root: Path | str = ".") -> Project:
    """Opens the project in a folder. Raises ConfigError or TemplateError with every problem."""
    folder = Path(root)
    config = load_config(folder)
    template = load_template(config.plan.template, folder)
    plan = config.plan
    layout = build_layout(
        template,
        plan_id=plan.id,
        month=plan.month,
        language=plan.language,
        marketplaces=tuple(plan.marketplaces),
    )
    seeds = build_seeds(
        template,
        month=plan.month,
        language=plan.language,
        marketplaces=tuple(plan.marketplaces),
        team=[asdict(member) for member in config.team],
        goals=[asdict(goal) for goal in config.goals],
    )
    return Project(folder, config, template, layout, seeds, open_workbook(folder, config))


def open_workbook(root: Path, config: Config) -> Workbook:
    """The workbook a configuration names, behind its port. Nothing is read or signed in yet."""
    if config.workbook.excel:
        from sheetsync.workbooks.excel.backend import ExcelWorkbook

        return ExcelWorkbook(
            root / config.workbook.excel, backups=root / MEMORY_FOLDER / "backups", keep=config.workbook.backups
        )
    from sheetsync.workbooks.google.backend import GoogleWorkbook

    return GoogleWorkbook.from_config(root, config)


def backups_of(project: Project) -> tuple[Backups, Path]:
    """The backups of an Excel project, and its workbook. Raises ConfigError for a Google workbook."""
    if not project.config.workbook.excel:
        raise ConfigError(
            "backups are kept of Excel workbooks only",
            hint="use the version history of the spreadsheet, or `sheetsync undo`",
        )
    keep = project.config.workbook.backups
    return Backups(project.memory / "backups", keep), project.root / project.config.workbook.excel


def freeze_workbook(project: Project, name: str) -> str:
    """Copies the workbook into the archive, once; returns where the copy is."""
    if not project.config.workbook.excel:
        from sheetsync.workbooks.google.archive import copy_spreadsheet

        return copy_spreadsheet(project.workbook, name)
    from sheetsync.workbooks.excel.backup import copy_durably

    source = project.root / project.config.workbook.excel
    target = project.root / ARCHIVE / f"{name}{source.suffix}"
    if not target.exists():
        copy_durably(source, target)
    return str(target)


def who_are_we(project: Project) -> Callable[[], str] | None:
    """How to ask the service who we are; None for Excel, which asks nobody."""
    from sheetsync.workbooks.google.backend import GoogleWorkbook

    workbook = project.workbook
    if not isinstance(workbook, GoogleWorkbook):
        return None
    return lambda: "; ".join(f"{name}: {fact}" for name, fact in workbook.transport.signed.who().items() if fact)


def looks_of(project: Project) -> Callable[[], Iterable[str]] | None:
    """How to examine dropdowns and colours; None for Google, where every refresh puts its own in order."""
    path = project.config.workbook.excel
    if not path:
        return None
    from sheetsync.workbooks.excel.examine import broken_looks

    return lambda: broken_looks(project.root / path, project.layout)


def mend(project: Project, fix: str) -> str:
    """Mends what a check of the doctor found (`fix`: folders, modes or keys); says what was done."""
    if fix == "folders":
        project.inbox.mkdir(parents=True, exist_ok=True)
        return f"made {project.inbox}"
    if fix == "modes":
        project.memory.chmod(0o700)
        return f"closed {project.memory} to others"
    from sheetsync.workbooks.excel.mend import restore_keys

    if not project.config.workbook.excel:
        return "nothing: the keys of a Google workbook are written again by hand, from the version history"
    count = restore_keys(project.root / project.config.workbook.excel, project.layout)
    return f"wrote {count} keys into the hidden first row again"
