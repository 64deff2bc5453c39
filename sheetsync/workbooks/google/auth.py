"""Signing in to Google as the ecosystem does it: service account file, application default credentials, OAuth user.

    service account   `credentials = "key.json"` or GOOGLE_APPLICATION_CREDENTIALS; reaches only what is shared with it
    application default   what `gcloud`, a cloud machine or workload identity offers
    OAuth user        a client file of type "installed"; the token is kept in a file only its owner can read

Scopes are the least that work: `spreadsheets` for sheets that were shared, `drive.file` (files made by or opened with
sheetsync) for people. No message says anything of what is in a key or token.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheetsync.errors import ConfigError, WorkbookDenied

SHEETS_SCOPE = "https://www.googleapis.com/auth/spreadsheets"
FILE_SCOPE = "https://www.googleapis.com/auth/drive.file"
KEY_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who calls Google: credentials for the transport, the address to share with, how it came about, its scopes."""

    credentials: Any
    identity: str
    kind: str
    scopes: tuple[str, ...]
    has_storage: bool
    """Whether it can make files of its own: a service account has no Drive storage."""

    def who(self) -> dict[str, str]:
        """What `sheetsync doctor` tells of the sign-in; nothing of it is secret."""
        storage = "yes" if self.has_storage else "no: share a spreadsheet with it"
        return {
            "signed in as": self.identity,
            "by": self.kind,
            "scopes": ", ".join(scope.rsplit("/", 1)[-1] for scope in self.scopes),
            "can make spreadsheets": storage,
        }


def sign_in(
    key_file: Path | None = None,
    *,
    oauth_client: Path | None = None,
    token_file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> SignIn:
    """The sign-in a project asks for: its key file, else its OAuth client, else what the environment offers.

    Raises ConfigError for a file that is missing, wrong or readable by others, WorkbookDenied when there is no sign-in.
    """
    if oauth_client is not None:
        return oauth(oauth_client, token_file or oauth_client.with_name("google-token.json"))
    if key_file is not None:
        return service_account(key_file)
    named = environment.get(KEY_VARIABLE)
    if named and _kind(Path(named)) == "service_account":
        return service_account(Path(named))
    return application_default()


def configured(root: Path, *, auth: str, credentials: str | None) -> SignIn:
    """The sign-in that `[google]` in sheetsync.toml describes; paths are relative to the project's folder."""
    path = root / Path(credentials).expanduser() if credentials else None
    if auth == "oauth":
        if path is None:
            raise ConfigError('[google]: `auth = "oauth"` needs `credentials`', hint="name the OAuth client file")
        return sign_in(oauth_client=path, token_file=root / ".sheetsync" / "google-token.json")
    if auth == "adc":
        return application_default()
    if auth == "service-account" and path is None and KEY_VARIABLE not in os.environ:
        raise ConfigError(
            "[google]: a service account needs its key file", hint=f"set `credentials`, or {KEY_VARIABLE}"
        )
    return sign_in(path)


def local() -> SignIn:
    """A sign-in for a server on this machine: it opens nothing anywhere else."""
    from google.oauth2.credentials import Credentials

    factory: Any = Credentials
    return SignIn(factory("local"), "this machine", "local server", (), has_storage=True)


def service_account(path: Path) -> SignIn:
    """Signs in with the key file of a service account."""
    from google.oauth2.service_account import Credentials

    info = _secret(path)
    if info.get("type") != "service_account":
        raise ConfigError(
            f"this is not the key of a service account (its type is {str(info.get('type'))[:20]!r})",
            where=str(path),
            hint="console.cloud.google.com > IAM > Service accounts > Keys > Add key > JSON",
        )
    factory: Any = Credentials.from_service_account_info
    try:
        credentials = factory(info, scopes=[SHEETS_SCOPE])
    except (ValueError, KeyError, TypeError):
        # the library's words may quote the file
        raise ConfigError("the key file is damaged", where=str(path), hint="download it again") from None
    return SignIn(credentials, str(info.get("client_email")), "service account key", (SHEETS_SCOPE,), has_storage=False)


def application_default() -> SignIn:
    """Signs in with whatever the machine offers (Google's application default credentials)."""
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError

    find: Any = google.auth.default
    try:
        credentials, _ = find(scopes=[SHEETS_SCOPE])
    except (DefaultCredentialsError, GoogleAuthError, OSError, ValueError):
        raise WorkbookDenied(
            "there is no sign-in for Google",
            hint=f"set {KEY_VARIABLE} to the key file of a service account, or `credentials` in sheetsync.toml",
        ) from None
    address = getattr(credentials, "service_account_email", None)
    known = str(address) if address and address != "default" else "the application default account"
    return SignIn(credentials, known, "application default credentials", (SHEETS_SCOPE,), has_storage=not address)


def oauth(client_file: Path, token_file: Path) -> SignIn:
    """Signs in as a person: with the token kept from last time, else by asking in the browser."""
    from google.oauth2.credentials import Credentials

    load: Any = Credentials.from_authorized_user_info
    if token_file.exists():
        try:
            credentials = load(_secret(token_file), scopes=[FILE_SCOPE])
        except ValueError:
            raise ConfigError("the kept token is damaged", where=str(token_file), hint="delete it, sign in") from None
    else:
        credentials = _ask(client_file)
        keep(token_file, credentials.to_json())
    return SignIn(credentials, "your Google account", "OAuth", (FILE_SCOPE,), has_storage=True)


def _ask(client_file: Path) -> Any:
    """Google's consent page in the browser, answered on a port of this machine."""
    from google_auth_oauthlib.flow import InstalledAppFlow

    info = _secret(client_file)
    if "installed" not in info:
        raise ConfigError(
            "this is not an OAuth client for desktop apps",
            where=str(client_file),
            hint="console.cloud.google.com > APIs & Services > Credentials > Create > OAuth client ID > Desktop app",
        )
    flow: Any = InstalledAppFlow.from_client_config(info, scopes=[FILE_SCOPE])
    return flow.run_local_server(port=0, open_browser=True)


def keep(path: Path, text: str) -> None:
    """Writes a secret so that only its owner can read it: 0600 in a directory of 0700, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _kind(path: Path) -> str:
    try:
        return str(_secret(path).get("type", ""))
    except ConfigError:
        raise
    except OSError:
        return ""


def _secret(path: Path) -> dict[str, Any]:
    """A JSON file with secrets. Raises ConfigError when it is missing, no JSON object, or open to others."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError("there is no such key file", where=str(path), hint="check the path") from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError("the key file cannot be read", where=str(path)) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise ConfigError(
            f"others on this machine can read the key file (mode {stat.S_IMODE(mode):04o})",
            where=str(path),
            hint=f"chmod 600 {path}",
        )
    try:
        info = json.loads(text)
    except ValueError:
        info = None
    if not isinstance(info, dict):
        raise ConfigError("the key file is not JSON", where=str(path), hint="download it again")
    return info
