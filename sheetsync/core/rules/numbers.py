"""Numbers as they stand in a sentence: short, the same in every language, never more exact than a meeting needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sheetsync.core.model.layout import Kind
from sheetsync.core.model.metric import METRICS


def percent(value: Decimal | None, digits: int = 1) -> str:
    """A fraction as `31.2 %`; a dash for what is not known."""
    if value is None:
        return "–"
    return f"{value * 100:,.{digits}f} %"


def whole(value: Decimal | int | None) -> str:
    """A count as `1,234`."""
    return "–" if value is None else f"{value:,.0f}"


def number(value: Decimal | None, digits: int = 1) -> str:
    """A measure as `12.4`."""
    return "–" if value is None else f"{value:,.{digits}f}"


def money(value: Decimal | None, currency: str = "") -> str:
    """An amount as `1,234.50 USD`; large ones (100,000 and more) without cents."""
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100_000 or currency == "JPY" else 2
    return f"{value:,.{digits}f} {currency}".rstrip()


def day(value: date | None) -> str:
    """A day as `2026-11-22`."""
    return "–" if value is None else value.isoformat()


def shown(metric: str, value: Decimal | None, currency: str = "") -> str:
    """A value of a metric in the metric's own unit; plain for a metric nobody defined."""
    kind = METRICS[metric].kind if metric in METRICS else Kind.NUMBER
    if kind is Kind.PERCENT:
        return percent(value)
    if kind is Kind.MONEY:
        return money(value, currency)
    return whole(value) if kind is Kind.INTEGER else number(value)
