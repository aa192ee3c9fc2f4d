"""A kiosk without window, device or disk: messages in, views out, and a clock that is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.basket.keeper import Baskets
from kiosk.checkout.ports import Checkouts
from kiosk.clock import SetClock
from kiosk.config import BasketSettings, ChainSettings
from kiosk.core import Core, Ports
from kiosk.errors import DataError
from kiosk.messages import CatalogueBuilt, Language, Message, Scanned
from kiosk.notes import Record
from kiosk.pricecheck.handler import Desk
from kiosk.rules_fault import RulesFault
from kiosk.sales.ports import SalesBook
from kiosk.search.handler import Answer
from kiosk.search.state import Narrowing
from kiosk.situation import Devices
from kiosk.staff.handler import WayIn
from kiosk.surroundings import NO_BASKETS, Surroundings
from kiosk.survey.ports import Surveys
from kiosk.view import View
from kiosk.words import Words, read_texts
from retail.barcodes import CardLayout, CodeRules, InStoreLayout
from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.pricing.book import RuleBook, Shop, Used
from retail.reductions import Reduction
from retail.rule_lines import StoreRule
from retail.values import Gtin, Money, Place

NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # 12:00 in Tehran
DAY = timedelta(days=1)
TEHRAN = ZoneInfo("Asia/Tehran")
HERE, THERE = "baran-01", "baran-02"

RICE = Product(
    sku="100123",
    name=Text("برنج هاشمی درجه یک آستانه", "Hashemi rice, first grade, Astaneh"),
    category_id="rice",
    list_price=Money(14_250_000, "IRR"),
    packs=(
        Pack(Gtin.parse("4006381333931")),
        Pack(Gtin.parse("14006381333938"), pieces=4, price=Money(54_000_000, "IRR")),
    ),
    unit=Text("کیسه", "sack"),
    size=Size(10_000, "g"),
    stock=(Stock(HERE, 24, NOON), Stock(THERE, 7, NOON)),
    place=Place("5", "3", "ب"),
    offers=(
        Reduction(
            "club", NOON - DAY, NOON + DAY, 1_500, members_only=True, name_fa="هفتهٔ باشگاه"
        ).on("100123"),
    ),
)
MILK = Product(
    sku="200001",
    name=Text("شیر کم‌چرب", "Low-fat milk"),
    category_id="milk",
    list_price=Money(480_000, "IRR"),
    packs=(Pack(Gtin.parse("96385074")),),
    unit=Text("بطری", "bottle"),
    size=Size(1_000, "ml"),
    offers=(Reduction("evening", NOON + timedelta(minutes=1), NOON + DAY, 1_000).on("200001"),),
)
APPLES = Product(
    sku="300001",
    name=Text("سیب سرخ", "Red apples"),
    category_id="fruit",
    list_price=Money(800_000, "IRR"),
    packs=(Pack(Gtin.parse("2112345000008")),),
    unit=Text("کیلوگرم", "kilogram"),
    size=Size(1_000, "g"),
)
CATEGORIES = {
    "food": Category("food", Text("خوراکی", "Food")),
    "rice": Category("rice", Text("برنج", "Rice"), parent="food"),
    "milk": Category("milk", Text("شیر", "Milk"), parent="food"),
    "fruit": Category("fruit", Text("میوه", "Fruit"), parent="food"),
}


def book_of(*rules: StoreRule, zone: ZoneInfo = TEHRAN) -> RuleBook:
    """Give the rules of the store."""
    return RuleBook(rules, Shop(HERE, zone))


@dataclass
class Shelves:
    """A catalogue of three products, in memory."""

    products: Sequence[Product] = (RICE, MILK, APPLES)
    made_at: datetime = NOON
    sequence: int = 1
    book: RuleBook = field(default_factory=lambda: book_of())
    rules_fault: RulesFault | None = None
    used: Mapping[str, Used] = field(default_factory=dict)

    @property
    def shelf_book(self) -> RuleBook:
        return self.book

    @property
    def list_book(self) -> RuleBook:
        return self.book

    def categories_above(self, category_id: str) -> frozenset[str]:
        return frozenset(each.category_id for each in self.path_to(category_id))

    def by_gtin(self, gtin: Gtin) -> tuple[Product, Pack] | None:
        packs = ((p, pack) for p in self.products for pack in p.packs if pack.gtin == gtin)
        return next(packs, None)

    def by_sku(self, sku: str) -> Product | None:
        return next((product for product in self.products if product.sku == sku), None)

    def similar(self, product: Product, limit: int) -> Sequence[Product]:
        return [other for other in self.products if other.sku != product.sku][:limit]

    def stores(self) -> Mapping[str, Store]:
        return {
            HERE: Store(HERE, Text("اینجا", "Here")),
            THERE: Store(THERE, Text("آنجا", "There")),
        }

    def find(self, text: str, narrowing: Narrowing, limit: int) -> Answer:
        wanted = [
            product
            for product in self.products
            if text in product.name.fa + product.name.en
            and narrowing.category_id in ("", product.category_id)
            and (not narrowing.in_stock or product.stock)
        ]
        return Answer(tuple(wanted[:limit]), more=len(wanted) > limit)

    def path_to(self, category_id: str) -> Sequence[Category]:
        path: list[Category] = []
        while category_id in CATEGORIES:
            path.insert(0, CATEGORIES[category_id])
            category_id = CATEGORIES[category_id].parent
        return path

    def children(self, category_id: str) -> Sequence[tuple[Category, int]]:
        below = [each for each in CATEGORIES.values() if each.parent == category_id]
        return [(each, 1) for each in below]

    def products_in(self, category_id: str, limit: int) -> tuple[Sequence[Product], int]:
        found = [product for product in self.products if product.category_id == category_id]
        return found[:limit], len(found)


@dataclass
class Holder:
    """The catalogue in use; ``refuse`` is what ``take`` has against the next one."""

    current: Shelves | None = field(default_factory=Shelves)
    refuse: str = ""
    before: Shelves | None = None

    def take(self, built: CatalogueBuilt) -> str:
        if not self.refuse:
            self.current = Shelves()
        return self.refuse

    def fall_back(self) -> None:
        self.current = self.before
        self.before = None


@dataclass
class DamagedShelves(Shelves):
    """A catalogue whose file went bad after it was opened."""

    def by_gtin(self, gtin: Gtin) -> tuple[Product, Pack] | None:
        raise DataError("catalogue-000002.db: expected a sound catalogue, got: malformed")


class Kiosk:
    """The core with everything around it pretended, driven as a list of steps."""

    def __init__(
        self,
        *,
        with_catalogue: bool = True,
        devices: Devices | None = None,
        staff: WayIn | None = None,
        baskets: Callable[[Kiosk], Baskets] | None = None,
        basket: BasketSettings = NO_BASKETS,
        checkouts: Checkouts | None = None,
        surveys: Callable[[Kiosk], Surveys] | None = None,
        sales: SalesBook | None = None,
    ) -> None:
        self.clock = SetClock(NOON)
        self.catalogues = Holder() if with_catalogue else Holder(current=None)
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.views: list[View] = []
        self.disk_full = False
        self._parts = devices, staff, baskets, basket
        self._checkouts, self.surveys, self._sales = checkouts, surveys, sales
        self.recording: Record | None = None  # where events go instead
        self.core = self._core()

    def start_anew(self) -> View:
        """Have the process die and start again; what was written is all that is left."""
        self.core = self._core()
        return self.core.view

    def _core(self) -> Core:
        devices, staff, baskets, basket = self._parts
        return Core(
            Ports(
                self.catalogues,
                self._record,
                self.clock,
                lambda name: name,
                self.views.append,
                staff,
                baskets(self) if baskets else None,
                self._checkouts,
                self.surveys(self) if self.surveys else None,
                self._sales,
            ),
            Desk(
                HERE, TEHRAN, CodeRules((InStoreLayout("21IIIIIWWWWWC"),), (CardLayout("99", 12),))
            ),
            Surroundings(
                ChainSettings("باران", "Baran"),
                devices or Devices(frozenset({"scanner"}), frozenset({"camera"})),
                idle_s=30.0,
                warn_s=10.0,
                basket=basket,
            ),
            {each: Words(each, TEHRAN, texts=read_texts(each)) for each in Language},
            Language.FA,
        )

    def _record(self, kind: str, body: Mapping[str, Any]) -> None:
        if self.disk_full:
            raise DataError("disk is full")
        if self.recording is not None:
            self.recording(kind, body)
        self.events.append((kind, body))

    def do(self, *messages: Message) -> View:
        for message in messages:
            self.core.handle(message)
        return self.core.view

    def scan(self, code: str | bytes, symbology: str = "") -> View:
        raw = code if isinstance(code, bytes) else code.encode()
        return self.do(Scanned("scanner", raw, symbology))

    def wait(self, seconds: float) -> View:
        from kiosk.messages import Ticked

        self.clock.move(seconds)
        return self.do(Ticked())

    def noted(self, kind: str) -> list[Mapping[str, Any]]:
        return [body for each, body in self.events if each == kind]


@pytest.fixture
def kiosk() -> Kiosk:
    return Kiosk()
