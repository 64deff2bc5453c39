"""Pictures of a workbook, tab by tab: LibreOffice makes a PDF, poppler the pages, the footer says which tab it is."""

from __future__ import annotations

import argparse
import html
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FOOTER, MARGIN = 42, 28
"""Points at the foot of a page that hold the footer; points of paper left around the text."""


def need(*programs: str) -> None:
    """Stops with a clear word when a program is missing."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        sys.exit(f"pictures: needs {', '.join(missing)} (Debian: apt install libreoffice-calc poppler-utils)")


def demo(language: str, folder: Path) -> Path:
    """The demo workbook in a language, of today: its stale light would be red on any other day."""
    command = [sys.executable, str(Path(__file__).with_name("demo.py"))]
    target = folder / f"demo-{language}"
    subprocess.run(
        [*command, "--language", language, "--dir", str(target)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return target / "plan" / "plan.xlsx"


def tabs_of(workbook: Path) -> list[tuple[str, str]]:
    """(title, key) of every tab of ours that is shown, in order: the key stands in the first cell of the key row."""
    with zipfile.ZipFile(workbook) as parts:
        book = parts.read("xl/workbook.xml").decode()
        strings = re.findall(r"<si>(.*?)</si>", parts.read("xl/sharedStrings.xml").decode(), re.DOTALL)
        keys = [re.sub(r"<[^>]+>", "", text) for text in strings]
        found = []
        for number, sheet in enumerate(re.findall(r"<sheet [^>]+>", book), 1):
            cell = re.search(
                r'<c r="A1"[^>]*t="s"[^>]*><v>(\d+)</v>', parts.read(f"xl/worksheets/sheet{number}.xml").decode()
            )
            title = re.search(r'name="([^"]+)"', sheet)
            if cell and title and 'state="hidden"' not in sheet:
                found.append((title[1].replace("&amp;", "&"), keys[int(cell[1])].removeprefix("sheetsync:")))
        return found


def pages_of(pdf: Path) -> list[tuple[str, float, float]]:
    """For each page its footer, and how far right and down its text reaches, in points."""
    text = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    found = []
    for page in re.findall(r"<page .*?</page>", text, re.DOTALL):
        height = float(re.search(r'height="([\d.]+)"', page)[1])  # type: ignore[index]
        words = [
            (float(x), float(y), html.unescape(word))
            for x, y, word in re.findall(r'xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page)
        ]
        foot = " ".join(word for _, y, word in words if y > height - FOOTER)
        body = [(x, y) for x, y, _ in words if y <= height - FOOTER]
        found.append((foot, max(x for x, _ in body) + MARGIN, max(y for _, y in body) + MARGIN))
    return found


def render(workbook: Path, name: str, out: Path, resolution: int) -> list[Path]:
    """One PNG a page, without the empty rest of it: `home-en.png`, `findings-en.png`, `findings-en-2.png`."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        office = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        subprocess.run(
            [*office, "--convert-to", "pdf", "--outdir", str(folder), str(workbook)], check=True, capture_output=True
        )
        pdf = folder / f"{workbook.stem}.pdf"
        made: list[Path] = []
        titles = tabs_of(workbook)
        for number, (foot, right, down) in enumerate(pages_of(pdf), 1):
            key = next((key for title, key in titles if re.search(rf"\s{re.escape(title)}\s+\d+ / \d+$", foot)), "page")
            pages = sum(each.stem.startswith(f"{key}-{name}") for each in made)
            target = out / (f"{key}-{name}-{pages + 1}" if pages else f"{key}-{name}")
            width, height = (str(round(points * resolution / 72)) for points in (right, down))
            crop = ["-x", "0", "-y", "0", "-W", width, "-H", height]
            page = ["-f", str(number), "-l", str(number), "-singlefile", "-r", str(resolution)]
            subprocess.run(["pdftoppm", "-png", *page, *crop, str(pdf), str(target)], check=True)
            made.append(target.with_suffix(".png"))
        return made


def main() -> None:
    """Makes the demo in each language (or takes a workbook) and renders it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/pictures"))
    parser.add_argument("--language", choices=["en", "zh"])
    parser.add_argument("--workbook", type=Path)
    parser.add_argument("--resolution", type=int, default=100)
    parser.add_argument("--tab", action="append", help="only these tabs, by key (home, goals ...); all of them without")
    told = parser.parse_args()
    need("soffice", "pdftoppm", "pdftotext")
    told.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        if told.workbook:
            books = [(told.workbook, told.workbook.stem)]
        else:
            books = [(demo(each, Path(place)), each) for each in ([told.language] if told.language else ["en", "zh"])]
        for workbook, name in books:
            for path in render(workbook, name, told.out, told.resolution):
                if told.tab and path.stem.split("-")[0] not in told.tab:
                    path.unlink()
                else:
                    print(path)


if __name__ == "__main__":
    main()
