"""The book of reports: `headers/*.toml` read into specs, shapes and headings.

The TOML files are the one place where headings stand. A file has `family`, `[fields]` (kind, and headings per
language), `[reports]` (which fields a report must, may and must not have) and optionally `[groups]` of field names
(written `@name` in a list), named `[totals]`, `[defaults]` of its reports and `[[unverified]]` languages. In a heading,
`{n}` stands for the days of an attribution window. `positions` (field and pattern of each column) tell a report by its
rows where its headings are in a language never seen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from sheetsync.importers.base import Field, FieldKind, ReportSpec
from sheetsync.importers.naming import heading, without_currency

WINDOWS = (1, 7, 14, 30)
_NOT_LANGUAGES = frozenset({"kind", "percent_units", "json_percent_units"})

Aliases = Mapping[str, Mapping[str, Sequence[str]]]
"""Headings that a project adds: report -> field -> headings (`[reports.aliases.<report>]` in sheetsync.toml)."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading means in a report: its field, the attribution window it names, and its language."""

    field: str
    window: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that is made from other fields of the same row by a named rule (see `derive.py`)."""

    field: str
    rule: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the file of a report looks: what is needed to recognise and read it beyond the spec itself."""

    spec: ReportSpec
    headings: Mapping[str, Heading]
    required: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    any_of: frozenset[str]
    without: frozenset[str]
    filled_one_of: tuple[str, ...]
    period_dates: tuple[str, ...]
    derived: tuple[Derived, ...]
    product: str | None
    twin_window: int | None
    tab_quoted: bool
    sum_check: tuple[str, ...]
    totals_where: tuple[str, frozenset[str]] | None
    distinct: Mapping[str, str]
    metadata: Mapping[str, str]
    json_at: tuple[str, ...]
    json_percent: frozenset[str]
    fixed_window: int | None
    sheets: tuple[str, ...]
    ends_at: frozenset[str]
    totals_from: tuple[str, ...]
    positions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unverified:
    """A language in which a report was never seen; `marks` are headings that give it away."""

    language: str
    what: str
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Book:
    """All reports that are known, by canonical name."""

    shapes: Mapping[str, Shape]
    unverified: tuple[Unverified, ...]
    products: Mapping[str, tuple[str, ...]]
    metadata_words: Mapping[str, str]
    ranges: Mapping[str, str]

    def spec(self, name: str) -> ReportSpec:
        """Return the spec of a canonical report name; KeyError when there is none."""
        return self.shapes[name].spec

    def container(self, section: str) -> Shape | None:
        """Return the report whose files hold a table of that name among others, or None."""
        return next((each for each in self.shapes.values() if section in each.spec.sections), None)


@cache
def standard_book() -> Book:
    """Return the book as sheetsync ships it."""
    files = [each for each in resources.files("sheetsync.importers.headers").iterdir() if each.name.endswith(".toml")]
    return _book([tomllib.loads(each.read_text("utf-8")) for each in sorted(files, key=lambda file: file.name)])


def book_with(aliases: Aliases | None) -> Book:
    """Return the book with a project's own headings added.

    Raises ValueError naming the report or field that does not exist.
    """
    book = standard_book()
    if not aliases:
        return book
    shapes = dict(book.shapes)
    for report, fields in aliases.items():
        if report not in shapes:
            raise ValueError(f"[reports.aliases.{report}]: no such report; known are {', '.join(sorted(shapes))}")
        shapes[report] = _with_headings(shapes[report], fields)
    return replace(book, shapes=shapes)


def _with_headings(shape: Shape, fields: Mapping[str, Sequence[str]]) -> Shape:
    added = dict(shape.headings)
    for name, texts in fields.items():
        if not shape.spec.has(name):
            known = ", ".join(each.name for each in shape.spec.fields)
            raise ValueError(f"[reports.aliases.{shape.spec.name}] {name}: no such field; it has {known}")
        for text in [texts] if isinstance(texts, str) else texts:
            added[without_currency(heading(text))[0]] = Heading(name, None, "project")
    return replace(shape, headings=added)


def all_specs() -> tuple[ReportSpec, ...]:
    """Return every report spec, in the order of their names."""
    return tuple(shape.spec for _, shape in sorted(standard_book().shapes.items()))


