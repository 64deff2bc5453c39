"""A month of made-up facts, rich enough for every tab: two marketplaces, goals, findings, stock running short."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from sheetsync.bootstrap import load_template
from sheetsync.core.layout.build import build_layout, build_seeds
from sheetsync.core.layout.template import Template
from sheetsync.core.merge.guard import Limits
from sheetsync.core.merge.settle import settle
from sheetsync.core.model.facts import Freshness, Month
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.metric import Maturity, Metrics, MetricValue, Period, Scope, SourceRef
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.workbook import Base, Current, CurrentRow
from sheetsync.pipeline.compute import Evidence, Outcome, empty_workbook, work_out

TODAY = date(2026, 11, 22)
MONTH = Month(2026, 11)
PLACES = ("US", "DE")
CURRENCY = {"US": "USD", "DE": "EUR"}
TEAM = (
    {"name": "Sales lead", "role": "Operations", "modules": ["sales"], "capacity_hours": 30.0, "contact": "sales@"},
    {"name": "Ads lead", "role": "Advertising", "modules": ["ads"], "capacity_hours": 12.0, "contact": "ads@"},
    {"name": "Stock lead", "role": "Supply", "modules": ["inventory"], "capacity_hours": 20.0, "contact": ""},
)
GOALS = (
    {"metric": "sales", "marketplace": "US", "target": 120000.0, "confidence": "high"},
    {"metric": "sales", "marketplace": "DE", "target": 45000.0},
)


@cache
def template(name: str = "amazon-monthly") -> Template:
    """A shipped template, read from its files."""
    return load_template(name)


@cache
def layout(language: str = "en", name: str = "amazon-monthly", places: tuple[str, ...] = PLACES) -> Layout:
    """The layout of a shipped template for November 2026."""
    return build_layout(template(name), plan_id="plan-1", month=str(MONTH), language=language, marketplaces=places)


@cache
def seeds(language: str = "en", name: str = "amazon-monthly", places: tuple[str, ...] = PLACES) -> Seeds:
    """Its seeds, with the sample team and goals."""
    return build_seeds(template(name), month=str(MONTH), language=language, marketplaces=places, team=TEAM, goals=GOALS)


def evidence(today: date = TODAY) -> Evidence:
    """What the history would say of the month up to the day before."""
    values, daily = [], {}
    for place in PLACES:
        values += list(_account(place, today))
        daily |= _daily(place, today)
    values += _products(today)
    baselines = {"sales|US": Decimal(98000), "sales|DE": Decimal(47000), "acos|US": Decimal("0.24")}
    reports = (("business_by_date", 1, 7), ("sp_search_term", 2, 7), ("fba_myi", 16, 7))
    freshness = tuple(
        Freshness(name, place, today - timedelta(days=age), today - timedelta(days=age - 1), due, 30)
        for name, age, due in reports
        for place in PLACES
    )
    return Evidence(
        today=today,
        now=datetime(today.year, today.month, today.day, 8, 30),
        month=MONTH,
        marketplaces=PLACES,
        metrics=Metrics(values),
        freshness=freshness,
        daily=daily,
        baselines=baselines,
        created_on=date(2026, 11, 1),
        last_hand_edit=today,
    )


def _source(report: str, rows: int) -> tuple[SourceRef, ...]:
    return (SourceRef(report, f"{report}-2026-11.csv", rows, TODAY),)


def _account(place: str, today: date) -> list[MetricValue]:
    end = today - timedelta(days=1)
    mtd, prior = Period("mtd", MONTH.first, end), Period("prior_mtd", date(2026, 10, 1), date(2026, 10, end.day))
    scale = Decimal(1) if place == "US" else Decimal("0.4")
    money = {"sales": "71250.40", "ad_spend": "11310.55", "ad_sales": "39800.20"}
    plain = {
        "units": "2310",
        "sessions": "30120",
        "cvr": "0.0767",
        "acos": "0.2842",
        "tacos": "0.1587",
        "ctr": "0.0041",
    }
    found = []
    for metric, text in {**money, **plain}.items():
        amount = Decimal(text) * (scale if "0." not in text else 1)
        currency = CURRENCY[place] if metric in money else ""
        late = Maturity.PROVISIONAL if metric == "acos" and place == "DE" else Maturity.FINAL
        source = _source("business_by_date" if metric in ("sales", "units", "sessions", "cvr") else "sp_campaign", 42)
        found.append(MetricValue(metric, Scope(place), mtd, amount, currency, late, today, {}, source))
        found.append(MetricValue(metric, Scope(place), prior, amount * Decimal("0.93"), currency))
    known = MetricValue("ipi", Scope(place), Period("asof", end, end), Decimal(431 if place == "US" else 610))
    return [*found, known, MetricValue("buy_box", Scope(place), mtd, None)]


def _products(today: date) -> list[MetricValue]:
    asof = Period("asof", today, today)
    covers = (("US", 6), ("US", 19), ("US", 37), ("US", 88), ("US", 140), ("DE", 25), ("DE", 52), ("DE", 71))
    return [
        MetricValue(
            "days_of_cover", Scope(place, asin=f"B0TEST{number:04d}"), asof, Decimal(days), "", Maturity.FINAL, today,
            {"stock": Decimal(days * 11)}, _source("fba_myi", 1),
        )
        for number, (place, days) in enumerate(covers)
    ]  # fmt: skip


def _daily(place: str, today: date) -> dict[str, tuple[tuple[date, Decimal | None], ...]]:
    days = [MONTH.first + timedelta(days=n) for n in range((today - MONTH.first).days)]
    scale = 3392 if place == "US" else 1357
    sales = tuple((day, Decimal(scale + (day.day % 7) * scale // 20)) for day in days)
    spend = tuple((day, Decimal(scale * (14 + day.day % 5)) / 100) for day in days)
    return {f"sales|{place}": sales, f"ad_spend|{place}": spend}


class Story:
    """A workbook over several refreshes, in memory: the round of the pipeline without its edges."""

    def __init__(self, language: str = "en", name: str = "amazon-monthly", today: date = TODAY) -> None:
        self.layout, self.seeds = layout(language, name), seeds(language, name)
        self.evidence = evidence(today)
        self.run = 0
        outcome = self._work_out(Base(known=True, plan_id="plan-1"), empty_workbook(self.layout))
        self.current = outcome.after
        self.base = settle(Base(), self.current, Plan(), "r0")
        self.outcome = outcome

    def _work_out(self, base: Base, current: Current) -> Outcome:
        self.run += 1
        ids = iter(range(10**6))
        mint = lambda tab: f"{tab}.r{self.run}.{next(ids)}"  # noqa: E731
        return work_out(base, current, self.layout, self.seeds, self.evidence, mint, Limits())

    def refresh(self) -> Outcome:
        """One more refresh: the workbook and the base as it leaves them."""
        outcome = self._work_out(self.base, self.current)
        self.current = outcome.after
        self.base = settle(self.base, self.current, outcome.plan, f"r{self.run}")
        self.outcome = outcome
        return outcome

    def rows(self, tab: str) -> dict[str, dict[str, object]]:
        """The rows of a tab by id."""
        return {row.row_id: row.cells for row in self.current.tabs[tab].rows if row.row_id}

    def type(self, tab: str, row_id: str | None, **cells: object) -> None:
        """What a person types into a row; None for the row id adds a row."""
        standing = self.current.tabs[tab]
        rows = list(standing.rows)
        if row_id is None:
            rows.append(CurrentRow(None, dict(cells), len(rows) + 3))
        else:
            rows = [replace(row, cells={**row.cells, **cells}) if row.row_id == row_id else row for row in rows]
        self.current = replace(self.current, tabs={**self.current.tabs, tab: replace(standing, rows=tuple(rows))})

    def finding(self, code: str) -> str:
        """The id of the first finding of a rule."""
        return next(row_id for row_id in self.rows("findings") if row_id.startswith(code))
