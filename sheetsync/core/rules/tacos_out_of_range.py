"""Advertising weighs too much, or too little, in all sales: TACoS outside 6-15 %.

Bad: 19 % (ads carry the business), or 2 % (growth may be starved). 13 % is inside the range, only not the best.
Good: 6-12 %.

Ad spend / total ordered sales of the same marketplace, currency and days, settled days only. Over `tacos.max` is red,
under `tacos.min` yellow: too little advertising is a question, not yet a loss.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, account_scopes, known, light_before
from sheetsync.core.rules.settled import first_settled


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace whose settled TACoS is outside the range."""
    for scope in account_scopes(facts, "tacos"):
        firm = first_settled(facts, known(facts, "tacos", scope, ("last30", "mtd", "last14")))
        place = scope.marketplace
        if firm is None or firm.value is None:
            continue
        before = light_before(facts, RULE.code, f"tacos|{scope.key()}")
        upper, lower = standards.TACOS_MAX.lines(facts, place), standards.TACOS_MIN.lines(facts, place)
        if upper and upper.judge(firm.value, before) is Light.RED:
            yield RULE.of_value(Light.RED, firm, upper.red, variant="high")
        elif lower and lower.judge(firm.value, before) is not Light.GREEN:
            yield RULE.of_value(Light.YELLOW, firm, lower.green, variant="low")


RULE = Rule(
    "SS302",
    "tacos_out_of_range",
    "ads",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.TACOS_MAX, standards.TACOS_MIN),
    "ads",
)
