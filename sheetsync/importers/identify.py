"""Which report a row of headings belongs to: exact headings only, two claims are an error that names both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetsync.errors import AmbiguousReport, UnknownReport
from sheetsync.importers.book import Book, Shape
from sheetsync.importers.money import currency_of_mark
from sheetsync.importers.naming import heading, without_currency

HEADER_WITHIN = 40
"""Rows of preamble that are searched for the headings: the longest seen has 13."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A report that claims a row of headings.

    `columns` maps the position of a column to its field; `twice` holds positions whose field another column has too;
    `currencies` are those that headings name ("" for a bare `$`); `language` is that of most headings, "unknown" where
    the columns were known `by_position` only.
    """

    shape: Shape
    columns: Mapping[int, str]
    twice: Mapping[int, str]
    window: int | None
    currencies: frozenset[str]
    language: str
    unmapped: tuple[str, ...]
    by_position: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields that the headings hold."""
        return frozenset(self.columns.values())


def claim(shape: Shape, headings: Sequence[str]) -> Claim | None:
    """Return the claim of one report on a row of headings, or None."""
    columns: dict[int, str] = {}
    twice: dict[int, str] = {}
    unmapped: list[str] = []
    windows: dict[str, int] = {}
    currencies, languages = set(), []
    for position, text in enumerate(headings):
        normal = heading(text)
        meaning = shape.headings.get(normal)
        if meaning is None:
            bare, mark = without_currency(normal)
            meaning = shape.headings.get(bare)
            if meaning is not None and mark is not None:
                currencies.add(currency_of_mark(mark) or "")
        if meaning is None:
            unmapped += [text.strip()] if normal else []
        elif meaning.field in shape.without:
            return None
        elif meaning.field in columns.values():
            twice[position] = meaning.field
        else:
            columns[position] = meaning.field
            languages.append(meaning.language)
            if meaning.window is not None:
                windows[meaning.field] = meaning.window
    window = windows.get("sales") or next(iter(windows.values()), None)
    if not _satisfied(shape, frozenset(columns.values()), window):
        return None
    language = max(sorted(set(languages)), key=languages.count)
    return Claim(shape, columns, twice, window, frozenset(currencies), language, tuple(unmapped))


def _satisfied(shape: Shape, fields: frozenset[str], window: int | None) -> bool:
    if not fields.issuperset(shape.required) or not fields:
        return False
    if shape.one_of and not any(fields.issuperset(group) for group in shape.one_of):
        return False
    if shape.any_of and not fields & shape.any_of:
        return shape.twin_window is not None and shape.twin_window == window
    return True


def claims(book: Book, headings: Sequence[str], *, product: str | None = None, sheet: str | None = None) -> list[Claim]:
    """Return every claim on a row of headings.

    `product` (SP, SB, SD), told by the name of a worksheet or file, settles between reports of the advertising
    console whose headings are the same; so does the exact name of a worksheet of a bulk sheet.
    """
    found = [made for shape in book.shapes.values() if (made := claim(shape, headings)) is not None]
    named = [each for each in found if sheet is not None and sheet in each.shape.sheets]
    found = named or found
    if product is not None and len(found) > 1:
        return [each for each in found if each.shape.product in {None, product}] or found
    return found


def product_of(book: Book, names: Sequence[str]) -> str | None:
    """Tell the advertising product from the names of a worksheet and a file, whole words only."""
    for name in names:
        text = f" {heading(name.replace('_', ' '))} "
        for product, words in book.products.items():
            if any(f" {word} " in text or (not word.isascii() and word in text) for word in words):
                return product
    return None


def only(found: Sequence[Claim], *, where: str) -> Claim:
    """Return the single claim; AmbiguousReport names all of them when there are more."""
    if len(found) > 1:
        names = " and ".join(sorted(each.shape.spec.name for each in found))
        raise AmbiguousReport(
            f"The headings of this file belong to {names} alike.",
            where=where,
            hint="Say which it is: sheetsync import FILE --report NAME, or name the file as Amazon did.",
        )
    return found[0]


def unknown(book: Book, rows: Sequence[Sequence[str]], *, where: str) -> UnknownReport:
    """Build the refusal of a file that nobody claims: what was seen, what is nearest and what it lacks, what is known.

    `rows` are the first rows of the file; the one with most known headings is taken for its headings.
    """
    row, shape, missing = _nearest(book, rows)
    seen = ", ".join(text.strip() for text in row if text.strip())[:600] or "no headings at all"
    lines = [f"No report is known with these headings: {seen}."]
    normal = {heading(text) for text in row}
    lines += [
        f"They look {each.language}: {each.what} in {each.language} were never seen, so they are not read."
        for each in book.unverified
        if normal & each.marks
    ]
    hint = f"Known reports: {', '.join(sorted(book.shapes))}."
    if shape is not None:
        lines.append(f"Nearest is {shape.spec.name} ({shape.spec.title}), which lacks {', '.join(missing)}.")
        hint = f"Map the headings under [reports.aliases.{shape.spec.name}] in sheetsync.toml. {hint}"
    return UnknownReport(" ".join(lines), where=where, hint=hint)


def _nearest(book: Book, rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], Shape | None, tuple[str, ...]]:
    best: tuple[float, Sequence[str], Shape | None, tuple[str, ...]] = (0.0, rows[0] if rows else (), None, ())
    for row in rows:
        normal = [without_currency(heading(text))[0] for text in row] + [heading(text) for text in row]
        for shape in book.shapes.values():
            known = {shape.headings[text].field for text in normal if text in shape.headings}
            if not known or not shape.required:
                continue
            missing = tuple(each for each in shape.required if each not in known)
            missing += tuple(
                " or ".join("+".join(group) for group in shape.one_of)
                for _ in range(1)
                if shape.one_of and not any(known.issuperset(group) for group in shape.one_of)
            )
            score = 1 - len(missing) / (len(shape.required) + 1) + len(known) / 1000
            near = 2 * len(known & set(shape.required)) >= len(shape.required) and len(known) >= 3
            if missing and near and score > best[0]:
                best = (score, row, shape, missing)
    return best[1], best[2], best[3]
