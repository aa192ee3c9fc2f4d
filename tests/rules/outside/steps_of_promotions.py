"""Steps on cart promotions and their coupons: what they give, ask for, and how far they go."""

from __future__ import annotations

from retail.goods import Goods
from retail.pricing.off import Amount, Percent
from retail.pricing.rules import Needs
from tests.rules.outside.promotions_said import DELIVERY, ORDER, Action, Promotion
from tests.rules.outside.said import Coupon
from tests.rules.outside.shop_world import World
from tests.rules.outside.steps import step

NOT_DELIVERY = frozenset({DELIVERY})


def make(world: World, name: str, priority: int = 0, *, exclusive: bool = False) -> Promotion:
    world.promotions[name] = Promotion(name, {world.channel}, priority, exclusive)
    world.last["promotion"] = name
    return world.promotions[name]


def meant(world: World, subject: str = "it") -> Promotion:
    """Give the promotion that is spoken of: by its name, or the one that came last."""
    return world.promotions[subject.split('"')[1] if '"' in subject else world.last["promotion"]]


def this_coupon(world: World) -> Coupon:
    return meant(world).coupons[world.last["coupon"]]


def add_coupon(world: World, subject: str, code: str) -> None:
    promotion = meant(world, subject)
    promotion.coupon_based = True
    promotion.coupons[code] = Coupon(code)
    world.last["coupon"] = code


def of_taxons(*names: str) -> Goods:
    return Goods(categories=frozenset(names))


def of_product(name: str) -> Goods:
    return Goods(categories=frozenset({f"of {name}"}))


def priced(low: int | None = None, high: int | None = None) -> Goods:
    return Goods(except_categories=NOT_DELIVERY, price_from=low, price_to=high)


def money(minor: int) -> Needs:
    return Needs(ORDER, money=minor)


def amount(minor: int) -> Amount:
    return Amount(minor)


# -- a promotion is there


@step(
    "there is (?:a|another) promotion {name}",
    "there is (?:a|another) promotion {name} with priority {number}",
)
def add(world: World, name: str, priority: int = 0) -> None:
    make(world, name, priority)


@step("there is an exclusive promotion {name}(?: with priority {number})?")
def add_exclusive(world: World, name: str, priority: int | None) -> None:
    make(world, name, priority or 0, exclusive=True)


@step("there is a promotion {name} limited to {number} usages")
def add_limited(world: World, name: str, usages: int) -> None:
    make(world, name).in_all = usages


@step("there is a promotion {name} that applies to discounted products")
def add_for_all_prices(world: World, name: str) -> None:
    make(world, name)


@step("there is a promotion {name} that does not apply to discounted products")
def add_for_full_prices(world: World, name: str) -> None:
    make(world, name).full_price_only = True


@step("{promotion} does not apply on discounted products")
def for_full_prices(world: World, subject: str) -> None:
    meant(world, subject).full_price_only = True


@step(
    "the store has(?: a)? promotion {name} with(?: a)? coupon {name}(?: that is limited to {number} usages)?"
)
def add_with_coupon(world: World, name: str, code: str, usages: int | None) -> None:
    make(world, name)
    add_coupon(world, "it", code)
    this_coupon(world).in_all = usages


# -- what it gives to the order


@step("{promotion} gives {money} discount to every order")
def off_order(world: World, subject: str, minor: int) -> None:
    meant(world, subject).actions.append(Action(amount(minor), together=True))


@step("{promotion} gives {percent} discount to every order")
def share_off_order(world: World, subject: str, off: Percent) -> None:
    meant(world, subject).actions.append(Action(off, together=True))


@step(
    "{promotion} gives {money} discount to every order in the {name} channel and {money} discount to every order in the {name} channel"
)
def off_order_by_channel(
    world: World, subject: str, minor: int, channel: str, second: int, other: str
) -> None:
    promotion = meant(world, subject)
    promotion.channels |= {channel, other}
    promotion.actions.append(Action(amount(minor), together=True, channel=channel))
    promotion.actions.append(Action(amount(second), together=True, channel=other))


@step("{promotion} gives {money} discount to every order with quantity at least {number}")
def off_order_of_pieces(world: World, subject: str, minor: int, pieces: int) -> None:
    off_order(world, subject, minor)
    meant(world, subject).needs.append(Needs(ORDER, quantity=pieces))


@step("{promotion} gives {money} discount to every order with items total at least {money}")
def off_order_of_money(world: World, subject: str, minor: int, least: int) -> None:
    off_order(world, subject, minor)
    meant(world, subject).needs.append(money(least))


@step("{promotion} gives {percent} discount to every order with items total at least {money}")
def share_off_order_of_money(world: World, subject: str, off: Percent, least: int) -> None:
    share_off_order(world, subject, off)
    meant(world, subject).needs.append(money(least))


