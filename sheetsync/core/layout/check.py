"""What a template's types alone cannot say: names that lead nowhere, spellings that clash, languages that differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from sheetsync.core.layout.template import ColumnSpec, PaintSpec, TabSpec, Template, Words
from sheetsync.core.layout.words import fold
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.model.marketplace import MARKETPLACES
from sheetsync.core.model.metric import METRICS

SOURCES = ("owners", "marketplaces", "thresholds")
"""Dropdowns that are not written in choices.toml: names people typed, the plan's marketplaces, the threshold rows."""

_PLACES = {place.code for place in MARKETPLACES}
UNITS = ("percent", "number", "integer", "money", "days", "hours")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def problems_of(template: Template) -> list[str]:
    """Everything that is wrong with a template whose tables are each well formed."""
    return [
        *_tabs(template),
        *_choices(template),
        *_rows(template),
        *_wording(template.wording),
    ]


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _tabs(template: Template) -> Iterator[str]:
    if not template.tabs:
        yield "tabs.toml: there is no tab"
    yield from (f"template.toml: tabs: {key!r} is named twice" for key in _twice(tab.key for tab in template.tabs))
    for language in ("en", "zh"):
        titles = [tab.title.say(language) for tab in template.tabs]
        yield from (f"tabs.toml: two tabs are called {title!r}" for title in _twice(titles))
        for title in titles:
            if not title or len(title) > 31 or re.search(r"[\[\]:*?/\\]", title) or title.startswith("'"):
                yield f"tabs.toml: {title!r} cannot be a tab's title: 1 to 31 characters, none of []:*?/\\"
    for tab in template.tabs:
        where = f"tabs.toml: {tab.key}"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", tab.key):
            yield f"{where}: a key is small letters, digits and _"
        yield from (f"{where}: column {key!r} stands twice" for key in _twice(column.key for column in tab.columns))
        for column in tab.columns:
            yield from _column(template, column, where)
        for paint in tab.paint:
            yield from _paint(template, tab, paint, where)


def _column(template: Template, column: ColumnSpec, where: str) -> Iterator[str]:
    where = f"{where}.{column.key}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", column.key):
        yield f"{where}: a key is small letters, digits and _"
    if (column.kind is Kind.CHOICE) != (column.choices is not None):
        yield f'{where}: `choices` goes with kind "choice", and only with it'
    if column.choices is not None and column.choices not in template.choices and column.choices not in SOURCES:
        yield f"{where}: there is no choice list {column.choices!r}"
    if not 3 <= column.width <= 120:
        yield f"{where}: width {column.width} is not between 3 and 120"


def _paint(template: Template, tab: TabSpec, paint: PaintSpec, where: str) -> Iterator[str]:
    where = f"{where}: paint of {paint.column}"
    columns = {column.key: column for column in tab.columns}
    if paint.column not in columns:
        yield f"{where}: there is no such column"
    if bool(paint.when) == bool(paint.formula):
        yield f"{where}: set one of `when` and `formula`"
    if paint.when:
        entries = template.choices.get(paint.list, {})
        yield from (f"{where}: {key!r} is no choice of {paint.list!r}" for key in paint.when if key not in entries)
    for name in PLACEHOLDER.findall(paint.formula):
        key, _, choices = name.partition(":")
        column = columns.get(key)
        if column is None:
            yield f"{where}: {{{name}}} is no column of the tab"
        elif choices:
            lights = column.kind is Kind.LIGHT
            entries = template.lights if lights else template.choices.get(column.choices or "", {})
            yield from (
                f"{where}: {each!r} is no choice of {key}" for each in choices.split("|") if each not in entries
            )


def _choices(template: Template) -> Iterator[str]:
    yield from (f"choices.toml: {key!r} is made by the engine; choose another name" for key in SOURCES
                if key in template.choices)  # fmt: skip
    if set(template.lights) != {light.value for light in Light}:
        yield f"lights.toml: there must be exactly {', '.join(light.value for light in Light)}"
    for name, entries in [*template.choices.items(), ("lights", template.lights)]:
        spelled: dict[str, str] = {}
        for key, entry in entries.items():
            for text in {fold(each) for each in (key, entry.en, entry.zh, *entry.also)}:
                if not text:
                    yield f"{name}.{key}: an empty spelling"
                elif spelled.setdefault(text, key) != key:
                    yield f"{name}: {text!r} reads as both {spelled[text]!r} and {key!r}"


def _rows(template: Template) -> Iterator[str]:
    modules, confidence = template.choices.get("modules", {}), template.choices.get("confidence", {})
    yield from (f"tasks.toml: {key!r} stands twice" for key in _twice(task.key for task in template.tasks))
    for task in template.tasks:
        where = f"tasks.toml: {task.key}"
        if task.module not in modules:
            yield f"{where}: {task.module!r} is no module of choices.toml"
        if task.cadence not in template.choices.get("cadences", {task.cadence: None}):
            yield f"{where}: {task.cadence!r} is no cadence of choices.toml"
        if not task.weeks or not set(task.weeks) <= {1, 2, 3, 4}:
            yield f"{where}: weeks are 1 to 4"
        if task.day is not None and not 1 <= task.day <= 7:
            yield f"{where}: day is 1 to 7"
        yield from _metric(task.metric, where)
    yield from (f"goals.toml: {key!r} stands twice" for key in _twice(goal.key for goal in template.goals))
    for goal in template.goals:
        yield from _metric(goal.metric, f"goals.toml: {goal.key}")
        yield from _known(goal.module, modules, f"goals.toml: {goal.key}", "module")
    yield from (f"thresholds.toml: {key!r} stands twice" for key in _twice(row.key for row in template.thresholds))
    for row in template.thresholds:
        where = f"thresholds.toml: {row.key}"
        yield from _metric(row.metric, where)
        yield from _known(row.kind, UNITS, where, "kind")
        yield from _known(row.confidence, confidence, where, "confidence")
    for incident in template.incidents:
        kinds = template.choices.get("incident_kinds", {})
        yield from _known(incident.kind, kinds, f"incidents.toml: {incident.code}", "incident kind")
    for document in template.documents:
        known = template.choices.get("requirements", {})
        yield from _known(document.requirement, known, "documents.toml", "choice of `requirements`")
        unknown = [place for place in document.marketplaces if place not in _PLACES]
        yield from (f"documents.toml: {document.requirement}: {place!r} is no marketplace" for place in unknown)
    for typed in template.typed:
        yield from _known(typed.metric, template.choices.get("typed", {}), "typed.toml", "choice of `typed`")


def _metric(key: str, where: str) -> Iterator[str]:
    if key and key not in METRICS:
        yield f"{where}: {key!r} is no metric"


def _known(key: str, keys: Iterable[str], where: str, what: str) -> Iterator[str]:
    if key and key not in keys:
        yield f"{where}: {key!r} is no {what}"


def _wording(wording: dict[str, Words]) -> Iterator[str]:
    for key, words in wording.items():
        for language in ("en", "zh"):
            rest = re.sub(r"\{[A-Za-z_]\w*\}", "", words.say(language))
            if "{" in rest or "}" in rest:
                yield f"wording {key}.{language}: braces hold one name, like {{name}}: {words.say(language)!r}"
