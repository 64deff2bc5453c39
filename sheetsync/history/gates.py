"""Gates: what stops a file before anything of it is kept. Each raises ReportRefused with the next step.

A gate never guesses and never drops rows in silence; the rest of the inbox goes on without the file it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath

from sheetsync.errors import ReportRefused
from sheetsync.history.slices import Slice
from sheetsync.history.staged import StagedReport
from sheetsync.history.store import History


@dataclass(frozen=True, slots=True)
class Limits:
    """When a shrunken file is suspect: fewer than `collapse` of the rows kept before, where those were `floor` or more.

    Half and 20 rows are our own choice: a filter left on in the console usually takes far more than half away.
    """

    collapse: Decimal = Decimal("0.5")
    floor: int = 20


def name_of(report: StagedReport) -> str:
    """The file's name: within the inbox as it was given, else without its folder."""
    path = PurePath(report.file)
    return path.name if path.is_absolute() else str(path)


def check_marketplace(report: StagedReport, told: str | None) -> str:
    """The marketplace of a file: what it says, else what was told. Refuses when the two differ or none is known."""
    if report.marketplace and told and report.marketplace != told:
        raise ReportRefused(
            f"{name_of(report)} is of {report.marketplace}, not of {told}",
            where=report.file,
            hint=f"move it to the folder of {report.marketplace}, or leave the marketplace out",
        )
    found = report.marketplace or told
    if not found:
        raise ReportRefused(
            f"{name_of(report)} does not say its marketplace",
            where=report.file,
            hint="put it into inbox/<marketplace>/ or tell it: `sheetsync import FILE --marketplace US`",
        )
    return found


def check_currency(history: History, report: StagedReport, told: str | None, marketplace: str) -> str:
    """The currency of a file. Refuses one that differs from what was told, or from that of the marketplace's rows."""
    if report.currency and told and report.currency != told:
        raise ReportRefused(
            f"{name_of(report)} is in {report.currency}, not in {told}",
            where=report.file,
            hint="export it in the marketplace's own currency; amounts of two currencies are never added",
        )
    found = report.currency or told or ""
    sql = "SELECT DISTINCT currency FROM imports WHERE report = ? AND marketplace = ? AND currency <> '' AND in_force"
    kept = [currency for (currency,) in history.rows(sql, [report.spec.name, marketplace])]
    if found and kept and found not in kept:
        raise ReportRefused(
            f"{name_of(report)} is in {found}, but {report.spec.title} of {marketplace} is kept in {', '.join(kept)}",
            where=report.file,
            hint="check the marketplace; to change its currency, first `sheetsync import --forget` the earlier files",
        )
    return found


def check_conflicts(report: StagedReport) -> None:
    """Refuses a file that contradicts what was told of it: another marketplace, its currency, days of another month."""
    if report.conflicts:
        raise ReportRefused(
            f"{name_of(report)}: {' '.join(report.conflicts)}",
            where=report.file,
            hint="put it into the folder of its own marketplace, and tell days only for a file that names none",
        )


def check_collapse(report: StagedReport, slice_: Slice, before: int, now: int, limits: Limits) -> None:
    """Refuses a file that has far fewer rows for the same slice than are kept."""
    if before >= limits.floor and now < before * limits.collapse:
        raise ReportRefused(
            f"{name_of(report)} has {now} rows for {_span(slice_.first, slice_.last)}, where {before} are kept",
            where=report.file,
            hint="look for a filter left on in the export; if the file is right, forget the earlier one first "
            "(`sheetsync import --forget FILE`)",
        )


def older_export(report: StagedReport, slice_: Slice, kept_as_of: date) -> ReportRefused:
    """The refusal of a file whose every day is kept from a later export."""
    told = f"was exported {slice_.as_of}" if slice_.dated else f"ends {slice_.last}, with no day of its export"
    return ReportRefused(
        f"{name_of(report)} {told}; these days are kept from an export of {kept_as_of}",
        where=report.file,
        hint="if it is the later export, tell its day (`exported = 2026-11-20` in its sidecar), or forget the other "
        "file first (`sheetsync import --forget FILE`)",
    )


def overlap(report: StagedReport, slice_: Slice, file: str, first: date, last: date) -> ReportRefused:
    """The refusal of a summary whose days cross those of one already kept."""
    return ReportRefused(
        f"{name_of(report)} sums up {_span(slice_.first, slice_.last)}, which overlaps {_span(first, last)} of {file}",
        where=report.file,
        hint="a sum cannot be split by day: export other days, or a daily report, or forget the other file",
    )


def covered_by_days(report: StagedReport, slice_: Slice, days: int) -> ReportRefused:
    """The refusal of a summary for days that are kept day by day."""
    return ReportRefused(
        f"{name_of(report)} sums up {_span(slice_.first, slice_.last)}, of which {days} days are kept day by day",
        where=report.file,
        hint="daily rows say more than a sum: keep exporting them daily",
    )


def _span(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
