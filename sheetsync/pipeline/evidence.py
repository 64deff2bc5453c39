"""Evidence: what the history and the memory of earlier runs say, gathered for one refresh."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sheetsync.core.model.facts import Month
from sheetsync.core.model.workbook import Current
from sheetsync.core.tabs.read import read_plan
from sheetsync.history.ledger import freshness
from sheetsync.history.metrics import compute
from sheetsync.history.series import baseline, daily
from sheetsync.history.store import History
from sheetsync.pipeline import recall
from sheetsync.pipeline.collect import Collected
from sheetsync.pipeline.compute import Evidence
from sheetsync.pipeline.project import Project
from sheetsync.state.store import State

BASELINE_METRICS = ("sales", "units", "order_items", "sessions", "ad_sales", "acos", "tacos", "cvr", "ad_spend")
"""Metrics whose goals are suggested from the last full months."""


def gather(
    project: Project,
    history: History,
    state: State,
    collected: Collected,
    current: Current | None,
    *,
    today: date,
    now: datetime,
) -> Evidence:
    """Everything one refresh knows beside the workbook. Typed numbers (IPI, ranks) are read from the workbook."""
    rows = read_plan(current, project.layout) if current is not None else None
    month, marketplaces = project.month, project.marketplaces
    metrics = compute(
        history,
        today=today,
        month=month,
        marketplaces=marketplaces,
        manual=rows.manual if rows else (),
        rates=rows.rates if rows else (),
    )
    return Evidence(
        today=today,
        now=now,
        month=month,
        marketplaces=marketplaces,
        metrics=metrics,
        freshness=freshness(history, marketplaces=marketplaces),
        problems=collected.problems + recall.edited_cells(state, today),
        daily=daily(history, month=month, today=today, marketplaces=marketplaces),
        baselines=_baselines(history, month, marketplaces),
        last_hand_edit=recall.last_hand_edit(state),
        created_on=recall.created_on(state) or today,
        problems_of_last_run=recall.last_failure(state, today),
    )


def _baselines(history: History, month: Month, marketplaces: tuple[str, ...]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for metric in BASELINE_METRICS:
        for place in marketplaces:
            value = baseline(history, metric, place, month)
            if value is not None:
                found[f"{metric}|{place}"] = value
    return found
