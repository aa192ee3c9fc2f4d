"""What a basket costs one shopper at one instant, with its offers, line by line and why.

The lines are priced, the offers that count are applied, gifts are given, tax is worked out, and
what is nearly earned is told. Each of these has a module of its own.

Source: docs/pricing.md, sections 4, 6 and 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from retail.basket import Basket
from retail.pricing.book import RuleBook, Shopper, Used
from retail.pricing.earned import Asked, Candidate, candidates
from retail.pricing.gifts import GivenLine, gift_choices, given_lines
from retail.pricing.nearly import nearly
from retail.pricing.pieces import Pieces, Priced, price_lines
from retail.pricing.quoted import AppliedOffer, Quote, QuotedLine, Share, ShownVoucher
from retail.pricing.rules import Offer
from retail.pricing.shown import shown_vouchers
from retail.pricing.steps import take_off
from retail.pricing.tax import vat_of
from retail.pricing.turns import changes_at, ends_at
from retail.pricing.vouchers import voucher_key

NOTHING_USED: Final[Mapping[str, Used]] = MappingProxyType({})


def quote_basket(  # noqa: PLR0913  (what a price depends on is passed in, all of it)
    book: RuleBook,
    basket: Basket,
    at: datetime,
    shopper: Shopper,
    *,
    used: Mapping[str, Used] = NOTHING_USED,
    stock: Mapping[str, int] | None = None,
) -> Quote:
    """Quote a basket at the aware instant ``at``.

    ``used`` is what was used up of offers before, by rule; ``stock`` how many of a gift the store
    has, by SKU, none where nothing is known.
    """
    asked = Asked(book, at, shopper, frozenset(map(voucher_key, basket.vouchers)), used)
    lines = price_lines(book, basket, at, shopper)
    worked = _work(lines, candidates(asked, lines))
    quoted = tuple(_line(worked, n, included=book.shop.vat_included) for n in range(len(lines)))
    place = {line.line_id: n for n, line in enumerate(basket.lines)}
    return Quote(
        at=at,
        lines=tuple(sorted(quoted, key=lambda line: place[line.line_id])),
        offers=_applied(asked, worked),
        gifts=gift_choices(worked.gifts, worked.taken, stock),
        nearly=nearly(asked, lines, worked.offers, worked.pieces, _off_of),
        subtotal=sum(line.amount for line in quoted),
        off=sum(line.amount - line.paid for line in quoted),
        vat=sum(line.vat for line in quoted),
        total=sum(line.due for line in quoted),
        exact=worked.pieces.exact,
        changes_at=changes_at(asked, lines),
        vouchers=_vouchers(asked, basket, worked),
    )


@dataclass(frozen=True, slots=True)
class _Worked:
    """A basket after its offers: the pieces, the offers looked at, and the gifts."""

    lines: tuple[Priced, ...]
    offers: list[Candidate]
    pieces: Pieces
    gifts: list[Candidate]
    given: dict[int, GivenLine]
    taken: Mapping[str, int]


def _work(lines: tuple[Priced, ...], offers: list[Candidate]) -> _Worked:
    pieces, gifts = take_off(lines, [each for each in offers if each.counts])
    given, taken = given_lines(lines, gifts)
    for n, gift in given.items():
        pieces.note(lines[n].line.gift_of, n, gift.off)
    for rule_id, count in taken.items():
        pieces.times[rule_id] += bool(count)
    return _Worked(lines, offers, pieces, gifts, given, taken)


def _off_of(lines: tuple[Priced, ...], offers: Sequence[Candidate]) -> Mapping[str, int]:
    """Give what each offer takes off these lines, gifts aside."""
    counting = [each for each in offers if each.counts]
    return take_off(lines, counting)[0].off


def _line(worked: _Worked, n: int, *, included: bool) -> QuotedLine:
    line = worked.lines[n]
    shares = tuple(Share(*each) for each in sorted(worked.pieces.shares[n].items()))
    paid = line.amount - sum(share.off for share in shares)
    vat = vat_of(paid, line.item.vat_basis_points, included=included)
    return QuotedLine(
        line_id=line.line.line_id,
        price=line.price,
        amount=line.amount,
        paid=paid,
        vat=vat,
        due=paid if included else paid + vat,
        shares=shares,
        gifts_charged=worked.given[n].charged if n in worked.given else 0,
    )


def _applied(asked: Asked, worked: _Worked) -> tuple[AppliedOffer, ...]:
    """Give the offers that took something off, by id."""
    offers = {each.offer.rule_id: each.offer for each in worked.offers}
    found = ((offers[rule_id], off) for rule_id, off in sorted(worked.pieces.off.items()))
    return tuple(_applied_offer(asked, offer, worked.pieces, off) for offer, off in found)


def _applied_offer(asked: Asked, offer: Offer, pieces: Pieces, off: int) -> AppliedOffer:
    return AppliedOffer(
        rule_id=offer.rule_id,
        times=pieces.times[offer.rule_id],
        off=off,
        until=ends_at(offer.scope.window, asked.at, asked.book.shop.zone),
        name_fa=offer.name_fa,
        name_en=offer.name_en,
    )


def _vouchers(asked: Asked, basket: Basket, worked: _Worked) -> tuple[ShownVoucher, ...]:
    did = {*worked.pieces.off, *(each.offer.rule_id for each in worked.gifts)}
    return shown_vouchers(asked, sorted(basket.vouchers), worked.offers, did)
