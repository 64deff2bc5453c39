"""`sheetsync completion`: the shell completion script."""

from __future__ import annotations

import click


@click.command("completion", short_help="Print the shell completion script.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes commands and options.

    \b
    Example:
      sheetsync completion bash > ~/.local/share/bash-completion/completions/sheetsync
      sheetsync completion zsh > ~/.zfunc/_sheetsync
    """
    from click.shell_completion import get_completion_class

    from sheetsync.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "sheetsync", "_SHEETSYNC_COMPLETE").source())
