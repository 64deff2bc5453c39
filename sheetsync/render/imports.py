"""What report files are and what became of them, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sheetsync.render.tables import table_text


def previews_text(previews: Iterable[Mapping[str, Any]]) -> str:
    """A table of `sheetsync import --dry-run`, with needs and problems beneath each file that has some."""
    previews = list(previews)
    rows = [
        (
            str(item["file"]).rsplit("/", 1)[-1],
            item["report"] or "unknown",
            item["marketplace"] or "",
            item["currency"] or "",
            _period(item["period"]),
            f"{item['rows']:,}",
            str(item["rejected"]),
            item["encoding"] or "",
        )
        for item in previews
    ]
    heads = ("file", "report", "market", "currency", "period", "rows", "rejected", "encoding")
    lines = [table_text(heads, rows, right=("rows", "rejected"))]
    for item in previews:
        totals = ", ".join(f"{name} {_number(value)}" for name, value in item["totals"].items())
        told = totals or item["needs"] or item["problems"]
        lines += [f"{item['file']}: {totals}".rstrip(": ")] if told else []
        lines += [f"  needs: {need}" for need in item["needs"]]
        lines += [f"  problem: {problem}" for problem in item["problems"]]
    return "\n".join(lines)


def ledger_text(entries: Iterable[Mapping[str, Any]], *, forgotten: bool = False) -> str:
    """A table of imports: `sheetsync import --list`, or what `--forget` took out."""
    rows = [
        (
            str(item["import_id"]),
            str(item["file"]),
            str(item["report"]),
            str(item["marketplace"]),
            f"{item['first_day']}..{item['last_day']}",
            str(item["as_of"]),
            f"{item['rows']:,}",
            f"{item['rows_in_force']:,}",
            f"{item['restated']:,}",
            str(item["rejected"]),
        )
        for item in entries
    ]
    if not rows:
        return "Nothing was imported yet."
    heads = ("no", "file", "report", "market", "days", "as of", "rows", "standing", "restated", "rejected")
    table = table_text(heads, rows, right=("no", "rows", "standing", "restated", "rejected"))
    return f"Taken out of the history:\n{table}" if forgotten else table


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _period(period: Mapping[str, str] | None) -> str:
    return f"{period['start']}..{period['end']}" if period else ""


def outcomes_text(outcomes: Iterable[Any]) -> str:
    """What became of each file; the next step where it was not taken."""
    lines = []
    for outcome in outcomes:
        what = f"{outcome.report} {outcome.marketplace}".strip() or "unknown"
        counted = f"{outcome.rows:,} rows" + (f", {outcome.rejected} set aside" if outcome.rejected else "")
        lines.append(f"{outcome.status:<10} {outcome.file}  {what}  {counted}")
        lines += [f"  why: {outcome.message}"] if outcome.message else []
        lines += [f"  next: {outcome.hint}"] if outcome.hint else []
        lines += [f"  note: {problem}" for problem in outcome.problems]
    return "\n".join(lines) if lines else "No report files."
