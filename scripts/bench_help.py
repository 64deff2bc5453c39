"""How long `sheetsync --help` takes beside a bare click program, in alternating cold processes."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

BARE = "import click\n@click.group()\ndef cli():\n    pass\ncli(['--help'])"


def seconds(command: list[str]) -> float:
    """Wall seconds of one cold process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main(argv: list[str] | None = None) -> None:
    """Prints both medians and their ratio; the aim is a ratio under 2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=15, help="rounds")
    rounds = parser.parse_args(argv).n
    ours, bare = [sys.executable, "-m", "sheetsync", "--help"], [sys.executable, "-c", BARE]
    pairs = [(seconds(ours), seconds(bare)) for _ in range(rounds + 1)][1:]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"sheetsync --help {mine * 1000:.0f} ms, bare click {theirs * 1000:.0f} ms, ratio {ratio:.2f} ({rounds} rounds)"
    )


if __name__ == "__main__":
    main()
