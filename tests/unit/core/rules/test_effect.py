"""The effect of done tasks: before and after on settled days, and silence where nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from sheetsync.core.model.facts import Facts, Month, Task
from sheetsync.core.model.metric import Maturity, Metrics, MetricValue, Period, Scope
from sheetsync.core.rules.effect import effect_of

TODAY = date(2026, 11, 22)
DONE = date(2026, 11, 4)


def steps(before, after):
    """A series that stands on one level up to the day of the task and on another after it."""
    first = date(2026, 10, 8)
    days = (first + timedelta(days=n) for n in range((date(2026, 11, 21) - first).days + 1))
    return tuple((day, Decimal(before if day <= DONE else after)) for day in days)


def make(daily, today=TODAY, metric="acos"):
    value = MetricValue(
        metric,
        Scope("US"),
        Period("mtd", date(2026, 11, 1), today),
        Decimal(1),
        maturity=Maturity.PROVISIONAL,
        as_of=today,
    )
    now = datetime(today.year, today.month, today.day, 9)
    return Facts(today, now, Month(2026, 11), ("US",), Metrics([value]), daily=daily)


def task(**changed):
    known = Task(
        "t", 1, "ads", "Cut bids", "Ads lead", None, None, "done", metric="acos", marketplace="US", done_on=DONE
    )
    return replace(known, **changed)


def acos(before, after):
    return {"ad_spend|US": steps(before, after), "ad_sales|US": steps(100, 100)}


@pytest.mark.parametrize(
    ("before", "after", "word"), [(30, 20, "better"), (20, 30, "worse"), (20, "20.5", "same"), (20, 20, "same")]
)
def test_lower_is_better_for_acos(before, after, word):
    found = effect_of(task(), make(acos(before, after)))
    assert found.key == f"rules.effect.{word}"
    assert (found.before, found.after) == (Decimal(before) / 100, Decimal(str(after)) / 100)


def test_higher_is_better_for_sales_and_means_are_a_day():
    found = effect_of(task(metric="sales"), make({"sales|US": steps(100, 130)}, metric="sales"))
    assert (found.key, found.before, found.after) == ("rules.effect.better", Decimal(100), Decimal(130))
    assert found.facts["change"] == "30 %"


def test_a_range_metric_only_rises_or_falls():
    daily = {"ad_spend|US": steps(10, 20), "sales|US": steps(100, 100)}
    assert effect_of(task(metric="tacos"), make(daily, metric="tacos")).key == "rules.effect.higher"


def test_too_early_until_a_week_is_settled():
    young = task(done_on=date(2026, 11, 10))
    found = effect_of(young, make(acos(30, 20)))
    # a week after the 10th, and the 7 days until its orders are counted
    assert (found.key, found.facts["ready"], found.after) == ("rules.effect.too_early", "2026-11-25", None)


@pytest.mark.parametrize("changed", [{"status": "doing"}, {"done_on": None}, {"metric": ""}, {"metric": "ipi"}])
def test_nothing_is_said_where_nothing_can_be_known(changed):
    assert effect_of(task(**changed), make(acos(30, 20))) is None


def test_no_figures_before_is_no_answer():
    assert effect_of(task(done_on=date(2026, 10, 9)), make(acos(30, 20))) is None


def test_without_an_export_day_the_newest_figure_counts():
    known = make(acos(30, 20))
    found = effect_of(task(), replace(known, metrics=Metrics()))
    assert (found.key, found.after) == ("rules.effect.better", Decimal("0.2"))
