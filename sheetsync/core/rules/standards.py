"""Every threshold the rules know by themselves, with its source: in force where the workbook has no row for it.

The workbook's Thresholds tab goes before all of these: the published figures disagree, so each is a setting. Keys and
values are those of `templates/amazon-monthly/thresholds.toml`, which says more about each source.
"""

from __future__ import annotations

from sheetsync.core.model.metric import Direction
from sheetsync.core.rules.lines import Default, threshold

_UP, _DOWN = Direction.UP, Direction.DOWN
_PLAN = "the plan's own method"
_OWN = "sheetsync's default; set your own"
_HELP = "Amazon help 200370550 and G200285190"

GOAL_PACE = threshold("goal.pace", "", _UP, "0.95", "0.85", source=_OWN)
GOAL_STRETCH = threshold("goal.stretch", "", _DOWN, "1.5", "3", source=f"{_PLAN}: targets far from a baseline fail")
VOLATILITY = threshold("volatility.change", "order_volatility", _DOWN, "0.25", "0.50", source=_OWN)

BSR_DRIFT = threshold("bsr.drift", "bsr_drift", _DOWN, "10", "50", source=f"{_PLAN}: 10 places in two weeks")
BSR_NOISE = threshold("bsr.noise", "", _UP, "0.10", source="sheetsync's default: ranks jitter by a few percent a day")
TOP10 = threshold("keywords.top10", "top10_keywords", _UP, "10", "5", source=_OWN)
SHARE = threshold("brand_share.min", "brand_share", _UP, "0.03", "0.01", source=_OWN)
VOLUME = threshold("brand_share.volume", "query_volume", _UP, "1000", source=_OWN)

ACOS = threshold("acos.target", "acos", _DOWN, "0.22", "0.275", source=f"{_PLAN}: 22 %, an example and no norm")
TACOS_MAX = threshold("tacos.max", "tacos", _DOWN, "0.12", "0.15", source=f"{_PLAN}: 6-15 %, best up to 12 %")
TACOS_MIN = threshold("tacos.min", "tacos", _UP, "0.06", "0.03", source=f"{_PLAN}: 6-15 %")
ATTRIBUTION = threshold("attribution.days", "acos", _UP, "7", source="Amazon Ads: SP sellers 7 days; SB, SD 14")
TERM_CLICKS = threshold("wasted_term.clicks", "clicks", _DOWN, "15", "30", source=_OWN)
TERM_SPEND = threshold("wasted_term.spend", "ad_spend", _DOWN, "15", "30", source=_OWN)

LEAD_TIME = threshold("cover.lead_time", "days_of_cover", _UP, "30", source=_OWN)
COVER_BUFFER = threshold("cover.buffer", "days_of_cover", _UP, "14", source="seller tools warn at 14 and 30 days")
STOCK_OUT = threshold("cover.stock_out", "days_of_cover", _UP, "7", source=_OWN)
COVER_MAX = threshold("cover.max", "days_of_cover", _DOWN, "90", "180", source="Amazon calls over 90 days excess")
IPI_LIMIT = threshold("ipi.limit", "ipi", _UP, "400", source="Amazon 2026; changed five times and differs by region")
IPI_GOAL = threshold("ipi.goal", "ipi", _UP, "500", source=f"{_PLAN}: 500 or more")
TURNOVER_MIN = threshold("turnover.min", "turnover", _UP, "4", "2", source=f"{_PLAN}: 4-6 a year")
TURNOVER_MAX = threshold("turnover.max", "turnover", _DOWN, "6", "12", source=f"{_PLAN}: 4-6 a year")
AGED = threshold(
    "aged_stock.share", "aged_stock", _DOWN, "0.10", "0.25", source="Amazon's surcharge starts at 181 days"
)

EXPIRY = threshold("expiry.days", "", _UP, "60", "14", source="renewals take four to eight weeks")
ODR = threshold("odr.max", "odr", _DOWN, "0.008", "0.01", source=f"{_HELP}: under 1 %")
LATE = threshold("late_shipment.max", "late_shipment", _DOWN, "0.03", "0.04", source=f"{_HELP}: under 4 %")
CANCEL = threshold("cancellation.max", "cancellation", _DOWN, "0.02", "0.025", source=f"{_HELP}: under 2.5 %")
TRACKING = threshold("valid_tracking.min", "valid_tracking", _UP, "0.97", "0.95", source="Amazon help: 95 %")
ON_TIME = threshold("on_time.min", "on_time_delivery", _UP, "0.95", "0.90", source="Amazon, since 25 Sep 2024")
CLAIM_HOURS = threshold("a_to_z.hours", "a_to_z", _DOWN, "48", source="Amazon help G1781: 48 hours")
EPR = threshold("epr.missing", "epr_missing", _DOWN, "0", "0", source="EU member states' EPR laws")

