"""The commands in the READMEs, run as they stand there, their output compared or written anew.

    python scripts/readme_blocks.py --update      writes the outputs of every ```console block anew

A block holds lines that begin with `$ ` (commands for bash) and what they print. A line `...` stands for any lines.
All blocks of a file run in one folder, in order, as a reader would run them.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
ANY = "..."
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One command of a block and the output that stands beneath it."""

    command: str
    expected: tuple[str, ...]


def blocks(text: str) -> list[list[Step]]:
    """Every console block of a README, as steps."""
    return [steps(found) for found in _BLOCK.findall(text)]


def steps(block: str) -> list[Step]:
    """The commands of one block, each with its expected output."""
    found: list[Step] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], ()))
        elif found:
            found[-1] = Step(found[-1].command, (*found[-1].expected, line))
    return found


def run(command: str, folder: Path) -> tuple[int, list[str]]:
    """Runs a command in a folder, with the project's own environment first on the path."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        ["bash", "-c", command.replace("python scripts/", f"{sys.executable} {ROOT}/scripts/")],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def matches(expected: tuple[str, ...], printed: list[str]) -> bool:
    """Whether the output is what stands there; a line `...` stands for any number of lines."""
    pattern = "".join("(?:.*\n)*?" if line == ANY else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def updated(text: str, folder: Path) -> str:
    """The README with every output written anew; `...` is kept where it stood, with the line before and after it."""

    def again(found: re.Match[str]) -> str:
        lines = []
        for step in steps(found[1]):
            _, printed = run(step.command, folder)
            lines += [f"$ {step.command}", *_shortened(step, printed)]
        return "```console\n" + "\n".join(lines) + "\n```"

    return _BLOCK.sub(again, text)


def _shortened(step: Step, printed: list[str]) -> list[str]:
    if matches(step.expected, printed) or ANY not in step.expected:
        return list(step.expected) if matches(step.expected, printed) else printed
    at = step.expected.index(ANY)
    tail = len(step.expected) - at - 1
    return [*printed[:at], ANY, *(printed[-tail:] if tail else [])]


def main(argv: list[str] | None = None) -> None:
    """Writes the outputs anew with --update; without it, prints what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    told = parser.parse_args(argv)
    for name in READMES:
        path = ROOT / name
        if not path.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            fresh = updated(path.read_text(encoding="utf-8"), Path(folder))
        if told.update:
            path.write_text(fresh, encoding="utf-8")
        print(f"{name}: {'same' if fresh == path.read_text(encoding='utf-8') else 'differs'}")


if __name__ == "__main__":
    main()
