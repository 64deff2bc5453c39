"""Notices: send a text to where the team talks, through apprise.

Addresses are secrets: they come from the environment and are never printed.
"""

from __future__ import annotations

import logging

from sheetsync.errors import ConfigError, SheetsyncError


def send(urls: str, *, title: str, body: str, env_name: str) -> int:
    """Sends a Markdown text to every apprise URL in `urls` (separated by white space or commas); returns how many.

    `env_name` is where the URLs came from, for messages: a URL itself is never printed. Raises ConfigError when there
    is none or one cannot be read, SheetsyncError when one did not take the message.
    """
    import apprise

    addresses = urls.replace(",", " ").split()
    if not addresses:
        raise ConfigError(
            f"the environment variable {env_name} holds no address to notify",
            hint=f"set {env_name} to apprise URLs, for example: slack://..., mailto://..., feishu://...",
        )
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its errors spell the URL out
    failed = []
    for number, address in enumerate(addresses, start=1):
        target = apprise.Apprise()
        if not target.add(address):
            raise ConfigError(
                f"address {number} in {env_name} is not one that apprise knows",
                hint="its scheme decides the service: slack, msteams, feishu, dingtalk, wecombot, mailto ...",
            )
        if not target.notify(title=title, body=body, body_format=apprise.NotifyFormat.MARKDOWN):
            failed.append(number)
    if failed:
        raise SheetsyncError(
            f"address {', '.join(map(str, failed))} of {len(addresses)} in {env_name} did not take the notice",
            hint="check that address and the network, then run the command again",
        )
    return len(addresses)
