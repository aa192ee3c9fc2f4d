"""Steps at the shelf and at the till: what is looked at, put into the cart, and what is then to be seen.

What is seen at the shelf is asked of ``price_item`` at that moment.
"""

from __future__ import annotations

from dataclasses import replace

from retail.pricing.item_price import price_item
from retail.pricing.quoted import ItemPrice
from tests.rules.outside.said import Variant
from tests.rules.outside.shop_world import World
from tests.rules.outside.steps import step

# -- the shelf


@step("I (?:view|check|open) product {name}")
def view(world: World, name: str) -> None:
    world.viewed = world.first_of(name)


@step("I view {name} variant of the {name} product")
def view_variant(world: World, name: str, _product: str) -> None:
    world.viewed = world.variant(name)


@step("I view variants of the {name} product", "I browse products from taxon {name}")
def browse(world: World, name: str) -> None:
    assert name in world.products or name in world.taxons, name


@step("I select (?:its )?{name} variant")
def select_variant(world: World, name: str) -> None:
    world.viewed = world.variant(name)


@step("I select its {name} as {name}")
def select(world: World, option: str, value: str) -> None:
    assert world.viewed is not None, "nothing is looked at"
    variants = world.products[world.viewed.product]
    (world.viewed,) = [each for each in variants if each.options.get(option) == value]


def price_of(world: World, variant: Variant | None) -> ItemPrice:
    assert variant is not None, "nothing is looked at"
    return price_item(world.book(), world.tag(variant), world.now, world.shopper())


def reduced_by(price: ItemPrice) -> list[str]:
    """Give the names of the promotions that reduced a price, in the order in which they did."""
    return list(dict.fromkeys(each.name_en for each in price.steps if each.name_en))


def assert_reduced(world: World, variant: Variant | None, high: int, low: int, *by: str) -> None:
    price = price_of(world, variant)
    assert (price.base, price.price, reduced_by(price)) == (high, low, list(by))


def assert_not_reduced(world: World, variant: Variant | None) -> None:
    price = price_of(world, variant)
    assert (price.price, reduced_by(price)) == (price.base, [])


@step("I should see the product price {money}")
def sees_price(world: World, minor: int) -> None:
    assert price_of(world, world.viewed).price == minor


@step("I should see the product original price {money}")
def sees_before(world: World, minor: int) -> None:
    assert price_of(world, world.viewed).base == minor


@step(
    "I should see this (?:product|variant) has no catalog promotion applied",
    "I should see this (?:product|variant) is not discounted",
)
def sees_no_reduction(world: World) -> None:
    assert_not_reduced(world, world.viewed)


@step(
    "I should see this (?:product|variant) is discounted from {money} to {money} with {name} promotion",
    "I should see this (?:product|variant) is discounted from {money} to {money} with {name} and {name} promotions",
    "I should see this (?:product|variant) is discounted from {money} to {money} with {name}, {name} and {name} promotions",
    "I should see this (?:product|variant) is discounted from {money} to {money} with {name}, {name}, {name} and {name} promotions",
)
def sees_reduction(world: World, high: int, low: int, *by: str) -> None:
    assert_reduced(world, world.viewed, high, low, *by)


@step(
    "I should see this (?:product|variant) is discounted from {money} to {money} with only {name} promotion",
    "I should see (?:the )?(?:variant )?{name}(?: variant)? is discounted from {money} to {money} with {name} promotion",
)
def sees_named_reduction(world: World, *said: object) -> None:
    *names, high, low, by = said
    variant = world.variant(str(names[0])) if names else world.viewed
    assert isinstance(high, int)
    assert isinstance(low, int)
    assert_reduced(world, variant, high, low, str(by))


@step(
    "I should see (?:the )?(?:variant )?{name}(?: variant)? is not discounted",
    "I should see {name} product not discounted on the list",
)
def sees_none_named(world: World, name: str) -> None:
    assert_not_reduced(world, world.variant(name))


@step("I should see {name} product discounted from {money} to {money} by {name} on the list")
def sees_on_list(world: World, name: str, high: int, low: int, by: str) -> None:
    assert_reduced(world, world.first_of(name), high, low, by)


# -- the cart


@step(
    "I (?:add|added|have|had)(?: the)? product {name} (?:to|in) the cart",
    "I have product {name} added to the cart",
    "(?:I|the customer|the visitor) (?:adds?|added|has) {name} product (?:to|in) the cart",
)
def put(world: World, name: str) -> None:
    world.put(world.first_of(name))


@step("I (?:add|added|have|had) {number} products {name} (?:to|in) the cart")
def put_many(world: World, count: int, name: str) -> None:
    world.put(world.first_of(name), count)


@step(
    "I add products {name} and {name} to the cart",
    "I add products {name}, {name} and {name} to the cart",
)
def put_several(world: World, *names: str) -> None:
    for name in names:
        put(world, name)


@step(
    "I (?:add|have) {name} variant of product {name} (?:to|in) the cart",
)
def put_variant(world: World, name: str, _product: str) -> None:
    world.put(world.variant(name))


@step("I (?:add|have) {name} variant of this product (?:to|in) the cart")
def put_variant_of_this(world: World, name: str) -> None:
    world.put(world.variant(name))


@step("I removed? product {name} from the cart")
def take_out(world: World, name: str) -> None:
    line = world.line_of(name)
    assert line is not None, name
    world.basket = world.basket.without(line.line_id)


@step("I change (?:product )?{name} quantity to {number}(?: in my cart)?")
def change(world: World, name: str, quantity: int) -> None:
    line = world.line_of(name)
    assert line is not None, name
    world.basket = world.basket.with_quantity(line.line_id, quantity)


@step("I use coupon with code {name}", "this cart has promotion applied with coupon {name}")
def show_coupon(world: World, code: str) -> None:
    world.basket = replace(world.basket, vouchers=frozenset({code}))
    world.coupon_tried = code


@step("I remove coupon from my cart")
def hide_coupon(world: World) -> None:
    world.basket = replace(world.basket, vouchers=frozenset())


@step("I (?:check details of|see the summary of|update) my cart")
def look(world: World) -> None:
    """Say nothing more: the cart is quoted whenever something of it is looked at."""
