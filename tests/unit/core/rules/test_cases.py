"""Named cases of every rule, kept as data in tests/cases/rules: what it must find, and what it must leave alone.

A case says the facts in plain words; `finds` lists the signals that the file's rule must raise, each by the fields that
matter. Whatever it finds must also be sayable: every {name} of the wording is filled, in both languages.
"""

from __future__ import annotations

import string
import tomllib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from sheetsync.core.model.facts import (
    DataProblem,
    Facts,
    Freshness,
    Goal,
    Incident,
    Month,
    Person,
    Requirement,
    StandUp,
    Task,
    Threshold,
    Thresholds,
)
from sheetsync.core.model.finding import FindingRecord, State
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import Direction, Maturity, Metrics, MetricValue, Period, Scope, SourceRef
from sheetsync.core.rules.base import finding_id
from sheetsync.core.rules.registry import RULES
from sheetsync.core.rules.standards import STANDARDS

ROOT = Path(__file__).resolve().parents[4]
CASES = ROOT / "tests" / "cases" / "rules"
TODAY = date(2026, 11, 22)
MONTH = Month(2026, 11)
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(CASES.glob("*.yml"))}
NAMED = [
    pytest.param(rule, case, id=f"{rule}-{case['name'].replace(' ', '_')}")
    for rule, file in FILES.items()
    for case in file["cases"]
]
WORDING = tomllib.loads((ROOT / "templates" / "amazon-monthly" / "rules.toml").read_text("utf-8"))
BY_NAME = {rule.name: rule for rule in RULES}


def number(value):
    return None if value is None else Decimal(str(value))


def metric(told):
    told = dict(told)
    start, end = told.pop("from", MONTH.first), told.pop("to", date(2026, 11, 21))
    scope = {key: told.pop(key, "") for key in ("marketplace", "asin", "sku", "campaign", "term", "category")}
    made = MetricValue(
        told.pop("metric"),
        Scope(**scope),
        Period(told.pop("period", "mtd"), start, end),
        number(told.pop("value")),
        told.pop("currency", "USD"),
        Maturity.PROVISIONAL if told.pop("provisional", False) else Maturity.FINAL,
        told.pop("as_of", TODAY),
        {key: number(value) for key, value in told.pop("inputs", {}).items()},
        (SourceRef("Report", "file.csv", 10),),
    )
    assert not told, f"unknown keys {sorted(told)}"
    return made


def goal(told):
    fields = {"row_id": "g1", "objective": "Grow", "metric": "sales", "marketplace": "US", "asin": "", "target": None}
    fields |= {"direction": "up", "due": MONTH.last, "owner": "Sales lead", **told}
    fields["direction"] = Direction(fields["direction"]) if fields["direction"] else None
    for key in ("target", "baseline", "range_low"):
        fields[key] = number(fields.get(key))
    return Goal(**fields)


def task(told):
    fields = {"row_id": "t1", "week": None, "module": "ads", "title": "Cut bids", "owner": "Ads lead", "due": None}
    fields |= {"estimate_hours": None, "status": "todo", **told}
    fields["estimate_hours"] = number(fields["estimate_hours"])
    return Task(**fields)


def person(told):
    fields = {"row_id": "p1", "name": "Ads lead", **told}
    return Person(**fields | {"capacity_hours": number(fields.get("capacity_hours"))})


def requirement(told):
    fields = {"row_id": "r1", "product": "Bath mat", "marketplace": "DE", "requirement": "EPR", "evidence": ""}
    return Requirement(**fields | {"expiry": None, "owner": "Compliance lead"} | told)


def incident(told):
    fields = {"row_id": "i1", "opened": None, "what": "Stock-out", "kind": "stock_out", "cause": "", "response": ""}
    return Incident(**fields | {"prevention": ""} | told)


def threshold(told):
    fields = {"metric": "", "scope": "", "green": None, "yellow": None, "red": None, **told}
    return Threshold(**fields | {key: number(fields[key]) for key in ("green", "yellow", "red")})


def series(told):
    """`sales|US: {from: 2026-11-01, each: 100, days: 20}`: the same value on each of so many days."""
    first = told["from"].toordinal()
    return tuple((date.fromordinal(first + n), number(told["each"])) for n in range(told["days"]))


def record(told):
    key = finding_id(told["code"], told["subject"], MONTH)
    return FindingRecord(key, told["code"], told["subject"], State.OPEN, MONTH.first, light=Light(told["light"]))


