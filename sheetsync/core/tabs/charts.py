"""The numbers under the charts of Home: a fixed number of rows, so that the charts' ranges never move."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sheetsync.core.layout.backstage import CHART_ROWS, CHARTS, COVER_ROWS
from sheetsync.core.layout.words import say_choice
from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.metric import MetricValue
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import IncomingRow, IncomingTab
from sheetsync.core.rules import standards
from sheetsync.core.rules.verdict import completion, cover_lines
from sheetsync.core.tabs.saying import number

TAB = CHARTS
_SPAN = Decimal(120)
"""Days of cover beyond this are drawn as this: a chart is for what runs short."""


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """A row a day: sales and TACoS to date; the first rows also hold the shortest cover and the weeks."""
    del findings, seeds
    days = [facts.month.first + timedelta(days=place) for place in range(facts.month.days)]
    columns: dict[str, list[Value]] = {
        "day": [day.day for day in days],
        "pace": [number(Decimal(day.day) / len(days), Kind.PERCENT) for day in days],
        "tacos_goal": [number(standards.TACOS_MAX.number(facts), Kind.PERCENT)] * len(days),
        "week": [say_choice(layout, "weeks", str(week)) for week in (1, 2, 3, 4)],
        "completion": [number(completion(facts, week=week).share, Kind.PERCENT) for week in (1, 2, 3, 4)],
        "completion_goal": [number(standards.COMPLETION.number(facts), Kind.PERCENT)] * 4,
        **_cover(facts),
    }
    for place in facts.marketplaces:
        columns[f"sales_{place}"], columns[f"tacos_{place}"] = _lines(place, days, facts)
    return IncomingTab(
        tuple(
            IncomingRow(f"chart.{row + 1}", {key: _at(cells, row) for key, cells in columns.items()})
            for row in range(CHART_ROWS)
        )
    )


def _at(cells: list[Value], row: int) -> Value:
    return cells[row] if row < len(cells) else None


def _lines(place: str, days: list[date], facts: Facts) -> tuple[list[Value], list[Value]]:
    """Sales to date as a share of the month's goal, and ad spend to date as a share of sales to date.

    A day without data leaves a gap; from the first missing day on there is no sum to date.
    """
    sales, spend = _to_date("sales", place, days, facts), _to_date("ad_spend", place, days, facts)
    goal = next((g.target for g in facts.goals if (g.metric, g.marketplace, g.asin) == ("sales", place, "")), None)
    shares = [number(sold / goal, Kind.PERCENT) if sold is not None and goal else None for sold in sales]
    tacos = [
        number(spent / sold, Kind.PERCENT) if spent is not None and sold else None
        for spent, sold in zip(spend, sales, strict=True)
    ]
    return list(shares), list(tacos)


def _to_date(metric: str, place: str, days: list[date], facts: Facts) -> list[Decimal | None]:
    known = dict(facts.daily.get(f"{metric}|{place}", ()))
    total: Decimal | None = Decimal(0)
    sums: list[Decimal | None] = []
    for day in days:
        amount = known.get(day)
        total = total + amount if total is not None and amount is not None else None
        sums.append(total)
    return sums


def _cover(facts: Facts) -> dict[str, list[Value]]:
    shortest = shortest_cover(facts)[:COVER_ROWS]
    several = len(facts.marketplaces) > 1
    names = [f"{v.scope.asin} {v.scope.marketplace}" if several else v.scope.asin for v in shortest]
    days = [min(v.value, _SPAN) for v in shortest if v.value is not None]
    limits = [cover_lines(facts, v.scope.marketplace).green for v in shortest]
    return {
        "cover_name": list(names),
        "cover_days": [number(each, Kind.INTEGER) for each in days],
        "cover_limit": [number(limit, Kind.INTEGER) for limit in limits],
    }


def shortest_cover(facts: Facts, place: str | None = None) -> list[MetricValue]:
    """Products by days of cover, the shortest first; only those whose cover is known."""
    found: dict[tuple[str, str], MetricValue] = {}
    for value in facts.metrics.of("days_of_cover"):
        scope = value.scope
        if scope.asin and not scope.sku and value.value is not None and place in (None, scope.marketplace):
            found.setdefault((scope.marketplace, scope.asin), value)
    return sorted(found.values(), key=lambda v: (v.value or Decimal(0), v.scope.key()))
