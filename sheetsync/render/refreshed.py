"""What a refresh did, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.light import Light
from sheetsync.core.model.plan import Plan
from sheetsync.render.findings import say_finding
from sheetsync.render.plan_text import plan_summary, tabs_touched
from sheetsync.render.status import light_word, standing
from sheetsync.render.words import word

MOST_FINDINGS = 5


def refreshed_text(
    *,
    place: str,
    plan: Plan,
    findings: tuple[Finding, ...],
    layout: Layout,
    outcome: str,
    calls: Mapping[str, int],
    reports: Mapping[str, int],
    colour: bool = False,
) -> str:
    """The end of a refresh.

    `outcome` is created / refreshed / planned; `reports` counts files by what became of them.
    """
    say = layout.language
    key = "unchanged" if outcome == "refreshed" and plan.is_empty else outcome
    lines = [word(say, key, place=place)]
    if not plan.is_empty:
        lines.append(f"  {plan_summary(plan)}" + (f" ({touched})" if (touched := tabs_touched(plan, layout)) else ""))
    if reports:
        lines.append(f"  {word(say, 'reports')}: " + ", ".join(f"{count} {name}" for name, count in reports.items()))
    if calls:
        lines.append(f"  {word(say, 'calls')}: " + ", ".join(f"{count} {name}" for name, count in calls.items()))
    open_ones = standing(findings)
    lines.append(f"  {word(say, 'findings')}: {counted_lights(findings)}")
    lines += [
        f"    [{light_word(finding.signal.light, layout, colour=colour)}] {say_finding(finding, layout).title}"
        for finding in open_ones[:MOST_FINDINGS]
    ]
    if len(open_ones) > MOST_FINDINGS:
        lines.append(f"    {word(say, 'more', count=len(open_ones) - MOST_FINDINGS)}")
    return "\n".join(lines)


def counted_lights(findings: tuple[Finding, ...]) -> str:
    """`3 red, 2 yellow`: the findings that still ask for something."""
    count = Counter(finding.signal.light for finding in standing(findings))
    return (
        ", ".join(f"{count[light]} {light.value}" for light in (Light.RED, Light.YELLOW, Light.PROVISIONAL)) or "none"
    )
