"""sheetsync as a library: `from sheetsync import open_project`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sheetsync.bootstrap import load_project
from sheetsync.core.model.plan import Plan
from sheetsync.pipeline.compute import Outcome
from sheetsync.pipeline.refresh import Refreshed

DataFrame = Any
"""A pandas DataFrame; pandas is imported only when one is asked for."""


class OpenProject:
    """A project as a library: the same round as the command line, and the numbers as pandas DataFrames."""

    def __init__(self, root: Path | str = ".", *, today: date | None = None) -> None:
        self.root = Path(root)
        self._today = today
        self.project = load_project(self.root)

    def _clock(self) -> tuple[date, datetime]:
        now = datetime.now().replace(microsecond=0)
        return (self._today, datetime.combine(self._today, now.time())) if self._today else (now.date(), now)

    def refresh(self, *, accept_deletions: bool = False) -> Refreshed:
        """Does the round: reports in, hand edits read, workbook written and read back."""
        return self._run(plan_only=False, accept_deletions=accept_deletions)

    def plan(self) -> Plan:
        """What a refresh would change. Changes nothing."""
        return self._run(plan_only=True, accept_deletions=False).plan

    def _run(self, *, plan_only: bool, accept_deletions: bool) -> Refreshed:
        from sheetsync.pipeline.refresh import RefreshOptions, refresh

        self.project = load_project(self.root)
        today, now = self._clock()
        options = RefreshOptions(today=today, now=now, plan_only=plan_only, accept_deletions=accept_deletions)
        return refresh(self.project, options)

    def metrics(self) -> DataFrame:
        """Every metric value known now; see `metrics_frame` for the columns."""
        from sheetsync.pipeline.frames import metrics_frame

        return metrics_frame(self._look().facts.metrics)

    def findings(self) -> DataFrame:
        """Every finding as it would stand now; see `findings_frame` for the columns."""
        from sheetsync.pipeline.frames import findings_frame

        return findings_frame(self._look().findings, self.project.layout)

    def _look(self) -> Outcome:
        from sheetsync.pipeline.look import look

        today, now = self._clock()
        return look(self.project, today=today, now=now)


def open_project(root: Path | str = ".", *, today: date | None = None) -> OpenProject:
    """Opens the project in a folder. `today` fixes the day, for reproducible runs.

    Raises ConfigError or TemplateError with every problem.
    """
    return OpenProject(root, today=today)
