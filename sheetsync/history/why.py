"""Why: what a value is made of, as data. `sheetsync why` and the rules put it into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.metric import METRICS, Maturity, MetricValue, Period, SourceRef
from sheetsync.history.account import ATTRIBUTED, RATIOS
from sheetsync.history.manual import TYPED
from sheetsync.history.windows import ATTRIBUTION_DAYS

NEEDS = {
    "sales": "Business Report by date",
    "units": "Business Report by date",
    "order_items": "Business Report by date",
    "sessions": "Business Report by date",
    "page_views": "Business Report by date",
    "buy_box_sessions": "Business Report by date",
    "ad_spend": "Sponsored Products campaign report",
    "ad_sales": "Sponsored Products campaign report",
    "ad_orders": "Sponsored Products campaign report",
    "impressions": "Sponsored Products campaign report",
    "clicks": "Sponsored Products campaign report",
    "stock": "FBA manage inventory",
    "inbound": "FBA manage inventory",
    "available": "FBA manage inventory",
    "units_30": "FBA inventory planning",
    "units_90": "FBA inventory planning",
    "returns": "FBA customer returns",
}
"""Which export would give a sum that is missing."""

DENOMINATORS = {
    **{metric: parts[1] for metric, parts in RATIOS.items()},
    "days_of_cover": "units",
    "brand_share": "purchases",
    "turnover": "unit_days",
    "sell_through": "unit_days",
}
"""What each divided metric divides by: where that is 0 there is no value, and nothing is missing either."""

_COVERAGE = ("days", "days_with_data")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value with everything it rests on.

    `inputs` are the sums the formula used, None where not known. Where there is no value, `missing` names those sums,
    `needed` the exports that would give them, and `zero` the denominator that is 0. `final_from`: an export of this day
    or later makes a provisional value final. `gap_days`: days of the period without data. `typed`: people typed it, no
    report has it.
    """

    metric: str
    subject: str
    value: Decimal | None
    kind: Kind
    currency: str
    period: Period
    formula: str
    formula_source: str
    inputs: tuple[tuple[str, Decimal | None], ...]
    sources: tuple[SourceRef, ...]
    maturity: Maturity
    as_of: date | None
    final_from: date | None = None
    gap_days: int = 0
    missing: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    zero: str = ""
    typed: bool = False

    @property
    def rows(self) -> int:
        """How many report rows were used in all."""
        return sum(source.rows for source in self.sources)


def explain(value: MetricValue) -> Explanation:
    """What a value is made of. Raises KeyError for a metric nobody defined."""
    spec = METRICS[value.metric]
    inputs = tuple((name, amount) for name, amount in value.inputs.items() if name not in _COVERAGE)
    missing = tuple(name for name, amount in inputs if amount is None) if value.value is None else ()
    return Explanation(
        metric=value.metric,
        subject=value.scope.label(),
        value=value.value,
        kind=spec.kind,
        currency=value.currency,
        period=value.period,
        formula=spec.formula,
        formula_source=spec.source,
        inputs=inputs,
        sources=value.sources,
        maturity=value.maturity,
        as_of=value.as_of,
        final_from=_final_from(value),
        gap_days=_gap(value),
        missing=missing,
        needed=tuple(dict.fromkeys(each for name in missing if (each := _needed(name)))),
        zero=_zero(value),
        typed=any(source.report == TYPED for source in value.sources),
    )


def _final_from(value: MetricValue) -> date | None:
    """The first day whose export would make the value final, as far as its window alone decides."""
    if value.maturity is Maturity.FINAL or value.value is None:
        return None
    settle = METRICS[value.metric].settle_days
    if value.metric in ATTRIBUTED:
        settle = max(settle, ATTRIBUTION_DAYS)
    return value.period.end + timedelta(days=settle + 1)


def _needed(name: str) -> str:
    """What would give a missing sum; `EUR/USD` is an exchange rate."""
    return "a dated exchange rate" if "/" in name else NEEDS.get(name, "")


def _zero(value: MetricValue) -> str:
    name = DENOMINATORS.get(value.metric, "")
    return name if value.value is None and value.inputs.get(name) == 0 else ""


def _gap(value: MetricValue) -> int:
    days, known = (value.inputs.get(name) for name in _COVERAGE)
    return int(days - known) if days is not None and known is not None else 0


def arithmetic(value: MetricValue) -> tuple[str, str] | None:
    """Names of the numerator and the denominator of a ratio among its inputs, to show the division; None for sums."""
    parts = RATIOS.get(value.metric)
    return parts if parts and all(name in value.inputs for name in parts) else None
