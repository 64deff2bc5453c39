"""Imports one after the other, as named cases: what is added, replaced, restated, refused, and what then stands."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sheetsync.errors import ReportRefused
from sheetsync.history.ingest import ingest
from sheetsync.history.store import History
from tests.unit.history.fake_reports import BY_ASIN, BY_DATE, MYI, ORDERS, SEARCH_TERM, FakeReport

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "history_imports.yml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 22, 9)
SPECS = {"by_date": BY_DATE, "by_asin": BY_ASIN, "search_term": SEARCH_TERM, "stock": MYI, "orders": ORDERS}


def day(number: int) -> date:
    return date(2026, 11, number)


def span(numbers: list[int]) -> list[date]:
    return [day(number) for number in range(numbers[0], numbers[1] + 1)]


def rows_of(told: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    value, report = told["value"], told["report"]
    if report == "by_date":
        return tuple({"date": each, "ordered_sales": value * 10**6} for each in span(told["days"]))
    if report == "by_asin":
        return tuple({"child_asin": f"B{n:02}", "ordered_sales": value * 10**6} for n in range(told["rows"]))
    if report == "stock":
        return tuple({"sku": f"S{n:02}", "afn_fulfillable_quantity": value} for n in range(told["rows"]))
    if report == "orders":
        bought = datetime(2026, 11, told["days"][0], 5)
        return tuple({"order_id": name, "purchase_date": bought, "quantity": value} for name in told["rows"])
    if "days" in told:
        return tuple({"date": each, "search_term": "mat", "clicks": value} for each in span(told["days"]))
    return tuple({"start_date": day(told["period"][0]), "search_term": f"t{n}", "clicks": value} for n in range(25))


def take(history: History, told: dict[str, Any]) -> Any:
    period = told.get("period")
    report = FakeReport(
        SPECS[told["report"]],
        rows_of(told),
        file=told.get("file", "report.csv"),
        marketplace=told.get("marketplace", "US") or None,
        currency=told.get("currency", "USD"),
        period=(day(period[0]), day(period[1])) if period else None,
        conflicts=tuple(told.get("conflicts", ())),
    )
    return ingest(
        history,
        report,
        imported_at=NOW,
        marketplace=told.get("told_marketplace"),
        exported=day(told["exported"]) if "exported" in told else None,
    )


def standing(history: History, report: str) -> dict[Any, int]:
    table = f"report_{SPECS[report].name}"
    if not history.has_table(table):
        return {}
    if report == "by_date":
        sql = f"SELECT day(_day), sum(ordered_sales) // 1000000 FROM {table} GROUP BY 1"
    elif report == "by_asin":
        sql = f"SELECT day(_first) || '-' || day(_last), sum(ordered_sales) // 1000000 FROM {table} GROUP BY 1"
    elif report == "stock":
        sql = f"SELECT day(_day), sum(afn_fulfillable_quantity) FROM {table} GROUP BY 1"
    elif report == "orders":
        sql = f"SELECT order_id, sum(quantity) FROM {table} GROUP BY 1"
    else:
        sql = f"SELECT coalesce(CAST(day(_day) AS VARCHAR), 'summary'), sum(clicks) FROM {table} GROUP BY 1"
    return {int(key) if str(key).isdigit() else key: int(value) for key, value in history.rows(sql)}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_imports(case: dict[str, Any]) -> None:
    with History.open() as history:
        for told in case["files"]:
            then = told.get("then", {})
            if "refused" in then:
                with pytest.raises(ReportRefused, match=then["refused"]) as refused:
                    take(history, told)
                assert refused.value.hint
                continue
            result = take(history, told)
            assert result.duplicate is then.get("duplicate", False)
            for name in ("added", "replaced"):
                if name in then:
                    assert getattr(result, f"rows_{name}") == then[name], name
            for name in ("restated", "skipped"):
                if name in then:
                    assert getattr(result, name) == then[name], name
            if "problem" in then:
                assert any(then["problem"] in problem for problem in result.problems)
        for report, expected in case["stands"].items():
            assert standing(history, report) == expected


def test_case_names_are_unique() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))
