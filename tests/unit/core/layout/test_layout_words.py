"""A choice is read by its meaning, whatever language, case, width and spacing it was typed in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "tabs"))

import sample_month as sample

from sheetsync.core.layout.words import fold, read_choice, read_light, say_choice, say_light
from sheetsync.core.model.light import Light
from sheetsync.core.model.values import Formula

CASES = yaml.safe_load((Path(__file__).parents[3] / "cases" / "words" / "spellings.yml").read_text(encoding="utf-8"))
ENGLISH, CHINESE = sample.layout("en"), sample.layout("zh")
ENTRIES = [(choices.key, entry) for choices in ENGLISH.choices for entry in choices.entries]


@pytest.mark.parametrize(("key", "typed", "meaning"), CASES, ids=lambda value: repr(value))
def test_typed_words_mean_the_same_in_both_languages(key, typed, meaning):
    assert read_choice(ENGLISH, key, typed) == meaning
    assert read_choice(CHINESE, key, typed) == meaning


def test_every_word_of_every_list_reads_as_its_key():
    for choices in CHINESE.choices:
        for entry in choices.entries:
            assert read_choice(ENGLISH, choices.key, entry.word) == entry.key
            assert read_choice(CHINESE, choices.key, say_choice(ENGLISH, choices.key, entry.key)) == entry.key


@given(st.sampled_from(ENTRIES), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]), st.data())
def test_case_and_spaces_never_matter(pair, recase, data):
    key, entry = pair
    typed = recase(data.draw(st.sampled_from((entry.word, *entry.spellings))))
    if fold(typed) != fold(entry.word) and fold(typed) not in {fold(each) for each in entry.spellings}:
        return  # a letter whose case does not come back, such as the German sharp s
    padded = data.draw(st.sampled_from(["", " ", "\t", "\u00a0", "\u3000"])) + typed + " "
    assert read_choice(CHINESE, key, padded) == entry.key


def test_a_formula_is_read_by_its_result():
    assert read_choice(ENGLISH, "statuses", Formula("=A1", "完成")) == "done"


def test_an_unknown_list_reads_nothing_and_says_the_key():
    assert read_choice(ENGLISH, "nobody", "done") is None
    assert say_choice(ENGLISH, "nobody", "done") == "done"
    assert read_choice(ENGLISH, "owners", "Ads lead") is None


@pytest.mark.parametrize("light", list(Light))
def test_lights_are_words_and_read_back_in_either_language(light):
    words = {say_light(layout, light.value) for layout in (ENGLISH, CHINESE)}
    assert len(words) == 2
    for word in words:
        assert read_light(ENGLISH, word) == read_light(CHINESE, word) == light.value
    assert read_light(ENGLISH, "mauve") == ""
