"""What a price is worked out from refuses what is no whole number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from retail.basket import BasketError, Line
from retail.goods import EVERYTHING, Item
from retail.pricing.book import Used
from retail.pricing.off import Amount, Percent, ToPrice
from retail.pricing.rules import FixedPrice, Gift, Limits, Needs, Part, Step, TogetherOff
from retail.pricing.tag import Tag

TEA = Item("tea")
WRONG: list[Callable[[], object]] = [
    lambda: Amount(1.5),  # type: ignore[arg-type]
    lambda: Amount(True),
    lambda: Percent(1_000.0),  # type: ignore[arg-type]
    lambda: ToPrice(-1),
    lambda: Tag(TEA, 10.5),  # type: ignore[arg-type]
    lambda: Tag(TEA, 10, pieces=2.0),  # type: ignore[arg-type]
    lambda: Tag(TEA, 10, grams=1.5),  # type: ignore[arg-type]
    lambda: Item("tea", floor=1.5),  # type: ignore[arg-type]
    lambda: Item("tea", vat_basis_points=9.5),  # type: ignore[arg-type]
    lambda: FixedPrice("1", "tea", 99.9),  # type: ignore[arg-type]
    lambda: TogetherOff(EVERYTHING, (Step(0.5, Amount(1)),)),  # type: ignore[arg-type]
    lambda: TogetherOff(EVERYTHING, (Step(-1, Amount(1)),)),
    lambda: Needs(quantity=1.5),  # type: ignore[arg-type]
    lambda: Part(EVERYTHING, 1.5),  # type: ignore[arg-type]
    lambda: Gift(("mug",), 1.5),  # type: ignore[arg-type]
    lambda: Limits(per_basket=1.5),  # type: ignore[arg-type]
    lambda: Used(in_all=-1),
    lambda: Used(by_member=-1),
]


@pytest.mark.parametrize("make", WRONG)
def test_what_is_no_whole_number_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"Expected .*got"):
        make()


def test_a_line_of_one_and_a_half_pieces_is_refused() -> None:
    with pytest.raises(BasketError, match=r"Expected 1 to 999 of an item, got 1\.5"):
        Line(1, Tag(TEA, 10), 1.5)  # type: ignore[arg-type]
