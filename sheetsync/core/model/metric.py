"""Metrics: a computed value with its scope, period, unit, maturity and where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sheetsync.core.model.layout import Kind


class Maturity(StrEnum):
    """Provisional until the attribution (or settling) window of the period's last day has closed."""

    FINAL = "final"
    PROVISIONAL = "provisional"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What a metric means: unit, which way is better, formula and its source, attribution window in days."""

    name: str
    kind: Kind
    direction: Direction
    formula: str
    source: str
    settle_days: int = 0
    """How many days after a day its value may still move (SP 7, SB/SD 14, business reports 3)."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days a value covers, both ends included.

    `name`: mtd, last30, last14, last7, prior_mtd, prior30, day, asof.
    """

    name: str
    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of days, at least 1."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Scope:
    """What a value is of. Account level of one marketplace: only `marketplace` is set."""

    marketplace: str = ""
    asin: str = ""
    sku: str = ""
    campaign: str = ""
    term: str = ""
    category: str = ""

    def label(self) -> str:
        """As people say it: `US`, `US B0...`, `DE "bath mat"`."""
        parts = [self.marketplace, self.campaign, self.sku or self.asin, self.category]
        if self.term:
            parts.append(f'"{self.term}"')
        return " ".join(part for part in parts if part)

    def key(self) -> str:
        """A stable text for ids."""
        return f"{self.marketplace}|{self.asin}|{self.sku}|{self.campaign}|{self.term}|{self.category}"


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A report a value came from: its name, file, how many rows of it were used, and when it was exported."""

    report: str
    file: str
    rows: int
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One value. `value` None: not known (never 0). Ratios are Decimal fractions; money is in `currency`.

    `inputs` are the sums the formula used, by name, so that `why` can show the arithmetic.
    """

    metric: str
    scope: Scope
    period: Period
    value: Decimal | None
    currency: str = ""
    maturity: Maturity = Maturity.FINAL
    as_of: date | None = None
    inputs: dict[str, Decimal | None] = field(default_factory=dict)
    sources: tuple[SourceRef, ...] = ()


def matured(period_end: date, settle_days: int, data_as_of: date | None) -> Maturity:
    """FINAL once `settle_days` full days have passed between the period's last day and the export, else PROVISIONAL."""
    if data_as_of is None:
        return Maturity.PROVISIONAL
    return Maturity.FINAL if data_as_of > period_end + timedelta(days=settle_days) else Maturity.PROVISIONAL


class Metrics:
    """All values of one refresh, looked up by metric, period name and scope."""

    def __init__(self, values: Iterable[MetricValue] = ()) -> None:
        self._values = tuple(values)
        self._index: dict[tuple[str, str, Scope], MetricValue] = {}
        self._by_metric: dict[str, list[MetricValue]] = {}
        for value in self._values:
            self._index.setdefault((value.metric, value.period.name, value.scope), value)
            self._by_metric.setdefault(value.metric, []).append(value)

    def __iter__(self) -> Iterator[MetricValue]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def get(self, metric: str, period: str, scope: Scope) -> MetricValue | None:
        """The value, or None when nothing was computed."""
        return self._index.get((metric, period, scope))

    def of(self, metric: str, period: str | None = None) -> tuple[MetricValue, ...]:
        """Every value of a metric, optionally of one period, in the order given."""
        return tuple(v for v in self._by_metric.get(metric, ()) if period in (None, v.period.name))

    def marketplaces(self) -> tuple[str, ...]:
        """Every marketplace with a value, sorted."""
        return tuple(sorted({v.scope.marketplace for v in self._values if v.scope.marketplace}))


def _spec(name: str, kind: Kind, direction: Direction, formula: str, source: str, settle: int = 0) -> MetricSpec:
    return MetricSpec(name, kind, direction, formula, source, settle)


_UP, _DOWN, _RANGE = Direction.UP, Direction.DOWN, Direction.RANGE
_BR = "Business Report by date"
_ADS = "Amazon Ads reports"
_FBA = "FBA inventory reports"
_HEALTH = "Account health report"
_HAND = "typed into the workbook"

