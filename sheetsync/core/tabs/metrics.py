"""Metrics: every number with its goal, its light and where it came from.

Whole marketplaces with everything; a single product once something about it is not green, and from then on. All
products, search terms and campaigns would be thousands of rows nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from sheetsync.core.model.facts import DataProblem, Facts, Goal
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import METRICS, MetricValue, Scope
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.verdict import metric_key, metric_light
from sheetsync.core.tabs.reading import rows_of
from sheetsync.core.tabs.saying import day, kind_in, light_word, maturity_word, metric_name, number, report_name, say

TAB = "metrics"
_PERIODS = ("mtd", "asof", "last30", "last14", "last7")
"""The period a metric is shown for: the first of these it is known for."""
_PRIOR = {"mtd": "prior_mtd", "last30": "prior30"}
_OF_PRODUCTS = ("days_of_cover", "sales", "acos", "bsr_drift")
_SOURCES = 2


def read_lights(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> dict[str, str]:
    """The light each value last showed, by its row: hysteresis starts from it."""
    return {row.row_id: light for row in rows_of(layout, tab, problems) if (light := row.light("light"))}


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """A row for each metric and scope; what is not known any more is blanked, never kept as if it were."""
    del findings, seeds
    goals = {(goal.metric, goal.marketplace, goal.asin): goal for goal in facts.goals}
    made = tuple(
        IncomingRow(metric_key(value), _said(value, goals, facts, layout), _kinds(value)) for value in shown(facts)
    )
    return IncomingTab(made, complete=True)


def shown(facts: Facts) -> Iterator[MetricValue]:
    """The values the tab shows, in the order of the metrics: marketplaces first, then products."""
    chosen: dict[tuple[str, Scope], MetricValue] = {}
    for period in _PERIODS:
        for value in facts.metrics:
            if value.period.name == period and _is_shown(value, facts):
                chosen.setdefault((value.metric, value.scope), value)
    order = {name: place for place, name in enumerate(METRICS)}
    places = {place: number for number, place in enumerate(("", *facts.marketplaces))}

    def rank(value: MetricValue) -> tuple[bool, int, int, str]:
        scope = value.scope
        return bool(scope.asin), order.get(value.metric, 99), places.get(scope.marketplace, 99), scope.key()

    yield from sorted(chosen.values(), key=rank)


def _is_shown(value: MetricValue, facts: Facts) -> bool:
    scope = value.scope
    if scope.campaign or scope.term or scope.sku or value.metric not in METRICS:
        return False
    if not scope.marketplace:
        return value.value is not None and (not scope.category or _is_shared(scope.category, facts))
    if not scope.asin:
        return True
    stood = metric_key(value) in facts.previous_lights
    return value.metric in _OF_PRODUCTS and (stood or metric_light(value, facts) in (Light.RED, Light.YELLOW))


def _is_shared(currency: str, facts: Facts) -> bool:
    """Whether several marketplaces of the plan trade in a currency: else their own row says it already."""
    places = {v.scope.marketplace for v in facts.metrics.of("sales") if v.currency == currency and v.scope.marketplace}
    return len(places) > 1


def _kinds(value: MetricValue) -> dict[str, Kind]:
    return dict.fromkeys(("value", "prior", "goal"), kind_in(value.metric, value.currency))


def _said(
    value: MetricValue, goals: dict[tuple[str, str, str], Goal], facts: Facts, layout: Layout
) -> dict[str, Value]:
    kind = kind_in(value.metric, value.currency)
    scope = value.scope
    name = _PRIOR.get(value.period.name)
    prior = facts.metrics.get(value.metric, name, scope) if name else None
    before = prior.value if prior else None
    change = (value.value - before) / abs(before) if value.value is not None and before else None
    goal = goals.get((value.metric, scope.marketplace, scope.asin))
    return {
        "metric": metric_name(layout, value.metric),
        "marketplace": scope.marketplace or say(layout, "scope.all") or None,
        "asin": _scope(layout, scope) or None,
        "period": _period(layout, value),
        "value": number(value.value, kind),
        "currency": value.currency or None,
        "prior": number(before, kind),
        "change": number(change, Kind.PERCENT),
        "goal": number(goal.target, kind) if goal else None,
        "light": judged(layout, metric_light(value, facts), value),
        "maturity": maturity_word(layout, value.maturity) if value.value is not None else None,
        "source": source(layout, value) or None,
    }


def _scope(layout: Layout, scope: Scope) -> str:
    """The product and, in words where there are some, the category: who fulfils, a currency, a rank's category."""
    category = layout.wording.get(f"scope.{scope.category}", scope.category)
    return " ".join(part for part in (scope.asin, category) if part)


def judged(layout: Layout, light: Light, value: MetricValue | None) -> str | None:
    """The light's word; nothing where there is a value and no line or goal to judge it by: that is not "no data"."""
    if light is Light.GREY and value is not None and value.value is not None:
        return None
    return light_word(layout, light)


def _period(layout: Layout, value: MetricValue) -> str:
    period = value.period
    name = "day" if period.name == "asof" and period.start == period.end else period.name
    key = f"period.{name if f'period.{name}' in layout.wording else 'other'}"
    return say(layout, key, start=day(period.start), end=day(period.end)) or day(period.end)


def source(layout: Layout, value: MetricValue) -> str:
    """Where a value came from: reports, files and rows."""
    refs = [
        say(layout, "source.line", report=report_name(layout, ref.report), file=ref.file, rows=ref.rows)
        for ref in value.sources
    ]
    text = layout.wording.get("source.join", "; ").join(refs[:_SOURCES])
    left = len(refs) - _SOURCES
    return say(layout, "source.more", names=text, count=left) if left > 0 else text
