"""The command `sheetsync`: the group, the error boundary and the exit codes.

Exit codes: 0 in order; 1 findings at red or conflicts remain (only with --check); 2 usage or configuration;
3 failed, nothing was written; 4 failed after the write began (run again: the journal knows).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from sheetsync.errors import SheetsyncError

COMMANDS: dict[str, str] = {
    "init": "Make a project: sheetsync.toml and its folders.",
    "refresh": "Do the round: collect, read, compute, merge, apply, record.",
    "import": "Import report files by hand, or look at them with --dry-run.",
    "status": "Show lights, completion, unowned and overdue tasks, freshness.",
    "standup": "Print the 15-minute pack: what matters, what changed, by owner.",
    "why": "Explain a metric, a finding or a cell: value, formula, files, threshold.",
    "rules": "List the rules, or explain one.",
    "history": "Show runs, hand edits and what the engine changed.",
    "undo": "Write back what a run changed, where the cell still holds it.",
    "restore": "Put a backup of the Excel workbook back.",
    "rollover": "Close the month and open the next one.",
    "watch": "Refresh on a schedule until stopped.",
    "schedule": "Print a ready unit for cron, systemd, launchd, Windows or GitHub Actions.",
    "doctor": "Check config, sign-in, template, state, workbook, inbox and clock.",
    "completion": "Print the shell completion script.",
}
"""Every command and its one line. A command's module is imported only when it runs or its help is asked for."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is used: `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a month's work, not of the alphabet."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sheetsync.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands from their one-liners, without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sheetsync-plan", prog_name="sheetsync")
def cli() -> None:
    """Keep a seller's monthly plan alive in Excel or Google Sheets.

    People and engine edit the same workbook; no hand edit is lost.

    \b
    Example:
      sheetsync init plan --marketplace US --excel plan.xlsx
      sheetsync refresh -C plan
    """


def report_error(error: SheetsyncError) -> None:
    """Prints what happened, where, and what to do next, to stderr."""
    problems: Sequence[str] = getattr(error, "problems", ())
    where = f"{error.where}: " if error.where else ""
    if len(problems) > 1:
        click.secho(f"error: {where}{len(problems)} problems", err=True, fg="red")
        for problem in problems:
            click.echo(f"  - {problem}", err=True)
    else:
        click.secho(f"error: {where}{error.message}", err=True, fg="red")
    if error.hint:
        click.echo(f"  next: {error.hint}", err=True)


def main(argv: Sequence[str] | None = None) -> Any:
    """Runs the command line and exits with the codes above."""
    try:
        code = cli.main(args=None if argv is None else list(argv), prog_name="sheetsync", standalone_mode=False)
    except SheetsyncError as error:
        report_error(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
