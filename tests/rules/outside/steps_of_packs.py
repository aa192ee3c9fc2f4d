"""Steps on promotions that give two things at once, or ask for goods; and what they give on delivery."""

from __future__ import annotations

from retail.goods import Goods
from retail.pricing.off import FREE, Percent
from retail.pricing.rules import Needs
from tests.rules.outside.promotions_said import DELIVERY, Action
from tests.rules.outside.shop_world import World
from tests.rules.outside.steps import step
from tests.rules.outside.steps_of_promotions import (
    add,
    meant,
    money,
    of_product,
    of_taxons,
    off_order,
    off_taxon,
    share_off_order,
    share_off_taxon,
)

THE_DELIVERY = Goods(categories=frozenset({DELIVERY}))


@step("{promotion} gives {percent} discount on shipping to every order(?: over {money})?")
def share_off_delivery(world: World, subject: str, off: Percent, least: int | None) -> None:
    meant(world, subject).actions.append(Action(off, THE_DELIVERY))
    if least is not None:
        meant(world, subject).needs.append(money(least))


@step("{promotion} gives free shipping to every order(?: over {money})?")
def free_delivery(world: World, subject: str, least: int | None) -> None:
    share_off_delivery(world, subject, FREE, least)


@step(
    "{promotion} gives {money} off on every product classified as {name} and a free shipping to every order with items total equal at least {money}"
)
def off_taxon_and_delivery(world: World, subject: str, minor: int, taxon: str, least: int) -> None:
    off_taxon(world, subject, minor, taxon)
    free_delivery(world, subject, least)


@step(
    "{promotion} gives {percent} off on every product classified as {name} and a free shipping to every order with items total equal at least {money}"
)
def share_off_taxon_and_delivery(
    world: World, subject: str, off: Percent, taxon: str, least: int
) -> None:
    share_off_taxon(world, subject, off, taxon)
    free_delivery(world, subject, least)


@step(
    "{promotion} gives {percent} off on every product classified as {name} and(?: a)? {money} discount (?:on|to) every order(?: with items total equal at least {money})?"
)
def share_off_taxon_and_off_order(
    world: World, subject: str, off: Percent, taxon: str, minor: int, least: int | None
) -> None:
    share_off_taxon(world, subject, off, taxon)
    off_order(world, subject, minor)
    if least is not None:
        meant(world, subject).needs.append(money(least))


@step(
    "{promotion} gives {money} off on every product classified as {name} and(?: a)? {money} discount (?:on|to) every order(?: with items total equal at least {money})?"
)
def off_taxon_and_off_order(
    world: World, subject: str, each: int, taxon: str, minor: int, least: int | None
) -> None:
    off_taxon(world, subject, each, taxon)
    off_order(world, subject, minor)
    if least is not None:
        meant(world, subject).needs.append(money(least))


@step(
    "{promotion} gives {percent} off on every product classified as {name} and(?: a)? {percent} discount (?:on|to) every order(?: with items total equal at least {money})?"
)
def share_off_taxon_and_share_off_order(
    world: World, subject: str, each: Percent, taxon: str, off: Percent, least: int | None
) -> None:
    share_off_taxon(world, subject, each, taxon)
    share_off_order(world, subject, off)
    if least is not None:
        meant(world, subject).needs.append(money(least))


@step(
    "{promotion} gives {percent} off on every product classified as {name}(?: or {name})? if order contains any product classified as {name}(?: or {name})?"
)
def share_off_taxon_with_taxon(
    world: World, subject: str, off: Percent, *taxons: str | None
) -> None:
    less, or_less, held, or_held = taxons
    goods = of_taxons(*(each for each in (less, or_less) if each))
    asked = of_taxons(*(each for each in (held, or_held) if each))
    meant(world, subject).actions.append(Action(off, goods))
    meant(world, subject).needs.append(Needs(asked, quantity=1))


@step(
    'there is a promotion {name} with "Contains product" rule with product {name}',
    'there is a promotion {name} with "Contains product" rule with products {name} and {name}',
)
def add_with_products(world: World, name: str, *products: str) -> None:
    add(world, name)
    meant(world).needs += [Needs(of_product(each), quantity=1) for each in products]
