"""docs/pricing.md, section 7: what is nearly earned, until when offers go, when a quote changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from retail.goods import Goods
from retail.pricing.book import Shop
from retail.pricing.off import FREE, Amount, Percent, ToPrice
from retail.pricing.rules import (
    Adjustment,
    By,
    Combine,
    FixedPrice,
    Gift,
    Limits,
    Needs,
    Offer,
    On,
    Scope,
    Step,
    TogetherOff,
)
from retail.pricing.window import Weekly, Window
from tests.rules.pricing.baskets import (
    MEMBER,
    NOON,
    any_of,
    basket,
    each,
    line,
    parts,
    quote,
    together,
)

A, B = Goods.of("a"), Goods.of("b")
HOUR = timedelta(hours=1)
COUPLE = ((100, 1, "a"), (300, 1, "b"))

NEARLY = [
    ("one more for a step", each("o", Percent(1000), A, at_least=2), (1, 0, 1, 20)),
    ("two more for a step", each("o", Percent(1000), A, at_least=3), (2, 0, 1, 30)),
    ("three are not near", each("o", Percent(1000), A, at_least=4), None),
    ("one more for a set", any_of("o", 2, Percent(5000), B, count=1), (1, 0, 2, 150)),
    ("a part of a set is whole", parts("o", ToPrice(350), (A, 1), (B, 2)), (1, 0, 2, 350)),
    ("nothing of a set is there", any_of("o", 2, FREE, Goods.of("z")), None),
    ("a part of which nothing is there", parts("o", ToPrice(1), (A, 1), (Goods.of("z"), 1)), (1, 0, None, 0)),
    ("a set that saves nothing", any_of("o", 2, ToPrice(200), A), None),
    ("little money", together("o", Amount(50), at_least=500), (0, 100, None, 0)),
    ("much money", together("o", Amount(50), at_least=900), None),
    ("money of a need", each("o", FREE, A, needs=(Needs(money=500),)), (0, 100, None, 0)),
    ("pieces of a need", each("o", FREE, A, needs=(Needs(B, quantity=2),)), (1, 0, None, 0)),
    ("a need of which nothing is there", each("o", FREE, A, needs=(Needs(Goods.of("z"), quantity=1),)), None),
    ("a gift", Offer("o", Gift(("mug",)), needs=(Needs(B, quantity=3),)), (2, 0, None, 0)),
    ("a voucher not shown", each("o", FREE, A, at_least=2, vouchers=frozenset({"V"})), None),
    ("not in force yet", each("o", FREE, A, at_least=2, scope=Scope(window=Window(NOON + HOUR))), None),
    ("for members", each("o", FREE, A, at_least=2, scope=Scope(groups=frozenset({"member"}))), None),
]  # fmt: skip


@pytest.mark.parametrize(("what", "offer", "told"), NEARLY, ids=[each[0] for each in NEARLY])
def test_tells_what_is_nearly_earned(what, offer, told):
    found = [
        (each.pieces, each.money, each.line_id, each.saves)
        for each in quote(basket(*COUPLE), offer).nearly
    ]
    assert found == ([told] if told else [])


def test_a_set_that_was_taken_is_nearly_earned_again():
    (near,) = quote(basket((100, 3, "a")), any_of("o", 2, FREE, count=1)).nearly
    assert (near.pieces, near.saves) == (1, 100)
    limited = any_of("o", 2, FREE, count=1, limits=Limits(per_basket=1))
    assert quote(basket((100, 3, "a")), limited).nearly == ()


def test_more_of_the_newest_line_that_can_be_counted_up_is_proposed():
    goods = basket(line(1, 100, sku="a"), line(2, 100, sku="b"))
    (near,) = quote(goods, any_of("o", 3, FREE, count=1)).nearly
    assert near.line_id == 2


def test_tells_the_nearest_five_with_their_names():
    rules = [
        each(f"o{n}", Percent(1000 + n), A, at_least=2 + n % 2, name_fa="ف", name_en=f"E{n}", combine=Combine.COMPOUNDING)
        for n in range(8)
    ]  # fmt: skip
    found = quote(basket((100, 1, "a")), *rules).nearly
    assert [each.pieces for each in found] == [1, 1, 1, 1, 2]
    assert [each.rule_id for each in found] == ["o0", "o2", "o4", "o6", "o1"]
    assert (found[0].name_fa, found[0].name_en) == ("ف", "E0")


def test_the_next_step_of_money_is_told_too():
    steps = (Step(100, Amount(5)), Step(500, Amount(50)))
    offer = Offer("o", TogetherOff(Goods(), steps, By.MONEY))
    quoted = quote(basket(*COUPLE), offer)
    assert quoted.off == 5
    assert [(near.pieces, near.money) for near in quoted.nearly] == [(0, 100)]


TEHRAN = ZoneInfo("Asia/Tehran")
THURSDAY = Window(weekly=(Weekly(frozenset({3}), time(17), time(20)),))
WHOLE_WEEKEND = Window(
    weekly=(Weekly(frozenset({3}), time(17), time()), Weekly(frozenset({4}), time(), time(20)))
)


def wall(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=TEHRAN).astimezone(UTC)


@pytest.mark.parametrize(
    ("window", "until"),
    [
        (Window(), None),
        (Window(wall(1, 0), wall(30, 0)), wall(30, 0)),
        (THURSDAY, wall(26, 20)),
        (WHOLE_WEEKEND, wall(27, 20)),  # midnight is no end: it goes on
        (Window(weekly=(Weekly(frozenset(range(7)), time(), time()),)), None),
    ],
)
def test_an_offer_says_until_when_it_goes(window, until):
    offer = each("o", Amount(1), scope=Scope(window=window))
    shop = Shop(zone=TEHRAN)
    quoted = quote(basket((9, 1)), offer, shop=shop, at=wall(26, 18))
    assert [applied.until for applied in quoted.offers] == [until]


LATER = Scope(window=Window(NOON + HOUR, NOON + 2 * HOUR))
CHANGES = [
    ("an offer that begins", each("o", FREE, A, scope=LATER), NOON + HOUR),
    ("an offer on other goods", each("o", FREE, Goods.of("z"), scope=LATER), None),
    ("an offer for others", each("o", FREE, A, scope=Scope(groups=frozenset({"x"}), window=LATER.window)), None),
    ("a gift", Offer("o", Gift(("mug",)), LATER), NOON + HOUR),
    ("a fixed price", FixedPrice("f", "b", 5, scope=LATER), NOON + HOUR),
    ("an adjustment", Adjustment("m", Percent(1), scope=LATER), NOON + HOUR),
    ("an offer that ended", each("o", FREE, A, scope=Scope(window=Window(None, NOON))), None),
    ("part of a set", parts("o", FREE, (Goods.of("z"), 1), (A, 1), on=On.PART, scope=LATER), NOON + HOUR),
]  # fmt: skip


@pytest.mark.parametrize(("what", "rule", "at"), CHANGES, ids=[each[0] for each in CHANGES])
def test_a_quote_says_when_it_may_change(what, rule, at):
    assert quote(basket(*COUPLE), rule).changes_at == at


def test_the_earliest_change_counts_and_the_quote_is_another_then():
    rules = [
        each("o", Amount(30), B, scope=Scope(window=Window(None, NOON + HOUR))),
        each("p", Amount(20), B, scope=Scope(window=Window(NOON + 2 * HOUR))),
    ]
    offs, at = [], NOON
    for _ in range(3):
        quoted = quote(basket(*COUPLE), *rules, at=at)
        offs.append(quoted.off)
        at = quoted.changes_at or at
    assert offs == [30, 0, 20]
    assert at == NOON + 2 * HOUR


def test_what_a_member_would_save_is_the_difference_to_a_members_quote():
    rules = [
        each("o", Amount(30), B, scope=Scope(groups=frozenset({"member"}))),
        Adjustment("m", Percent(1000), A, Scope(groups=frozenset({"member"}))),
    ]
    plain, member = quote(basket(*COUPLE), *rules), quote(basket(*COUPLE), *rules, shopper=MEMBER)
    assert plain.total - member.total == 30 + 10


def test_lines_stand_in_the_order_of_scanning():
    goods = basket(line(4, 1, sku="z"), line(2, 1, sku="b"), line(3, 1, sku="a"))
    assert [each.line_id for each in quote(goods).lines] == [4, 2, 3]
