"""Layouts and seeds: the same keys in every language, rows that can be told apart, formulas Excel can hold."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tabs"))

import sample_month as sample

from sheetsync.core.layout.backstage import CHARTS, LISTS
from sheetsync.core.layout.build import build_seeds, month_name
from sheetsync.core.layout.words import read_choice
from sheetsync.core.model.facts import Month
from sheetsync.core.model.layout import Kind, Layout, Owner

NAMES = ["amazon-monthly", "weekly-lite"]
TABS = ["home", "goals", "weekly", "owners", "status", "metrics", "findings", "compliance", "incidents", "manual"]


def shape(layout: Layout):
    return [(tab.key, [(c.key, c.owner, c.kind, c.choices) for c in tab.columns]) for tab in layout.tabs]


@pytest.mark.parametrize("name", NAMES)
def test_a_language_changes_words_and_nothing_else(name):
    english, chinese = sample.layout("en", name), sample.layout("zh", name)
    assert shape(english) == shape(chinese)
    assert english.wording.keys() == chinese.wording.keys()
    shown = [tab for tab in chinese.tabs if not tab.hidden]
    assert all(re.search(r"[\u4e00-\u9fff]", tab.title) for tab in shown)
    assert not any(re.search(r"[\u4e00-\u9fff]", tab.title) for tab in english.tabs)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_raw_key_stands_where_people_read(language):
    layout = sample.layout(language)
    for tab in layout.tabs:
        if not tab.hidden:
            assert not [c.key for c in tab.columns if "_" in c.heading or "{" in c.heading or not c.heading]


def test_the_tabs_of_the_design_stand_in_order():
    keys = [tab.key for tab in sample.layout().tabs]
    assert keys == [*TABS, "thresholds", "changes", CHARTS, LISTS]


@pytest.mark.parametrize("name", NAMES)
def test_every_dropdown_has_words(name):
    layout = sample.layout("zh", name)
    for tab in layout.tabs:
        for column in tab.columns:
            if column.kind is Kind.CHOICE:
                choices = layout.choice_list(column.choices)
                assert choices is not None
                assert choices.entries or choices.source


@pytest.mark.parametrize("name", NAMES)
def test_live_colours_fit_excels_dialog_and_name_real_columns(name):
    for tab in sample.layout("en", name).tabs:
        keys = {column.key for column in tab.columns}
        for paint in tab.paints:
            assert paint.column in keys
            assert bool(paint.words) != bool(paint.formula)
            if paint.formula:
                assert len(re.sub(r"\{\w+\}", "$AB3", paint.formula)) <= 255
                assert set(re.findall(r"\{(\w+)\}", paint.formula)) <= keys
                assert ":" not in paint.formula


def test_every_light_column_has_all_five_colours():
    for tab in sample.layout().tabs:
        for column in tab.columns:
            if column.kind is Kind.LIGHT:
                painted = {paint.light for paint in tab.paints if paint.column == column.key}
                assert painted == {"green", "yellow", "red", "grey", "provisional"}


def test_late_means_late_in_both_languages():
    formula = next(p.formula for p in sample.layout().tab("weekly").paints if p.column == "due" and p.light == "red")
    for word in ("done", "已完成", "cancelled", "已取消", "✓"):
        assert f"|{word}|" in formula
    assert "in progress" not in formula


@pytest.mark.parametrize("name", NAMES)
def test_seeded_rows_are_told_apart_and_fill_only_what_they_may(name):
    layout, seeds = sample.layout("en", name), sample.seeds("en", name)
    for key, rows in seeds.rows.items():
        ids = [row.row_id for row in rows]
        assert len(ids) == len(set(ids))
        tab = layout.tab(key)
        mine = {column.key for column in tab.columns if column.owner is Owner.SEEDED}
        known = {column.key for column in tab.columns}
        for row in rows:
            filled = {cell for cell, value in row.cells.items() if value is not None}
            assert filled & known <= mine, row.row_id


def test_seeds_have_the_same_ids_in_every_language():
    english, chinese = sample.seeds("en"), sample.seeds("zh")
    assert {k: [r.row_id for r in rows] for k, rows in english.rows.items()} == {
        k: [r.row_id for r in rows] for k, rows in chinese.rows.items()
    }


def test_standard_tasks_cover_the_four_weeks_and_are_due_inside_them():
    month, layout = Month(2026, 11), sample.layout()
    first = {}
    for row in sample.seeds().of("weekly"):
        week = int(read_choice(layout, "weeks", row.cells["week"]))
        due = row.cells["due"]
        assert month.week_of(due) == week
        assert isinstance(row.cells["estimate"], float | int)
        assert row.cells["estimate"] > 0
        if "w" in row.row_id:
            first.setdefault(week, set()).add(read_choice(layout, "modules", row.cells["module"]))
    assert "ads" in first[2]
    assert "inventory" in first[3]
    assert "compliance" in first[4]


def test_february_has_its_last_day():
    seeds = build_seeds(sample.template(), month="2027-02", language="en", marketplaces=("US",))
    assert max(row.cells["due"] for row in seeds.of("weekly")) == date(2027, 2, 28)


def test_a_module_is_given_to_its_only_owner():
    owners = {row.cells["module"]: row.cells["owner"] for row in sample.seeds().of("weekly")}
    assert owners["Advertising"] == "Ads lead"
    assert owners["Compliance"] is None
    shared = [*sample.TEAM, {"name": "Second", "modules": ["Advertising"]}]
    seeds = build_seeds(sample.template(), month="2026-11", language="en", marketplaces=("US",), team=shared)
    assert all(row.cells["owner"] is None for row in seeds.of("weekly") if row.cells["module"] == "Advertising")


def test_own_goals_come_instead_of_the_standard_ones():
    rows = {row.row_id: row for row in sample.seeds().of("goals")}
    assert rows["goal.2026-11.sales.US"].cells["target"] == 120000.0
    assert rows["goal.2026-11.sales.US"].kinds["target"] is Kind.MONEY
    assert rows["goal.2026-11.acos.DE"].cells["target"] == 0.22
    assert sum(".sales." in row_id for row_id in rows) == 2
    assert rows["goal.2026-11.tacos.US"].cells["range_low"] == 0.06


def test_documents_are_asked_for_only_where_they_apply():
    asked = {(row.cells["marketplace"], row.row_id.rsplit(".", 1)[1]) for row in sample.seeds().of("compliance")}
    assert ("DE", "epr") in asked
    assert ("US", "epr") not in asked


@pytest.mark.parametrize(("language", "name"), [("en", "November 2026"), ("zh", "2026 年 11 月")])
def test_a_month_is_called_as_people_call_it(language, name):
    assert month_name("2026-11", sample.layout(language).wording) == name
    assert name in sample.layout(language).title


def test_a_month_that_is_none_is_refused():
    with pytest.raises(ValueError, match="remains"):
        build_seeds(sample.template(), month="2026-13", language="en", marketplaces=("US",))
