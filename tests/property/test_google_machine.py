"""No hand edit is ever lost on Google either: the merge's state machine drives the real backend over sockets."""

from __future__ import annotations

import os

import pytest
from google_desk import GoogleDesk
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from merge_machine import machine_of
from merge_protocols import Protocol

GOOGLE = Protocol(workbook=GoogleDesk, overtakes=True)


def budget(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )


def test_nothing_of_people_is_lost_on_google() -> None:
    run_state_machine_as_test(machine_of(GOOGLE), settings=budget(int(os.environ.get("SHEETSYNC_EXAMPLES", "8")), 12))


@pytest.mark.nightly
def test_nothing_of_people_is_lost_on_google_for_long() -> None:
    run_state_machine_as_test(machine_of(GOOGLE), settings=budget(400, 25))
