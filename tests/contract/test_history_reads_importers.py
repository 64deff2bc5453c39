"""History and importers do not know each other: here their names are held against each other."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from sheetsync.core.model.facts import Month
from sheetsync.errors import ReportError, ReportRefused
from sheetsync.history.ingest import ingest_file
from sheetsync.history.ledger import DUE_DAYS
from sheetsync.history.metrics import compute
from sheetsync.history.relations import RELATIONS, Relation, Source
from sheetsync.history.store import History
from sheetsync.importers.book import all_specs
from sheetsync.importers.read import read_report

SPECS = {spec.name: spec for spec in all_specs()}
FEEDS = [(relation, source) for relation in RELATIONS for source in relation.sources]

NOT_SEEN = {
    "ads_api_v3_sp_placement",
    "ads_api_v3_sb_placement",
    "ads_api_v3_sd_placement",
    "ads_api_v3_sd_search_term",
    "ads_api_v3_sb_advertised_product",
    "sb_advertised_product",
    "sd_search_term",
    "sd_placement",
}
"""Combinations of ad product and level that Amazon does not export, or that no importer reads."""


@pytest.mark.parametrize(("relation", "source"), FEEDS, ids=[f"{r.name}-{s.report}" for r, s in FEEDS])
def test_every_source_is_a_report_that_is_read(relation: Relation, source: Source) -> None:
    if source.report in NOT_SEEN:
        assert source.report not in SPECS
        return
    spec = SPECS[source.report]
    for column, sql in source.columns.items():
        assert column in relation.columns
        names = re.findall(r"\{(\w+)\}", sql)
        # of alternatives (one column a window, a generation of headings) the report has at least one
        assert not names or any(spec.has(name) for name in names), f"{source.report} has none of {names}"


def test_freshness_names_reports_that_exist() -> None:
    assert set(DUE_DAYS) <= set(SPECS)


def test_every_report_can_be_kept() -> None:
    """Tables can be made for every spec: no two columns of a report collide with each other or the bookkeeping."""
    from sheetsync.history.tables import ensure

    with History.open() as history:
        for spec in SPECS.values():
            ensure(history, spec)


@pytest.mark.samples
def test_real_files_are_kept_row_by_row(samples: Path) -> None:
    """Every row an importer counts is in the history, a second import is a duplicate, and metrics come out."""
    kept = 0
    with History.open() as history:
        for path in sorted(samples.glob("*/*")):
            try:
                report = read_report(path, marketplace="US")
                if report.period is None:
                    report = read_report(path, marketplace="US", period=(date(2026, 1, 1), date(2026, 1, 31)))
            except ReportError:
                continue
            if report.needs or report.marketplace != "US":
                continue
            if report.conflicts:
                with pytest.raises(ReportRefused):
                    ingest_file(history, report.tables, imported_at=datetime(2026, 2, 1))
                continue
            results = ingest_file(history, report.tables, imported_at=datetime(2026, 2, 1))
            for table, result in zip(report.tables, results, strict=True):
                assert result.rows_added == table.rows, path.name
                kept += 1
            again = ingest_file(history, report.tables, imported_at=datetime(2026, 2, 2))
            assert all(each.duplicate for each in again)
        metrics = compute(history, today=date(2026, 2, 1), month=Month(2026, 1), marketplaces=("US",))
    assert kept > 20
    assert metrics.of("brand_share")
    assert all(value.sources for value in metrics if value.value is not None)
