"""How much less, or more: a percentage, an amount, or a price to come down to. And the rounding.

There is one rounding: what is left to pay is rounded to the smallest unit, half up, so what is
taken off is rounded half down.

>>> Percent(300).left(1750), Amount(300).left(250), ToPrice(2000).left(2100)
(1698, 0, 2000)

Source: docs/pricing.md, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from retail.values import BASIS_POINTS, Money, is_whole

GRAMS_OF_KILOGRAM: Final = 1_000


@dataclass(frozen=True, slots=True)
class Percent:
    """A share off, in basis points: 1 to 10,000."""

    basis_points: int

    def __post_init__(self) -> None:
        if not is_whole(self.basis_points, 1) or self.basis_points > BASIS_POINTS:
            raise ValueError(f"Expected 1 to 10000 basis points, got {self.basis_points}")

    def left(self, price: int) -> int:
        """Give what is left of ``price``, half a smallest unit up."""
        return share_of(price, BASIS_POINTS - self.basis_points)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount off, 1 or more; never more than there is."""

    minor: int

    def __post_init__(self) -> None:
        if not is_whole(self.minor, 1):
            raise ValueError(f"Expected an amount of 1 or more, got {self.minor}")

    def left(self, price: int) -> int:
        """Give what is left of ``price``."""
        return max(price - self.minor, 0)


@dataclass(frozen=True, slots=True)
class ToPrice:
    """A price to come down to, 0 or more; a lower one stays."""

    minor: int

    def __post_init__(self) -> None:
        if not is_whole(self.minor):
            raise ValueError(f"Expected a price of 0 or more, got {self.minor}")

    def left(self, price: int) -> int:
        """Give what is left of ``price``."""
        return min(price, self.minor)


Off = Percent | Amount | ToPrice
FREE = Percent(BASIS_POINTS)


def of_weight(off: Off, grams: int) -> Off | None:
    """Give what goes off a piece of so many grams, of what goes off a kilogram; none for nothing.

    What is left to pay is rounded half up, so an amount off is rounded half down.

    >>> of_weight(Amount(100_000), 250), of_weight(ToPrice(3_000_000), 250)
    (Amount(minor=25000), ToPrice(minor=750000))
    """
    match off:
        case Percent():
            return off
        case Amount(minor):
            part = (2 * minor * grams + GRAMS_OF_KILOGRAM - 1) // (2 * GRAMS_OF_KILOGRAM)
            return Amount(part) if part else None
        case ToPrice(minor):
            return ToPrice((2 * minor * grams + GRAMS_OF_KILOGRAM) // (2 * GRAMS_OF_KILOGRAM))


def share_of(amount: int, basis_points: int) -> int:
    """Give a share of an amount of 0 or more, half a smallest unit up."""
    return (amount * basis_points + BASIS_POINTS // 2) // BASIS_POINTS


def unit_price(price: Money, amount: int, per: int) -> Money:
    """Give the price of ``per`` units out of ``amount``: 10 kg at 1,425 is 142.5 per kg.

    Half a smallest unit rounds up. ``unit_price(price, 10_000, 1_000)`` is the price of a
    kilogram where the piece holds 10,000 g.
    """
    assert amount > 0, amount
    return Money((price.minor * per * 2 + amount) // (2 * amount), price.currency)
