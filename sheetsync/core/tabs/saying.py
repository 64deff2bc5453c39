"""Saying: the engine's sentences in the workbook's language, and its numbers as cells.

A template may leave a sentence or a value out: what is missing then reads as its name, and never stops a refresh.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from sheetsync.core.layout.words import say_choice, say_light
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Kind, Layout
from sheetsync.core.model.light import Light
from sheetsync.core.model.marketplace import marketplace
from sheetsync.core.model.metric import METRICS, Maturity
from sheetsync.core.model.values import Value

_WHOLE = frozenset({"JPY"})
_DIGITS = {Kind.MONEY: 2, Kind.PERCENT: 4, Kind.NUMBER: 2, Kind.INTEGER: 0}
"""Digits after the point that a cell keeps: enough to read, few enough to stay the same from run to run."""


_NAME = re.compile(r"\{([A-Za-z_]\w*)\}")
"""A value's place in a sentence. Python's own format would follow attributes and indexes: a template is only data."""


def say(layout: Layout, key: str, facts: Mapping[str, object] | None = None, **more: object) -> str:
    """The sentence `key` with its values filled in; "" when the template does not have it.

    A name that nobody fills stands as it is.
    """
    filled = {name: str(fact) for name, fact in {**(facts or {}), **more}.items()}
    return _NAME.sub(lambda name: filled.get(name[1], name[0]), layout.wording.get(key, ""))


def finding_words(layout: Layout, finding: Finding, part: str) -> str:
    """One sentence of a finding (`title`, `seen`, `action`, `why`): its variant's own, else the rule's.

    Keys among the facts (a metric, a module, a report) are said in words.
    """
    signal = finding.signal
    facts = {**signal.facts, **_words(layout, signal.facts)}
    plain = f"rules.{signal.code}.{part}"
    keys = (f"{plain}.{signal.variant}", plain) if signal.variant else (plain,)
    key = next((key for key in keys if key in layout.wording), "")
    if key:
        return say(layout, key, facts)
    return f"{signal.code}: {signal.name}" if part == "title" else ""


def _words(layout: Layout, facts: Mapping[str, str]) -> dict[str, str]:
    said = {}
    for name, choices in (("metric", "metrics"), ("module", "modules")):
        if name in facts:
            said[name] = say_choice(layout, choices, facts[name])
    if "report" in facts:
        said["report"] = report_name(layout, facts["report"])
    return said


def report_name(layout: Layout, report: str) -> str:
    """A report family in words."""
    return layout.wording.get(f"report.{report}") or report.replace("_", " ")


def say_reports(layout: Layout, text: str) -> str:
    """A source such as `sp_campaign (file.csv)` with the reports called by their names."""
    for key in layout.wording:
        if key.startswith("report."):
            name = key.removeprefix("report.")
            text = text.replace(f"{name} (", f"{layout.wording[key]} (")
    return text


def metric_name(layout: Layout, metric: str) -> str:
    """A metric in words."""
    return say_choice(layout, "metrics", metric)


def kind_of(metric: str) -> Kind:
    """How a metric's numbers show."""
    return METRICS[metric].kind if metric in METRICS else Kind.NUMBER


def kind_in(metric: str, currency: str) -> Kind:
    """How a metric's numbers show in a currency: yen have no decimals."""
    kind = kind_of(metric)
    return Kind.INTEGER if kind is Kind.MONEY and currency in _WHOLE else kind


def currency_of(place: str) -> str:
    """The currency of a marketplace; "" for all of them, and for one nobody knows."""
    try:
        return marketplace(place).currency if place else ""
    except KeyError:
        return ""


def number(value: Decimal | None, kind: Kind = Kind.NUMBER) -> Value:
    """A number as a cell: rounded half to even to what its kind shows; empty when it is not known."""
    if value is None:
        return None
    digits = _DIGITS.get(kind, 2)
    rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return float(rounded) if digits else int(rounded)


def light_word(layout: Layout, light: Light) -> str:
    """A light's word."""
    return say_light(layout, light.value)


def maturity_word(layout: Layout, maturity: Maturity) -> str:
    """Final or too early, in words."""
    return say_choice(layout, "maturities", maturity.value)


def day(value: date | None) -> str:
    """A day in a sentence."""
    return value.isoformat() if value else "–"


def several(layout: Layout, names: list[str], shown: int = 3) -> str:
    """The first few names, and how many more there are; the sentence for none when there are none."""
    if not names:
        return say(layout, "home.none")
    text = layout.wording.get("source.join", "; ").join(names[:shown])
    left = len(names) - shown
    return say(layout, "home.more", names=text, count=left) if left > 0 else text


def brief(text: str, length: int) -> str:
    """A text that fits: cut at a word, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    at = cut.rfind(" ")
    return f"{cut[:at] if at > length // 2 else cut}…"
