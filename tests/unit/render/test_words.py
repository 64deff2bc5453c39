"""The two languages of the terminal say the same things."""

from __future__ import annotations

import string

from sheetsync.core.model.plan import EditKind
from sheetsync.render.words import WORDS, word


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_word_has_a_twin_with_the_same_facts() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    assert not [key for key in WORDS["en"] if fields(WORDS["en"][key]) != fields(WORDS["zh"][key])]


def test_every_hand_edit_can_be_said() -> None:
    assert all(word("zh", kind.value) for kind in EditKind)


def test_an_unknown_language_reads_english() -> None:
    assert word("fr", "done") == "done"
