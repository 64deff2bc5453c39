"""The demo month, end to end: every planted trouble is found, nothing else is, and a second refresh changes no byte.

Precision: of the findings raised, how many were planted. Recall: of the planted troubles, how many were found. Both are
printed (`pytest -s`), and both must be 1.
"""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


def demo(folder, today, language="en"):
    """What `scripts/demo` does, without the printing: samples, a project, its first refresh."""
    from sheetsync.cli.main import cli

    sys.path.insert(0, str(SCRIPTS))
    try:
        importlib.import_module("make_samples").main(["--out", str(folder / "samples"), "--today", str(today)])
    finally:
        sys.path.remove(str(SCRIPTS))
    project = folder / "plan"
    places = [flag for code in ("US", "DE", "JP") for flag in ("--marketplace", code)]
    run = ["init", str(project), "--month", f"{today:%Y-%m}", "--language", language, *places]
    cli.main(args=run, prog_name="sheetsync", standalone_mode=False)
    for place in ("US", "DE", "JP"):
        shutil.copytree(folder / "samples" / place, project / "inbox" / place, dirs_exist_ok=True)
    plan = "plan.zh.toml" if language == "zh" else "plan.toml"
    with (project / "sheetsync.toml").open("a", encoding="utf-8") as config:
        config.write("\n" + (folder / "samples" / plan).read_text("utf-8"))
    refresh(project, today)
    return project


def refresh(project, today):
    from sheetsync.cli.main import cli

    cli.main(args=["refresh", "-C", str(project), "--today", str(today)], prog_name="sheetsync", standalone_mode=False)


def tab(project, key):
    """The rows of a tab of the workbook, by column key."""
    book = load_workbook(project / "plan.xlsx")
    page = next(page for page in book if page["A1"].value == f"sheetsync:{key}")
    keys = [cell.value for cell in page[1]]
    rows = (dict(zip(keys, row, strict=True)) for row in page.iter_rows(min_row=3, values_only=True))
    return [row for row in rows if row[keys[0]]]


def matches(finding, planted):
    """Whether a finding is about a planted trouble: its rule, and what its subject must hold."""
    about = f"{finding['subject']} {finding['name']} {finding['title']}"
    return finding["code"] == planted["rule"] and planted["holds"] in about


def told(finding):
    return f"{finding['light']} {finding['code']} {finding['title']}"


@pytest.mark.parametrize(
    ("today", "language"),
    [
        (date(2026, 11, 22), "en"),
        pytest.param(date(2026, 11, 3), "zh", marks=pytest.mark.nightly),
        pytest.param(date(2026, 9, 9), "en", marks=pytest.mark.nightly),
        pytest.param(date(2027, 1, 31), "zh", marks=pytest.mark.nightly),
        pytest.param(date(2028, 2, 29), "en", marks=pytest.mark.nightly),
    ],
    ids=str,
)
def test_each_planted_trouble_is_found_and_nothing_else(tmp_path, today, language, capsys):
    project = demo(tmp_path, today, language)
    planted = json.loads((tmp_path / "samples" / "planted.json").read_text("utf-8"))
    found = tab(project, "findings")
    missed = [item for item in planted if not any(matches(finding, item) for finding in found)]
    extra = [finding for finding in found if not any(matches(finding, item) for item in planted)]
    with capsys.disabled():
        recall = (len(planted) - len(missed)) / len(planted)
        precision = (len(found) - len(extra)) / max(len(found), 1)
        print(f"\ndemo month {today}: {len(planted)} planted, {len(found)} found, {precision=:.2f} {recall=:.2f}")
    assert [item["what"] for item in missed] == []
    assert [told(finding) for finding in extra] == []
    before = (project / "plan.xlsx").read_bytes()
    refresh(project, today)
    assert (project / "plan.xlsx").read_bytes() == before
