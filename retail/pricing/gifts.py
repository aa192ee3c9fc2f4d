"""Gifts: which a basket has earned, and what of its gift lines costs nothing.

Source: docs/pricing.md, section 4, "Gifts".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retail.pricing.earned import Candidate
from retail.pricing.pieces import Priced
from retail.pricing.quoted import GiftChoice
from retail.pricing.rules import Gift


@dataclass(frozen=True, slots=True)
class GivenLine:
    """What of a gift line costs nothing, and how many of its pieces are charged all the same."""

    off: int
    charged: int


def given_lines(
    lines: tuple[Priced, ...], earned: Sequence[Candidate]
) -> tuple[dict[int, GivenLine], Counter[str]]:
    """Give for each gift line, by its place, what is given; and how many pieces of each offer.

    A piece is given whole or not at all: one for which the money is not there is charged.
    """
    offers = {each.offer.rule_id: each for each in earned}
    money = {each.offer.rule_id: each.left.money for each in earned}
    taken: Counter[str] = Counter()
    given: dict[int, GivenLine] = {}
    for n, line in enumerate(lines):
        rule_id = line.line.gift_of
        if not rule_id:
            continue
        pieces = _pieces(line, offers.get(rule_id), taken[rule_id])
        if (left := money.get(rule_id)) is not None:
            pieces = min(pieces, left // line.each) if line.each else pieces
            money[rule_id] = left - line.each * pieces
        taken[rule_id] += pieces
        given[n] = GivenLine(line.each * pieces, line.line.quantity - pieces)
    return given, taken


def gift_choices(
    earned: Sequence[Candidate], taken: Mapping[str, int], stock: Mapping[str, int] | None
) -> tuple[GiftChoice, ...]:
    """Give what may be chosen. What the stock does not name is taken to be there."""
    choices = []
    for each in earned:
        offer, gift = each.offer, each.offer.benefit
        assert isinstance(gift, Gift), gift
        there = tuple(
            sku for sku in gift.skus if stock is None or stock.get(sku, gift.quantity) > 0
        )
        names = (offer.name_fa, offer.name_en)
        count = taken.get(offer.rule_id, 0)
        choices.append(GiftChoice(offer.rule_id, gift.skus, there, gift.quantity, count, *names))
    return tuple(choices)


def _pieces(line: Priced, offer: Candidate | None, taken: int) -> int:
    """Give how many pieces of a gift line are given: those of the offer that are not taken yet."""
    if offer is None or not line.item.reducible:
        return 0
    gift = offer.offer.benefit
    assert isinstance(gift, Gift), gift
    return min(line.line.quantity, gift.quantity - taken) if line.item.sku in gift.skus else 0
