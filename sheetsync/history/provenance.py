"""Provenance: which files a value came from, and how many rows of each it used."""

from __future__ import annotations

from collections.abc import Iterable

from sheetsync.core.model.metric import SourceRef
from sheetsync.history.store import History


class Provenance:
    """The ledger by import id. Metric files name their sources as `import:rows import:rows`."""

    def __init__(self, history: History) -> None:
        rows = history.rows("SELECT import_id, title, file, as_of, window_days FROM imports")
        self._imports = {number: (title, file, as_of) for number, title, file, as_of, _ in rows}
        self._windows = {number: int(window or 0) for number, _, _, _, window in rows}
        self._told: dict[str, tuple[SourceRef, ...]] = {}

    def sources(self, text: str | None) -> tuple[SourceRef, ...]:
        """The files behind `12:30 13:31`, in order of import: engines put the parts together in any order."""
        key = text or ""
        if key not in self._told:
            self._told[key] = tuple(self.source(number, rows) for number, rows in sorted(_pairs(key)))
        return self._told[key]

    def source(self, number: int, rows: int) -> SourceRef:
        """One file and how many of its rows were used."""
        title, file, as_of = self._imports[number]
        return SourceRef(title, file, rows, as_of)

    def window_days(self, text: str | None) -> int:
        """The longest attribution window of the files behind a value; 0 where none has one."""
        return max((self._windows[number] for number, _ in _pairs(text or "")), default=0)


def _pairs(text: str) -> Iterable[tuple[int, int]]:
    for part in text.split():
        number, rows = part.split(":")
        yield int(number), int(rows)


def merged(groups: Iterable[tuple[SourceRef, ...]]) -> tuple[SourceRef, ...]:
    """Several values' sources as one list: rows of the same file are added."""
    found: dict[tuple[str, str], SourceRef] = {}
    for source in (each for group in groups for each in group):
        key = (source.report, source.file)
        rows = source.rows + (found[key].rows if key in found else 0)
        found[key] = SourceRef(source.report, source.file, rows, source.as_of)
    return tuple(found.values())
