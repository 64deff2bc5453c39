"""Words: reading what people typed by its meaning, in either language, and saying it in the workbook's own."""

from __future__ import annotations

import unicodedata

from sheetsync.core.model.layout import Choice, Layout
from sheetsync.core.model.values import Value, plain


def fold(text: str) -> str:
    """A spelling without what never matters: width and form (NFKC), case, surrounding and doubled white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def text_of(value: Value) -> str:
    """A cell as the text people see in it: `3.0` is `3`, an empty cell is empty text."""
    seen = plain(value)
    if seen is None:
        return ""
    if isinstance(seen, float) and seen.is_integer():
        return str(int(seen))
    return str(seen).strip()


def match(entries: tuple[Choice, ...], value: Value) -> str | None:
    """The key of the entry that `value` spells, in any language; None for empty or unknown text."""
    wanted = fold(text_of(value))
    if not wanted:
        return None
    for entry in entries:
        if wanted in (fold(entry.key), fold(entry.word)) or any(wanted == fold(each) for each in entry.spellings):
            return entry.key
    return None


def read_choice(layout: Layout, list_key: str, value: Value) -> str | None:
    """The canonical key of what people typed into a dropdown: `Done`, `完成` and `✓` are all `done`.

    None for an empty cell and for what cannot be read; `text_of` tells the two apart.
    """
    choices = layout.choice_list(list_key)
    return match(choices.entries, value) if choices else None


def say_choice(layout: Layout, list_key: str, key: str) -> str:
    """The word for a canonical key in the workbook's language; the key itself when the list does not have it."""
    choices = layout.choice_list(list_key)
    entries = choices.entries if choices else ()
    return next((entry.word for entry in entries if entry.key == key), key)


def read_light(layout: Layout, value: Value) -> str:
    """The key of a light's word in either language; "" when it is none."""
    return match(layout.lights, value) or ""


def say_light(layout: Layout, key: str) -> str:
    """The word of a light in the workbook's language."""
    return next((entry.word for entry in layout.lights if entry.key == key), key)
