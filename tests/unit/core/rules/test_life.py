"""The life of findings: raised once, silenced by people, recovered by themselves, reopened; and no flapping."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetsync.core.model.facts import Month
from sheetsync.core.model.finding import Finding, FindingRecord, Severity, Signal, State
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import finding_id
from sheetsync.core.rules.life import PATIENCE, asks_for_a_task, is_live, live

MONTH = Month(2026, 11)
TODAY = date(2026, 11, 22)
EARLIER = date(2026, 11, 10)
SIGNAL = Signal("SS301", "acos|US|||||", "US", Light.RED, Severity.CRITICAL)
ID = finding_id("SS301", SIGNAL.subject, MONTH)


def record(**changed):
    known = FindingRecord(ID, "SS301", SIGNAL.subject, State.OPEN, EARLIER, date(2026, 11, 21), light=Light.RED)
    return replace(known, **changed)


def one(signals, records, today=TODAY) -> Finding:
    (found,) = live(signals, records, today=today, month=MONTH)
    return found


def written(finding: Finding, **typed) -> FindingRecord:
    """The row as the workbook would hold it after the finding was written, with what people typed."""
    known = finding.record or FindingRecord(finding.finding_id, finding.signal.code, finding.signal.subject, State.NEW)
    return replace(
        known,
        state=finding.state,
        first_seen=finding.first_seen,
        last_seen=finding.last_seen,
        light=finding.signal.light,
        **typed,
    )


def test_the_id_is_of_rule_subject_and_month():
    assert ID == finding_id("SS301", SIGNAL.subject, MONTH)
    assert len({ID, finding_id("SS302", SIGNAL.subject, MONTH), finding_id("SS301", "x", MONTH)}) == 3
    assert finding_id("SS301", SIGNAL.subject, Month(2026, 12)) != ID


def test_new_stays_new_for_the_day_and_is_open_the_next():
    first = one([SIGNAL], [])
    assert (first.state, first.first_seen, first.last_seen) == (State.NEW, TODAY, TODAY)
    assert one([SIGNAL], [written(first)]).state is State.NEW
    later = one([SIGNAL], [written(first)], TODAY + timedelta(days=1))
    assert (later.state, later.first_seen) == (State.OPEN, TODAY)


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ({"decision": "accept"}, State.ACCEPTED),
        ({"decision": "decline"}, State.DECLINED),
        ({"decision": "snooze"}, State.SNOOZED),
        ({"decision": "snooze", "snooze_until": TODAY + timedelta(days=1)}, State.SNOOZED),
        ({"decision": "snooze", "snooze_until": TODAY}, State.OPEN),
        ({"decision": "done"}, State.DONE),
        ({"state": State.RECOVERED}, State.REOPENED),
        ({"state": State.REOPENED}, State.REOPENED),
        ({}, State.OPEN),
    ],
)
def test_while_it_is_seen(typed, state):
    assert one([SIGNAL], [record(**typed)]).state is state


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ({}, State.RECOVERED),
        ({"decision": "accept"}, State.RECOVERED),
        ({"decision": "snooze", "snooze_until": date(2026, 12, 24)}, State.RECOVERED),
        ({"decision": "decline"}, State.DECLINED),
        ({"decision": "done"}, State.DONE),
    ],
)
def test_when_it_is_seen_no_more(typed, state):
    found = one([], [record(**typed)])
    assert (found.state, found.last_seen) == (state, date(2026, 11, 21))


def test_done_is_believed_for_a_while_then_reopened():
    done = one([SIGNAL], [record(decision="done")])
    assert done.state is State.DONE
    row = written(done)
    assert one([SIGNAL], [row], TODAY + PATIENCE).state is State.DONE
    assert one([SIGNAL], [row], TODAY + PATIENCE).last_seen == TODAY
    again = one([SIGNAL], [row], TODAY + PATIENCE + timedelta(days=1))
    assert again.state is State.REOPENED
    assert one([SIGNAL], [written(again)], TODAY + PATIENCE + timedelta(days=1)).state is State.REOPENED


def test_two_signals_with_one_id_are_one_finding():
    softer = replace(SIGNAL, light=Light.YELLOW)
    assert one([SIGNAL, softer], []).signal.light is Light.RED


def test_typing_an_owner_asks_for_a_task_unless_it_was_put_aside_or_is_a_guess():
    assert asks_for_a_task(one([SIGNAL], [record(owner="Ads lead")]))
    assert not asks_for_a_task(one([SIGNAL], [record(owner=" ")]))
    assert not asks_for_a_task(one([SIGNAL], [record(owner="Ads lead", decision="decline")]))
    assert not asks_for_a_task(one([replace(SIGNAL, light=Light.PROVISIONAL)], [record(owner="Ads lead")]))


def test_quiet_findings_do_not_count_and_stand_last():
    other = replace(SIGNAL, subject="acos|DE|||||", severity=Severity.INFO)
    found = live([SIGNAL, other], [record(decision="decline")], today=TODAY, month=MONTH)
    assert [is_live(finding) for finding in found] == [True, False]
    assert found[0].signal is other


DECISIONS = st.sampled_from(["", "accept", "snooze", "decline", "done"])


@given(
    seen=st.lists(st.booleans(), min_size=1, max_size=12),
    typed=st.lists(DECISIONS, min_size=12, max_size=12),
    snooze=st.one_of(st.none(), st.dates(date(2026, 11, 1), date(2026, 12, 15))),
)
def test_a_second_refresh_of_the_same_day_changes_nothing(seen, typed, snooze):
    rows: list[FindingRecord] = []
    for step, there in enumerate(seen):
        today = TODAY + timedelta(days=step)
        rows = [replace(row, decision=typed[step], snooze_until=snooze) for row in rows]
        signals = [SIGNAL] if there else []
        once = live(signals, rows, today=today, month=MONTH)
        rows = [written(finding) for finding in once]
        twice = live(signals, rows, today=today, month=MONTH)
        assert [(f.state, f.first_seen, f.last_seen) for f in twice] == [
            (f.state, f.first_seen, f.last_seen) for f in once
        ]
        assert len(rows) <= 1
