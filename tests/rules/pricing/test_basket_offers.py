"""docs/pricing.md, section 4: which offers count, their order, limits, floors, gifts, vouchers."""

from datetime import timedelta

import pytest

from retail.basket import Line
from retail.goods import Goods, Item
from retail.pricing.book import Shop, Shopper, Used
from retail.pricing.off import FREE, Amount, Percent, ToPrice
from retail.pricing.quoted import Reason, Share
from retail.pricing.rules import (
    Adjustment,
    By,
    Combine,
    EachOff,
    Gift,
    Limits,
    Needs,
    Offer,
    On,
    Scope,
    Step,
    TogetherOff,
)
from retail.pricing.tag import Tag
from retail.pricing.window import Window
from tests.rules.pricing.baskets import (
    ANYONE,
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

COMPOUND, EXCLUSIVE = Combine.COMPOUNDING, Combine.EXCLUSIVE
A, B, AB = Goods.of("a"), Goods.of("b"), Goods.of("a", "b")
HOUR = timedelta(hours=1)


def shares(quoted) -> dict[int, dict[str, int]]:
    return {each.line_id: {s.rule_id: s.off for s in each.shares} for each in quoted.lines}


@pytest.mark.parametrize(
    ("rule", "off"),
    [
        ({}, 10),
        ({"scope": Scope(groups=frozenset({"gold"}))}, 0),
        ({"scope": Scope(groups=frozenset({"gold", "member"}))}, 10),
        ({"scope": Scope(stores=frozenset({"B"}))}, 0),
        ({"scope": Scope(stores=frozenset({"A"}))}, 10),
        ({"scope": Scope(window=Window(NOON + HOUR))}, 0),
        ({"scope": Scope(window=Window(None, NOON))}, 0),
        ({"scope": Scope(window=Window(NOON))}, 10),
        ({"vouchers": frozenset({"X1"})}, 0),
        ({"vouchers": frozenset({"X1", "AUTUMN"})}, 10),
        ({"needs": (Needs(quantity=2),)}, 10),
        ({"needs": (Needs(quantity=3),)}, 0),
        ({"needs": (Needs(money=300),)}, 10),
        ({"needs": (Needs(money=301),)}, 0),
        ({"needs": (Needs(B, quantity=1), Needs(A, money=100))}, 10),
        ({"needs": (Needs(B, quantity=1), Needs(A, money=101))}, 0),
        ({"needs": (Needs(Goods.of("c"), quantity=1),)}, 0),
    ],
)
def test_an_offer_counts_where_all_that_it_asks_for_is_there(rule, off):
    two = basket((100, 1, "a"), (200, 1, "b"), vouchers=("autumn",))
    offer = each("o", Percent(1000), A, **rule)
    assert quote(two, offer, shopper=MEMBER, shop=Shop("A")).off == off


def test_money_is_counted_at_item_prices_so_no_offer_spoils_the_step_of_another():
    rules = [
        Adjustment("down", Percent(1000)),
        each("half", Percent(5000), priority=9),
        together("fifty", Amount(50), at_least=900),
    ]
    assert quote(basket((1000, 1)), *rules).off == 450 + 50
    assert quote(basket((999, 1)), *rules).off == 449


@pytest.mark.parametrize(("quantity", "off"), [(1, 0), (2, 20), (3, 30), (4, 80), (9, 180)])
def test_each_goes_by_the_highest_step_of_pieces(quantity, off):
    steps = (Step(2, Percent(1000)), Step(4, Percent(2000)))
    offer = Offer("o", EachOff(A, steps))
    apart = basket((100, quantity, "a"), (100, 5, "z"))
    assert quote(apart, offer).off == off


def test_lines_of_the_same_item_count_together_and_each_is_given_its_share():
    cheese = Item("cheese")
    lines = [Line(1, Tag(cheese, 1000, grams=333)), Line(2, Tag(cheese, 1000, grams=500))]
    quoted = quote(basket(*lines), each("o", Percent(1000), at_least=2))
    assert [each.amount for each in quoted.lines] == [333, 500]
    assert shares(quoted) == {1: {"o": 33}, 2: {"o": 50}}


def test_goods_that_may_not_be_reduced_are_not_there_for_offers():
    smoke = line(2, 500, sku="smoke", reducible=False)
    both = basket(line(1, 100, sku="a"), smoke)
    assert quote(both, any_of("pair", 2, Percent(5000))).off == 0
    assert quote(both, together("all", Percent(1000))).off == 10
    assert quote(both, each("a", Amount(9), A, needs=(Needs(money=101),))).off == 0


@pytest.mark.parametrize(
    ("goods", "off"),
    [
        (Goods(price_from=201), 30),
        (Goods(price_to=100), 10),
        (Goods(full_price=True), 20),
        (Goods(except_skus=frozenset({"a"})), 50),
    ],
)
def test_goods_may_be_asked_for_by_their_price_and_whether_it_is_full(goods, off):
    three = basket((100, 1, "a"), (200, 1, "b"), (334, 1, "c"))
    adjusted = Adjustment("c down", Amount(34), Goods.of("c"))
    a_too = Adjustment("a down", Amount(1), A)
    rules = [adjusted, a_too] if goods.full_price else [adjusted]
    assert quote(three, each("o", Percent(1000), goods), *rules).off == off


SETS = [
    ("price of a bundle", parts("o", ToPrice(250), (A, 1), (B, 1)), 50),
    ("no bundle that is dearer", parts("o", ToPrice(301), (A, 1), (B, 1)), 0),
    ("percent of the sum, rounded once", parts("o", Percent(333), (A, 1), (B, 1)), 10),
    ("amount, never more than there is", parts("o", Amount(9999), (A, 1), (B, 1)), 300),
    ("the cheaper free", any_of("o", 2, FREE, AB, count=1), 100),
    ("buy a get b", parts("o", FREE, (A, 1), (B, 1), on=On.PART), 200),
    ("buy b get a", parts("o", Percent(5000), (B, 1), (A, 1), on=On.PART), 50),
    ("too few", parts("o", FREE, (A, 1), (B, 2), on=On.PART), 0),
    ("a piece is in one part only", parts("o", FREE, (A, 1), (A, 1)), 0),
]


@pytest.mark.parametrize(("what", "offer", "off"), SETS, ids=[each[0] for each in SETS])
def test_sets_take_off(what, offer, off):
    assert quote(basket((100, 1, "a"), (200, 1, "b")), offer).off == off


def test_a_set_goes_as_often_as_the_basket_holds_one_in_any_mix():
    mixed = basket((100, 3, "a"), (200, 2, "b"), (300, 1, "c"))
    quoted = quote(mixed, any_of("o", 3, FREE, count=1))
    assert quoted.off == 200 + 100
    assert quoted.offers[0].times == 2


LIMITS = [
    ("per basket", Limits(per_basket=2), ANYONE, None, 200),
    ("per member", Limits(per_member=3), MEMBER, Used(by_member=2), 100),
    ("per member, for others", Limits(per_member=3), ANYONE, None, 0),
    ("per member, used up", Limits(per_member=3), MEMBER, Used(by_member=5), 0),
    ("in all", Limits(in_all=10), ANYONE, Used(in_all=7), 300),
    ("the least of all", Limits(per_basket=2, in_all=10), ANYONE, Used(in_all=9), 100),
    ("money in a basket", Limits(off_max=250), ANYONE, None, 250),
    ("budget", Limits(budget=1000), ANYONE, Used(money=970), 30),
    ("budget gone", Limits(budget=1000), ANYONE, Used(money=1001), 0),
]


@pytest.mark.parametrize(
    ("what", "limits", "shopper", "used", "off"), LIMITS, ids=[each[0] for each in LIMITS]
)
@pytest.mark.parametrize("combine", list(Combine))
def test_limits_hold(what, limits, shopper, used, off, combine):
    offer = each("o", Amount(100), limits=limits, combine=combine)
    before = {"o": used} if used else {}
    quoted = quote(basket((300, 5)), offer, shopper=shopper, used=before)
    assert quoted.off == off
    assert all(applied.times <= (limits.per_basket or 5) for applied in quoted.offers)


def test_where_pieces_must_be_chosen_those_that_save_most_are():
    offer = each("o", Percent(1000), limits=Limits(per_basket=2))
    quoted = quote(basket((100, 2, "a"), (300, 1, "b"), (200, 1, "c")), offer)
    assert shares(quoted) == {1: {}, 2: {"o": 30}, 3: {"o": 20}}


def test_goods_together_are_cut_to_the_money_that_is_left():
    offer = together("o", Percent(5000), limits=Limits(off_max=101))
    quoted = quote(basket((100, 1, "a"), (300, 1, "b")), offer)
    assert shares(quoted) == {1: {"o": 25}, 2: {"o": 76}}


def test_nothing_goes_below_a_floor_and_others_bear_what_one_cannot():
    two = basket(line(1, 100, sku="a", floor=95), line(2, 100, sku="b"))
    assert shares(quote(two, each("o", Percent(1000)))) == {1: {"o": 5}, 2: {"o": 10}}
    assert shares(quote(two, together("o", Percent(1000)))) == {1: {"o": 5}, 2: {"o": 15}}
    assert shares(quote(two, parts("o", ToPrice(150), (A, 1), (B, 1)))) == {
        1: {"o": 5},
        2: {"o": 45},
    }
    assert quote(two, together("o", FREE)).total == 95


def test_floors_are_of_a_piece_of_a_pack_and_of_a_kilogram():
    box = Line(1, Tag(Item("a", floor=10), 100, pieces=6, own_price=True))
    loose = Line(2, Tag(Item("b", floor=100), 1000, grams=250))
    quoted = quote(basket(box, loose), each("o", FREE))
    assert [each.paid for each in quoted.lines] == [60, 25]


ORDER = [
    (
        "the first exclusive that takes off goes alone",
        [
            each("a", FREE, B, priority=9, combine=EXCLUSIVE),
            each("b", Percent(1000), A, priority=1, combine=EXCLUSIVE),
            each("c", Percent(5000), A, priority=99),
        ],
        10,
    ),
    (
        "of exclusive ones of a priority the smaller id",
        [
            each("b", Percent(2000), A, combine=EXCLUSIVE),
            each("a", Percent(1000), A, combine=EXCLUSIVE),
        ],
        10,
    ),
    (
        "pieces of a greater priority are out of reach",
        [
            each("a", Percent(1000), A, priority=2),
            each("b", Percent(5000), A, priority=1),
        ],
        10,
    ),
    (
        "compounding by id, off what is left",
        [
            each("a", Percent(5000), A, combine=COMPOUND),
            each("b", Amount(10), A, combine=COMPOUND),
        ],
        60,
    ),
    (
        "compounding over best-of",
        [
            each("z", Percent(5000), A),
            each("b", Amount(10), A, combine=COMPOUND),
        ],
        60,
    ),
    (
        "of goods together the one that takes off most",
        [
            together("a", Amount(10)),
            together("b", Amount(20)),
            together("c", Amount(15), A),
        ],
        20,
    ),
    (
        "or the one that is about all goods",
        [
            together("a", Amount(10), A),
            together("b", Amount(20), B),
            together("c", Amount(25)),
        ],
        25,
    ),
    (
        "a smaller priority gets only what is left of them",
        [
            together("a", Amount(10), A, priority=1),
            together("b", Amount(90)),
        ],
        10,
    ),
    (
        "but compounding ones go over all",
        [
            together("a", Amount(10), A, priority=1),
            together("b", Amount(40), combine=COMPOUND),
        ],
        50,
    ),
]


@pytest.mark.parametrize(("what", "rules", "off"), ORDER, ids=[each[0] for each in ORDER])
def test_offers_go_in_their_order(what, rules, off):
    assert quote(basket((100, 1, "a")), *rules).off == off


def test_offers_of_goods_together_that_share_no_goods_go_side_by_side():
    rules = [together("a", Amount(15), A), together("b", Amount(20), B), together("c", Amount(30))]
    assert shares(quote(basket((100, 1, "a"), (100, 1, "b")), *rules)) == {
        1: {"a": 15},
        2: {"b": 20},
    }


def test_offers_of_goods_together_of_smaller_priority_are_for_the_other_lines():
    rules = [together("a", Amount(15), A, priority=1), together("all", Percent(1000))]
    two = basket((100, 1, "a"), (200, 1, "b"))
    assert shares(quote(two, *rules)) == {1: {"a": 15}, 2: {"all": 20}}


def test_equal_remainders_go_to_the_smaller_sku_whatever_was_scanned_first():
    for skus in ("abc", "cba", "bca"):
        lines = [line(n, 200, sku=sku) for n, sku in enumerate(skus, 1)]
        quoted = quote(basket(*lines), together("o", Amount(400)))
        found = zip(skus, quoted.lines, strict=True)
        assert {sku: one.paid for sku, one in found} == {"a": 66, "b": 67, "c": 67}


def test_a_piece_is_in_a_compounding_set_only_once():
    offer = any_of("o", 2, Percent(5000), combine=COMPOUND)
    quoted = quote(basket((100, 3)), offer)
    assert (quoted.off, quoted.offers[0].times) == (100, 1)


GIFT = Offer("g", Gift(("mug", "pen"), 2), needs=(Needs(A, money=100),))


def with_gift(*gift_lines: Line, price: int = 100) -> object:
    return basket(line(1, price, sku="a"), *gift_lines)


def test_an_earned_gift_is_offered_and_says_what_is_in_stock():
    quoted = quote(with_gift(), GIFT, stock={"mug": 0, "pen": 3})
    (gift,) = quoted.gifts
    assert (gift.skus, gift.in_stock, gift.quantity, gift.taken) == (("mug", "pen"), ("pen",), 2, 0)
    assert quote(with_gift(), GIFT).gifts[0].in_stock == ("mug", "pen")
    assert quote(with_gift(), GIFT, stock={"pen": 1}).gifts[0].in_stock == ("mug", "pen")
    assert quote(with_gift(price=99), GIFT).gifts == ()


def test_gift_lines_cost_nothing_up_to_what_was_earned():
    mug = line(2, 70, 3, sku="mug", gift_of="g", floor=60)
    quoted = quote(with_gift(mug), GIFT)
    assert quoted.lines[1].shares == (Share("g", 140),)
    assert (quoted.lines[1].paid, quoted.lines[1].gifts_charged) == (70, 1)
    assert quoted.gifts[0].taken == 2
    assert [(o.rule_id, o.times, o.off) for o in quoted.offers] == [("g", 1, 140)]


def test_gift_lines_of_one_offer_share_what_was_earned():
    gifts = [line(2, 70, sku="mug", gift_of="g"), line(3, 50, 2, sku="pen", gift_of="g")]
    quoted = quote(with_gift(*gifts), GIFT)
    assert [each.gifts_charged for each in quoted.lines] == [0, 0, 1]
    assert [each.paid for each in quoted.lines] == [100, 0, 50]


@pytest.mark.parametrize(
    "gift_line",
    [
        line(2, 70, sku="mug", gift_of="other"),
        line(2, 70, sku="cup", gift_of="g"),
        line(2, 70, sku="mug", gift_of="g", reducible=False),
    ],
)
def test_a_gift_line_that_is_not_earned_is_charged_and_told(gift_line):
    quoted = quote(with_gift(gift_line), GIFT)
    assert (quoted.lines[1].paid, quoted.lines[1].gifts_charged) == (70, 1)
    assert quoted.total == 170


def test_a_gift_is_charged_once_the_basket_no_longer_earns_it():
    mug = line(2, 70, sku="mug", gift_of="g")
    quoted = quote(with_gift(mug, price=99), GIFT)
    assert (quoted.total, quoted.lines[1].gifts_charged) == (169, 1)


def test_gift_lines_never_feed_the_rules():
    mug = line(2, 70, sku="mug", gift_of="g")
    for price in (99, 100):  # charged or not
        rules = [
            GIFT,
            any_of("pair", 2, FREE),
            together("all", Percent(1000), at_least=price + 1),
            each("mugs", FREE, Goods.of("mug")),
        ]
        quoted = quote(with_gift(mug, price=price), *rules)
        assert {offer.rule_id for offer in quoted.offers} <= {"g"}


def test_gifts_are_offered_beside_all_offers_but_an_exclusive_one():
    assert len(quote(with_gift(), GIFT, each("o", Percent(1000))).gifts) == 1
    assert quote(with_gift(), GIFT, each("o", Percent(1000), combine=EXCLUSIVE)).gifts == ()
    alone = Offer("x", Gift(("cap",)), combine=EXCLUSIVE, priority=5)
    quoted = quote(with_gift(), GIFT, alone, each("o", Percent(1000)))
    assert ([gift.rule_id for gift in quoted.gifts], quoted.off) == (["x"], 0)


@pytest.mark.parametrize(("budget", "given"), [(50, 0), (69, 0), (70, 1), (139, 1), (140, 2)])
def test_a_gift_is_given_whole_or_charged_whole_where_money_is_limited(budget, given):
    offer = Offer("g", Gift(("mug",), 2), limits=Limits(budget=budget))
    quoted = quote(with_gift(line(2, 70, 2, sku="mug", gift_of="g")), offer)
    told = quoted.lines[1]
    assert (told.paid, told.gifts_charged) == (70 * (2 - given), 2 - given)
    assert quoted.gifts[0].taken == given


def test_a_gift_that_costs_nothing_needs_no_money():
    offer = Offer("g", Gift(("mug",)), limits=Limits(budget=50))
    assert quote(with_gift(line(2, 0, sku="mug", gift_of="g")), offer).lines[1].gifts_charged == 0


VOUCHERS = [
    ("spring-10", each("o", Percent(1000), vouchers=frozenset({"SPRING10"})), None),
    ("بهار۱۰", each("o", Percent(1000), vouchers=frozenset({"بهار10"})), None),
    ("كيك", each("o", Percent(1000), vouchers=frozenset({"کیک"})), None),
    ("spring-10", each("o", Percent(1000), vouchers=frozenset({"SPRING11"})), Reason.UNKNOWN),
    (
        "v",
        each(
            "o", Percent(1000), vouchers=frozenset({"V"}), scope=Scope(window=Window(NOON + HOUR))
        ),
        Reason.NOT_NOW,
    ),
    (
        "v",
        each(
            "o", Percent(1000), vouchers=frozenset({"V"}), scope=Scope(groups=frozenset({"gold"}))
        ),
        Reason.NOT_FOR_SHOPPER,
    ),
    (
        "v",
        each("o", Percent(1000), vouchers=frozenset({"V"}), limits=Limits(per_member=1)),
        Reason.USED_UP,
    ),
    (
        "v",
        each("o", Percent(1000), vouchers=frozenset({"V"}), needs=(Needs(money=101),)),
        Reason.NOT_REACHED,
    ),
    ("v", each("o", Percent(1000), B, vouchers=frozenset({"V"})), Reason.NOT_REACHED),
    ("v", each("o", Percent(1000), at_least=2, vouchers=frozenset({"V"})), Reason.NOT_REACHED),
    ("v", any_of("o", 2, FREE, vouchers=frozenset({"V"})), Reason.NOT_REACHED),
    ("v", each("o", Percent(100), vouchers=frozenset({"V"})), Reason.OTHERS),
    ("v", Offer("o", Gift(("mug",)), vouchers=frozenset({"V"})), None),
]


@pytest.mark.parametrize(("shown", "offer", "reason"), VOUCHERS)
def test_says_of_each_voucher_what_became_of_it(shown, offer, reason):
    others = each("other", Percent(500), A)
    quoted = quote(basket((100, 1, "a"), vouchers=(shown,)), offer, others)
    (told,) = quoted.vouchers
    assert (told.voucher, told.reason) == (shown, reason)
    assert told.rule_ids == (() if reason is Reason.UNKNOWN else ("o",))


def test_a_voucher_of_several_offers_counts_where_one_of_them_does():
    rules = [
        each("a", Percent(1000), B, vouchers=frozenset({"V"})),
        each("b", Percent(1000), A, vouchers=frozenset({"V"})),
    ]
    (told,) = quote(basket((100, 1, "a"), vouchers=("v",)), *rules).vouchers
    assert (told.rule_ids, told.reason) == (("a", "b"), None)


def test_steps_of_money_are_counted_over_the_goods_alone():
    steps = (Step(100, Amount(5)), Step(300, Amount(20)))
    offer = Offer("o", TogetherOff(A, steps, By.MONEY))
    assert quote(basket((100, 1, "a"), (900, 1, "b")), offer).off == 5
    assert quote(basket((100, 3, "a")), offer).off == 20


def test_a_basket_of_nothing_costs_nothing():
    quoted = quote(basket(), each("o", FREE), GIFT)
    assert (quoted.total, quoted.offers, quoted.gifts, quoted.lines) == (0, (), (), ())


def test_a_kilogram_that_costs_nothing_and_a_weight_of_nothing_cost_nothing():
    nothing = Line(1, Tag(Item("a"), 0, grams=100))
    light = Line(2, Tag(Item("b"), 1000, grams=0))
    rules = [each("o", FREE), any_of("p", 2, Amount(5)), together("q", Percent(1))]
    assert quote(basket(nothing, light), *rules).total == 0


def test_a_group_other_than_members_opens_no_offer_of_members():
    offer = each("o", Amount(1), scope=Scope(groups=frozenset({"member"})))
    assert quote(basket((9, 1)), offer, shopper=Shopper(frozenset({"gold"}))).off == 0


@pytest.mark.parametrize("quantities", [(2,), (1, 1)], ids=["one line", "two lines"])
def test_of_alike_pieces_a_compounding_offer_has_those_that_no_best_of_offer_can_have(quantities):
    lines = [line(n, 999, q, "a", floor=868) for n, q in enumerate(quantities, 1)]
    offers = [
        parts("buy a, get b for less", Amount(50), (A, 1), (B, 1), on=On.PART, priority=5),
        each("c", Amount(100), A, priority=5, combine=COMPOUND, limits=Limits(per_basket=1)),
        each("d", FREE, A),
    ]
    assert quote(basket(*lines, line(9, 100, sku="b")), *offers).off == 50 + 100 + 131
