"""Sowing: the template's rows and the team's, as seeded cells with stable ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sheetsync.core.layout.template import ChoiceSpec, GoalSpec, TaskSpec, Template, ThresholdSpec
from sheetsync.core.layout.words import fold
from sheetsync.core.model.facts import Month
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.metric import METRICS
from sheetsync.core.model.seeds import SeedIncident, SeedRow, Seeds, SeedThreshold
from sheetsync.core.model.values import Value

SEEDED_DOCUMENT = "document."
"""The row id of a standard row of Compliance: this, the marketplace and the requirement."""

UNIT_KINDS = {
    "percent": Kind.PERCENT,
    "number": Kind.NUMBER,
    "integer": Kind.INTEGER,
    "money": Kind.MONEY,
    "days": Kind.INTEGER,
    "hours": Kind.INTEGER,
}
"""How the numbers of a threshold show, by its unit."""


def kind_of(metric: str) -> Kind:
    """How a metric's numbers show; a plain number for one nobody defined."""
    return METRICS[metric].kind if metric in METRICS else Kind.NUMBER


class Sower:
    """Makes the rows of one template for one month, language, set of marketplaces and team."""

    def __init__(
        self,
        template: Template,
        month: Month,
        language: str,
        marketplaces: tuple[str, ...],
        team: Sequence[Mapping[str, object]],
        goals: Sequence[Mapping[str, object]],
    ) -> None:
        self.template = template
        self.month = month
        self.language = language
        self.marketplaces = marketplaces
        self.team = team
        self.wished = goals

    def sow(self) -> Seeds:
        """Every row, by tab, in the order in which they are placed."""
        template = self.template
        made = {
            "owners": self.owners(),
            "goals": [*self.own_goals(), *self.standard_goals()],
            "weekly": self.tasks(),
            "thresholds": [self.threshold(spec) for spec in template.thresholds],
            "manual": self.typed(),
            "compliance": self.documents(),
        }
        tabs = {tab.key for tab in template.tabs}
        known = {
            row.key: SeedThreshold(row.key, row.metric, row.direction.value, row.kind) for row in template.thresholds
        }
        incidents = {row.code: SeedIncident(row.code, row.kind, row.hours) for row in template.incidents}
        return Seeds({key: tuple(rows) for key, rows in made.items() if key in tabs}, known, incidents)

    def word(self, choices: str, key: str) -> str:
        """The word of a choice, by its key or any spelling; what was written when the list does not have it."""
        entries: dict[str, ChoiceSpec] = self.template.choices.get(choices, {})
        for name, spec in entries.items():
            if fold(key) in {fold(text) for text in (name, spec.en, spec.zh, *spec.also)}:
                return spec.zh if self.language == "zh" else spec.en
        return key

    def owner_of(self, module: str) -> str | None:
        """Whose module it is, where exactly one person of the team has it."""
        wanted = fold(self.word("modules", module))
        names = [str(one["name"]) for one in self.team if wanted in {fold(text) for text in self._modules(one)}]
        return names[0] if module and len(names) == 1 else None

    def _modules(self, member: Mapping[str, object]) -> list[str]:
        named = member.get("modules")
        return [self.word("modules", str(each)) for each in named] if isinstance(named, Sequence) else []

    def owners(self) -> Iterator[SeedRow]:
        """A row for each member of the team."""
        for member in self.team:
            cells = {
                "name": _value(member.get("name")),
                "role": _value(member.get("role")),
                "modules": ("、" if self.language == "zh" else ", ").join(self._modules(member)) or None,
                "capacity_hours": _value(member.get("capacity_hours")),
                "contact": _value(member.get("contact")),
            }
            yield SeedRow(f"owner.{fold(str(member.get('name')))}", cells)

    def own_goals(self) -> Iterator[SeedRow]:
        """The goals the project's configuration asks for."""
        standard = {goal.metric: goal for goal in self.template.goals}
        for wish in self.wished:
            metric, place, asin = (str(wish.get(key) or "") for key in ("metric", "marketplace", "asin"))
            spec = standard.get(metric)
            objective = _value(wish.get("objective")) or (self._objective(spec, place) if spec else None)
            direction = wish.get("direction") or (METRICS[metric].direction if metric in METRICS else None)
            cells = {
                "objective": objective,
                "asin": asin or None,
                "target": None if self._outlived(wish, metric) else _value(wish.get("target")),
                "range_low": _value(wish.get("range_low")),
                "due": _value(wish.get("due")) if self._is_ahead(wish) else self.month.last,
                "owner": _value(wish.get("owner")) or (self.owner_of(spec.module) if spec else None),
                "confidence": self.word("confidence", str(wish.get("confidence") or "")) or None,
            }
            yield self._goal(metric, place, asin, str(direction or ""), cells)

    def _is_ahead(self, wish: Mapping[str, object]) -> bool:
        due = wish.get("due")
        return isinstance(due, date) and due >= self.month.first

    def _outlived(self, wish: Mapping[str, object], metric: str) -> bool:
        """Whether the target was set for an earlier month: a sum (sales) is set anew, a ratio (ACoS) stays."""
        past = isinstance(wish.get("due"), date) and not self._is_ahead(wish)
        return past and kind_of(metric) not in (Kind.PERCENT, Kind.NUMBER)

    def standard_goals(self) -> Iterator[SeedRow]:
        """The template's goals for metrics that the configuration does not name."""
        named = {wish.get("metric") for wish in self.wished}
        for spec in self.template.goals:
            if spec.metric in named:
                continue
            for place in self.marketplaces if spec.each else ("",):
                cells: dict[str, Value] = {
                    "objective": self._objective(spec, place),
                    "target": spec.target,
                    "range_low": spec.range_low,
                    "due": self.month.last,
                    "owner": self.owner_of(spec.module),
                }
                yield self._goal(spec.metric, place, "", spec.direction.value if spec.direction else "", cells)

    def _objective(self, spec: GoalSpec, place: str) -> str:
        return " ".join(spec.objective.say(self.language).replace("{marketplace}", place).split())

    def _goal(self, metric: str, place: str, asin: str, direction: str, cells: dict[str, Value]) -> SeedRow:
        row_id = ".".join(("goal", str(self.month), metric, place, asin)).rstrip(".")
        words: dict[str, Value] = {
            "metric": self.word("metrics", metric),
            "marketplace": place or None,
            "direction": self.word("directions", direction) if direction else None,
        }
        return SeedRow(row_id, {**cells, **words}, dict.fromkeys(("target", "range_low"), kind_of(metric)))

    def tasks(self) -> Iterator[SeedRow]:
        """The standard tasks, week by week, in the order of the template."""
        for week in (1, 2, 3, 4):
            for spec in self.template.tasks:
                if week in spec.weeks:
                    yield self._task(spec, week)

    def _task(self, spec: TaskSpec, week: int) -> SeedRow:
        cells: dict[str, Value] = {
            "week": self.word("weeks", str(week)),
            "module": self.word("modules", spec.module),
            "title": spec.title.say(self.language),
            "status": self.word("statuses", "todo"),
            "owner": self.owner_of(spec.module),
            "due": self._due(week, spec.day),
            "estimate": spec.hours,
            "metric": self.word("metrics", spec.metric) if spec.metric else None,
            "cadence": self.word("cadences", spec.cadence),
        }
        return SeedRow(f"task.{self.month}.w{week}.{spec.key}", cells)

    def _due(self, week: int, day: int | None) -> date:
        end = self.month.week_end(week)
        start = self.month.first + timedelta(days=7 * (week - 1))
        return min(start + timedelta(days=day - 1), end) if day else end

    def threshold(self, spec: ThresholdSpec) -> SeedRow:
        """The row of one threshold; its id is the threshold's key."""
        cells: dict[str, Value] = {
            "name": spec.name.say(self.language),
            "green": spec.green,
            "yellow": spec.yellow,
            "source": spec.source.say(self.language) or None,
            "confidence": self.word("confidence", spec.confidence) or None,
        }
        return SeedRow(spec.key, cells, dict.fromkeys(("green", "yellow"), UNIT_KINDS[spec.kind]))

    def typed(self) -> Iterator[SeedRow]:
        """The numbers to look up by hand."""
        for spec in self.template.typed:
            for place in self.marketplaces if spec.each else ("",):
                cells: dict[str, Value] = {
                    "metric": self.word("typed", spec.metric),
                    "marketplace": place or None,
                    "note": spec.note.say(self.language) or None,
                }
                yield SeedRow(f"typed.{self.month}.{spec.metric}.{place}", cells)

    def documents(self) -> Iterator[SeedRow]:
        """What to look into, marketplace by marketplace."""
        for place in self.marketplaces:
            for spec in self.template.documents:
                if not spec.marketplaces or place in spec.marketplaces:
                    cells: dict[str, Value] = {
                        "product": spec.product.say(self.language),
                        "marketplace": place,
                        "requirement": self.word("requirements", spec.requirement),
                    }
                    yield SeedRow(f"{SEEDED_DOCUMENT}{place}.{spec.requirement}", cells)


def _value(data: object) -> Value:
    """A value of the configuration as a cell: empty text is an empty cell."""
    if isinstance(data, bool | int | float | date) or (isinstance(data, str) and data):
        return data
    return None
