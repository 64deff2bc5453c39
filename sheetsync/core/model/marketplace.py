"""Amazon's marketplaces: code, Amazon's id, currency, domain, order of dates, time zone. Pure data.

Ids, domains and currencies are those of Amazon's Selling Partner API reference ("Marketplace IDs"). The time zone is
the one whose midnight ends a day in that marketplace's Business Reports. The date order is how the local Seller
Central writes a numeric date; a file's own evidence always goes before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DateOrder = Literal["mdy", "dmy", "ymd"]


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One Amazon store."""

    code: str
    amazon_id: str
    currency: str
    domain: str
    date_order: DateOrder
    time_zone: str


MARKETPLACES: tuple[Marketplace, ...] = (
    Marketplace("US", "ATVPDKIKX0DER", "USD", "amazon.com", "mdy", "America/Los_Angeles"),
    Marketplace("CA", "A2EUQ1WTGCTBG2", "CAD", "amazon.ca", "mdy", "America/Los_Angeles"),
    Marketplace("MX", "A1AM78C64UM0Y8", "MXN", "amazon.com.mx", "dmy", "America/Los_Angeles"),
    Marketplace("BR", "A2Q3Y263D00KWC", "BRL", "amazon.com.br", "dmy", "America/Sao_Paulo"),
    Marketplace("UK", "A1F83G8C2ARO7P", "GBP", "amazon.co.uk", "dmy", "Europe/London"),
    Marketplace("DE", "A1PA6795UKMFR9", "EUR", "amazon.de", "dmy", "Europe/Berlin"),
    Marketplace("FR", "A13V1IB3VIYZZH", "EUR", "amazon.fr", "dmy", "Europe/Paris"),
    Marketplace("ES", "A1RKKUPIHCS9HS", "EUR", "amazon.es", "dmy", "Europe/Madrid"),
    Marketplace("IT", "APJ6JRA9NG5V4", "EUR", "amazon.it", "dmy", "Europe/Rome"),
    Marketplace("NL", "A1805IZSGTT6HS", "EUR", "amazon.nl", "dmy", "Europe/Amsterdam"),
    Marketplace("BE", "AMEN7PMS3EDWL", "EUR", "amazon.com.be", "dmy", "Europe/Brussels"),
    Marketplace("IE", "A28R8C7NBKEWEA", "EUR", "amazon.ie", "dmy", "Europe/Dublin"),
    Marketplace("SE", "A2NODRKZP88ZB9", "SEK", "amazon.se", "ymd", "Europe/Stockholm"),
    Marketplace("PL", "A1C3SOZRARQ6R3", "PLN", "amazon.pl", "dmy", "Europe/Warsaw"),
    Marketplace("TR", "A33AVAJ2PDY3EV", "TRY", "amazon.com.tr", "dmy", "Europe/Istanbul"),
    Marketplace("JP", "A1VC38T7YXB528", "JPY", "amazon.co.jp", "ymd", "Asia/Tokyo"),
    Marketplace("IN", "A21TJRUUN4KGV", "INR", "amazon.in", "dmy", "Asia/Kolkata"),
    Marketplace("AU", "A39IBJ37TRP1C6", "AUD", "amazon.com.au", "dmy", "Australia/Sydney"),
    Marketplace("SG", "A19VAU5U5O7RUS", "SGD", "amazon.sg", "dmy", "Asia/Singapore"),
    Marketplace("AE", "A2VIGQ35RCS4UG", "AED", "amazon.ae", "dmy", "Asia/Dubai"),
    Marketplace("SA", "A17E79C6D8DWNP", "SAR", "amazon.sa", "dmy", "Asia/Riyadh"),
    Marketplace("EG", "ARBP9OOSHTCHU", "EGP", "amazon.eg", "dmy", "Africa/Cairo"),
    Marketplace("ZA", "AE08WJ6YKNBMC", "ZAR", "amazon.co.za", "dmy", "Africa/Johannesburg"),
)

_BY_CODE = {place.code: place for place in MARKETPLACES}
_BY_ID = {place.amazon_id: place for place in MARKETPLACES}
_BY_DOMAIN = {place.domain: place for place in MARKETPLACES}
_SYNONYMS = {"GB": "UK"}
"""Amazon's own files write both."""


def marketplace(code: str) -> Marketplace:
    """Return the marketplace of a code (`US`, `uk`, `GB`), an Amazon id or a domain (`Amazon.co.uk`).

    Raises KeyError when there is none: `Non-Amazon` and the SI stores of settlements are not marketplaces.
    """
    text = code.strip()
    upper = text.upper()
    found = _BY_CODE.get(_SYNONYMS.get(upper, upper)) or _BY_ID.get(upper)
    found = found or _BY_DOMAIN.get(text.casefold().removeprefix("www."))
    if found is None:
        raise KeyError(code)
    return found


def sole_marketplace_of(currency: str) -> Marketplace | None:
    """Return the only marketplace that trades in a currency, or None: EUR has seven of them."""
    places = [place for place in MARKETPLACES if place.currency == currency]
    return places[0] if len(places) == 1 else None