def _book(files: Sequence[Mapping[str, Any]]) -> Book:
    shapes: dict[str, Shape] = {}
    unverified: list[Unverified] = []
    products: dict[str, tuple[str, ...]] = {}
    words: dict[str, str] = {}
    ranges: dict[str, str] = {}
    for content in files:
        for name, report in content["reports"].items():
            shapes[name] = _shape(name, content, {**content.get("defaults", {}), **report})
        for each in content.get("unverified", ()):
            marks = frozenset(heading(mark) for mark in each["marks"])
            unverified.append(Unverified(each["language"], each["what"], marks))
        products.update({product: tuple(names) for product, names in content.get("products", {}).items()})
        words.update({heading(word): key for key, each in content.get("metadata_words", {}).items() for word in each})
        ranges.update({heading(word): key for key, each in content.get("ranges", {}).items() for word in each})
    return Book(shapes, tuple(unverified), products, words, ranges)


def _shape(name: str, content: Mapping[str, Any], report: Mapping[str, Any]) -> Shape:
    groups = content.get("groups", {})
    required = tuple(_names(report["required"], groups))
    names = list(dict.fromkeys([*required, *_names(report.get("optional", ()), groups)]))
    where = report.get("totals_where")
    headings: dict[str, Heading] = {}
    for field in [*names, *_names(report.get("without", ()), groups), *_names(report.get("any_of", ()), groups)]:
        for normal, meaning in _headings(field, content["fields"][field]):
            headings.setdefault(normal, meaning)
    one_of = [tuple(each) for each in [*report.get("one_of", ()), *report.get("one_of_extra", ())]]
    return Shape(
        spec=_spec(name, content, report, names),
        headings=headings,
        required=required,
        one_of=tuple(one_of),
        any_of=frozenset(_names(report.get("any_of", ()), groups)),
        without=frozenset(_names(report.get("without", ()), groups)),
        filled_one_of=tuple(report.get("filled_one_of", ())),
        period_dates=tuple(report.get("period_dates", ("date",))),
        derived=tuple(_derived(each, groups) for each in report.get("derive", ())),
        product=report.get("product"),
        twin_window=report.get("twin_window"),
        tab_quoted=report.get("tab_quoted", False),
        sum_check=tuple(report.get("sum_check", ())),
        totals_where=(where["field"], frozenset(where["is"])) if where else None,
        distinct=report.get("distinct", {}),
        metadata=report.get("metadata", {}),
        json_at=tuple(report.get("json_at", ())),
        json_percent=frozenset(each for each in names if content["fields"][each].get("json_percent_units")),
        fixed_window=report.get("window_days"),
        sheets=tuple(report.get("sheets", ())),
        ends_at=frozenset(heading(each) for each in report.get("ends_at", ())),
        totals_from=tuple(report.get("totals_from", ())),
        positions=tuple((field, pattern) for field, pattern in report.get("positions", ())),
    )


def _spec(name: str, content: Mapping[str, Any], report: Mapping[str, Any], names: Sequence[str]) -> ReportSpec:
    totals = report.get("totals", {})
    if isinstance(totals, str):
        totals = content["totals"][totals]
    totals = {total: field for total, field in totals.items() if field in names or _is_derived(field, report)}
    made = [each["field"] for each in report.get("derive", ()) if each["field"] not in names]
    fields = [_field(each, content["fields"][each], report) for each in [*names, *made]]
    return ReportSpec(
        name=name,
        title=report["title"],
        family=content["family"],
        fields=tuple(fields),
        key=tuple(each for each in report["key"] if each in names or each in made),
        grain=report["grain"],
        period_rule=report["period"],
        totals=dict(totals),
        attributed=report.get("attributed", False),
        sections=tuple(report.get("sections", ())),
    )


def _is_derived(field: str, report: Mapping[str, Any]) -> bool:
    return any(each["field"] == field for each in report.get("derive", ()))


def _field(name: str, entry: Mapping[str, Any], report: Mapping[str, Any]) -> Field:
    return Field(
        name,
        FieldKind(entry["kind"]),
        required=name in report["required"],
        filled=name in report.get("filled", ()),
        percent_units=entry.get("percent_units", False),
    )


def _names(listed: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for each in listed:
        if each.startswith("@"):
            yield from groups[each[1:]]
        else:
            yield each


def _headings(field: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, Heading]]:
    for language, texts in entry.items():
        if language in _NOT_LANGUAGES:
            continue
        for text in texts:
            for window in WINDOWS if "{n}" in text else (None,):
                normal = _normal(text.replace("{n}", str(window)))
                yield normal, Heading(field, window, language)


@cache
def _normal(text: str) -> str:
    """Normalise once: the reports of a family share their fields."""
    return heading(text)


def _derived(entry: Mapping[str, Any], groups: Mapping[str, Sequence[str]]) -> Derived:
    of = entry["of"]
    return Derived(entry["field"], entry["rule"], tuple(_names([of] if isinstance(of, str) else of, groups)))
