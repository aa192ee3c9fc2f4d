"""What a price is asked for: one pack of an item, a weighed piece, or a piece with its label.

It is what the catalogue knows of it, as far as prices go, without any shopper or instant.

Source: docs/pricing.md, section 2, "Input".
"""

from __future__ import annotations

from dataclasses import dataclass

from retail.goods import Item
from retail.pricing.rules import Adjustment, FixedPrice
from retail.values import Gtin, is_whole


@dataclass(frozen=True, slots=True)
class Tag:
    """One pack: the list price of the pack, before any rule, in the smallest unit.

    For weighed goods (``grams``) it is the price of a kilogram; where the scale printed the price
    of the piece (``printed``), that one. ``own_price`` says that the pack does not cost its pieces.
    ``rules`` are those that come with the item itself; a rule book has the others.
    """

    item: Item
    list_price: int
    gtin: Gtin | None = None
    pieces: int = 1
    own_price: bool = False
    grams: int | None = None
    printed: bool = False
    rules: tuple[FixedPrice | Adjustment, ...] = ()

    def __post_init__(self) -> None:
        if not is_whole(self.list_price):
            raise ValueError(f"Expected a price of 0 or more, got {self.list_price}")
        if not is_whole(self.pieces, 1):
            raise ValueError(f"Expected at least 1 piece in a pack, got {self.pieces}")
        if self.grams is not None and (not is_whole(self.grams) or self.printed):
            raise ValueError(f"Expected a weight or a printed price, got {self.grams} g and both")

    @property
    def one_piece_only(self) -> bool:
        """Whether it is one piece from a scale, which cannot be counted up."""
        return self.grams is not None or self.printed
