"""The one way to compare headings: normalise, then exactly. Never by substring, never by position."""

from __future__ import annotations

import re
import unicodedata

from sheetsync.importers.money import currency_of_mark

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_SPACES = re.compile(r"\s+")
_CJK = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff"
_BESIDE_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_BRACKETS = re.compile(r" ?\( ?| ?\)")
_CURRENCY = re.compile(r"\(([^()]{1,5})\)$")


def heading(text: str) -> str:
    """Return the form in which headings are compared.

    NFKC (so full-width brackets and colons become ASCII), no-break spaces to spaces, every dash to `-`, trimmed,
    case-folded, runs of blanks to one, none beside a bracket or a Chinese or Japanese character.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).replace("\ufeff", "").casefold()
    folded = _SPACES.sub(" ", folded).strip()
    folded = _BESIDE_CJK.sub("", folded)
    return _BRACKETS.sub(lambda found: found.group().strip(), folded)


def without_currency(normal: str) -> tuple[str, str | None]:
    """Split a normalised heading from the currency in brackets at its end: `spend(usd)` is `spend` and `usd`.

    The mark is None when there is none; brackets that hold anything else stay where they are.
    """
    found = _CURRENCY.search(normal)
    if found is None or currency_of_mark(found.group(1)) is None:
        return normal, None
    return normal[: found.start()].rstrip(), found.group(1)
