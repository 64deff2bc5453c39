"""Stock: units now, on the way and aged; days of cover; sell-through and turnover.

Each figure of a marketplace comes from one report: the one with the latest snapshot that has it, in the order of
`REPORTS` where two were taken on the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sheetsync.core.model.metric import Maturity, MetricValue, Period, Scope, SourceRef
from sheetsync.history.account import Inputs, Row
from sheetsync.history.arithmetic import ratio, whole
from sheetsync.history.provenance import Provenance, merged

REPORTS = ("fba_myi", "fba_planning", "fba_restock", "fba_afn", "fba_ledger_summary")
MEASURES = ("available", "inbound", "aged", "units_30", "units_90")

YEAR = Decimal(365)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a scope sells: units over a number of days."""

    units: Decimal
    days: int
    sources: tuple[SourceRef, ...]


@dataclass(slots=True)
class Figure:
    """One measure of one scope: its sum (None once a row of it is not known), the day, and the files behind it."""

    amount: Decimal | None
    day: date
    as_of: date | None
    sources: tuple[SourceRef, ...]


@dataclass(slots=True)
class Item:
    """What is known of a scope: its measures, and how fast it sells."""

    scope: Scope
    figures: dict[str, Figure] = field(default_factory=dict)
    pace: Pace | None = None


def stock_values(
    rows: Iterable[Row], on_hand: Iterable[Row], pace: Mapping[Scope, Pace], provenance: Provenance
) -> Iterable[MetricValue]:
    """Every stock value of every marketplace, its ASINs and SKUs.

    `pace` says from sales or orders how fast a scope sells, for marketplaces and for products whose inventory report
    does not say how many were shipped.
    """
    items = _items(list(rows), provenance)
    means = _means(list(on_hand))
    _set_paces(items, pace)
    for item in items.values():
        yield from _levels(item)
        yield from _cover(item, items)
        yield from _speeds(item, means)


def _items(rows: list[Row], provenance: Provenance) -> dict[Scope, Item]:
    speaks = _speaking(rows)
    found: dict[Scope, Item] = {}
    for row in rows:
        place = row["marketplace"]
        sku = Scope(place, asin=row["asin"] or "", sku=row["sku"] or "")
        source = (provenance.source(row["import_id"], row["row_count"]),)
        for measure in MEASURES:
            if speaks.get((place, measure)) != row["report"]:
                continue
            for scope in dict.fromkeys((Scope(place), Scope(place, asin=row["asin"] or ""), sku)):
                item = found.setdefault(scope, Item(scope))
                _add(item, measure, Figure(whole(row[measure]), row["day"], row["as_of"], source))
    return found


def _speaking(rows: list[Row]) -> dict[tuple[str, str], str]:
    """Which report speaks for a measure in a marketplace: the latest that knows it for some row."""
    best: dict[tuple[str, str], tuple[date, int]] = {}
    for row in rows:
        rank = -REPORTS.index(row["report"])
        for measure in MEASURES:
            if row[measure] is not None:
                key = (row["marketplace"], measure)
                best[key] = max(best.get(key, (date.min, 0)), (row["day"], rank), key=lambda pair: pair)
    return {key: REPORTS[-rank] for key, (_, rank) in best.items()}


def _add(item: Item, measure: str, figure: Figure) -> None:
    before = item.figures.get(measure)
    if before is None:
        item.figures[measure] = figure
        return
    amount = None if before.amount is None or figure.amount is None else before.amount + figure.amount
    sources = merged((before.sources, figure.sources))
    item.figures[measure] = Figure(amount, max(before.day, figure.day), figure.as_of, sources)


