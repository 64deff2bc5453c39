"""The life of a finding: raised once, kept while it lasts, silenced by people, recovered by itself, reopened.

    what is seen now   what stands in the workbook      becomes
    signal             nothing                          new
    signal             new since today                  new         (a second refresh of the day changes nothing)
    signal             new since an earlier day, open   open
    signal             decision accept                  accepted
    signal             decision snooze, date ahead      snoozed
    signal             decision snooze, date over       open        (the finding is back; the note stays)
    signal             decision decline                 declined    (until the month ends)
    signal             decision done, for 7 days        done        (then, if it is still seen: reopened;
                                                                     last seen stays at the day it was done)
    signal             recovered                        reopened
    grey signal        any of them                      as it stands, last seen as it was (nobody could look)
    nothing            any of them but declined, done   recovered
    nothing            declined, done                   as it stands

A signal that is only provisional is shown as long as it lasts, and raises nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sheetsync.core.model.facts import Month
from sheetsync.core.model.finding import Finding, FindingRecord, Severity, Signal, State
from sheetsync.core.model.light import Light
from sheetsync.core.rules.base import finding_id

PATIENCE = timedelta(days=7)
"""How long a finding marked done may still be seen: the longest attribution window of Sponsored Products."""

_CLOSED = (State.DECLINED, State.DONE)
_QUIET = (State.SNOOZED, State.DECLINED, State.DONE, State.RECOVERED)
"""Put aside by people or over: left out of counts and of Home, and listed last."""
_ORDER = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


def live(
    signals: Iterable[Signal], records: Iterable[FindingRecord], *, today: date, month: Month
) -> tuple[Finding, ...]:
    """Every finding of the month: what is seen now, and what stood in the workbook and is seen no more.

    Idempotent: the same signals on the records it led to give the same findings. Where two signals share an id the
    first (the most severe, as `judge` orders them) counts.
    """
    kept = {record.finding_id: record for record in records}
    seen: dict[str, Signal] = {}
    for signal in signals:
        seen.setdefault(finding_id(signal.code, signal.subject, month), signal)
    now = [_seen(key, signal, kept.get(key), today) for key, signal in seen.items()]
    gone = [_unseen(record) for key, record in kept.items() if key not in seen and record.first_seen is not None]
    return tuple(sorted((*now, *gone), key=_rank))


def _seen(key: str, signal: Signal, record: FindingRecord | None, today: date) -> Finding:
    if record is None or record.first_seen is None:
        return Finding(key, signal, State.NEW, today, today, record)
    if signal.light is Light.GREY:
        waiting = State.OPEN if record.state is State.NEW and record.first_seen < today else record.state
        return Finding(key, signal, waiting, record.first_seen, record.last_seen or record.first_seen, record)
    state = _state(record, record.first_seen, today)
    frozen = state is State.DONE and record.state is State.DONE and record.last_seen is not None
    last = record.last_seen if frozen and record.last_seen is not None else today
    return Finding(key, signal, state, record.first_seen, last, record)


def _state(record: FindingRecord, first: date, today: date) -> State:
    """The state of a finding that is seen now, from what people decided and what it was."""
    if record.decision == "decline":
        return State.DECLINED
    if record.decision == "snooze" and (record.snooze_until is None or record.snooze_until > today):
        return State.SNOOZED
    if record.decision == "done":
        patient = record.last_seen is None or today <= record.last_seen + PATIENCE
        again = record.state is State.REOPENED or (record.state is State.DONE and not patient)
        return State.REOPENED if again else State.DONE
    if record.decision == "accept":
        return State.ACCEPTED
    if record.state in (State.RECOVERED, State.REOPENED):
        return State.REOPENED
    return State.NEW if first == today else State.OPEN


def _unseen(record: FindingRecord) -> Finding:
    """A finding that is seen no more. Its signal is what the workbook still says of it."""
    first = record.first_seen
    assert first is not None
    closed = {"decline": State.DECLINED, "done": State.DONE}.get(record.decision)
    state = closed or (record.state if record.state in _CLOSED else State.RECOVERED)
    signal = Signal(
        code=record.code,
        subject=record.subject,
        name=record.title or record.subject,
        light=Light.GREEN if state is State.RECOVERED else record.light,
        severity=Severity.INFO,
        module=record.module,
    )
    return Finding(record.finding_id, signal, state, first, record.last_seen or first, record)


def _rank(finding: Finding) -> tuple[int, int, str, str]:
    return int(finding.state in _QUIET), _ORDER[finding.signal.severity], finding.signal.code, finding.signal.subject


def asks_for_a_task(finding: Finding) -> bool:
    """Whether a finding with an owner becomes a task: people took it, it is not closed, and it is no mere guess."""
    if finding.record is None or not finding.record.owner.strip():
        return False
    return finding.state not in (State.DECLINED, State.SNOOZED) and finding.signal.light is not Light.PROVISIONAL


def is_live(finding: Finding) -> bool:
    """Whether a finding counts today: seen, not put aside, and more than provisional."""
    return finding.state not in _QUIET and finding.signal.light in (Light.RED, Light.YELLOW)
