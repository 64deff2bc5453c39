"""Requests about objects over the grid: charts and slicers."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import Book, Tab, new_id
from tests.sheets_server.errors import bad_request
from tests.sheets_server.looks import kept
from tests.sheets_server.masks import merged, strip_root, update_mask
from tests.sheets_server.requests_objects import found, taken
from tests.sheets_server.requests_sheets import new_tab
from tests.sheets_server.view import shown

_DEFAULT_SIZE = {"widthPixels": 600, "heightPixels": 371}
_SPECS = (
    "basicChart",
    "pieChart",
    "bubbleChart",
    "candlestickChart",
    "orgChart",
    "histogramChart",
    "waterfallChart",
    "treemapChart",
    "scorecardChart",
)


def _position(batch: Batch, position: Message | None) -> tuple[Tab, Message]:
    """Where an object goes: over a cell of a tab, or on a tab of its own."""
    position = position or {}
    book = batch.book
    if position.get("newSheet"):
        tab = new_tab(book, {"sheetId": position.get("sheetId", None), "gridProperties": {"rowCount": 1}})
        tab.props["sheetType"] = "OBJECT"
        return tab, {"sheetId": tab.sheet_id}
    overlay = position.get("overlayPosition")
    if overlay is None:
        raise bad_request("A position must set newSheet or overlayPosition.")
    anchor = overlay.get("anchorCell") or {}
    tab = book.tab(anchor.get("sheetId"))
    if anchor.get("rowIndex", 0) >= tab.grid.row_count or anchor.get("columnIndex", 0) >= tab.grid.column_count:
        raise bad_request("The anchor cell is outside of the grid.")
    return tab, {"overlayPosition": {**_DEFAULT_SIZE, **overlay, "anchorCell": {"sheetId": tab.sheet_id, **anchor}}}


def _spec(book: Book, spec: Message | None) -> Message:
    """A ChartSpec to keep, its source ranges with real sheet ids."""
    spec = kept(spec or {})
    if not any(name in spec for name in _SPECS):
        raise bad_request("A chart specification is required.")
    spec = {"hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS", "fontName": "Roboto", **spec}
    spec["titleTextFormat"] = {"fontFamily": spec["fontName"], **spec.get("titleTextFormat", {})}
    return _addressed(book, spec)


def _addressed(book: Book, message: Any) -> Any:
    if isinstance(message, list):
        return [_addressed(book, item) for item in message]
    if not isinstance(message, dict):
        return message
    result = {key: _addressed(book, value) for key, value in message.items()}
    if "sources" in result:
        result["sources"] = [
            {"sheetId": book.tab(where.get("sheetId")).sheet_id, **where} for where in result["sources"]
        ]
    return result


@kind("addChart")
def add_chart(batch: Batch, body: Message) -> Message:
    new = body.get("chart") or {}
    chart_id = _object_id(batch.book, new.get("chartId"))
    tab, position = _position(batch, new.get("position"))
    chart = {"chartId": chart_id, "spec": _spec(batch.book, new.get("spec")), "position": position}
    if new.get("border"):
        chart["border"] = kept(new["border"])
    tab.objects["charts"].append(chart)
    return {"chart": shown(chart)}


def _object_id(book: Book, wanted: int | None) -> int:
    """Charts and slicers share one space of ids."""
    taken(book, "slicers", "slicerId", wanted if wanted is not None else new_id(), "slicer")
    return taken(book, "charts", "chartId", wanted, "chart")


def _chart(batch: Batch, chart_id: int | None) -> Message:
    tab, index = found(batch.book, "charts", "chartId", chart_id, "chart")
    return tab.objects["charts"][index]


@kind("updateChartSpec")
def update_chart_spec(batch: Batch, body: Message) -> None:
    _chart(batch, body.get("chartId"))["spec"] = _spec(batch.book, body.get("spec"))


def _embedded(book: Book, object_id: int | None) -> tuple[Tab, str, int]:
    for name, key in (("charts", "chartId"), ("slicers", "slicerId")):
        for tab in book.tabs:
            for index, item in enumerate(tab.objects[name]):
                if item[key] == object_id:
                    return tab, name, index
    raise bad_request(f"No object with id: {object_id}")


@kind("updateEmbeddedObjectPosition")
def update_embedded_object_position(batch: Batch, body: Message) -> Message:
    tab, name, index = _embedded(batch.book, body.get("objectId"))
    item = tab.objects[name][index]
    new = body.get("newPosition") or {}
    if new.get("newSheet") or "sheetId" in new:
        target, position = _position(batch, {"newSheet": True})
    else:
        mask = strip_root(strip_root(update_mask(body), "newPosition"), "overlayPosition")
        overlay = merged(item["position"].get("overlayPosition"), new.get("overlayPosition"), mask)
        target, position = _position(batch, {"overlayPosition": overlay})
    del tab.objects[name][index]
    item["position"] = position
    target.objects[name].append(item)
    return {"position": shown(position)}


@kind("updateEmbeddedObjectBorder")
def update_embedded_object_border(batch: Batch, body: Message) -> None:
    tab, name, index = _embedded(batch.book, body.get("objectId"))
    item = tab.objects[name][index]
    item["border"] = kept(merged(item.get("border"), body.get("border"), update_mask(body)))


@kind("deleteEmbeddedObject")
def delete_embedded_object(batch: Batch, body: Message) -> None:
    tab, name, index = _embedded(batch.book, body.get("objectId"))
    del tab.objects[name][index]


@kind("addSlicer")
def add_slicer(batch: Batch, body: Message) -> Message:
    new = body.get("slicer") or {}
    slicer_id = taken(batch.book, "slicers", "slicerId", new.get("slicerId"), "slicer")
    tab, position = _position(batch, new.get("position"))
    spec = kept(new.get("spec") or {})
    if "dataRange" in spec:
        spec["dataRange"] = batch.bounded(spec["dataRange"])
    slicer = {"slicerId": slicer_id, "spec": spec, "position": position}
    tab.objects["slicers"].append(slicer)
    return {"slicer": shown(slicer)}


@kind("updateSlicerSpec")
def update_slicer_spec(batch: Batch, body: Message) -> None:
    tab, index = found(batch.book, "slicers", "slicerId", body.get("slicerId"), "slicer")
    slicer = tab.objects["slicers"][index]
    slicer["spec"] = kept(merged(slicer["spec"], body.get("spec"), update_mask(body)))
