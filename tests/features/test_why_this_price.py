"""Why a price is what it is, rule by rule, as it is said to the shopper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.messages import Language
from kiosk.pricecheck.state import Found
from kiosk.pricecheck.why import share_text, why_of
from kiosk.shelf_price import A_MEMBER, price_of
from kiosk.words import Words
from retail.catalogue import Pack, Product
from retail.goods import Goods
from retail.pricing.book import RuleBook, Shop
from retail.pricing.off import FREE, Amount, Off, Percent
from retail.pricing.rules import (
    Adjustment,
    EachOff,
    FixedPrice,
    Offer,
    On,
    Part,
    Raise,
    Scope,
    SetOff,
    Step,
)
from retail.pricing.window import Window
from retail.rule_lines import StoreRule
from retail.tags import tag_of, weighed_tag
from retail.values import Money
from tests.flows.conftest import APPLES, DAY, HERE, MILK, NOON, TEHRAN

EN = Words(Language.EN, TEHRAN)
PLAIN = replace(MILK, offers=())  # 480,000 Rial
GOODS = Goods.of(MILK.sku)
MEMBERS = Scope(groups=frozenset({"member"}))


def found(*rules: StoreRule, product: Product = PLAIN, **more: Any) -> Found:
    book = RuleBook(rules, Shop(HERE, TEHRAN, vat_included=more.get("vat_included", True)))
    grams = more.get("grams", 0)
    pack: Pack = product.packs[0]
    tag = weighed_tag(product, pack, grams, ()) if grams else tag_of(product, pack, ())
    anyone, member = price_of(tag, book, NOON), price_of(tag, book, NOON, A_MEMBER)
    cheaper = member if member.price < anyone.price else None
    return Found(product, pack, anyone, NOON, cheaper, measured_g=grams)


def told(state: Found) -> list[tuple[str, str, str]]:
    """Give the lines between the list price and the VAT, without isolates."""
    lines = why_of(state, EN).lines
    marks = str.maketrans("", "", "\u2066\u2068\u2069")
    return [(each.text, each.amount.translate(marks), each.left) for each in lines[1:-1]]


YOURS = "Price for you today"


def test_a_price_without_rules_is_its_list_price() -> None:
    assert told(found()) == [(YOURS, "48,000 Toman", "")]


def test_a_price_that_was_set_is_said_with_its_difference_and_its_end() -> None:
    window = Window(NOON - DAY, NOON + timedelta(hours=2))
    price = FixedPrice("f", MILK.sku, 500_000, scope=Scope(window=window))
    assert told(found(product=replace(PLAIN, fixed_prices=(price,)))) == [
        ("Price set for this item until 14:00 today", "+2,000", "50,000"),
        (YOURS, "50,000 Toman", ""),
    ]


def test_prices_that_rise_and_fall_are_said_in_turn_with_what_each_left() -> None:
    rise = Adjustment("up", Raise(1_000), GOODS, priority=2, name_en="Season", name_fa="فصل")
    fall = Adjustment("off", Percent(2_500), GOODS, priority=1, name_en="Week", name_fa="هفته")
    nameless = Adjustment("up2", Raise(minor=4_000), GOODS)
    assert told(found(rise, fall, nameless)) == [
        ("Season", "+4,800", "52,800"),
        ("Week: 25% off", "-13,200", "39,600"),
        ("Price raised", "+400", "40,000"),
        (YOURS, "40,000 Toman", ""),
    ]


def test_the_floor_is_said_where_it_holds_a_price_up() -> None:
    floored = replace(PLAIN, floor=Money(400_000, "IRR"))
    lines = told(found(Adjustment("off", Percent(5_000), GOODS), product=floored))
    assert lines[1:] == [
        ("This item's lowest price", "+16,000", "40,000"),
        (YOURS, "40,000 Toman", ""),
    ]


def test_an_offer_that_one_piece_earns_is_a_step_as_well() -> None:
    offer = Offer("o", EachOff(GOODS, (Step(1, Amount(80_000)),)), name_en="Dairy", name_fa="ل")
    ends = replace(offer, scope=Scope(window=Window(ends_at=datetime(2026, 11, 30, tzinfo=UTC))))
    assert told(found(ends)) == [
        ("Dairy until 30 November 2026, 03:30", "-8,000", "40,000"),
        (YOURS, "40,000 Toman", ""),
    ]


def test_a_member_is_told_the_steps_that_differ_and_what_is_saved() -> None:
    everybody = Adjustment("a", Percent(1_000), GOODS, priority=2, name_en="Week", name_fa="هفته")
    club = Adjustment("b", Percent(1_000), GOODS, MEMBERS, name_en="Club", name_fa="باشگاه")
    assert told(found(everybody, club)) == [
        ("Week: 10% off", "-4,800", "43,200"),
        (YOURS, "43,200 Toman", ""),
        ("Club: 10% off", "-4,320", "38,880"),
        ("Price for club members", "38,880 Toman", ""),
        ("As a club member you would save 4,320 Toman", "", ""),
    ]


def test_a_weighed_piece_is_explained_by_the_kilogram() -> None:
    week = Adjustment("a", Percent(1_000), name_en="Week", name_fa="هفته")
    state = found(week, product=APPLES, grams=500)
    assert why_of(state, EN).lines[0].text == "List price · 500 g at 80,000 Toman per kg"
    assert told(state) == [
        ("Week: 10% off", "-8,000", "72,000"),
        ("500 g at 72,000 Toman per kg", "36,000", ""),
        (YOURS, "36,000 Toman", ""),
    ]


@pytest.mark.parametrize(
    ("pieces", "off", "count", "said"),
    [
        (2, Percent(5_000), 1, "Dairy: one more, and the second is half price"),
        (2, FREE, 1, "Dairy: one more, and the second is free"),
        (2, Percent(2_500), 1, "Dairy: with one more you save 12,000 Toman"),
        (3, FREE, 1, "Dairy: with 2 more you save 48,000 Toman"),
    ],
)
def test_what_more_pieces_would_save_is_said(pieces: int, off: Off, count: int, said: str) -> None:
    benefit = SetOff((Part(GOODS, pieces),), off, On.CHEAPEST, count)
    state = found(Offer("o", benefit, name_en="Dairy", name_fa="لبنیات"))
    assert told(state) == [(YOURS, "48,000 Toman", ""), (said, "", "")]


@pytest.mark.parametrize(
    ("included", "price", "vat"), [(True, "48,000", "4,363.6"), (False, "52,800", "4,800")]
)
def test_vat_is_in_the_price_or_comes_on_top_and_is_said(
    included: bool, price: str, vat: str
) -> None:
    taxed = replace(PLAIN, vat_basis_points=1_000)
    state = found(product=taxed, vat_included=included)
    assert told(state) == [(YOURS, f"{price} Toman", "")]
    last = why_of(state, EN).lines[-1]
    assert (last.text, last.amount) == ("VAT of 10% is in the price", f"{vat} Toman")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (14_250_000, 12_112_500, "15%"),
        (999, 899, "10%"),
        (480_000, 420_000, "12.5%"),
        (1_000, 667, "33.3%"),
        (3, 2, "33%"),
        (100_000, 93_210, "6.79%"),
        (1_000_000, 993_211, ""),  # no share in basis points: an amount was taken off
        (10, 0, "100%"),
        (10, 10, ""),
        (10, 11, ""),
    ],
)
def test_a_share_is_said_as_plainly_as_it_is_one(before: int, after: int, said: str) -> None:
    assert share_text(before, after, EN) == said
