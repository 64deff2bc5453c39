"""No hand edit is ever lost: a state machine attacks the merge, and mutants prove that it would notice."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from merge_machine import machine_of, throw
from merge_office import Office
from merge_protocols import MUTANTS, SAFE, SERVICE, LostAnswer, Mutant, Protocol

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example]


def budget(examples: int, steps: int) -> settings:
    """Bounded, repeatable, without shrinking: a failure prints the steps that led to it."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=QUIET,
        report_multiple_bugs=False,
    )


@pytest.mark.parametrize("protocol", [SAFE, SERVICE], ids=["compares", "does not compare"])
def test_nothing_of_people_is_lost(protocol: Protocol) -> None:
    run_state_machine_as_test(machine_of(protocol), settings=budget(50, 25))


@pytest.mark.parametrize("protocol", [SAFE, SERVICE], ids=["compares", "does not compare"])
@pytest.mark.parametrize("below", [True, False], ids=["below the data", "in its place"])
def test_a_placed_row_is_copied_before_it_is_sent_again(protocol: Protocol, below: bool) -> None:
    """The answer is lost, and before the second try people copy the row that the first one placed."""
    office = Office(protocol)
    office.new_report(1)
    people = office.workbook.people

    def copy() -> None:
        people.copy_row("tasks", "w7", None if below else people.grid("tasks").lines.index(people.line("tasks", "w7")))

    office.meanwhile("after write", copy)
    office.workbook.on("after write", lambda: throw(LostAnswer()))
    office.refresh()
    assert len(office.workbook.people.grid("tasks").data("tasks")) == 8, "six rows, the new one and its copy"
    office.check_quiet()
    assert len(office.ids("tasks")) == 8, "the copy has an id of its own"


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(m, id=m.name, marks=pytest.mark.xfail(strict=True, raises=AssertionError)) for m in MUTANTS],
)
def test_a_mutant_is_caught(mutant: Mutant) -> None:
    run_state_machine_as_test(machine_of(mutant.protocol), settings=budget(1000, 20))


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_a_hundred_thousand_steps(record_property: Callable[[str, object], None]) -> None:
    """Chunk after chunk, each with a seed of its own. SHEETSYNC_STEPS sets another number, SHEETSYNC_SEED the first."""
    wanted = int(os.environ.get("SHEETSYNC_STEPS", "100000"))
    counts: Counter[str] = Counter()
    chunk = settings(budget(50, 50), derandomize=False)
    for number in count(int(os.environ.get("SHEETSYNC_SEED", "1"))):
        run_state_machine_as_test(seed(number)(machine_of(SAFE, counts)), settings=chunk)
        print(number, dict(counts), flush=True)
        if counts["steps"] >= wanted:
            break
    for name, total in counts.items():
        record_property(name, total)
