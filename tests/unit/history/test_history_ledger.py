"""The ledger: what was imported, how fresh it is, and how it is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sheetsync.errors import StateError
from sheetsync.history.ingest import ingest
from sheetsync.history.ledger import entries, forget, freshness
from sheetsync.history.store import History
from tests.unit.history.fake_reports import BY_DATE, CAMPAIGN, FakeReport

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def report(first: int, last: int, value: int, *, file: str, place: str = "US", rejected: int = 0) -> FakeReport:
    rows = tuple({"date": date(2026, 11, day), "ordered_sales": value} for day in range(first, last + 1))
    return FakeReport(BY_DATE, rows, file=f"/some/folder/{file}", marketplace=place, rejected=rejected)


def test_entries_say_what_still_stands() -> None:
    with History.open() as history:
        ingest(history, report(1, 4, 10, file="a.csv", rejected=2), imported_at=NOW)
        ingest(history, report(3, 6, 20, file="b.csv"), imported_at=NOW)
        newest, oldest = entries(history)
    assert (newest.file, newest.rows, newest.rows_in_force, newest.rejected) == ("b.csv", 4, 4, 0)
    assert (oldest.file, oldest.rows, oldest.rows_in_force, oldest.rejected) == ("a.csv", 4, 2, 2)
    assert (oldest.first_day, oldest.last_day, oldest.as_of) == (
        date(2026, 11, 1),
        date(2026, 11, 4),
        date(2026, 11, 5),
    )
    assert oldest.imported_at == datetime(2026, 11, 22, 9)
    assert len(oldest.sha256) == 64
    assert (newest.restated, oldest.restated) == (2, 0)


def test_freshness_is_the_last_day_with_rows() -> None:
    with History.open() as history:
        ingest(history, report(1, 4, 10, file="a.csv"), imported_at=NOW)
        ads = FakeReport(CAMPAIGN, ({"date": date(2026, 11, 9), "campaign": "A"},), marketplace="DE", currency="EUR")
        ingest(history, ads, imported_at=NOW)
        found = {(each.report, each.marketplace): each for each in freshness(history)}
        only = freshness(history, marketplaces=("DE",), due_days={"sp_campaign": 1})
    assert found["business_by_date", "US"].last_day == date(2026, 11, 4)
    assert found["business_by_date", "US"].imported_on == date(2026, 11, 22)
    assert found["business_by_date", "US"].rows == 4
    assert [(each.report, each.due_days) for each in only] == [("sp_campaign", 1)]


def test_forget_takes_rows_and_coverage_and_lets_the_earlier_file_back_in() -> None:
    first, second = report(1, 4, 10, file="a.csv"), report(1, 4, 20, file="b.csv")
    with History.open() as history:
        ingest(history, first, imported_at=NOW)
        ingest(history, second, imported_at=NOW)
        assert ingest(history, first, imported_at=NOW).duplicate
        gone = forget(history, "b.csv")
        assert [entry.file for entry in gone] == ["b.csv"]
        assert history.rows("SELECT count(*) FROM report_business_by_date") == [(0,)]
        assert history.rows("SELECT count(*) FROM coverage") == [(0,)]
        assert ingest(history, first, imported_at=NOW).rows_added == 4
        assert history.rows("SELECT sum(ordered_sales) FROM report_business_by_date") == [(40,)]


def test_forget_by_number_and_what_is_not_there() -> None:
    with History.open() as history:
        kept = ingest(history, report(1, 4, 10, file="a.csv"), imported_at=NOW)
        assert kept.import_id is not None
        assert forget(history, kept.import_id)[0].file == "a.csv"
        with pytest.raises(StateError, match=r"no import of a\.csv") as missing:
            forget(history, "a.csv")
    assert missing.value.hint


def test_forget_refuses_a_name_that_means_two_files() -> None:
    with History.open() as history:
        ingest(history, report(1, 4, 10, file="a.csv"), imported_at=NOW)
        ingest(history, report(1, 4, 30, file="a.csv", place="CA"), imported_at=NOW)
        with pytest.raises(StateError, match=r"several imports are called a\.csv"):
            forget(history, "a.csv")
        assert len(entries(history)) == 2
