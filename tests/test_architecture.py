"""The house stays tidy: sizes, docstrings, no loose ends. import-linter keeps the floors."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "sheetsync").rglob("*.py"))
MODULES = [path for path in SOURCES if path.name != "__init__.py"]

HARD_LINES = 400
HARD_FUNCTION = 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_is_small_and_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= HARD_LINES, "a file with one subject; a second subject wants a second file"
    assert ast.get_docstring(ast.parse(text)), "every module says what it is for"
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_are_short(path: Path) -> None:
    long = {node.name: length(node) for node in functions(path) if length(node) > HARD_FUNCTION}
    assert not long


def test_the_median_stays_low() -> None:
    files = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    sizes = [length(node) for path in MODULES for node in functions(path)]
    assert statistics.median(files) <= 211
    assert statistics.median(sizes) <= 12


def test_inner_faces_are_empty() -> None:
    filled = [p for p in SOURCES if p.name == "__init__.py" and p.parent.name != "sheetsync" and p.read_text().strip()]
    assert not filled


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        str(path.relative_to(ROOT))
        for folder in ("sheetsync", "scripts", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in (".py", ".toml", ".sql", "") and marks.search(path.read_text("utf-8"))
    ]
    assert not found


def test_no_secret_and_no_address_of_a_registry_is_kept() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert re.search(r"^[a-z]", text, re.MULTILINE)


def test_core_takes_its_clock_as_an_argument() -> None:
    clock = re.compile(r"\b(date\.today|datetime\.now|time\.time|random\.)\b")
    assert not [p.name for p in (ROOT / "sheetsync" / "core").rglob("*.py") if clock.search(p.read_text("utf-8"))]
