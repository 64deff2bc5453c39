"""FBA inventory planning: the widest of Amazon's inventory reports, one snapshot a week, 98 columns as of July 2026.

It is where age of stock and best-seller rank come from: ranks of several snapshots make a drift.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sample_files import IDS, LANGUAGE, quoted_csv
from sample_seller import FALLING, Product, Seller, Shelf, Store, price

COLUMNS = (
    "snapshot-date", "sku", "fnsku", "asin", "product-name", "condition", "available", "fc-transfer",
    "pending-removal-quantity", "inv-age-0-to-90-days", "inv-age-91-to-180-days", "inv-age-181-to-270-days",
    "inv-age-271-to-365-days", "inv-age-366-to-455-days", "inv-age-456-plus-days", "currency",
    "units-shipped-t7", "units-shipped-t30", "units-shipped-t60", "units-shipped-t90", "alert", "your-price",
    "sales-price", "lowest-price-new-plus-shipping", "lowest-price-used", "recommended-action",
    "DEPRECATED healthy-inventory-level", "recommended-sales-price", "recommended-sale-duration-days",
    "recommended-removal-quantity", "estimated-cost-savings-of-recommended-actions", "sell-through",
    "item-volume", "volume-unit-measurement", "storage-type", "storage-volume", "marketplace", "product-group",
    "sales-rank", "days-of-supply", "estimated-excess-quantity", "weeks-of-cover-t30", "weeks-of-cover-t90",
    "featuredoffer-price", "sales-shipped-last-7-days", "sales-shipped-last-30-days",
    "sales-shipped-last-60-days", "sales-shipped-last-90-days", "inv-age-0-to-30-days", "inv-age-31-to-60-days",
    "inv-age-61-to-90-days", "inv-age-181-to-330-days", "inv-age-331-to-365-days",
    "estimated-storage-cost-next-month", "inbound-quantity", "inbound-working", "inbound-shipped",
    "inbound-received", "no-sale-last-6-months", "Total Reserved Quantity", "unfulfillable-quantity",
    "quantity-to-be-charged-ais-181-210-days", "estimated-ais-181-210-days",
    "quantity-to-be-charged-ais-211-240-days", "estimated-ais-211-240-days",
    "quantity-to-be-charged-ais-241-270-days", "estimated-ais-241-270-days",
    "quantity-to-be-charged-ais-271-300-days", "estimated-ais-271-300-days",
    "quantity-to-be-charged-ais-301-330-days", "estimated-ais-301-330-days",
    "quantity-to-be-charged-ais-331-365-days", "estimated-ais-331-365-days",
    "quantity-to-be-charged-ais-366-455-days", "estimated-ais-366-455-days",
    "quantity-to-be-charged-ais-456-plus-days", "estimated-ais-456-plus-days", "historical-days-of-supply",
    "fba-minimum-inventory-level", "fba-inventory-level-health-status", "Recommended ship-in quantity",
    "Recommended ship-in date", "Last updated date for Historical Days of Supply",
    "Exempted from Low-Inventory-Level fee?", "Low-Inventory-Level fee applied in current week?",
    "Short term historical days of supply", "Long term historical days of supply",
    "Inventory age snapshot date", "Inventory Supply at FBA", "Reserved FC Processing",
    "Reserved Customer Order", "Reserved Staging", "Total Days of Supply (including units from open shipments)",
    "supplier", "is-seasonal-in-next-3-months", "season-name", "season-start-date", "season-end-date",
)  # fmt: skip
SNAPSHOTS = (29, 22, 15, 8, 1)
"""Days before today on which the report was taken."""
SPANS = (7, 30, 60, 90)


def planning(folder: Path, seller: Seller, store: Store) -> None:
    """One CSV a snapshot. Stock and age are those of today; only the rank moves."""
    for ago in SNAPSHOTS:
        day = seller.today - timedelta(days=ago)
        rows = [_row(seller, store, place, product, day, ago) for place, product in enumerate(seller.of(store))]
        quoted_csv(folder / f"fba-inventory-planning-{store.code}-{day}.csv", rows)


def rank(store: Store, place: int, product: Product, ago: int) -> int:
    """The rank on that day: it creeps up by half a percent a week, but one product of the US loses a third."""
    base = product.rank * (1.4 if store.code == "JP" else 1.0)
    if store.code == "US" and place == FALLING:
        return round(base * (1 + 0.32 * (29 - ago) / 28))
    return round(base * (1 + 0.005 * ago / 7))


def _row(seller: Seller, store: Store, place: int, product: Product, day: date, ago: int) -> dict[str, object]:
    shelf = seller.shelves[store.code, product.asin]
    cost = price(store, product)
    known: dict[str, object] = {
        "snapshot-date": day.isoformat(),
        "sku": product.sku,
        "fnsku": product.fnsku,
        "asin": product.asin,
        "product-name": product.titles[LANGUAGE[store.code]],
        "condition": "New",
        "available": shelf.available,
        "currency": store.currency,
        "your-price": cost,
        "sales-price": cost,
        "lowest-price-new-plus-shipping": 0.0,
        "lowest-price-used": 0.0,
        "featuredoffer-price": cost,
        "recommended-action": "NoExcessInventory",
        "sell-through": round(shelf.shipped[90] / shelf.available, 2),
        "item-volume": 0.12,
        "volume-unit-measurement": "cubic feet",
        "storage-type": "Standard-Size",
        "storage-volume": round(shelf.available * 0.12, 2),
        "marketplace": IDS[store.code],
        "product-group": "Home",
        "sales-rank": rank(store, place, product, ago),
        "inbound-quantity": shelf.inbound,
        "inbound-working": 0,
        "inbound-shipped": shelf.inbound,
        "inbound-received": 0,
        "unfulfillable-quantity": 0,
        "Inventory Supply at FBA": shelf.available + shelf.inbound,
        "fba-inventory-level-health-status": "Healthy",
        "Inventory age snapshot date": day.isoformat(),
    }
    known |= _age(shelf) | _pace(shelf, cost)
    return {name: known.get(name, "") for name in COLUMNS}


def _age(shelf: Shelf) -> dict[str, object]:
    young = shelf.available - shelf.aged
    return {
        "inv-age-0-to-90-days": young,
        "inv-age-0-to-30-days": young // 2,
        "inv-age-31-to-60-days": young - young // 2,
        "inv-age-61-to-90-days": 0,
        "inv-age-91-to-180-days": 0,
        "inv-age-181-to-270-days": shelf.aged,
        "inv-age-181-to-330-days": shelf.aged,
        "inv-age-271-to-365-days": 0,
        "inv-age-331-to-365-days": 0,
        "inv-age-366-to-455-days": 0,
        "inv-age-456-plus-days": 0,
    }


def _pace(shelf: Shelf, cost: float) -> dict[str, object]:
    supply, month, quarter = shelf.available + shelf.inbound, shelf.shipped[30], shelf.shipped[90]
    shipped: dict[str, object] = {f"units-shipped-t{span}": shelf.shipped[span] for span in SPANS}
    sales = {f"sales-shipped-last-{span}-days": round(shelf.shipped[span] * cost, 2) for span in SPANS}
    cover = {
        "weeks-of-cover-t30": supply * 4 // month if month else "",
        "weeks-of-cover-t90": supply * 13 // quarter if quarter else "",
        "days-of-supply": min(supply * 30 // month, 366) if month else "",
    }
    return shipped | sales | cover
