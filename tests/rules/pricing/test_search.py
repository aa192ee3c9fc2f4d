"""docs/pricing.md, section 5: cases in which taking again and again is not enough, and the bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retail.basket import Basket, Line
from retail.goods import EVERYTHING, Goods, Item
from retail.pricing import pieces
from retail.pricing.off import FREE, Amount, Percent, ToPrice
from retail.pricing.rules import Limits, Offer, On
from retail.pricing.tag import Tag
from tests.rules.pricing.baskets import any_of, basket, each, line, parts, quote


def g(names: str) -> Goods:
    return Goods.of(*names)


TWICE = Limits(per_basket=2)
HARD = [
    (
        "dab",
        [(20, 1), (20, 1), (60, 1)],
        [parts("o", Percent(2000), (g("bcd"), 2), (g("ab"), 1))],
        20,
    ),
    ("db", [(50, 2), (20, 2)], [parts("o", Amount(25), (g("bd"), 1), (g("ad"), 1))], 50),
    ("cbd", [(80, 2), (10, 1), (10, 1)], [any_of("o", 2, Amount(60))], 120),
    (
        "cbad",
        [(30, 1), (100, 1), (50, 1), (100, 1)],
        [parts("o", ToPrice(20), (g("bc"), 1), (g("abd"), 1), on=On.PART)],
        110,
    ),
    ("cbad", [(10, 2), (80, 1), (30, 1), (20, 3)], [any_of("o", 2, Percent(500))], 9),
    (
        "ad",
        [(30, 1), (80, 2)],
        [
            each("o", Percent(500), g("d"), limits=TWICE),
            parts("p", Amount(60), (EVERYTHING, 1), (g("ad"), 1)),
        ],
        64,
    ),
    (
        "ad",
        [(80, 1), (30, 2)],
        [
            each("o", Percent(5000), g("a")),
            parts("p", Percent(5000), (g("ad"), 1), (g("bcd"), 1), on=On.PART),
        ],
        55,
    ),
    ("ba", [(20, 2), (20, 1)], [any_of("o", 2, Amount(60), count=1), each("p", FREE, g("a"))], 40),
    (
        "adb",
        [(100, 1), (80, 1), (100, 1)],
        [each("o", ToPrice(20), g("ad"), limits=TWICE), each("p", ToPrice(5), g("ac"))],
        155,
    ),
    (
        "bc",
        [(10, 2), (10, 1)],
        [
            any_of("o", 2, Amount(10), g("abc"), count=2),
            each("p", Amount(25), g("ab"), limits=TWICE),
        ],
        30,
    ),
    (
        "ba",
        [(20, 2), (50, 2)],
        [any_of("o", 3, ToPrice(20), g("a"), count=3), any_of("p", 2, Amount(60))],
        120,
    ),
    (
        "cb",
        [(80, 3), (60, 1)],
        [each("o", FREE, g("c")), any_of("p", 2, ToPrice(20), g("bc"))],
        280,
    ),
    (
        "bd",
        [(20, 2), (50, 2)],
        [parts("o", ToPrice(20), (g("bd"), 1), (g("bd"), 1)), any_of("p", 2, Amount(60), count=1)],
        100,
    ),
    (
        "ca",
        [(50, 3), (80, 1)],
        [
            each("o", Percent(5000), g("a")),
            parts("p", ToPrice(20), (EVERYTHING, 1), (g("c"), 1), on=On.PART),
        ],
        70,
    ),
    (
        "dac",
        [(40, 1), (20, 1), (20, 3)],
        [any_of("o", 3, Percent(5000), count=2), each("p", Percent(1000), g("bcd"))],
        26,
    ),
    (
        "dabc",
        [(30, 3), (100, 2), (40, 1), (60, 1)],
        [any_of("o", 3, Percent(5000), count=2), each("p", Percent(2000), g("b"))],
        118,
    ),
]


@pytest.mark.parametrize(("skus", "rows", "offers", "off"), HARD)
def test_finds_the_best_where_the_dearest_set_is_not(skus, rows, offers, off):
    lines = [line(n, *row, sku) for n, (sku, row) in enumerate(zip(skus, rows, strict=True), 1)]
    quoted = quote(basket(*lines), *offers)
    assert (quoted.off, quoted.exact) == (off, True)


def overlapping(lines: int, offers: int) -> tuple[Basket, list[Offer]]:
    """All lines under all offers, with prices that no two share."""
    made = [
        Line(n, Tag(Item(f"s{n:02}"), 1_000 + 37 * n * n % 911), 2) for n in range(1, lines + 1)
    ]
    rules = [
        any_of(f"o{n:02}", 2 + n % 3, FREE if n % 2 else Percent(1_500 + n), count=n % 2)
        for n in range(offers)
    ]
    return Basket(tuple(made)), rules


def test_a_search_that_is_cut_short_says_so_and_finds_the_same_in_any_order():
    goods, rules = overlapping(30, 20)
    first = quote(goods, *rules)
    assert not first.exact
    again = quote(replace(goods, lines=goods.lines[::-1]), *rules[::-1])
    assert (again.total, again.offers, again.exact) == (first.total, first.offers, False)


def test_it_is_never_worse_than_the_best_offer_alone_and_more_steps_never_find_less(monkeypatch):
    goods, rules = overlapping(8, 4)
    alone = max(quote(goods, rule).off for rule in rules)
    found = []
    for steps in (0, 100, 1_000, 20_000, 100_000):
        monkeypatch.setattr(pieces.Steps.__init__, "__defaults__", (steps,))
        found.append(quote(goods, *rules).off)
    assert alone <= found[0]
    assert found == sorted(found)


def test_goods_that_share_no_offer_are_searched_apart():
    hard, rules = overlapping(30, 20)
    easy = [Line(100 + n, Tag(Item(f"z{n}"), 100 * n), 2) for n in range(1, 4)]
    trio = any_of("trio", 3, FREE, Goods.of("z1", "z2", "z3"), count=1)
    rules = [replace(rule, benefit=_only(rule, hard)) for rule in rules]
    both = quote(Basket((*hard.lines, *easy)), *rules, trio)
    assert both.off == quote(hard, *rules).off + quote(Basket(tuple(easy)), trio).off


def _only(rule: Offer, of: Basket):
    goods = Goods.of(*(each.tag.item.sku for each in of.lines))
    return replace(
        rule.benefit, parts=tuple(replace(part, goods=goods) for part in rule.benefit.parts)
    )


@pytest.mark.parametrize("quantity", [1, 3, 100, 999])
def test_any_number_of_lines_pieces_and_parts_is_quoted(quantity):
    lines = tuple(Line(n, Tag(Item(f"s{n}"), 100 + n), quantity) for n in range(1, 201))
    rules = [
        any_of("a", 150, Percent(1000)),
        any_of("b", 3, FREE, count=1),
        parts("c", ToPrice(1), *[(EVERYTHING, 1)] * 12),
    ]
    quoted = quote(Basket(lines), *rules)
    assert 0 < quoted.total < quoted.subtotal


def test_an_amount_off_cheap_pieces_with_money_to_spare_needs_no_search():
    rules = [
        each("a", Percent(3333), limits=Limits(off_max=7)),
        each("b", Percent(3333), limits=Limits(off_max=90)),
        each("c", Amount(25), limits=Limits(off_max=90)),
    ]
    quoted = quote(basket((4, 1), (2, 2), (3, 2), (10, 2)), *rules)
    assert (quoted.off, quoted.exact) == (34, True)
