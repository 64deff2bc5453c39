"""Ads cost too much for what they sell: ACoS of a marketplace over its target.

Bad: 30.1 % over the last settled weeks, target 22 %.
Good: 22 % or less; or 40 % on the last three days only, because their orders have not been counted yet.

Only days whose attribution window has closed are judged (SP 7 days); where none is closed the value is shown as
provisional and never becomes a task. `acos.target`, for each marketplace where a row for it exists.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import MetricValue
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, account_scopes, known, light_before
from sheetsync.core.rules.numbers import money
from sheetsync.core.rules.settled import first_settled


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace whose settled ACoS is over target."""
    for scope in account_scopes(facts, "acos"):
        lines = standards.ACOS.lines(facts, scope.marketplace)
        values = known(facts, "acos", scope, ("last30", "mtd", "last14"))
        if not values or lines is None:
            continue
        firm = first_settled(facts, values)
        if firm is None or firm.value is None:
            now = values[0]
            if now.value is not None and lines.judge(now.value) is not Light.GREEN:
                yield RULE.of_value(Light.PROVISIONAL, now, lines.green, variant="provisional", **_spent(now))
            continue
        light = lines.judge(firm.value, light_before(facts, RULE.code, f"acos|{scope.key()}"))
        if light is not Light.GREEN:
            yield RULE.of_value(light, firm, lines.green, **_spent(firm))


def _spent(value: MetricValue) -> dict[str, str]:
    return {"spend": money(value.inputs.get("ad_spend"), value.currency)}


RULE = Rule("SS301", "acos_over_target", "ads", Severity.CRITICAL, __doc__, check, (standards.ACOS,), "ads")
