"""How much of an offer is left for one basket, after what was used up before.

Source: docs/pricing.md, section 4, "Limits".
"""

from __future__ import annotations

from dataclasses import dataclass

from retail.pricing.book import MEMBER_GROUP, Shopper, Used
from retail.pricing.rules import Limits


@dataclass(frozen=True, slots=True)
class Left:
    """How many applications and how much money are left; none is without end."""

    times: int | None = None
    money: int | None = None

    @property
    def nothing(self) -> bool:
        """Whether the offer is used up."""
        return self.times == 0 or self.money == 0

    def of_times(self, times: int) -> int:
        """Give how many of so many applications there may be."""
        return times if self.times is None else min(times, self.times)

    def of_money(self, off: int) -> int:
        """Cut an amount to what is left."""
        return off if self.money is None else min(off, self.money)

    def after(self, times: int, off: int) -> Left:
        """Give what is left after so many applications that took so much off."""
        return Left(
            None if self.times is None else self.times - times,
            None if self.money is None else self.money - off,
        )


ENDLESS = Left()


def left_of(limits: Limits, used: Used, shopper: Shopper) -> Left:
    """Give what a basket of this shopper may have.

    One who is no member, or of whom nobody knows what was used before, has no member's share.
    """
    times = []
    if limits.per_basket is not None:
        times.append(limits.per_basket)
    if limits.per_member is not None:
        member = MEMBER_GROUP in shopper.groups
        known = member and used.by_member is not None
        times.append(limits.per_member - (used.by_member or 0) if known else 0)
    if limits.in_all is not None:
        times.append(limits.in_all - used.in_all)
    money = []
    if limits.off_max is not None:
        money.append(limits.off_max)
    if limits.budget is not None:
        money.append(limits.budget - used.money)
    return Left(max(min(times), 0) if times else None, max(min(money), 0) if money else None)
