"""Which offers count for a basket, with the goods they are about and what is left of them.

An offer counts that is in force for store, shopper and instant, whose voucher was shown, of which
something is left, and whose needs are in the basket. What is missing of the needs is told too.

Source: docs/pricing.md, section 4, "Which offers count".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from retail.goods import Goods
from retail.pricing.book import RuleBook, Shopper, Used
from retail.pricing.limits import Left, left_of
from retail.pricing.off import Off, Percent, ToPrice
from retail.pricing.pieces import Priced
from retail.pricing.quoted import Reason
from retail.pricing.rules import (
    UNLIMITED,
    By,
    EachOff,
    Gift,
    Offer,
    On,
    SetOff,
    Step,
    TogetherOff,
)
from retail.pricing.tag import Tag
from retail.pricing.vouchers import voucher_key

NOT_USED = Used()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a quote is asked for, the basket aside."""

    book: RuleBook
    at: datetime
    shopper: Shopper
    vouchers: frozenset[str]  # folded
    used: Mapping[str, Used] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """What a basket holds of some goods, at item prices; ``lines`` are places among all."""

    lines: tuple[int, ...]
    pieces: int
    money: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that is in force here: its goods, part by part, and what is left of its limits.

    ``off`` is that of the step reached, none where no step is. ``pieces`` and ``money`` are what
    its needs miss, both 0 where it counts; ``begun`` says that some of each need is there.
    """

    offer: Offer
    left: Left
    parts: tuple[Held, ...] = ()
    off: Off | None = None
    pieces: int = 0
    money: int = 0
    begun: bool = True

    @property
    def counts(self) -> bool:
        """Whether all that it needs is in the basket."""
        return not self.pieces and not self.money


def candidates(asked: Asked, lines: tuple[Priced, ...]) -> list[Candidate]:
    """Give the offers near the basket that only the basket can keep from counting, by id."""
    near: dict[str, tuple[Offer, list[int]]] = {
        offer.rule_id: (offer, []) for offer in asked.book.basket_offers
    }
    for n, line in enumerate(lines):
        if line.plays:
            for offer in asked.book.offers_near(line.item):
                near.setdefault(offer.rule_id, (offer, []))[1].append(n)
    found = (_candidate(asked, *near[rule_id], lines) for rule_id in sorted(near))
    return [candidate for candidate in found if candidate is not None]


def with_more(
    asked: Asked, offers: Sequence[Candidate], lines: tuple[Priced, ...], place: int
) -> list[Candidate]:
    """Give the offers anew after more pieces came to the line at ``place``; ``lines`` has them."""
    found = []
    for each in offers:
        if each.offer.needs or any(place in part.lines for part in each.parts):
            near = {n for part in each.parts for n in part.lines}
            found.append(_counted(asked, each.offer, sorted(near), lines))
        else:
            found.append(each)
    return found


def why_not(asked: Asked, offer: Offer) -> Reason | None:
    """Give the reason, the basket's goods aside, why an offer does not count; none if it may."""
    scope, shop = offer.scope, asked.book.shop
    if not scope.admits(shop.store_id, asked.shopper.groups):
        return Reason.NOT_FOR_SHOPPER
    if not scope.window.covers(asked.at, shop.zone):
        return Reason.NOT_NOW
    if _left(asked, offer).nothing:
        return Reason.USED_UP
    return None


def shown(asked: Asked, offer: Offer) -> bool:
    """Tell whether one of the offer's vouchers was shown, if it has any."""
    return not offer.vouchers or any(voucher_key(v) in asked.vouchers for v in offer.vouchers)


def held(goods: Goods, lines: tuple[Priced, ...], near: Collection[int] | None = None) -> Held:
    """Count what the basket holds of some goods; ``near`` are the only lines to look at."""
    places = range(len(lines)) if near is None else near
    found = tuple(n for n in places if lines[n].plays and lines[n].within(goods))
    return Held(
        found,
        sum(lines[n].line.quantity for n in found),
        sum(lines[n].amount for n in found),
    )


def next_step(steps: tuple[Step, ...], by: By, of: Held) -> Step | None:
    """Give the first step that is not reached; none after the last."""
    have = of.pieces if by is By.QUANTITY else of.money
    return next((step for step in steps if step.at_least > have), None)


def _candidate(
    asked: Asked, offer: Offer, near: list[int], lines: tuple[Priced, ...]
) -> Candidate | None:
    if not shown(asked, offer) or why_not(asked, offer):
        return None
    return _counted(asked, offer, near, lines)


def _counted(asked: Asked, offer: Offer, near: list[int], lines: tuple[Priced, ...]) -> Candidate:
    """Count what the basket holds of all that an offer asks for; its goods are at ``near``."""
    pieces = money = 0
    begun = True
    for need in offer.needs:
        has = held(need.goods, lines)
        pieces += max(need.quantity - has.pieces, 0)
        money += max(need.money - has.money, 0)
        begun = begun and (has.pieces > 0 or not (need.quantity or need.money))
    parts = tuple(held(goods, lines, _meant(part, near, lines)) for goods, part in _parts(offer))
    off = _off(offer, parts)
    return Candidate(offer, _left(asked, offer), parts, off, pieces, money, begun)


def _left(asked: Asked, offer: Offer) -> Left:
    return left_of(offer.limits, asked.used.get(offer.rule_id, NOT_USED), asked.shopper)


@dataclass(frozen=True, slots=True)
class _Reduction:
    """What may go off a piece of some goods, and whether it is what one gets for others.

    ``by_weight`` says that an amount or a price of it is that of a kilogram where goods are
    weighed, ``together`` that it goes off pieces together.
    """

    offs: tuple[Off, ...]
    got: bool = False
    by_weight: bool = False
    together: bool = False

    def meant_for(self, tag: Tag) -> bool:
        """Tell whether it is said of such a pack, as docs/pricing.md, "Benefits", has it."""
        share = all(isinstance(off, Percent) for off in self.offs)
        if tag.pieces > 1:
            return not self.got and share
        if not tag.one_piece_only:
            return True
        if self.got or share:
            return not self.got
        if self.by_weight:
            return tag.grams is not None
        return self.together and not any(isinstance(off, ToPrice) for off in self.offs)


def _meant(reduction: _Reduction, near: Sequence[int], lines: tuple[Priced, ...]) -> Sequence[int]:
    return [n for n in near if reduction.meant_for(lines[n].line.tag)]


def _parts(offer: Offer) -> tuple[tuple[Goods, _Reduction], ...]:
    match offer.benefit:
        case EachOff(goods, steps):
            offs = tuple(step.off for step in steps)
            return ((goods, _Reduction(offs, by_weight=offer.limits == UNLIMITED)),)
        case TogetherOff(goods):
            return ((goods, _Reduction(())),)
        case SetOff(parts, off, on):
            last = len(parts) - 1 if on is On.PART else -1
            # the others of what one gets something for are paid, whatever they are
            paid = _Reduction((off,) if on is not On.PART else (), together=on is On.SET)
            got = _Reduction((off,), got=True)
            return tuple((part.goods, got if n == last else paid) for n, part in enumerate(parts))
        case Gift():
            return ()


def _off(offer: Offer, parts: tuple[Held, ...]) -> Off | None:
    """Give what is taken off by the highest step that is reached, or by the set."""
    match offer.benefit:
        case EachOff(_, steps, by) | TogetherOff(_, steps, by):
            have = parts[0].pieces if by is By.QUANTITY else parts[0].money
            return next((s.off for s in reversed(steps) if s.at_least <= have), None)
        case SetOff(_, off):
            return off
        case Gift():
            return None
