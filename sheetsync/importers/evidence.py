"""What a whole file says about its own tokens, before the first one is read: decimal mark, date order, currencies.

One look at every distinct text of the columns that matter. `1,234 €` is read by what the file's other amounts prove,
`03/04/26` by what the column's other dates prove.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetsync.core.model.marketplace import DateOrder, marketplace, sole_marketplace_of
from sheetsync.importers import dates
from sheetsync.importers.base import Field, FieldKind
from sheetsync.importers.book import Shape
from sheetsync.importers.convert import text
from sheetsync.importers.identify import Claim
from sheetsync.importers.money import CODES, currency_of_mark
from sheetsync.importers.numbers import Style, proves, token
from sheetsync.importers.tables import Table

GROUPING_LANGUAGES = frozenset({"de", "es", "fr", "it", "nl"})
"""Languages whose amounts group with points: where nothing is proved, `1.234` is 1234."""
MARKETPLACE_FIELDS = (
    "marketplace", "marketplace_name", "sales_channel", "country", "country_code", "location",
    "advertised_marketplace", "amazon_marketplace",
)  # fmt: skip
CURRENCY_FIELDS = ("currency", "return_currency")
DISTINCT_LIMIT = 50_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the file proves: a style for each column that holds numbers, the order of its dates ("" when it stays open
    and matters), whether that order denies the one that was told, the currencies and marketplaces it names, a currency
    mark that several share, and the one mark that stands before all amounts ("" for none, None when there are several).
    """

    styles: Mapping[str, Style]
    order: DateOrder | None
    order_open: bool
    order_denied: bool
    currencies: tuple[str, ...]
    shared_mark: str | None
    mark: str | None
    marketplaces: tuple[str, ...]
    marketplaces_unknown: bool


class _Seen:
    """Distinct values of the columns that prove something, and the ambiguous dates in their order."""

    def __init__(self) -> None:
        self.distinct: dict[str, set[str]] = {}
        self.dates: list[tuple[int, int, int]] = []
        self._last: tuple[int, int, int] | None = None

    def add(self, field: Field, cell: str, *, dated: bool) -> None:
        known = self.distinct.setdefault(field.name, set())
        fresh = cell not in known
        if fresh and len(known) < DISTINCT_LIMIT:
            known.add(cell)
        if dated and (fresh or self._last is not None):
            parts = dates.ambiguous_parts(cell)
            if parts is not None and parts != self._last:
                self.dates.append(parts)
                self._last = parts


def collect(
    table: Table, claim: Claim, *, limit: int | None = None
) -> tuple[dict[str, set[str]], list[tuple[int, int, int]]]:
    """Return the distinct texts of the columns that prove something, and the ambiguous dates in their order.

    `limit` looks at the first rows only.
    """
    columns = _columns(claim)
    dated = _dated(claim.shape)
    seen = _Seen()
    for count, (_, cells) in enumerate(table.rows()):
        if limit is not None and count >= limit:
            break
        width = len(cells)
        for position, field in columns:
            cell = cells[position] if position < width else None
            if cell is not None and cell != "" and type(cell) is str:
                seen.add(field, cell, dated=field.name in dated)
    return seen.distinct, seen.dates


def _columns(claim: Claim) -> list[tuple[int, Field]]:
    kinds = {FieldKind.MONEY, FieldKind.NUMBER, FieldKind.RATIO, FieldKind.DATE, FieldKind.DATETIME}
    found = []
    for position, name in claim.columns.items():
        field = claim.shape.spec.field(name)
        if field.kind in kinds or name in MARKETPLACE_FIELDS or name in CURRENCY_FIELDS:
            found.append((position, field))
    return found


def _dated(shape: Shape) -> frozenset[str]:
    """Date fields that decide something: those of the key, of the period and those a row must have."""
    spec = shape.spec
    names = {*spec.key, *shape.period_dates, *shape.filled_one_of, "date", "start_date", "end_date"}
    kinds = {FieldKind.DATE, FieldKind.DATETIME}
    return frozenset(each.name for each in spec.fields if each.kind in kinds and each.name in names)


