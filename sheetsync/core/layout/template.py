"""Templates: TOML tables in, a checked Template out. Every problem at once; unknown keys are refused.

A template is data that a team may change without touching Python. Reading the files is the caller's job. `check.py`
says what types alone cannot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from sheetsync.core.model.layout import Kind, Owner
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import Direction

_FORBID = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Words:
    """One text in every language of the template."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    en: str
    zh: str

    def say(self, language: str) -> str:
        """The text in a language: `zh`, else English."""
        return self.zh if language == "zh" else self.en


SILENT = Words("", "")


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """An entry of a dropdown or a light: its word in each language, and other spellings that read as it."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    en: str
    zh: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of a tab."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    key: str
    owner: Owner
    kind: Kind
    heading: Words
    help: Words = SILENT
    width: int = 14
    choices: str | None = None
    strict: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PaintSpec:
    """A live colour: `when` names choices of `list`, or `formula` says when."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    column: str
    light: Light
    list: str = ""
    when: tuple[str, ...] = ()
    formula: str = ""


@dataclass(frozen=True, slots=True)
class TabSpec:
    """A tab. `freeze`: how many columns stay when scrolling sideways."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    key: str
    title: Words
    columns: tuple[ColumnSpec, ...]
    help: Words = SILENT
    paint: tuple[PaintSpec, ...] = ()
    freeze: int = 0
    filter: bool = True
    people_rows: bool = True
    landscape: bool = True


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """A standard task: one row for each of `weeks`, due on `day` of the week or on its last day."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    key: str
    title: Words
    weeks: tuple[int, ...]
    module: str
    cadence: str = "once"
    hours: float | None = None
    metric: str = ""
    day: int | None = None


@dataclass(frozen=True, slots=True)
class GoalSpec:
    """A standard goal; `each`: one row for every marketplace. `module`: whose owner takes it."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    key: str
    metric: str
    objective: Words
    each: bool = False
    direction: Direction | None = None
    target: float | None = None
    range_low: float | None = None
    module: str = ""


@dataclass(frozen=True, slots=True)
class ThresholdSpec:
    """A threshold row: where green ends, where yellow ends, and who says so."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    key: str
    direction: Direction
    kind: str
    name: Words
    metric: str = ""
    green: float | None = None
    yellow: float | None = None
    source: Words = SILENT
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class IncidentSpec:
    """A rule whose red finding opens an incident."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    code: str
    kind: str
    hours: int


@dataclass(frozen=True, slots=True)
class TypedSpec:
    """A row of the typed numbers: what people look up, and where."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    metric: str
    each: bool = True
    note: Words = SILENT


@dataclass(frozen=True, slots=True)
class DocumentSpec:
    """A row of Compliance to look into, in these marketplaces (none: all of them)."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    requirement: str
    product: Words
    marketplaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadSpec:
    """`template.toml`: name, title, the tabs in order, and `words_of`: whose words it takes where it has none."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    name: str
    title: Words
    tabs: tuple[str, ...]
    words_of: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A whole template, checked. `tabs` are those it uses, in order."""

    name: str
    title: Words
    tabs: tuple[TabSpec, ...]
    choices: dict[str, dict[str, ChoiceSpec]] = field(default_factory=dict)
    lights: dict[str, ChoiceSpec] = field(default_factory=dict)
    tasks: tuple[TaskSpec, ...] = ()
    goals: tuple[GoalSpec, ...] = ()
    thresholds: tuple[ThresholdSpec, ...] = ()
    incidents: tuple[IncidentSpec, ...] = ()
    typed: tuple[TypedSpec, ...] = ()
    documents: tuple[DocumentSpec, ...] = ()
    wording: dict[str, Words] = field(default_factory=dict)