def _set_paces(items: dict[Scope, Item], pace: Mapping[Scope, Pace]) -> None:
    """A marketplace sells as its sales say; a product as its own inventory report says, else as sales or orders say.

    Sales know ASINs and not SKUs: the only SKU of an ASIN sells as fast as the ASIN.
    """
    skus: dict[Scope, list[Scope]] = {}
    for scope in items:
        if scope.sku:
            skus.setdefault(Scope(scope.marketplace, asin=scope.asin), []).append(scope)
    for scope, item in items.items():
        shipped = item.figures.get("units_30")
        asin = Scope(scope.marketplace, asin=scope.asin)
        told = pace.get(scope) or (pace.get(asin) if skus.get(asin) == [scope] else None)
        if shipped is not None and shipped.amount is not None and (scope.asin or scope.sku or told is None):
            told = Pace(shipped.amount, 30, shipped.sources)
        item.pace = told
    for asin, each in skus.items():
        if asin in items and items[asin].pace is None and all(items[scope].pace for scope in each):
            paces = [one for scope in each if (one := items[scope].pace)]
            daily = sum((one.units * 30 / one.days for one in paces), Decimal(0))
            items[asin].pace = Pace(daily.quantize(Decimal("0.01")), 30, merged(one.sources for one in paces))


def _levels(item: Item) -> Iterable[MetricValue]:
    for metric, measure in (("stock", "available"), ("inbound", "inbound"), ("aged_stock", "aged")):
        figure = item.figures.get(measure)
        if figure is not None:
            yield _value(metric, item, figure, figure.amount, {metric: figure.amount}, figure.sources)


def _cover(item: Item, items: Mapping[Scope, Item]) -> Iterable[MetricValue]:
    available, pace = item.figures.get("available"), item.pace
    asin = items.get(Scope(item.scope.marketplace, asin=item.scope.asin))
    if available is None or (pace is None and item.scope.sku and asin is not None and asin.pace is not None):
        return  # the ASIN says more than its SKU could
    inputs: Inputs = {
        "stock": available.amount,
        "units": pace.units if pace else None,
        "days": Decimal(pace.days) if pace else None,
    }
    days = None
    if pace is not None and available.amount is not None:
        # stock / (units / days), divided once so that nothing is rounded in between
        days = ratio(available.amount * pace.days, pace.units)
    yield _value(
        "days_of_cover", item, available, days, inputs, merged((available.sources, pace.sources if pace else ()))
    )


def _speeds(item: Item, means: Mapping[tuple[str, Scope], tuple[Decimal, int]]) -> Iterable[MetricValue]:
    for metric, measure, window, times in (
        ("turnover", "units_30", "last30", YEAR / 30),
        ("sell_through", "units_90", "last90", Decimal(1)),
    ):
        figure, mean = item.figures.get(measure), means.get((window, item.scope))
        if figure is None or figure.amount is None or mean is None:
            continue
        unit_days, snapshots = mean
        value = ratio(figure.amount * times * snapshots, unit_days)
        inputs: Inputs = {measure: figure.amount, "unit_days": unit_days, "snapshots": Decimal(snapshots)}
        yield _value(metric, item, figure, value, inputs, figure.sources)


def _means(rows: list[Row]) -> dict[tuple[str, Scope], tuple[Decimal, int]]:
    """Unit-days and snapshots of each window and scope, from the report with the most snapshots of the marketplace."""
    best: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        key = (row["period"], row["marketplace"])
        best[key] = max(best.get(key, (0, -9)), (row["snapshots"], -REPORTS.index(row["report"])))
    found: dict[tuple[str, Scope], tuple[Decimal, int]] = {}
    for row in rows:
        place, snapshots = row["marketplace"], row["snapshots"]
        if best[row["period"], place] != (snapshots, -REPORTS.index(row["report"])):
            continue
        asin, sku = row["asin"] or "", row["sku"] or ""
        for scope in dict.fromkeys((Scope(place), Scope(place, asin=asin), Scope(place, asin=asin, sku=sku))):
            before = found.get((row["period"], scope), (Decimal(0), snapshots))[0]
            found[row["period"], scope] = (before + Decimal(int(row["unit_days"])), snapshots)
    return found


def _value(
    metric: str,
    item: Item,
    figure: Figure,
    amount: Decimal | None,
    inputs: Inputs,
    sources: tuple[SourceRef, ...],
) -> MetricValue:
    period = Period("asof", figure.day, figure.day)
    return MetricValue(metric, item.scope, period, amount, "", Maturity.FINAL, figure.as_of, inputs, sources)
