"""The results on Home: sales, ACoS, TACoS and the shortest stock cover of each marketplace, against their goals."""

from __future__ import annotations

from collections.abc import Iterator

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import MetricValue, Scope
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import IncomingRow
from sheetsync.core.rules.verdict import cover_lines, goal_verdict, metric_light
from sheetsync.core.tabs.charts import shortest_cover
from sheetsync.core.tabs.goals import why
from sheetsync.core.tabs.metrics import judged
from sheetsync.core.tabs.saying import currency_of, kind_in, kind_of, light_word, metric_name, number, say

_METRICS = ("sales", "acos", "tacos")
_PERIODS = ("mtd", "asof", "last30")


def kpi_rows(facts: Facts, layout: Layout) -> Iterator[IncomingRow]:
    """A row for each result and marketplace, marketplace by marketplace."""
    for place in facts.marketplaces:
        for metric in _METRICS:
            yield IncomingRow(
                f"kpi.{metric}.{place}",
                _result(metric, place, facts, layout),
                dict.fromkeys(("value", "goal"), kind_in(metric, currency_of(place))),
            )
        kinds = dict.fromkeys(("value", "goal"), Kind.INTEGER)
        yield IncomingRow(f"kpi.cover.{place}", _cover(place, facts, layout), kinds)


def _value(metric: str, place: str, facts: Facts) -> MetricValue | None:
    values = (facts.metrics.get(metric, period, Scope(place)) for period in _PERIODS)
    return next((value for value in values if value is not None and value.value is not None), None)


def _result(metric: str, place: str, facts: Facts, layout: Layout) -> dict[str, Value]:
    value = _value(metric, place, facts)
    currency = (value.currency if value else "") or currency_of(place)
    kind = kind_in(metric, currency)
    key = "home.kpi_money" if kind_of(metric) is Kind.MONEY and currency else "home.kpi_line"
    label = say(layout, key, metric=metric_name(layout, metric), marketplace=place, currency=currency)
    goal = next((g for g in facts.goals if (g.metric, g.marketplace, g.asin) == (metric, place, "")), None)
    if goal is not None and goal.target is not None:
        verdict = goal_verdict(goal, facts)
        return {
            "label": label,
            "value": number(verdict.actual, kind),
            "goal": number(goal.target, kind),
            "percent": number(verdict.percent, Kind.PERCENT),
            "light": light_word(layout, verdict.light),
            "detail": why(layout, verdict) or None,
        }
    light = metric_light(value, facts) if value else Light.GREY
    return {
        "label": label,
        "value": number(value.value, kind) if value else None,
        "goal": None,
        "percent": None,
        "light": judged(layout, light, value),
        "detail": say(layout, "home.kpi_no_goal" if value else "home.kpi_no_data"),
    }


def _cover(place: str, facts: Facts, layout: Layout) -> dict[str, Value]:
    shortest = shortest_cover(facts, place)
    lines = cover_lines(facts, place)
    short = [value for value in shortest if value.value is not None and value.value < lines.green]
    first = shortest[0] if shortest else None
    told = {
        "product": first.scope.asin if first else "",
        "count": len(short),
        "limit": number(lines.green, Kind.INTEGER),
    }
    return {
        "label": say(layout, "home.kpi_cover", marketplace=place),
        "value": number(first.value, Kind.INTEGER) if first else None,
        "goal": number(lines.green, Kind.INTEGER),
        "percent": None,
        "light": light_word(layout, lines.judge(first.value) if first and first.value is not None else Light.GREY),
        "detail": say(layout, "home.kpi_cover_detail" if first else "home.kpi_no_data", told),
    }
