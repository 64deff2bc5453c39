"""Reads the files of `bench_import.py` with pandas, as a careful person would: read_csv, then column by column."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd


def read_and_clean(kind: str, path: Path, *, texts: bool) -> dict[str, str]:
    """Return the checksum of a file that was read and cleaned: numbers and dates, with `texts` also its texts."""
    read = {"search terms": _search_terms, "top search terms": _top_terms}.get(kind, _orders)
    frame, checksum = read(path)
    if texts:
        _clean_texts(frame)
    return {"rows": str(len(frame)), **checksum}


def _clean_texts(frame: pd.DataFrame) -> None:
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype) or frame[name].dtype == object:
            text = frame[name].str.strip(" \t\r\n\u00a0\u3000")
            guarded = text.str.startswith('="') & text.str.endswith('"')
            if guarded.any():
                text = text.where(~guarded.astype(bool), text.str.slice(2, -1))
            frame[name] = text


def _search_terms(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    frame = pd.read_csv(path, dtype=str)
    frame.columns = frame.columns.str.strip()
    for name in ("Cost Per Click (CPC)", "Spend", "7 Day Total Sales", "7 Day Advertised SKU Sales"):
        frame[name] = pd.to_numeric(frame[name].str.replace(r"[$,]", "", regex=True))
    for name in ("Click-Thru Rate (CTR)", "Total Advertising Cost of Sales (ACOS)", "7 Day Conversion Rate"):
        frame[name] = pd.to_numeric(frame[name].str.replace(r"[%,]", "", regex=True)) / 100
    for name in ("Impressions", "Clicks", "7 Day Total Orders (#)", "7 Day Total Units (#)"):
        frame[name] = pd.to_numeric(frame[name].str.replace(r"[,]", "", regex=True))
    returns = "Total Return on Advertising Spend (ROAS)"
    frame[returns] = pd.to_numeric(frame[returns])
    frame["Date"] = pd.to_datetime(frame["Date"], format="%b %d, %Y")
    names = {
        "impressions": "Impressions", "clicks": "Clicks", "spend": "Spend", "sales": "7 Day Total Sales",
        "orders": "7 Day Total Orders (#)", "units": "7 Day Total Units (#)",
    }  # fmt: skip
    sums = {total: frame[name].sum() for total, name in names.items()}
    amounts = {"spend", "sales"}
    return frame, {total: f"{value:.2f}" if total in amounts else str(int(value)) for total, value in sums.items()}


def _top_terms(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    frame = pd.read_csv(path, dtype=str, skiprows=1)
    frame["Search Frequency Rank"] = pd.to_numeric(frame["Search Frequency Rank"].str.replace(",", ""))
    for rank in (1, 2, 3):
        for name in ("Click Share", "Conversion Share"):
            column = f"Top Clicked Product #{rank}: {name}"
            frame[column] = pd.to_numeric(frame[column]) / 100
    frame["Reporting Date"] = pd.to_datetime(frame["Reporting Date"])
    return frame, {}


def _orders(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    frame = pd.read_csv(path, sep="\t", dtype=str, quoting=csv.QUOTE_NONE)
    for name in frame.columns:
        if name != "price-designation" and any(word in name for word in ("price", "tax", "discount")):
            frame[name] = pd.to_numeric(frame[name].str.replace(",", ""))
    frame["quantity"] = pd.to_numeric(frame["quantity"])
    for name in ("purchase-date", "last-updated-date"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame, {
        "units": str(frame["quantity"].sum()), "sales": f"{frame['item-price'].sum():.2f}",
        "orders": str(frame["amazon-order-id"].nunique()),
    }  # fmt: skip
