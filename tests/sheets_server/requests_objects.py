"""Requests about what lies on ranges: conditional formats, protection, names, filters, banding, tables."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.batch import Batch, Message, kind
from tests.sheets_server.book import Book, Tab, new_id, span_of_range
from tests.sheets_server.errors import bad_request
from tests.sheets_server.looks import kept
from tests.sheets_server.masks import Mask, merged, update_mask
from tests.sheets_server.requests_ranges import sort_rows
from tests.sheets_server.view import shown

_NAME = re.compile(r"^[^\W\d]\w{0,249}$")
_LIKE_A_CELL = re.compile(r"^([A-Za-z]{1,3}\d+|[Rr]\d+[Cc]\d+|(?i:true|false))$")
CALLER = "local-service-account@local-project.iam.gserviceaccount.com"


def _rule(batch: Batch, rule: Message) -> tuple[Tab, Message]:
    ranges = [batch.bounded(where) for where in rule.get("ranges", [])]
    if not ranges:
        raise bad_request("No ranges specified.")
    if len({where["sheetId"] for where in ranges}) > 1:
        raise bad_request("All ranges of a rule must be on the same sheet.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise bad_request("A rule must have either a booleanRule or a gradientRule.")
    if "booleanRule" in rule and not (rule["booleanRule"].get("condition") or {}).get("type"):
        raise bad_request("A condition type is required.")
    return batch.book.tab(ranges[0]["sheetId"]), {**kept(rule), "ranges": ranges}


@kind("addConditionalFormatRule")
def add_conditional_format_rule(batch: Batch, body: Message) -> None:
    tab, rule = _rule(batch, body.get("rule") or {})
    rules = tab.objects["conditionalFormats"]
    index = body.get("index", 0)
    if index > len(rules):
        raise bad_request(f"Rule index {index} is out of bounds: there are {len(rules)} rules.")
    rules.insert(index, rule)


@kind("updateConditionalFormatRule")
def update_conditional_format_rule(batch: Batch, body: Message) -> Message:
    index = body.get("index", 0)
    if "rule" in body:
        tab, rule = _rule(batch, body["rule"])
        old = _rule_at(tab, index)
        tab.objects["conditionalFormats"][index] = rule
        return {"oldRule": shown(old), "newRule": shown(rule), "oldIndex": index, "newIndex": index}
    tab = batch.book.tab(body.get("sheetId"))
    rule, to = _rule_at(tab, index), body.get("newIndex", 0)
    _rule_at(tab, to)
    rules = tab.objects["conditionalFormats"]
    rules.insert(to, rules.pop(index))
    return {"oldRule": shown(rule), "newRule": shown(rule), "oldIndex": index, "newIndex": to}


def _rule_at(tab: Tab, index: int) -> Message:
    rules = tab.objects["conditionalFormats"]
    if not 0 <= index < len(rules):
        raise bad_request(f"No conditional format on sheet: {tab.sheet_id} at index: {index}")
    return rules[index]


@kind("deleteConditionalFormatRule")
def delete_conditional_format_rule(batch: Batch, body: Message) -> Message:
    tab = batch.book.tab(body.get("sheetId"))
    index = body.get("index", 0)
    rule = _rule_at(tab, index)
    del tab.objects["conditionalFormats"][index]
    return {"rule": shown(rule)}


def taken(book: Book, name: str, key: str, wanted: Any, what: str) -> Any:
    """The id to give an object: the caller's, unless it exists already, or a new one."""
    used = {item.get(key) for tab in book.tabs for item in tab.objects[name]}
    if wanted is None:
        return next(candidate for candidate in iter(new_id, None) if candidate not in used)
    if wanted in used:
        raise bad_request(f"A {what} with id {wanted} already exists.")
    return wanted


def found(book: Book, name: str, key: str, wanted: Any, what: str) -> tuple[Tab, int]:
    """Where an object lies. Raises the 400 of an unknown id."""
    for tab in book.tabs:
        for index, item in enumerate(tab.objects[name]):
            if item.get(key) == wanted:
                return tab, index
    raise bad_request(f"No {what} with id: {wanted if wanted is not None else 0}")


@kind("addProtectedRange")
def add_protected_range(batch: Batch, body: Message) -> Message:
    new = body.get("protectedRange") or {}
    item, tab = _protection(batch, new)
    if "startRowIndex" not in item["range"] and "startColumnIndex" not in item["range"]:
        for other in tab.objects["protectedRanges"]:
            if other["range"].keys() == {"sheetId"} and item["range"].keys() == {"sheetId"}:
                raise bad_request(f'Sheet "{tab.title}" already has sheet protection.')
    wanted = new.get("protectedRangeId")
    item["protectedRangeId"] = taken(batch.book, "protectedRanges", "protectedRangeId", wanted, "protected range")
    tab.objects["protectedRanges"].append(item)
    reply = shown(item)
    reply["editors"] = {key: value for key, value in new.get("editors", {}).items() if value}
    return {"protectedRange": reply}


