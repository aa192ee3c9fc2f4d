"""Cases of the trade on the price of one item: which rule wins, boxes beside pieces, up and down.

Each row has the arithmetic by which docs/pricing.md, section 2, comes to the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from retail.goods import Goods
from retail.pricing.book import RuleBook, Shop, Shopper
from retail.pricing.item_price import price_item
from retail.pricing.off import Amount, Percent
from retail.pricing.rules import Adjustment, Combine, FixedPrice, Raise, Scope
from retail.pricing.window import Weekly, Window
from retail.values import Gtin
from tests.rules.outside.asking import NOON, less, line, pct

BOX = Gtin.parse("14006381333938")
BEST, ON_TOP, ALONE = Combine.BEST_OF, Combine.COMPOUNDING, Combine.EXCLUSIVE
DAY = timedelta(days=1)


def fixed(
    rule_id: str, price: int, *, gtin: Gtin | None = None, priority: int = 0, **scope: Any
) -> FixedPrice:
    for name in ("stores", "groups"):
        scope[name] = frozenset(scope.get(name, ()))
    return FixedPrice(rule_id, "a", price, gtin, Scope(**scope), priority)


def moved(
    rule_id: str,
    change: Percent | Amount | Raise,
    combine: Combine = BEST,
    priority: int = 0,
    **how: Any,
) -> Adjustment:
    return Adjustment(rule_id, change, priority=priority, combine=combine, **how)


def up(share: int) -> Raise:
    return Raise(basis_points=share * 100)


A_WEEK = Window(NOON - DAY, NOON + 6 * DAY)
LATER = Window(NOON - DAY / 2)
EARLIER = Window(NOON - 9 * DAY)
THURSDAYS = Window(weekly=(Weekly(frozenset({3}), NOON.time(), NOON.time().replace(hour=20)),))
GOLD_IN_A: dict[str, Any] = {"stores": {"A"}, "groups": {"gold"}}

# fmt: off
PIECES = [
    ("the list price where no rule is", [], 1000, 1000, "list"),
    ("the more particular: store before all", [fixed("1", 900), fixed("2", 950, stores={"A"})], 950, 950, "store A"),
    ("group before store, though it is dearer", [fixed("1", 900, stores={"A"}), fixed("2", 950, groups={"gold"})], 950, 950, "gold"),
    ("both before one", [fixed("1", 900, groups={"gold"}), fixed("2", 970, **GOLD_IN_A)], 970, 970, "gold in A"),
    ("priority before particular", [fixed("1", 900, priority=1), fixed("2", 970, **GOLD_IN_A)], 900, 900, "priority 1"),
    ("a negative priority comes last", [fixed("1", 900, priority=-1), fixed("2", 970)], 970, 970, "0 passes −1"),
    ("one for a time before a standing one that began later", [fixed("1", 900, window=A_WEEK), fixed("2", 950, window=LATER)], 900, 900, "it ends"),
    ("weekly hours are for a time too", [fixed("1", 900, window=THURSDAYS), fixed("2", 950, window=LATER)], 900, 900, "Thursday noon"),
    ("of standing ones the later start", [fixed("1", 900, window=EARLIER), fixed("2", 950, window=LATER), fixed("3", 980)], 950, 950, "a start before none"),
    ("of equals the smaller id as text", [fixed("9", 900), fixed("10", 950)], 950, 950, "'10' < '9'"),
    ("another group, another store", [fixed("1", 900, groups={"staff"}), fixed("2", 950, stores={"B"})], 1000, 1000, "neither"),
    ("for nothing", [fixed("1", 0)], 0, 0, "0 is a price"),
    ("the base is what is struck through, not the list price", [fixed("1", 1100), moved("2", pct(10))], 1100, 990, "1100 − 110"),
    ("best-of: one, the lowest", [moved("1", pct(10)), moved("2", pct(25)), moved("3", less(200))], 1000, 750, "25 %"),
    ("best-of of up and down: down", [moved("1", up(10)), moved("2", pct(5))], 1000, 950, "950 < 1100"),
    ("best-of of two rises: the smaller", [moved("1", up(10)), moved("2", up(4))], 1000, 1040, "1040 < 1100"),
    ("best-of of two priorities: one of each", [moved("1", pct(10), priority=2), moved("2", pct(20))], 1000, 720, "900 → 720"),
    ("then on top, by id", [moved("b", less(100), ON_TOP), moved("a", pct(10), ON_TOP), moved("c", pct(20))], 1000, 620, "800 → 720 → 620"),
    ("on top of a greater priority first", [moved("a", pct(10), ON_TOP), moved("b", less(100), ON_TOP, 1)], 1000, 810, "900 → 810"),
    ("exclusive alone, off the base", [fixed("f", 900), moved("1", pct(10), ALONE), moved("2", pct(50), ON_TOP, 9)], 900, 810, "900 − 90"),
    ("of exclusive ones the greater priority, then the smaller id", [moved("c", pct(30), ALONE, 1), moved("b", pct(10), ALONE, 2), moved("d", pct(20), ALONE, 2)], 1000, 900, "b"),
    ("down to nothing and not below", [moved("1", less(5000))], 1000, 0, "0"),
    ("rounded to 50, half up", [moved("1", pct("7.5"), round_to=50)], 1000, 950, "925 is half way to 950"),
    ("each step is rounded", [moved("1", up(3), ON_TOP, 1, round_to=100), moved("2", pct(10), ON_TOP)], 1000, 900, "1030 → 1000 → 900"),
    ("a range of prices looks at the base", [fixed("f", 900), moved("1", pct(10), goods=Goods(price_to=900)), moved("2", pct(50), goods=Goods(price_from=901))], 900, 810, "900 is within the first"),
]
BOXES = [
    ("a box without a price of its own costs its pieces", [], False, 6000, 6000, "6 × 1000"),
    ("a fixed price of the piece, times the pieces", [fixed("1", 900)], False, 5400, 5400, "6 × 900"),
    ("one that names the box goes before it", [fixed("1", 900, priority=9), fixed("2", 5500, gtin=BOX)], False, 5500, 5500, "the box's"),
    ("a box with its own price takes no piece's", [fixed("1", 900)], True, 6000, 6000, "its own"),
    ("but one that names it", [fixed("1", 5000, gtin=BOX)], True, 5000, 5000, "the box's"),
    ("an amount is per piece", [moved("1", less(100))], True, 6000, 5400, "6 × 100"),
    ("also up", [moved("1", Raise(minor=50))], True, 6000, 6300, "6 × 50"),
    ("a percentage is of the box", [moved("1", pct(10))], True, 6000, 5400, "600"),
    ("prices of a piece bound it", [moved("1", pct(10), goods=Goods(price_from=1000, price_to=1000))], True, 6000, 5400, "6000 is 1000 a piece"),
]
# fmt: on


def price(rules: Sequence[FixedPrice | Adjustment], **tag: Any) -> tuple[int, int]:
    book = RuleBook(rules, Shop("A"))
    found = price_item(book, line("a", **tag).tag, NOON, Shopper(frozenset({"gold"})))
    return found.base, found.price


@pytest.mark.parametrize(
    ("rules", "base", "paid", "because"),
    [row[1:] for row in PIECES],
    ids=[row[0] for row in PIECES],
)
def test_the_price_of_a_piece(
    rules: list[FixedPrice | Adjustment], base: int, paid: int, because: str
) -> None:
    assert price(rules, price=1000) == (base, paid), because
    assert price(list(reversed(rules)), price=1000) == (base, paid), because


@pytest.mark.parametrize(
    ("rules", "own", "base", "paid", "because"),
    [row[1:] for row in BOXES],
    ids=[row[0] for row in BOXES],
)
def test_the_price_of_a_box(
    rules: list[FixedPrice | Adjustment], own: bool, base: int, paid: int, because: str
) -> None:
    assert price(rules, price=6000, pieces=6, gtin=BOX, own_price=own) == (base, paid), because


@pytest.mark.parametrize(
    ("facts", "paid", "because"),
    [
        ({"floor": 950}, 950, "900, floor 950"),
        ({"floor": 950, "pieces": 6, "price": 6000}, 5700, "5400, floor 6 × 950"),
        ({"floor": 2000}, 2000, "a floor above the list price"),
        ({"reducible": False}, 1000, "no reduction"),
    ],
)
def test_what_a_price_never_goes_below(facts: dict[str, Any], paid: int, because: str) -> None:
    assert price([moved("1", pct(10))], **{"price": 1000, **facts})[1] == paid, because


def test_goods_that_may_not_be_reduced_can_be_dearer_and_have_fixed_prices() -> None:
    rules: list[FixedPrice | Adjustment] = [
        fixed("1", 900),
        moved("2", up(10)),
        moved("3", pct(50), ON_TOP),
    ]

    assert price(rules, price=1000, reducible=False) == (900, 990)
