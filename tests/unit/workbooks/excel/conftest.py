"""Workbooks for the editor's tests: the golden set, and hand-made sheets around a few rows."""

from __future__ import annotations

import importlib.util
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
GOLDEN = ROOT / "tests" / "golden" / "excel"


def _maker():
    spec = importlib.util.spec_from_file_location("make_excel_fixtures", ROOT / "scripts" / "make_excel_fixtures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def maker():
    """The script that makes the golden set."""
    return _maker()


@pytest.fixture
def golden(tmp_path):
    """A private copy of a golden workbook."""

    def copy(name: str) -> Path:
        target = tmp_path / name
        shutil.copy(GOLDEN / name, target)
        return target

    return copy


@pytest.fixture
def sheet_book(tmp_path, maker):
    """A workbook with one sheet `Data` around `rows`, with what stands before and after them."""

    def make(rows: str, *, name: str = "book.xlsx", after: str = "", before: str = "", **options) -> Path:
        path = tmp_path / name
        maker.pack(path, maker.simple(maker.sheet(rows, after, before), **options))
        return path

    return make


@pytest.fixture
def packed():
    """The compressed bytes of every entry, read by nobody's code but this: name -> bytes."""

    def entries(path: Path) -> dict[str, bytes]:
        data = path.read_bytes()
        found = {}
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
                begin = info.header_offset + 30 + name + extra
                found[info.filename] = data[begin : begin + info.compress_size]
        return found

    return entries


@pytest.fixture
def part_text():
    """One part of a workbook as text."""

    def read(path: Path, name: str) -> str:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name).decode("utf-8-sig")

    return read
