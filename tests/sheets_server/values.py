"""spreadsheets.values: get, batchGet, update, batchUpdate, append, clear, batchClear, and the ByDataFilter forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sheets_server import writing
from tests.sheets_server.a1 import Span
from tests.sheets_server.book import Book
from tests.sheets_server.errors import ApiError, bad_request, violation
from tests.sheets_server.filters import places
from tests.sheets_server.reading import Reader, choice

Message = dict[str, Any]


@dataclass
class Unverified:
    """Behaviour nobody has verified on a live sheet; tests should pass under either choice."""

    filter_nulls_skip: bool = True  # null in batchUpdateByDataFilter skips the cell (False: it empties it)
    update_grows_grid: bool = True  # values.update past the grid's edge grows the grid (False: it is refused)
    unmatched_filter_fails: bool = False  # a DataFilter without a match: 400 (False: nothing is written, 200)


def get(book: Book, text: str, params: Message) -> Message:
    tab, span = book.locate(text)
    return Reader(book, params).value_range(tab, span)


def batch_get(book: Book, ranges: list[str], params: Message) -> Message:
    reader = Reader(book, params)
    reply: Message = {"spreadsheetId": book.spreadsheet_id}
    if ranges:
        reply["valueRanges"] = [reader.value_range(*book.locate(text)) for text in ranges]
    return reply


def batch_get_by_filter(book: Book, body: Message) -> Message:
    reader = Reader(book, body)
    matched: list[tuple[Any, list[Message]]] = []
    for data_filter in body.get("dataFilters", []):
        for place in places(book, data_filter):
            for known, filters in matched:
                if known == place:
                    filters.append(data_filter)
                    break
            else:
                matched.append((place, [data_filter]))
    reply: Message = {"spreadsheetId": book.spreadsheet_id}
    if matched:
        reply["valueRanges"] = [
            {"valueRange": reader.value_range(*place), "dataFilters": filters} for place, filters in matched
        ]
    return reply


def _input_option(params: Message) -> str:
    option = choice(params, "valueInputOption", "")
    if not option:
        raise violation("valueInputOption", "'valueInputOption' is required but not specified", _REQUIRED)
    return option


_REQUIRED = "'valueInputOption' is required but not specified"


def _same_range(text: str, body: Message) -> None:
    given = body.get("range")
    if given and given.replace("'", "") != text.replace("'", ""):
        raise bad_request(f"Requested writing within range [{text}], but body has range [{given}]")


def update(book: Book, text: str, params: Message, body: Message) -> Message:
    option = _input_option(params)
    values = writing.checked_values(body.get("values"), "data.values")
    tab, span = book.locate(text)
    _same_range(text, body)
    written = writing.write(book, tab, span, values, option, choice(body, "majorDimension", "ROWS"))
    reply = written.reply(book.spreadsheet_id)
    if params.get("includeValuesInResponse"):
        reply["updatedData"] = _read_back(Reader(book, params, "response"), written)
    return reply


def _read_back(reader: Reader, written: writing.Written) -> Message:
    return reader.value_range(written.tab, Span(*written.span))


def _totals(book: Book, all_written: list[writing.Written]) -> Message:
    rows = {(item.tab.sheet_id, row) for item in all_written for row in item.rows}
    columns = {(item.tab.sheet_id, column) for item in all_written for column in item.columns}
    totals = {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": sum(item.cells for item in all_written),
        "totalUpdatedSheets": len({item.tab.sheet_id for item in all_written if item.cells}),
    }
    return {"spreadsheetId": book.spreadsheet_id} | {key: count for key, count in totals.items() if count}


def batch_update(book: Book, body: Message) -> Message:
    option = _input_option(body)
    all_written = []
    for index, item in enumerate(body.get("data", [])):
        if not item.get("range"):
            raise bad_request(f"Invalid data[{index}]: range is required")
        values = writing.checked_values(item.get("values"), f"data[{index}].values")
        major = choice(item, "majorDimension", "ROWS")
        try:
            tab, span = book.locate(item["range"])
            all_written.append(writing.write(book, tab, span, values, option, major))
        except ApiError as refused:
            raise _numbered(refused, index) from refused
    reader = Reader(book, body, "response")
    reply = _totals(book, all_written)
    responses = []
    for written in all_written:
        one = written.reply(book.spreadsheet_id)
        if body.get("includeValuesInResponse"):
            one["updatedData"] = _read_back(reader, written)
        responses.append(one)
    return reply | ({"responses": responses} if responses else {})


def _numbered(refused: ApiError, index: int) -> ApiError:
    if refused.code != 400 or "details" in refused.body["error"]:
        return refused
    return bad_request(f"Invalid data[{index}]: {refused.message}")


def batch_update_by_filter(book: Book, body: Message, unverified: Unverified) -> Message:
    option = _input_option(body)
    all_written: list[writing.Written] = []
    answered: list[tuple[Message, list[writing.Written]]] = []
    for index, item in enumerate(body.get("data", [])):
        data_filter = item.get("dataFilter", {})
        values = writing.checked_values(item.get("values"), f"data[{index}].values")
        if not unverified.filter_nulls_skip:
            values = [["" if value is None else value for value in line] for line in values]
        found = places(book, data_filter)
        if not found and unverified.unmatched_filter_fails:
            raise bad_request(f"Invalid data[{index}]: No range matched the data filter.")
        mine = []
        for tab, span in found:
            try:
                mine.append(writing.write(book, tab, span, values, option, choice(item, "majorDimension", "ROWS")))
            except ApiError as refused:
                raise _numbered(refused, index) from refused
        all_written += mine
        answered.append((data_filter, mine))
    reader = Reader(book, body, "response")
    responses = []
    for data_filter, mine in answered:
        for written in mine:
            one = written.reply() | {"dataFilter": data_filter}
            if body.get("includeValuesInResponse"):
                one["updatedData"] = _read_back(reader, written)
            responses.append(one)
        if not mine:
            responses.append({"dataFilter": data_filter})
    return _totals(book, all_written) | ({"responses": responses} if responses else {})


def append(book: Book, text: str, params: Message, body: Message) -> Message:
    option = _input_option(params)
    values = writing.checked_values(body.get("values"), "data.values")
    tab, span = book.locate(text)
    _same_range(text, body)
    major = choice(body, "majorDimension", "ROWS")
    insert_rows = choice(params, "insertDataOption", "OVERWRITE") == "INSERT_ROWS"
    table, written = writing.append(book, tab, span, values, option, insert_rows=insert_rows, major=major)
    updates = written.reply(book.spreadsheet_id)
    if params.get("includeValuesInResponse"):
        updates["updatedData"] = _read_back(Reader(book, params, "response"), written)
    reply: Message = {"spreadsheetId": book.spreadsheet_id}
    return reply | ({"tableRange": table} if table else {}) | {"updates": updates}


def clear(book: Book, text: str) -> Message:
    return {"spreadsheetId": book.spreadsheet_id, "clearedRange": writing.clear(book, *book.locate(text))}


def batch_clear(book: Book, ranges: list[str]) -> Message:
    cleared = [writing.clear(book, *book.locate(text)) for text in ranges]
    return {"spreadsheetId": book.spreadsheet_id} | ({"clearedRanges": cleared} if cleared else {})


def batch_clear_by_filter(book: Book, body: Message) -> Message:
    found = [place for item in body.get("dataFilters", []) for place in places(book, item)]
    cleared = [writing.clear(book, tab, span) for tab, span in found]
    return {"spreadsheetId": book.spreadsheet_id} | ({"clearedRanges": cleared} if cleared else {})
