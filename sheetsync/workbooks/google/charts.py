"""Native charts from the layout: series are columns of a data tab with a fixed number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sheetsync.core.model.layout import HEADING_ROW, Chart, Tab
from sheetsync.workbooks.google import ids

_KINDS = {"line": "LINE", "column": "COLUMN", "bar": "BAR"}


class Source(Protocol):
    """A tab a chart can take its numbers from."""

    @property
    def sheet_id(self) -> int:
        """The sheet."""

    @property
    def columns(self) -> dict[str, int]:
        """The places of its column keys."""


def chart_requests(plan_id: str, tab: Tab, sheet_id: int, made: Mapping[str, Source]) -> list[dict[str, Any]]:
    """The charts of a tab; one whose data tab or columns do not exist is left out."""
    found = (_chart(plan_id, tab, sheet_id, chart, made) for chart in tab.charts)
    return [request for request in found if request]


def _chart(plan_id: str, tab: Tab, sheet_id: int, chart: Chart, made: Mapping[str, Source]) -> dict[str, Any] | None:
    source = made.get(chart.data_tab)
    wanted = [chart.category, *(key for key, _ in chart.series)]
    if source is None or not all(key in source.columns for key in wanted):
        return None

    def span(key: str) -> dict[str, Any]:
        at = source.columns[key]
        # the heading above the numbers names the series
        rows = {"startRowIndex": HEADING_ROW - 1, "endRowIndex": HEADING_ROW + chart.rows}
        where = {"sheetId": source.sheet_id, **rows, "startColumnIndex": at, "endColumnIndex": at + 1}
        return {"sourceRange": {"sources": [where]}}

    axis = "BOTTOM_AXIS" if chart.kind == "bar" else "LEFT_AXIS"
    spec = {
        "title": chart.title,
        "altText": chart.title,
        # data tabs are hidden
        "hiddenDimensionStrategy": "SHOW_ALL",
        "basicChart": {
            "chartType": _KINDS[chart.kind],
            "legendPosition": "BOTTOM_LEGEND",
            "headerCount": 1,
            "domains": [{"domain": span(chart.category)}],
            "series": [{"series": span(key), "targetAxis": axis} for key, _ in chart.series],
        },
    }
    anchor = {"sheetId": sheet_id, "rowIndex": chart.at_row, "columnIndex": chart.at_column}
    overlay = {"anchorCell": anchor, "widthPixels": chart.width, "heightPixels": chart.height}
    placed = {"chartId": ids.chart_id(plan_id, tab.key, chart.key), "spec": spec}
    return {"addChart": {"chart": placed | {"position": {"overlayPosition": overlay}}}}
