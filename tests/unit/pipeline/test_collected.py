"""What a collection of files tells the rules: a finding for each thing that people should know."""

from __future__ import annotations

import pytest

from sheetsync.pipeline.collect import Collected, FileOutcome

GAP = "The lines sum to 28.77, the file states 18.58: -10.19 is missing."
HEALTH = "odr: the stated rate 0.1 is not 1 of 20."


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        (FileOutcome("t.csv", "imported", "date_range_transactions", problems=("x", GAP), gap=GAP), ["settlement_gap"]),
        (FileOutcome("s.txt", "imported", "settlement_v2", problems=(GAP,), gap=GAP), []),
        (FileOutcome("h.json", "imported", "account_health", problems=(HEALTH,)), []),
        (FileOutcome("r.csv", "refused", message="no"), ["refused_report"]),
        (FileOutcome("r.csv", "imported", "business_by_date", rejected=2), ["unreadable_rows"]),
    ],
    ids=["transactions", "a settlement's gap is a metric", "health", "refused", "rejected rows"],
)
def test_what_is_told_of_a_file(outcome: FileOutcome, kinds: list[str]) -> None:
    found = Collected((outcome,)).problems
    assert [problem.kind for problem in found] == kinds
    if kinds == ["settlement_gap"]:
        assert found[0].facts["message"] == GAP
