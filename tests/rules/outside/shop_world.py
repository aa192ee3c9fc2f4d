"""A shop as feature files tell of it, put into our rules and our basket: goods, shoppers, orders.

It holds what was said so far and works nothing out: every amount that a scenario looks at comes from
``quote_basket`` or ``price_item``. What our rules cannot say raises ``NotSaidError``, with the reason.

How things are said:

- a channel is a store; a variant is an item, and the product that it is of is one of its categories;
- an original price is the list price; the lower one is a reduction that ends when a promotion begins;
- a delivery fee is an item of the category ``delivery``, which offers on the order leave out;
- the nth order is a customer group that whoever knows the orders gives to the shopper.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from retail.basket import Basket, Line
from retail.goods import Item
from retail.pricing.book import MEMBER_GROUP, RuleBook, Shop, Shopper, Used
from retail.pricing.rules import Offer, Rule
from retail.pricing.tag import Tag
from tests.rules.outside.promotions_said import (
    DELIVERY,
    CatalogPromotion,
    Promotion,
    standing_reductions,
)
from tests.rules.outside.said import NotSaidError, Order, Variant

GUEST = "a guest"


class World:
    """What a scenario has said: goods, promotions, who buys, what is in the cart."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 15, 12, tzinfo=UTC)
        self.channels: list[str] = []
        self.channel = ""
        self.products: dict[str, list[Variant]] = {}
        self.taxons: dict[str, str | None] = {}
        self.product_taxons: dict[str, set[str]] = {}
        self.promotions: dict[str, Promotion] = {}
        self.catalog: dict[str, CatalogPromotion] = {}
        self.groups: dict[str, set[str]] = {}
        self.customer = GUEST
        self.orders: list[Order] = []
        self.fees: dict[str, int] = {}
        self.delivery: str | None = None
        self.basket = Basket()
        self.coupon_tried = ""
        self.last: dict[str, str] = {}  # what "this product", "it" or "this coupon" means
        self.viewed: Variant | None = None
        self.options: dict[str, dict[str, tuple[str, ...]]] = {}

    # -- goods

    def open_channel(self, name: str) -> None:
        """Add a channel; the newest is the one that is spoken of."""
        self.channels.append(name)
        self.channel = name

    def add_product(self, name: str, price: int | None = None, channel: str | None = None) -> None:
        """Add a product; with a price it is sold as it is, without it waits for its variants."""
        self.products[name] = []
        self.product_taxons[name] = set()
        self.last["product"] = name
        if price is not None:
            self.add_variant(name, name, price, channel)

    def add_variant(
        self, product: str, name: str, price: int, channel: str | None = None
    ) -> Variant:
        """Add a variant, or its price in one more channel; without a channel in all there are."""
        there = [each for each in self.products[product] if each.sku == name]
        variant = there[0] if there else Variant(name, product)
        if not there:
            self.products[product].append(variant)
        self.last |= {"product": product, "variant": name}
        for each in [channel] if channel else self.channels:
            variant.prices[each] = price
        return variant

    def variant(self, name: str) -> Variant:
        """Find a variant by its name; that of a product stands for its first one."""
        for variants in self.products.values():
            for variant in variants:
                if variant.sku == name:
                    return variant
        return self.first_of(name)

    def first_of(self, product: str) -> Variant:
        """Give the variant that a product is sold as where none is named."""
        folded = {name.casefold(): name for name in self.products}
        name = folded.get(product.casefold())
        if name is None or not self.products[name]:
            raise NotSaidError(f"no such product for sale: {product}")
        return self.products[name][0]

    def above(self, taxon: str) -> set[str]:
        """Give a taxon with all above it."""
        found: set[str] = set()
        here: str | None = taxon
        while here is not None and here not in found:
            found.add(here)
            here = self.taxons.get(here)
        return found

    def item(self, variant: Variant) -> Item:
        """Give what our rules know of a variant in the current channel."""
        taxons = self.product_taxons.get(variant.product, set())
        categories = {f"of {variant.product}"}.union(*(self.above(each) for each in taxons))
        return Item(variant.sku, frozenset(categories), floor=variant.floors.get(self.channel, 0))

    def tag(self, variant: Variant) -> Tag:
        """Give the item with its list price: the original one, where there is one."""
        if self.channel not in variant.prices:
            raise NotSaidError(f"no price of {variant.sku} in {self.channel}")
        price = variant.originals.get(self.channel, variant.prices[self.channel])
        return Tag(self.item(variant), price)

    # -- who buys

    def enter(self, customer: str) -> None:
        """Say who buys from now on."""
        self.customer = customer
        self.groups.setdefault(customer, set())

    def counted(self, customer: str) -> int:
        """Count the orders that a customer has placed and not cancelled."""
        return sum(1 for each in self.orders if each.customer == customer and not each.cancelled)

    def shopper(self) -> Shopper:
        """Give the groups of who buys; the number of the order is one of them."""
        known = {MEMBER_GROUP} if self.customer in self.groups else set()
        order = {f"order {self.counted(self.customer) + 1}"}
        return Shopper(frozenset(known | self.groups.get(self.customer, set()) | order))

    # -- the cart

    def put(self, variant: Variant, quantity: int = 1) -> None:
        """Put pieces of a variant into the cart."""
        self.basket = self.basket.add(Line(0, self.tag(variant), quantity))
        self.last |= {"product": variant.product, "in cart": variant.sku}

    def line_of(self, name: str) -> Line | None:
        """Find the line of a variant or of a product that is in the cart."""
        skus = {self.variant(name).sku} | {each.sku for each in self.products.get(name, [])}
        return next((line for line in self.basket.lines if line.tag.item.sku in skus), None)

    def to_pay(self) -> Basket:
        """Give the cart with the delivery that was chosen, if anything is to be delivered."""
        if self.delivery is None or not self.basket.lines:
            return self.basket
        fee = Item(f"{DELIVERY} by {self.delivery}", frozenset({DELIVERY}))
        return self.basket.add(Line(0, Tag(fee, self.fees[self.delivery])))

    # -- rules

    def shop(self) -> Shop:
        """Give the store that the current channel is."""
        return Shop(self.channel, UTC, "USD")

    def book(self) -> RuleBook:
        """Give all promotions as rules of the current channel."""
        rules: list[Rule] = []
        for place, catalog in enumerate(self.catalog.values(), start=1):
            rules += catalog.rules(self, place)
        rules += self.offers()
        rules += standing_reductions(self)
        return RuleBook(rules, self.shop())

    def offers(self) -> list[Offer]:
        """Give the cart promotions as offers, in the order in which they were made."""
        return [
            rule
            for place, promotion in enumerate(self.promotions.values(), start=1)
            for rule in promotion.rules(self, place)
        ]

    def used(self) -> dict[str, Used]:
        """Give what was used up before, as whoever keeps the orders would pass it in."""
        found: dict[str, Used] = {}
        for place, promotion in enumerate(self.promotions.values(), start=1):
            found |= promotion.used(self, place)
        return found

    def tomorrow(self) -> datetime:
        """Give the beginning of the next day."""
        return (self.now + timedelta(days=1)).replace(hour=0, minute=0, second=0)
