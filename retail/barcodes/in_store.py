"""The codes that a shop gives out itself: scale labels and member cards, by its settings.

A layout is checked when it is set up, so that a wrong one stops the start and not a sale:
it must fit 13 digits, begin where the trade leaves room for it, and be the only one there.

Source: GS1 General Specifications, sections 2.1.11 and 2.1.12 (restricted circulation
numbers); docs/barcodes.md, "Scale labels". The layout itself is the shop's own affair.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from retail.barcodes.codes import MemberCard, TradeItem, VariableMeasure, Weight
from retail.values import RIAL, Gtin, Money, check_digit

_PATTERN = re.compile(r"([0-9]{2,})(X*)(I+)(X*)(W+|P+)C")
_RESERVED = re.compile(r"0[24]|2[0-9]")
CARD_DIGITS_MAX = 32


class LayoutError(ValueError):
    """A layout in the settings cannot be; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class InStoreLayout:
    """How a scale's EAN-13 is divided: ``"21IIIIIWWWWWC"`` has five digits of item and weight.

    First the prefix as it stands; then ``I`` a digit of the item's number, ``W`` of the weight
    or ``P`` of the price, ``X`` of neither, and ``C`` the check digit. ``unit`` is what one in
    the last place of the measure stands for: grams, or the currency's smallest unit.
    ``any_prefix`` allows one that belongs to a country or a company, for the shop that has
    printed it for years: a real item with this prefix then cannot be sold here.
    """

    pattern: str
    unit: int = 1
    any_prefix: bool = False

    def __post_init__(self) -> None:
        if len(self.pattern) != 13:
            raise LayoutError(f"Expected 13 places, got {len(self.pattern)} in {self.pattern!r}")
        if not _PATTERN.fullmatch(self.pattern):
            raise LayoutError(
                f"Expected a prefix of 2 digits or more, I for the item, W or P for the measure "
                f"and C, got {self.pattern!r}"
            )
        if not (self.any_prefix or _RESERVED.match(self.pattern)):
            raise LayoutError(f"Expected a prefix 02, 04 or 20 to 29, got {self.pattern!r}")
        if self.unit < 1:
            raise LayoutError(f"Expected a unit of 1 or more, got {self.unit}")

    @property
    def prefix(self) -> str:
        """The digits that the shop's labels begin with."""
        return self.pattern[: self._first("X", "I")]

    def read(self, gtin: Gtin, currency: str) -> VariableMeasure | TradeItem | None:
        """Read a label; none if it is of another layout.

        A measure of zero is the item itself, as the catalogue and its shelf label have it.
        """
        if gtin.digits[0] != "0" or not gtin.digits.startswith(self.prefix, 1):
            return None
        digits = gtin.digits[1:]
        start = self._first("W", "P")
        amount = int(digits[start:12]) * self.unit
        if amount == 0:
            return TradeItem(gtin)
        payload = digits[:start].ljust(12, "0")
        return VariableMeasure(
            gtin,
            item=Gtin.parse(payload + str(check_digit(payload))),
            number=digits[self._first("I") : self.pattern.rindex("I") + 1],
            measure=Weight(amount) if "W" in self.pattern else Money(amount, currency),
        )

    def _first(self, *letters: str) -> int:
        return min(self.pattern.index(letter) for letter in letters if letter in self.pattern)


@dataclass(frozen=True, slots=True)
class CardLayout:
    """How a member card is known: its prefix, and how many characters it has in all.

    ``checked`` says that its last digit is a check digit as GTINs have it.
    """

    prefix: str
    length: int
    checked: bool = True

    def __post_init__(self) -> None:
        if not (self.prefix and self.prefix.isascii() and self.prefix.isprintable()):
            raise LayoutError(f"Expected a prefix in plain letters or digits, got {self.prefix!r}")
        if not len(self.prefix) < self.length <= CARD_DIGITS_MAX:
            raise LayoutError(
                f"Expected a length between {len(self.prefix) + 1} and {CARD_DIGITS_MAX}, "
                f"got {self.length}"
            )
        if self.checked and not self.prefix.isdecimal():
            raise LayoutError(f"Expected digits before a check digit, got {self.prefix!r}")

    def read(self, text: str) -> MemberCard | None:
        """Read a card; none if it is of another layout or its check digit is wrong."""
        rest = text[len(self.prefix) :]
        if not (text.startswith(self.prefix) and len(text) == self.length):
            return None
        if not (rest.isascii() and rest.isdecimal()):
            return None
        sound = not self.checked or check_digit(text[:-1]) == int(text[-1])
        return MemberCard(text) if sound else None


@dataclass(frozen=True, slots=True)
class CodeRules:
    """All that one store's settings say about codes of its own; no two layouts may overlap."""

    layouts: tuple[InStoreLayout, ...] = ()
    cards: tuple[CardLayout, ...] = ()
    currency: str = RIAL

    def __post_init__(self) -> None:
        prefixes = [layout.prefix for layout in self.layouts]
        prefixes += [card.prefix for card in self.cards if card.length == 13]
        twice = [prefix for prefix, times in Counter(prefixes).items() if times > 1]
        inside = [a for a in prefixes for b in prefixes if a != b and a.startswith(b)]
        if twice or inside:
            raise LayoutError(
                f"Expected each prefix to lead to one layout, got {(twice + inside)[0]!r} for two"
            )


def weight_for(price: Money, per_kg: Money) -> Weight | None:
    """Give the weight behind a label's price, half a gram up; none where a kilo costs nothing."""
    if per_kg.minor <= 0:
        return None
    assert price.currency == per_kg.currency, (price, per_kg)
    return Weight((2_000 * price.minor + per_kg.minor) // (2 * per_kg.minor))
