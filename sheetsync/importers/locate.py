"""Finds the tables in a file and the report that claims each: text, workbook or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sheetsync.importers import account_health, encodings, json_table, workbook_table
from sheetsync.importers.archive import Opened
from sheetsync.importers.book import Book, standard_book
from sheetsync.importers.identify import HEADER_WITHIN, Claim, claim, claims, only, product_of, unknown
from sheetsync.importers.naming import heading, without_currency
from sheetsync.importers.positional import claims_by_position
from sheetsync.importers.tables import Found, Table
from sheetsync.importers.text_table import DELIMITERS, Dialect, TextTable, first_rows, read_rows


@dataclass(frozen=True, slots=True)
class Located:
    """A table that one report claims.

    `percent` names the ratio fields whose plain numbers are hundredths. `ascii_only` says of a text file that nothing
    is beyond ASCII.
    """

    found: Found
    claim: Claim
    encoding: str
    percent: frozenset[str]
    ascii_only: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person said beforehand about a file: its encoding, marketplace and report."""

    encoding: str | None = None
    marketplace: str | None = None
    report: str | None = None


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(text for shape in standard_book().shapes.values() for text in shape.headings)


def known_headings(text: str) -> int:
    """Count known headings in the first lines of a text, whatever parts them; lines that hold fewer do not add up."""
    best = 0
    for line in text.splitlines()[:HEADER_WITHIN]:
        for delimiter in DELIMITERS:
            cells = next(Dialect(delimiter).reader(iter([line])), [])
            normal = {without_currency(heading(cell))[0] for cell in cells}
            best = max(best, len(normal & _all_headings()))
    return best


def text_encoding(opened: Opened, seen: encodings.Scan, wanted: Wanted) -> str:
    """Return the encoding of a text file; MalformedReport when none fits."""
    return encodings.detect(opened.path, seen, known_headings, declared=wanted.encoding, marketplace=wanted.marketplace)


def in_text(book: Book, opened: Opened, seen: encodings.Scan, encoding: str, wanted: Wanted) -> Located:
    """Find the table of a text file. Raises UnknownReport or AmbiguousReport."""
    product = product_of(book, [opened.name])
    rows: list[list[str]] = []
    for dialect in _dialects():
        numbered = first_rows(opened.path, encoding, dialect, HEADER_WITHIN)
        for index, (_, cells) in enumerate(numbered):
            found = _claims(book, cells, wanted, product=product)
            if found:
                chosen = only(found, where=opened.name)
                settled = _settled(dialect, chosen, opened.path, encoding, seen)
                return _located(opened.path, encoding, settled, seen, chosen, numbered[: index + 1])
        rows += [cells for _, cells in numbered if len(cells) > 1]
    for dialect in _dialects():
        numbered = first_rows(opened.path, encoding, dialect, HEADER_WITHIN)
        if numbered and (found := claims_by_position(book, [cells for _, cells in numbered], wanted.report)):
            chosen = only(found, where=opened.name)
            return _located(opened.path, encoding, dialect, seen, chosen, numbered[:1])
    raise unknown(book, rows or [["(text without columns)"]], where=opened.name)


def _located(
    path: Path,
    encoding: str,
    dialect: Dialect,
    seen: encodings.Scan,
    chosen: Claim,
    above: Sequence[tuple[int, list[str]]],
) -> Located:
    """Return the table under the last of the rows `above`, with their numbers: the headings; the rest is preamble."""
    table = _text_table(path, encoding, dialect, above[-1][0])
    preamble = [cells for _, cells in above[:-1]]
    percent = frozenset(each.name for each in chosen.shape.spec.fields if each.percent_units)
    return Located(Found(table, preamble), chosen, encoding, percent, ascii_only=not seen.non_ascii)


def _dialects() -> list[Dialect]:
    return [Dialect("\t", quoted=False), Dialect(","), Dialect(";"), Dialect("\t"), Dialect("|")]


def _claims(
    book: Book, cells: Sequence[str], wanted: Wanted, *, product: str | None, sheet: str | None = None
) -> list[Claim]:
    if sum(1 for cell in cells if cell.strip()) < 2:
        return []
    if wanted.report is None:
        return claims(book, cells, product=product, sheet=sheet)
    made = claim(book.shapes[wanted.report], cells)
    return [made] if made is not None else []


def _settled(dialect: Dialect, chosen: Claim, path: Path, encoding: str, seen: encodings.Scan) -> Dialect:
    """Settle quoting: the ledger is TAB with quotes, and a backslash before a quotation mark may escape it."""
    if dialect.delimiter == "\t" and chosen.shape.tab_quoted:
        return Dialect("\t")
    if not dialect.quoted or not seen.escaped_quotes:
        return dialect
    escaped = Dialect(dialect.delimiter, escaped=True)
    return escaped if _misfits(path, encoding, escaped) <= _misfits(path, encoding, dialect) else dialect


