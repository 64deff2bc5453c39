"""The port: what a workbook out there can do. Memory, Excel and Google keep the same contract.

Terms: a *layout* is the workbook we want; *contents* are the rows it starts with; *current* is the workbook as it
stands; a *plan* is what one refresh would change; a *receipt* says what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.workbook import Current, Incoming


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a plan. `verified`: everything written was read back and found right.

    `current` is the workbook as read back (the next base is made from it); `calls` is the budget used
    (`read`, `write`, `bytes_sent`, ...); `repaired` names what moved between read and write and was put right;
    `missed` names writes whose row or column was gone when they arrived (the next run plans them again).
    """

    verified: bool
    current: Current
    cells_written: int = 0
    rows_added: int = 0
    calls: dict[str, int] = field(default_factory=dict)
    repaired: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Workbook(Protocol):
    """A workbook somewhere. Every method may raise a WorkbookError; none of them leaves a cell blank half-way."""

    @property
    def place(self) -> str:
        """Where it is, as people would say it: a path or a URL."""

    def exists(self) -> bool:
        """Whether it is there (it may still be unreadable)."""

    def create(self, layout: Layout, contents: Incoming) -> Receipt:
        """Makes the workbook with its first rows. Raises WorkbookBusy if something is already there."""

    def read(self, layout: Layout) -> Current:
        """The workbook as it stands, whatever people did to it.

        Raises WorkbookMissing, WorkbookUnreadable, WorkbookDenied, WorkbookUnavailable.
        """

    def apply(self, plan: Plan, current: Current, layout: Layout) -> Receipt:
        """Writes the plan, atomically per write, and reads it back. An empty plan writes nothing at all.

        `current` is what the plan was made from. Raises WorkbookChanged (nothing written) when the workbook moved
        in a way that cannot be repaired in place, WorkbookBusy when it is open elsewhere, NotConverged when it was
        written but not proved.
        """
