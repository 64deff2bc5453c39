"""The made-up seller behind the sample reports: what is sold where, day by day, and what goes wrong.

Everything is drawn from one seed. Units and orders are spread by carrying the remainder on instead of by dice, so a
healthy product stays healthy whatever the day; only what is planted is in trouble.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

DAYS = 75
SETTLED = (0.55, 0.70, 0.80, 0.87, 0.92, 0.96, 0.98)
"""Share of an ad's final orders that Amazon has credited 1, 2, ... 7 days after the click."""


@dataclass(frozen=True)
class Store:
    """One marketplace: its price level, how many of the products it sells, how much it sells of them, ad figures."""

    code: str
    currency: str
    price_factor: float
    products: int
    volume: float
    acos: float
    ad_share: float
    """Share of units that come from ads: TACoS is acos x ad_share."""


STORES = (
    Store("US", "USD", 1.0, 40, 1.0, 0.175, 0.52),
    Store("DE", "EUR", 1.05, 28, 0.55, 0.325, 0.30),
    Store("JP", "JPY", 145.0, 20, 0.45, 0.180, 0.50),
)


@dataclass(frozen=True)
class Product:
    """One child ASIN with its parent, SKU, titles by language and price in dollars."""

    asin: str
    parent: str
    sku: str
    fnsku: str
    titles: dict[str, str]
    price: float
    pace: float
    """Units a day in the US."""
    rank: int


@dataclass
class Day:
    """What one product did on one day."""

    sessions: int = 0
    page_views: int = 0
    units: int = 0
    order_items: int = 0
    sales: float = 0.0


@dataclass
class AdRow:
    """One search term of one campaign and product on one day."""

    day: date
    campaign: str
    auto: bool
    product: Product
    term: str
    impressions: int
    clicks: int
    spend: float
    orders: int
    units: int
    sales: float


@dataclass
class Shelf:
    """The stock of one product in one marketplace, as it stands at the end of the last day."""

    available: int
    aged: int
    inbound: int
    shipped: dict[int, int]
    """Units shipped in the last 7, 30, 60, 90 days."""


@dataclass
class Seller:
    """Everything the writers need."""

    today: date
    products: tuple[Product, ...]
    days: tuple[date, ...]
    sold: dict[tuple[str, str], dict[date, Day]] = field(default_factory=dict)
    """(marketplace, ASIN) -> day -> what it did. Holds one old ASIN that no by-ASIN file lists."""
    ads: dict[str, list[AdRow]] = field(default_factory=dict)
    shelves: dict[tuple[str, str], Shelf] = field(default_factory=dict)

    def of(self, store: Store) -> tuple[Product, ...]:
        """The products a marketplace sells."""
        return self.products[: store.products]


NOUNS = (
    ('Bath Mat 18" x 30"', "Badematte 45 x 75 cm", "バスマット 45×75cm", "bath mat", 24.99, 5.0),
    ("Shower Caddy", "Duschregal", "シャワーラック", "shower caddy", 32.99, 3.6),
    ('Drawer Organizer 12" x 6"', "Schubladen-Organizer", "引き出し収納", "drawer organizer", 18.99, 4.2),
    ("Laundry Hamper 60 L", "Wäschekorb 60 L", "ランドリーバスケット 60L", "laundry hamper", 41.99, 2.4),
    ("Soap Dispenser", "Seifenspender", "ソープディスペンサー", "soap dispenser", 15.99, 4.8),
    ("Toilet Brush Set", "WC-Bürstengarnitur", "トイレブラシセット", "toilet brush", 21.99, 3.0),
    ("Storage Box 3-Pack", "Aufbewahrungsbox 3er-Set", "収納ボックス 3個セット", "storage box", 36.99, 3.4),
    ("Shoe Rack, 4 Tiers", "Schuhregal, 4 Ebenen", "シューズラック 4段", "shoe rack", 38.99, 2.8),
    ("Towel Hooks (6)", "Handtuchhaken (6 Stück)", "タオルフック 6個", "towel hooks", 13.99, 5.4),
    ("Under-Sink Shelf", "Unterschrank-Regal", "シンク下ラック", "under sink shelf", 28.99, 2.6),
)
COLOURS = (
    ("Grey", "Grau", "グレー", 1.0),
    ("White", "Weiß", "ホワイト", 0.8),
    ("Black", "Schwarz", "ブラック", 0.65),
    ("Sage", "Salbei", "セージ", 0.5),
)
GONE = Product("B0DEMO9999", "B0DEMOP999", "DM-99-OLD", "X00DEMO999", {"en": "Soap Dish"}, 9.99, 0.8, 9000)
"""Sold out of the catalogue: it is in the account's totals and in no list of ASINs, as happens in real exports."""

