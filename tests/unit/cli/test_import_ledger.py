"""`sheetsync import --list` and `--forget`: what stands in the history, and how a file leaves it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sheetsync.cli.main import main

REPORT = "Date,Ordered Product Sales,Units Ordered\n" + "".join(
    f'11/{day:02}/2026,"$1,0{day:02}.50",3\n' for day in range(1, 6)
)


def run(*args: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(args))
    told = capsys.readouterr()
    return int(stopped.value.code or 0), told.out, told.err


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "plan"
    code, _, err = run("init", str(folder), "--month", "2026-11", "--marketplace", "US", capsys=capsys)
    assert code == 0, err
    report = folder / "inbox" / "US" / "BusinessReport.csv"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(REPORT, encoding="utf-8-sig")
    return folder


def test_list_and_forget(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("-C", str(project))
    assert run("import", "--list", *where, capsys=capsys)[1].strip() == "Nothing was imported yet."
    code, _, err = run("import", str(project / "inbox" / "US" / "BusinessReport.csv"), *where, capsys=capsys)
    assert code == 0, err
    code, out, _ = run("import", "--list", "--json", *where, capsys=capsys)
    (entry,) = json.loads(out)
    assert (entry["report"], entry["marketplace"], entry["rows"], entry["rows_in_force"]) == (
        "business_by_date",
        "US",
        5,
        5,
    )
    assert (entry["first_day"], entry["last_day"], entry["as_of"]) == ("2026-11-01", "2026-11-05", "2026-11-06")
    code, out, _ = run("import", "--forget", "BusinessReport.csv", *where, capsys=capsys)
    assert code == 0
    assert "Taken out" in out
    assert json.loads(run("import", "--list", "--json", *where, capsys=capsys)[1]) == []


def test_forget_takes_all_or_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("-C", str(project))
    run("import", str(project / "inbox" / "US" / "BusinessReport.csv"), *where, capsys=capsys)
    code, _, err = run("import", "--forget", "BusinessReport.csv", "other.csv", *where, capsys=capsys)
    assert code == 3
    assert "no import of other.csv" in err
    assert "--list" in err
    assert len(json.loads(run("import", "--list", "--json", *where, capsys=capsys)[1])) == 1


def test_a_sidecar_tells_the_day_of_the_export(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("-C", str(project))
    report = project / "inbox" / "US" / "BusinessReport.csv"
    report.with_name("BusinessReport.csv.sidecar.toml").write_text("exported = 2026-11-19\n", encoding="utf-8")
    run("import", str(report), *where, capsys=capsys)
    (entry,) = json.loads(run("import", "--list", "--json", *where, capsys=capsys)[1])
    assert entry["as_of"] == "2026-11-19"


def test_no_file_is_a_usage_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ((), ("--forget",)):
        code, _, err = run("import", *more, "-C", str(project), capsys=capsys)
        assert code == 2
        assert "name at least one file" in err


STOCK = (
    "snapshot-date\tsku\tavailable\tunits-shipped-t30\tyour-price\tcurrency\tmarketplace\n"
    "2026-11-05\t1\t5\t3\t1.00\tGBP\tUK\n"
)


@pytest.mark.parametrize(
    ("text", "told", "says"),
    [
        (REPORT, ("--period", "2026-10"), "2026-11-01 to 2026-11-05, not for 2026-10-01 to 2026-10-31"),
        (STOCK, ("--marketplace", "DE"), "The file says marketplace UK, not DE"),
        (STOCK.replace("UK", "").replace("GBP", "EUR"), (), "Amounts are in EUR, but marketplace US trades in USD"),
    ],
    ids=["another month", "another marketplace", "another currency"],
)
def test_a_file_that_contradicts_what_was_told_is_stopped_and_the_rest_is_kept(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, told: tuple[str, ...], says: str
) -> None:
    wrong = project / "inbox" / "wrong.txt"
    wrong.write_text(text, encoding="utf-8")
    right = project / "inbox" / "US" / "BusinessReport.csv"
    code, out, err = run("import", str(wrong), *told, "-C", str(project), "--json", capsys=capsys)
    assert code == 3
    (found,) = json.loads(out)
    assert found["status"] == "refused"
    assert says in found["message"], err
    assert "folder of its own marketplace" in found["hint"]
    code, out, _ = run("import", str(wrong), str(right), "-C", str(project), "--json", capsys=capsys)
    statuses = {Path(each["file"]).name: each["status"] for each in json.loads(out)}
    assert statuses["BusinessReport.csv"] == "imported"


def test_days_that_only_partly_fit_are_a_note(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = project / "inbox" / "US" / "BusinessReport.csv"
    code, out, _ = run("import", str(report), "--period", "2026-11", "-C", str(project), capsys=capsys)
    assert code == 0
    assert "The file speaks for 2026-11-01 to 2026-11-05, not for 2026-11-01 to 2026-11-30." in out


AMBIGUOUS = "Date,Ordered Product Sales,Units Ordered\n" + "".join(
    f'{day}/3/2026,"$1,0{day:02}.50",3\n' for day in (2, 4, 9, 11)
)


def days_of(project: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    (entry,) = json.loads(run("import", "--list", "--json", "-C", str(project), capsys=capsys)[1])
    return entry["first_day"], entry["last_day"]


@pytest.mark.parametrize(
    ("order", "days"), [("dmy", ("2026-03-02", "2026-03-11")), ("mdy", ("2026-02-03", "2026-11-03"))]
)
@pytest.mark.parametrize("way", ["option", "sidecar"])
def test_the_order_of_days_and_months_can_be_told(
    project: Path, capsys: pytest.CaptureFixture[str], order: str, days: tuple[str, str], way: str
) -> None:
    report = project / "inbox" / "US" / "BusinessReport.csv"
    report.write_text(AMBIGUOUS, encoding="utf-8")
    told = ["--date-order", order] if way == "option" else []
    if way == "sidecar":
        report.with_name(report.name + ".sidecar.toml").write_text(f'date_order = "{order}"\n', encoding="utf-8")
    code, out, err = run("import", str(report), *told, "-C", str(project), capsys=capsys)
    assert code == 0, out + err
    assert days_of(project, capsys) == days


def test_an_order_that_the_dates_deny_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = project / "inbox" / "US" / "BusinessReport.csv"
    report.write_text(AMBIGUOUS + '13/3/2026,"$1.00",3\n', encoding="utf-8")
    code, out, _ = run("import", str(report), "--date-order", "mdy", "-C", str(project), "--json", capsys=capsys)
    assert code == 3
    (found,) = json.loads(out)
    assert "The dates of the file have the day first, not the month." in found["message"]


def test_a_sidecar_with_another_order_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = project / "inbox" / "US" / "BusinessReport.csv"
    report.with_name(report.name + ".sidecar.toml").write_text('date_order = "ymd"\n', encoding="utf-8")
    code, out, _ = run("import", str(report), "-C", str(project), "--json", capsys=capsys)
    assert code == 3
    assert "date_order is 'ymd', not one of mdy, dmy" in json.loads(out)[0]["message"]


def test_the_report_can_be_told_where_several_have_its_headings(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = project / "inbox" / "US" / "BusinessReport.csv"
    code, out, _ = run("import", str(report), "--report", "business_by_date", "--dry-run", "--json", capsys=capsys)
    assert (code, json.loads(out)[0]["report"]) == (0, "business_by_date")
    code, out, _ = run("import", str(report), "--report", "by_date", "--dry-run", "--json", capsys=capsys)
    assert code == 3
    assert "There is no report 'by_date'" in json.loads(out)[0]["problems"][0]
