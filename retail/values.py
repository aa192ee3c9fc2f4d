"""The value types that the whole product shares: money, GTINs and places on a shelf.

A value compares by content and never changes, and its constructor refuses what is
wrong, so code that receives one need not check it again.

>>> Gtin.parse("4006381333931")
Gtin(digits='04006381333931')
>>> Money(14_250_000, "IRR") < Money(1, "EUR")
Traceback (most recent call last):
    ...
ValueError: Expected IRR, got EUR
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering

BASIS_POINTS = 10_000  # one whole, where a share is given in basis points
RIAL = "IRR"  # the smallest unit of the sample chain's currency; a Toman is ten

GTIN_LENGTHS = (8, 12, 13, 14)


class InvalidGtinError(ValueError):
    """The text is no GTIN; the message says what was expected and what came."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of the currency's smallest unit: ``Money(1299, "EUR")`` is €12.99."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Expected a whole number of the smallest unit, got {self.minor!r}")
        letters = self.currency.isascii() and self.currency.isalpha() and self.currency.isupper()
        if not (letters and len(self.currency) == 3):
            raise ValueError(f"Expected a currency code such as IRR, got {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._minor_of(other)

    def _minor_of(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"Expected {self.currency}, got {other.currency}")
        return other.minor


def is_whole(number: object, least: int = 0) -> bool:
    """Tell whether it is a whole number of ``least`` or more: no 1.0, no True."""
    return type(number) is int and number >= least


def check_digit(digits: str) -> int:
    """Give the digit that makes ``digits`` a sound GTIN when it is put behind them.

    Weights 3 and 1 alternate from the right (GS1 General Specifications, section 7.9).

    >>> check_digit("400638133393")
    1
    """
    return -(3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))) % 10


@dataclass(frozen=True, slots=True, order=True)
class Gtin:
    """A Global Trade Item Number in its 14-digit form, the form to store and to compare."""

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 14 or not (self.digits.isascii() and self.digits.isdecimal()):
            raise InvalidGtinError(f"Expected 14 digits, got {self.digits!r}")
        check = check_digit(self.digits[:13])
        if check != int(self.digits[13]):
            raise InvalidGtinError(f"Expected check digit {check}, got {self.digits!r}")

    @classmethod
    def parse(cls, text: str) -> Gtin:
        """Read a GTIN-8, -12, -13 or -14: ``4006381333931`` gives ``04006381333931``."""
        if len(text) not in GTIN_LENGTHS:
            raise InvalidGtinError(f"Expected 8, 12, 13 or 14 digits, got {text!r}")
        return cls(text.zfill(14))

    @property
    def shortest(self) -> str:
        """The digits as they stand under the bars: 8, 12, 13 or 14 of them.

        >>> Gtin("04006381333931").shortest
        '4006381333931'
        """
        for length in GTIN_LENGTHS:
            head, tail = self.digits[:-length], self.digits[-length:]
            if not head.strip("0"):
                # a GTIN-12 is printed with its own leading zero, so 13 wins only when needed
                return tail
        return self.digits  # pragma: no cover  (14 is the last length and always fits)

    def __str__(self) -> str:
        return self.shortest


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in one store: aisle, bay in the aisle, shelf in the bay."""

    aisle: str
    bay: str
    shelf: str

    def __post_init__(self) -> None:
        if not self.aisle:
            raise ValueError("Expected an aisle, got an empty text")
