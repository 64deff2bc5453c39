"""What a rule is: a code, the thresholds it uses, its documentation, and one function that looks at the facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sheetsync.core.model.facts import Facts, Month
from sheetsync.core.model.finding import Severity, Signal, State
from sheetsync.core.model.layout import Kind
from sheetsync.core.model.light import Light
from sheetsync.core.model.metric import METRICS, MetricValue, Scope
from sheetsync.core.model.values import Value
from sheetsync.core.rules.lines import Default
from sheetsync.core.rules.numbers import shown

_LOWER = {Severity.CRITICAL: Severity.WARNING, Severity.WARNING: Severity.INFO, Severity.INFO: Severity.INFO}

OVER = frozenset({State.RECOVERED, State.DONE})
"""States in which a finding no longer remembers its light."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `doc` is the docstring of its file: what it finds, one bad and one good case.

    `check` looks at the facts and yields what it saw; `severity` is that of a red light, yellow is one step less.
    `module` is the module of the plan that has to act (sales, ads, inventory, compliance, reviews; "" for none).
    """

    code: str
    name: str
    family: str
    severity: Severity
    doc: str
    check: Callable[[Facts], Iterable[Signal]]
    standards: tuple[Default, ...] = ()
    module: str = ""

    def signal(
        self,
        light: Light,
        subject: str,
        name: str,
        *,
        seen: Value = None,
        limit: Value = None,
        kind: Kind = Kind.NUMBER,
        marketplace: str = "",
        module: str | None = None,
        variant: str = "",
        source: str = "",
        facts: Mapping[str, str],
    ) -> Signal:
        """A signal of this rule. `facts` fill the wording; `name` is always among them."""
        return Signal(
            code=self.code,
            subject=subject,
            name=name,
            light=light,
            severity=self.severity if light is Light.RED else _LOWER[self.severity],
            seen=seen,
            limit=limit,
            kind=kind,
            marketplace=marketplace,
            module=self.module if module is None else module,
            facts={"name": name, **facts},
            variant=variant,
            source=source,
        )

    def of_value(self, light: Light, value: MetricValue, line: Decimal, *, variant: str = "", **facts: str) -> Signal:
        """A signal about a metric value: its scope is the subject, and `seen`, `limit`, `until` are in the facts."""
        spec = METRICS.get(value.metric)
        return self.signal(
            light,
            f"{value.metric}|{value.scope.key()}",
            value.scope.label(),
            seen=_cell(value.value),
            limit=_cell(line),
            kind=spec.kind if spec else Kind.NUMBER,
            marketplace=value.scope.marketplace,
            variant=variant,
            source="; ".join(dict.fromkeys(f"{ref.report} ({ref.file})" for ref in value.sources)),
            facts={
                "seen": shown(value.metric, value.value, value.currency),
                "limit": shown(value.metric, line, value.currency),
                "since": value.period.start.isoformat(),
                "until": value.period.end.isoformat(),
                **facts,
            },
        )


def _cell(number: Decimal | None) -> Value:
    return None if number is None else float(number)


def finding_id(code: str, subject: str, month: Month) -> str:
    """The stable id of a finding: rule + subject + month. Ten hex digits keep thousands of subjects apart."""
    digest = hashlib.blake2b(f"{code}|{subject}|{month}".encode(), digest_size=5).hexdigest()
    return f"{code}-{digest}"


def lights_before(facts: Facts, code: str) -> dict[str, str]:
    """The light each open finding of a rule last showed, by subject: hysteresis starts from it."""
    mine = (record for record in facts.records if record.code == code and record.state not in OVER)
    return {r.subject: r.light.value for r in mine if r.finding_id == finding_id(code, r.subject, facts.month)}


def light_before(facts: Facts, code: str, subject: str) -> str:
    """The light a finding last showed; "" when it was not open. For many subjects ask `lights_before` once."""
    return lights_before(facts, code).get(subject, "")


def latest(facts: Facts, metric: str, periods: tuple[str, ...]) -> tuple[MetricValue, ...]:
    """One known value a scope: of the first period in `periods` that has one."""
    chosen: dict[object, MetricValue] = {}
    for period in periods:
        for value in facts.metrics.of(metric, period):
            if value.value is not None:
                chosen.setdefault(value.scope, value)
    return tuple(chosen.values())


def finest(values: Iterable[MetricValue]) -> tuple[MetricValue, ...]:
    """The values of single products where there are any: a marketplace's or an ASIN's sum would tell them twice."""
    found = tuple(values)
    by_place = {v.scope.marketplace for v in found if v.scope.asin or v.scope.sku}
    by_asin = {(v.scope.marketplace, v.scope.asin) for v in found if v.scope.sku}
    return tuple(
        v
        for v in found
        if v.scope.sku
        or (v.scope.asin and (v.scope.marketplace, v.scope.asin) not in by_asin)
        or (not v.scope.asin and v.scope.marketplace not in by_place)
    )


def known(facts: Facts, metric: str, scope: Scope, periods: tuple[str, ...]) -> tuple[MetricValue, ...]:
    """The known values of a metric in a scope, in the order of `periods`."""
    found = (facts.metrics.get(metric, period, scope) for period in periods)
    return tuple(value for value in found if value is not None and value.value is not None)


def account_scopes(facts: Facts, metric: str) -> tuple[Scope, ...]:
    """The marketplaces for which a metric has a value of the whole account; roll-ups over all of them are left out."""
    scopes = dict.fromkeys(value.scope for value in facts.metrics.of(metric))
    return tuple(scope for scope in scopes if scope.marketplace and scope == Scope(scope.marketplace))