REVIEWS = threshold("reviews.surge", "bad_reviews", _DOWN, "1", "3", source=_OWN)
FEEDBACK = threshold("feedback.surge", "negative_feedback", _DOWN, "2", "5", source=_OWN)
REVIEW_HOURS = threshold("reviews.hours", "bad_reviews", _DOWN, "24", source=f"{_PLAN}: root cause within 24 hours")
RETURNS = threshold("return_rate.max", "return_rate", _DOWN, "0.08", "0.12", source=_OWN)

COMPLETION = threshold("completion.goal", "completion", _UP, "0.90", "0.70", source=f"{_PLAN}: 90 %")
OVERDUE = threshold("overdue.days", "", _DOWN, "0", "3", source=_OWN)
DUE_SOON = threshold("due_soon.days", "", _UP, "2", source=_OWN)
UNOWNED = threshold("unowned.days", "", _UP, "7", source=_OWN)
BUFFER = threshold("buffer.estimate", "", _UP, "0.20", source=f"{_PLAN}: 20 % on top of every estimate")
WORKDAY = threshold("buffer.workday", "", _UP, "6", source="sheetsync's default: hours of a day that go into tasks")
LOAD = threshold("load.max", "", _DOWN, "1", "1.2", source=_OWN)
UNTOUCHED = threshold("untouched.days", "", _DOWN, "7", "14", source="public threads: updates stop in week three")
STANDUP = threshold("standup.days", "", _DOWN, "7", "14", source=f"{_PLAN}: a 15-minute stand-up each week")

STALE = threshold("report.stale_days", "", _DOWN, "7", "14", source=_OWN)
UNREADABLE = threshold("unreadable.share", "", _DOWN, "0", "0.05", source=_OWN)
GAP = threshold("settlement.gap", "settlement_gap", _DOWN, "0", source="a conservation law: exact in every file seen")

STANDARDS: tuple[Default, ...] = (
    *(GOAL_PACE, GOAL_STRETCH, VOLATILITY, BSR_DRIFT, BSR_NOISE, TOP10, SHARE, VOLUME),
    *(ACOS, TACOS_MAX, TACOS_MIN, ATTRIBUTION, TERM_CLICKS, TERM_SPEND),
    *(LEAD_TIME, COVER_BUFFER, STOCK_OUT, COVER_MAX, IPI_LIMIT, IPI_GOAL, TURNOVER_MIN, TURNOVER_MAX, AGED),
    *(EXPIRY, ODR, LATE, CANCEL, TRACKING, ON_TIME, CLAIM_HOURS, EPR),
    *(REVIEWS, FEEDBACK, REVIEW_HOURS, RETURNS),
    *(COMPLETION, OVERDUE, DUE_SOON, UNOWNED, BUFFER, WORKDAY, LOAD, UNTOUCHED, STANDUP),
    *(STALE, UNREADABLE, GAP),
)
"""All of them."""

_METRICS: dict[str, tuple[Default, ...]] = {
    "acos": (ACOS,),
    "tacos": (TACOS_MAX, TACOS_MIN),
    "turnover": (TURNOVER_MIN, TURNOVER_MAX),
    "bsr_drift": (BSR_DRIFT,),
    "odr": (ODR,),
    "late_shipment": (LATE,),
    "cancellation": (CANCEL,),
    "valid_tracking": (TRACKING,),
    "on_time_delivery": (ON_TIME,),
    "epr_missing": (EPR,),
    "completion": (COMPLETION,),
    "return_rate": (RETURNS,),
    "top10_keywords": (TOP10,),
}


def standards_of(metric: str) -> tuple[Default, ...]:
    """The thresholds a metric's light is judged by; empty for metrics that are only good or bad against a goal.

    Days of cover and IPI combine two settings each: see `verdict.metric_lines`.
    """
    return _METRICS.get(metric, ())
