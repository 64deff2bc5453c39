"""`sheetsync init`: make a project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click


@click.command("init", short_help="Make a project.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--template", default="amazon-monthly", show_default=True, help="The template of the workbook.")
@click.option("--month", metavar="YYYY-MM", help="The month of the plan.  [default: this month]")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option(
    "--marketplace", "marketplaces", multiple=True, metavar="CODE", help="US, DE, JP ...; may be given more than once."
)
@click.option("--excel", metavar="FILE", help="Keep the plan in this Excel workbook.  [default: plan.xlsx]")
@click.option("--google", metavar="URL|new", help="Keep the plan in this Google spreadsheet, or make a new one.")
@click.option("--eject", is_flag=True, help="Copy the template into the project, to change it.")
def command(
    folder: Path,
    template: str,
    month: str | None,
    language: str,
    marketplaces: tuple[str, ...],
    excel: str | None,
    google: str | None,
    eject: bool,
) -> None:
    """Write sheetsync.toml and the folders of a new project.

    In a folder that already holds a project, --eject copies the template in and changes nothing else.

    \b
    Example:
      sheetsync init plan --marketplace US --marketplace DE --excel plan.xlsx
      sheetsync init plan --language zh --month 2026-11 --marketplace JP
      sheetsync init plan --eject
    """
    from sheetsync.bootstrap import check_text, load_config, load_template, template_folder
    from sheetsync.errors import ConfigError
    from sheetsync.pipeline.initialise import NewProject, config_text, eject_template, initialise
    from sheetsync.pipeline.project import CONFIG_NAME

    if eject and (folder / CONFIG_NAME).exists():
        name = load_config(folder).plan.template
        target = eject_template(template_folder(name), folder)
        click.echo(f"The template {name} is now yours to change: {target}")
        return
    if excel and google:
        raise ConfigError("--excel and --google exclude each other", hint="keep one of them")
    load_template(template)
    new = NewProject(
        month=month or f"{date.today():%Y-%m}",  # the month people live in
        marketplaces=tuple(code.upper() for code in marketplaces) or ("US",),
        template=template,
        language=language,
        excel=None if google else (excel or "plan.xlsx"),
        google=google,
    )
    check_text(config_text(new, plan_id="check"), where=str(folder))
    path = initialise(folder, new)
    click.echo(f"Project made: {path}")
    if eject:
        click.echo(f"Template to change: {eject_template(template_folder(template), folder)}")
    click.echo(f"Put report files into {folder / 'inbox'}, then run: sheetsync refresh -C {folder}")
