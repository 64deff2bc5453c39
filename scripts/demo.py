"""The demo behind `scripts/demo`: a made-up seller's month, from report files to a living Excel plan."""

from __future__ import annotations

import argparse
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import make_samples

from sheetsync.cli.main import cli


def demo_day(real: date) -> date:
    """The day the demo plays on: today, or the last day of the month before while a month is only just begun."""
    return real if real.day >= 5 else real.replace(day=1) - timedelta(days=1)


def run(*args: str) -> None:
    """Shows a command of sheetsync and runs it."""
    print(f"\n$ sheetsync {' '.join(args)}", flush=True)
    cli.main(args=list(args), prog_name="sheetsync", standalone_mode=False)


def main(argv: list[str] | None = None) -> None:
    """Makes the samples, the project and the workbook; says where it is and what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=["en", "zh"], default="en")
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--today", type=date.fromisoformat)
    told = parser.parse_args(argv)
    today = told.today or demo_day(date.today())
    folder: Path = told.dir
    if folder.exists():
        if not (folder / ".demo").exists():
            sys.exit(f"demo: {folder} is already there and is not a demo; name another with --dir")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / ".demo").touch()

    print(f"Making sample reports of a made-up seller up to {today - timedelta(days=1)} ...", flush=True)
    samples = folder / "samples"
    make_samples.main(["--out", str(samples), "--today", today.isoformat()])
    project = folder / "plan"
    places = [flag for code in ("US", "DE", "JP") for flag in ("--marketplace", code)]
    run("init", str(project), "--month", f"{today:%Y-%m}", "--language", told.language, *places)
    for place in ("US", "DE", "JP"):
        shutil.copytree(samples / place, project / "inbox" / place, dirs_exist_ok=True)
    with (project / "sheetsync.toml").open("a", encoding="utf-8") as config:
        config.write(
            "\n" + (samples / ("plan.zh.toml" if told.language == "zh" else "plan.toml")).read_text(encoding="utf-8")
        )
    run("refresh", "-C", str(project), "--today", today.isoformat())
    run("status", "-C", str(project), "--today", today.isoformat())
    print(f"\nThe workbook: {project / 'plan.xlsx'}")
    print("Open it, change a status or type an owner, save, close, and run:")
    print(f"  .venv/bin/sheetsync refresh -C {project}")


if __name__ == "__main__":
    main()
