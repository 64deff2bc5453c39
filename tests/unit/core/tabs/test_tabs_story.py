"""The tabs over several refreshes: nothing moves by itself, people's words count, findings become tasks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sample_month as sample

from sheetsync.core.model.layout import Owner
from sheetsync.core.model.plan import EditKind
from sheetsync.core.tabs.read import read_plan
from sheetsync.core.tabs.weekly import FROM_FINDING

TASK = "task.2026-11.w2.ads_audit"
GOAL = "goal.2026-11.sales.US"


@pytest.fixture
def story() -> sample.Story:
    return sample.Story()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["amazon-monthly", "weekly-lite"])
def test_a_second_refresh_writes_nothing(language, name):
    story = sample.Story(language, name)
    outcome = story.refresh()
    assert outcome.plan.is_empty
    assert not outcome.plan.edits


@pytest.mark.parametrize("name", ["amazon-monthly", "weekly-lite"])
def test_switching_the_language_keeps_every_row_and_settles_at_once(name):
    story = sample.Story("en", name)
    before = {tab.key: set(story.rows(tab.key)) for tab in story.layout.tabs}
    story.layout, story.seeds = sample.layout("zh", name), sample.seeds("zh", name)
    plan = story.refresh().plan
    assert plan.headings
    assert not plan.edits
    assert not plan.conflicts
    assert not plan.appends
    assert {tab.key: set(story.rows(tab.key)) for tab in story.layout.tabs} == before
    assert story.refresh().plan.is_empty


def test_people_and_seeded_columns_are_only_offered_never_computed(story):
    for tab in story.layout.tabs:
        people = {column.key for column in tab.owned(Owner.PEOPLE)}
        for row in story.outcome.incoming.tabs.get(tab.key, sample_empty()).rows:
            assert not people & row.cells.keys(), (tab.key, row.row_id)


def sample_empty():
    from sheetsync.core.model.workbook import IncomingTab

    return IncomingTab(())


def test_a_status_in_chinese_in_an_english_workbook_counts(story):
    before = read_plan(story.current, story.layout)
    assert next(task for task in before.tasks if task.row_id == TASK).status == "todo"
    story.type("weekly", TASK, status="已完成", done_on=sample.TODAY)
    outcome = story.refresh()
    assert story.rows("weekly")[TASK]["light"] == "Green"
    assert story.rows("weekly")[TASK]["status"] == "已完成"
    assert story.rows("home")["completion"]["value"] == pytest.approx(1 / 27, abs=1e-4)
    assert [edit.column for edit in outcome.plan.edits] == ["done_on", "status"]
    assert story.refresh().plan.is_empty


def test_an_owner_on_a_finding_makes_one_task_that_stands(story):
    finding = story.finding("SS301")
    story.type("findings", finding, owner="Ads lead", due=date(2026, 11, 27))
    story.refresh()
    task = story.rows("weekly")[f"{FROM_FINDING}{finding}"]
    assert (task["owner"], task["due"], task["status"], task["metric"]) == (
        "Ads lead",
        date(2026, 11, 27),
        "To do",
        "ACoS",
    )
    assert task["light"]
    assert story.refresh().plan.is_empty
    story.type("weekly", f"{FROM_FINDING}{finding}", owner="Sales lead", week="Week 3", title="Cut the worst bids")
    story.evidence = sample.evidence(sample.TODAY + timedelta(days=1))
    plan = story.refresh().plan
    assert not plan.conflicts
    assert story.rows("weekly")[f"{FROM_FINDING}{finding}"]["title"] == "Cut the worst bids"
    assert sum(row_id.startswith(FROM_FINDING) for row_id in story.rows("weekly")) == 1


@pytest.mark.parametrize("decision", ["Decline", "不处理"])
def test_a_declined_finding_makes_no_task(story, decision):
    finding = story.finding("SS301")
    story.type("findings", finding, owner="Ads lead", decision=decision)
    story.refresh()
    assert f"{FROM_FINDING}{finding}" not in story.rows("weekly")
    assert story.rows("findings")[finding]["state"] == "Declined"


def test_a_task_people_deleted_stays_deleted(story):
    standing = story.current.tabs["weekly"]
    kept = tuple(row for row in standing.rows if row.row_id != TASK)
    story.current = sample.replace(
        story.current, tabs={**story.current.tabs, "weekly": sample.replace(standing, rows=kept)}
    )
    outcome = story.refresh()
    assert TASK not in story.rows("weekly")
    assert EditKind.ROW_DELETED in {edit.kind for edit in outcome.plan.edits}


def test_a_row_people_add_gets_its_engine_cells(story):
    story.type("weekly", None, title="Photograph the mat", owner="Sales lead", status="doing", due=date(2026, 11, 1))
    story.type("goals", None, objective="Fewer returns", metric="退货率", target=6, marketplace="us")
    story.type("compliance", None, product="B0TEST0001", requirement="CE", expiry=date(2026, 12, 1), evidence="No 7")
    story.refresh()
    task = next(row for row in story.rows("weekly").values() if row["title"] == "Photograph the mat")
    assert task["days_late"] == 21
    assert task["light"] == "Red"
    goal = next(row for row in story.rows("goals").values() if row["objective"] == "Fewer returns")
    assert goal["light"] == "No data"
    assert "owner" in goal["check"]
    document = next(row for row in story.rows("compliance").values() if row["product"] == "B0TEST0001")
    assert document["days_left"] == 9
    assert document["light"] == "Red"
    assert story.refresh().plan.is_empty


def test_a_percentage_typed_without_its_sign_is_meant_as_one(story):
    story.type("goals", "goal.2026-11.acos.US", target=22)
    goals = {goal.row_id: goal for goal in read_plan(story.current, story.layout).goals}
    assert goals["goal.2026-11.acos.US"].target == Decimal("0.22")
    assert goals[GOAL].target == Decimal(120000)


def test_a_threshold_people_change_is_in_force_at_the_next_refresh(story):
    assert story.rows("metrics")["acos|US|||||"]["light"] == "Red"
    story.type("thresholds", "acos.target", green=0.3, yellow=0.4)
    story.refresh()
    assert story.rows("metrics")["acos|US|||||"]["light"] == "Green"
    assert story.rows("thresholds")["acos.target"]["red"] == "above 40 %"


def test_a_copied_threshold_is_for_its_marketplace_only(story):
    name = story.rows("thresholds")["tacos.max"]["name"]
    story.type("thresholds", None, name=name, scope="DE", green=0.2, yellow=0.25)
    story.refresh()
    read = read_plan(story.current, story.layout).thresholds
    assert read.get("tacos.max", "DE").green == Decimal("0.2")
    assert read.get("tacos.max", "US").green == Decimal("0.12")
    copied = next(row for row in story.rows("thresholds").values() if row.get("scope") == "DE")
    assert copied["red"] == "above 25 %"


def test_a_standard_document_is_a_question_until_somebody_writes_into_it(story):
    row_id = "document.DE.epr"
    assert story.rows("compliance")[row_id]["light"] == "No data"
    assert not read_plan(story.current, story.layout).requirements
    story.type("compliance", row_id, owner="Stock lead")
    story.refresh()
    assert story.rows("compliance")[row_id]["light"] == "Red"
    story.type("compliance", row_id, evidence="LUCID DE123", expiry=date(2027, 11, 1))
    story.refresh()
    assert story.rows("compliance")[row_id]["light"] == "Green"


def test_a_stock_out_opens_an_incident_with_a_deadline_that_stays(story):
    row_id, cells = next(iter(story.rows("incidents").items()))
    assert row_id.startswith("incident.SS404")
    assert cells["kind"] == "Stock-out"
    assert cells["response"]
    deadline = cells["deadline"]
    assert deadline.date() == sample.TODAY + timedelta(days=1)
    assert cells["light"] == "Yellow"
    story.evidence = sample.evidence(sample.TODAY + timedelta(days=2))
    story.refresh()
    assert story.rows("incidents")[row_id]["deadline"] == deadline
    assert story.rows("incidents")[row_id]["light"] == "Red"
    story.type("incidents", row_id, cause="Order placed too late", prevention="Reorder at 45 days of cover")
    story.refresh()
    assert story.rows("incidents")[row_id]["light"] == "Green"
    assert story.rows("incidents")[row_id]["carried"] == "Goes into the plan"


@pytest.mark.parametrize(
    ("tab", "row_id", "cells", "kind", "heading"),
    [
        ("weekly", TASK, {"status": "almost"}, "unreadable_status", "Status"),
        ("weekly", TASK, {"due": "next Friday"}, "unreadable_cell", "Due"),
        ("goals", GOAL, {"metric": "happiness"}, "unreadable_cell", "Metric"),
        ("goals", GOAL, {"target": "a lot"}, "unreadable_cell", "Target"),
        ("owners", "owner.ads lead", {"capacity_hours": "some"}, "unreadable_cell", "Hours a week"),
        ("thresholds", "acos.target", {"green": "22 percent"}, "unreadable_cell", "Green until"),
    ],
)
def test_what_cannot_be_read_stays_and_is_told(story, tab, row_id, cells, kind, heading):
    story.type(tab, row_id, **cells)
    problem = next(iter(read_plan(story.current, story.layout).problems))
    assert problem.kind == kind
    assert problem.facts["column"] == heading
    assert problem.facts["typed"] == next(iter(cells.values()))
    story.refresh()
    assert story.rows(tab)[row_id].items() >= cells.items()


def test_typed_numbers_and_rates_are_read_with_their_day(story):
    story.type("manual", "typed.2026-11.ipi.US", day=date(2026, 11, 20), value=380)
    story.type("manual", None, metric="Exchange rate", marketplace="DE", day=date(2026, 11, 1), value=1.08)
    story.type("manual", None, metric="IPI", marketplace="US", value=500)
    story.refresh()
    read = read_plan(story.current, story.layout)
    assert [(row.metric, row.marketplace, row.value) for row in read.manual] == [("ipi", "US", Decimal(380))]
    assert [(rate.currency, rate.to, rate.rate) for rate in read.rates] == [("EUR", "USD", Decimal("1.08"))]


def test_a_stand_up_is_read_from_its_row(story):
    row_id = "status.2026-11.w4.ads"
    story.type("status", row_id, held_on=date(2026, 11, 22), notes="All there", decisions="Cut bids")
    standup = next(row for row in read_plan(story.current, story.layout).standups if row.row_id == row_id)
    assert (standup.week, standup.module, standup.held_on) == (4, "ads", date(2026, 11, 22))
    assert standup.notes == "All there\nCut bids"


def test_a_template_without_a_tab_or_column_does_without(story):
    lite = sample.Story("en", "weekly-lite")
    read = read_plan(lite.current, lite.layout)
    assert not read.goals
    assert len(read.tasks) == 12
    assert "goal" not in next(iter(lite.rows("home").values()))
    finding = lite.finding("SS301")
    lite.type("findings", finding, owner="Me")
    lite.refresh()
    assert f"{FROM_FINDING}{finding}" in lite.rows("weekly")