SHORT, EMPTYING, AGED, FALLING = 5, 8, 14, 2
"""Which products are in trouble: cover too short (US), nearly out (JP), aged stock (DE), rank falling (US)."""
WASTED_TERM = "bathroom rug for dogs"


def catalogue() -> tuple[Product, ...]:
    """Forty child ASINs of ten parents; every parent's first child comes first, so small stores carry all kinds."""
    made = []
    for row, colour in enumerate(COLOURS):
        for column, noun in enumerate(NOUNS):
            number = row * len(NOUNS) + column + 1
            titles = {
                "en": f"Examplewood {noun[0]}, {colour[0]}",
                "de": f"Examplewood {noun[1]}, {colour[1]}",
                "ja": f"Examplewood {noun[2]} {colour[2]}",
            }
            made.append(
                Product(
                    f"B0DEMO{number:04d}",
                    f"B0DEMOP{column + 1:03d}",
                    f"DM-{column + 1:02d}-{colour[0][:3].upper()}",
                    f"X00DEMO{number:03d}",
                    titles,
                    noun[4],
                    noun[5] * colour[3],
                    400 + 137 * number,
                )
            )
    return tuple(made)


def make(today: date, seed: int) -> Seller:
    """The seller's last 75 days up to yesterday."""
    days = tuple(today - timedelta(days=DAYS - n) for n in range(DAYS))
    seller = Seller(today, catalogue(), days)
    for store in STORES:
        dice = random.Random(f"{seed}-{store.code}")
        for product in (*seller.of(store), GONE):
            seller.sold[store.code, product.asin] = dict(_sales(seller, store, product, dice))
        seller.ads[store.code] = list(_ads(seller, store, dice))
        for place, product in enumerate(seller.of(store)):
            seller.shelves[store.code, product.asin] = _shelf(seller, store, place, product, dice)
    return seller


def price(store: Store, product: Product) -> float:
    """What the product costs there."""
    raw = product.price * store.price_factor
    return float(round(raw, -1)) if store.currency == "JPY" else round(raw, 2)


def rhythm(day: date) -> float:
    """The week's rhythm: weekends sell a little more."""
    return (0.97, 0.96, 0.96, 0.98, 1.0, 1.07, 1.06)[day.weekday()]


def _sales(seller: Seller, store: Store, product: Product, dice: random.Random) -> Iterator[tuple[date, Day]]:
    rest = dice.random()
    cost = price(store, product)
    for day in seller.days:
        wanted = product.pace * store.volume * rhythm(day) * dice.uniform(0.92, 1.08) + rest
        units = int(wanted)
        rest = wanted - units
        sessions = max(round(product.pace * store.volume * rhythm(day) * dice.uniform(7.6, 8.6)), units)
        items = units - (1 if units >= 6 else 0)
        yield day, Day(sessions, round(sessions * 1.35), units, items, round(units * cost, 2))


