"""Collect: report files -> history. One bad file never stops the rest, and nothing is half-imported."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from sheetsync.core.model.facts import DataProblem
from sheetsync.errors import ReportError, ReportRefused
from sheetsync.history.ingest import ingest_file
from sheetsync.history.store import History
from sheetsync.importers.base import ReadReport
from sheetsync.importers.read import read_report
from sheetsync.pipeline.inbox import SIDECAR, Told, inbox_files, told
from sheetsync.pipeline.project import Progress, Project, no_progress
from sheetsync.state.lock import WorkbookLock

Stamps = dict[str, dict[str, object]]
Status = Literal["imported", "unchanged", "refused", "unreadable", "waiting"]


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file. `message` and `hint` say why and what next, where it was not taken."""

    file: str
    status: Status
    report: str = ""
    marketplace: str = ""
    rows: int = 0
    rejected: int = 0
    message: str = ""
    hint: str = ""
    problems: tuple[str, ...] = ()
    gap: str = ""
    """That of the problems which says that the lines do not sum to what the file states."""


_GAP_IS_A_METRIC = frozenset({"settlement_v1", "settlement_v2"})
"""Reports whose gap the history finds settlement by settlement, so that the file need not tell it again."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one collection did, file by file."""

    outcomes: tuple[FileOutcome, ...] = ()
    stamps: Stamps = field(default_factory=dict)
    """For the next collection: what stood there and what became of it."""

    @property
    def problems(self) -> tuple[DataProblem, ...]:
        """What people should know about the files: a finding each."""
        return tuple(problem for outcome in self.outcomes for problem in _problems_of(outcome))


def collect(
    project: Project,
    history: History,
    *,
    imported_at: datetime,
    progress: Progress = no_progress,
    paths: tuple[Path, ...] | None = None,
    override: Told | None = None,
    stamps: Stamps | None = None,
) -> Collected:
    """Reads every file of the inbox (or the given `paths`) and keeps its rows in the history.

    `override` is what the person who imports by hand told; it goes before the folder and the sidecar. `stamps` is
    what the last collection left: a file that stands as it stood then is not read again.
    """
    files = list(paths) if paths is not None else inbox_files(project.inbox)
    outcomes, fresh = [], dict[str, dict[str, object]]()
    for done, path in enumerate(files):
        progress("reading reports", done, len(files))
        name, stamp = _name(path, project.inbox), _stamp(path, project)
        before = (stamps or {}).get(name)
        if before is not None and before.get("stamp") == stamp:
            outcome = _recalled(before)
        else:
            outcome = _take(project, history, path, imported_at, override)
        outcomes.append(outcome)
        fresh[name] = {"stamp": stamp, "outcome": asdict(outcome)}
    progress("reading reports", len(files), len(files))
    return Collected(tuple(outcomes), fresh)


def import_files(
    project: Project,
    paths: tuple[Path, ...],
    told_by_hand: Told,
    *,
    imported_at: datetime,
    progress: Progress = no_progress,
) -> Collected:
    """Imports files by hand, under the project's lock. Raises Locked while a refresh runs."""
    project.memory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with WorkbookLock(project.lock_path), History.open(project.history_path) as history:
        return collect(project, history, imported_at=imported_at, progress=progress, paths=paths, override=told_by_hand)


def _stamp(path: Path, project: Project) -> str:
    """Changes whenever reading the file again could give something else."""
    sidecar = path.with_name(path.name + SIDECAR)
    parts = [_size_and_time(path), _size_and_time(sidecar), version("sheetsync-plan")]
    parts.append(repr(sorted(project.config.reports.aliases.items())))
    parts.append(repr(project.marketplaces if len(project.marketplaces) == 1 else ""))
    return "|".join(parts)


def _size_and_time(path: Path) -> str:
    if not path.exists():
        return "-"
    found = path.stat()
    return f"{found.st_size}:{found.st_mtime_ns}"


def _recalled(before: dict[str, object]) -> FileOutcome:
    data = before["outcome"]
    assert isinstance(data, dict)
    outcome = FileOutcome(**{**data, "problems": tuple(data["problems"])})
    return replace(outcome, status="unchanged") if outcome.status == "imported" else outcome


def _take(project: Project, history: History, path: Path, imported_at: datetime, override: Told | None) -> FileOutcome:
    name = _name(path, project.inbox)
    try:
        known = _known(project, path, override)
        report = read_report(path, **known.to_reader(), aliases=project.config.reports.aliases)
        return _keep(history, name, report, imported_at, known.exported)
    except ReportRefused as error:
        return FileOutcome(name, "refused", message=error.message, hint=error.hint or "")
    except ReportError as error:
        return FileOutcome(name, "unreadable", message=error.message, hint=error.hint or "")


def _known(project: Project, path: Path, override: Told | None) -> Told:
    inside = path.is_relative_to(project.inbox)
    known = told(path, project.inbox if inside else None)
    if override is not None:
        known = override.before(known)
    if known.marketplace is None and len(project.marketplaces) == 1:
        known = replace(known, marketplace=project.marketplaces[0])
    return known


def _keep(history: History, name: str, report: ReadReport, imported_at: datetime, exported: date | None) -> FileOutcome:
    told_of = FileOutcome(
        name,
        "imported",
        report.report,
        report.marketplace or "",
        report.rows,
        report.rejected,
        problems=report.problems,
        gap=report.gap,
    )
    if report.needs:
        return replace(
            told_of,
            status="waiting",
            message=f"needs {' and '.join(report.needs)}",
            hint=_how_to_tell(name, report.needs),
        )
    tables = [replace(table, file=name) for table in report.tables]
    kept = ingest_file(history, tables, imported_at=imported_at, exported=exported)
    if all(each.duplicate for each in kept):
        return replace(told_of, status="unchanged")
    return replace(told_of, problems=told_of.problems + tuple(p for each in kept for p in each.problems))


def _how_to_tell(name: str, needs: tuple[str, ...]) -> str:
    ways = []
    if "marketplace" in needs:
        ways.append("put it into a folder of its marketplace (inbox/US/...)")
    if "period" in needs:
        ways.append(f"tell its days in {Path(name).name}.sidecar.toml (period_start, period_end)")
    if "date order" in needs:
        ways.append(
            f'say what 3/4 means in {Path(name).name}.sidecar.toml (date_order = "mdy" or "dmy") or with --date-order'
        )
    ways.append("or use `sheetsync import FILE --marketplace US --period 2026-11-01..2026-11-30`")
    return ", ".join(ways)


def _name(path: Path, inbox: Path) -> str:
    return str(path.relative_to(inbox)) if path.is_relative_to(inbox) else str(path)


def _problems_of(outcome: FileOutcome) -> list[DataProblem]:
    facts = {"file": outcome.file, "message": outcome.message, "hint": outcome.hint, "rows": str(outcome.rejected)}
    found = []
    if outcome.status in ("refused", "unreadable", "waiting"):
        found.append(DataProblem("refused_report", outcome.file, outcome.file, facts))
    if outcome.rejected:
        found.append(DataProblem("unreadable_rows", outcome.file, outcome.file, facts))
    if outcome.gap and outcome.report not in _GAP_IS_A_METRIC:
        found.append(DataProblem("settlement_gap", outcome.file, outcome.file, {**facts, "message": outcome.gap}))
    return found
