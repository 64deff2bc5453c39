"""Lines and progress under any numbers: monotone lights, no flapping, beating a target is never a miss."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.core.model.facts import Facts, Goal, Month, Threshold, Thresholds
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import Direction, Metrics, MetricValue, Period, Scope
from sheetsync.core.rules.lines import MARGIN, Lines, lines_of
from sheetsync.core.rules.numbers import day, money, number, percent, shown, whole
from sheetsync.core.rules.progress import attained, forecast_of, pace_of
from sheetsync.core.rules.standards import ACOS, LEAD_TIME

RANK = [Light.GREEN, Light.YELLOW, Light.RED].index
NUMBERS = st.decimals(min_value="0.01", max_value=10_000, places=2)
SHOWN = st.sampled_from(["", "grey", "provisional", "green", "yellow", "red"])
BOTH = st.sampled_from([Direction.UP, Direction.DOWN])
MONTH = Month(2026, 11)


@st.composite
def lines(draw):
    way, first, second = draw(BOTH), draw(NUMBERS), draw(NUMBERS)
    green, red = (max(first, second), min(first, second)) if way is Direction.UP else sorted((first, second))
    return Lines(green, red, way)


@given(lines(), NUMBERS, NUMBERS, SHOWN)
def test_a_better_value_never_gives_a_worse_light(line, one, two, previous):
    worse, better = sorted((one, two), reverse=line.direction is Direction.DOWN)
    assert RANK(line.judge(better, previous)) <= RANK(line.judge(worse, previous))


@given(lines(), NUMBERS, SHOWN)
def test_memory_only_holds_a_light_back_and_settles_at_once(line, value, previous):
    plain, kept = line.judge(value), line.judge(value, previous)
    assert RANK(kept) >= RANK(plain)
    assert line.judge(value, kept.value) is kept


@given(lines(), NUMBERS, st.integers(0, 40))
def test_a_value_that_jitters_within_the_margin_changes_its_light_at_most_once(line, start, steps):
    """Half the margin to either side of any point: the light may get worse once, and then it stands."""
    light, seen = "", []
    for step in range(steps):
        jitter = start * MARGIN / 4 * (1 if step % 2 else -1)
        light = line.judge(start + jitter, light).value
        seen.append(light)
    changes = sum(now != then for then, now in pairwise(seen))
    assert changes <= 2


@given(lines())
def test_a_value_on_a_line_has_kept_it(line):
    assert line.judge(line.green) is Light.GREEN
    assert line.judge(line.red) in (Light.GREEN, Light.YELLOW)


def test_one_bound_has_no_yellow_and_none_judges_nothing():
    one = lines_of(Threshold("k", "", "", Decimal(5), None, None), Direction.DOWN)
    assert [one.judge(Decimal(n)) for n in (5, 6)] == [Light.GREEN, Light.RED]
    red_only = lines_of(Threshold("k", "", "", None, None, Decimal(5)), Direction.UP)
    assert [red_only.judge(Decimal(n)) for n in (5, 4)] == [Light.GREEN, Light.RED]
    assert lines_of(Threshold("k", "", "", None, None, None), Direction.UP) is None


def test_a_setting_comes_from_the_workbook_first():
    def facts(*rows):
        return Facts(date(2026, 11, 22), datetime(2026, 11, 22), MONTH, (), Metrics(), thresholds=Thresholds(rows))

    mine = Threshold("cover.lead_time", "days_of_cover", "JP", Decimal(7), None, None)
    assert LEAD_TIME.number(facts(mine), "JP") == 7
    assert LEAD_TIME.number(facts(mine), "US") == 30
    assert LEAD_TIME.number(facts(Threshold("cover.lead_time", "", "", None, None, None))) == 30
    assert ACOS.lines(facts()) == Lines(Decimal("0.22"), Decimal("0.275"), Direction.DOWN)


def goal(metric, target, way, low=None):
    return Goal("g", "Goal", metric, "US", "", target, way, MONTH.last, "Lead", range_low=low)


def value(metric, amount, last=date(2026, 11, 15)):
    return MetricValue(metric, Scope("US"), Period("mtd", MONTH.first, last), amount)


FACTS = Facts(date(2026, 11, 16), datetime(2026, 11, 16), MONTH, ("US",), Metrics())


@given(NUMBERS, NUMBERS, BOTH, st.sampled_from(["acos", "cvr", "stock"]))
def test_beating_a_level_is_never_a_miss(target, actual, way, metric):
    share = attained(goal(metric, target, way), value(metric, actual), FACTS)
    beaten = actual >= target if way is Direction.UP else actual <= target
    assert (share >= 1) is beaten
    assert share >= 0


@given(NUMBERS, NUMBERS, st.integers(1, 30))
def test_half_the_time_asks_for_half_the_sum(target, actual, days):
    so_far = value("sales", actual, date(2026, 11, days))
    wish = goal("sales", target, Direction.UP)
    assert pace_of(wish, so_far, FACTS) == pytest.approx(target * days / 30)
    assert forecast_of(so_far, FACTS) == pytest.approx(actual * 30 / days)
    assert attained(wish, so_far, FACTS) == pytest.approx(attained(wish, so_far, FACTS, whole=True) * 30 / days)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_range_is_kept_exactly_inside(low, width, actual):
    share = attained(goal("tacos", low + width, Direction.RANGE, low), value("tacos", actual), FACTS)
    assert (share == 1) is (low <= actual <= low + width)
    assert 0 <= share <= 1


def test_a_due_date_inside_the_month_sets_the_pace():
    early = Goal("g", "", "sales", "US", "", Decimal(100), Direction.UP, date(2026, 11, 20), "Lead")
    assert pace_of(early, value("sales", Decimal(50)), FACTS) == Decimal(75)
    assert pace_of(early, value("sales", Decimal(50), date(2026, 11, 25)), FACTS) == Decimal(100)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (percent(Decimal("0.31249")), "31.2 %"),
        (percent(None), "–"),
        (whole(Decimal("1234.4")), "1,234"),
        (number(Decimal("12.36")), "12.4"),
        (money(Decimal("1234.5"), "USD"), "1,234.50 USD"),
        (money(Decimal(2356440), "JPY"), "2,356,440 JPY"),
        (money(Decimal("123456.78"), "EUR"), "123,457 EUR"),
        (day(None), "–"),
        (shown("acos", Decimal("0.2")), "20.0 %"),
        (shown("units", Decimal(7)), "7"),
        (shown("nobody's", Decimal(7)), "7.0"),
    ],
)
def test_numbers_in_sentences(said, text):
    assert said == text
