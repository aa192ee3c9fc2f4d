"""docs/pricing.md, sections 4 to 7: what holds of every quote, whatever the basket and the offers."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from retail.basket import Line
from retail.goods import Goods, Item
from retail.pricing.book import Shop
from retail.pricing.off import FREE
from retail.pricing.returns import piece_dues
from retail.pricing.rules import Gift, Limits, Needs, Scope
from retail.pricing.tag import Tag
from tests.rules.pricing.baskets import any_of, each, quote, together
from tests.rules.pricing.baskets_drawn import OFFERS, baskets

SHOPS = st.booleans().map(lambda included: Shop("A", vat_included=included))
often = settings(max_examples=250)


def money_of(limits):
    return [each for each in (limits.off_max, limits.budget) if each is not None]


@often
@given(baskets(), OFFERS, st.randoms())
def test_neither_the_order_of_scanning_nor_that_of_rules_matters(basket, rules, random):
    first = quote(basket, *rules)
    lines, others = list(basket.lines), list(rules)
    random.shuffle(lines)
    random.shuffle(others)
    second = quote(replace(basket, lines=tuple(lines)), *others)
    assert sorted(first.lines, key=lambda line: line.line_id) == sorted(
        second.lines, key=lambda line: line.line_id
    )
    assert replace(first, lines=()) == replace(second, lines=())


@often
@given(baskets(), OFFERS, st.randoms())
def test_ids_that_lines_get_by_scanning_change_no_share(basket, rules, random):
    lines = list(basket.lines)
    random.shuffle(lines)
    again = replace(basket, lines=tuple(replace(one, line_id=n) for n, one in enumerate(lines, 1)))

    def by_line(quoted, of):
        found = zip(quoted.lines, of.lines, strict=True)
        return Counter(
            (line.tag.item.sku, line.gift_of, one.shares, one.due) for one, line in found
        )

    assert by_line(quote(basket, *rules), basket) == by_line(quote(again, *rules), again)


@often
@given(baskets(), OFFERS, SHOPS)
def test_sums_agree_to_the_last_unit(basket, rules, shop):
    quoted = quote(basket, *rules, shop=shop)
    by_offer: Counter[str] = Counter()
    for one in quoted.lines:
        assert one.amount - sum(share.off for share in one.shares) == one.paid
        assert one.due == one.paid + (0 if shop.vat_included else one.vat)
        by_offer.update({share.rule_id: share.off for share in one.shares})
    assert by_offer == {applied.rule_id: applied.off for applied in quoted.offers}
    assert quoted.off == by_offer.total() == quoted.subtotal - sum(one.paid for one in quoted.lines)
    assert quoted.vat == sum(one.vat for one in quoted.lines)
    assert quoted.total == sum(one.due for one in quoted.lines)


@often
@given(baskets(), OFFERS)
def test_nothing_is_below_zero_or_below_its_floor(basket, rules):
    for one, line in zip(quote(basket, *rules).lines, basket.lines, strict=True):
        floor = line.tag.item.floor
        floor = floor * line.quantity if line.tag.grams is None else floor * line.tag.grams // 1000
        assert one.paid >= (0 if line.gift_of else min(floor, one.amount))
        assert all(share.off > 0 for share in one.shares)
        if not line.tag.item.reducible:
            assert one.shares == ()


@often
@given(baskets(), OFFERS)
def test_limits_are_never_passed(basket, rules):
    limits = {rule.rule_id: rule.limits for rule in rules}
    for applied in quote(basket, *rules).offers:
        limit = limits[applied.rule_id]
        assert limit.per_basket is None or applied.times <= limit.per_basket
        money = money_of(limit)
        assert not money or applied.off <= min(money)


STRANGERS = st.sampled_from(
    [
        each("z", FREE, Goods.of("nothing")),
        each("z", FREE, scope=Scope(groups=frozenset({"nobody"})), priority=9),
        each("z", FREE, scope=Scope(stores=frozenset({"B"}))),
        together("z", FREE, vouchers=frozenset({"V"})),
        any_of("z", 2, FREE, Goods(brands=frozenset({"none"})), priority=-1),
        together("z", FREE, needs=(Needs(Goods.of("nothing"), quantity=1),)),
        each("z", FREE, limits=Limits(per_member=1)),
    ]
)


@often
@given(baskets(), OFFERS, STRANGERS)
def test_a_rule_that_does_not_match_changes_nothing(basket, rules, stranger):
    shop = Shop("A")
    assert quote(basket, *rules, stranger, shop=shop) == quote(basket, *rules, shop=shop)


@often
@given(baskets(), OFFERS, SHOPS, st.randoms())
def test_returning_every_piece_in_any_order_gives_back_what_was_paid(basket, rules, shop, random):
    quoted = quote(basket, *rules, shop=shop)
    back = [
        due
        for one, line in zip(quoted.lines, basket.lines, strict=True)
        for due in piece_dues(one.due, line.quantity)
    ]
    random.shuffle(back)
    left = quoted.total
    for due in back:
        left -= due
        assert left >= 0
    assert left == 0


@often
@given(baskets(gifts=False), OFFERS, st.sampled_from(["o0", "o1", "gone"]), st.integers(1, 3))
def test_gift_lines_never_feed_the_rules(basket, rules, gift_of, quantity):
    gift = Line(9, Tag(Item("a", frozenset({"x"})), 500), quantity, gift_of)
    without = quote(basket, *rules)
    with_it = quote(replace(basket, lines=(*basket.lines, gift)), *rules)
    assert with_it.lines[:-1] == without.lines
    assert [gift.rule_id for gift in with_it.gifts] == [gift.rule_id for gift in without.gifts]
    earned = {
        rule.rule_id: min(rule.benefit.quantity, *(m // 500 for m in money_of(rule.limits)), 9)
        for rule in rules
        if isinstance(rule.benefit, Gift)
    }
    free = earned.get(gift_of, 0) if gift_of in {each.rule_id for each in with_it.gifts} else 0
    assert with_it.lines[-1].gifts_charged == max(quantity - free, 0)


@often
@given(baskets(gifts=False), OFFERS)
def test_two_lines_of_a_piece_cost_what_one_line_of_two_costs(basket, rules):
    apart = []
    for line in basket.lines:
        apart += [
            replace(line, line_id=len(apart) + n, quantity=1) for n in range(1, line.quantity + 1)
        ]
    one, two = quote(basket, *rules), quote(replace(basket, lines=tuple(apart)), *rules)
    assert one.off == two.off
    assert [applied.off for applied in one.offers] == [applied.off for applied in two.offers]
