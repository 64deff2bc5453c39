"""The edge where sums become values: ratios, money and deviations in Decimal, rounded once and only here.

The metric files return integers (counts, and money in micros); engines round halves differently, Decimal does not.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

MICROS = 1_000_000
"""Money and fractions are kept in integer millionths."""

RATIO_STEP = Decimal("0.000001")
"""Ratios are shown with at most a tenth of a percent; six places keep what any rule compares."""

MONEY_STEP = Decimal("0.01")


def whole(value: int | Decimal | None) -> Decimal | None:
    """A count as Decimal; None stays None."""
    return None if value is None else Decimal(int(value))


def money(micros: int | Decimal | None) -> Decimal | None:
    """Micros as currency units. Exact: cents where there are no smaller parts, else all six places."""
    if micros is None:
        return None
    exact = Decimal(int(micros)).scaleb(-6)
    cents = exact.quantize(MONEY_STEP, ROUND_HALF_EVEN)
    return cents if cents == exact else exact


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """The quotient to six places; None when a side is not known or the denominator is 0."""
    if numerator is None or not denominator:
        return None
    with localcontext(prec=50):
        return (numerator / denominator).quantize(RATIO_STEP, ROUND_HALF_EVEN)


def fraction(micros: int | None) -> Decimal | None:
    """Millionths as a fraction."""
    return None if micros is None else Decimal(int(micros)).scaleb(-6)


def deviation(count: int, total: Decimal | None, squares: Decimal | None) -> Decimal | None:
    """The sample standard deviation from n, the sum and the sum of squares; None for fewer than two values."""
    if count < 2 or total is None or squares is None:
        return None
    with localcontext(prec=50):
        variance = (squares - total * total / count) / (count - 1)
        return variance.sqrt().quantize(RATIO_STEP, ROUND_HALF_EVEN)
