"""Which fixed price wins, and which adjustments follow: docs/pricing.md, section 2."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from retail.goods import Goods, Item
from retail.pricing.off import Amount, Percent
from retail.pricing.rules import FixedPrice, Raise, Rule
from retail.pricing.window import Weekly, Window
from tests.rules.pricing.builders import (
    BOTH,
    BOX,
    COMPOUNDING,
    DAY,
    EXCLUSIVE,
    GOLD,
    GTIN,
    LATER_START,
    NOON,
    A,
    change,
    fixed,
    priced,
)


@pytest.mark.parametrize(
    ("loser", "winner"),
    [
        (fixed(1, "a"), fixed(2, "b", priority=1)),
        (fixed(1, "a", stores=A), fixed(2, "b", groups=GOLD)),
        (fixed(1, "a", groups=GOLD), fixed(2, "b", groups=GOLD, stores=A)),
        (fixed(1, "a", stores=A, priority=1), fixed(2, "b", priority=2)),
        (fixed(1, "a"), fixed(2, "b", window=BOTH)),
        (
            fixed(1, "a"),
            fixed(2, "b", window=Window(weekly=(Weekly(frozenset({3}), time(), time()),))),
        ),
        (fixed(1, "a", window=LATER_START), fixed(2, "b", window=BOTH)),
        (fixed(1, "a"), fixed(2, "b", window=LATER_START)),
        (fixed(1, "a", window=Window(NOON - DAY)), fixed(2, "b", window=LATER_START)),
        (
            fixed(1, "a", window=Window(NOON - DAY, NOON + DAY)),
            fixed(2, "b", window=Window(NOON, NOON + DAY)),
        ),
        (fixed(1, "b"), fixed(2, "a")),
        (fixed(1, "a", gtin=None, priority=9), fixed(2, "b", gtin=GTIN)),
        (fixed(1, "a", stores=frozenset({"B"})), fixed(2, "b")),
        (fixed(1, "a", groups=frozenset({"staff"})), fixed(2, "b")),
        (fixed(1, "a", sku="coffee"), fixed(2, "b")),
        (fixed(1, "a", gtin=BOX), fixed(2, "b")),
        (fixed(1, "a", window=Window(NOON + DAY)), fixed(2, "b")),
        (fixed(1, "a", window=Window(None, NOON)), fixed(2, "b")),
    ],
)
def test_of_two_fixed_prices_one_goes_before(loser: FixedPrice, winner: FixedPrice) -> None:
    for rules in ([loser, winner], [winner, loser]):
        found = priced(1_000, *rules, groups=GOLD, gtin=GTIN)

        assert found.base == found.price == 2
        assert [step.rule_id for step in found.steps] == [winner.rule_id]


@pytest.mark.parametrize(
    ("tag", "rules", "price"),
    [
        ({"pieces": 6}, [], 6_000),  # a pack costs its pieces
        ({"pieces": 6}, [fixed(900)], 5_400),
        ({"pieces": 6, "gtin": BOX}, [fixed(900), fixed(5_000, "g", gtin=BOX)], 5_000),
        ({"pieces": 6, "own_price": True, "gtin": BOX}, [fixed(900)], 6_000),
        ({"pieces": 6, "own_price": True, "gtin": BOX}, [fixed(5_000, gtin=BOX)], 5_000),
        ({"pieces": 6}, [change(Amount(100))], 5_400),
        ({"pieces": 6}, [change(Raise(minor=100))], 6_600),
        ({"pieces": 6}, [change(Percent(5_000))], 3_000),
        ({"pieces": 6, "item": Item("tea", floor=700)}, [change(Percent(5_000))], 4_200),
        (
            {"pieces": 6},
            [change(Amount(100), goods=Goods(price_from=1_000, price_to=1_000))],
            5_400,
        ),
        ({"pieces": 6}, [change(Amount(100), goods=Goods(price_from=1_001))], 6_000),
    ],
)
def test_a_pack_costs_its_pieces_unless_it_has_a_price_of_its_own(
    tag: dict[str, Any], rules: list[Rule], price: int
) -> None:
    assert priced(6_000, *rules, **tag).price == price


@pytest.mark.parametrize(
    ("rules", "price"),
    [
        ([change(Percent(1_000), goods=Goods(skus=frozenset({"tea"})))], 900),
        ([change(Percent(1_000), goods=Goods(skus=frozenset({"coffee"})))], 1_000),
        ([change(Percent(1_000), goods=Goods(categories=frozenset({"food"})))], 900),
        ([change(Percent(1_000), goods=Goods(categories=frozenset({"garden"})))], 1_000),
        ([change(Percent(1_000), goods=Goods(except_skus=frozenset({"tea"})))], 1_000),
        ([change(Percent(1_000), goods=Goods(except_categories=frozenset({"food"})))], 1_000),
        ([change(Percent(1_000), goods=Goods(brands=frozenset({"Ahmad"})))], 900),
        ([change(Percent(1_000), goods=Goods(suppliers=frozenset({"S1"})))], 900),
        ([change(Percent(1_000), goods=Goods(suppliers=frozenset({"S2"})))], 1_000),
        ([change(Percent(1_000), goods=Goods(price_from=1_001))], 1_000),
        ([change(Percent(1_000), goods=Goods(price_to=1_000))], 900),
        # the range is asked of the base, not of what another rule has left
        ([fixed(2_000), change(Percent(1_000), goods=Goods(price_to=1_000))], 2_000),
        (
            [
                change(Percent(5_000), priority=9, combine=COMPOUNDING),
                change(Amount(1), "b", goods=Goods(price_from=1_000), combine=COMPOUNDING),
            ],
            499,
        ),
        ([change(Percent(1_000), stores=frozenset({"B"}))], 1_000),
        ([change(Percent(1_000), stores=A)], 900),
        ([change(Percent(1_000), groups=GOLD)], 1_000),
        ([change(Percent(1_000), window=Window(NOON + DAY))], 1_000),
        ([change(Percent(1_000), window=BOTH)], 900),
    ],
)
def test_an_adjustment_is_for_its_goods_store_group_and_window(
    rules: list[Rule], price: int
) -> None:
    tea = Item("tea", frozenset({"food", "all"}), brand="Ahmad", supplier="S1")

    assert priced(1_000, *rules, item=tea).price == price


@pytest.mark.parametrize(
    ("rules", "steps"),
    [
        (  # one of the best of each priority, the greatest first
            [
                change(Percent(1_000), "a", priority=1),
                change(Percent(2_000), "b", priority=1),
                change(Amount(50), "c"),
            ],
            [("b", 1_000, 800), ("c", 800, 750)],
        ),
        (  # of a priority the best first, then the compounding ones by id
            [
                change(Amount(100), "c", combine=COMPOUNDING),
                change(Percent(1_000), "b", combine=COMPOUNDING),
                change(Percent(5_000), "z"),
            ],
            [("z", 1_000, 500), ("b", 500, 450), ("c", 450, 350)],
        ),
        (  # of equals the smaller id
            [change(Percent(1_000), "b"), change(Amount(100), "a")],
            [("a", 1_000, 900)],
        ),
        (  # of the exclusive ones the greatest priority, then the smaller id
            [
                change(Percent(1_000), "a", combine=EXCLUSIVE),
                change(Percent(500), "c", combine=EXCLUSIVE, priority=1),
                change(Percent(600), "b", combine=EXCLUSIVE, priority=1),
                change(Percent(9_000), "d", priority=9),
            ],
            [("b", 1_000, 940)],
        ),
        (  # dearer and cheaper: best-of takes the lowest, so nothing is made dearer here
            [change(Raise(400), "a"), change(Percent(1_000), "b")],
            [("b", 1_000, 900)],
        ),
        (  # raised, and then reduced from there
            [change(Raise(1_000), "a", priority=1), change(Percent(1_000), "b")],
            [("a", 1_000, 1_100), ("b", 1_100, 990)],
        ),
        (  # one that changes nothing is not named
            [change(Percent(1), "a"), change(Amount(1), "b", combine=COMPOUNDING)],
            [("b", 10, 9)],
        ),
    ],
)
def test_adjustments_follow_one_another(
    rules: list[Rule], steps: list[tuple[str, int, int]]
) -> None:
    found = priced(steps[0][1], *rules)

    assert [(step.rule_id, step.before, step.after) for step in found.steps] == steps


@pytest.mark.parametrize(
    ("change_by", "price"), [(Percent(1_000), 1_000), (Amount(1), 1_000), (Raise(1_000), 1_100)]
)
def test_what_may_not_be_reduced_can_only_be_made_dearer(change_by: Any, price: int) -> None:
    tobacco = Item("tea", reducible=False)

    assert priced(1_000, change(change_by), item=tobacco).price == price


def test_an_exclusive_reduction_is_passed_over_for_what_may_not_be_reduced() -> None:
    tobacco = Item("tea", reducible=False)
    rules = [change(Percent(1_000), combine=EXCLUSIVE), change(Raise(1_000), "b")]

    assert priced(1_000, *rules, item=tobacco).price == 1_100


@pytest.mark.parametrize(
    ("by", "to", "price"),
    [
        (Raise(400), 50, 1_050),
        (Raise(400), 1, 1_040),
        (Raise(250), 50, 1_050),  # 1,025 lies half-way: up
        (Raise(249), 50, 1_000),
        (Raise(1), 500, 1_000),
        (Raise(1), 300, 1_000),  # 900 would be cheaper
        (Percent(1_000), 500, 1_000),
        (Percent(3_000), 500, 500),
        (Percent(10_000), 500, 0),
        (Percent(9_900), 500, 500),
        (Percent(9_999), 1, 0),  # 0.1 of the smallest unit
    ],
)
def test_the_result_of_an_adjustment_is_rounded_half_up(by: Any, to: int, price: int) -> None:
    assert priced(1_000, change(by, round_to=to)).price == price
