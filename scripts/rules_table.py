"""Prints every rule as a row of a Markdown table: code, name, what it finds, where its thresholds come from, its cases.

python scripts/rules_table.py
"""

from __future__ import annotations

import re
from pathlib import Path

from sheetsync.core.rules.base import Rule
from sheetsync.core.rules.registry import RULES

CASES = Path(__file__).resolve().parents[1] / "tests" / "cases" / "rules"


def main() -> None:
    """Prints the table."""
    print("| code | rule | finds | thresholds and their source | cases |")
    print("|---|---|---|---|---|")
    for rule in RULES:
        print(row(rule))


def row(rule: Rule) -> str:
    """One rule."""
    finds = " ".join(rule.doc.strip().split("\n\n")[0].split())
    settings = "<br>".join(f"`{each.key}` {each.green}{_then(each.red)}: {each.source}" for each in rule.standards)
    names = re.findall(r"^  - name: (.+)$", (CASES / f"{rule.name}.yml").read_text(encoding="utf-8"), re.MULTILINE)
    return f"| {rule.code} | `{rule.name}` | {finds} | {settings or '–'} | {len(names)} |"


def _then(red: object) -> str:
    return "" if red is None else f" / {red}"


if __name__ == "__main__":
    main()
