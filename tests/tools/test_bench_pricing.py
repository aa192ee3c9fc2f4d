"""What the pricing benchmark measures is what it says: live, mixed, overlapping offers."""

from collections import Counter
from xml.dom import minidom

from retail.pricing.book import RuleBook
from retail.pricing.rules import FixedPrice
from tools.bench.offers import NOW, Shopful, hostile, price_rules
from tools.bench.plot import draw
from tools.bench.pricing import MEMBER, SHOP, quoted


def test_all_offers_are_live_and_of_every_kind():
    offers = Shopful().offers(1_000)
    book = RuleBook(offers, SHOP)
    assert all(book.in_force(offer.scope, NOW, MEMBER) for offer in offers)
    kinds = Counter(type(offer.benefit).__name__ for offer in offers)
    assert set(kinds) == {"EachOff", "TogetherOff", "SetOff", "Gift"}
    assert kinds["SetOff"] > 250


def test_baskets_are_of_goods_that_several_offers_are_about():
    shop = Shopful()
    book = RuleBook(shop.offers(1_000), SHOP)
    basket = shop.basket(30)
    assert len({line.tag.item.sku for line in basket.lines}) == 30
    near = [len(book.offers_near(line.tag.item)) for line in basket.lines]
    assert sum(near) / len(near) > 2
    quote = quoted(book, basket)
    assert len(quote.offers) > 10
    assert quote.off > 0


def test_the_hostile_basket_cuts_the_search_short():
    basket, offers = hostile()
    assert not quoted(RuleBook(offers, SHOP), basket).exact


def test_price_rules_are_many_for_each_item_and_some_hold():
    shop = Shopful(goods=10)
    rules = list(price_rules(100, shop.tags))
    assert Counter(isinstance(rule, FixedPrice) for rule in rules) == {True: 90, False: 10}
    book = RuleBook(rules, SHOP)
    assert any(book.in_force(rule.scope, NOW, MEMBER) for rule in rules)


def test_a_plot_is_a_picture_with_a_place_for_every_figure(tmp_path):
    draw(tmp_path / "a" / "b.svg", "A < B", ("lines", "ms"), [("x", [(1, 0.5), (200, 70)])])
    svg = minidom.parse(str(tmp_path / "a" / "b.svg"))
    places = [
        (float(dot.getAttribute("cx")), float(dot.getAttribute("cy")))
        for dot in svg.getElementsByTagName("circle")
    ]
    assert len(places) == 2
    assert places[0][0] < places[1][0]
    assert places[0][1] > places[1][1]
