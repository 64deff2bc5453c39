"""Metrics and findings as pandas DataFrames, for those who use sheetsync as a library."""

from __future__ import annotations

from typing import Any

from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.metric import METRICS, Metrics
from sheetsync.render.findings import say_finding


def metrics_frame(metrics: Metrics) -> Any:
    """One row a value: metric, scope, period, value (float, NaN where not known), currency, maturity, sources."""
    import pandas as pd

    rows = [
        {
            "metric": value.metric,
            "marketplace": value.scope.marketplace,
            "asin": value.scope.asin,
            "sku": value.scope.sku,
            "campaign": value.scope.campaign,
            "term": value.scope.term,
            "category": value.scope.category,
            "period": value.period.name,
            "start": value.period.start,
            "end": value.period.end,
            "value": float(value.value) if value.value is not None else float("nan"),
            "unit": METRICS[value.metric].kind.value,
            "currency": value.currency,
            "maturity": value.maturity.value,
            "as_of": value.as_of,
            "sources": ", ".join(source.file for source in value.sources),
        }
        for value in metrics
    ]
    columns = (
        "metric marketplace asin sku campaign term category period start end value unit currency maturity as_of sources"
    )
    return pd.DataFrame(rows, columns=columns.split())


def findings_frame(findings: tuple[Finding, ...], layout: Layout) -> Any:
    """One row a finding, in words of the workbook's language."""
    import pandas as pd

    rows = []
    for finding in findings:
        said, signal = say_finding(finding, layout), finding.signal
        rows.append(
            {
                "id": finding.finding_id,
                "code": signal.code,
                "light": signal.light.value,
                "severity": signal.severity.value,
                "state": finding.state.value,
                "marketplace": signal.marketplace,
                "about": signal.name,
                "title": said.title,
                "seen": said.seen,
                "action": said.action,
                "owner": finding.record.owner if finding.record else "",
                "first_seen": finding.first_seen,
                "last_seen": finding.last_seen,
            }
        )
    columns = "id code light severity state marketplace about title seen action owner first_seen last_seen"
    return pd.DataFrame(rows, columns=columns.split())
