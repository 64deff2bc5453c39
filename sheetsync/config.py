"""`sheetsync.toml` -> typed configuration. Every problem at once; unknown keys are refused.

Reading the text is the caller's job (`sheetsync.bootstrap`); nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

from sheetsync.errors import ConfigError

LANGUAGES = ("en", "zh")
_FORBID = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class PlanSection:
    """`[plan]`: which plan this is."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    id: str
    month: str
    marketplaces: list[str]
    template: str = "amazon-monthly"
    language: Literal["en", "zh"] = "en"


@dataclass(frozen=True, slots=True)
class WorkbookSection:
    """`[workbook]`: where the workbook is. Exactly one of `excel` (a path) and `google` (a URL or id)."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    excel: str | None = None
    google: str | None = None
    backups: int = 10


@dataclass(frozen=True, slots=True)
class GoogleSection:
    """`[google]`: how to sign in. `auth`: auto tries the credentials file, then the environment, then ADC."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    auth: Literal["auto", "service-account", "adc", "oauth"] = "auto"
    credentials: str | None = None
    deadline_seconds: int = 600


@dataclass(frozen=True, slots=True)
class ReportsSection:
    """`[reports]`: the inbox, and header spellings of your own: `[reports.aliases.REPORT] field = ["Header"]`."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    inbox: str = "inbox"
    aliases: dict[str, dict[str, list[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardSection:
    """`[guard]`: how much may vanish before a refresh asks; a share between 0 and 1."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    max_vanished: float = 0.2


@dataclass(frozen=True, slots=True)
class NotifySection:
    """`[notify]`: the environment variable that holds apprise URLs (secrets never stand in this file)."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    urls_env: str = "SHEETSYNC_NOTIFY_URLS"


@dataclass(frozen=True, slots=True)
class TeamMember:
    """`[[team]]`: seeds one row of Owners. Capacity is hours a week."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    name: str
    role: str = ""
    modules: list[str] = field(default_factory=list)
    capacity_hours: float | None = None
    contact: str = ""


@dataclass(frozen=True, slots=True)
class GoalSeed:
    """`[[goals]]`: seeds one row of Goals when the workbook (or the month) is made."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    metric: str
    objective: str = ""
    marketplace: str = ""
    asin: str = ""
    target: float | None = None
    range_low: float | None = None
    direction: Literal["up", "down", "range"] | None = None
    due: date | None = None
    owner: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole of `sheetsync.toml`."""

    __pydantic_config__: ClassVar[Any] = _FORBID
    plan: PlanSection
    workbook: WorkbookSection
    google: GoogleSection = field(default_factory=GoogleSection)
    reports: ReportsSection = field(default_factory=ReportsSection)
    guard: GuardSection = field(default_factory=GuardSection)
    notify: NotifySection = field(default_factory=NotifySection)
    team: list[TeamMember] = field(default_factory=list)
    goals: list[GoalSeed] = field(default_factory=list)


def parse_config(data: Mapping[str, object], *, where: str, marketplaces: tuple[str, ...]) -> Config:
    """The typed configuration of a parsed `sheetsync.toml`.

    `where` names the file in messages; `marketplaces` are the known codes. Raises ConfigError with every problem.
    """
    from pydantic import TypeAdapter, ValidationError

    problems: list[str] = []
    config: Config | None = None
    try:
        config = TypeAdapter(Config).validate_python(dict(data))
    except ValidationError as error:
        problems = [_say(item) for item in error.errors()]
    problems += _beyond_types(data, marketplaces)
    if problems or config is None:
        raise ConfigError(problems, where=where, hint="mend these in sheetsync.toml, then run the command again")
    return config


def _say(item: Any) -> str:
    """One pydantic error in our words: `[plan] month: ...`."""
    path = [str(part) for part in item["loc"]]
    section = f"[{path[0]}] " if len(path) > 1 else ""
    name = ".".join(path[1:] if len(path) > 1 else path)
    kind = item["type"]
    if kind in ("missing", "missing_argument"):
        return f"{section}{name}: is missing"
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{section}{name}: unknown key; see `sheetsync init --help` for the keys there are"
    text = item["msg"][:1].lower() + item["msg"][1:]
    return f"{section}{name}: {text} (it says {item['input']!r})"


def _beyond_types(data: Mapping[str, object], marketplaces: tuple[str, ...]) -> list[str]:
    """What types alone cannot say; read from the raw data so that it is told together with the rest."""
    problems: list[str] = []
    plan, workbook = data.get("plan"), data.get("workbook")
    if isinstance(plan, Mapping):
        month = plan.get("month")
        if isinstance(month, str) and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            problems.append(f"[plan] month: {month!r} is not a month like 2026-11")
        codes = plan.get("marketplaces")
        if isinstance(codes, list):
            problems += [
                f"[plan] marketplaces: {code!r} is not one of {', '.join(marketplaces)}"
                for code in codes
                if code not in marketplaces
            ]
            if not codes:
                problems.append("[plan] marketplaces: name at least one")
    if isinstance(workbook, Mapping) and bool(workbook.get("excel")) == bool(workbook.get("google")):
        problems.append("[workbook]: set exactly one of `excel` (a path) and `google` (a URL)")
    guard = data.get("guard")
    share = guard.get("max_vanished") if isinstance(guard, Mapping) else None
    if isinstance(share, int | float) and not 0 <= share <= 1:
        problems.append(f"[guard] max_vanished: {share} is not a share between 0 and 1")
    return problems