METRICS: dict[str, MetricSpec] = {
    spec.name: spec
    for spec in (
        _spec("sales", Kind.MONEY, _UP, "sum of ordered product sales", _BR, 3),
        _spec("units", Kind.INTEGER, _UP, "sum of units ordered", _BR, 3),
        _spec("order_items", Kind.INTEGER, _UP, "sum of order items", _BR, 3),
        _spec("sessions", Kind.INTEGER, _UP, "sum of sessions", _BR, 3),
        _spec("page_views", Kind.INTEGER, _UP, "sum of page views", _BR, 3),
        _spec("cvr", Kind.PERCENT, _UP, "units ordered / sessions", _BR, 3),
        _spec("buy_box", Kind.PERCENT, _UP, "session-weighted mean of the featured-offer percentage", _BR, 3),
        _spec("ad_spend", Kind.MONEY, _RANGE, "sum of ad spend", _ADS, 3),
        _spec("ad_sales", Kind.MONEY, _UP, "sum of attributed ad sales", _ADS, 7),
        _spec("ad_orders", Kind.INTEGER, _UP, "sum of attributed ad orders", _ADS, 7),
        _spec("impressions", Kind.INTEGER, _UP, "sum of impressions", _ADS, 3),
        _spec("clicks", Kind.INTEGER, _UP, "sum of clicks", _ADS, 3),
        _spec("acos", Kind.PERCENT, _DOWN, "ad spend / attributed ad sales", _ADS, 7),
        _spec("roas", Kind.NUMBER, _UP, "attributed ad sales / ad spend", _ADS, 7),
        _spec("tacos", Kind.PERCENT, _RANGE, "ad spend / total ordered product sales", f"{_ADS}; {_BR}", 7),
        _spec("ctr", Kind.PERCENT, _UP, "clicks / impressions", _ADS, 3),
        _spec("cpc", Kind.MONEY, _DOWN, "ad spend / clicks", _ADS, 3),
        _spec("ad_cvr", Kind.PERCENT, _UP, "attributed ad orders / clicks", _ADS, 7),
        _spec("stock", Kind.INTEGER, _RANGE, "fulfillable units at FBA", _FBA),
        _spec("inbound", Kind.INTEGER, _RANGE, "inbound working + shipped + receiving", _FBA),
        _spec("days_of_cover", Kind.NUMBER, _UP, "available units / mean daily units of the last 30 days", _FBA),
        _spec("aged_stock", Kind.INTEGER, _DOWN, "units older than 180 days", _FBA),
        _spec("sell_through", Kind.NUMBER, _UP, "units shipped in 90 days / mean units on hand", _FBA),
        _spec("turnover", Kind.NUMBER, _RANGE, "units shipped in 30 days x 365 / 30 / mean units on hand", _FBA),
        _spec("returns", Kind.INTEGER, _DOWN, "sum of returned units by return date", "FBA returns"),
        _spec("return_rate", Kind.PERCENT, _DOWN, "units returned / units ordered", f"FBA returns; {_BR}"),
        _spec("order_volatility", Kind.NUMBER, _DOWN, "sample standard deviation of daily order items", _BR, 3),
        _spec("bsr", Kind.INTEGER, _DOWN, "best-seller rank in one category series", "FBA planning; Keepa"),
        _spec("bsr_drift", Kind.INTEGER, _DOWN, "rank now - rank 14 days before, same category", "FBA planning; Keepa"),
        _spec(
            "brand_share", Kind.PERCENT, _UP, "brand purchases / total purchases of a query", "Search query performance"
        ),
        _spec("query_volume", Kind.INTEGER, _UP, "search query volume", "Search query performance"),
        _spec("odr", Kind.PERCENT, _DOWN, "orders with a defect / orders, 60 days", _HEALTH),
        _spec("late_shipment", Kind.PERCENT, _DOWN, "late shipments / shipments", _HEALTH),
        _spec("cancellation", Kind.PERCENT, _DOWN, "pre-fulfilment cancellations / orders, 7 days", _HEALTH),
        _spec("valid_tracking", Kind.PERCENT, _UP, "shipments with valid tracking / shipments, 30 days", _HEALTH),
        _spec("on_time_delivery", Kind.PERCENT, _UP, "deliveries on time / deliveries", _HEALTH),
        _spec("a_to_z", Kind.INTEGER, _DOWN, "open or granted A-to-z claims", f"{_HEALTH}; typed"),
        _spec("negative_feedback", Kind.INTEGER, _DOWN, "feedback of 1 or 2 stars", "Seller feedback"),
        _spec("bad_reviews", Kind.INTEGER, _DOWN, "product reviews of 1 or 2 stars", _HAND),
        _spec("ipi", Kind.INTEGER, _UP, "inventory performance index", _HAND),
        _spec("top10_keywords", Kind.INTEGER, _UP, "keywords whose organic rank is 10 or better", _HAND),
        _spec("epr_missing", Kind.INTEGER, _DOWN, "sold units without an EPR registration number", "EPR report"),
        _spec("settlement_gap", Kind.MONEY, _RANGE, "stated total - sum of lines", "Settlement"),
        _spec("completion", Kind.PERCENT, _UP, "tasks done / tasks planned up to today", "the workbook"),
    )
}
"""Every metric by name. Sources of the formulas: Amazon's report definitions; Helium 10 glossary for TACoS."""

RATIO_PARTS: dict[str, tuple[str, str]] = {
    "cvr": ("units", "sessions"),
    "buy_box": ("buy_box_sessions", "sessions"),
    "acos": ("ad_spend", "ad_sales"),
    "roas": ("ad_sales", "ad_spend"),
    "tacos": ("ad_spend", "sales"),
    "ctr": ("clicks", "impressions"),
    "cpc": ("ad_spend", "clicks"),
    "ad_cvr": ("ad_orders", "clicks"),
    "return_rate": ("returns", "units"),
}
"""Numerator and denominator of every ratio: they are recomputed from sums, never averaged."""
