"""Views: the relations of `relations` over the reports that are kept, made for the days one computation looks at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sheetsync.history.relations import RELATIONS, STANDING, Relation, Source
from sheetsync.history.store import History, quoted, text
from sheetsync.history.tables import ReportTables, report_columns


def create_views(history: History, *, until: date, only: tuple[str, ...] = ()) -> frozenset[str]:
    """Makes every relation as a TEMP view over its reach of days up to `until`.

    Rows of a range are taken when their range ends in it. A report that was never imported adds no rows. `only` names
    the relations that are wanted; all by default. Returns the names of those that some imported report feeds.
    """
    _choose(history)
    kept, fed = report_columns(history), set[str]()
    for relation in RELATIONS:
        if only and relation.name not in only:
            continue
        parts = [sql for source in relation.sources if (sql := _select(kept, relation, source, until))]
        history.run(f"CREATE OR REPLACE TEMP VIEW {relation.name} AS {' UNION ALL '.join(parts) or _empty(relation)}")
        if parts:
            fed.add(relation.name)
    return frozenset(fed)


def _select(tables: Mapping[str, dict[str, str]], relation: Relation, source: Source, until: date) -> str | None:
    kept = tables.get(ReportTables.of(source.report).rows)
    if not kept:
        return None
    names = _Fields(kept)
    standing = (
        "r._import AS import_id, r._marketplace AS marketplace, r._currency AS currency, r._day AS day, "
        "coalesce(r._day, r._first) AS first_day, coalesce(r._day, r._last) AS last_day, r._as_of AS as_of"
    )
    product = f", {text(source.product)} AS product" if relation.chosen else ""
    columns = ", ".join(
        f"CAST({source.columns.get(name, 'NULL').format_map(names)} AS {kind}) AS {name}"
        for name, kind in relation.columns.items()
    )
    joined = ""
    if relation.chosen:
        joined = (
            f"JOIN chosen c ON c.relation = {text(relation.name)} AND c.report = {text(source.report)} "
            "AND c.marketplace = r._marketplace AND c.first_day = coalesce(r._day, r._first) "
            "AND c.last_day = coalesce(r._day, r._last)"
        )
    return (
        f"SELECT {standing}{product}, {columns} FROM {quoted(ReportTables.of(source.report).rows)} r {joined} "
        f"WHERE coalesce(r._day, r._last) BETWEEN DATE '{until - timedelta(days=relation.reach)}' AND DATE '{until}' "
        f"AND ({source.where.format_map(names)})"
    )


def _empty(relation: Relation) -> str:
    product = {"product": "VARCHAR"} if relation.chosen else {}
    columns = {**STANDING, **product, **relation.columns}
    return f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {name}' for name, kind in columns.items())} WHERE false"


def _choose(history: History) -> None:
    """Which report speaks for a product and day (or range): the one of the lowest rank that has rows there.

    A report that holds all ad products speaks only where none of a single product does: else they count twice.
    """
    history.run("CREATE OR REPLACE TEMP TABLE ranked (relation VARCHAR, report VARCHAR, product VARCHAR, place BIGINT)")
    rows = [
        (relation.name, source.report, source.product, source.rank)
        for relation in RELATIONS
        if relation.chosen
        for source in relation.sources
    ]
    history.insert("ranked", rows)
    history.run(_CHOICE)


_CHOICE = """
CREATE OR REPLACE TEMP TABLE chosen AS
WITH spans AS (
    SELECT report, marketplace, day AS first_day, day AS last_day, as_of FROM coverage
    WHERE has_rows AND granularity = 'day'
    UNION ALL
    SELECT report, marketplace, first_day, last_day, as_of FROM imports WHERE in_force AND shape = 'summary'
),
best AS (
    SELECT r.relation, r.product, s.marketplace, s.first_day, s.last_day, arg_min(s.report, r.place) AS report,
        arg_min(s.as_of, r.place) AS as_of
    FROM spans s JOIN ranked r ON r.report = s.report
    GROUP BY r.relation, r.product, s.marketplace, s.first_day, s.last_day
)
SELECT b.* FROM best b
WHERE b.product <> 'ALL' OR NOT EXISTS (
    SELECT 1 FROM best o WHERE o.product <> 'ALL' AND o.relation = b.relation AND o.marketplace = b.marketplace
        AND o.first_day <= b.last_day AND o.last_day >= b.first_day
)
"""


class _Fields(dict[str, str]):
    """Fields of a kept report as SQL; NULL for those it does not have."""

    def __init__(self, kept: dict[str, str]) -> None:
        super().__init__({name: f"r.{quoted(name)}" for name in kept})

    def __missing__(self, name: str) -> str:
        return "NULL"
