"""Steps on the shop: channels, taxons, products and variants, delivery, customers and their orders."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.rules.outside.said import Order
from tests.rules.outside.shop_world import World
from tests.rules.outside.steps import step

SOME_PRICE = 10_000  # of a product that is given no price, as the feature files take it
ME = "I"


def a_day(text: str) -> datetime:
    """Read a day or an instant; without a zone it is the store's, which is UTC here."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


@step(
    "the store operates on a single channel in {name}",
    "the store operates on (?:a|another) channel named {name}(?: with hostname {name})?",
    "the store operates on (?:a|another) channel named {name} in {name} currency(?: and with hostname {name})?",
)
def open_channel(world: World, name: str, *_rest: str | None) -> None:
    world.open_channel(name)


@step("the store operates on a single channel in the {name} named {name}")
def open_named_channel(world: World, _country: str, name: str) -> None:
    world.open_channel(name)


@step("I change my current channel to {name}", "I (?:browse|am browsing) channel {name}")
def change_channel(world: World, name: str) -> None:
    assert name in world.channels, name
    world.channel = name


@step("it is {name} now")
def set_clock(world: World, day: str) -> None:
    world.now = a_day(day)


@step(
    "the store classifies its products as {name}",
    "the store classifies its products as {name} and {name}",
    "the store classifies its products as {name}, {name} and {name}",
    "the store classifies its products as {name}, {name}, {name} and {name}",
)
def classify(world: World, *names: str) -> None:
    world.taxons |= dict.fromkeys(names)


@step(
    "the {name} taxon has child taxon {name}",
    "the {name} taxon has children? taxon {name} and {name}",
)
def add_below(world: World, above: str, *names: str) -> None:
    world.taxons |= dict.fromkeys(names, above)


@step(
    "the store(?: also)? has a product {name}(?: priced at {money})?(?: in {name} channel)?",
)
def add_product(world: World, name: str, price: int | None, channel: str | None) -> None:
    world.add_product(name, SOME_PRICE if price is None else price, channel)


@step("the store has(?: an?)? {name} configurable product")
def add_configurable(world: World, name: str) -> None:
    world.add_product(name)


@step(
    "this product has {name} variant priced at {money}(?: in {name} channel)?",
    "it has {name} variant priced at {money}(?: in {name} channel)?",
    "{name} variant priced at {money} in {name} channel",
)
def add_variant(world: World, name: str, price: int, channel: str | None) -> None:
    world.add_variant(world.last["product"], name, price, channel)


@step("the product {name} has(?: an?)? {name} variant priced at {money}")
def add_variant_of(world: World, product: str, name: str, price: int) -> None:
    world.add_variant(product, name, price)


@step("this product has {name} variant priced at {money} configured with {name} option value")
def add_variant_with_option(world: World, name: str, price: int, value: str) -> None:
    variant = world.add_variant(world.last["product"], name, price)
    for option, values in world.options[world.last["product"]].items():
        if value in values:
            variant.options[option] = value
    assert value in variant.options.values(), value


@step(
    "this product has option {name} with values {name} and {name}",
    "this product has option {name} with values {name}, {name} and {name}",
)
def add_option(world: World, name: str, *values: str) -> None:
    world.options.setdefault(world.last["product"], {})[name] = values


@step(
    "this product is configured with the option matching selection method",
    "this product is available in {name} channel and {name} channel",
    "the store ships everywhere for [Ff]ree",
    "the store allows paying(?: with)? {name}",
    "I am logged in as an administrator",
)
def no_matter(world: World, *_names: str) -> None:
    """Say nothing that a price rests on: how it is chosen, shipped for nothing, paid or administered."""


@step("(?:this product|it) (?:belongs to|is classified as) {name}")
def belongs(world: World, taxon: str) -> None:
    assert taxon in world.taxons, taxon
    world.product_taxons[world.last["product"]].add(taxon)


@step("(?:this product|it) belongs to {name} and {name}")
def belongs_to_both(world: World, *taxons: str) -> None:
    for taxon in taxons:
        belongs(world, taxon)


@step("this product's price is {money}", "this product's price changed to {money}")
def set_price(world: World, price: int) -> None:
    world.add_variant(world.last["product"], world.last["product"], price)


@step(
    "the product {name} has original price {money}(?: in {name} channel)?",
    "the {name} product's original price is {money}(?: in {name} channel)?",
)
def set_original(world: World, name: str, price: int, channel: str | None) -> None:
    world.variant(name).originals |= dict.fromkeys([channel] if channel else world.channels, price)


