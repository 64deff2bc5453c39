"""The registry: codes, documentation, thresholds and order; and what no rule may ever do."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetsync.core.model.facts import Facts, Freshness, Goal, Month, Person, Task, Threshold, Thresholds
from sheetsync.core.model.finding import FindingRecord, Severity, State
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import METRICS, Direction, Maturity, Metrics, MetricValue, Period, Scope
from sheetsync.core.rules.base import finding_id
from sheetsync.core.rules.life import live
from sheetsync.core.rules.lines import lines_of
from sheetsync.core.rules.registry import RULES, judge, rule_of
from sheetsync.core.rules.standards import STANDARDS

ROOT = Path(__file__).resolve().parents[4]
TOML = tomllib.loads((ROOT / "templates" / "amazon-monthly" / "thresholds.toml").read_text("utf-8"))["threshold"]
TODAY = date(2026, 11, 22)
MONTH = Month(2026, 11)


def make(values=(), **kwargs):
    return Facts(TODAY, datetime(2026, 11, 22, 9), MONTH, (), Metrics(values), **kwargs)


def value(metric, amount, place="US", **kwargs):
    kwargs.setdefault("maturity", Maturity.FINAL)
    period = Period(kwargs.pop("period", "asof"), MONTH.first, date(2026, 11, 21))
    number = None if amount is None else Decimal(str(amount))
    return MetricValue(metric, Scope(place), period, number, as_of=TODAY, **kwargs)


def record(code, subject, **kwargs):
    key = finding_id(code, subject, MONTH)
    return FindingRecord(key, code, subject, State.OPEN, MONTH.first, date(2026, 11, 20), light=Light.RED, **kwargs)


def test_codes_and_names_are_unique_and_in_order():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_its_own_documentation(rule):
    assert rule.check.__module__ == f"sheetsync.core.rules.{rule.name}"
    assert "\nBad: " in rule.doc
    assert "\nGood: " in rule.doc
    assert set(rule.standards) <= set(STANDARDS)
    assert rule_of(rule.code.lower()) is rule_of(rule.name) is rule


def test_an_unknown_code_is_no_rule():
    assert rule_of("SS999") is None


def test_every_rule_file_is_registered():
    folder = ROOT / "sheetsync" / "core" / "rules"
    files = {path.stem for path in folder.glob("*.py") if "\nRULE = " in path.read_text("utf-8")}
    assert files == {rule.name for rule in RULES}


def test_the_template_and_the_rules_know_the_same_thresholds():
    told = {row["key"]: (row["metric"], row["direction"], row.get("green"), row.get("yellow")) for row in TOML}
    known = {each.key: (each.metric, each.direction.value, each.green, each.red) for each in STANDARDS}
    assert set(told) == set(known)
    for key, (metric, direction, green, yellow) in told.items():
        wanted = (metric, direction, green, yellow if yellow is not None else green)
        got = known[key]
        red = got[3] if got[3] is not None else got[2]
        assert (got[0], got[1], float(got[2]), float(red)) == pytest.approx(wanted), key


def test_a_green_line_beyond_the_red_one_takes_it_along():
    raised = Threshold("acos.target", "acos", "", Decimal("0.35"), Decimal("0.275"), None)
    lines = lines_of(raised, Direction.DOWN)
    assert lines.judge(Decimal("0.30")) is Light.GREEN
    assert lines.judge(Decimal("0.36")) is Light.RED
    lowered = Threshold("ipi.goal", "ipi", "", Decimal(300), Decimal(400), None)
    assert lines_of(lowered, Direction.UP).judge(Decimal(350)) is Light.GREEN


AMOUNTS = st.decimals(min_value=0, max_value=100_000, places=4)
VALUES = st.lists(
    st.builds(
        lambda metric, period, place, amount: MetricValue(
            metric,
            Scope(place),
            Period(period, MONTH.first, date(2026, 11, 21)),
            amount,
            "USD",
            Maturity.PROVISIONAL,
            TODAY,
        ),
        st.sampled_from(sorted(set(METRICS) - {"completion"})),
        st.sampled_from(["mtd", "last30", "prior_mtd"]),
        st.sampled_from(["US", "DE"]),
        AMOUNTS,
    ),
    max_size=8,
)
SETTLING = {name for name, spec in METRICS.items() if spec.settle_days}


@settings(max_examples=40, deadline=None)
@given(values=VALUES, target=AMOUNTS)
def test_immature_data_is_never_red(values, target):
    """Whatever the numbers: what has a window to settle, and has not, raises neither red nor yellow."""
    goals = tuple(
        Goal(f"g{n}", "Goal", metric, "US", "", target, Direction.UP, MONTH.last, "Lead")
        for n, metric in enumerate(sorted(SETTLING))
    )
    found = judge(make(tuple(v for v in values if v.metric in SETTLING), goals=goals, created_on=TODAY))
    assert [signal for signal in found if signal.light not in (Light.PROVISIONAL, Light.GREY)] == []


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_order_of_the_facts_does_not_matter(data):
    values = [
        value("ipi", 300),
        value("ipi", 450, "DE"),
        value("odr", 0.05),
        value("turnover", 1),
        value("acos", 0.5, period="last30"),
    ]
    tasks = [Task(f"t{n}", None, "ads", f"Task {n}", "", date(2026, 11, n + 1), None, "todo") for n in range(4)]
    usual = judge(make(values, tasks=tuple(tasks)))
    shuffled = judge(make(data.draw(st.permutations(values)), tasks=tuple(data.draw(st.permutations(tasks)))))
    assert shuffled == usual
    severities = [signal.severity for signal in usual]
    assert severities == sorted(severities, key=[Severity.CRITICAL, Severity.WARNING, Severity.INFO].index)


def test_an_empty_project_is_not_in_trouble():
    assert judge(make(created_on=TODAY)) == ()


def test_a_finding_does_not_recover_because_its_report_stopped_coming():
    open_one = record("SS401", "ipi|US|||||", title="IPI under Amazon's limit: US", owner="Supply lead")
    (finding,) = live(judge(make(records=(open_one,), created_on=TODAY)), [open_one], today=TODAY, month=MONTH)
    assert (finding.state, finding.signal.light, finding.last_seen) == (State.OPEN, Light.GREY, date(2026, 11, 20))
    looked = make([value("ipi", 600)], records=(open_one,), created_on=TODAY)
    (finding,) = live(judge(looked), [open_one], today=TODAY, month=MONTH)
    assert finding.state is State.RECOVERED


def test_what_is_known_of_another_marketplace_is_no_recovery():
    open_one = record("SS401", "ipi|US|||||")
    other = make([value("ipi", 600, "DE"), value("ipi", None)], records=(open_one,), created_on=TODAY)
    (finding,) = live(judge(other), [open_one], today=TODAY, month=MONTH)
    assert (finding.state, finding.signal.light) == (State.OPEN, Light.GREY)


def test_one_product_that_is_no_longer_listed_has_recovered():
    open_one = record("SS403", "days_of_cover|US||A-1|||")
    other = value("days_of_cover", 70)
    (finding,) = live(judge(make([other], records=(open_one,), created_on=TODAY)), [open_one], today=TODAY, month=MONTH)
    assert finding.state is State.RECOVERED


def test_a_goal_without_a_verdict_keeps_its_finding_grey():
    goal = Goal("g1", "Grow", "sales", "US", "", Decimal(100), Direction.UP, MONTH.last, "Lead")
    pace, smart = record("SS101", "g1"), record("SS102", "g1")
    found = live(
        judge(make(goals=(goal,), records=(pace, smart), created_on=TODAY)), [pace, smart], today=TODAY, month=MONTH
    )
    assert {finding.signal.code: finding.state for finding in found} == {
        "SS101": State.OPEN,
        "SS102": State.RECOVERED,
    }


def test_a_short_cover_that_gets_shorter_does_not_recover():
    subject = "days_of_cover|US||A-1|||"
    nearly_out = MetricValue("days_of_cover", Scope("US", sku="A-1"), Period("asof", TODAY, TODAY), Decimal(3))
    codes = [signal.code for signal in judge(make([nearly_out], records=(record("SS403", subject),), created_on=TODAY))]
    assert codes == ["SS403", "SS404"]
    assert [signal.code for signal in judge(make([nearly_out], created_on=TODAY))] == ["SS404"]


def test_the_attribution_window_is_a_setting():
    late = Threshold("attribution.days", "acos", "", Decimal(14), None, None)
    days = tuple((date.fromordinal(date(2026, 10, 23).toordinal() + n), n) for n in range(30))
    daily = {
        "ad_spend|US": tuple((day, Decimal(10 if n < 16 else 90)) for day, n in days),
        "ad_sales|US": tuple((day, Decimal(100)) for day, _ in days),
    }
    month = MetricValue(
        "acos", Scope("US"), Period("last30", days[0][0], days[-1][0]), Decimal(1), "", Maturity.PROVISIONAL, TODAY
    )
    usual = make([month], daily=daily, created_on=TODAY)
    assert [signal.code for signal in judge(usual)] == ["SS301"]
    patient = make([month], daily=daily, created_on=TODAY, thresholds=Thresholds((late,)))
    assert judge(patient) == ()


def test_a_stale_report_is_told_beside_the_grey_findings():
    stale = Freshness("account_health", "US", date(2026, 10, 1), None)
    open_one = record("SS505", "odr|US|||||")
    found = judge(make(freshness=(stale,), records=(open_one,), created_on=TODAY))
    assert {(signal.code, signal.light) for signal in found} == {("SS801", Light.RED), ("SS505", Light.GREY)}


def test_who_should_have_it_is_told_where_one_person_has_the_module():
    lead, other = Person("p1", "Supply lead", modules=("inventory",)), Person("p2", "Buyer", modules=("inventory",))
    low = value("ipi", 300)
    (told,) = judge(make([low], people=(lead,), created_on=TODAY))
    assert told.facts["who"] == "Supply lead"
    (two,) = judge(make([low], people=(lead, other), created_on=TODAY))
    assert "who" not in two.facts
    owned = Task("t", None, "inventory", "Order", "Buyer", date(2026, 11, 1), None, "todo")
    late = next(s for s in judge(make(tasks=(owned,), people=(lead,), created_on=TODAY)) if s.code == "SS702")
    assert (late.facts["owner"], "who" in late.facts) == ("Buyer", False)


def test_every_sentence_the_verdicts_name_is_worded():
    rules = tomllib.loads((ROOT / "templates" / "amazon-monthly" / "rules.toml").read_text("utf-8"))
    named = set()
    for path in (ROOT / "sheetsync" / "core" / "rules").glob("*.py"):
        named |= set(re.findall(r'"rules\.([a-z_]+\.[a-z_]+)"', path.read_text("utf-8")))
    assert len(named) > 5
    named |= {f"{kind}.{word}" for kind in ("goal", "level") for word in ("ahead", "on_pace", "behind", "far_behind")}
    named |= {f"effect.{word}" for word in ("better", "worse", "same", "higher", "lower")}
    named |= {"goal.no_data", "goal.nothing_due", "finding.who"}
    for key in named:
        table, _, name = key.partition(".")
        for language in ("en", "zh"):
            assert rules[table][language][name], key
