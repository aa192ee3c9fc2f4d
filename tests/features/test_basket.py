"""The basket's moves on the kiosk: what is in, what is said, and that the total is the quote's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.basket import ages, handler, perks
from kiosk.basket.quoting import agreed
from kiosk.basket.state import Open, Sort
from kiosk.config import BasketSettings
from retail.basket import QUANTITY_MAX
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import Shopper
from retail.values import Money
from tests.features.basket_shop import (
    APPLES,
    CIGARS,
    FOR_MEMBERS,
    HAPPY_HOUR,
    MUG,
    MUG_WITH_RICE,
    NOON,
    PRODUCTS,
    RICE,
    TEA,
    TWO_TEAS,
    VOUCHER,
    WINE,
    Shelves,
    Shopping,
)

LABEL = "2112345015002"  # 1,500 g of apples


@pytest.fixture
def shopping() -> Shopping:
    return Shopping()


def said(open_: Open) -> Sort | None:
    return open_.remark.sort if open_.remark else None


def skus(open_: Open) -> list[tuple[str, int]]:
    return [(line.tag.item.sku, line.quantity) for line in open_.basket.lines]


# ---- putting in


def test_what_is_scanned_is_in_with_its_price(shopping: Shopping) -> None:
    open_ = shopping.basket(TEA, RICE, TEA)

    assert skus(open_) == [("tea", 2), ("rice", 1)]
    assert open_.fresh == 1
    assert open_.quote.subtotal == 1_100_000


def test_an_offer_shows_when_it_is_reached_and_its_share_is_on_the_line(shopping: Shopping) -> None:
    one = shopping.basket(TEA)
    assert (said(one), one.quote.off) == (Sort.ADDED, 0)
    assert [(near.pieces, near.line_id, near.saves) for near in one.quote.nearly] == [
        (1, 1, 50_000)
    ]

    two = handler.change(one, 1, 1, shopping.moment)
    assert said(two) is Sort.OFFER_REACHED
    assert two.remark is not None
    assert (two.remark.text, two.remark.money) == ("two-teas", 50_000)
    assert [(share.rule_id, share.off) for share in two.quote.lines[0].shares] == [
        ("two-teas", 50_000)
    ]


def test_a_piece_from_the_scale_costs_what_it_weighs(shopping: Shopping) -> None:
    open_ = shopping.basket(LABEL, LABEL)

    assert [line.tag.grams for line in open_.basket.lines] == [1_500, 1_500]
    assert open_.quote.total == 2 * 120_000
    assert handler.change(open_, 1, 1, shopping.moment) is open_  # it cannot be counted


@pytest.mark.parametrize(
    ("settings", "codes", "sort"),
    [
        (BasketSettings(enabled=True, lines_max=2), (TEA, RICE, MUG), Sort.LINES_FULL),
        (BasketSettings(enabled=True, lines_max=2), (TEA, RICE, TEA), Sort.OFFER_REACHED),
        (BasketSettings(enabled=True, quantity_max=2), (RICE, RICE, RICE), Sort.QUANTITY_FULL),
    ],
)
def test_a_limit_is_said_and_nothing_changes(
    settings: BasketSettings, codes: tuple[object, ...], sort: Sort
) -> None:
    shopping = Shopping(settings=settings)
    before = shopping.basket(*codes[:-1])  # type: ignore[arg-type]
    after = handler.add(before, shopping.found(codes[-1]), shopping.moment)  # type: ignore[arg-type]

    assert said(after) is sort
    assert (after.basket == before.basket) is (sort is not Sort.OFFER_REACHED)


def test_more_than_the_pad_allows_is_refused(shopping: Shopping) -> None:
    open_ = shopping.basket(RICE)
    assert said(handler.set_quantity(open_, 1, 100, shopping.moment)) is Sort.QUANTITY_FULL
    assert skus(handler.set_quantity(open_, 1, 99, shopping.moment)) == [("rice", 99)]
    assert QUANTITY_MAX > 99


# ---- taking out


def test_what_was_taken_out_can_be_put_back_for_a_few_seconds(shopping: Shopping) -> None:
    open_ = handler.take_out(shopping.basket(TEA, RICE), 1, shopping.moment)
    assert skus(open_) == [("rice", 1)]
    assert skus(handler.put_back(open_, shopping.moment)) == [("tea", 1), ("rice", 1)]

    shopping.wait(7.9)
    still = handler.ticked(open_, shopping.moment)
    assert still.undo is not None
    shopping.wait(0.2)
    assert handler.ticked(open_, shopping.moment).undo is None


def test_a_touch_on_a_line_that_has_just_gone_does_nothing(shopping: Shopping) -> None:
    open_ = shopping.basket(TEA)
    for move in (handler.change, handler.set_quantity):
        assert move(open_, 7, 1, shopping.moment) is open_
    assert handler.take_out(open_, 7, shopping.moment) is open_
    assert handler.put_back(open_, shopping.moment) is open_


# ---- the total


def test_the_total_is_always_that_of_quote_basket(shopping: Shopping) -> None:
    shopping.shelf = Shelves(rules=(TWO_TEAS, VOUCHER, FOR_MEMBERS, MUG_WITH_RICE))
    open_ = shopping.basket(TEA, TEA, RICE, LABEL, CIGARS)
    for each in (
        handler.change(open_, 1, 3, shopping.moment),
        handler.take_out(open_, 2, shopping.moment),
        perks.show_voucher(open_, "NOWRUZ-10", shopping.moment),
        perks.take_gift(open_, "mug-with-rice", "mug", shopping.moment),
    ):
        assert each is not None
        again = quote_basket(shopping.shelf.book, each.basket, NOON, Shopper(each.groups))
        assert (each.quote.total, each.quote.lines) == (again.total, again.lines)


def test_an_offer_begins_and_ends_by_itself_on_the_open_screen(shopping: Shopping) -> None:
    shopping.shelf = Shelves(rules=(HAPPY_HOUR,))
    open_ = shopping.basket(RICE)
    assert open_.quote.changes_at == NOON + timedelta(minutes=5)

    shopping.wait(299)
    assert handler.ticked(open_, shopping.moment).quote.total == 900_000
    shopping.wait(1)
    begun = handler.ticked(open_, shopping.moment)
    assert (begun.quote.total, said(begun)) == (810_000, Sort.TOTAL_CHANGED)
    shopping.wait(3_600)
    ended = handler.ticked(begun, shopping.moment)
    assert (ended.quote.total, said(ended)) == (900_000, Sort.TOTAL_CHANGED)


def test_what_a_member_would_save_is_known_and_nobody_is_one_unasked(shopping: Shopping) -> None:
    shopping.shelf = Shelves(rules=(FOR_MEMBERS,))
    open_ = shopping.basket(RICE)
    assert (open_.quote.total, open_.member_total) == (900_000, 720_000)

    joined = handler.requote(replace(open_, groups=frozenset({"member"})), shopping.moment)
    assert (joined.quote.total, joined.member_total) == (720_000, None)


# ---- a newer catalogue


def with_price(product: object, minor: int) -> Shelves:
    changed = [
        replace(each, list_price=Money(minor, "IRR")) if each is product else each
        for each in PRODUCTS
    ]
    return Shelves(products=changed, sequence=2)


def test_a_price_that_fell_is_taken_and_said(shopping: Shopping) -> None:
    open_ = shopping.basket(RICE)
    shopping.shelf = with_price(RICE, 800_000)
    after = handler.look_up_again(open_, shopping.moment)

    assert (after.quote.total, said(after)) == (800_000, Sort.PRICES_CHANGED)
    assert (after.entries[1].before, after.rises) == (900_000, {})


def test_a_price_that_rose_is_said_and_waits_to_be_agreed_to(shopping: Shopping) -> None:
    open_ = shopping.basket(RICE)
    shopping.shelf = with_price(RICE, 950_000)
    after = handler.look_up_again(open_, shopping.moment)

    assert (after.quote.total, said(after)) == (950_000, Sort.PRICES_CHANGED)
    assert after.rises == {1: 900_000}
    assert agreed(after).rises == {}


def test_one_that_rose_and_came_back_needs_no_answer(shopping: Shopping) -> None:
    open_ = shopping.basket(RICE)
    shopping.shelf = with_price(RICE, 950_000)
    risen = handler.look_up_again(open_, shopping.moment)
    shopping.shelf = with_price(RICE, 900_000)
    assert handler.look_up_again(risen, shopping.moment).rises == {}


def test_one_that_fell_and_rose_is_measured_by_what_was_seen_last(shopping: Shopping) -> None:
    open_ = shopping.basket(RICE)
    for minor in (800_000, 850_000):
        shopping.shelf = with_price(RICE, minor)
        open_ = handler.look_up_again(open_, shopping.moment)
    assert open_.rises == {1: 800_000}


def test_a_line_whose_product_left_stays_marked_and_comes_back_with_it(shopping: Shopping) -> None:
    open_ = shopping.basket(TEA, RICE)
    shopping.shelf = Shelves(products=[each for each in PRODUCTS if each is not RICE], sequence=2)
    without = handler.look_up_again(open_, shopping.moment)
    assert (skus(without), said(without)) == ([("tea", 1), ("rice", 1)], Sort.LEFT_CATALOGUE)
    assert [line.line_id for line in without.gone] == [2]
    assert without.quote.total == 100_000

    shopping.shelf = Shelves(sequence=3)
    again = handler.look_up_again(without, shopping.moment)
    assert (again.gone, again.quote.total) == ((), 1_000_000)


def test_a_printed_price_is_the_labels_whatever_the_catalogue_says(shopping: Shopping) -> None:
    shopping.desk = replace(
        shopping.desk, rules=type(shopping.desk.rules)(
            (type(shopping.desk.rules.layouts[0])("21IIIIIPPPPPC", 10),)
        )
    )  # fmt: skip
    open_ = shopping.basket(LABEL)
    paid = open_.quote.total
    assert open_.basket.lines[0].tag.printed
    shopping.shelf = with_price(APPLES, 99_000)
    assert handler.look_up_again(open_, shopping.moment).quote.total == paid


# ---- vouchers and gifts


@pytest.mark.parametrize("code", ["NOWRUZ-10", "nowruz10", "Nowruz ۱۰"])
def test_a_voucher_counts_however_it_is_written(shopping: Shopping, code: str) -> None:
    shopping.shelf = Shelves(rules=(VOUCHER,))
    open_ = perks.show_voucher(shopping.basket(RICE), code, shopping.moment)

    assert open_ is not None
    assert (open_.quote.total, said(open_)) == (850_000, Sort.VOUCHER_TAKEN)
    dropped = perks.drop_voucher(open_, "NOWRUZ-10", shopping.moment)
    assert (dropped.quote.total, dropped.basket.vouchers) == (900_000, frozenset())


def test_a_voucher_that_nothing_earns_yet_is_kept_and_says_so(shopping: Shopping) -> None:
    shopping.shelf = Shelves(rules=(VOUCHER,))
    open_ = perks.show_voucher(shopping.basket(TEA), "NOWRUZ-10", shopping.moment)
    assert open_ is not None
    assert said(open_) is Sort.VOUCHER_WAITS
    assert handler.add(open_, shopping.found(RICE), shopping.moment).quote.off == 50_000


@pytest.mark.parametrize("code", ["", "-", "NOWRUZ", "12345"])
def test_a_voucher_that_no_rule_names_is_refused(shopping: Shopping, code: str) -> None:
    shopping.shelf = Shelves(rules=(VOUCHER,))
    assert perks.show_voucher(shopping.basket(RICE), code, shopping.moment) is None


def test_a_gift_is_offered_and_put_in_only_when_it_is_taken(shopping: Shopping) -> None:
    shopping.shelf = Shelves(rules=(MUG_WITH_RICE,))
    open_ = shopping.basket(RICE)
    choice = perks.choose_gift(open_, "mug-with-rice", shopping.moment)
    assert choice is not None
    assert [(gift.product.sku, gift.in_stock) for gift in choice.gifts] == [
        ("mug", True),
        ("cup", False),
    ]
    assert skus(open_) == [("rice", 1)]

    sold_out = perks.take_gift(open_, "mug-with-rice", "cup", shopping.moment)
    assert (said(sold_out), skus(sold_out)) == (Sort.GIFT_SOLD_OUT, [("rice", 1)])
    taken = perks.take_gift(open_, "mug-with-rice", "mug", shopping.moment)
    assert said(taken) is Sort.GIFT_TAKEN
    assert (skus(taken), taken.quote.total) == ([("rice", 1), ("mug", 1)], 900_000)
    assert perks.take_gift(taken, "mug-with-rice", "mug", shopping.moment) is taken
    assert perks.choose_gift(taken, "mug-with-rice", shopping.moment) is None


def test_a_gift_that_is_no_longer_earned_goes_and_that_is_said(shopping: Shopping) -> None:
    shopping.shelf = Shelves(rules=(MUG_WITH_RICE,))
    taken = perks.take_gift(shopping.basket(TEA, RICE), "mug-with-rice", "mug", shopping.moment)
    after = handler.take_out(taken, 2, shopping.moment)

    assert (skus(after), said(after)) == ([("tea", 1)], Sort.GIFT_GONE)
    assert set(after.entries) == {1}


# ---- age


def test_staff_look_once_and_what_comes_later_is_approved_with_it(shopping: Shopping) -> None:
    open_ = shopping.basket(CIGARS)
    assert [line.waits for line in open_.basket.lines] == [True]
    assert ages.age_wanted(open_) == 18

    seen = ages.approve(open_)
    more = handler.add(seen, shopping.found(CIGARS), shopping.moment)
    assert not more.waits_for_staff
    older = handler.add(more, shopping.found(WINE), shopping.moment)
    assert [line.tag.item.sku for line in older.waits_for_staff] == ["wine"]


def test_what_staff_refuse_is_taken_out_and_cannot_be_put_back(shopping: Shopping) -> None:
    open_ = ages.refuse(shopping.basket(TEA, CIGARS, WINE), shopping.moment)
    assert (skus(open_), said(open_), open_.undo) == ([("tea", 1)], Sort.REFUSED, None)
    assert open_.quote.total == 100_000


@pytest.mark.parametrize(
    ("today", "years", "born"),
    [
        (date(2026, 11, 26), 18, date(2008, 11, 26)),
        (date(2028, 2, 29), 18, date(2010, 2, 28)),
        (date(2028, 2, 29), 20, date(2008, 2, 29)),
        (date(2026, 3, 1), 18, date(2008, 3, 1)),
    ],
)
def test_the_last_day_of_birth_that_will_do(today: date, years: int, born: date) -> None:
    assert ages.last_birthday(years, today) == born


def test_an_age_that_the_catalogue_raises_is_looked_at_again(shopping: Shopping) -> None:
    open_ = ages.approve(shopping.basket(CIGARS))
    older = [replace(each, age_min=21) if each is CIGARS else each for each in PRODUCTS]
    shopping.shelf = Shelves(products=older, sequence=2)
    assert handler.look_up_again(open_, shopping.moment).waits_for_staff
