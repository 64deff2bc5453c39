"""Signing in: which way is taken, what is refused, and that nothing of a key is ever said or left readable."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sheetsync.errors import ConfigError, SheetsyncError, WorkbookDenied
from sheetsync.workbooks.google import auth

CANARY = "canary-9f3e"


@pytest.fixture(scope="module")
def pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def secret(folder: Path, content: Any, mode: int = 0o600) -> Path:
    path = folder / "key.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    path.chmod(mode)
    return path


def key(pem: str, **changes: Any) -> dict[str, Any]:
    return {
        "type": "service_account",
        "client_email": "bot@project.iam.gserviceaccount.com",
        "private_key": pem,
        "token_uri": "https://oauth2.googleapis.com/token",
    } | changes


def said(error: SheetsyncError) -> str:
    return f"{error} {error.hint} {error.where} {error.__cause__!r} {error.__context__ and error.__suppress_context__}"


class TestServiceAccount:
    def test_it_signs_in_with_the_least_scope(self, tmp_path: Path, pem: str) -> None:
        signed = auth.sign_in(secret(tmp_path, key(pem)))
        assert signed.identity == "bot@project.iam.gserviceaccount.com"
        assert signed.credentials.scopes == [auth.SHEETS_SCOPE]
        assert not signed.has_storage
        assert pem[40:80] not in json.dumps(signed.who())

    def test_the_environment_names_the_key(self, tmp_path: Path, pem: str) -> None:
        path = secret(tmp_path, key(pem))
        assert auth.sign_in(environment={auth.KEY_VARIABLE: str(path)}).kind == "service account key"

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
    def test_a_key_that_others_can_read_is_refused(self, tmp_path: Path, pem: str, mode: int) -> None:
        with pytest.raises(ConfigError) as caught:
            auth.sign_in(secret(tmp_path, key(pem), mode))
        assert f"{mode:04o}" in str(caught.value)
        assert "chmod 600" in (caught.value.hint or "")

    @pytest.mark.parametrize(
        "content",
        [
            f"{{not json {CANARY}",
            f'["{CANARY}"]',
            {"type": "authorized_user", "refresh_token": CANARY},
            {"installed": {"client_secret": CANARY}},
            key(f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----"),
            {"type": "service_account", "private_key": CANARY},
        ],
    )
    def test_a_wrong_key_is_refused_and_says_nothing_of_itself(self, tmp_path: Path, content: Any) -> None:
        with pytest.raises(ConfigError) as caught:
            auth.sign_in(secret(tmp_path, content))
        assert CANARY not in said(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    def test_a_missing_key_is_told_by_its_path(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            auth.sign_in(tmp_path / "none.json")
        assert caught.value.where == str(tmp_path / "none.json")


class TestOthers:
    def test_without_any_sign_in_the_way_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
        monkeypatch.setenv("NO_GCE_CHECK", "true")
        monkeypatch.delenv(auth.KEY_VARIABLE, raising=False)
        with pytest.raises(WorkbookDenied) as caught:
            auth.sign_in(environment={})
        assert auth.KEY_VARIABLE in (caught.value.hint or "")

    def test_a_kept_token_is_used_and_may_not_be_open(self, tmp_path: Path) -> None:
        token = {"client_id": "i", "client_secret": "s", "refresh_token": CANARY, "type": "authorized_user"}
        path = secret(tmp_path, token)
        signed = auth.sign_in(oauth_client=tmp_path / "client.json", token_file=path)
        assert (signed.kind, signed.scopes, signed.has_storage) == ("OAuth", (auth.FILE_SCOPE,), True)
        assert CANARY not in json.dumps(signed.who())
        path.chmod(0o644)
        with pytest.raises(ConfigError):
            auth.sign_in(oauth_client=tmp_path / "client.json", token_file=path)

    def test_a_wrong_client_file_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            auth.oauth(secret(tmp_path, {"web": {"client_secret": CANARY}}), tmp_path / "token.json")
        assert "Desktop app" in (caught.value.hint or "")
        assert CANARY not in said(caught.value)

    @pytest.mark.parametrize("way", ["oauth", "service-account"])
    def test_the_configuration_names_what_is_missing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        monkeypatch.delenv(auth.KEY_VARIABLE, raising=False)
        with pytest.raises(ConfigError) as caught:
            auth.configured(tmp_path, auth=way, credentials=None)
        assert "credentials" in str(caught.value) + str(caught.value.hint)


class TestKeeping:
    def test_a_secret_is_kept_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "token.json"
        before = os.umask(0)
        try:
            auth.keep(path, CANARY)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert [entry.name for entry in path.parent.iterdir()] == ["token.json"]
        auth.keep(path, "again")
        assert path.read_text(encoding="utf-8") == "again"

    def test_a_failed_write_leaves_the_old_token(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "token.json"
        auth.keep(path, "old")
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            auth.keep(path, "new")
        assert path.read_text(encoding="utf-8") == "old"
        assert len(list(tmp_path.iterdir())) == 1
