"""`sheetsync rules`: list the rules, or explain one."""

from __future__ import annotations

import click

from sheetsync.cli.options import echo_json, json_option


@click.command("rules", short_help="List the rules, or explain one.")
@click.argument("code", required=False, metavar="[CODE]")
@json_option
def command(code: str | None, as_json: bool) -> None:
    """List every rule, or explain one: what it finds, a bad and a good case, its thresholds and their sources.

    \b
    Example:
      sheetsync rules
      sheetsync rules SS301
    """
    from sheetsync.core.rules.registry import RULES, rule_of
    from sheetsync.errors import ConfigError
    from sheetsync.render.rules import rule_data, rule_text, rules_text

    if code is None:
        if as_json:
            echo_json([rule_data(rule) for rule in RULES])
        else:
            click.echo(rules_text(RULES))
        return
    rule = rule_of(code)
    if rule is None:
        raise ConfigError(f"there is no rule {code!r}", hint="`sheetsync rules` lists them")
    if as_json:
        echo_json(rule_data(rule))
    else:
        click.echo(rule_text(rule))
