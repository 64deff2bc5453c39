"""The table of rules: a row for each, with its cases counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sheetsync.core.rules.registry import RULES

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "rules_table.py"


def test_every_rule_has_a_row_with_two_cases_or_more():
    run = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, encoding="utf-8", check=True)
    rows = [line.strip("|").split(" | ") for line in run.stdout.splitlines()[2:]]
    assert [row[0].strip() for row in rows] == [rule.code for rule in RULES]
    assert all(int(row[-1].strip(" |")) >= 2 for row in rows)
    acos = next(row for row in rows if row[0].strip() == "SS301")
    assert "`acos.target` 0.22 / 0.275" in acos[3]
