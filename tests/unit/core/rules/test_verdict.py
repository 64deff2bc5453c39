"""Verdicts: goals against pace, tasks, completion, load, SMART, documents; and what they must never say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from sheetsync.core.model.facts import Facts, Goal, Month, Person, Requirement, Task, Threshold, Thresholds
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import Direction, Maturity, Metrics, MetricValue, Period, Scope
from sheetsync.core.rules.verdict import (
    completion,
    compliance_light,
    days_left,
    goal_verdict,
    load,
    metric_key,
    metric_light,
    smart_check,
    task_verdict,
)

TODAY = date(2026, 11, 22)
US = Scope("US")
MONTH = Month(2026, 11)


def mtd(metric, value, *, maturity=Maturity.FINAL, scope=US, end=date(2026, 11, 21), currency="USD"):
    number = None if value is None else Decimal(value)
    return MetricValue(metric, scope, Period("mtd", MONTH.first, end), number, currency, maturity, as_of=TODAY)


def make(*values, **kwargs):
    kwargs.setdefault("marketplaces", ("US",))
    return Facts(TODAY, datetime(2026, 11, 22, 9), MONTH, metrics=Metrics(values), **kwargs)


def goal(metric="sales", target="30000", direction=Direction.UP, **kwargs):
    number = None if target is None else Decimal(target)
    fields = {"objective": "Grow", "marketplace": "US", "asin": "", "due": MONTH.last, "owner": "Sales lead"}
    return Goal("g1", metric=metric, target=number, direction=direction, **{**fields, **kwargs})


def task(**kwargs):
    fields = {"week": 3, "module": "ads", "title": "Cut bids", "owner": "Ads lead", "due": None, "status": "todo"}
    return Task("t1", estimate_hours=Decimal(5), **{**fields, **kwargs})


def days(metric, per_day, last=date(2026, 11, 21), settle=0):
    return [
        MetricValue(metric, US, Period("day", day, day), Decimal(per_day), "USD", Maturity.FINAL, as_of=TODAY)
        for day in (MONTH.first + timedelta(days=n) for n in range((last - MONTH.first).days + 1))
    ]


@pytest.mark.parametrize(
    ("actual", "light", "key"),
    [
        ("21000", Light.GREEN, "rules.goal.ahead"),
        ("20000", Light.GREEN, "rules.goal.on_pace"),
        ("19000", Light.YELLOW, "rules.goal.behind"),
        ("17000", Light.RED, "rules.goal.far_behind"),
    ],
)
def test_a_flow_is_judged_against_its_pace(actual, light, key):
    verdict = goal_verdict(goal(), make(mtd("sales", actual)))
    assert (verdict.light, verdict.why_key) == (light, key)
    assert verdict.pace == Decimal(30000) * 21 / 30
    assert verdict.percent == Decimal(actual) / 30000
    assert verdict.forecast == Decimal(actual) / 21 * 30


def test_lower_is_better_is_not_scored_as_a_miss_when_beaten():
    verdict = goal_verdict(goal("acos", "0.22", Direction.DOWN), make(mtd("acos", "0.11")))
    assert verdict.light is Light.GREEN
    assert verdict.percent == Decimal("1.5")
    assert verdict.forecast == Decimal("0.11")
    over = goal_verdict(goal("acos", "0.20", Direction.DOWN), make(mtd("acos", "0.25")))
    assert (over.light, over.percent, over.why_key) == (Light.RED, Decimal("0.75"), "rules.level.far_behind")


@pytest.mark.parametrize(("actual", "share"), [("0.05", "0.8333"), ("0.06", "1"), ("0.15", "1"), ("0.18", "0.8")])
def test_a_range_is_kept_inside_and_missed_on_both_sides(actual, share):
    wanted = goal("tacos", "0.15", Direction.RANGE, range_low=Decimal("0.06"))
    verdict = goal_verdict(wanted, make(mtd("tacos", actual)))
    assert verdict.percent == pytest.approx(Decimal(share), abs=Decimal("0.0001"))


def test_a_budget_is_measured_against_its_pace():
    spent = goal_verdict(goal("ad_spend", "3000", Direction.DOWN), make(mtd("ad_spend", "2100")))
    assert (spent.percent, spent.light) == (Decimal(1), Light.GREEN)


def test_immature_data_is_never_red():
    verdict = goal_verdict(goal(), make(mtd("sales", "10", maturity=Maturity.PROVISIONAL)))
    assert (verdict.light, verdict.why_key) == (Light.PROVISIONAL, "rules.goal.provisional")
    assert verdict.actual == Decimal(10)


def test_the_settled_days_are_judged_when_the_month_as_a_whole_still_moves():
    # settled up to the 18th (sales settle in 3 days); the last three days are a collapse that must not count yet
    series = days("sales", 1000, last=date(2026, 11, 18))
    facts = make(mtd("sales", "18000", maturity=Maturity.PROVISIONAL), *series)
    verdict = goal_verdict(goal(), facts)
    assert verdict.light is Light.GREEN
    assert verdict.attained == Decimal(1)
    assert verdict.why_facts["settled"] == "2026-11-18"


def test_settled_days_with_holes_are_no_verdict():
    series = days("sales", 1000, last=date(2026, 11, 8))
    facts = make(mtd("sales", "8000", maturity=Maturity.PROVISIONAL), *series)
    assert goal_verdict(goal(), facts).light is Light.PROVISIONAL


@pytest.mark.parametrize(
    ("changed", "key"),
    [({"metric": ""}, "rules.goal.no_metric"), ({"target": None}, "rules.goal.no_target"), ({}, "rules.goal.no_data")],
)
def test_missing_is_grey_and_says_what_is_missing(changed, key):
    verdict = goal_verdict(replace(goal(), **changed), make())
    assert (verdict.light, verdict.why_key, verdict.actual) == (Light.GREY, key, None)


def test_a_completion_without_anything_due_says_so():
    verdict = goal_verdict(goal("completion", "0.9", marketplace=""), make())
    assert (verdict.light, verdict.why_key) == (Light.GREY, "rules.goal.nothing_due")


def test_a_light_gets_worse_on_the_line_and_better_only_beyond_the_margin():
    row = mtd("acos", "0.2199")
    red = {metric_key(row): "yellow"}
    assert metric_light(row, make(row)) is Light.GREEN
    assert metric_light(row, make(row, previous_lights=red)) is Light.YELLOW
    better = mtd("acos", "0.2150")
    assert metric_light(better, make(better, previous_lights=red)) is Light.GREEN


def test_peoples_threshold_of_a_marketplace_goes_before_the_general_one():
    general = Threshold("acos.target", "acos", "", Decimal("0.22"), Decimal("0.25"), None)
    german = Threshold("acos.target", "acos", "DE", Decimal("0.35"), Decimal("0.40"), None)
    facts = make(thresholds=Thresholds((general, german)))
    assert metric_light(mtd("acos", "0.30"), facts) is Light.RED
    assert metric_light(mtd("acos", "0.30", scope=Scope("DE")), facts) is Light.GREEN


def test_a_metric_without_thresholds_is_judged_by_its_own_goal_only():
    sold, other = mtd("sales", "10000"), mtd("sales", "10000", scope=Scope("DE"))
    facts = make(sold, other, goals=(goal(),))
    assert metric_light(sold, facts) is Light.RED
    assert metric_light(other, facts) is Light.GREY
    product = mtd("sales", "10000", scope=Scope("US", sku="A-1"))
    assert metric_light(product, facts) is Light.GREY


def test_an_emptied_threshold_judges_nothing():
    facts = make(thresholds=Thresholds((Threshold("acos.target", "acos", "", None, None, None),)))
    assert metric_light(mtd("acos", "0.90"), facts) is Light.GREY


@pytest.mark.parametrize(("cover", "light"), [("45", "green"), ("44", "green"), ("43", "yellow"), ("29", "red")])
def test_cover_is_judged_by_lead_time_and_buffer(cover, light):
    value = MetricValue("days_of_cover", Scope("US", sku="A-1"), Period("asof", TODAY, TODAY), Decimal(cover))
    assert metric_light(value, make(value)).value == light


def test_unknown_is_grey_not_zero():
    assert metric_light(mtd("acos", None), make()) is Light.GREY


@pytest.mark.parametrize(
    ("changed", "light", "late"),
    [
        ({"due": date(2026, 11, 22), "status": "doing"}, Light.GREEN, 0),
        ({"due": date(2026, 11, 30)}, Light.GREEN, 0),
        ({"due": date(2026, 11, 23)}, Light.YELLOW, 0),
        ({"due": date(2026, 11, 20), "status": "doing"}, Light.YELLOW, 2),
        ({"due": date(2026, 11, 10)}, Light.RED, 12),
        ({"due": date(2026, 11, 10), "status": "done"}, Light.GREEN, 0),
        ({"due": date(2026, 11, 10), "status": "done", "done_on": date(2026, 11, 12)}, Light.GREEN, 2),
        ({"due": date(2026, 11, 10), "status": "cancelled"}, Light.GREY, 0),
        ({"due": date(2026, 11, 30), "status": "blocked"}, Light.YELLOW, 0),
        ({"due": date(2026, 11, 30), "owner": " "}, Light.YELLOW, 0),
        ({"due": None, "week": None}, Light.GREY, 0),
        ({"due": None, "week": 1}, Light.RED, 15),
    ],
)
def test_tasks(changed, light, late):
    verdict = task_verdict(task(**changed), make())
    assert (verdict.light, verdict.days_late) == (light, late)
    assert verdict.with_buffer_hours == Decimal("6.0")


def test_a_standard_task_cannot_be_late_before_the_plan_existed():
    old = task(due=date(2026, 11, 7), week=1, cadence="weekly")
    assert task_verdict(old, make(created_on=TODAY)).days_late == 0
    assert completion(make(tasks=(old,), created_on=TODAY)).planned == 0
    assert task_verdict(old, make(created_on=date(2026, 11, 7))).days_late == 15
    assert task_verdict(old, make()).days_late == 15


def test_a_date_people_type_counts_even_before_the_plan_existed():
    own = task(due=date(2026, 11, 7), week=1)
    moved = task(due=date(2026, 11, 7), week=4, cadence="weekly")
    for late in (own, moved):
        assert task_verdict(late, make(created_on=TODAY)).days_late == 15


def test_done_over_a_red_metric_contradicts():
    facts = make(mtd("acos", "0.40"))
    done = task(status="done", metric="acos", marketplace="US")
    assert task_verdict(done, facts).contradiction == "rules.task.done_but_red"
    assert task_verdict(replace(done, done_on=TODAY - timedelta(days=2)), facts).contradiction == ""
    assert task_verdict(replace(done, status="doing"), facts).contradiction == ""
    assert task_verdict(done, make(mtd("acos", "0.10"))).contradiction == ""


def test_completion_counts_what_was_due_and_leaves_cancelled_out():
    tasks = (
        task(status="done", due=date(2026, 11, 5), week=1),
        task(status="todo", due=date(2026, 11, 6), week=1, owner=""),
        task(status="cancelled", due=date(2026, 11, 6), week=1),
        task(status="blocked", due=date(2026, 11, 29), week=4, module="stock"),
    )
    facts = make(tasks=tasks)
    whole = completion(facts)
    assert (whole.planned, whole.done, whole.share, whole.total) == (2, 1, Decimal("0.5"), 3)
    assert (whole.blocked, whole.unowned, whole.light) == (1, 1, Light.YELLOW)
    assert completion(make(tasks=(*tasks, tasks[1]))).light is Light.RED
    assert completion(facts, week=4).light is Light.GREY
    assert completion(facts, week=4).share is None
    assert completion(facts, module="stock").blocked == 1


def test_load_counts_this_week_and_before_with_the_buffer():
    tasks = (
        task(owner="ads LEAD ", due=date(2026, 11, 21), status="doing"),
        task(week=4, due=date(2026, 11, 28)),
        task(owner="Somebody else"),
    )
    person = Person("p1", "Ads lead", capacity_hours=Decimal(10))
    carried = load(person, make(tasks=tasks))
    assert (carried.open, carried.overdue, carried.hours, carried.share) == (2, 1, Decimal("12.0"), Decimal("1.2"))
    assert carried.light is Light.YELLOW
    assert load(replace(person, capacity_hours=Decimal(9)), make(tasks=tasks)).light is Light.RED
    assert load(replace(person, name="Nobody", capacity_hours=None), make(tasks=tasks)).light is Light.GREY


def test_smart():
    assert smart_check(goal(), make()).realism == "no_baseline"
    bare = goal(target=None, owner="", due=None)
    assert smart_check(bare, make()).missing == ("target", "owner", "due")
    far = smart_check(goal(baseline=Decimal(10000)), make())
    assert (far.realism, far.stretch, far.light) == ("", Decimal(3), Light.YELLOW)
    further = smart_check(goal(baseline=Decimal(9999)), make())
    assert (further.realism, further.light) == ("detached", Light.RED)
    near = smart_check(goal("acos", "0.22", Direction.DOWN, baseline=Decimal("0.25")), make())
    assert (near.realism, near.light) == ("", Light.GREEN)


@pytest.mark.parametrize(
    ("evidence", "expiry", "light"),
    [
        ("", None, Light.RED),
        ("link", None, Light.GREEN),
        ("link", date(2026, 11, 21), Light.RED),
        ("link", date(2026, 12, 30), Light.YELLOW),
        ("link", date(2027, 12, 30), Light.GREEN),
    ],
)
def test_documents(evidence, expiry, light):
    row = Requirement("r1", "Mat", "DE", "EPR number", evidence, expiry, "Compliance lead")
    assert compliance_light(row, make()) is light


def test_days_left_is_negative_after_expiry():
    row = Requirement("r1", "Mat", "DE", "EPR number", "link", date(2026, 11, 20), "")
    assert days_left(row, make()) == -2
    assert compliance_light(replace(row, requirement=" "), make()) is Light.GREY


def test_a_goal_without_a_marketplace_is_the_sum_where_it_has_one_unit():
    everywhere = goal("units", "3000", marketplace="")
    us, de = mtd("units", "1000", currency=""), mtd("units", "1100", scope=Scope("DE"), currency="")
    both = ("US", "DE")
    assert goal_verdict(everywhere, make(us, de, marketplaces=both)).actual == Decimal(2100)
    assert goal_verdict(everywhere, make(us, marketplaces=both)).actual is None
    dollars, euros = mtd("sales", "1000"), mtd("sales", "1100", scope=Scope("DE"), currency="EUR")
    assert goal_verdict(goal("sales", "3000", marketplace=""), make(dollars, euros, marketplaces=both)).actual is None


def test_the_only_marketplace_is_meant_where_none_is_named():
    assert goal_verdict(goal(marketplace=""), make(mtd("sales", "21000"))).actual == Decimal(21000)


def test_the_rate_is_that_of_the_days_there_are():
    """Data that begins on the 12th says what ten days sell, not what twenty-one do."""
    young = replace(mtd("sales", "1000"), period=Period("mtd", date(2026, 11, 12), date(2026, 11, 21)))
    verdict = goal_verdict(goal(target="3000"), make(young))
    assert (verdict.forecast, verdict.light) == (Decimal(3000), Light.GREEN)
    assert verdict.pace == pytest.approx(Decimal(1000))


def test_a_goal_without_a_number_is_not_held_against_its_baseline():
    bare = smart_check(goal(target=None, baseline=Decimal(100)), make())
    assert (bare.missing, bare.realism, bare.stretch) == (("target",), "", None)
    between = goal("tacos", "0.15", Direction.RANGE, range_low=Decimal("0.06"), baseline=Decimal("0.01"))
    assert smart_check(between, make()).realism == ""
