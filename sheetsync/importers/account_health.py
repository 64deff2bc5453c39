"""Account health JSON (GET_V2_SELLER_PERFORMANCE_REPORT): one row a marketplace and metric.

Amazon's own example contradicts itself: swapped on-time counters, a rate of 0.8848 that is GOOD against a target of
more than 0.9. So the rate is computed again from its counts and the status from rate, target and condition; Amazon's
own stand beside them, and where they differ a person is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheetsync.core.model.marketplace import marketplace
from sheetsync.importers.json_table import records
from sheetsync.importers.tables import Cell, Row

PLACE = "performanceMetrics"
HEADINGS = (
    "marketplace", "metric", "fulfillment", "start_date", "end_date", "base_count", "defect_count", "rate",
    "rate_from_counts", "target_value", "target_condition", "status", "status_from_rate", "claims", "chargebacks",
    "negative_feedback",
)  # fmt: skip
_BASES = ("orderCount", "shipmentCount", "shipmentCountWithValidTracking", "totalUnitCount")
_COUNTS = (
    "lateShipmentCount", "cancellationCount", "onTimeDeliveryCount", "unitOnTimeDeliveryCount", "validTrackingCount",
    "defectsCount",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HealthTable:
    """The metrics of all marketplaces of an account."""

    path: Path
    headings: tuple[str, ...] = HEADINGS

    def rows(self) -> Iterator[Row]:
        """Yield a row for each metric; the order defect rate has one for each way of fulfilment."""
        number = 0
        for block in records(self.path, PLACE):
            for metric, body in block.items():
                for fulfillment, each in _bodies(body):
                    number += 1
                    row = _row(str(block.get("marketplaceId", "")), metric, fulfillment, each)
                    yield number, [row.get(name) for name in HEADINGS]


def table_at(path: Path) -> HealthTable | None:
    """Return the table when the document is an account health report, else None."""
    first = next(iter(records(path, PLACE)), None)
    return HealthTable(path) if first is not None and "marketplaceId" in first else None


def _bodies(body: Any) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    if not isinstance(body, Mapping):
        return
    if "afn" in body or "mfn" in body:
        yield from ((way, each) for way, each in body.items() if isinstance(each, Mapping))
    else:
        yield None, body


def _row(place: str, metric: str, fulfillment: str | None, body: Mapping[str, Any]) -> dict[str, Cell]:
    span = body.get("reportingDateRange") or {}
    base = next((body[name] for name in _BASES if name in body), None)
    defects = next((body[name] for name in _COUNTS if name in body), None)
    for name in ("orderWithDefects", "invoiceDefect"):
        if isinstance(body.get(name), Mapping):
            defects = body[name].get("count")
    rate = body.get("rate")
    measured = rate if rate is not None else defects
    return {
        "marketplace": _code(place),
        "metric": "preFulfillmentCancelRate" if "cancel" in metric.casefold() else metric,
        "fulfillment": fulfillment,
        "start_date": str(span.get("reportingDateFrom", ""))[:10],
        "end_date": str(span.get("reportingDateTo", ""))[:10],
        "base_count": base,
        "defect_count": defects,
        "rate": rate,
        "rate_from_counts": float(defects) / float(base) if base and defects is not None else None,
        "target_value": body.get("targetValue"),
        "target_condition": body.get("targetCondition"),
        "status": body.get("status") or body.get("ahrStatus"),
        "status_from_rate": _status(measured, body.get("targetValue"), body.get("targetCondition")),
        "claims": _count(body, "claims"),
        "chargebacks": _count(body, "chargebacks"),
        "negative_feedback": _count(body, "negativeFeedback"),
    }


def _code(amazon_id: str) -> str:
    try:
        return marketplace(amazon_id).code
    except KeyError:
        return amazon_id


def _count(body: Mapping[str, Any], name: str) -> int | None:
    inner = body.get(name)
    return inner.get("count") if isinstance(inner, Mapping) else None


def _status(rate: Any, target: Any, condition: Any) -> str | None:
    """Judge a rate by the target of the file, never by a constant."""
    if rate is None or target is None:
        return None
    kept = {"LESS_THAN": rate < target, "GREATER_THAN": rate > target, "EQUALS": rate == target}.get(str(condition))
    return None if kept is None else "GOOD" if kept else "BAD"


def contradictions(table: HealthTable) -> list[str]:
    """Name the metrics whose status is not what their own numbers say."""
    found = []
    for _, cells in table.rows():
        row = dict(zip(table.headings, cells, strict=True))
        name = f"{row['marketplace']} {row['metric']} {row['fulfillment'] or ''}".strip()
        if row["status"] in {"GOOD", "BAD"} and row["status_from_rate"] not in {None, row["status"]}:
            value = row["rate"] if row["rate"] is not None else row["defect_count"]
            found.append(
                f"{name}: Amazon says {row['status']}, but {value} against {row['target_condition']} "
                f"{row['target_value']} is {row['status_from_rate']}."
            )
        stated, counted = row["rate"], row["rate_from_counts"]
        if stated is not None and isinstance(counted, float) and abs(float(str(stated)) - counted) > 0.001:
            found.append(f"{name}: the stated rate {stated} is not {row['defect_count']} of {row['base_count']}.")
    return found
