"""Building: a template, a month and a language -> the layout we want, and the rows it starts with.

Switching the language gives the same keys with other words, so that a workbook can change its language in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sheetsync.core.layout.backstage import charts_tab, home_charts, lists_tab
from sheetsync.core.layout.check import PLACEHOLDER
from sheetsync.core.layout.seed import Sower
from sheetsync.core.layout.template import ChoiceSpec, ColumnSpec, PaintSpec, TabSpec, Template, Words
from sheetsync.core.model.facts import Month
from sheetsync.core.model.layout import Chart, Choice, ChoiceList, Column, Kind, Layout, Paint, Tab
from sheetsync.core.model.light import Light
from sheetsync.core.model.seeds import Seeds

_SPELLED = 110
"""Characters of spellings in one formula."""


def build_layout(template: Template, *, plan_id: str, month: str, language: str, marketplaces: Sequence[str]) -> Layout:
    """The workbook a template describes. `month` is `YYYY-MM`; raises ValueError when it is not one."""
    wording = {key: words.say(language) for key, words in template.wording.items()}
    choices = _choices(template, language, marketplaces)
    lights = tuple(_choice(key, spec, language) for key, spec in template.lights.items())
    facts = {"title": template.title.say(language), "month": month_name(month, wording)}
    days = Month.parse(month).days
    tabs = [_tab(spec, template, language, facts) for spec in template.tabs]
    with_goals = any(tab.key == "goals" for tab in tabs)
    tabs = [_with_charts(tab, home_charts(wording, marketplaces, days, with_goals)) for tab in tabs]
    behind = (charts_tab(marketplaces), lists_tab(choices))
    return Layout(
        plan_id=plan_id,
        template=template.name,
        month=month,
        language=language,
        title=f"{facts['title']} · {facts['month']}",
        tabs=(*tabs, *behind),
        choices=choices,
        lights=lights,
        wording=wording,
    )


def build_seeds(
    template: Template,
    *,
    month: str,
    language: str,
    marketplaces: Sequence[str],
    team: Sequence[Mapping[str, object]] = (),
    goals: Sequence[Mapping[str, object]] = (),
) -> Seeds:
    """The rows a workbook starts with: standard tasks, goals, thresholds, typed numbers, and the team.

    `team` and `goals` are the tables of the project's configuration: name, role, modules, capacity_hours, contact;
    metric, objective, marketplace, asin, target, range_low, direction, due, owner, confidence.
    """
    return Sower(template, Month.parse(month), language, tuple(marketplaces), team, goals).sow()


def month_name(month: str, wording: Mapping[str, str]) -> str:
    """`2026-11` as people say it: `November 2026`, `2026 年 11 月`."""
    parsed = Month.parse(month)
    facts = {"month_name": wording.get(f"month.{parsed.number}", month), "year": parsed.year, "number": parsed.number}
    return wording.get("month.title", month).format_map(facts)


def _choice(key: str, spec: ChoiceSpec, language: str) -> Choice:
    word = spec.zh if language == "zh" else spec.en
    return Choice(key, word, tuple(dict.fromkeys((spec.en, spec.zh, *spec.also))))


def _choices(template: Template, language: str, marketplaces: Sequence[str]) -> tuple[ChoiceList, ...]:
    """The template's dropdowns, and those the engine makes: marketplaces, thresholds, owners."""
    lists = [
        ChoiceList(name, tuple(_choice(key, spec, language) for key, spec in entries.items()))
        for name, entries in template.choices.items()
    ]
    names = tuple(Choice(row.key, row.name.say(language), (row.name.en, row.name.zh)) for row in template.thresholds)
    places = tuple(Choice(code, code, tuple(dict.fromkeys((code, code.lower())))) for code in marketplaces)
    lists += [ChoiceList("marketplaces", places), ChoiceList("thresholds", names)]
    return (*lists, ChoiceList("owners", source=("owners", "name")))


def _tab(spec: TabSpec, template: Template, language: str, facts: Mapping[str, str]) -> Tab:
    columns = tuple(_column(column, language, facts) for column in spec.columns)
    paints = [_paint(paint, spec, template) for paint in spec.paint]
    paints += [paint for column in spec.columns if column.kind is Kind.LIGHT for paint in _lights(column, template)]
    return Tab(
        key=spec.key,
        title=spec.title.say(language),
        columns=columns,
        help=spec.help.say(language),
        paints=tuple(paints),
        landscape=spec.landscape,
        filter=spec.filter,
        freeze_columns=spec.freeze,
        people_rows=spec.people_rows,
    )


def _column(spec: ColumnSpec, language: str, facts: Mapping[str, str]) -> Column:
    return Column(
        key=spec.key,
        owner=spec.owner,
        kind=spec.kind,
        heading=_fill(spec.heading, language, facts),
        help=spec.help.say(language),
        width=spec.width,
        choices=spec.choices,
        strict=spec.strict,
        hidden=spec.hidden,
    )


def _fill(words: Words, language: str, facts: Mapping[str, str]) -> str:
    text = words.say(language)
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact)
    return text


def _spellings(entries: Iterable[ChoiceSpec]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for spec in entries for text in (spec.en, spec.zh, *spec.also)))


def _lights(column: ColumnSpec, template: Template) -> list[Paint]:
    """The five colours of a light column, by every word a light may have."""
    return [Paint(column.key, key, _spellings([spec])) for key, spec in template.lights.items()]


def _paint(paint: PaintSpec, tab: TabSpec, template: Template) -> Paint:
    if paint.when:
        entries = template.choices[paint.list]
        return Paint(paint.column, Light(paint.light).value, _spellings(entries[key] for key in paint.when))
    columns = {column.key: column for column in tab.columns}

    def expand(name: str) -> str:
        key, _, keys = name.partition(":")
        if not keys:
            return f"{{{key}}}"
        lights = columns[key].kind is Kind.LIGHT
        entries = template.lights if lights else template.choices[columns[key].choices or ""]
        named = [entries[each] for each in keys.split("|")]
        # a light is the engine's own word, so its other spellings need no room
        return says(f"{{{key}}}", [replace(spec, also=()) for spec in named] if lights else named)

    formula = PLACEHOLDER.sub(lambda match: expand(match.group(1)), paint.formula)
    return Paint(paint.column, Light(paint.light).value, formula=formula)


def says(cell: str, entries: Sequence[ChoiceSpec]) -> str:
    """A formula: does the cell spell one of these choices, in any language and case?

    Excel's own dialog takes no formula over 255 characters, so the rarest spellings are left out of live colours; the
    next refresh reads them all the same.
    """
    words = [text for spec in entries for text in (spec.en, spec.zh)] + [text for spec in entries for text in spec.also]
    list_text = "|"
    for word in dict.fromkeys(text.lower().strip().replace('"', "") for text in words):
        if len(list_text) + len(word) < _SPELLED:
            list_text += f"{word}|"
    return f'ISNUMBER(FIND("|"&LOWER(TRIM({cell}))&"|","{list_text}"))'


def _with_charts(tab: Tab, charts: tuple[Chart, ...]) -> Tab:
    return replace(tab, charts=charts) if tab.key == "home" else tab
