"""Currency marks as reports write them, and which currency each one can mean."""

from __future__ import annotations

from sheetsync.core.model.marketplace import MARKETPLACES

UNKNOWN = ""
"""What a bare `$` or `¥` says: an amount, in a currency that the mark alone does not tell."""

_MARKS = {
    "$": UNKNOWN,
    "¥": UNKNOWN,
    "￥": UNKNOWN,
    "\\": UNKNOWN,
    "kr": UNKNOWN,
    "us$": "USD",
    "ca$": "CAD",
    "c$": "CAD",
    "cdn$": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "s$": "SGD",
    "mx$": "MXN",
    "r$": "BRL",
    "£": "GBP",
    "€": "EUR",
    "₹": "INR",
    "rs.": "INR",
    "rs": "INR",
    "zł": "PLN",
    "₺": "TRY",
    "tl": "TRY",
    "円": "JPY",
}
CODES = frozenset(place.currency for place in MARKETPLACES) | {"CNY"}


def currency_of_mark(mark: str) -> str | None:
    """Return the currency of a sign or code, `UNKNOWN` for a sign that several share, None when it is neither."""
    folded = mark.strip().casefold()
    if folded.upper() in CODES:
        return folded.upper()
    return _MARKS.get(folded)


def known_marks() -> tuple[str, ...]:
    """Return every mark and code, the longest first, so that `US$` is found before `$`."""
    return tuple(sorted([*_MARKS, *(code.casefold() for code in CODES)], key=len, reverse=True))
