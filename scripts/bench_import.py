"""Time and peak memory of importing big reports, beside plain pandas, in one interleaved run.

    python scripts/bench_import.py [--rows 1000000] [--rounds 3] [--folder DIR] [--staged]

Three generated files: a Sponsored Products search term CSV, a Brand Analytics top search terms CSV (as many rows) and
an All Orders TSV (half as many). Each reader runs in a process of its own; wall and CPU seconds and peak resident
memory are those of the whole process. "pandas" is read_csv and the cleaning of what is a number or a date (currency
signs, thousands, percentages, dates); "same rows" is pandas that also takes outer blanks and Excel's guard `="..."` off
the texts, as every row of sheetsync's has it. "sheetsync" is `read_report`: every cell that can be bad is tried,
counted and summed, typed rows are not kept; `--staged` adds a reader that also stages them into a DuckDB file, as an
import does. All print a checksum, which must agree. Distributions are guesses; no row is from a real report. On a
machine that does other work too, the ratios of CPU seconds say more than those of wall seconds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEARCH_TERM = [
    "Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Targeting", "Match Type",
    "Customer Search Term", "Impressions", "Clicks", "Click-Thru Rate (CTR)", "Cost Per Click (CPC)", "Spend",
    "7 Day Total Sales ", "Total Advertising Cost of Sales (ACOS) ", "Total Return on Advertising Spend (ROAS)",
    "7 Day Total Orders (#)", "7 Day Total Units (#)", "7 Day Conversion Rate", "7 Day Advertised SKU Sales ",
]  # fmt: skip
ORDERS = [
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "url", "ship-service-level", "product-name", "sku", "asin",
    "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city", "ship-state",
    "ship-postal-code", "ship-country", "promotion-ids", "is-business-order", "purchase-order-number",
    "price-designation",
]  # fmt: skip


def money(value: int) -> str:
    return f"${value // 100:,}.{value % 100:02d}"


def write_search_terms(path: Path, rows: int) -> None:
    dice = random.Random(1)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(SEARCH_TERM)
        for number in range(rows):
            impressions, clicks, spend = dice.randrange(1, 3000), dice.randrange(0, 40), dice.randrange(0, 6000)
            orders = dice.randrange(0, 4)
            sales = orders * dice.randrange(900, 120000)
            out.writerow([
                f"Jan {1 + number % 28:02d}, 2026", "Not grouped", "USD", f"Campaign {dice.randrange(400)}",
                f"Group {dice.randrange(900)}", f"target {dice.randrange(5000)}", "BROAD",
                f"search term {dice.randrange(60000)}", f"{impressions:,}", clicks,
                f"{100 * clicks / impressions:.4f}%", money(spend // max(clicks, 1)) if clicks else "", money(spend),
                money(sales), f"{100 * spend / sales:.4f}%" if sales else "", f"{sales / spend:.2f}" if spend else "",
                orders, orders + dice.randrange(2) if orders else 0, f"{100 * orders / clicks:.4f}%" if clicks else "",
                money(sales // 2),
            ])  # fmt: skip


def write_top_terms(path: Path, rows: int) -> None:
    dice = random.Random(2)
    titles = [f"A product title of the usual length, number {number}, 2 Pack, Stainless" for number in range(4000)]
    products = [
        name
        for rank in (1, 2, 3)
        for name in (
            f"Top Clicked Product #{rank}: ASIN", f"Top Clicked Product #{rank}: Product Title",
            f"Top Clicked Product #{rank}: Click Share", f"Top Clicked Product #{rank}: Conversion Share",
        )
    ]  # fmt: skip
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write('Reporting Range=["Weekly"],Select week=["Week 2 | 2026-01-04 - 2026-01-10 2026"]\n')
        out = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        brands = ["Top Clicked Brand #1", "Top Clicked Brands #2", "Top Clicked Brands #3"]
        categories = [f"Top Clicked Category #{rank}" for rank in (1, 2, 3)]
        out.writerow(["Search Frequency Rank", "Search Term", *brands, *categories, *products, "Reporting Date"])
        for rank in range(1, rows + 1):
            row = [rank, f"term {rank} for something"]
            row += [f"Brand {dice.randrange(9000)}" for _ in range(3)]
            row += [f"Category {dice.randrange(40)}" for _ in range(3)]
            for _ in range(3):
                row += [f"B0{dice.randrange(10**8):08d}", dice.choice(titles), f"{dice.random() * 30:.2f}"]
                row.append(f"{dice.random() * 20:.2f}")
            out.writerow([*row, "2026-01-10"])


def write_orders(path: Path, rows: int) -> None:
    dice = random.Random(3)
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("\t".join(ORDERS) + "\r\n")
        for number in range(rows):
            quantity = dice.randrange(0, 4)
            price = "" if quantity == 0 else f"{quantity * dice.randrange(500, 9000) / 100:.2f}"
            when = f"2026-01-{1 + number % 28:02d}T{number % 24:02d}:{number % 60:02d}:00+00:00"
            cells = [
                f"111-{number // 2:07d}-{number % 7:07d}", "", when, when, "Shipped" if quantity else "Cancelled",
                "Amazon", "Amazon.com", "", "", "Standard", f'Cutting mat {dice.randrange(90)}" x 18"',
                f"SKU-{number % 900}", f"B0{number % 900:08d}", "Shipped", str(quantity), "USD", price, "0",
                *[""] * 6,
                "Anytown", "CA", f"{dice.randrange(99999):05d}", "US", "", "false", "", "",
            ]  # fmt: skip
            stream.write("\t".join(cells) + "\r\n")


def with_sheetsync(_kind: str, path: Path) -> dict[str, str]:
    from sheetsync.importers.read import read_report

    report = read_report(path)
    assert not report.rejected, report.problems
    return {"rows": str(report.rows), **{name: str(value) for name, value in report.totals.items()}}


def with_staging(kind: str, path: Path) -> dict[str, str]:
    import duckdb

    from sheetsync.history.store import MEMORY
    from sheetsync.importers.read import read_report

    report = read_report(path)
    with tempfile.TemporaryDirectory() as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": f"{folder}/spill",
        }
        with duckdb.connect(f"{folder}/staged.duckdb", config=settings) as connection:
            report.stage(connection, "staged")
            rows = connection.execute("SELECT count(*) FROM staged").fetchall()[0][0]
    assert rows == report.rows, kind
    return {"rows": str(rows), **{name: str(value) for name, value in report.totals.items()}}


def with_pandas(kind: str, path: Path) -> dict[str, str]:
    from bench_import_pandas import read_and_clean

    return read_and_clean(kind, path, texts=False)


def with_pandas_same_rows(kind: str, path: Path) -> dict[str, str]:
    from bench_import_pandas import read_and_clean

    return read_and_clean(kind, path, texts=True)


READERS = {
    "sheetsync": with_sheetsync, "pandas": with_pandas, "same rows": with_pandas_same_rows, "staged": with_staging,
}  # fmt: skip


def measured(reader: str, kind: str, path: Path) -> dict[str, object]:
    """Run one reader in a process of its own; it may keep compiled modules, as an installed package does."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, __file__, "--one", reader, kind, str(path)]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    wall = time.perf_counter() - start
    return {"wall": wall, **json.loads(done.stdout.strip().splitlines()[-1])}