def _ads(seller: Seller, store: Store, dice: random.Random) -> Iterator[AdRow]:
    """Two campaigns a parent (automatic and exact), each with three search terms for its best child."""
    for product in seller.of(store)[: len(NOUNS)]:
        noun = next(noun for noun in NOUNS if product.titles["en"].startswith(f"Examplewood {noun[0]}"))
        word = noun[3]
        family = [p for p in seller.of(store) if p.parent == product.parent]
        for auto in (True, False):
            name = f"SP - {word.title()} - {'Auto' if auto else 'Exact'}"
            terms = (f"{word} {'set' if auto else 'large'}", f"best {word}", word)
            for term in terms:
                yield from _term(seller, store, (name, auto, term, product), family, dice)
            if store.code == "US" and word == "bath mat" and auto:
                yield from _wasted(seller, (name, product), dice)


def _term(
    seller: Seller,
    store: Store,
    what: tuple[str, bool, str, Product],
    family: list[Product],
    dice: random.Random,
) -> Iterator[AdRow]:
    """A sixth of the family's advertised units each; spend follows from the store's ACoS."""
    name, auto, term, product = what
    cost = price(store, product)
    rest, orders_rest = dice.random(), 0.0
    for day in seller.days:
        units = sum(seller.sold[store.code, p.asin][day].units for p in family)
        final = units * store.ad_share / 6 * dice.uniform(0.95, 1.05)
        spend = final * cost * store.acos * dice.uniform(0.97, 1.03)
        clicks = max(math.ceil(final * 9 * dice.uniform(0.9, 1.1)), 1)
        age = (seller.today - day).days
        rest += final * (SETTLED[age - 1] if age <= len(SETTLED) else 1.0)
        sold = int(rest)
        rest -= sold
        orders_rest += sold * 0.96
        orders = min(int(orders_rest + 1e-9), sold) if sold > 1 else sold
        orders_rest = max(orders_rest - orders, 0.0)
        digits = 0 if store.currency == "JPY" else 2
        yield AdRow(
            day, name, auto, product, term, clicks * dice.randint(180, 240), clicks, round(spend, digits), orders, sold,
            round(sold * cost, 2),
        )  # fmt: skip


def _wasted(seller: Seller, what: tuple[str, Product], dice: random.Random) -> Iterator[AdRow]:
    """The term that spends and never sells: a click or two a day."""
    for day in seller.days:
        clicks = dice.randint(1, 3)
        yield AdRow(day, what[0], True, what[1], WASTED_TERM, clicks * 150, clicks, round(clicks * 0.62, 2), 0, 0, 0.0)


def _shelf(seller: Seller, store: Store, place: int, product: Product, dice: random.Random) -> Shelf:
    """Stock for nine to twelve weeks, of which nothing is old; except where trouble is planted."""
    sold = seller.sold[store.code, product.asin]
    shipped: dict[int, int] = defaultdict(int)
    for span in (7, 30, 60, 90):
        window = seller.days[-span:]
        shipped[span] = round(sum(sold[day].units for day in window) * (span / len(window)))
    daily = shipped[30] / 30
    cover, aged = dice.uniform(64, 84), 0.0
    if store.code == "US" and place == SHORT:
        cover = 12.5
    if store.code == "JP" and place == EMPTYING:
        cover = 4.5
    if store.code == "DE" and place == AGED:
        aged = 0.42
    available = max(round(daily * cover), 1)
    return Shelf(
        available, round(available * aged), 0 if cover < 60 else round(daily * dice.randint(0, 4)), dict(shipped)
    )


def by_day(seller: Seller, store: Store) -> Iterator[tuple[date, Day]]:
    """The account's totals of each day, the product without a page of its own included."""
    for day in seller.days:
        rows = [seller.sold[store.code, p.asin][day] for p in (*seller.of(store), GONE)]
        yield day, total(rows)


def total(rows: list[Day]) -> Day:
    """The sum of several days or products."""
    return Day(
        sum(row.sessions for row in rows),
        sum(row.page_views for row in rows),
        sum(row.units for row in rows),
        sum(row.order_items for row in rows),
        round(sum(row.sales for row in rows), 2),
    )
