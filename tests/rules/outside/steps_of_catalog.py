"""Steps on catalog promotions: what they reduce, by how much, where, when, and in which order.

A catalog promotion is told in one sentence of many clauses. They are read one after another, so that
every order and choice of them is understood; what is left over is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from retail.pricing.off import Amount, Percent
from tests.rules.outside.promotions_said import CatalogPromotion
from tests.rules.outside.shop_world import World
from tests.rules.outside.steps import StepNotUnderstoodError, cents, percent, step
from tests.rules.outside.steps_of_goods import a_day

SCOPES = {"variant": "variants", "product": "products", "taxon": "taxons"}


def make(world: World, name: str) -> CatalogPromotion:
    world.catalog[name] = CatalogPromotion(name, {world.channel} if world.channel else set())
    world.last["catalog"] = name
    return world.catalog[name]


def this(world: World) -> CatalogPromotion:
    return world.catalog[world.last["catalog"]]


def _priority(catalog: CatalogPromotion, number: str) -> None:
    catalog.priority = int(number)


def _between(catalog: CatalogPromotion, first: str, last: str) -> None:
    catalog.starts, catalog.ends = a_day(first), a_day(last)


def _channels(catalog: CatalogPromotion, first: str, second: str | None) -> None:
    catalog.channels = {first, second} if second else {first}


def _percent(catalog: CatalogPromotion, off: str) -> None:
    catalog.percents.append(percent(off))


def _amount(catalog: CatalogPromotion, off: str, channel: str) -> None:
    catalog.amounts.append((channel, Amount(cents(off))))


def _scope(catalog: CatalogPromotion, name: str, kind: str) -> None:
    getattr(catalog, SCOPES[kind]).add(name)


CLAUSES: list[tuple[str, Callable[..., None]]] = [
    (r" with priority (-?\d+)", _priority),
    (r' between "([^"]+)" and "([^"]+)"', _between),
    (r' available in "([^"]+)" channel(?: and "([^"]+)" channel)?', _channels),
    (r' (?:that|and) reduces(?: also)? price by "([\d.]+)%"', _percent),
    (
        r' (?:that|and) reduces(?: also)? price by fixed "[$€£]([\d,.]+)" in the "([^"]+)" channel',
        _amount,
    ),
    (r' (?:and|that) appl(?:ies|y)(?: also)? on "([^"]+)" (variant|product|taxon)', _scope),
    (r' and "([^"]+)" (variant|product|taxon)', _scope),
]


@step("there (?:is|are) (?:an? |another )?{manner}catalog promotion {name}{clauses}")
def add(world: World, manner: str | None, name: str, clauses: str) -> None:
    catalog = make(world, name)
    catalog.exclusive = manner == "exclusive "
    catalog.enabled = manner != "disabled "
    while clauses:
        clauses = _read_one(catalog, clauses)


def _read_one(catalog: CatalogPromotion, clauses: str) -> str:
    for pattern, say in CLAUSES:
        if match := re.match(pattern, clauses):
            say(catalog, *match.groups())
            return clauses[match.end() :]
    raise StepNotUnderstoodError(f"… catalog promotion …{clauses}")


@step("it applies(?: also)? on {name} variant")
def on_variant(world: World, name: str) -> None:
    this(world).variants.add(name)


@step("it applies(?: also)? on {name} product")
def on_product(world: World, name: str) -> None:
    this(world).products.add(name)


@step("it applies(?: also)? on {name} taxon")
def on_taxon(world: World, name: str) -> None:
    this(world).taxons.add(name)


@step("it reduces(?: also)? price by {percent}")
def by_percent(world: World, off: Percent) -> None:
    this(world).percents.append(off)


@step("it reduces(?: also)? price by fixed {money} in the {name} channel")
def by_amount(world: World, off: int, channel: str) -> None:
    this(world).amounts.append((channel, Amount(off)))


@step("its priority is {number}", "I set its priority to {number}")
def at_priority(world: World, priority: int) -> None:
    this(world).priority = priority


@step("it is enabled")
def enabled(world: World) -> None:
    this(world).enabled = True


@step("this catalog promotion is disabled")
def disabled(world: World) -> None:
    this(world).enabled = False


@step("the {name} catalog promotion is no longer available")
def nowhere(world: World, name: str) -> None:
    world.catalog[name].channels.clear()


@step("the catalog promotion {name} is available in {name}")
def also_in(world: World, name: str, channel: str) -> None:
    world.catalog[name].channels.add(channel)


@step("the catalog promotion {name} operates between {name} and {name}")
def operates(world: World, name: str, first: str, last: str) -> None:
    world.catalog[name].starts, world.catalog[name].ends = a_day(first), a_day(last)


@step("this catalog promotion operates between {name} and {name}")
def this_operates(world: World, first: str, last: str) -> None:
    operates(world, world.last["catalog"], first, last)


@step("the catalog promotion {name} starts at {name}")
def starts(world: World, name: str, day: str) -> None:
    world.catalog[name].starts = a_day(day)


@step("the end date of catalog promotion {name} was changed to {name}")
def ends(world: World, name: str, day: str) -> None:
    world.catalog[name].ends = a_day(day)


# -- head office


@step("I create a new catalog promotion with {name} code and {name} name and {number} priority")
def create(world: World, _code: str, name: str, priority: int) -> None:
    make(world, name).priority = priority


@step("I want to modify a catalog promotion {name}")
def open_page(world: World, name: str) -> None:
    assert name in world.catalog, name
    world.last["catalog"] = name


@step("I save my changes")
def save(_world: World) -> None:
    """Say nothing more: what was set is set."""


@step("there should be {number} catalog promotions on the list")
def listed(world: World, count: int) -> None:
    assert len(world.catalog) == count, sorted(world.catalog)


@step("the catalog promotion named {name} should have priority {number}")
def has_priority(world: World, name: str, priority: int) -> None:
    assert world.catalog[name].priority == priority, (name, world.catalog[name].priority)
