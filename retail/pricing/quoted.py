"""What a quote says: of an item, of a basket line by line, and why.

Values only; they are made by ``retail.pricing.item_price`` and ``retail.pricing.basket_price``.
All amounts are whole numbers of the currency's smallest unit.

Source: docs/pricing.md, section 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One rule that moved a price of an item: a fixed price, an adjustment, or the floor."""

    rule_id: str  # empty for the floor
    before: int
    after: int
    until: datetime | None = None  # when the rule's window turns, if it does
    name_fa: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class ItemPrice:
    """What one pack costs: list price, the price to compare with, and the price to pay.

    ``base`` is the list price or the fixed price in its place; ``price`` is after adjustments.
    """

    list_price: int
    base: int
    price: int
    steps: tuple[PriceStep, ...] = ()

    @property
    def reduced(self) -> bool:
        """Whether an adjustment has made it cheaper."""
        return self.price < self.base


@dataclass(frozen=True, slots=True)
class Share:
    """What one offer takes off one line."""

    rule_id: str
    off: int


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line of the basket with what is paid for it.

    ``amount`` is the line at item prices, ``paid`` after all shares: ``amount - sum(shares)``.
    ``vat`` is the tax in ``paid`` where prices include it, or on top where they do not; ``due`` is
    what the shopper pays for the line, tax and all. ``gifts_charged`` are pieces of a gift line
    that are paid for all the same, since the basket does not earn them (any more).
    """

    line_id: int
    price: ItemPrice
    amount: int
    paid: int
    vat: int
    due: int
    shares: tuple[Share, ...] = ()
    gifts_charged: int = 0


@dataclass(frozen=True, slots=True)
class AppliedOffer:
    """An offer that took something off: how often, how much, and until when it goes."""

    rule_id: str
    times: int
    off: int
    until: datetime | None = None
    name_fa: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class GiftChoice:
    """A gift that the basket has earned: ``quantity`` of one of ``skus``, ``taken`` of them.

    ``in_stock`` are those of the choices that the store has, as far as it is known.
    """

    rule_id: str
    skus: tuple[str, ...]
    in_stock: tuple[str, ...]
    quantity: int
    taken: int
    name_fa: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Nearly:
    """An offer that the basket nearly earns: so many pieces, or so much money, are missing.

    ``saves`` is what would be paid less for what is in the basket and the missing pieces, where
    the missing ones are more of ``line_id``; 0 where that is not known.
    """

    rule_id: str
    pieces: int
    money: int
    line_id: int | None = None
    saves: int = 0
    name_fa: str = ""
    name_en: str = ""


class Reason(StrEnum):
    """Why an offer does not count, or why nothing comes of it."""

    UNKNOWN = "unknown"  # no offer of this store has the voucher
    NOT_NOW = "not_now"
    NOT_FOR_SHOPPER = "not_for_shopper"
    USED_UP = "used_up"
    NOT_REACHED = "not_reached"  # its needs, its step or its set are not in the basket
    OTHERS = "others"  # it counts, but others take off more or go alone


@dataclass(frozen=True, slots=True)
class ShownVoucher:
    """A voucher as it was shown; ``reason`` says why nothing came of it, none where it counts.

    ``rule_ids`` are the offers that have it.
    """

    voucher: str
    rule_ids: tuple[str, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A basket at one instant.

    ``subtotal`` is at item prices before offers, ``off`` what offers take, ``vat`` all tax, and
    ``total`` what the shopper pays. ``exact`` is false where the search for the best total was
    cut short. ``changes_at`` is the next instant at which the quote may be another.
    """

    at: datetime
    lines: tuple[QuotedLine, ...]
    offers: tuple[AppliedOffer, ...]
    gifts: tuple[GiftChoice, ...]
    nearly: tuple[Nearly, ...]
    subtotal: int
    off: int
    vat: int
    total: int
    exact: bool
    changes_at: datetime | None
    vouchers: tuple[ShownVoucher, ...] = ()
