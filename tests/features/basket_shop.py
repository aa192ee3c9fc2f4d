"""A small shop for the tests of the basket: products, rules, a stock, and a clock by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.basket.handler import Moment, add, begin
from kiosk.basket.state import Open
from kiosk.config import BasketSettings
from kiosk.pricecheck.handler import Desk, answer
from kiosk.pricecheck.state import Found
from retail.barcodes import CodeRules, InStoreLayout
from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.goods import Goods
from retail.pricing.book import RuleBook, Shop, Used
from retail.pricing.off import Amount, Percent
from retail.pricing.rules import (
    EachOff,
    Gift,
    Needs,
    Offer,
    On,
    Part,
    Rule,
    Scope,
    SetOff,
    Step,
)
from retail.pricing.window import Window
from retail.values import Gtin, Money, check_digit

NOON = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)  # 12:00 in Tehran
TEHRAN = ZoneInfo("Asia/Tehran")
HERE = "baran-01"
SETTINGS = BasketSettings(enabled=True)


def gtin(number: int) -> Gtin:
    """Make a sound GTIN of the range for use inside a company."""
    body = f"0200{number:09}"
    return Gtin(f"{body}{check_digit(body)}")


def product(sku: str, price: int, number: int, **more: object) -> Product:
    """Make a product of one piece."""
    made = Product(
        sku=sku,
        name=Text(f"کالای {sku}", sku.capitalize()),
        category_id="food",
        list_price=Money(price, "IRR"),
        packs=(Pack(gtin(number)),),
        unit=Text("بسته", "pack"),
        stock=(Stock(HERE, 10, NOON),),
    )
    return replace(made, **more)  # type: ignore[arg-type]


TEA = product("tea", 100_000, 1)
RICE = product("rice", 900_000, 2)
APPLES = replace(
    product("apples", 80_000, 3), packs=(Pack(Gtin.parse("2112345000008")),), size=Size(1_000, "g")
)
CIGARS = product("cigars", 500_000, 4, age_min=18, reducible=False)
WINE = product("wine", 700_000, 5, age_min=21)
MUG = product("mug", 60_000, 6)
SOLD_OUT = product("cup", 60_000, 7, stock=(Stock(HERE, 0, NOON),))
PRODUCTS = (TEA, RICE, APPLES, CIGARS, WINE, MUG, SOLD_OUT)

TWO_TEAS = Offer(
    "two-teas",
    SetOff((Part(Goods.of("tea"), 2),), Percent(5_000), On.CHEAPEST, 1),
    name_fa="دومی نصف قیمت",
    name_en="Second at half price",
)
MUG_WITH_RICE = Offer(
    "mug-with-rice",
    Gift(("mug", "cup")),
    needs=(Needs(Goods.of("rice"), quantity=1),),
    name_fa="لیوان هدیه",
    name_en="A mug for you",
)
VOUCHER = Offer(
    "nowruz",
    EachOff(Goods.of("rice"), (Step(0, Amount(50_000)),)),
    vouchers=frozenset({"NOWRUZ-10"}),
    name_fa="بن نوروز",
)
HAPPY_HOUR = Offer(
    "happy-hour",
    EachOff(Goods.of("rice"), (Step(0, Percent(1_000)),)),
    Scope(window=Window(NOON + timedelta(minutes=5), NOON + timedelta(minutes=65))),
)
FOR_MEMBERS = Offer(
    "club",
    EachOff(Goods.of("rice"), (Step(0, Percent(2_000)),)),
    Scope(groups=frozenset({"member"})),
)


@dataclass
class Shelves:
    """A catalogue in memory whose products and rules can be changed."""

    products: Sequence[Product] = PRODUCTS
    rules: Sequence[Rule] = (TWO_TEAS,)
    sequence: int = 1
    vat_included: bool = True
    made_at: datetime = NOON
    damaged: bool = False
    used: Mapping[str, Used] = field(default_factory=dict)

    @property
    def book(self) -> RuleBook:
        return RuleBook(self.rules, Shop(HERE, TEHRAN, "IRR", self.vat_included))

    @property
    def shelf_book(self) -> RuleBook:
        return RuleBook((), Shop(HERE, TEHRAN))

    def categories_above(self, category_id: str) -> frozenset[str]:
        return frozenset({category_id})

    def by_gtin(self, gtin: Gtin) -> tuple[Product, Pack] | None:
        packs = ((p, pack) for p in self.products for pack in p.packs if pack.gtin == gtin)
        return next(packs, None)

    def by_sku(self, sku: str) -> Product | None:
        return next((each for each in self.products if each.sku == sku), None)

    def similar(self, product: Product, limit: int) -> Sequence[Product]:
        return ()

    def stores(self) -> Mapping[str, Store]:
        return {}

    def path_to(self, category_id: str) -> Sequence[Category]:
        return ()


@dataclass
class Shopping:
    """A shopper with a basket: what is done to it, one move after another."""

    shelf: Shelves = field(default_factory=Shelves)
    settings: BasketSettings = SETTINGS
    at: datetime = NOON
    elapsed_s: float = 0.0
    desk: Desk = field(
        default_factory=lambda: Desk(HERE, TEHRAN, CodeRules((InStoreLayout("21IIIIIWWWWWC"),)))
    )

    @property
    def moment(self) -> Moment:
        return Moment(self.shelf, HERE, self.settings, self.at, self.elapsed_s)

    def found(self, code: Product | str) -> Found:
        raw = code if isinstance(code, str) else code.packs[0].gtin.shortest
        state = answer(raw.encode(), "", self.shelf, self.desk, self.at)
        assert isinstance(state, Found), state
        return state

    def basket(self, *codes: Product | str) -> Open:
        open_ = begin(self.moment)
        for code in codes:
            open_ = add(open_, self.found(code), self.moment)
        return open_

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.elapsed_s += seconds
