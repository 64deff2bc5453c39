"""Every error sheetsync raises on purpose.

A message says what happened to which thing; `where` says where (file:row:column or tab!cell); `hint` says what to do
next.
Findings, conflicts and quarantined rows are data, never exceptions.

    SheetsyncError
    ├── ConfigError            sheetsync.toml or an option is wrong (every problem at once)
    │   └── TemplateError      a template is wrong
    ├── ReportError            a report file cannot be taken
    │   ├── UnknownReport      no importer knows its header
    │   ├── AmbiguousReport    two importers claim it
    │   ├── MalformedReport    truncated, wrong encoding, not what its name says
    │   └── ReportRefused      readable, but a gate stopped it (wrong month, duplicate, overlap ...)
    ├── MergeRefused           the guard stopped a dangerous plan; nothing was written
    ├── StateError             the project's own memory
    │   ├── Locked             another refresh holds the lock
    │   └── StateUnreadable    state or history cannot be read
    └── WorkbookError          the workbook out there
        ├── WorkbookMissing    it is not there
        ├── WorkbookBusy       open or locked elsewhere; transient
        ├── WorkbookChanged    it moved between read and write; the round is tried again
        ├── WorkbookUnreadable encrypted, corrupt, over the limits, not a workbook
        ├── WorkbookDenied     no permission, quota or sign-in; terminal
        ├── WorkbookUnavailable the service did not answer within the deadline; transient
        └── NotConverged       written, but not proved; run again
"""

from __future__ import annotations

from collections.abc import Sequence


class SheetsyncError(Exception):
    """The root: what happened, where, and what to do next.

    `exit_code` follows the design: 2 usage or config, 3 failed with nothing written, 4 failed after the write began.
    """

    exit_code = 3

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint


class ConfigError(SheetsyncError):
    """`sheetsync.toml`, a template or an option is wrong; `problems` lists all of them at once."""

    exit_code = 2

    def __init__(self, problems: str | Sequence[str], *, where: str | None = None, hint: str | None = None) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems), where=where, hint=hint)


class TemplateError(ConfigError):
    """A template is wrong; `problems` lists all of them at once."""


class ReportError(SheetsyncError):
    """A report file cannot be taken; the rest of the inbox goes on."""


class UnknownReport(ReportError):
    """No importer knows the header of this file."""


class AmbiguousReport(ReportError):
    """More than one importer claims this file; the message names them."""


class MalformedReport(ReportError):
    """The file is truncated, undecodable, over the limits or not what its name says."""


class ReportRefused(ReportError):
    """The file is readable, but a gate stopped it: wrong month, marketplace or currency, overlap, collapse."""


class MergeRefused(SheetsyncError):
    """The guard stopped a dangerous plan. Nothing was written; `hint` names the command that goes on."""


class StateError(SheetsyncError):
    """The project's own memory cannot be used."""


class Locked(StateError):
    """Another refresh of this workbook is running."""


class StateUnreadable(StateError):
    """State or history is damaged or from a newer version."""


class WorkbookError(SheetsyncError):
    """The workbook out there."""


class WorkbookMissing(WorkbookError):
    """The workbook is not where the project says it is."""


class WorkbookBusy(WorkbookError):
    """The workbook is open or locked elsewhere. Transient: close it and run again."""


class WorkbookChanged(WorkbookError):
    """The workbook moved between read and write. Nothing was written; the round is tried again."""


class WorkbookUnreadable(WorkbookError):
    """The workbook is encrypted, corrupt, over the limits, or not a workbook at all."""


class WorkbookDenied(WorkbookError):
    """Permission, quota or sign-in refuses. Terminal: never retried."""


class WorkbookUnavailable(WorkbookError):
    """The service did not answer within the deadline. Transient; nothing is known to be written."""


class NotConverged(WorkbookError):
    """Something was written, but it could not be proved. Run again: the journal knows."""

    exit_code = 4
