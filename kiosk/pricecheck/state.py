"""What a scan or a choice led to: the states of the price check, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.items import Priced
from kiosk.shelf_price import ShelfPrice
from retail.catalogue import Pack, Product, Stock, Store
from retail.values import Gtin


@dataclass(frozen=True, slots=True)
class Nearby:
    """The stock of the item in another branch."""

    store: Store
    on_hand: int
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A product of ours, with its prices at the instant ``quoted_at``.

    ``price`` is that for anyone, ``member_price`` that for a member where it is lower.
    ``here`` is this store's stock, if it was counted. ``batch``, ``expires_on`` (the last day
    of safe use) and ``best_before`` come from the code itself.
    """

    product: Product
    pack: Pack
    price: ShelfPrice
    quoted_at: datetime
    member_price: ShelfPrice | None = None
    measured_g: int = 0  # a weighed item's weight from its own label, else 0
    batch: str = ""
    expires_on: date | None = None
    best_before: date | None = None
    here: Stock | None = None
    nearby: tuple[Nearby, ...] = ()
    similar: tuple[Priced, ...] = ()
    why_open: bool = False


@dataclass(frozen=True, slots=True)
class Expired:
    """A product of ours whose code says that its date has passed."""

    product: Product
    gtin: Gtin
    expires_on: date
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A sound code that the catalogue does not hold; ``told`` says that head office knows."""

    code: str
    told: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """A product that was chosen from a list has left the catalogue meanwhile."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """What came from the scanner is no code that a shop item carries."""


@dataclass(frozen=True, slots=True)
class MemberCardShown:
    """A member's card was held up; it is good for the price of members, not an item."""


State = Found | Expired | Unknown | Gone | NotRead | MemberCardShown
