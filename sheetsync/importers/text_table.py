"""Tables in text files: delimiter, quoting, line ends, rows that a stray quotation mark tore apart."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetsync.importers.tables import Row

DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are parted. `quoted` is False for TAB reports, where a quotation mark is an inch mark.

    `escaped` is for Amazon's campaign CSV, which writes an inch mark inside quotes as a backslash and the mark.
    """

    delimiter: str
    quoted: bool = True
    escaped: bool = False

    def reader(self, lines: Iterator[str], *, spaced: bool = False) -> Iterator[list[str]]:
        """Return the reader of the standard library in this dialect.

        `spaced` passes over blanks before a cell, so that `a, "b, c"` is two cells.
        """
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            escapechar="\\" if self.escaped else None,
            doublequote=True,
            skipinitialspace=spaced and self.quoted,
        )


class _Lines:
    """Physical lines of a file that remembers those which the row being read is made of."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines).replace("\x00", "")
        self.number += 1
        self.taken.append(line)
        return line


def read_rows(path: Path, encoding: str, dialect: Dialect, width: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of every record of a text file.

    With `width`, that of a table, a record over several lines that has another width is read again line by line: one
    stray quotation mark then costs its own line, not those it swallowed. Without it blanks stand as they are, since
    the line may be no table's.
    """
    spaced = width is not None
    with path.open(encoding=encoding, newline="") as stream:
        lines = _Lines(iter(stream))
        reader = dialect.reader(lines, spaced=spaced)
        while True:
            lines.taken.clear()
            first = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:  # a cell over the limit: the same stray quotation mark, on a long file
                yield from _line_by_line(lines.taken, first, dialect, width)
                reader = dialect.reader(lines, spaced=spaced)
                continue
            if width is not None and len(lines.taken) > 1 and len(cells) != width:
                yield from _line_by_line(lines.taken, first, dialect, width)
            else:
                yield first, cells


def _line_by_line(
    taken: Sequence[str], first: int, dialect: Dialect, width: int | None
) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(list(taken), start=first):
        try:
            cells = next(dialect.reader(iter([line]), spaced=width is not None), [])
        except csv.Error:
            cells = []
        if width is not None and len(cells) != width and line.strip():
            loose = line.rstrip("\r\n").split(dialect.delimiter)
            cells = loose if len(loose) == width else [line.strip()]
        yield number, cells


@dataclass(frozen=True, slots=True)
class TextTable:
    """The rows below the headings of a text file; `skip` is the number of lines down to and with the headings."""

    path: Path
    encoding: str
    dialect: Dialect
    headings: Sequence[str]
    skip: int

    def rows(self) -> Iterator[Row]:
        """Yield line number and cells of each row."""
        for number, cells in read_rows(self.path, self.encoding, self.dialect, len(self.headings)):
            if number > self.skip:
                yield number, cells


def first_rows(path: Path, encoding: str, dialect: Dialect, count: int) -> list[tuple[int, list[str]]]:
    """Return the first records of a text file with their line numbers."""
    found = []
    for row in read_rows(path, encoding, dialect):
        found.append(row)
        if len(found) >= count:
            break
    return found
