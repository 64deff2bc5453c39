"""Account health: the seller performance report as the Selling Partner API delivers it (JSON, rates as fractions)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from sample_files import IDS
from sample_seller import Seller, Store

LESS, MORE = "LESS_THAN", "GREATER_THAN"
ORDERS = 1000


def account_health(folder: Path, seller: Seller, store: Store, *, on_time: int) -> None:
    """One marketplace's report; `on_time` of a thousand deliveries arrived in time, everything else is well."""
    blocks = {
        "orderDefectRate": {kind: _defects(seller) | {"fulfillmentType": kind} for kind in ("afn", "mfn")},
        "lateShipmentRate": _rate(seller, 30, ("orderCount", "lateShipmentCount"), 11, 0.04, LESS),
        "prefulfillmentCancelRate": _rate(seller, 7, ("orderCount", "cancellationCount"), 4, 0.025, LESS),
        "validTrackingRate": _rate(seller, 30, ("shipmentCount", "validTrackingCount"), 991, 0.95, MORE),
        "onTimeDeliveryRate": _rate(
            seller, 30, ("shipmentCountWithValidTracking", "onTimeDeliveryCount"), on_time, 0.9, MORE
        ),
        "accountHealthRating": _span(seller, 180) | {"ahrStatus": "GREAT"},
        "warningState": [],
    }
    data = {
        "accountStatuses": [{"marketplaceId": IDS[store.code], "status": "NORMAL"}],
        "performanceMetrics": [{"marketplaceId": IDS[store.code]} | blocks],
    }
    (folder / "seller-performance.json").write_text(json.dumps(data, indent=1), encoding="utf-8")


def _span(seller: Seller, days: int) -> dict[str, object]:
    last = seller.days[-1]
    first = last - timedelta(days=days - 1)
    span = {"reportingDateFrom": f"{first}T00:00Z", "reportingDateTo": f"{last}T23:59Z"}
    return {"reportingDateRange": span}


def _rate(
    seller: Seller, days: int, names: tuple[str, str], count: int, target: float, condition: str
) -> dict[str, object]:
    rate = count / ORDERS
    good = rate < target if condition == LESS else rate > target
    return _span(seller, days) | {
        names[0]: ORDERS,
        names[1]: count,
        "status": "GOOD" if good else "BAD",
        "rate": rate,
        "targetValue": target,
        "targetCondition": condition,
    }


def _defects(seller: Seller) -> dict[str, object]:
    counts = {"claims": 0, "chargebacks": 0, "negativeFeedback": 3}
    parts = {name: {"count": count, "status": "NONE"} for name, count in counts.items()}
    return (
        _rate(seller, 60, ("orderCount", "defects"), 3, 0.01, LESS)
        | parts
        | {"orderWithDefects": {"count": 3, "status": "GOOD"}}
    )
