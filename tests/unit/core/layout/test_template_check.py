"""Templates: the shipped ones are right, and a wrong one is told every problem at once."""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tabs"))

import sample_month as sample

from sheetsync.core.layout.parse import parse_template
from sheetsync.errors import TemplateError


def words(text):
    return {"en": text, "zh": f"{text}（中）"}


GOOD = {
    "template": {"name": "tiny", "title": words("Tiny"), "tabs": ["weekly"]},
    "tabs": {
        "tab": [
            {
                "key": "weekly",
                "title": words("To do"),
                "columns": [
                    {"key": "title", "owner": "seeded", "kind": "note", "heading": words("Task")},
                    {
                        "key": "status",
                        "owner": "seeded",
                        "kind": "choice",
                        "choices": "statuses",
                        "heading": words("Status"),
                    },
                ],
                "paint": [{"column": "status", "light": "green", "list": "statuses", "when": ["done"]}],
            }
        ]
    },
    "choices": {
        "statuses": {"todo": {"en": "To do", "zh": "未开始"}, "done": {"en": "Done", "zh": "完成", "also": ["ok"]}},
        "modules": {"sales": {"en": "Sales", "zh": "销售"}},
    },
    "lights": {
        "lights": {key: words(key.title()) for key in ("green", "yellow", "red", "grey", "provisional")},
    },
    "tasks": {"task": [{"key": "look", "title": words("Look"), "weeks": [1], "module": "sales"}]},
    "thresholds": {
        "threshold": [{"key": "acos.target", "direction": "down", "kind": "percent", "name": words("ACoS")}]
    },
    "wording": {"home": {"plan": words("Plan")}},
    "rules": {"SS101": {"en": {"title": "x {name}"}, "zh": {"title": "某 {name}"}}},
}


def broken(path, value):
    """The good template with one thing changed; `...` takes it away."""
    files = copy.deepcopy(GOOD)
    *way, last = path
    place = files
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return files


COLUMNS = ("tabs", "tab", 0, "columns")
CASES = [
    ("an unknown file", ("surprise",), {}, "surprise.toml: unknown file"),
    ("an unknown key", ("tabs", "tab", 0, "colour"), "red", "tabs.toml: tab weekly: colour: unknown key"),
    ("a tab that is nowhere", ("template", "tabs"), ["weekly", "nowhere"], "'nowhere' does not stand in tabs.toml"),
    ("no title in one language", ("tabs", "tab", 0, "title"), {"en": "To do"}, "title.zh"),
    ("a title Excel refuses", ("tabs", "tab", 0, "title"), words("a/b"), "cannot be a tab's title"),
    ("a title that is too long", ("tabs", "tab", 0, "title"), words("x" * 32), "cannot be a tab's title"),
    ("a kind nobody knows", (*COLUMNS, 0, "kind"), "colour", "kind"),
    ("an owner nobody knows", (*COLUMNS, 0, "owner"), "boss", "owner"),
    ("a key with capitals", (*COLUMNS, 0, "key"), "Title", "a key is small letters"),
    ("a column twice", (*COLUMNS, 1, "key"), "title", "column 'title' stands twice"),
    ("a dropdown without a list", (*COLUMNS, 1, "choices"), ..., "`choices` goes with kind"),
    ("a list that is nowhere", (*COLUMNS, 1, "choices"), "moods", "there is no choice list 'moods'"),
    ("a width beyond reason", (*COLUMNS, 0, "width"), 900, "width 900"),
    ("a paint of no column", ("tabs", "tab", 0, "paint", 0, "column"), "due", "there is no such column"),
    ("a paint of no choice", ("tabs", "tab", 0, "paint", 0, "when"), ["soon"], "'soon' is no choice"),
    ("a paint of no light", ("tabs", "tab", 0, "paint", 0, "light"), "mauve", "light"),
    (
        "a formula about no column",
        ("tabs", "tab", 0, "paint"),
        [{"column": "status", "light": "red", "formula": "{due}<TODAY()"}],
        "{due} is no column",
    ),
    ("a light too few", ("lights", "lights", "grey"), ..., "there must be exactly"),
    ("a spelling of two things", ("choices", "statuses", "todo", "also"), ["OK "], "'ok' reads as both"),
    ("a module nobody has", ("tasks", "task", 0, "module"), "kitchen", "'kitchen' is no module"),
    ("a fifth week", ("tasks", "task", 0, "weeks"), [1, 5], "weeks are 1 to 4"),
    ("an eighth day", ("tasks", "task", 0, "day"), 8, "day is 1 to 7"),
    ("a metric nobody computes", ("tasks", "task", 0, "metric"), "mood", "'mood' is no metric"),
    ("a unit nobody reads", ("thresholds", "threshold", 0, "kind"), "furlongs", "'furlongs' is no kind"),
    ("a direction nobody goes", ("thresholds", "threshold", 0, "direction"), "sideways", "direction"),
    ("a sentence in one language", ("wording", "home", "plan"), {"en": "Plan"}, "zh"),
    ("a rule's sentence in one language", ("rules", "SS101", "zh", "title"), ..., "SS101.title"),
    ("a brace left open", ("wording", "home", "plan"), {"en": "{name", "zh": "x"}, "wording home.plan.en"),
    ("a value's inside", ("wording", "home", "plan"), words("{name.__class__}"), "braces hold one name"),
    ("a value by number", ("rules", "SS101", "en", "title"), "{0}", "braces hold one name"),
    ("our own list", ("choices", "owners"), {"a": words("A")}, "'owners' is made by the engine"),
    ("rows that are no rows", ("tasks", "task"), {"key": "look"}, "must be written [[task]]"),
]


def test_the_good_one_is_good():
    template = parse_template(GOOD)
    assert [tab.key for tab in template.tabs] == ["weekly"]
    assert template.wording["rules.SS101.title"].zh == "某 {name}"


@pytest.mark.parametrize(("path", "value", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_wrong_thing_is_told(path, value, told):
    with pytest.raises(TemplateError) as caught:
        parse_template(broken(path, value))
    assert any(told in problem for problem in caught.value.problems), caught.value.problems
    assert caught.value.exit_code == 2


def test_every_problem_is_told_at_once():
    files = broken(("tasks", "task", 0, "module"), "kitchen")
    files["tabs"]["tab"][0]["columns"][0]["kind"] = "colour"
    files["thresholds"]["threshold"][0]["kind"] = "furlongs"
    files["lights"]["lights"].pop("red")
    with pytest.raises(TemplateError) as caught:
        parse_template(files)
    assert len(caught.value.problems) >= 4
    assert all(problem in str(caught.value) for problem in caught.value.problems)


@pytest.mark.parametrize("name", ["amazon-monthly", "weekly-lite"])
def test_the_shipped_templates_are_right(name):
    template = sample.template(name)
    assert template.tabs
    assert {"SS101", "SS702"} <= {key.split(".")[1] for key in template.wording if key.startswith("rules.SS")}


def test_thresholds_are_those_the_rules_know():
    from sheetsync.core.rules.standards import STANDARDS

    rows = {row.key: row for row in sample.template().thresholds}
    for standard in STANDARDS:
        row = rows[standard.key]
        assert row.green is not None
        assert float(standard.green) == row.green, standard.key
        assert standard.red is None or float(standard.red) == row.yellow, standard.key


def test_every_metric_people_can_choose_is_known_and_the_other_way_round():
    from sheetsync.core.model.metric import METRICS

    choices = set(sample.template().choices["metrics"])
    assert set(METRICS) == choices - {"fx"}
