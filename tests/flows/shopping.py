"""A kiosk at which baskets are put together: the core as in the other flows, and a real database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from kiosk.basket.keeper import Baskets
from kiosk.basket.store import BasketStore
from kiosk.basket.view import BasketView, Note
from kiosk.checkout.ports import Checkouts
from kiosk.config import BasketSettings
from kiosk.errors import DataError
from kiosk.messages import AddToBasket, CatalogueChanged, OpenBasket
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.recorder import Recorder, Writing
from kiosk.outbox.streams import LEDGER, file_of
from kiosk.sales_book import JournalSales
from kiosk.staff.handler import WayIn
from kiosk.view import View
from retail.catalogue import Pack, Product, Text
from retail.goods import Goods
from retail.pricing.off import Percent
from retail.pricing.rules import Gift, Needs, Offer, On, Part, SetOff
from retail.rule_lines import StoreRule
from retail.values import Gtin, Money
from tests.flows.conftest import APPLES, MILK, NOON, RICE, Kiosk, Shelves, book_of

T = TypeVar("T")
RICE_CODE, MILK_CODE, LABEL = "4006381333931", "96385074", "2112345015002"
LIGHTER_CODE, MUG_CODE = "4012345678901", "5012345678900"
LIGHTER = Product(
    "400001",
    Text("فندک", "Lighter"),
    "food",
    Money(650_000, "IRR"),
    (Pack(Gtin.parse(LIGHTER_CODE)),),
    Text("عدد", "piece"),
    age_min=18,
)
MUG = replace(
    LIGHTER,
    sku="500001",
    name=Text("لیوان", "Mug"),
    packs=(Pack(Gtin.parse(MUG_CODE)),),
    age_min=0,
)
HALF = Offer(
    "half",
    SetOff((Part(Goods.of(MILK.sku), 2),), Percent(5_000), On.CHEAPEST, 1),
    name_fa="دومی نصف قیمت",
)
GIFT = Offer("mug", Gift((MUG.sku,)), needs=(Needs(Goods.of(RICE.sku), quantity=2),))
VOUCHER = Offer(
    "spring",
    SetOff((Part(Goods.of(RICE.sku), 1),), Percent(1_000)),
    vouchers=frozenset({"SPRING-5"}),
)


class NoRoom:
    """A disk that never has any more, and needs no ballast."""

    for_telemetry = True

    def make_some(self) -> None: ...

    def write_failed(self) -> None: ...


@dataclass
class Ledger:
    """The recorder on a real file; ``full`` makes every write fail."""

    recorder: Recorder
    full: bool = False

    def write(self, work: Callable[[Writing], T]) -> T:
        if self.full:
            raise DataError("ledger: expected room to write, got a full disk")
        return self.recorder.write(work)


@dataclass
class Shop:
    """A kiosk with baskets, and what its database holds."""

    folder: Path
    settings: BasketSettings = field(default_factory=lambda: BasketSettings(enabled=True))
    staff: WayIn | None = None

    def __post_init__(self) -> None:
        self.database = self.folder / "kiosk.db"
        self.recorder = Recorder(self.database, SystemBox(), lambda: None, NoRoom())  # type: ignore[arg-type]
        self.recorder.open()
        self.ledger = Ledger(self.recorder)
        self.kiosk = Kiosk(
            staff=self.staff,
            baskets=self._baskets,
            basket=self.settings,
            checkouts=self._checkouts(),
            sales=JournalSales(self.database),
        )
        self.take(Shelves((RICE, MILK, APPLES, LIGHTER, MUG), book=book_of(HALF)))

    def _baskets(self, kiosk: Kiosk) -> Baskets:
        store = BasketStore(self.ledger)
        return Baskets(self.settings, "baran-01-k1", store, kiosk.clock.now)

    def _checkouts(self) -> Checkouts | None:
        return None

    def take(self, shelves: Shelves) -> View:
        """Have head office publish other products or rules."""
        now = self.kiosk.catalogues.current
        self.kiosk.catalogues.current = replace(shelves, sequence=(now.sequence if now else 0) + 1)
        return self.kiosk.do(CatalogueChanged(self.kiosk.catalogues.current.sequence, NOON))

    def with_rules(self, *rules: StoreRule) -> None:
        """Have head office publish other rules."""
        now = self.kiosk.catalogues.current
        assert now is not None
        self.take(replace(now, book=book_of(*rules)))

    def with_price(self, product: Product, minor: int) -> View:
        """Have head office publish another price."""
        now = self.kiosk.catalogues.current
        assert now is not None
        changed = tuple(
            replace(each, list_price=Money(minor, "IRR")) if each.sku == product.sku else each
            for each in now.products
        )
        return self.take(replace(now, products=changed))

    def without(self, product: Product) -> View:
        """Have head office take a product out of the catalogue."""
        now = self.kiosk.catalogues.current
        assert now is not None
        left = tuple(each for each in now.products if each.sku != product.sku)
        return self.take(replace(now, products=left))

    def scan(self, *codes: str) -> View:
        """Scan items, as fast as one can."""
        for code in codes:
            self.kiosk.clock.move(1.1)
            view = self.kiosk.scan(code)
        return view

    def start(self, *codes: str) -> BasketView:
        """Open a basket and scan items into it."""
        self.kiosk.do(OpenBasket())
        return self.basket(self.scan(*codes)) if codes else self.basket(self.kiosk.core.view)

    def add(self) -> BasketView:
        """Touch "add to basket" on the price screen."""
        return self.basket(self.kiosk.do(AddToBasket()))

    @staticmethod
    def basket(view: View) -> BasketView:
        """Give what is drawn of the basket; it must be on the screen."""
        assert isinstance(view.body, BasketView), view.body
        return view.body

    def told(self, kind: str) -> list[Mapping[str, Any]]:
        """Give the bodies of the ledger's events of a kind, as they stand on the disk."""
        with closing(sqlite3.connect(file_of(LEDGER, self.database))) as connection:
            rows = connection.execute("SELECT body FROM outbox WHERE kind = ?", (kind,)).fetchall()
        return [json.loads(body) for (body,) in rows]

    def on_disk(self, table: str = "basket_open") -> Mapping[str, Any] | None:
        """Give what a table has of a basket."""
        with closing(sqlite3.connect(self.database)) as connection:
            row = connection.execute(f"SELECT body FROM {table}").fetchone()
        return json.loads(row[0]) if row else None

    def close(self) -> None:
        """Close the files."""
        self.recorder.close()


def said(view: BasketView) -> str:
    """Give the remark above the lines."""
    return view.remark.text if isinstance(view.remark, Note) else ""


def amounts(view: BasketView) -> list[tuple[str, str]]:
    """Give name and amount of each line, the newest first."""
    return [(row.title, row.amount) for row in view.rows]


MINUTE = timedelta(minutes=1)
