"""Values that stand for themselves: ranks, search queries, returns, feedback, EPR, settlements, account health."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from sheetsync.core.model.metric import Maturity, MetricValue, Period, Scope
from sheetsync.history.account import Inputs, Row, value_of
from sheetsync.history.arithmetic import fraction, money, ratio, whole
from sheetsync.history.outlook import Outlook
from sheetsync.history.provenance import Provenance, merged

HEALTH_METRICS = {
    "orderdefectrate": "odr",
    "lateshipmentrate": "late_shipment",
    "prefulfillmentcancelrate": "cancellation",
    "prefulfillmentcancellationrate": "cancellation",
    "validtrackingrate": "valid_tracking",
    "ontimedeliveryrate": "on_time_delivery",
    "unitontimedeliveryrate": "on_time_delivery",
}
"""Amazon's names of the rates (both spellings of the cancellation rate occur) and ours."""


def ranks(rows: Iterable[Row], provenance: Provenance) -> Iterable[MetricValue]:
    """Best-seller rank and its drift of each ASIN and category, from `bsr.sql`."""
    seen = set[Scope]()
    for row in sorted(rows, key=lambda row: (row["report"] != "fba_planning", -row["day"].toordinal())):
        scope = Scope(row["marketplace"], asin=row["asin"], category=row["category"])
        if scope in seen:
            continue
        seen.add(scope)
        now, before = whole(row["rank_now"]), whole(row["rank_before"])
        sources = (provenance.source(row["import_id"], 1),)
        today = Period("asof", row["day"], row["day"])
        yield MetricValue("bsr", scope, today, now, "", Maturity.FINAL, row["as_of"], {"bsr": now}, sources)
        if before is not None and now is not None:
            span = Period("asof", row["day_before"], row["day"])
            inputs: Inputs = {"rank_now": now, "rank_before": before}
            yield MetricValue("bsr_drift", scope, span, now - before, "", Maturity.FINAL, row["as_of"], inputs, sources)


def queries(rows: Iterable[Row], provenance: Provenance) -> Iterable[MetricValue]:
    """Volume and the brand's share of each search query, from `search.sql`."""
    for row in rows:
        scope = Scope(row["marketplace"], term=row["query"], category=row["brand"])
        period = Period("asof", row["first_day"], row["last_day"])
        sources = (provenance.source(row["import_id"], row["row_count"]),)
        volume, all_, own = whole(row["volume"]), whole(row["purchases"]), whole(row["own_purchases"])
        for metric, amount, inputs in (
            ("query_volume", volume, {"query_volume": volume}),
            ("brand_share", ratio(own, all_), {"own_purchases": own, "purchases": all_, "query_volume": volume}),
        ):
            yield MetricValue(metric, scope, period, amount, "", Maturity.FINAL, row["as_of"], inputs, sources)


def returned(
    rows: Iterable[Row], sales: Iterable[Row], outlook: Outlook, provenance: Provenance
) -> Iterable[MetricValue]:
    """Returned units of each marketplace and ASIN, and the return rate of a marketplace, from `returns.sql`."""
    totals: dict[tuple[str, str], tuple[Decimal | None, list[str]]] = {}
    for row in rows:
        key = (row["marketplace"], row["period"])
        window = outlook.window("returns", *key)
        if window is None:
            continue
        units, (total, texts) = whole(row["units"]), totals.get(key, (Decimal(0), []))
        totals[key] = (None if total is None or units is None else total + units, [*texts, row["sources"]])
        if row["asin"]:
            scope = Scope(row["marketplace"], asin=row["asin"])
            yield value_of("returns", scope, window, {"returns": units}, row, provenance, coverage=False)
    ordered = {(row["marketplace"], row["period"]): row for row in sales if row["basis"] == "returns"}
    for key, (total, texts) in totals.items():
        window = outlook.window("returns", *key)
        if window is None:
            continue
        row = {"currency": "", "sources": " ".join(texts)}
        sums: Inputs = {"returns": total, "units": whole(ordered[key]["units"]) if key in ordered else None}
        yield _merged_sources(value_of("returns", Scope(key[0]), window, sums, row, provenance))
        if key in ordered:
            row["sources"] += " " + ordered[key]["sources"]
            yield _merged_sources(value_of("return_rate", Scope(key[0]), window, sums, row, provenance))


