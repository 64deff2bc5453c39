"""`sheetsync why`: explain a metric, a finding or a cell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sheetsync.cli.options import clock, echo_json, json_option, project_option, today_option


@click.command("why", short_help="Explain a metric, a finding or a cell.")
@click.argument("what", metavar="METRIC|FINDING|CELL")
@project_option
@click.option("--marketplace", default="", metavar="CODE", help="Only this marketplace.")
@click.option("--product", default="", metavar="ASIN|SKU", help="Only this product (or campaign).")
@click.option("--period", default="", metavar="NAME", help="mtd, last30, last14, last7, prior_mtd, prior30 or asof.")
@json_option
@today_option
def command(
    what: str, folder: Path, marketplace: str, product: str, period: str, as_json: bool, today: datetime | None
) -> None:
    """Say where a number comes from: value, formula, inputs, files with row counts, period, maturity, threshold.

    \b
    Example:
      sheetsync why acos --marketplace US -C plan
      sheetsync why SS301 -C plan
      sheetsync why 'Goals!O3' -C plan
    """
    from sheetsync.bootstrap import load_project
    from sheetsync.core.model.metric import METRICS
    from sheetsync.pipeline.look import look
    from sheetsync.pipeline.why import is_cell, reasons, why_cell, why_finding, why_metric
    from sheetsync.render.plan_data import finding_data
    from sheetsync.render.why import finding_text, value_data, values_text
    from sheetsync.render.why_cell import cell_answer_text

    project = load_project(folder)
    day, now = clock(today)
    outcome = look(project, today=day, now=now)
    if is_cell(what):
        click.echo(cell_answer_text(why_cell(outcome, project.layout, what), project.layout, outcome.facts))
        return
    if what in METRICS:
        values = why_metric(outcome, what, marketplace=marketplace.upper(), product=product, period=period)
        if as_json:
            echo_json([{**value_data(value), "reasons": list(reasons(value))} for value in values])
        else:
            click.echo(values_text(values, outcome.facts.thresholds, reasons))
        return
    finding = why_finding(outcome, what)
    if as_json:
        echo_json(finding_data(finding, project.layout))
    else:
        click.echo(finding_text(finding, project.layout, outcome.facts.thresholds))