@step("this product has been originally priced at {money}")
def set_original_of_this(world: World, price: int) -> None:
    set_original(world, world.last["product"], price, None)


@step(
    "(?:the )?product {name} has (?:a )?minimum price (?:of|at|set to|equal to) {money}(?: in (?:the )?{name} channel)?",
    "(?:the )?{name} (?:variant|product) has (?:a )?minimum price (?:of|at|set to|equal to) {money}(?: in (?:the )?{name} channel)?",
    "(?:the )?minimum price (?:of|for) (?:the )?(?:product )?{name}(?: variant| product)? is {money}(?: in (?:the )?{name} channel)?",
)
def set_floor(world: World, name: str, price: int, channel: str | None) -> None:
    world.variant(name).floors |= dict.fromkeys([channel] if channel else world.channels, price)


@step(
    "(?:this|its|the) (?:product|variant)(?:'s)? (?:has (?:a )?)?minimum price (?:is|of|at|set to|equal to) {money}(?: in (?:the )?{name} channel)?",
    "its minimum price is {money}(?: in (?:the )?{name} channel)?",
)
def set_floor_of_this(world: World, price: int, channel: str | None) -> None:
    set_floor(world, world.last["variant"], price, channel)


# -- delivery


@step("the store has {name} shipping method with {money} fee")
def add_fee(world: World, name: str, fee: int) -> None:
    world.fees[name] = fee


@step(
    "I proceed with selecting {name} shipping method",
    "I (?:chose|choose) {name} shipping method",
    "I change shipping method to {name}",
)
def deliver(world: World, name: str) -> None:
    assert name in world.fees, name
    world.delivery = name


@step(
    "I addressed (?:it|the cart)",
    "I decide to change order shipping method",
    "I complete(?:d)? the shipping step",
)
def on_the_way(world: World) -> None:
    """Say nothing that a price rests on: the way to the till, not what is paid there."""


# -- customers and their orders


@step("the store has a customer group {name}")
def add_group(world: World, name: str) -> None:
    world.last["group"] = name


@step("there is a customer account {name}", "there is a customer {name}")
def add_customer(world: World, name: str) -> None:
    world.groups.setdefault(name, set())
    world.last["customer"] = name


@step("the customer belongs to group {name}")
def join(world: World, group: str) -> None:
    world.groups[world.last["customer"]].add(group)


@step("I am logged in as {name}")
def log_in_as(world: World, name: str) -> None:
    assert name in world.groups, name
    world.enter(name)


@step("I am a logged in customer")
def log_in(world: World) -> None:
    world.enter(ME)


@step("I complete(?:d)? addressing step with email {name} and {name} based billing address")
def tell_email(world: World, name: str, _country: str) -> None:
    world.enter(name)


@step("I placed an order {name}")
def order_mine(world: World, _number: str) -> None:
    world.orders.append(Order(world.customer))


@step(
    "the customer {name} has already placed an order {name}",
    "there is a customer {name} that placed an order {name}",
)
def order_theirs(world: World, name: str, _number: str) -> None:
    world.groups.setdefault(name, set())
    world.orders.append(Order(name))


@step("(?:I|the customer) bought an? (?:single )?{name}(?: and an? {name})?")
def order_goods(world: World, *names: str | None) -> None:
    for name in names:
        assert name is None or world.variant(name), name


@step("(?:I|the customer) bought an? (?:single )?{name} using {name} coupon")
def order_with_coupon(world: World, _name: str, code: str) -> None:
    world.orders[-1].coupons.add(code)


@step("(?:I|the customer) used {name} coupon")
def order_by_coupon(world: World, code: str) -> None:
    world.orders[-1].coupons.add(code)


@step("(?:I|the customer) chose {name} shipping method to {name} with {name} payment")
def order_sent(world: World, *_names: str) -> None:
    assert world.orders, "an order that was not placed"


@step("(?:I|the customer) cancelled (?:this|my last) order")
def order_undone(world: World) -> None:
    world.orders[-1].cancelled = True


@step(
    "I have already placed {number} orders? choosing {name} product, {name} shipping method to {name} with {name} payment"
)
def order_often(world: World, count: int, *_names: str) -> None:
    world.orders += [Order(world.customer) for _ in range(count)]