def _misfits(path: Path, encoding: str, dialect: Dialect) -> int:
    """Count the rows that are not as wide as the widest row of the first ones."""
    width, bad = 0, 0
    for number, (_, cells) in enumerate(read_rows(path, encoding, dialect)):
        width = max(width, len(cells)) if number < HEADER_WITHIN else width
        bad += len(cells) != width
    return bad


def _text_table(path: Path, encoding: str, dialect: Dialect, number: int) -> TextTable:
    headings = next(cells for at, cells in read_rows(path, encoding, dialect) if at == number)
    return TextTable(path, encoding, dialect, tuple(headings), number)


def in_workbook(book: Book, opened: Opened, folder: Path, wanted: Wanted) -> list[Located]:
    """Find the tables of a workbook: those of all visible worksheets that a report claims."""
    if _is_zip(opened.path):
        workbook_table.check_zip(opened.path)
    out = folder / "cells.jsonl"
    seen: list[list[str]] = []
    located: list[Located] = []
    for sheet in workbook_table.unpack(opened.path, out):
        if not sheet.visible:
            continue
        product = product_of(book, [sheet.name, opened.name])
        numbered = workbook_table.first_sheet_rows(out, sheet, HEADER_WITHIN)
        seen += [cells for _, cells in numbered]
        for index, (number, cells) in enumerate(numbered):
            found = _claims(book, cells, wanted, product=product, sheet=sheet.name)
            if found:
                chosen = only(found, where=f"{opened.name}, worksheet {sheet.name}")
                table = workbook_table.SheetTable(out, sheet, tuple(cells), number)
                preamble = [each for _, each in numbered[:index]]
                percent = frozenset(each.name for each in chosen.shape.spec.fields if each.percent_units)
                located.append(Located(Found(table, preamble, sheet.name), chosen, _format(opened.path), percent))
                break
    if not located:
        raise unknown(book, seen, where=opened.name)
    return located


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"PK"


def _format(path: Path) -> str:
    """Name the format of a workbook, as the `encoding` of what it holds."""
    if not _is_zip(path):
        return "xls"
    head = path.read_bytes()[:200]
    return "ods" if b"opendocument.spreadsheet" in head else "xlsx"


def in_json(book: Book, opened: Opened, wanted: Wanted) -> list[Located]:
    """Find the tables of a JSON document: the document itself, or arrays at the places that reports name."""
    prefixes = ["", *dict.fromkeys(place for shape in book.shapes.values() for place in shape.json_at)]
    located: list[Located] = []
    seen: list[Sequence[str]] = []
    for prefix in prefixes:
        table = _json_table(opened.path, prefix)
        if table is None:
            continue
        seen.append(table.headings)
        shapes = [
            shape
            for name, shape in book.shapes.items()
            if (prefix in shape.json_at or (not prefix and not shape.json_at)) and wanted.report in {None, name}
        ]
        made = [each for shape in shapes if (each := claim(shape, table.headings)) is not None]
        product = product_of(book, [opened.name])
        if len(made) > 1 and product is not None:
            made = [each for each in made if each.shape.product == product] or made
        if made:
            chosen = only(made, where=opened.name)
            located.append(
                Located(Found(table, facts=facts_of(opened.path, prefix)), chosen, "utf-8", chosen.shape.json_percent)
            )
    if not located:
        raise unknown(book, seen or [["(a JSON document without records that are known)"]], where=opened.name)
    return located


def _json_table(path: Path, prefix: str) -> Table | None:
    """Return the table at a place of a document; account health is put into rows first."""
    return (account_health.table_at(path) if prefix == account_health.PLACE else None) or json_table.table_at(
        path, prefix
    )


_STEPS = {"DAY": "day", "WEEK": "week", "MONTH": "month"}


def facts_of(path: Path, prefix: str) -> dict[str, str]:
    """Return what a document of the Selling Partner API says about itself: start, end, step, marketplace, currency."""
    about = json_table.one_object(path, "reportSpecification")
    options = about.get("reportOptions") or {}
    places = about.get("marketplaceIds") or []
    first = next(iter(json_table.records(path, prefix)), {})
    facts = {
        "start": about.get("dataStartTime"),
        "end": about.get("dataEndTime"),
        "step": _STEPS.get(options.get("dateGranularity") or options.get("reportPeriod") or ""),
        "marketplace": places[0] if len(places) == 1 else None,
        "currency": json_table.flattened(first).get("currencyCode"),
    }
    return {name: str(value) for name, value in facts.items() if value}
