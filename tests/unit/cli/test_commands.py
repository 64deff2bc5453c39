"""Every command: its help has an example, and its messages say what, where and what to do next."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sheetsync.cli.main import COMMANDS, cli, main


def run(*args: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """A command in this process: (exit code, stdout, stderr)."""
    with pytest.raises(SystemExit) as stopped:
        main(list(args))
    told = capsys.readouterr()
    return int(stopped.value.code or 0), told.out, told.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(name, "--help", capsys=capsys)
    assert code == 0
    assert "Example:" in out
    assert f"sheetsync {name}" in out


def test_the_list_of_commands_is_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--help", capsys=capsys)
    assert code == 0
    assert all(name in out for name in COMMANDS)
    modules = {
        path.stem.removesuffix("_command")
        for path in Path(sys.modules["sheetsync.cli.main"].__file__).parent.glob("*_command.py")
    }
    assert modules == set(COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    code = """
import sys
from sheetsync.cli.main import main
try:
    main(["--help"])
except SystemExit:
    pass
print(sorted(name for name in sys.modules if "." not in name), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in (
        "pandas",
        "numpy",
        "duckdb",
        "gspread",
        "google",
        "xlsxwriter",
        "rich",
        "requests",
        "pydantic",
        "babel",
    ):
        assert f"'{heavy}'" not in done.stderr


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run("refrsh", capsys=capsys)
    assert code == 2
    assert "refrsh" in err


def test_init_makes_a_project_and_never_overwrites_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "plan"
    code, out, _ = run(
        "init", str(folder), "--marketplace", "us", "--marketplace", "DE", "--month", "2026-11", capsys=capsys
    )
    assert code == 0
    assert "sheetsync refresh -C" in out
    assert (folder / "inbox" / "US").is_dir()
    text = (folder / "sheetsync.toml").read_text()
    code, _, err = run("init", str(folder), capsys=capsys)
    assert code == 2
    assert "already there" in err
    assert (folder / "sheetsync.toml").read_text() == text


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--month", "2026-13"), "2026-13"),
        (("--marketplace", "XX"), "'XX'"),
        (("--template", "nope"), "nope"),
        (("--excel", "a.xlsx", "--google", "https://x"), "exclude"),
    ],
)
def test_init_refuses_what_cannot_be(
    args: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run("init", str(tmp_path / "plan"), *args, capsys=capsys)
    assert code == 2
    assert told in err
    assert not (tmp_path / "plan" / "sheetsync.toml").exists()


def test_init_ejects_the_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "plan"
    run("init", str(folder), "--month", "2026-11", capsys=capsys)
    code, _, _ = run("init", str(folder), "--eject", capsys=capsys)
    assert code == 0
    assert (folder / "template" / "tabs.toml").is_file()
    code, _, err = run("init", str(folder), "--eject", capsys=capsys)
    assert code == 2
    assert "already there" in err


@pytest.mark.parametrize("name", ["refresh", "status", "history", "undo", "doctor", "standup", "rollover", "restore"])
def test_outside_a_project_the_way_in_is_named(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(name, "-C", str(tmp_path), capsys=capsys)
    assert code == 2
    assert "sheetsync init" in err
    assert not list(tmp_path.iterdir())


def test_every_config_problem_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sheetsync.toml").write_text('[plan]\nid = "a"\ncolour = 1\n[workbook]\n')
    code, _, err = run("refresh", "-C", str(tmp_path), capsys=capsys)
    assert code == 2
    for part in ("colour", "month: is missing", "marketplaces: is missing", "exactly one of"):
        assert part in err


def test_dry_run_works_outside_a_project_and_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "day.csv").write_bytes(
        "\ufeffDate,Ordered Product Sales,Units Ordered,Total Order Items\n"
        '11/13/2026,"$1,234.56","1,002",7\n11/14/2026,$0.44,1,1\n'.encode()
    )
    (tmp_path / "odd.csv").write_text("what,is,this\n1,2,3\n")
    code, out, _ = run("import", "--dry-run", "--json", "day.csv", "odd.csv", "missing.csv", capsys=capsys)
    assert code == 3
    day, odd, missing = json.loads(out)
    assert day["report"] == "business_by_date"
    assert day["totals"]["sales"] == 1235.0
    assert day["totals"]["units"] == 1003
    assert day["period"] == {"start": "2026-11-13", "end": "2026-11-14"}
    assert day["needs"] == ["marketplace"]
    assert odd["report"] is None
    assert odd["problems"]
    assert missing["report"] is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day.csv", "odd.csv"]


@pytest.mark.parametrize("kind", ["cron", "systemd", "launchd", "windows", "github-actions"])
def test_schedule_prints_a_unit(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("init", str(tmp_path / "plan"), "--month", "2026-11", capsys=capsys)
    code, out, _ = run("schedule", kind, "-C", str(tmp_path / "plan"), "--every", "30m", capsys=capsys)
    assert code == 0
    assert "refresh" in out


def test_a_wrong_duration_is_told_with_an_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run("schedule", "cron", "-C", str(tmp_path), "--every", "soon", capsys=capsys)
    assert code == 2
    assert "15m" in err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    if shell == "bash" and shutil.which("bash") is None:
        pytest.skip("no bash here")
    code, out, _ = run("completion", shell, capsys=capsys)
    assert code == 0
    assert "_SHEETSYNC_COMPLETE" in out


def test_rules_list_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("rules", capsys=capsys)
    assert code == 0
    assert "acos_over_target" in out
    code, out, _ = run("rules", "acos_over_target", capsys=capsys)
    assert code == 0
    assert "source:" in out
    code, _, err = run("rules", "SS999", capsys=capsys)
    assert code == 2
    assert "sheetsync rules" in err


def test_the_group_is_a_click_group() -> None:
    assert cli.name == "cli"