def facts_of(told):
    today = told.get("today", TODAY)
    known = {"metrics", "goals", "tasks", "people", "standups", "requirements", "incidents", "thresholds", "freshness"}
    known |= {"problems", "daily", "records", "today", "created_on", "last_hand_edit", "preventions", "marketplaces"}
    assert set(told) <= known, f"unknown facts {sorted(set(told) - known)}"
    return Facts(
        today=today,
        now=datetime(today.year, today.month, today.day, 9),
        month=MONTH,
        marketplaces=tuple(told.get("marketplaces", ("US",))),
        metrics=Metrics(metric(each) for each in told.get("metrics", ())),
        goals=tuple(goal(each) for each in told.get("goals", ())),
        tasks=tuple(task(each) for each in told.get("tasks", ())),
        people=tuple(person(each) for each in told.get("people", ())),
        standups=tuple(StandUp("s1", None, "", each) for each in told.get("standups", ())),
        requirements=tuple(requirement(each) for each in told.get("requirements", ())),
        incidents=tuple(incident(each) for each in told.get("incidents", ())),
        thresholds=Thresholds(tuple(threshold(each) for each in told.get("thresholds", ()))),
        records=tuple(record(each) for each in told.get("records", ())),
        freshness=tuple(Freshness(**{"imported_on": None, **each}) for each in told.get("freshness", ())),
        problems=tuple(DataProblem(**each) for each in told.get("problems", ())),
        last_hand_edit=told.get("last_hand_edit"),
        created_on=told.get("created_on"),
        last_month_preventions=tuple(told.get("preventions", ())),
        daily={key: series(each) for key, each in told.get("daily", {}).items()},
    )


def seen_of(signal, wanted):
    plain = {"light": signal.light.value, "severity": signal.severity.value}
    return {key: plain.get(key, getattr(signal, key, signal.facts.get(key))) for key in wanted}


@pytest.mark.parametrize(("rule", "case"), NAMED)
def test_case(rule, case):
    signals = sorted(BY_NAME[rule].check(facts_of(case.get("facts", {}))), key=lambda signal: signal.subject)
    wanted = case["finds"]
    assert len(signals) == len(wanted), [(signal.subject, signal.light) for signal in signals]
    assert [seen_of(signal, each) for signal, each in zip(signals, wanted, strict=True)] == wanted


@pytest.mark.parametrize(("rule", "case"), [each for each in NAMED if each.values[1]["finds"]])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_found_can_be_said(rule, case, language):
    for signal in BY_NAME[rule].check(facts_of(case["facts"])):
        words = WORDING[signal.code][language]
        for part in ("title", "seen", "action", "why"):
            text = words.get(f"{part}.{signal.variant}", words.get(part))
            assert text, f"{signal.code} has no {part}"
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert names <= set(signal.facts), f"{signal.code} {part}: {names - set(signal.facts)} is not told"
            assert "None" not in text.format_map(signal.facts)


@pytest.mark.parametrize(("rule", "case"), [each for each in NAMED if each.values[1]["finds"]])
def test_emptied_thresholds_stop_no_refresh(rule, case):
    """People may empty every bound: a rule without a line to judge by is silent or goes on, and never fails."""
    emptied = [{"key": each.key, "metric": each.metric} for each in STANDARDS]
    found = list(BY_NAME[rule].check(facts_of({**case["facts"], "thresholds": emptied})))
    assert len(found) <= max(len(case["finds"]), 6)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_cases_that_find_and_that_leave_alone(rule):
    assert rule.name in FILES, f"tests/cases/rules/{rule.name}.yml is missing"
    file = FILES[rule.name]
    assert file["rule"] == rule.code
    assert any(case["finds"] for case in file["cases"])
    assert any(not case["finds"] for case in file["cases"])
    assert len({case["name"] for case in file["cases"]}) == len(file["cases"])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_variant_of_the_wording_is_used_by_a_case(rule):
    found = {
        signal.variant for case in FILES[rule.name]["cases"] for signal in rule.check(facts_of(case.get("facts", {})))
    }
    worded = {key.split(".", 1)[1] for language in ("en", "zh") for key in WORDING[rule.code][language] if "." in key}
    assert worded <= found, f"no case leads to {sorted(worded - found)}"


def test_there_are_no_cases_of_rules_that_are_gone():
    assert set(FILES) == set(BY_NAME)
