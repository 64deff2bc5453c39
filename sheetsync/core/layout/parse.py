"""Parsing a template: its TOML files, already read as tables, into the typed template; every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from sheetsync.core.layout.check import problems_of
from sheetsync.core.layout.template import (
    SILENT,
    ChoiceSpec,
    DocumentSpec,
    GoalSpec,
    HeadSpec,
    IncidentSpec,
    TabSpec,
    TaskSpec,
    Template,
    ThresholdSpec,
    TypedSpec,
    Words,
)
from sheetsync.errors import TemplateError

_WORDING_FILES = ("wording", "rules")
WORD_FILES = ("choices", "lights", *_WORDING_FILES)
"""The files a template may take from another one instead of having its own."""
_KNOWN_FILES = (
    "template", "tabs", "choices", "lights", "tasks", "goals", "thresholds", "incidents", "typed", "documents",
    *_WORDING_FILES,
)  # fmt: skip

_Spec = TypeVar("_Spec")


def parse_template(files: Mapping[str, Mapping[str, object]]) -> Template:
    """The template of parsed TOML files, by file name without `.toml`. Raises TemplateError with every problem."""
    reader = _Reader()
    for name in sorted(set(files) - set(_KNOWN_FILES)):
        reader.problems.append(f"{name}.toml: unknown file; a template has {', '.join(_KNOWN_FILES)}")
    head = reader.one(HeadSpec, files.get("template", {}), "template.toml")
    tabs = {tab.key: tab for tab in reader.rows(TabSpec, files, "tabs", "tab")}
    chosen = head.tabs if head else tuple(tabs)
    reader.problems += [
        f"template.toml: tabs: {key!r} does not stand in tabs.toml" for key in chosen if key not in tabs
    ]
    template = Template(
        name=head.name if head else "",
        title=head.title if head else SILENT,
        tabs=tuple(tabs[key] for key in chosen if key in tabs),
        choices={key: reader.entries(entries, f"choices.toml: {key}") for key, entries in _tables(files, "choices")},
        lights=reader.entries(files.get("lights", {}).get("lights", {}), "lights.toml: lights"),
        tasks=reader.rows(TaskSpec, files, "tasks", "task"),
        goals=reader.rows(GoalSpec, files, "goals", "goal"),
        thresholds=reader.rows(ThresholdSpec, files, "thresholds", "threshold"),
        incidents=reader.rows(IncidentSpec, files, "incidents", "incident"),
        typed=reader.rows(TypedSpec, files, "typed", "typed"),
        documents=reader.rows(DocumentSpec, files, "documents", "document"),
        wording=reader.wording(files),
    )
    found = [*reader.problems, *problems_of(template)]
    if found:
        raise TemplateError(found, where=template.name or None, hint="mend these in the template's files")
    return template


def _tables(files: Mapping[str, Mapping[str, object]], name: str) -> list[tuple[str, object]]:
    return list(files.get(name, {}).items())


@cache
def _adapters() -> dict[str, Any]:
    """The checker of each kind of table, by its name: made once, for a template has hundreds of tables."""
    from pydantic import TypeAdapter

    specs = (HeadSpec, TabSpec, ChoiceSpec, TaskSpec, GoalSpec, ThresholdSpec, IncidentSpec, TypedSpec, DocumentSpec)
    return {spec.__name__: TypeAdapter(spec) for spec in (*specs, Words)}


class _Reader:
    """Reads tables one by one, so that one wrong table does not hide the next one's problems."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def one(self, spec: type[_Spec], data: object, where: str) -> _Spec | None:
        """One table as `spec`; None, with its problems noted, when it is not one."""
        from pydantic import ValidationError

        try:
            made: _Spec = _adapters()[spec.__name__].validate_python(data)
        except ValidationError as error:
            for item in error.errors():
                path = ".".join(str(part) for part in item["loc"])
                extra = item["type"] in ("unexpected_keyword_argument", "extra_forbidden")
                text = "unknown key" if extra else item["msg"][:1].lower() + item["msg"][1:]
                self.problems.append(f"{where}: {path}: {text}" if path else f"{where}: {text}")
            return None
        else:
            return made

    def rows(
        self, spec: type[_Spec], files: Mapping[str, Mapping[str, object]], name: str, key: str
    ) -> tuple[_Spec, ...]:
        """Every `[[key]]` table of a file; nothing else may stand in it."""
        data = files.get(name, {})
        self.problems += [f"{name}.toml: {other}: unknown key" for other in data if other != key]
        tables = data.get(key, [])
        if not isinstance(tables, list):
            self.problems.append(f"{name}.toml: {key} must be written [[{key}]]")
            return ()
        found = []
        for number, table in enumerate(tables, 1):
            label = str(table.get("key", number)) if isinstance(table, Mapping) else str(number)
            made = self.one(spec, table, f"{name}.toml: {key} {label}")
            found += [made] if made is not None else []
        return tuple(found)

    def entries(self, data: object, where: str) -> dict[str, ChoiceSpec]:
        """A table of choices by key."""
        if not isinstance(data, Mapping):
            self.problems.append(f"{where}: must be a table")
            return {}
        made = {str(key): self.one(ChoiceSpec, entry, f"{where}.{key}") for key, entry in data.items()}
        return {key: entry for key, entry in made.items() if entry is not None}

    def wording(self, files: Mapping[str, Mapping[str, object]]) -> dict[str, Words]:
        """Every sentence of the wording files by its dotted key; rules.toml may leave out its leading `rules.`."""
        found: dict[str, Words] = {}
        for name in _WORDING_FILES:
            flat: dict[str, Words] = {}
            self._flatten(files.get(name, {}), (), flat, f"{name}.toml")
            prefix = "rules." if name == "rules" else ""
            found.update({key if key.startswith(prefix) else prefix + key: words for key, words in flat.items()})
        return found

    def _flatten(self, data: object, path: tuple[str, ...], found: dict[str, Words], where: str) -> None:
        """A leaf has `en` and `zh`; a table of `en` and `zh` tables holds the same keys in both languages."""
        key = ".".join(path)
        if not isinstance(data, Mapping):
            self.problems.append(f"{where}: {key}: must have `en` and `zh`")
        elif path and set(data) == {"en", "zh"} and all(isinstance(side, Mapping) for side in data.values()):
            sides = {language: dict(data[language]) for language in ("en", "zh")}
            for name in dict.fromkeys([*sides["en"], *sides["zh"]]):
                pair = {language: side[name] for language, side in sides.items() if name in side}
                self._flatten(pair, (*path, str(name)), found, where)
        elif any(isinstance(text, str) for text in data.values()):
            words = self.one(Words, data, f"{where}: {key}")
            if words is not None:
                found[key] = words
        else:
            for name, inner in data.items():
                self._flatten(inner, (*path, str(name)), found, where)