@step("{promotion} gives {money} off if order contains an? {name} product")
def off_order_with_product(world: World, subject: str, minor: int, product: str) -> None:
    off_order(world, subject, minor)
    meant(world, subject).needs.append(Needs(of_product(product), quantity=1))


@step(
    "{promotion} gives {money} off if order contains products classified as {name}(?: or {name})?"
)
def off_order_with_taxon(
    world: World, subject: str, minor: int, taxon: str, other: str | None
) -> None:
    off_order(world, subject, minor)
    taxons = [taxon, other] if other else [taxon]
    meant(world, subject).needs.append(Needs(of_taxons(*taxons), quantity=1))


@step(
    "{promotion} gives {money} off if order contains products classified as {name} with a minimum value of {money}"
)
def off_order_with_money_of(world: World, subject: str, minor: int, taxon: str, least: int) -> None:
    off_order(world, subject, minor)
    meant(world, subject).needs.append(Needs(of_taxons(taxon), money=least))


@step("{promotion} gives {percent} off the order for customers from {name} group")
def share_off_for_group(world: World, subject: str, off: Percent, group: str) -> None:
    share_off_order(world, subject, off)
    meant(world, subject).groups.add(group)


@step("{promotion} gives {money} off (?:the )?customer's {number}(?:st|nd|rd|th) order")
def off_nth(world: World, subject: str, minor: int, nth: int) -> None:
    off_order(world, subject, minor)
    meant(world, subject).groups.add(f"order {nth}")


@step("{promotion} gives {percent} off on the customer's {number}(?:st|nd|rd|th) order")
def share_off_nth(world: World, subject: str, off: Percent, nth: int) -> None:
    share_off_order(world, subject, off)
    meant(world, subject).groups.add(f"order {nth}")


# -- what it gives on products


@step("{promotion} gives {money} off on every product")
def off_each(world: World, subject: str, minor: int) -> None:
    meant(world, subject).actions.append(Action(amount(minor)))


@step("{promotion} gives {percent} off (?:on )?every product")
def share_off_each(world: World, subject: str, off: Percent) -> None:
    meant(world, subject).actions.append(Action(off))


@step("{promotion} gives {percent} off on every product when the item total is at least {money}")
def share_off_each_of_money(world: World, subject: str, off: Percent, least: int) -> None:
    share_off_each(world, subject, off)
    meant(world, subject).needs.append(money(least))


@step("{promotion} gives(?: another)? {money} off on every product classified as {name}")
def off_taxon(world: World, subject: str, minor: int, taxon: str) -> None:
    meant(world, subject).actions.append(Action(amount(minor), of_taxons(taxon)))


@step("{promotion} gives(?: another)? {percent} off (?:on )?every product classified as {name}")
def share_off_taxon(world: World, subject: str, off: Percent, taxon: str) -> None:
    meant(world, subject).actions.append(Action(off, of_taxons(taxon)))


@step("{promotion} gives {money} off on an? {name} product")
def off_product(world: World, subject: str, minor: int, product: str) -> None:
    meant(world, subject).actions.append(Action(amount(minor), of_product(product)))


@step("{promotion} gives {percent} off on an? {name} product")
def share_off_product(world: World, subject: str, off: Percent, product: str) -> None:
    meant(world, subject).actions.append(Action(off, of_product(product)))


@step("{promotion} gives {money} off on every product with minimum price at {money}")
def off_from(world: World, subject: str, minor: int, low: int) -> None:
    meant(world, subject).actions.append(Action(amount(minor), priced(low)))


@step("{promotion} gives {percent} off on every product with minimum price at {money}")
def share_off_from(world: World, subject: str, off: Percent, low: int) -> None:
    meant(world, subject).actions.append(Action(off, priced(low)))


@step("{promotion} gives {money} off on every product with maximum price at {money}")
def off_up_to(world: World, subject: str, minor: int, high: int) -> None:
    meant(world, subject).actions.append(Action(amount(minor), priced(None, high)))


@step("{promotion} gives {percent} off on every product with maximum price at {money}")
def share_off_up_to(world: World, subject: str, off: Percent, high: int) -> None:
    meant(world, subject).actions.append(Action(off, priced(None, high)))


@step("{promotion} gives {money} off on every product priced between {money} and {money}")
def off_between(world: World, subject: str, minor: int, low: int, high: int) -> None:
    meant(world, subject).actions.append(Action(amount(minor), priced(low, high)))


@step("{promotion} gives {percent} off on every product priced between {money} and {money}")
def share_off_between(world: World, subject: str, off: Percent, low: int, high: int) -> None:
    meant(world, subject).actions.append(Action(off, priced(low, high)))
