"""Makes about 75 days of reports for a made-up seller, in Amazon's own formats, with known troubles planted in them.

    python scripts/make_samples.py --out DIR [--today 2026-11-22] [--seed 7]

Writes `DIR/<marketplace>/...` (US in English, DE in German, JP in Japanese), `DIR/planted.json` (what is wrong, by rule
and subject: everything else is healthy) and `DIR/plan.toml` and `plan.zh.toml` (team and goals, in the shape of
sheetsync.toml). The same day and seed make the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import sample_files as files
from sample_health import account_health
from sample_planning import planning
from sample_seller import AGED, EMPTYING, FALLING, SHORT, STORES, WASTED_TERM, Seller, Store, by_day, make

LATE_DELIVERY = "JP"
BEHIND = "JP"
"""The marketplace whose sales goal is out of reach."""

TEAMS = {
    "en": (
        ("Sales lead", "Owns the plan", ("sales",), 30),
        ("Ads lead", "Advertising", ("ads",), 24),
        ("Supply lead", "Inventory and replenishment", ("inventory",), 24),
        ("Compliance lead", "Documents and account health", ("compliance",), 16),
    ),
    "zh": (
        ("销售主管", "计划负责人", ("sales",), 30),
        ("广告主管", "广告投放", ("ads",), 24),
        ("供应链主管", "库存与补货", ("inventory",), 24),
        ("合规主管", "资质与账户健康", ("compliance",), 16),
    ),
}
"""Nobody has the module `reviews`: its standard task is the one that nobody owns."""


def main(argv: list[str] | None = None) -> None:
    """Writes the samples; prints where they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args(argv)
    seller = make(told.today, told.seed)
    for store in STORES:
        write_store(told.out / store.code, seller, store)
    planted = list(plant(seller))
    (told.out / "planted.json").write_text(json.dumps(planted, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for language, name in (("en", "plan.toml"), ("zh", "plan.zh.toml")):
        (told.out / name).write_text(plan(seller, language), encoding="utf-8")
    _stamp(told.out, told.today)
    count = sum(1 for path in told.out.rglob("*") if path.is_file())
    print(f"{count} files in {told.out}; {len(planted)} troubles are planted (planted.json)")


def _stamp(folder: Path, today: date) -> None:
    """Gives every file the time it would have been downloaded at: six in the morning of `today`."""
    moment = datetime(today.year, today.month, today.day, 6).timestamp()
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (moment, moment))


def write_store(folder: Path, seller: Seller, store: Store) -> None:
    """Every report of one marketplace."""
    folder.mkdir(parents=True, exist_ok=True)
    yesterday = seller.days[-1]
    this_month = yesterday.replace(day=1)
    last_month_end = this_month - timedelta(days=1)
    files.business_by_date(folder, seller, store)
    files.business_by_child(folder, seller, store, this_month, yesterday)
    files.business_by_child(folder, seller, store, last_month_end.replace(day=1), last_month_end)
    files.search_terms(folder, seller, store)
    files.advertised_products(folder, seller, store)
    files.campaigns(folder, seller, store)
    files.inventory(folder, seller, store)
    files.returns(folder, seller, store)
    account_health(folder, seller, store, on_time=886 if store.code == LATE_DELIVERY else 974)
    planning(folder, seller, store)


def plant(seller: Seller) -> Iterator[dict[str, str]]:
    """What is wrong on purpose: the rule that must find it, and text that its subject or name must hold."""
    us, german, japanese = STORES

    def sku(store: Store, place: int) -> str:
        return seller.of(store)[place].sku

    yield {"rule": "SS403", "marketplace": "US", "holds": sku(us, SHORT), "what": "12 days of cover, lead time 30"}
    yield {"rule": "SS404", "marketplace": "JP", "holds": sku(japanese, EMPTYING), "what": "4 days of cover"}
    yield {"rule": "SS301", "marketplace": "DE", "holds": "DE", "what": "ACoS about 32 %, target 22 %"}
    yield {"rule": "SS201", "marketplace": "US", "holds": seller.of(us)[FALLING].asin, "what": "rank falls by a sixth"}
    yield {"rule": "SS303", "marketplace": "US", "holds": WASTED_TERM, "what": "clicks and no order"}
    yield {"rule": "SS405", "marketplace": "DE", "holds": sku(german, AGED), "what": "42 % older than 180 days"}
    yield {"rule": "SS504", "marketplace": "JP", "holds": "JP", "what": "on-time delivery 88.6 %"}
    yield {"rule": "SS701", "marketplace": "", "holds": "", "what": "the module reviews has no owner"}
    if seller.today.day - 4 >= 3:
        # sales settle after three days, and a verdict takes three settled days of the month
        yield {"rule": "SS101", "marketplace": BEHIND, "holds": BEHIND, "what": "sales at 78 % of the pace"}


def plan(seller: Seller, language: str) -> str:
    """`[[team]]` and `[[goals]]`: the sales goals follow from the seller's own pace, so all but one are met.

    The objectives are left out: the template words them in the workbook's language.
    """
    lines = ["# A made-up team and its goals; append to sheetsync.toml.", ""]
    owner = TEAMS[language][0][0]
    for name, role, modules, hours in TEAMS[language]:
        lines += ["[[team]]", f'name = "{name}"', f'role = "{role}"', f"modules = {json.dumps(list(modules))}"]
        lines += [f"capacity_hours = {hours}", ""]
    month_end = (seller.today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    for store in STORES:
        recent = [row.sales for _, row in by_day(seller, store)][-28:]
        rate = sum(recent) / len(recent) * month_end.day
        target = rate / 0.78 if store.code == BEHIND else rate * 0.96
        lines += ["[[goals]]", 'metric = "sales"']
        lines += [f'marketplace = "{store.code}"', f"target = {round(target, -2):.0f}", 'direction = "up"']
        lines += [f'owner = "{owner}"', f"due = {month_end}", 'confidence = "medium"', ""]
    lines += ["[[goals]]", 'metric = "completion"', "target = 0.9"]
    lines += ['direction = "up"', f'owner = "{owner}"', f"due = {month_end}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
