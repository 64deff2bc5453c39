"""An opened project: its configuration, the layout it wants, and the ports it works through. Data only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sheetsync.config import Config
from sheetsync.core.layout.template import Template
from sheetsync.core.model.facts import Month
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.seeds import Seeds
from sheetsync.workbooks.base import Workbook

CONFIG_NAME = "sheetsync.toml"
MEMORY_FOLDER = ".sheetsync"
"""State, history and backups live here, beside the configuration."""

ARCHIVE = "archive"
"""Closed months are frozen here, beside the configuration."""

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how much is done, how much there is)."""


def no_progress(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
    del what, done, total


@dataclass(frozen=True, slots=True)
class Project:
    """What an opened project holds. Made by `sheetsync.bootstrap.load_project`, never changed."""

    root: Path
    config: Config
    template: Template
    layout: Layout
    seeds: Seeds
    workbook: Workbook

    @property
    def month(self) -> Month:
        """The month of the plan."""
        return Month.parse(self.config.plan.month)

    @property
    def marketplaces(self) -> tuple[str, ...]:
        """The marketplaces of the plan, in the order of the configuration."""
        return tuple(self.config.plan.marketplaces)

    @property
    def inbox(self) -> Path:
        """Where report files arrive."""
        return self.root / self.config.reports.inbox

    @property
    def memory(self) -> Path:
        """The folder of state, history and backups."""
        return self.root / MEMORY_FOLDER

    @property
    def state_path(self) -> Path:
        """Base snapshot and journal."""
        return self.memory / "state.sqlite"

    @property
    def history_path(self) -> Path:
        """Report rows over time."""
        return self.memory / "history.duckdb"

    @property
    def lock_path(self) -> Path:
        """The lock that keeps two refreshes of this project apart."""
        return self.memory / "refresh.lock"
