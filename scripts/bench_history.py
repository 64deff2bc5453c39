"""How long the history takes at its size: 24 months of 2,000 ASINs, then one day more, then every metric.

    .venv/bin/python scripts/bench_history.py [--asins 2000] [--months 24] [--path history.duckdb]

Rows are generated inside DuckDB (numbers are made up by a formula), so the figures are of ingest and of the metrics,
not of reading files. Prints seconds of wall clock and of CPU, the file's size and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sheetsync.core.model.facts import Month
from sheetsync.history.ingest import ingest
from sheetsync.history.metrics import compute
from sheetsync.history.series import baseline, daily
from sheetsync.history.store import History
from sheetsync.importers.base import Field, FieldKind, ReportSpec

LAST = date(2026, 11, 20)
TODAY = LAST + timedelta(days=2)
ADS = {"impressions": "count", "clicks": "count", "spend": "money", "sales": "money", "orders": "count"}


def spec(name: str, fields: dict[str, str], rule: str, grain: str) -> ReportSpec:
    columns = tuple(Field(each, FieldKind(kind)) for each, kind in fields.items())
    return ReportSpec(name, name, "business" if "business" in name else "x", columns, ("date",), grain, rule)  # type: ignore[arg-type]


BY_DATE = spec(
    "business_by_date",
    {"date": "date", "ordered_sales": "money", "units_ordered": "count", "order_items": "count", "sessions": "count"},
    "daily",
    "marketplace",
)
CAMPAIGN = spec("sp_campaign", {"date": "date", "campaign": "text", **ADS}, "daily", "campaign")
ADVERTISED = spec(
    "sp_advertised_product", {"date": "date", "campaign": "text", "advertised_asin": "id", **ADS}, "daily", "asin"
)
TERMS = spec(
    "sp_search_term", {"date": "date", "campaign": "text", "search_term": "text", **ADS}, "daily", "search term"
)
BY_ASIN = spec(
    "business_by_asin",
    {"child_asin": "id", "sku": "id", "ordered_sales": "money", "units_ordered": "count", "sessions": "count"},
    "asked",
    "asin",
)
PLANNING = spec(
    "fba_planning",
    {"sku": "id", "asin": "id", "available": "count", "units_shipped_t30": "count", "units_shipped_t90": "count",
     "sales_rank": "count", "product_group": "text"},
    "snapshot",
    "sku",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A report whose rows DuckDB makes up: `things` rows a day (or in all) by the formulas in `columns`."""

    spec: ReportSpec
    columns: dict[str, str]
    things: int
    first: date
    last: date
    file: str
    marketplace: str | None = "US"
    currency: str | None = "USD"
    granularity: str | None = None
    as_of: date | None = None
    window_days: int | None = 7
    rejected: int = 0
    totals: Any = None

    @property
    def period(self) -> tuple[date, date]:
        """First and last day."""
        return self.first, self.last

    @property
    def days(self) -> int:
        """Days with rows of their own."""
        return (self.last - self.first).days + 1 if self.spec.has("date") else 1

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.days * self.things

    @property
    def sha256(self) -> str:
        """A name instead of a digest: nothing is read from a file."""
        return self.file

    def stage(self, connection: Any, table: str) -> None:
        """Makes the rows up inside DuckDB."""
        cells = ", ".join(
            f"CAST({self.columns.get(each.name, 'hash(n, d) % 50')} AS {each.kind.sql_type}) AS {each.name}"
            for each in self.spec.fields
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT n AS _line, {cells} FROM range({self.things}) a(n), "
            f"(SELECT DATE '{self.first}' + CAST(i AS INTEGER) AS d FROM range({self.days}) b(i))"
        )


MONEY = "(hash(n, d) % 5000) * 10000"
COLUMNS = {
    "date": "d",
    "campaign": "'campaign ' || (n % 200)",
    "advertised_asin": "'B' || n",
    "child_asin": "'B' || n",
    "asin": "'B' || n",
    "sku": "'S' || n",
    "search_term": "'term ' || (n % 4000)",
    "orders": "CASE WHEN n % 3 = 0 THEN 0 ELSE 1 END",
    "ordered_sales": MONEY,
    "spend": MONEY,
    "sales": MONEY,
    "sales_rank": "1 + hash(n, d) % 90000",
    "product_group": "'group ' || (n % 9)",
    "available": "hash(n, d) % 400",
}


@contextmanager
def timed(what: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(f"{what:<46} {time.perf_counter() - wall:8.2f} s wall {time.process_time() - cpu:8.2f} s cpu", flush=True)


def reports(asins: int, first: date, last: date) -> list[Made]:
    name = f"{first}"
    return [
        Made(BY_DATE, COLUMNS, 1, first, last, f"date {name}"),
        Made(CAMPAIGN, COLUMNS, 200, first, last, f"campaign {name}"),
        Made(ADVERTISED, COLUMNS, asins, first, last, f"advertised {name}"),
        Made(TERMS, COLUMNS, asins, first, last, f"terms {name}"),
        Made(BY_ASIN, COLUMNS, asins, first, last, f"asin {name}"),
        Made(PLANNING, COLUMNS, asins, last, last, f"planning {name}"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asins", type=int, default=2000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--path", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(told.path or Path(folder) / "history.duckdb", told.asins, told.months)


def run(path: Path, asins: int, months: int) -> None:
    month, spans = Month(LAST.year, LAST.month), []
    for _ in range(months):
        spans.append((month.first, min(month.last, LAST)))
        month = month.previous()
    now, rows = datetime(2026, 11, 22), 0
    with timed(f"load {months} months of {asins} ASINs"):
        for first, last in reversed(spans):
            with History.open(path) as history:
                for report in reports(asins, first, last):
                    rows += ingest(history, report, imported_at=now).rows_added
    print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
    with History.open(path) as history, timed("one more day, and the last 14 restated"):
        again = LAST - timedelta(days=13)
        for report in reports(asins, again, LAST + timedelta(days=1))[:4]:
            ingest(history, report, imported_at=now, exported=TODAY)
    plan = Month(LAST.year, LAST.month)
    with timed("open and compute every metric"), History.open(path) as history:
        metrics = compute(history, today=TODAY, month=plan, marketplaces=("US",))
    print(f"{len(metrics):,} values")
    with History.open(path) as history, timed("daily series and nine baselines"):
        daily(history, month=plan, today=TODAY, marketplaces=("US",))
        for metric in ("sales", "units", "order_items", "sessions", "ad_sales", "acos", "tacos", "cvr", "ad_spend"):
            baseline(history, metric, "US", plan)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
