"""Every generation of headings belongs to exactly one report, in every language the headings' TOML knows."""

# ruff: noqa: E501  headings are long

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from sheetsync.importers import locate
from sheetsync.importers.base import FieldKind
from sheetsync.importers.book import all_specs, standard_book
from sheetsync.importers.identify import claims, product_of

CASES = Path(__file__).resolve().parents[2] / "cases" / "importers" / "headings.yml"
GENERATIONS = yaml.safe_load(CASES.read_text("utf-8"))
BOOK = standard_book()


@pytest.mark.parametrize("case", GENERATIONS, ids=lambda case: case["name"])
def test_a_generation_belongs_to_one_report(case):
    sheet = case.get("sheet")
    found = claims(BOOK, case["headings"].split(" ¦ "), product=product_of(BOOK, [sheet or ""]), sheet=sheet)
    assert [each.shape.spec.name for each in found] == [case["report"]]
    assert found[0].unmapped == ()
    assert found[0].window == case.get("window")
    assert sorted(found[0].currencies) == case.get("currencies", [])


@pytest.mark.parametrize("case", GENERATIONS, ids=lambda case: case["name"])
def test_without_any_one_required_heading_nobody_else_takes_it(case):
    headings = case["headings"].split(" ¦ ")
    sheet = case.get("sheet")
    whole = claims(BOOK, headings, product=product_of(BOOK, [sheet or ""]), sheet=sheet)[0]
    for position, field in whole.columns.items():
        if field in whole.shape.required:
            rest = headings[:position] + headings[position + 1 :]
            found = claims(BOOK, rest, product=product_of(BOOK, [sheet or ""]), sheet=sheet)
            others = [each.shape.spec.name for each in found if each.shape.spec.name != case["report"]]
            # without its search terms a search term report has the headings of the report one level up
            assert len(found) <= 1, (field, others)


def test_names_in_the_book_are_whole():
    for name, shape in BOOK.shapes.items():
        spec = shape.spec
        fields = {each.name for each in spec.fields}
        assert set(spec.key) <= fields, name
        assert set(spec.totals.values()) <= fields, name
        assert set(shape.required) <= fields, name
        assert {meaning.field for meaning in shape.headings.values()} <= fields | shape.without | shape.any_of, name
        assert len(fields) == len(spec.fields), name
        assert set(spec.sections) <= set(BOOK.shapes), name
        for each in shape.derived:
            assert set(each.of) <= fields, name


def test_totals_are_of_things_that_add_up():
    for spec in all_specs():
        for total, field in spec.totals.items():
            kind = spec.field(field).kind
            assert kind in {FieldKind.COUNT, FieldKind.MONEY, FieldKind.NUMBER}, (spec.name, total)


def test_one_heading_means_one_thing_in_a_file_of_headings():
    from importlib import resources

    for file in resources.files("sheetsync.importers.headers").iterdir():
        if not file.name.endswith(".toml"):
            continue
        content = tomllib.loads(file.read_text("utf-8"))
        for name in content["reports"]:
            shape = BOOK.shapes[name]
            own = [each.name for each in shape.spec.fields]
            owners: dict[str, set[str]] = {}
            for field in own:
                for language, texts in content["fields"].get(field, {}).items():
                    if isinstance(texts, list):
                        for text in texts:
                            owners.setdefault(f"{language} {text.casefold()}", set()).add(field)
            assert not {text: names for text, names in owners.items() if len(names) > 1}, name


def test_known_headings_are_counted_a_line_at_a_time():
    assert locate.known_headings("Sales Dashboard\n(Parent) ASIN,(Child) ASIN,Title,nonsense\n") == 3
    assert locate.known_headings("nothing here\n") == 0


def test_importing_the_reader_loads_nothing_heavy():
    code = "import sys, sheetsync.importers.read; print([m for m in ('duckdb','pandas','babel','ijson') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
