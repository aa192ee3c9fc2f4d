"""Baskets drawn at random, against every choice that there is: sets that overlap, floors, limits, caps."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from retail.basket import Line
from retail.goods import Goods
from retail.pricing.off import Off
from retail.pricing.rules import Offer
from tests.rules.outside.asking import (
    ANY,
    ask,
    bundle,
    buy_get,
    cheapest,
    each,
    less,
    line,
    of,
    offer,
    pct,
    to,
)
from tests.rules.outside.oracle import Piece, best_total

BASKETS = 250  # of each seed
PIECES_MAX = 7


def drawn_goods(draw: Random) -> Goods:
    return draw.choice([ANY, of("a"), of("b"), of("a", "b"), of("b", "c"), of("a", "c")])


def drawn_off(draw: Random) -> Off:
    offs: list[Off] = [
        pct(draw.choice([5, 10, 20, 33, 50, 100])),
        less(draw.choice([1, 30, 100, 250])),
        to(draw.choice([0, 50, 150, 300])),
    ]
    return draw.choice(offs)


def drawn_offer(draw: Random, rule_id: str) -> Offer:
    off, quantity = drawn_off(draw), draw.randint(1, 3)
    parts = [(drawn_goods(draw), draw.randint(1, 2)) for _ in range(draw.randint(1, 2))]
    benefit = draw.choice(
        [
            each(off, parts[0][0]),
            bundle(off, *parts),
            cheapest(off, quantity, parts[0][0], draw.randint(1, quantity)),
            buy_get(off, parts[0], (drawn_goods(draw), 1)),
        ]
    )
    limits: dict[str, Any] = {}
    if draw.random() < 0.25:
        limits["per_basket"] = draw.randint(1, 2)
    if draw.random() < 0.25:
        limits["off_max"] = draw.choice([1, 50, 99, 170, 300])
    return offer(rule_id, benefit, **limits)


def drawn_lines(draw: Random) -> list[Line]:
    lines: list[Line] = []
    for sku in "abc":
        quantity = draw.randint(0, 3)
        price = draw.choice([1, 3, 50, 99, 100, 200, 250])
        floor = draw.choice([0, 0, 0, price // 2, price])
        if quantity and sum(each.quantity for each in lines) + quantity <= PIECES_MAX:
            lines.append(line(sku, price, quantity, floor=floor))
    return lines


@pytest.mark.parametrize("seed", range(8))
def test_nothing_takes_more_off_than_the_engine_and_the_engine_no_more_than_all_choices(
    seed: int,
) -> None:
    draw = Random(seed)
    for n in range(BASKETS):
        offers = [drawn_offer(draw, f"offer {k}") for k in range(draw.randint(1, 4))]
        lines = drawn_lines(draw)
        pieces = [
            Piece(one.tag.item, one.tag.list_price, one.tag.item.floor)
            for one in lines
            for _ in range(one.quantity)
        ]

        quote = ask(offers, lines)

        assert quote.exact, (n, offers, lines)
        assert quote.off == best_total(offers, pieces), (n, offers, lines)
