"""The small things that feature files speak of: variants, orders, coupons, and what we have no words for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


class NotSaidError(AssertionError):
    """Something in a scenario that our rules have no words for; the message says what."""


@dataclass
class Variant:
    """One item for sale, with its price and the lowest price it may come down to, per channel."""

    sku: str
    product: str
    prices: dict[str, int] = field(default_factory=dict)
    originals: dict[str, int] = field(default_factory=dict)
    floors: dict[str, int] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


@dataclass
class Order:
    """An order that was placed before: by whom, with which coupons, and whether it was undone."""

    customer: str
    coupons: set[str] = field(default_factory=set)
    cancelled: bool = False


@dataclass
class Coupon:
    """A code that a promotion asks for, with limits of its own."""

    code: str
    in_all: int | None = None
    per_customer: int | None = None
    used: int = 0
    ends: datetime | None = None
    counts_cancelled: bool = False