def weigh(
    claim: Claim,
    distinct: Mapping[str, Collection[str]],
    ambiguous: Sequence[tuple[int, int, int]],
    *,
    given_order: DateOrder | None,
    place: str | None,
) -> Evidence:
    """Draw the conclusions. `place` is the marketplace as far as it is known; the file's own evidence goes first."""
    currencies, shared = _currencies(claim, distinct)
    places, unknown = _marketplaces(distinct)
    if place is None and len(places) == 1 and not unknown:
        place = places[0]
    if place is None and len(currencies) == 1 and (sole := sole_marketplace_of(currencies[0])) is not None:
        place = sole.code
    proved = dates.proved_order(ambiguous)
    order = proved or given_order or dates.order_of(ambiguous)
    if order is None and place is not None:
        order = _local_order(place)
    return Evidence(
        styles=_styles(claim, distinct),
        order=order,
        order_open=order is None and any(first != second for first, second, _ in ambiguous),
        order_denied=proved is not None and given_order is not None and proved != given_order,
        currencies=currencies,
        shared_mark=shared,
        mark=_one_mark(claim, distinct),
        marketplaces=places,
        marketplaces_unknown=unknown,
    )


def _local_order(place: str) -> DateOrder | None:
    """The order in which a marketplace writes its days; a year first cannot be what an ambiguous date is in."""
    order = marketplace(place).date_order
    return None if order == "ymd" else order


def _styles(claim: Claim, distinct: Mapping[str, Collection[str]]) -> dict[str, Style]:
    spec = claim.shape.spec
    own: dict[str, set[Style]] = {}
    for name, texts in distinct.items():
        if spec.field(name).kind in {FieldKind.MONEY, FieldKind.NUMBER, FieldKind.RATIO}:
            own[name] = {proves(parts.body) for each in texts if (parts := token(each)) is not None} - {None}
    money = set[Style]().union(*(each for name, each in own.items() if spec.field(name).kind is FieldKind.MONEY))
    open_style: Style = "group" if claim.language in GROUPING_LANGUAGES else None
    styles: dict[str, Style] = {}
    for name, proved in own.items():
        decisive = proved or (money if spec.field(name).kind is FieldKind.MONEY else proved)
        styles[name] = "clash" if len(decisive) > 1 else next(iter(decisive), open_style)
    return styles


def _one_mark(claim: Claim, distinct: Mapping[str, Collection[str]]) -> str | None:
    marks = {""}
    for name, texts in distinct.items():
        if claim.shape.spec.field(name).kind is FieldKind.MONEY:
            for each in texts:
                parts = token(each)
                if parts is not None and parts.mark is not None:
                    marks.add(parts.mark if each.strip().startswith(parts.mark) else "\0")
    marks.discard("")
    if not marks:
        return ""
    return marks.pop() if len(marks) == 1 and "\0" not in marks else None


def named(claim: Claim, distinct: Mapping[str, Collection[str]], before: Evidence) -> dict[str, Any]:
    """Return currencies and marketplaces as the whole file names them, for evidence that saw its first rows only."""
    places, unknown = _marketplaces(distinct)
    found: dict[str, Any] = {"marketplaces": places, "marketplaces_unknown": unknown}
    if any(name in distinct for name in CURRENCY_FIELDS):
        found["currencies"], found["shared_mark"] = _currencies(claim, distinct)
    return found if distinct else {"currencies": before.currencies}


def _currencies(claim: Claim, distinct: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], str | None]:
    """Return the currencies that the file names, and a mark it uses that several currencies share."""
    named = {code for name in CURRENCY_FIELDS for each in distinct.get(name, ()) if (code := _code(each)) is not None}
    if named:
        return tuple(sorted(named)), None
    marks = {mark for mark in claim.currencies if mark}
    shared = "$" if "" in claim.currencies else None
    for name, texts in distinct.items():
        if claim.shape.spec.field(name).kind is not FieldKind.MONEY:
            continue
        for each in texts:
            parts = token(each)
            if parts is None or parts.mark is None:
                continue
            code = currency_of_mark(parts.mark)
            if code:
                marks.add(code)
            else:
                shared = parts.mark
    if not marks and shared in {"¥", "￥", "\\"} and claim.language == "ja":
        return ("JPY",), None  # the sign is the yuan's too, but never in a Japanese file
    return tuple(sorted(marks)), shared


def _code(cell: str) -> str | None:
    found = (text(cell) or "").upper()
    return found if found in CODES else None


def _marketplaces(distinct: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], bool]:
    """Return the marketplaces that the first telling column names, and whether it names others besides."""
    for name in MARKETPLACE_FIELDS:
        if name not in distinct:
            continue
        found, unknown = set(), False
        for each in distinct[name]:
            try:
                found.add(marketplace(text(each) or "").code)
            except KeyError:
                unknown = True
        if found:
            return tuple(sorted(found)), unknown
    return (), False