def run_one(reader: str, kind: str, path: Path) -> None:
    result = READERS[reader](kind, path)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"cpu": cpu, "megabytes": usage.ru_maxrss / 1024, "result": result}))


def report(kind: str, found: dict[str, list[dict[str, object]]]) -> None:
    """Print the medians of each reader, and in brackets how many times as much pandas takes."""
    base = found["pandas"]
    print(f"\n{kind}: {base[0]['result']}")
    print(f"  {'':10} {'CPU s':>16} {'wall s':>16} {'peak RSS MiB':>18}")
    for reader, runs in found.items():
        assert all(run["result"] == base[0]["result"] for run in runs), (reader, runs[0]["result"], base[0]["result"])
        line = f"  {reader:10}"
        for name, width in (("cpu", 8), ("wall", 8), ("megabytes", 10)):
            mine = statistics.median(float(str(run[name])) for run in runs)
            ratio = statistics.median(float(str(run[name])) for run in base) / mine
            line += f" {mine:{width}.2f} ({ratio:4.1f}x)"
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--staged", action="store_true")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        run_one(asked.one[0], asked.one[1], Path(asked.one[2]))
        return
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="sheetsync-bench-"))
    folder.mkdir(exist_ok=True)
    files = {
        "search terms": (folder / "search_terms.csv", write_search_terms, asked.rows),
        "top search terms": (folder / "US_Top_search_terms_Simple_Week_2026_01_10.csv", write_top_terms, asked.rows),
        "all orders": (folder / "orders.txt", write_orders, asked.rows // 2),
    }
    print(f"{asked.rows:,} rows, {asked.rounds} interleaved rounds, {os.cpu_count()} cores, files in {folder}")
    for kind, (path, write, rows) in files.items():
        if not path.exists():
            write(path, rows)
        readers = [reader for reader in READERS if asked.staged or reader != "staged"]
        found: dict[str, list[dict[str, object]]] = {reader: [] for reader in readers}
        for _ in range(asked.rounds):
            for reader, runs in found.items():
                runs.append(measured(reader, kind, path))
        report(f"{kind} ({path.stat().st_size / 1e6:.0f} MB)", found)


if __name__ == "__main__":
    main()
