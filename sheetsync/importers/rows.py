"""The tolerant reader: every row of a table to typed values, one by one; what cannot be read is set aside, not guessed.

It reads whatever the fast path refuses: torn rows, repeated headings, total rows, odd numbers. A row is set aside with
its line and a reason when a cell of a field that counts (key, totals, required) cannot be read; in any other column
the cell becomes blank and the column is named in `problems`.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO

from sheetsync.importers.base import FieldKind, Rejected, ReportSpec, path_in_sql
from sheetsync.importers.book import Shape
from sheetsync.importers.convert import Converter, Value, converter
from sheetsync.importers.derive import RULES
from sheetsync.importers.evidence import Evidence
from sheetsync.importers.identify import Claim
from sheetsync.importers.naming import heading
from sheetsync.importers.tables import Cell, Table, shown

TOTAL_WORDS = frozenset(
    heading(word)
    for word in (
        "Total", "Totals", "Grand total", "Summary", "总计", "合计", "合計", "總計",
        "Summe", "Gesamt", "Gesamtsumme", "Totale", "Totales",
    )
)  # fmt: skip
"""What stands first in the row that sums a report."""
QUARANTINE_LIMIT = 50
TEXT_LIMIT = 300
NO_PORTFOLIO = frozenset({"not grouped", "no portfolio"})
"""How xlsx and CSV of one report say that a campaign is in no portfolio."""


@dataclass(slots=True)
class Tally:
    """What a pass over the rows counted."""

    rows: int = 0
    rejected: int = 0
    quarantine: list[Rejected] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    sums: dict[str, int] = field(default_factory=dict)
    sums_by_currency: dict[str, dict[str, int]] = field(default_factory=dict)
    distinct: dict[str, set[Value]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    """Sizes of sets that somebody else counted."""
    days: dict[str, set[date]] = field(default_factory=dict)
    blanked: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    damaged: int = 0
    damaged_keys: int = 0

    def reject(self, line: int, reason: str, cells: Sequence[Cell]) -> None:
        """Set a row aside."""
        self.rejected += 1
        if len(self.quarantine) < QUARANTINE_LIMIT:
            text = " | ".join(shown(cell) for cell in cells)[:TEXT_LIMIT]
            self.quarantine.append(Rejected(line, reason, text))


class Reader:
    """Types the rows of one table as one report."""

    def __init__(
        self,
        table: Table,
        claim: Claim,
        evidence: Evidence,
        *,
        percent: frozenset[str],
        constants: Mapping[str, Value],
        look_for_damage: bool = False,
    ) -> None:
        self.shape: Shape = claim.shape
        self.spec: ReportSpec = claim.shape.spec
        self.table = table
        self.claim = claim
        self.tally = Tally()
        self._evidence = evidence
        self._percent = percent
        self._look_for_damage = look_for_damage
        self._place = {each.name: index for index, each in enumerate(self.spec.fields)}
        self._columns = [self._column(position, name) for position, name in sorted(claim.columns.items())]
        self._twice = [(position, claim.twice[position]) for position in sorted(claim.twice)]
        self._constants = [(self._place[name], value) for name, value in constants.items() if name in self._place]
        self._headings = [heading(text) for text in table.headings]
        self._hard = self._hard_fields()
        self._filled = [each for each in self._must_be_filled() if not self._waits(each)]
        self._sums = [(total, self._place[name]) for total, name in self.spec.totals.items() if name in self._present]
        self._days = [name for name in self._period_fields() if name in self._present]

    @property
    def _present(self) -> frozenset[str]:
        made = {each.field for each in self.shape.derived}
        return self.claim.fields | made | {self.spec.fields[index].name for index, _ in self._constants}

    def _column(self, position: int, name: str) -> tuple[int, str, int, Converter]:
        evidence, spec_field = self._evidence, self.spec.field(name)
        typed = converter(
            spec_field,
            percent=name in self._percent,
            style=evidence.styles.get(name),
            order=evidence.order,
            order_open=evidence.order_open,
        )
        return position, name, self._place[name], typed

    def _hard_fields(self) -> frozenset[str]:
        spec = self.spec
        return frozenset({*spec.key, *spec.totals.values(), *self.shape.required, *self._must_be_filled()})

    def _must_be_filled(self) -> list[str]:
        return [each.name for each in self.spec.fields if each.filled]

    def _waits(self, name: str) -> bool:
        """Whether a blank in this field is only the order of day and month that is still open."""
        dated = self.spec.field(name).kind in {FieldKind.DATE, FieldKind.DATETIME}
        return dated and self._evidence.order_open

    def _period_fields(self) -> tuple[str, ...]:
        names = dict.fromkeys((*self.shape.period_dates, "date", "start_date", "end_date", "snapshot_date"))
        return tuple(name for name in names if self.spec.has(name))

    def rows(self) -> Iterator[list[Value]]:
        """Yield the good rows: line number, then every field of the spec."""
        for line, cells in self.table.rows():
            if self.shape.ends_at and heading(shown(cells[0] if cells else None)) in self.shape.ends_at:
                return
            values = self._row(line, cells)
            if values is not None:
                self._count(values)
                yield [line, *values]

    def _row(self, line: int, cells: Sequence[Cell]) -> list[Value] | None:
        if not any(cell is not None and (type(cell) is not str or cell.strip()) for cell in cells):
            self.tally.skipped["blank rows"] += 1
            return None
        if self._repeats_headings(cells):
            self.tally.skipped["repeated headings"] += 1
            return None
        width = len(self._headings)
        if len(cells) != width and (len(cells) < width or any(shown(cell).strip() for cell in cells[width:])):
            self.tally.reject(line, f"{len(cells)} cells under {width} headings", cells)
            return None
        values: list[Value] = [None] * len(self._place)
        reason = self._fill(line, cells, values)
        if self._is_total(cells, values, failed=reason is not None):
            self.tally.skipped["total rows"] += 1
            return None
        if reason is not None:
            self.tally.reject(line, reason, cells)
            return None
        return values

    def _fill(self, line: int, cells: Sequence[Cell], values: list[Value]) -> str | None:
        """Type the cells of a row into `values`; return why the row is bad, if it is."""
        for place, constant in self._constants:
            values[place] = constant
        for position, name, place, typed in self._columns:
            cell = cells[position]
            try:
                values[place] = typed(cell)
            except ValueError as failure:
                if name in self._hard:
                    return f"{name}: {failure}"
                count, first, sample = self.tally.blanked.get(name, (0, line, shown(cell)[:60]))
                self.tally.blanked[name] = (count + 1, first, sample)
        return self._twice_differs(cells, values) or self._derive(values) or self._unfilled(values)

    def _twice_differs(self, cells: Sequence[Cell], values: list[Value]) -> str | None:
        """Settle columns that hold one field twice: either may be blank, but they must not differ."""
        for position, name in self._twice:
            place = self._place[name]
            typed = next(each[3] for each in self._columns if each[1] == name)
            try:
                other = typed(cells[position])
            except ValueError as failure:
                return f"{name}: {failure}"
            if values[place] is None:
                values[place] = other
            elif other is not None and other != values[place]:
                return f"two columns hold {name} and differ"
        return None

    def _derive(self, values: list[Value]) -> str | None:
        for each in self.shape.derived:
            if not any(name in self.claim.fields for name in each.of):
                continue
            try:
                made = RULES[each.rule]([values[self._place[name]] for name in each.of if name in self._place])
            except ValueError as failure:
                return f"{each.field}: {failure}"
            if values[self._place[each.field]] is None:
                values[self._place[each.field]] = made
        portfolio = self._place.get("portfolio")
        if portfolio is not None and str(values[portfolio]).casefold() in NO_PORTFOLIO:
            values[portfolio] = None
        return None

    def _unfilled(self, values: Sequence[Value]) -> str | None:
        for name in self._filled:
            if values[self._place[name]] is None and name in self._present:
                return f"{name} is blank"
        either = self.shape.filled_one_of
        if either and not any(values[self._place[name]] is not None or self._waits(name) for name in either):
            return f"{' and '.join(either)} are blank"
        return None

    def _repeats_headings(self, cells: Sequence[Cell]) -> bool:
        first = cells[0] if cells else None
        if not isinstance(first, str) or heading(first) != self._headings[0]:
            return False
        return [heading(shown(cell)) for cell in cells] == self._headings

    def _is_total(self, cells: Sequence[Cell], values: Sequence[Value], *, failed: bool) -> bool:
        """Whether a row is the file's own sum: it says so, and has no key (a search term may well be "total")."""
        first = next((cell for cell in cells if cell is not None and cell != ""), None)
        if not isinstance(first, str) or heading(first) not in TOTAL_WORDS:
            return False
        if failed:
            return True
        keys = [values[self._place[name]] for name in self.spec.key if name in self.claim.fields]
        others = [key for key in keys if key != first.strip()]
        return bool(others) and all(key is None for key in others)

    def _count(self, values: Sequence[Value]) -> None:
        tally = self.tally
        tally.rows += 1
        where = self.shape.totals_where
        if where is None or values[self._place[where[0]]] in where[1]:
            self._add_up(values)
        for total, name in self.shape.distinct.items():
            tally.distinct.setdefault(total, set()).add(values[self._place[name]])
        for name in self._days:
            value = values[self._place[name]]
            if isinstance(value, date):
                day = value.date() if isinstance(value, datetime) else value
                tally.days.setdefault(name, set()).add(day)
        if self._look_for_damage:
            self._count_damage(values)

    def _count_damage(self, values: Sequence[Value]) -> None:
        """Count texts with U+FFFD: characters that were lost before the file came here."""
        for each, value in zip(self.spec.fields, values, strict=True):
            if type(value) is str and "\ufffd" in value:
                self.tally.damaged += 1
                self.tally.damaged_keys += each.name in self._hard

    def _add_up(self, values: Sequence[Value]) -> None:
        sums = self.tally.sums
        place = self._place.get("currency")
        by = self.tally.sums_by_currency.setdefault(str(values[place]), {}) if place is not None else None
        for total, index in self._sums:
            value = values[index]
            if isinstance(value, int):
                sums[total] = sums.get(total, 0) + value
                if by is not None:
                    by[total] = by.get(total, 0) + value


def write_spool(reader: Reader, path: Path) -> None:
    """Write the good rows as CSV that `spool_relation` reads: no headings, blank is NULL."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        _write(reader, stream)


def _write(reader: Reader, stream: IO[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    for values in reader.rows():
        writer.writerow([_spooled(value) for value in values])


def _spooled(value: Value) -> object:
    if type(value) is str:
        return value.replace("\x00", "")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value


def spool_relation(spec: ReportSpec, path: Path) -> str:
    """Return the SQL that reads what `write_spool` wrote, with the types of the spec."""
    columns = ", ".join(f"'{each.name}': '{each.kind.sql_type}'" for each in spec.fields)
    return (
        f"read_csv({path_in_sql(path)}, columns={{'_line': 'BIGINT', {columns}}}, header=false, auto_detect=false, "
        "delim=',', quote='\"', escape='\"', nullstr='', new_line='\\n', max_line_size=20000000)"
    )