def _protection(batch: Batch, new: Message) -> tuple[Message, Tab]:
    if new.get("warningOnly") and any((new.get("editors") or {}).values()):
        raise bad_request("ProtectedRange is warningOnly. Editors cannot be set on it.")
    if new.get("namedRangeId"):
        named = _named(batch.book, new["namedRangeId"])
        where = named["range"]
    elif new.get("tableId"):
        tab, index = found(batch.book, "tables", "tableId", new["tableId"], "table")
        where = tab.objects["tables"][index]["range"]
    else:
        where = batch.stored(new.get("range"))
    item: Message = {"protectedRangeId": 0, "range": dict(where)}
    for key in ("namedRangeId", "tableId", "description", "warningOnly"):
        if new.get(key):
            item[key] = new[key]
    if new.get("unprotectedRanges"):
        item["unprotectedRanges"] = [batch.stored(hole) for hole in new["unprotectedRanges"]]
    item["requestingUserCanEdit"] = True
    editors = {key: value for key, value in (new.get("editors") or {}).items() if value}
    editors["users"] = sorted({CALLER, *editors.get("users", [])})
    item["editors"] = editors
    return item, batch.book.tab(where["sheetId"])


@kind("updateProtectedRange")
def update_protected_range(batch: Batch, body: Message) -> None:
    new, mask = body.get("protectedRange") or {}, update_mask(body)
    wanted = new.get("protectedRangeId")
    tab, index = found(batch.book, "protectedRanges", "protectedRangeId", wanted, "protected range")
    old = tab.objects["protectedRanges"][index]
    if not old.get("requestingUserCanEdit", True) and not old.get("warningOnly"):
        from tests.sheets_server.errors import protected

        raise protected()
    # editors do not count while a range only warns: they are kept for nobody and may not stand in the way
    kept_old = {key: value for key, value in old.items() if key != "editors" or not old.get("warningOnly")}
    after, other = _protection(batch, merged(kept_old, new, mask))
    after["protectedRangeId"] = wanted
    del tab.objects["protectedRanges"][index]
    other.objects["protectedRanges"].append(after)


@kind("deleteProtectedRange")
def delete_protected_range(batch: Batch, body: Message) -> None:
    wanted = body.get("protectedRangeId")
    tab, index = found(batch.book, "protectedRanges", "protectedRangeId", wanted, "protected range")
    del tab.objects["protectedRanges"][index]


def _named(book: Book, named_range_id: str | None) -> Message:
    for item in book.named_ranges:
        if item["namedRangeId"] == named_range_id:
            return item
    raise bad_request(f"No named range with id: {named_range_id}")


def _check_name(book: Book, name: str, own: str | None = None) -> None:
    if not _NAME.match(name) or _LIKE_A_CELL.match(name):
        raise bad_request(f"Invalid name: {name}")
    known = book.named(name)
    if known is not None and known["namedRangeId"] != own:
        raise bad_request(f"A named range with name {name} already exists.")


@kind("addNamedRange")
def add_named_range(batch: Batch, body: Message) -> Message:
    new = body.get("namedRange") or {}
    wanted = new.get("namedRangeId") or str(new_id())
    if any(item["namedRangeId"] == wanted for item in batch.book.named_ranges):
        raise bad_request(f"A named range with id {wanted} already exists.")
    _check_name(batch.book, new.get("name", ""))
    item = {"namedRangeId": wanted, "name": new["name"], "range": batch.stored(new.get("range"))}
    batch.book.named_ranges.append(item)
    return {"namedRange": shown(item)}


@kind("updateNamedRange")
def update_named_range(batch: Batch, body: Message) -> None:
    new, mask = body.get("namedRange") or {}, update_mask(body)
    item = _named(batch.book, new.get("namedRangeId"))
    if "name" in mask or "*" in mask:
        _check_name(batch.book, new.get("name", ""), item["namedRangeId"])
        item["name"] = new["name"]
    if "range" in mask or "*" in mask:
        item["range"] = batch.stored(new.get("range"))


@kind("deleteNamedRange")
def delete_named_range(batch: Batch, body: Message) -> None:
    batch.book.named_ranges.remove(_named(batch.book, body.get("namedRangeId")))


def both_forms(new: Message) -> Message:
    """A filter with its criteria per column in both forms, the old map and the newer list, as replies have them."""
    specs, criteria = new.get("filterSpecs"), new.get("criteria")
    if specs:
        pairs = {str(spec.get("columnIndex", 0)): spec.get("filterCriteria", {}) for spec in specs}
        return {**new, "criteria": pairs}
    if criteria:
        return {**new, "filterSpecs": [{"columnIndex": int(at), "filterCriteria": one} for at, one in criteria.items()]}
    return new


