"""Reads a report file: opens it, finds its table and its report, types its rows, counts, and says what is missing."""

from __future__ import annotations

import hashlib
import shutil
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sheetsync.core.model.marketplace import DateOrder
from sheetsync.errors import AmbiguousReport, MalformedReport, ReportError
from sheetsync.importers import account_health, archive, context, dashboard, encodings, fast, locate
from sheetsync.importers.base import MICROS, FieldKind, ReadReport, Spool, stamp_of
from sheetsync.importers.book import Aliases, Book, Shape, book_with
from sheetsync.importers.evidence import Evidence, collect, weigh
from sheetsync.importers.identify import Claim
from sheetsync.importers.locate import Located, Wanted
from sheetsync.importers.rows import Reader, Tally, spool_relation, write_spool


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says about a file beyond what it says itself."""

    marketplace: str | None = None
    currency: str | None = None
    period: tuple[date, date] | None = None
    date_order: DateOrder | None = None


def read_report(
    path: Path | str,
    *,
    marketplace: str | None = None,
    currency: str | None = None,
    period: tuple[date, date] | None = None,
    date_order: DateOrder | None = None,
    encoding: str | None = None,
    report: str | None = None,
    aliases: Aliases | None = None,
    fast_path: bool = True,
) -> ReadReport:
    """Read one report file (text, workbook, JSON, or a zip or gz of one). Nothing is kept.

    The optional arguments are what a person knows beyond the file. `report` settles which of several reports it is,
    `aliases` adds headings to reports, `fast_path` False keeps to the tolerant reader. The typed rows wait in temporary
    files, which go away with the result. Raises UnknownReport, AmbiguousReport or MalformedReport.
    """
    path, book = Path(path), book_with(aliases)
    if not path.is_file():
        raise MalformedReport("There is no such file.", where=str(path), hint="Check the path.")
    if report is not None and report not in book.shapes:
        known = ", ".join(sorted(book.shapes))
        raise MalformedReport(f"There is no report {report!r}.", where=str(path), hint=f"Known are {known}.")
    given, wanted = Given(marketplace, currency, period, date_order), Wanted(encoding, marketplace, report)
    work = _Work(book, path, _Scratch(), given, wanted, fast_path=fast_path)
    with ThreadPoolExecutor(1) as beside:  # hashing lets go of the interpreter, so it takes no time of its own
        return work.read(beside.submit(_digest, path))


def identify(
    path: Path | str, *, encoding: str | None = None, report: str | None = None, aliases: Aliases | None = None
) -> str:
    """Return the canonical name of the report in a file from its headings alone; no row is read.

    Raises UnknownReport, AmbiguousReport or MalformedReport like `read_report`.
    """
    path, book = Path(path), book_with(aliases)
    if not path.is_file():
        raise MalformedReport("There is no such file.", where=str(path), hint="Check the path.")
    work = _Work(book, path, _Scratch(), Given(), Wanted(encoding, None, report), fast_path=False)
    opened = archive.opened(path, work.folder.path)
    name = work.locate(opened)[0].claim.shape.spec.name
    container = book.container(name)
    return name if opened.kind == "text" or container is None else container.spec.name


class _Scratch:
    """A temporary folder that goes away with the last object that refers to it, without a warning."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp(prefix="sheetsync-import-"))
        self._cleanup = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class _Work:
    """One file on its way from bytes to a ReadReport."""

    def __init__(
        self, book: Book, path: Path, folder: _Scratch, given: Given, wanted: Wanted, *, fast_path: bool
    ) -> None:
        self.book = book
        self.path = path
        self.folder = folder
        self.given = given
        self.wanted = wanted
        self.fast_path = fast_path
        self.damaged = False
        self.nul = False

    def read(self, digest: Future[str]) -> ReadReport:
        """Read the file."""
        opened = archive.opened(self.path, self.folder.path)
        located = self.locate(opened)
        reports = [self._table(each, opened.name, digest) for each in located]
        container = self.book.container(reports[0].report)
        if opened.kind == "text" or container is None:
            if len(reports) > 1:
                names = ", ".join(f"{each.found.sheet} ({each.claim.shape.spec.name})" for each in located)
                raise AmbiguousReport(
                    f"The workbook holds several reports: {names}.",
                    where=opened.name,
                    hint="Save each worksheet as a file of its own, or say --report.",
                )
            return reports[0]
        return _bundled(container, reports)

    def locate(self, opened: archive.Opened) -> list[Located]:
        """Find the tables of the file and the reports that claim them."""
        if opened.kind == "json":
            return locate.in_json(self.book, opened, self.wanted)
        if opened.kind == "workbook":
            return locate.in_workbook(self.book, opened, self.folder.path, self.wanted)
        seen = encodings.scan(opened.path)
        self.damaged = seen.replacement
        encoding = locate.text_encoding(opened, seen, self.wanted)
        self.nul = seen.nul and not encoding.startswith(("utf-16", "utf-32"))
        return [locate.in_text(self.book, opened, seen, encoding, self.wanted)]

    def _table(self, located: Located, name: str, digest: Future[str]) -> ReadReport:
        claim, shape = located.claim, located.claim.shape
        told = {**context.metadata_of(located.found.preamble, self.book), **located.found.facts}
        constants = {field: told[key] for field, key in shape.metadata.items() if key in told}
        evidence = self._weigh(located, name, told, limit=fast.PROOF_ROWS if self._may_be_fast(located) else None)
        quick = self._fast(located, evidence) if self._may_be_fast(located) else None
        if quick is not None:
            tally, evidence, spool = quick
        else:
            if self._may_be_fast(located):
                evidence = self._weigh(located, name, told, limit=None)
            tally, spool = self._tolerant(located, evidence, constants)
        place = context.placed(
            shape.spec, evidence, name=name, told=told, given=self.given.marketplace, currency=self.given.currency
        )
        period, granularity = context.period_of(shape, tally.days, name=name, told=told)
        totals = _totals(shape, claim, tally, by_currency=len(evidence.currencies) > 1)
        apart = _days_apart(self.given.period, period)
        wrong_days = apart if _disjoint(self.given.period, period) else []
        result = ReadReport(
            file=str(self.path),
            spec=shape.spec,
            rows=tally.rows,
            sha256=digest.result(),
            encoding=located.encoding,
            marketplace=place.marketplace,
            currency=place.currency,
            period=self.given.period or period,
            granularity=granularity,
            as_of=max(tally.days["snapshot_date"]) if tally.days.get("snapshot_date") else None,
            window_days=_window(claim),
            rejected=tally.rejected,
            quarantine=tuple(tally.quarantine),
            totals=totals,
            needs=_needs(shape, place, evidence, self.given.period or period),
            problems=(*place.problems, *apart, *_denied(evidence), *_problems(located, tally)),
            conflicts=(*place.conflicts, *wrong_days, *_denied(evidence)),
            columns=tuple(each.name for each in shape.spec.fields if each.name in claim.fields),
            unmapped=claim.unmapped,
            spool=spool,
        )
        return _checked(result, located)

    def _may_be_fast(self, located: Located) -> bool:
        return self.fast_path and fast.suits(located, damaged=self.damaged or self.nul)

    def _weigh(self, located: Located, name: str, told: Mapping[str, str], *, limit: int | None) -> Evidence:
        distinct, ambiguous = collect(located.found.table, located.claim, limit=limit)
        place = self.given.marketplace or context.place_in_name(name, told)
        return weigh(located.claim, distinct, ambiguous, given_order=self.given.date_order, place=place)

    def _fast(self, located: Located, evidence: Evidence) -> tuple[Tally, Evidence, Spool] | None:
        stamp = stamp_of(self.path)
        quick = fast.read(located, evidence, self.folder.path)
        if quick is None:
            return None
        return quick.tally, quick.evidence, Spool(quick.relation, self.folder, self.path, stamp, quick.skip)

    def _tolerant(self, located: Located, evidence: Evidence, constants: Mapping[str, Any]) -> tuple[Tally, Spool]:
        out = self.folder.path / f"rows-{id(located)}.csv"
        reader = Reader(
            located.found.table,
            located.claim,
            evidence,
            percent=located.percent,
            constants=constants,
            look_for_damage=self.damaged,
        )
        write_spool(reader, out)
        if reader.tally.damaged_keys:
            raise MalformedReport(
                f"{reader.tally.damaged_keys} names or ids hold U+FFFD: characters were lost in a wrong encoding.",
                where=str(self.path),
                hint="Download the report again and import it without saving it in another program first.",
            )
        return reader.tally, Spool(spool_relation(located.claim.shape.spec, out), self.folder)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, in large pieces: between two of them it waits for the interpreter."""
    whole, buffer = hashlib.sha256(), memoryview(bytearray(2 << 20))
    with path.open("rb", buffering=0) as stream:
        while size := stream.readinto(buffer):
            whole.update(buffer[:size])
    return whole.hexdigest()


def _totals(shape: Shape, claim: Claim, tally: Tally, *, by_currency: bool) -> dict[str, Decimal | int]:
    """Return the sums in the order of the spec; money per currency where a file mixes several."""
    totals: dict[str, Decimal | int] = {}
    made = {each.field for each in shape.derived}
    for total, name in shape.spec.totals.items():
        if name not in claim.fields and name not in made:
            continue
        kind = shape.spec.field(name).kind
        if kind is FieldKind.COUNT:
            totals[total] = tally.sums.get(total, 0)
        elif kind is FieldKind.MONEY and by_currency:
            for code, sums in sorted(tally.sums_by_currency.items()):
                if total in sums:
                    totals[f"{total} {code}"] = _amount(sums[total])
        elif kind is FieldKind.MONEY:
            totals[total] = _amount(tally.sums.get(total, 0))
    for total in shape.distinct:
        totals[total] = tally.counts.get(total, len(tally.distinct.get(total, ())))
    return totals


def _amount(micros: int) -> Decimal:
    """Return micros as an exact amount with at least two decimals."""
    amount = Decimal(micros) / MICROS
    return amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount


def _window(claim: Claim) -> int | None:
    if not claim.shape.spec.attributed:
        return None
    return claim.window or claim.shape.fixed_window


def _needs(shape: Shape, place: context.Place, evidence: Evidence, period: tuple[date, date] | None) -> tuple[str, ...]:
    needs = list(place.needs)
    if evidence.order_open:
        needs.append("date order")
    elif period is None and shape.spec.period_rule != "snapshot":
        needs.append("period")
    return tuple(needs)


def _days_apart(given: tuple[date, date] | None, own: tuple[date, date] | None) -> list[str]:
    if given is None or own is None or given == own:
        return []
    return [f"The file speaks for {own[0]} to {own[1]}, not for {given[0]} to {given[1]}."]


def _denied(evidence: Evidence) -> list[str]:
    if not evidence.order_denied:
        return []
    first, second = ("day", "month") if evidence.order == "dmy" else ("month", "day")
    return [f"The dates of the file have the {first} first, not the {second}."]


def _disjoint(given: tuple[date, date] | None, own: tuple[date, date] | None) -> bool:
    """Whether a file has no day in common with those that were told: it is of another month, say."""
    return given is not None and own is not None and (own[1] < given[0] or given[1] < own[0])


def _problems(located: Located, tally: Tally) -> list[str]:
    problems = []
    if located.claim.by_position:
        names = ", ".join(located.claim.columns[position] for position in sorted(located.claim.columns))
        problems.append(f"The headings are in a language that is not known; by their place the columns are {names}.")
    if located.claim.unmapped:
        names = ", ".join(located.claim.unmapped[:8]) + (" ..." if len(located.claim.unmapped) > 8 else "")
        problems.append(f"Not read, for the report does not know them: {names}.")
    for name, (count, line, sample) in sorted(tally.blanked.items()):
        problems.append(f"{name}: {count} cells cannot be read and stay blank, first {sample!r} in line {line}.")
    if tally.rejected:
        first = tally.quarantine[0]
        many = "1 row is" if tally.rejected == 1 else f"{tally.rejected} rows are"
        problems.append(f"{many} set aside, first line {first.line}: {first.reason}.")
    if tally.skipped["repeated headings"]:
        problems.append(f"The headings stand again inside the rows {tally.skipped['repeated headings']} times.")
    if tally.damaged:
        problems.append(f"{tally.damaged} texts hold U+FFFD: some of their characters were lost before the export.")
    return problems


def _checked(result: ReadReport, located: Located) -> ReadReport:
    """Apply the checks that a report carries in itself: sums that it states, statuses that it contradicts."""
    shape = located.claim.shape
    problems = list(result.problems)
    if shape.sum_check and all(each in result.totals for each in shape.sum_check):
        amount, stated = (Decimal(result.totals[each]) for each in shape.sum_check)
        if amount != stated:
            gap = f"The lines sum to {amount}, the file states {stated}: {stated - amount} is missing."
            problems.append(gap)
            result = replace(result, gap=gap)
    if isinstance(located.found.table, account_health.HealthTable):
        problems += account_health.contradictions(located.found.table)
    if shape.spec.name == "sales_dashboard":
        stated_there = dashboard.snapshot(located.found.preamble)
        problems += dashboard.disagreements(stated_there, result.totals)
        orders = {"orders": int(stated_there["orders"])} if "orders" in stated_there else {}
        result = replace(result, totals={**result.totals, **orders}, as_of=dashboard.as_of(located.found.preamble))
    return replace(result, problems=tuple(problems))


def _bundled(container: Shape, parts: Sequence[ReadReport]) -> ReadReport:
    """Put the tables of one file together; totals come from those that do not repeat each other's figures."""
    place, money = _shared(parts, lambda each: each.marketplace), _shared(parts, lambda each: each.currency)
    parts = [_with_place(each, place, money) for each in parts]
    parts.sort(key=lambda each: container.spec.sections.index(each.report))
    counting = [each for each in parts if each.report in container.totals_from] or list(parts)
    totals: dict[str, Decimal | int] = {}
    for part in counting:
        for name, value in part.totals.items():
            totals[name] = totals.get(name, 0) + value
    periods = [each.period for each in parts if each.period is not None]
    first = parts[0]
    return replace(
        first,
        spec=container.spec,
        rows=sum(each.rows for each in parts),
        rejected=sum(each.rejected for each in parts),
        quarantine=tuple(row for each in parts for row in each.quarantine),
        marketplace=place,
        currency=money,
        period=(min(each[0] for each in periods), max(each[1] for each in periods)) if periods else None,
        totals=totals,
        needs=tuple(dict.fromkeys(need for each in parts for need in each.needs)),
        problems=tuple(dict.fromkeys(problem for each in parts for problem in each.problems)),
        conflicts=tuple(dict.fromkeys(conflict for each in parts for conflict in each.conflicts)),
        columns=(),
        unmapped=(),
        parts=tuple(parts),
        spool=None,
    )


def _with_place(part: ReadReport, place: str | None, money: str | None) -> ReadReport:
    """Give a table what another table of the same file tells: one worksheet names the currency, the others do not."""
    needs = tuple(need for need in part.needs if need != "marketplace" or place is None)
    return replace(part, marketplace=part.marketplace or place, currency=part.currency or money, needs=needs)


def _shared(parts: Sequence[ReadReport], of: Callable[[ReadReport], str | None]) -> str | None:
    found = {value for each in parts if (value := of(each)) is not None}
    return found.pop() if len(found) == 1 else None


def dry_run(path: Path | str, **options: Any) -> dict[str, Any]:
    """Return what `sheetsync import --dry-run --json` prints for one file; a refusal is a problem, not an exception.

    `options` are those of `read_report`.
    """
    try:
        return read_report(path, **options).as_json()
    except ReportError as refusal:
        told = [refusal.message, *([refusal.hint] if refusal.hint else [])]
    except OSError as failure:
        told = [f"The file cannot be read: {failure}."]
    return {
        "file": str(path),
        "report": None,
        "marketplace": None,
        "currency": None,
        "period": None,
        "encoding": None,
        "rows": 0,
        "rejected": 0,
        "totals": {},
        "needs": [],
        "problems": told,
    }
