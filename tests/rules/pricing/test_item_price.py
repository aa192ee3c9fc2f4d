"""What one item costs one shopper: the tables of docs/pricing.md, sections 2 and 3."""

from __future__ import annotations

from datetime import datetime

import pytest

from retail.goods import Goods, Item
from retail.pricing.book import RuleBook, Shop
from retail.pricing.item_price import item_changes_at
from retail.pricing.off import Amount, Percent, ToPrice
from retail.pricing.quoted import PriceStep
from retail.pricing.rules import Raise, Rule
from retail.pricing.tag import Tag
from retail.pricing.window import Window
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
    THURSDAYS,
    A,
    change,
    fixed,
    priced,
)


@pytest.mark.parametrize(
    ("list_price", "rules", "groups", "price"),
    [  # the table of section 2
        (1_000, [fixed(900, "x"), fixed(950, "y", stores=A)], (), 950),
        (1_000, [fixed(900, "x", priority=1), fixed(950, "y", stores=A)], (), 900),
        (1_000, [fixed(900, "x", window=BOTH), fixed(950, "y", window=LATER_START)], (), 900),
        (1_000, [fixed(950, "x", groups=GOLD), fixed(900, "y", stores=A)], GOLD, 950),
        (
            999,
            [change(Percent(1_000)), change(Percent(2_500), "b"), change(Percent(500), "c")],
            (),
            749,
        ),
        (1_000, [change(Raise(400), round_to=50)], (), 1_050),
        (
            10_000,
            [
                change(Percent(2_000), "a", priority=4, combine=COMPOUNDING),
                change(Amount(1_000), "b", priority=1, combine=COMPOUNDING),
            ],
            (),
            7_000,
        ),
        (10_000, [change(Percent(500), combine=EXCLUSIVE), change(Percent(5_000), "b")], (), 9_500),
        (1_000, [change(Raise(249), round_to=50)], (), 1_000),
        (1_090, [change(Percent(100), round_to=100)], (), 1_090),
        (40, [change(Percent(1_000), round_to=100)], (), 40),
    ],
)
def test_the_worked_prices(
    list_price: int, rules: list[Rule], groups: frozenset[str], price: int
) -> None:
    assert priced(list_price, *rules, groups=groups).price == price
    assert priced(list_price, *reversed(rules), groups=groups).price == price


def test_the_floor_holds_the_price_and_is_told() -> None:
    found = priced(1_000, change(Percent(5_000)), item=Item("tea", floor=700))

    assert found.price == 700
    assert found.steps == (PriceStep("a", 1_000, 500), PriceStep("", 500, 700))


@pytest.mark.parametrize(
    ("price", "off", "left"),
    [  # the table of section 3
        (14_250_000, 1_500, 12_112_500),
        (999, 1_000, 899),
        (1, 5_000, 1),
        (3, 5_000, 2),
        (1_750, 300, 1_698),
        (10, 1, 10),
        (0, 5_000, 0),
        (999, 10_000, 0),
    ],
)
def test_what_is_left_is_rounded_half_up(price: int, off: int, left: int) -> None:
    assert Percent(off).left(price) == left
    assert priced(price, change(Percent(off))).price == left


@pytest.mark.parametrize(("amount", "left"), [(300, 0), (250, 0), (249, 1), (1, 249)])
def test_an_amount_off_is_never_more_than_the_price(amount: int, left: int) -> None:
    assert Amount(amount).left(250) == left
    assert priced(250, change(Amount(amount))).price == left


def test_a_price_to_come_down_to_never_raises_one() -> None:
    assert (ToPrice(2_000).left(2_100), ToPrice(2_000).left(1_900)) == (2_000, 1_900)


def test_the_price_before_is_the_base_and_not_the_list_price() -> None:
    found = priced(1_000, fixed(1_500), change(Percent(1_000)))

    assert (found.list_price, found.base, found.price, found.reduced) == (1_000, 1_500, 1_350, True)


def test_a_weighed_item_is_priced_by_the_kilogram() -> None:
    cheese = Item("tea", floor=800_000)

    found = priced(1_000_000, fixed(900_000), change(Percent(5_000)), item=cheese, grams=350)

    assert (found.base, found.price) == (900_000, 800_000)


def test_a_printed_price_stays_and_adjustments_are_on_top() -> None:
    found = priced(350_000, fixed(900_000), change(Percent(1_000)), printed=True, gtin=GTIN)

    assert (found.base, found.price) == (350_000, 315_000)


def test_a_price_at_its_floor_is_not_held_by_it() -> None:
    assert priced(1_000, change(Amount(300)), item=Item("tea", floor=700)).steps == (
        PriceStep("a", 1_000, 700),
    )


def test_a_pack_with_its_own_price_takes_only_its_own_of_the_item_s_rules() -> None:
    box = {"gtin": BOX, "pieces": 6, "own_price": True}

    assert priced(5_500, rules=(fixed(900),), **box).price == 5_500
    assert priced(5_500, rules=(fixed(900), fixed(5_000, "x", gtin=BOX)), **box).price == 5_000


def test_rules_that_come_with_the_item_count_like_those_of_the_book_and_once() -> None:
    off = change(Percent(1_000), goods=Goods.of("tea"), combine=COMPOUNDING)
    other = change(Percent(1_000), "z", stores=frozenset({"B"}))
    with_item = (fixed(900), fixed(1, "x", gtin=BOX), fixed(2, "y", sku="coffee"), off, other)

    assert priced(1_000, rules=with_item).price == 810
    assert priced(1_000, off, fixed(900), rules=with_item).price == 810


@pytest.mark.parametrize(
    ("rules", "changes"),
    [
        ([], None),
        ([fixed(900, window=BOTH)], NOON + DAY),
        ([fixed(900, window=Window(NOON + 2 * DAY))], NOON + 2 * DAY),
        ([fixed(900, window=BOTH), change(Percent(1), window=THURSDAYS)], NOON.replace(hour=17)),
        ([change(Percent(1), window=BOTH, groups=GOLD)], NOON + DAY),  # for whoever logs in
        ([change(Percent(1), window=BOTH, stores=frozenset({"B"}))], None),
        ([change(Percent(1), window=BOTH, goods=Goods.of("coffee"))], None),
        ([fixed(900, window=BOTH, sku="coffee")], None),
        ([fixed(900, window=BOTH, gtin=BOX)], None),
        ([fixed(900, window=BOTH, stores=frozenset({"B"}))], None),
    ],
)
def test_the_next_change_is_that_of_a_rule_that_matters(
    rules: list[Rule], changes: datetime | None
) -> None:
    tag = Tag(Item("tea"), 1_000, gtin=GTIN)

    assert item_changes_at(RuleBook(rules, Shop("A")), tag, NOON) == changes
    with_item = Tag(Item("tea"), 1_000, gtin=GTIN, rules=tuple(rules))  # type: ignore[arg-type]
    assert item_changes_at(RuleBook([], Shop("A")), with_item, NOON) == changes


def test_each_step_tells_until_when() -> None:
    found = priced(1_000, fixed(900, window=BOTH), change(Percent(1_000)))

    assert [step.until for step in found.steps] == [NOON + DAY, None]
