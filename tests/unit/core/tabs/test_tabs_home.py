"""Home and its charts: what matters now, in ten seconds, and a light that works by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sample_month as sample

from sheetsync.core.layout.backstage import CHART_ROWS, CHARTS
from sheetsync.core.model.facts import Freshness
from sheetsync.core.model.finding import Finding, Severity, Signal, State
from sheetsync.core.model.light import Light
from sheetsync.core.model.values import Formula
from sheetsync.core.tabs import charts, home
from sheetsync.core.tabs.read import read_plan

STORY = sample.Story()
FACTS, FINDINGS = STORY.outcome.facts, STORY.outcome.findings


def rows(facts=FACTS, findings=FINDINGS, layout=STORY.layout):
    made = home.rows(facts, findings, layout, STORY.seeds).rows
    return {row.row_id: row for row in made}


def test_the_stale_light_is_a_formula_that_needs_nobody():
    light = home.stale_light(date(2026, 11, 22), STORY.layout)
    assert light.cached == "Green"
    assert "TODAY()-DATE(2026,11,22)" in light.text
    assert re.fullmatch(r'=IF\([^"]+>=3,"Red",IF\([^"]+>=2,"Yellow","Green"\)\)', light.text)
    assert not re.search(r"\$?[A-Z]{1,2}\$?\d", light.text), "it must hold wherever its row is moved"
    assert '"红"' in home.stale_light(date(2026, 11, 22), sample.layout("zh")).text


def test_home_tells_the_same_all_day():
    later = replace(FACTS, now=FACTS.now + timedelta(hours=9))
    assert rows(later) == rows()


def test_every_line_has_a_label_and_ids_are_told_apart():
    made = home.rows(FACTS, FINDINGS, STORY.layout, STORY.seeds).rows
    assert len({row.row_id for row in made}) == len(made)
    for row in made:
        assert row.cells["label"]
        for key in ("label", "detail"):
            text = str(row.cells[key] or "")
            assert not re.search(r"\{\w*\}|\b(fba_|sp_|business_by)\w+", text), text


def test_results_stand_beside_their_goals():
    sales = rows()["kpi.sales.US"].cells
    assert (sales["label"], sales["value"], sales["goal"]) == ("Sales US (USD)", 71250.4, 120000.0)
    assert sales["percent"] == pytest.approx(0.5938)
    assert sales["light"] == "Red"
    assert rows()["kpi.acos.DE"].cells["light"] == "Too early"
    cover = rows()["kpi.cover.US"].cells
    assert (cover["value"], cover["goal"], cover["light"]) == (6, 44, "Red")
    assert cover["detail"].startswith("B0TEST0000; 3 products")


def test_a_result_without_goal_or_data_is_neither_red_nor_zero():
    bare = replace(FACTS, goals=(), metrics=type(FACTS.metrics)())
    cells = rows(bare)["kpi.sales.US"].cells
    assert cells["value"] is None
    assert cells["light"] == "No data"
    assert cells["percent"] is None


def test_counts_add_up_over_the_four_lines():
    lights = rows()
    total = sum(lights[f"count.{name}"].cells["value"] for name in ("red", "yellow", "green", "other"))
    live = sum(home.is_live(finding) for finding in FINDINGS)
    assert total == len(FACTS.goals) + len(FACTS.tasks) + len(FACTS.requirements) + live


def finding(code: str, number: int, state: State = State.NEW) -> Finding:
    signal = Signal(code, f"{code}.{number}", f"thing {number}", Light.RED, Severity.CRITICAL, facts={"name": "x"})
    return Finding(f"{code}-{number}", signal, state, sample.TODAY, sample.TODAY)


def test_five_things_are_not_one_thing_five_times():
    many = (*(finding("SS702", n) for n in range(9)), finding("SS301", 1), finding("SS404", 1))
    chosen = home.top_findings(many)
    assert len(chosen) == 5
    assert {each.signal.code for each in chosen} == {"SS702", "SS301", "SS404"}
    assert [each.signal.code for each in home.top_findings(many[:9])] == ["SS702"] * 5


def test_what_people_put_aside_is_not_on_home():
    quiet = tuple(finding("SS301", n, state) for n, state in enumerate((State.SNOOZED, State.DECLINED, State.DONE)))
    made = rows(findings=quiet)
    assert made["top.1"].cells["label"] == "–"
    assert made["count.red"].cells["detail"].endswith(" 0 findings")


def test_the_theme_and_the_box_are_read():
    story = sample.Story()
    story.type("home", "theme", note="Win back page one")
    story.type("home", "refresh_requested", note=True)
    read = read_plan(story.current, story.layout)
    assert (read.theme, read.refresh_requested) == ("Win back page one", True)
    story.type("home", "refresh_requested", note=False)
    assert not read_plan(story.current, story.layout).refresh_requested


@pytest.mark.parametrize(
    ("age", "due", "light"),
    [(0, 7, "Green"), (7, 7, "Green"), (8, 7, "Yellow"), (15, 7, "Red"), (20, 31, "Green"), (40, 31, "Yellow")],
)
def test_freshness_follows_the_reports_own_rhythm(age, due, light):
    source = Freshness("settlement_v2", "US", sample.TODAY - timedelta(days=age), sample.TODAY, due)
    made = rows(replace(FACTS, freshness=(source,)))
    assert made["fresh.settlement_v2"].cells["light"] == light
    assert made["fresh.settlement_v2"].cells["label"] == "Settlement"


def test_a_failed_run_is_told_where_people_look():
    made = rows(replace(FACTS, problems_of_last_run="2026-11-21 08:00 the workbook was open elsewhere"))
    assert "open elsewhere" in made["refreshed"].cells["detail"]
    assert isinstance(made["refreshed"].cells["light"], Formula)


def test_charts_have_their_fixed_rows_and_gaps_where_nothing_is_known():
    made = charts.rows(FACTS, FINDINGS, STORY.layout, STORY.seeds).rows
    assert len(made) == CHART_ROWS
    assert {key for row in made for key in row.cells} <= {c.key for c in STORY.layout.tab(CHARTS).columns}
    sold = [row.cells["sales_US"] for row in made]
    assert sold[20] == pytest.approx(0.6817, abs=1e-3)
    assert sold[21:] == [None] * 10
    days = dict(FACTS.daily)
    days["sales|US"] = tuple((day, None if day.day == 5 else amount) for day, amount in days["sales|US"])
    broken = charts.rows(replace(FACTS, daily=days), FINDINGS, STORY.layout, STORY.seeds).rows
    assert [row.cells["sales_US"] is None for row in broken[:6]] == [False] * 4 + [True] * 2
    assert [row.cells["tacos_US"] is None for row in broken[:6]] == [False] * 4 + [True] * 2


def test_the_stock_chart_shows_what_runs_short_first():
    made = charts.rows(FACTS, FINDINGS, STORY.layout, STORY.seeds).rows
    days = [row.cells["cover_days"] for row in made if row.cells["cover_days"] is not None]
    assert days == sorted(days)
    assert max(days) <= 120
    assert made[0].cells["cover_name"] == "B0TEST0000 US"
    assert made[0].cells["cover_limit"] == 44


def test_pace_reaches_the_whole_goal_on_the_last_day():
    made = charts.rows(FACTS, FINDINGS, STORY.layout, STORY.seeds).rows
    assert made[29].cells["pace"] == 1.0
    assert made[30].cells["pace"] is None
    assert Decimal(str(made[0].cells["pace"])) == Decimal("0.0333")