@kind("setBasicFilter")
def set_basic_filter(batch: Batch, body: Message) -> None:
    new = body.get("filter") or {}
    where = batch.bounded(new.get("range"))
    tab = batch.book.tab(where["sheetId"])
    tab.basic_filter = {**both_forms(kept(new)), "range": where}
    specs = [
        (spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING") for spec in new.get("sortSpecs", [])
    ]
    if specs:  # a filter that sorts does so when it is set, below its header row
        row0, row1, col0, col1 = tab.bounds(span_of_range(where))
        sort_rows(batch, tab, (row0 + 1, row1, col0, col1), specs)


@kind("clearBasicFilter")
def clear_basic_filter(batch: Batch, body: Message) -> None:
    batch.book.tab(body.get("sheetId")).basic_filter = None


class Family:
    """A kind of object with an id that lies on a range: added, updated by mask, deleted."""

    twins = True  # whether colours come in both spellings

    def __init__(self, objects: str, key: str, message: str, what: str):
        self.objects, self.key, self.message, self.what = objects, key, message, what

    def add(self, batch: Batch, body: Message) -> Message:
        new = body.get(self.message) or {}
        item = {self.key: taken(batch.book, self.objects, self.key, new.get(self.key), self.what)}
        item |= {key: value for key, value in kept(new, twins=self.twins).items() if key != self.key}
        item["range"] = batch.bounded(self._range(batch, new))
        self.check(batch, item)
        batch.book.tab(item["range"]["sheetId"]).objects[self.objects].append(item)
        return {self.message: shown(item)}

    def _range(self, batch: Batch, new: Message) -> Message | None:
        if new.get("namedRangeId"):
            return _named(batch.book, new["namedRangeId"])["range"]
        return new.get("range")

    def check(self, batch: Batch, item: Message) -> None:
        """A hook for what one family refuses."""

    def update(self, batch: Batch, body: Message) -> None:
        new, mask = body.get(self.message) or {}, update_mask(body)
        tab, index = found(batch.book, self.objects, self.key, new.get(self.key), self.what)
        item = self.merged(tab.objects[self.objects][index], kept(new, twins=self.twins), mask)
        item["range"] = batch.bounded(item.get("range"))
        del tab.objects[self.objects][index]
        self.check(batch, item)
        batch.book.tab(item["range"]["sheetId"]).objects[self.objects].insert(index, item)

    def merged(self, old: Message, new: Message, mask: Mask) -> Message:
        return merged(old, new, mask) | {self.key: old[self.key]}

    def delete(self, batch: Batch, wanted: Any) -> None:
        tab, index = found(batch.book, self.objects, self.key, wanted, self.what)
        del tab.objects[self.objects][index]


class Bands(Family):
    def check(self, batch: Batch, item: Message) -> None:
        tab = batch.book.tab(item["range"]["sheetId"])
        for other in tab.objects["bandedRanges"]:
            if _meet(other["range"], item["range"]):
                raise bad_request("You cannot add alternating background colors to a range that already has them.")


class Views(Family):
    def check(self, batch: Batch, item: Message) -> None:
        item.update(both_forms(item))


class Tables(Family):
    twins = False

    def check(self, batch: Batch, item: Message) -> None:
        names = {table["name"].casefold() for tab in batch.book.tabs for table in tab.objects["tables"]}
        item.setdefault("name", f"Table{len(names) + 1}")
        if item["name"].casefold() in names:
            raise bad_request(f"A table with the name {item['name']} already exists.")
        for column in item.get("columnProperties", []):
            condition = (column.get("dataValidationRule") or {}).get("condition") or {}
            if column.get("columnType") == "DROPDOWN" and condition.get("type") != "ONE_OF_LIST":
                raise bad_request("A dropdown column needs a ONE_OF_LIST condition.")


def _meet(first: Message, second: Message) -> bool:
    return all(
        first[f"start{side}Index"] < second[f"end{side}Index"]
        and second[f"start{side}Index"] < first[f"end{side}Index"]
        for side in ("Row", "Column")
    )


_BANDS = Bands("bandedRanges", "bandedRangeId", "bandedRange", "banded range")
_VIEWS = Views("filterViews", "filterViewId", "filter", "filter view")
_TABLES = Tables("tables", "tableId", "table", "table")

kind("addBanding")(_BANDS.add)
kind("updateBanding")(_BANDS.update)
kind("deleteBanding")(lambda batch, body: _BANDS.delete(batch, body.get("bandedRangeId")))
kind("addFilterView")(_VIEWS.add)
kind("updateFilterView")(_VIEWS.update)
kind("deleteFilterView")(lambda batch, body: _VIEWS.delete(batch, body.get("filterId")))
kind("updateTable")(_TABLES.update)
kind("deleteTable")(lambda batch, body: _TABLES.delete(batch, body.get("tableId")))


@kind("addTable")
def add_table(batch: Batch, body: Message) -> Message:
    table = dict(body.get("table") or {})
    table["tableId"] = str(table.get("tableId") or new_id())
    return _TABLES.add(batch, {"table": table})


@kind("duplicateFilterView")
def duplicate_filter_view(batch: Batch, body: Message) -> Message:
    tab, index = found(batch.book, "filterViews", "filterViewId", body.get("filterId"), "filter view")
    source = tab.objects["filterViews"][index]
    copy = {**source, "title": f"Copy of {source.get('title', '')}".strip()}
    return _VIEWS.add(batch, {"filter": {key: value for key, value in copy.items() if key != "filterViewId"}})
