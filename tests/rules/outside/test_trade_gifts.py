"""Cases of the trade that are no single sum: gifts, vouchers, what is nearly earned, and returns."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from retail.pricing.book import Used
from retail.pricing.quoted import Reason
from retail.pricing.returns import piece_dues
from retail.pricing.rules import Gift, Rule
from retail.pricing.window import Window
from tests.rules.outside.asking import (
    ALONE,
    NOON,
    ask,
    bundle,
    cheapest,
    each,
    less,
    line,
    need,
    of,
    offer,
    pct,
    to,
    together,
)

CUP = line("cup", 300, gift_of="gift")
GIFT = offer("gift", Gift(("cup", "bag")), needs=need(of("a"), money=1000))


def test_a_gift_is_offered_and_not_forced() -> None:
    quote = ask([GIFT], [line("a", 500, 2)])

    (choice,) = quote.gifts
    assert (choice.skus, choice.in_stock, choice.quantity, choice.taken) == (
        ("cup", "bag"),
        ("cup", "bag"),
        1,
        0,
    )
    assert (quote.off, quote.total) == (0, 1000)


def test_a_gift_that_is_taken_costs_nothing() -> None:
    quote = ask([GIFT], [line("a", 500, 2), CUP])

    assert (quote.gifts[0].taken, quote.total, quote.off) == (1, 1000, 300)
    assert [one.rule_id for one in quote.offers] == ["gift"]


def test_a_gift_is_paid_for_when_what_earned_it_is_taken_out() -> None:
    quote = ask([GIFT], [line("a", 500), CUP])

    assert (quote.gifts, quote.total) == ((), 500 + 300)
    assert quote.lines[1].gifts_charged == 1


def test_a_gift_does_not_earn_the_next_one() -> None:
    gift = offer("gift", Gift(("a",)), needs=need(of("a"), quantity=3))

    earned = ask([gift], [line("a", 100, 3), line("a", 100, gift_of="gift")])
    not_earned = ask([gift], [line("a", 100, 2), line("a", 100, gift_of="gift")])

    assert (earned.total, not_earned.total) == (300, 300)
    assert not_earned.gifts == ()


def test_more_gifts_than_were_earned_are_paid_for() -> None:
    quote = ask([GIFT], [line("a", 1000), line("cup", 300, 3, gift_of="gift")])

    assert (quote.total, quote.lines[1].gifts_charged) == (1000 + 2 * 300, 2)


def test_one_gift_of_two_kinds_and_not_one_of_each() -> None:
    quote = ask([GIFT], [line("a", 1000), CUP, line("bag", 200, gift_of="gift")])

    assert quote.off in (200, 300)
    assert sum(one.gifts_charged for one in quote.lines) == 1


def test_something_that_is_no_gift_of_the_offer_is_paid_for() -> None:
    quote = ask([GIFT], [line("a", 1000), line("tv", 90_000, gift_of="gift")])

    assert quote.off == 0


@pytest.mark.parametrize(
    ("stock", "there"),
    [
        (None, ("cup", "bag")),
        ({"cup": 0}, ("bag",)),
        ({"cup": 0, "bag": 0}, ()),
        ({"cup": 1, "bag": 9}, ("cup", "bag")),
    ],
)
def test_a_gift_out_of_stock_says_so(stock: dict[str, int] | None, there: tuple[str, ...]) -> None:
    (choice,) = ask([GIFT], [line("a", 1000)], stock=stock).gifts

    assert choice.in_stock == there


def test_a_gift_goes_beside_whatever_else_counts_but_an_exclusive_offer() -> None:
    best, alone = offer("best", together(pct(10))), offer("alone", together(pct(1)), combine=ALONE)

    beside = ask([GIFT, best], [line("a", 1000)])
    without = ask([GIFT, best, alone], [line("a", 1000)])

    assert ([g.rule_id for g in beside.gifts], beside.off) == (["gift"], 100)
    assert (without.gifts, without.off) == ((), 10)


def test_gifts_that_are_all_given_away_are_not_offered() -> None:
    gift = offer("gift", Gift(("cup",)), in_all=100)

    assert ask([gift], [line("a", 1)], used={"gift": Used(in_all=99)}).gifts
    assert not ask([gift], [line("a", 1)], used={"gift": Used(in_all=100)}).gifts


# -- vouchers


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (offer("1", each(less(10)), vouchers={"SANTA"}), None),
        (offer("1", each(less(10)), vouchers={"OTHER"}), Reason.UNKNOWN),
        (offer("1", each(less(10)), vouchers={"SANTA"}, groups={"staff"}), Reason.NOT_FOR_SHOPPER),
        (offer("1", each(less(10)), vouchers={"SANTA"}, in_all=3), Reason.USED_UP),
        (
            offer("1", each(less(10)), vouchers={"SANTA"}, needs=need(quantity=2)),
            Reason.NOT_REACHED,
        ),
        (offer("1", each(less(10), of("b")), vouchers={"SANTA"}), Reason.NOT_REACHED),
        (offer("1", each(less(2)), vouchers={"SANTA"}), Reason.OTHERS),
    ],
)
def test_a_voucher_that_was_shown_says_what_became_of_it(rule: Rule, reason: Reason | None) -> None:
    automatic = offer("0", each(less(5)))

    quote = ask([automatic, rule], [line("a", 100)], vouchers={"SANTA"}, used={"1": Used(in_all=3)})

    assert [shown.reason for shown in quote.vouchers] == [reason]


OTHERS = offer("others", each(less(2)), vouchers={"SANTA"})
NOT_REACHED = offer("far", each(less(10), of("b")), vouchers={"SANTA"})
USED_UP = offer("gone", each(less(10)), vouchers={"SANTA"}, in_all=3)
NOT_NOW = offer(
    "later", each(less(10)), vouchers={"SANTA"}, window=Window(NOON + timedelta(days=1))
)
NOT_FOR = offer("staff", each(less(10)), vouchers={"SANTA"}, groups={"staff"})
REASONS = [
    Reason.OTHERS,
    Reason.NOT_REACHED,
    Reason.USED_UP,
    Reason.NOT_NOW,
    Reason.NOT_FOR_SHOPPER,
]
LADDER = [OTHERS, NOT_REACHED, USED_UP, NOT_NOW, NOT_FOR]


@pytest.mark.parametrize("step", range(len(LADDER)))
def test_of_several_offers_of_a_voucher_the_reason_nearest_to_something_is_told(step: int) -> None:
    rules = [offer("automatic", each(less(5))), *reversed(LADDER[step:])]

    quote = ask(rules, [line("a", 100)], vouchers={"SANTA"}, used={"gone": Used(in_all=3)})

    (shown,) = quote.vouchers
    assert shown.reason is REASONS[step]
    assert set(shown.rule_ids) == {each_offer.rule_id for each_offer in LADDER[step:]}


def test_a_voucher_is_read_as_people_type_it() -> None:
    rule = offer("1", each(less(10)), vouchers={"NOWRUZ-1405"})

    for typed in ("nowruz1405", " Nowruz 1405 ", "nowruz-۱۴۰۵"):
        assert ask([rule], [line("a", 100)], vouchers={typed}).off == 10


# -- nearly


def test_one_more_and_the_second_is_half_price() -> None:
    quote = ask([offer("1", cheapest(pct(50), 2))], [line("a", 1000)])

    (nearly,) = quote.nearly
    assert (nearly.pieces, nearly.money, nearly.line_id, nearly.saves) == (1, 0, 1, 500)


def test_a_little_more_money_for_a_step_of_the_basket() -> None:
    quote = ask([offer("1", together(less(500), at_least=10_000))], [line("a", 9000)])

    (nearly,) = quote.nearly
    assert (nearly.pieces, nearly.money) == (0, 1000)


def test_nothing_is_near_that_saves_nothing_more() -> None:
    # a third piece saves 500 by the half off each; the set of three saves nothing ever
    rules = [offer("1", bundle(to(3000), (of("a"), 3))), offer("2", each(pct(50)))]

    assert ask(rules, [line("a", 1000, 2)]).nearly == ()


def test_no_more_pieces_are_near_where_each_is_a_set_of_its_own() -> None:
    assert ask([offer("1", bundle(pct(10), (of("a"), 1)))], [line("a", 1000, 2)]).nearly == ()


# -- returns


@pytest.mark.parametrize(
    ("rules", "price", "quantity"),
    [
        ([offer("1", together(less(100)))], 333, 3),
        ([offer("1", cheapest(pct(50), 3))], 999, 7),
        ([offer("1", bundle(to(2000), (of("a"), 3)))], 701, 4),
        ([offer("1", together(pct(100)))], 5, 3),
        ([], 1, 1),
    ],
)
def test_every_order_of_returns_gives_back_what_was_paid(
    rules: list[Rule], price: int, quantity: int
) -> None:
    quote = ask(rules, [line("a", price, quantity)])
    dues = piece_dues(quote.lines[0].due, quantity)

    assert len(dues) == quantity
    assert max(dues) - min(dues) <= 1
    for order in list(permutations(dues))[:50]:
        assert sum(order) == quote.total
