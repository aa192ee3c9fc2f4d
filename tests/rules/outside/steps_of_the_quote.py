"""Steps on what a cart costs: totals, what is off, prices of a piece, coupons that brought nothing."""

from __future__ import annotations

from retail.pricing.basket_price import quote_basket
from retail.pricing.quoted import Quote, QuotedLine
from retail.pricing.rules import EachOff
from tests.rules.outside.promotions_said import DELIVERY
from tests.rules.outside.shop_world import World
from tests.rules.outside.steps import step


class Till:
    """A quote of the cart as it is now, with what the feature files ask of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.basket = world.to_pay()
        self.quote: Quote = quote_basket(
            world.book(), self.basket, world.now, world.shopper(), used=world.used()
        )
        skus = {line.line_id: line.tag.item for line in self.basket.lines}
        self.lines = {skus[line.line_id].sku: line for line in self.quote.lines}
        self.fees = [line for line in self.quote.lines if DELIVERY in skus[line.line_id].categories]
        self.on_pieces = {
            each.rule_id for each in world.offers() if isinstance(each.benefit, EachOff)
        }

    def off(self) -> int:
        """Give what is off the goods, delivery apart."""
        return self.quote.off - sum(line.amount - line.paid for line in self.fees)

    def line(self, name: str) -> QuotedLine:
        line = self.world.line_of(name)
        assert line is not None, name
        return self.lines[line.tag.item.sku]

    def off_pieces(self, name: str) -> int:
        """Give what offers on single pieces take off the line of a product."""
        shares = self.line(name).shares
        return sum(share.off for share in shares if share.rule_id in self.on_pieces)


@step("(?:my|the|their) cart total should be {money}", "the grand total value should be {money}")
def total(world: World, minor: int) -> None:
    assert Till(world).quote.total == minor


@step("my cart items total should be {money}")
def total_of_goods(world: World, minor: int) -> None:
    till = Till(world)
    assert till.quote.total - sum(line.paid for line in till.fees) == minor


@step("my discount should be {money}")
def off(world: World, minor: int) -> None:
    assert Till(world).off() == minor


@step("there should be no discount(?: applied)?")
def nothing_off(world: World) -> None:
    till = Till(world)
    assert (till.off(), till.quote.offers) == (0, ())


@step("my cart should be (?:empty|cleared)", "cart should be empty with no value")
def empty(world: World) -> None:
    quote = Till(world).quote
    assert (quote.lines, quote.total) == ((), 0)


@step(
    "my cart shipping total should be {money}",
    "my cart estimated shipping cost should be {money}",
    "my cart shipping should be for [Ff]ree",
)
def fee(world: World, minor: int = 0) -> None:
    till = Till(world)
    assert till.fees, "no delivery was chosen"
    assert sum(line.paid for line in till.fees) == minor


@step("there should be no shipping fee")
def no_fee(world: World) -> None:
    assert not Till(world).fees


@step("(?:its|theirs)(?: subtotal)? price should be (?:decreased|discounted) by {money}")
def this_less(world: World, minor: int) -> None:
    assert Till(world).off_pieces(world.last["in cart"]) == minor


@step("product {name} price should be (?:decreased|discounted) by {money}")
def less(world: World, name: str, minor: int) -> None:
    assert Till(world).off_pieces(name) == minor


@step("product {name} price should not be decreased")
def not_less(world: World, name: str) -> None:
    till = Till(world)
    assert (till.off_pieces(name), till.line(name).price.reduced) == (0, False)


@step(
    "the product {name} should have discounted unit price {money} in the cart",
    "I should see(?: also)? {name} with(?: discounted)? unit price {money} in my cart",
)
def piece(world: World, name: str, minor: int) -> None:
    till = Till(world)
    quantity = world.basket.line(till.line(name).line_id).quantity
    assert till.line(name).amount - till.off_pieces(name) == minor * quantity


@step("I should see {name} only with unit price {money} in my cart")
def piece_at_full_price(world: World, name: str, minor: int) -> None:
    piece(world, name, minor)
    not_less(world, name)


@step("I should see {name} with original price {money} in my cart")
def piece_before(world: World, name: str, minor: int) -> None:
    assert Till(world).line(name).price.base == minor


@step(
    "the product {name} should have total price {money} in the cart",
    "total price of {name} item should be {money}",
)
def line_total(world: World, name: str, minor: int) -> None:
    assert Till(world).line(name).paid == minor


@step("I should see {name} with quantity {number} in my cart")
def pieces(world: World, name: str, quantity: int) -> None:
    line = world.line_of(name)
    assert line is not None, name
    assert line.quantity == quantity


@step("I should be notified that the coupon is invalid")
def coupon_brings_nothing(world: World) -> None:
    quote = Till(world).quote
    (shown,) = quote.vouchers
    assert (shown.voucher, bool(shown.reason)) == (world.coupon_tried, True)
    assert set(shown.rule_ids).isdisjoint(offer.rule_id for offer in quote.offers)
