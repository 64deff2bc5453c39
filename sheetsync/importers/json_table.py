"""Tables in JSON documents, streamed: an array of records, or arrays at known places of an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheetsync.errors import MalformedReport
from sheetsync.importers.tables import Cell, Row

SAMPLE = 2_000
"""Records whose keys make the headings: optional keys (B2B) stand in every record of an account or in none."""


@dataclass(frozen=True, slots=True)
class JsonTable:
    """The records of one array, flattened: `{"clickData": {"totalClickCount": 3}}` has the heading `totalClickCount`.

    Of a nested key only the last part is kept, but for amounts, which keep their name: `orderedProductSales.amount`.
    """

    path: Path
    prefix: str
    headings: Sequence[str]

    def rows(self) -> Iterator[Row]:
        """Yield the number of each record and its values."""
        for number, record in enumerate(records(self.path, self.prefix), start=1):
            flat = flattened(record)
            yield number, [flat.get(each) for each in self.headings]


def records(path: Path, prefix: str) -> Iterator[Mapping[str, Any]]:
    """Stream the records of the array at a prefix ("" is the document itself). Raises MalformedReport."""
    import ijson

    with path.open("rb") as stream:
        if stream.read(3) != b"\xef\xbb\xbf":
            stream.seek(0)
        try:
            for record in ijson.items(stream, f"{prefix}.item" if prefix else "item"):
                if isinstance(record, Mapping):
                    yield record
        except (ijson.JSONError, UnicodeDecodeError) as failure:
            raise MalformedReport(
                f"The JSON ends early or is damaged: {str(failure)[:200]}.",
                where=str(path),
                hint="Download the report again.",
            ) from failure


def one_object(path: Path, key: str) -> dict[str, Any]:
    """Return the object at a key of the document, or {} when there is none."""
    import ijson

    with path.open("rb") as stream:
        if stream.read(3) != b"\xef\xbb\xbf":
            stream.seek(0)
        try:
            found: Any = next(ijson.items(stream, key, use_float=True), {})
        except (ijson.JSONError, UnicodeDecodeError):
            return {}
    return dict(found) if isinstance(found, Mapping) else {}


def flattened(record: Mapping[str, Any]) -> dict[str, Cell]:
    """Flatten a record to leaf names; the first value of a name stays."""
    flat: dict[str, Cell] = {}
    for name, value in record.items():
        if not isinstance(value, Mapping):
            if not isinstance(value, list):
                flat.setdefault(name, value)
        elif "amount" in value:
            flat.setdefault(f"{name}.amount", value["amount"])
            flat.setdefault("currencyCode", value.get("currencyCode"))
        else:
            for inner, leaf in flattened(value).items():
                flat.setdefault(inner, leaf)
    return flat


def table_at(path: Path, prefix: str) -> JsonTable | None:
    """Return the table at a prefix, or None when there are no records."""
    headings: dict[str, None] = {}
    for number, record in enumerate(records(path, prefix), start=1):
        headings.update(dict.fromkeys(flattened(record)))
        if number >= SAMPLE:
            break
    headings.pop("currencyCode", None)  # told once for the document, see `locate.facts_of`
    return JsonTable(path, prefix, tuple(headings)) if headings else None
