"""Which price one item has for one shopper: the rule, with no clock, database or screen.

Each offer that applies makes a candidate beside the list price, and the shopper pays
the lowest. Of equal candidates the list price comes first, then the offer with the
smaller id, so the kiosk and the server reach the same quote from the same inputs.

Source: docs/pricing.md, section 1, "One item".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from retail.values import BASIS_POINTS, Money


@dataclass(frozen=True, slots=True)
class Offer:
    """A reduction in force from ``starts_at`` up to, but not at, ``ends_at`` (both aware)."""

    offer_id: str
    starts_at: datetime
    ends_at: datetime
    off_basis_points: int
    members_only: bool = False
    name_fa: str = ""
    name_en: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.off_basis_points <= BASIS_POINTS:
            raise ValueError(f"Expected 1 to 10000 basis points, got {self.off_basis_points}")
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError(f"Expected instants with a zone, got {self.starts_at}, {self.ends_at}")
        if not self.starts_at < self.ends_at:
            raise ValueError(
                f"Expected a start before the end, got {self.starts_at}, {self.ends_at}"
            )

    def applies(self, at: datetime, *, member: bool) -> bool:
        """Tell whether the offer is in force at the aware instant ``at`` for this shopper."""
        return self.starts_at <= at < self.ends_at and (member or not self.members_only)

    def reduce(self, price: Money) -> Money:
        """Take the reduction off ``price``; half a smallest unit rounds up."""
        kept = price.minor * (BASIS_POINTS - self.off_basis_points)
        return Money((kept + BASIS_POINTS // 2) // BASIS_POINTS, price.currency)


@dataclass(frozen=True, slots=True)
class Quote:
    """The price to pay, the price it came from, and the offer that made it, if any."""

    price: Money
    list_price: Money
    offer: Offer | None = None

    @property
    def saving(self) -> Money:
        """How much less than the list price; nothing where no offer applied."""
        return self.list_price - self.price


def quote(list_price: Money, offers: Iterable[Offer], at: datetime, *, member: bool) -> Quote:
    """Choose the lowest price at the aware instant ``at``; all prices include tax."""
    assert list_price.minor >= 0, list_price
    best = Quote(list_price, list_price)
    for offer in sorted(offers, key=lambda offer: offer.offer_id):
        if offer.applies(at, member=member) and (price := offer.reduce(list_price)) < best.price:
            best = Quote(price, list_price, offer)
    return best


def changes_at(offers: Iterable[Offer], at: datetime) -> datetime | None:
    """Give the next instant after ``at`` at which a quote may change; none if it stays."""
    instants = [i for offer in offers for i in (offer.starts_at, offer.ends_at) if i > at]
    return min(instants, default=None)
