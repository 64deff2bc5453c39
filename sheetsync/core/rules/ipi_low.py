"""The inventory performance index nears Amazon's limit.

Bad: 390: Amazon limits restocking under 400. Or 450: above the limit, but under the goal of 500.
Good: 520.

Typed by people from Seller Central (there is no export). Told a month ahead: yellow under `ipi.goal`, red under
`ipi.limit`, which differs by year and region.
"""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.facts import Facts
from sheetsync.core.model.finding import Severity, Signal
from sheetsync.core.model.light import Light
from sheetsync.core.rules import standards
from sheetsync.core.rules.base import Rule, latest, light_before
from sheetsync.core.rules.numbers import whole
from sheetsync.core.rules.verdict import metric_lines


def check(facts: Facts) -> Iterable[Signal]:
    """One signal for each marketplace whose IPI is under its goal."""
    for value in latest(facts, "ipi", ("asof", "mtd", "last30")):
        for lines in metric_lines(value, facts):
            if value.value is None:
                continue
            light = lines.judge(value.value, light_before(facts, RULE.code, f"ipi|{value.scope.key()}"))
            if light is not Light.GREEN:
                yield RULE.of_value(
                    light,
                    value,
                    lines.red if light is Light.RED else lines.green,
                    variant="limit" if light is Light.RED else "",
                    below=whole(lines.red),
                )


RULE = Rule(
    "SS401",
    "ipi_low",
    "inventory",
    Severity.CRITICAL,
    __doc__,
    check,
    (standards.IPI_LIMIT, standards.IPI_GOAL),
    "inventory",
)