def _merged_sources(value: MetricValue) -> MetricValue:
    from dataclasses import replace

    return replace(value, sources=merged((value.sources,)))


def feedback(rows: Iterable[Row], outlook: Outlook, provenance: Provenance) -> Iterable[MetricValue]:
    """Ratings of 1 or 2 stars of each marketplace, from `feedback.sql`; 0 where the days are covered and none came."""
    told = {(row["marketplace"], row["period"]): row for row in rows}
    for (basis, place, name), window in outlook.windows.items():
        if basis == "feedback":
            row = told.get((place, name), {"negative": 0, "row_count": 0, "sources": ""})
            sums: Inputs = {"negative_feedback": whole(row["negative"])}
            value = value_of("negative_feedback", Scope(place), window, sums, {**row, "currency": ""}, provenance)
            yield value


def unregistered(rows: Iterable[Row], provenance: Provenance) -> Iterable[MetricValue]:
    """Units without an EPR registration of each marketplace and ASIN, from `epr.sql`."""
    totals: dict[Scope, MetricValue] = {}
    for row in rows:
        place = row["marketplace"]
        for scope in (Scope(place), Scope(place, asin=row["asin"], category=row["category"])):
            gone, sold = whole(row["missing"]), whole(row["units"])
            before = totals.get(scope)
            known = before.inputs if before else {"missing": Decimal(0), "units": Decimal(0)}
            inputs = {"missing": _plus(known["missing"], gone), "units": _plus(known["units"], sold)}
            source = (provenance.source(row["import_id"], row["row_count"]),)
            totals[scope] = MetricValue(
                "epr_missing",
                scope,
                Period("asof", row["first_day"], row["last_day"]),
                inputs["missing"],
                as_of=row["as_of"],
                inputs=inputs,
                sources=merged((before.sources if before else (), source)),
            )
    return totals.values()


def _plus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left + right


def settlements(rows: Iterable[Row], provenance: Provenance) -> Iterable[MetricValue]:
    """The gap of each settlement of the last months, from `settlement.sql`; its number stands as the category."""
    for row in rows:
        stated, lines = money(row["stated"]), money(row["lines"])
        gap = stated - lines if stated is not None and lines is not None else None
        yield MetricValue(
            "settlement_gap",
            Scope(row["marketplace"], category=row["settlement_id"]),
            Period("asof", row["first_day"], row["last_day"]),
            gap,
            row["currency"],
            as_of=row["as_of"],
            inputs={"stated": stated, "lines": lines},
            sources=(provenance.source(row["import_id"], row["row_count"]),),
        )


def health(rows: Iterable[Row], provenance: Provenance) -> Iterable[MetricValue]:
    """The rates of the latest account health report of each marketplace, and its A-to-z claims, from `health.sql`.

    The seller-fulfilled part of a rate is the one that counts against the account; the FBA part stands under its own
    category.
    """
    for row in rows:
        metric = HEALTH_METRICS.get(re.sub(r"[^a-z]", "", row["metric"].casefold()))
        if metric is None:
            continue
        scope = Scope(row["marketplace"], category="" if row["part"].casefold() in ("", "mfn") else row["part"])
        counted, stated = fraction(row["rate_micros"]), fraction(row["stated_micros"])
        inputs: Inputs = {
            "counted": whole(row["counted"]),
            "base": whole(row["base"]),
            "rate_from_counts": counted,
            "stated": stated,
        }
        yield _asof(metric, scope, stated if counted is None else counted, inputs, row, provenance)
        if row["claims"] is not None:
            claims = whole(row["claims"])
            yield _asof("a_to_z", scope, claims, {"a_to_z": claims}, row, provenance)


def _asof(
    metric: str, scope: Scope, amount: Decimal | None, inputs: Inputs, row: Row, provenance: Provenance
) -> MetricValue:
    period = Period("asof", row["last_day"], row["last_day"])
    sources = (provenance.source(row["import_id"], row["row_count"]),)
    return MetricValue(metric, scope, period, amount, "", Maturity.FINAL, row["as_of"], inputs, sources)
