"""Every threshold the rules know by themselves, with its source: in force where the workbook has no row for it.

The workbook's Thresholds tab goes before all of these; the published figures disagree, so each is a setting.
"""

from __future__ import annotations

from sheetsync.core.model.metric import Direction
from sheetsync.core.rules.lines import Default, threshold

_UP, _DOWN = Direction.UP, Direction.DOWN
_PLAN = "the plan's own method"
_OWN = "our own choice; set yours"
_AMAZON = "Amazon, seller performance targets (help 200370550, G200285190)"

GOAL_PACE = threshold("goal.pace", "", _UP, "0.97", "0.90", source=_OWN)
GOAL_STRETCH = threshold("goal.stretch", "", _DOWN, "0.30", "0.50", source=_OWN)
COMPLETION = threshold("completion.goal", "completion", _UP, "0.90", "0.75", source=f"{_PLAN}: 90 %")
BUFFER = threshold("task.buffer", "", _UP, "0.20", source=f"{_PLAN}: 20 % on top of every estimate")
DUE_SOON = threshold("task.due_soon", "", _UP, "2", source=_OWN)
OVERDUE = threshold("task.overdue", "", _DOWN, "0", "3", source=_OWN)
UNOWNED = threshold("task.unowned_days", "", _UP, "7", source=_OWN)
LOAD = threshold("load.capacity", "", _DOWN, "0.85", "1.00", source=_OWN)
IDLE = threshold("plan.idle_days", "", _UP, "7", source=f"{_PLAN}: planned, not tracked")

ACOS = threshold("acos.target", "acos", _DOWN, "0.22", "0.25", source=f"{_PLAN}: 22 %, an example and not a norm")
TACOS_HIGH = threshold("tacos.high", "tacos", _DOWN, "0.12", "0.15", source=f"{_PLAN}: 6-15 %, best up to 12 %")
TACOS_LOW = threshold("tacos.low", "tacos", _UP, "0.06", "0.03", source=f"{_PLAN}: 6-15 %")
TERM_CLICKS = threshold("term.clicks", "clicks", _DOWN, "15", "30", source=_OWN)

LEAD_TIME = threshold("cover.lead_time", "days_of_cover", _UP, "30", source="days from order to stock; set yours")
COVER_BUFFER = threshold("cover.buffer", "days_of_cover", _UP, "10", source=_OWN)
IPI = threshold("ipi.score", "ipi", _UP, "500", "400", source="Amazon's limit of 400 (2026); 500 is a goal")
TURNOVER_LOW = threshold("turnover.low", "turnover", _UP, "4", "2", source=f"{_PLAN}: 4-6 a year")
TURNOVER_HIGH = threshold("turnover.high", "turnover", _DOWN, "6", "12", source=f"{_PLAN}: 4-6 a year")
AGED = threshold("aged.units", "aged_stock", _DOWN, "0", "100", source="Amazon's aged surcharge starts at 181 days")

BSR_DRIFT = threshold("bsr.drift", "bsr_drift", _DOWN, "10", "100", source=f"{_PLAN}: 10 places in two weeks")
BSR_NOISE = threshold("bsr.noise", "", _UP, "0.05", source="our own choice: ranks jitter by a few percent")
TOP10 = threshold("keywords.top10", "top10_keywords", _UP, "10", "5", source=_OWN)
SHARE = threshold("query.share", "brand_share", _UP, "0.10", "0.02", source=_OWN)
VOLUME = threshold("query.volume", "query_volume", _UP, "1000", source=_OWN)
VOLATILITY = threshold(
    "orders.volatility", "", _DOWN, "0.25", "0.50", source="our own choice; a rise against last month"
)

ODR = threshold("health.odr", "odr", _DOWN, "0.008", "0.01", source=_AMAZON)
LATE = threshold("health.late_shipment", "late_shipment", _DOWN, "0.03", "0.04", source=_AMAZON)
CANCEL = threshold("health.cancellation", "cancellation", _DOWN, "0.02", "0.025", source=_AMAZON)
TRACKING = threshold("health.valid_tracking", "valid_tracking", _UP, "0.97", "0.95", source=_AMAZON)
ON_TIME = threshold("health.on_time_delivery", "on_time_delivery", _UP, "0.95", "0.90", source=_AMAZON)
A_TO_Z = threshold("claims.open", "a_to_z", _DOWN, "0", source="Amazon: reply within 48 h (help G1781)")
EPR = threshold("epr.missing", "epr_missing", _DOWN, "0", source="EU producer responsibility: no number, no sale")
EXPIRY = threshold("compliance.days_left", "", _UP, "60", "30", source=_OWN)

REVIEWS = threshold("reviews.bad", "bad_reviews", _DOWN, "2", "4", source="our own choice; bad reviews of one week")
FEEDBACK = threshold("feedback.negative", "negative_feedback", _DOWN, "2", "4", source=_OWN)
RETURNS = threshold("returns.rate", "return_rate", _DOWN, "0.08", "0.15", source=_OWN)

STALE = threshold("report.stale", "", _DOWN, "0", "7", source="days past the date a report was due; our own choice")
UNREAD = threshold("rows.unread", "", _DOWN, "0", "50", source="rows set aside; our own choice")

STANDARDS: tuple[Default, ...] = (
    GOAL_PACE,
    GOAL_STRETCH,
    COMPLETION,
    BUFFER,
    DUE_SOON,
    OVERDUE,
    UNOWNED,
    LOAD,
    IDLE,
    ACOS,
    TACOS_HIGH,
    TACOS_LOW,
    TERM_CLICKS,
    LEAD_TIME,
    COVER_BUFFER,
    IPI,
    TURNOVER_LOW,
    TURNOVER_HIGH,
    AGED,
    BSR_DRIFT,
    BSR_NOISE,
    TOP10,
    SHARE,
    VOLUME,
    VOLATILITY,
    ODR,
    LATE,
    CANCEL,
    TRACKING,
    ON_TIME,
    A_TO_Z,
    EPR,
    EXPIRY,
    REVIEWS,
    FEEDBACK,
    RETURNS,
    STALE,
    UNREAD,
)
"""All of them, in the order above."""

_METRICS: dict[str, tuple[Default, ...]] = {
    "acos": (ACOS,),
    "tacos": (TACOS_HIGH, TACOS_LOW),
    "ipi": (IPI,),
    "turnover": (TURNOVER_LOW, TURNOVER_HIGH),
    "aged_stock": (AGED,),
    "bsr_drift": (BSR_DRIFT,),
    "odr": (ODR,),
    "late_shipment": (LATE,),
    "cancellation": (CANCEL,),
    "valid_tracking": (TRACKING,),
    "on_time_delivery": (ON_TIME,),
    "a_to_z": (A_TO_Z,),
    "epr_missing": (EPR,),
    "completion": (COMPLETION,),
    "return_rate": (RETURNS,),
    "top10_keywords": (TOP10,),
}


def standards_of(metric: str) -> tuple[Default, ...]:
    """The thresholds a metric's light is judged by; empty for metrics that are only good or bad against a goal."""
    return _METRICS.get(metric, ())
