"""What one pack of an item costs one shopper at one instant, and which rules made it.

A fixed price takes the place of the list price, adjustments move it up or down, and the floor
holds it. Nothing depends on the order in which rules are given.

Source: docs/pricing.md, section 2, "Steps"; the functions stand in the order of the steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from retail.pricing.book import RuleBook, Shopper
from retail.pricing.off import Amount, Percent
from retail.pricing.quoted import ItemPrice, PriceStep
from retail.pricing.rules import Adjustment, Combine, FixedPrice, Raise
from retail.pricing.tag import Tag
from retail.values import BASIS_POINTS

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


def price_item(book: RuleBook, tag: Tag, at: datetime, shopper: Shopper) -> ItemPrice:
    """Work out the price of the pack, of the kilogram where it is weighed; ``at`` is aware."""
    base = tag.list_price
    steps: list[PriceStep] = []
    if fixed := _fixed_price(book, tag, at, shopper):
        base = fixed.price * _times(fixed, tag)
        until = fixed.scope.window.next_turn(at, book.shop.zone)
        steps.append(PriceStep(fixed.rule_id, tag.list_price, base, until))
    price = base
    for rule, left in _applied(_adjustments(book, tag, base, at, shopper), base, tag):
        until = rule.scope.window.next_turn(at, book.shop.zone)
        steps.append(PriceStep(rule.rule_id, price, left, until, rule.name_fa, rule.name_en))
        price = left
    floor = tag.item.floor * tag.pieces
    if price < floor:
        steps.append(PriceStep("", price, floor))
        price = floor
    return ItemPrice(tag.list_price, base, price, tuple(steps))


def item_changes_at(book: RuleBook, tag: Tag, at: datetime) -> datetime | None:
    """Give the next instant after ``at`` at which the price may change for any shopper here."""
    rules: list[FixedPrice | Adjustment] = [*_fixed_prices(book, tag), *_moves(book, tag)]
    windows = {rule.scope.window for rule in rules}  # many rules share one
    turns = (window.next_turn(at, book.shop.zone) for window in windows)
    return min((turn for turn in turns if turn is not None), default=None)


def _fixed_price(book: RuleBook, tag: Tag, at: datetime, shopper: Shopper) -> FixedPrice | None:
    """Give the fixed price that takes the place of the list price; step 1."""
    in_force = (rule for rule in _fixed_prices(book, tag) if book.in_force(rule.scope, at, shopper))
    return min(in_force, key=_precedence, default=None)


def _fixed_prices(book: RuleBook, tag: Tag) -> Iterator[FixedPrice]:
    """Give all that may ever count for the pack.

    What a scale has printed was worked out by the scale; no price of a kilogram takes its place.
    """
    if tag.printed:
        return
    sku, gtin = tag.item.sku, tag.gtin
    if gtin is not None:
        yield from book.fixed_prices(sku, gtin)
    if not tag.own_price:
        yield from book.fixed_prices(sku, None)
    for rule in tag.rules:
        if isinstance(rule, FixedPrice) and rule.sku == sku and _here(book, rule):
            counts = rule.gtin == gtin if rule.gtin else not tag.own_price
            if counts:
                yield rule


def _precedence(rule: FixedPrice) -> tuple[bool, int, int, bool, timedelta, str]:
    """Give what sorts the fixed price that wins before all others."""
    start = rule.scope.window.starts_at
    return (
        rule.gtin is None,
        -rule.priority,
        -rule.scope.particularity,
        not rule.scope.window.bounded,
        _EPOCH - start if start else timedelta.max,
        rule.rule_id,
    )


def _times(rule: FixedPrice, tag: Tag) -> int:
    return 1 if rule.gtin else tag.pieces


def _adjustments(
    book: RuleBook, tag: Tag, base: int, at: datetime, shopper: Shopper
) -> list[Adjustment]:
    """Give those that move the price, by id; step 2."""
    return [
        rule
        for rule in _moves(book, tag)
        if (tag.item.reducible or isinstance(rule.change, Raise))
        and rule.goods.at_price(base, pieces=tag.pieces)
        and book.in_force(rule.scope, at, shopper)
    ]


def _moves(book: RuleBook, tag: Tag) -> list[Adjustment]:
    """Give the adjustments of this item in this store, whenever and for whom, by id."""
    own = [rule for rule in tag.rules if isinstance(rule, Adjustment) and rule.goods.has(tag.item)]
    if not own:
        return book.adjustments(tag.item)
    found = {rule.rule_id: rule for rule in own if _here(book, rule)}
    found |= {rule.rule_id: rule for rule in book.adjustments(tag.item)}
    return [found[rule_id] for rule_id in sorted(found)]


def _here(book: RuleBook, rule: FixedPrice | Adjustment) -> bool:
    return not rule.scope.stores or book.shop.store_id in rule.scope.stores


def _applied(rules: list[Adjustment], price: int, tag: Tag) -> Iterator[tuple[Adjustment, int]]:
    """Give each rule that changes the price, in turn, with what it leaves; ``rules`` by id."""
    if alone := [rule for rule in rules if rule.combine is Combine.EXCLUSIVE]:
        rules = [max(alone, key=lambda rule: rule.priority)]  # of equals the first
    rules = sorted(rules, key=lambda rule: -rule.priority)  # of equals by id still
    for _, same in ((key, list(group)) for key, group in groupby(rules, lambda r: r.priority)):
        best = [rule for rule in same if rule.combine is Combine.BEST_OF]
        turn = [min(best, key=lambda rule: _left(rule, price, tag))] if best else []
        for rule in turn + [rule for rule in same if rule.combine is not Combine.BEST_OF]:
            left = _left(rule, price, tag)
            if left != price:
                yield rule, left
            price = left


def _left(rule: Adjustment, price: int, tag: Tag) -> int:
    """Give what one adjustment leaves of a price, rounded once; step 3.

    Rounding turns no reduction into a rise, no rise into a reduction, and no price into nothing.
    """
    match rule.change:
        case Percent(basis_points):
            return min(_rounded(price * (BASIS_POINTS - basis_points), rule.round_to), price)
        case Amount(minor):
            left = max(price - minor * tag.pieces, 0)
            return min(_rounded(left * BASIS_POINTS, rule.round_to), price)
        case Raise(basis_points, minor):
            dearer = price * (BASIS_POINTS + basis_points) + minor * tag.pieces * BASIS_POINTS
            return max(_rounded(dearer, rule.round_to), price)


def _rounded(exact: int, to: int) -> int:
    """Round ten-thousandths to a multiple, half up, and not to nothing where something is left."""
    whole = BASIS_POINTS * to
    rounded = (2 * exact + whole) // (2 * whole) * to
    return max(rounded, to) if exact and to > 1 else rounded
