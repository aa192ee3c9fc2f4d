"""What became of the vouchers that a shopper has shown, so that a screen can tell.

Source: docs/pricing.md, section 4, "Vouchers".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from retail.pricing.earned import Asked, Candidate, why_not
from retail.pricing.quoted import Reason, ShownVoucher
from retail.pricing.rules import Offer, SetOff
from retail.pricing.sets import shapes_of
from retail.pricing.vouchers import voucher_key

# where a voucher opens several offers, the reason that is nearest to something coming of it
_NEAREST = (
    Reason.OTHERS,
    Reason.NOT_REACHED,
    Reason.USED_UP,
    Reason.NOT_NOW,
    Reason.NOT_FOR_SHOPPER,
)


def shown_vouchers(
    asked: Asked, vouchers: Sequence[str], offers: Sequence[Candidate], did: Collection[str]
) -> tuple[ShownVoucher, ...]:
    """Give each voucher with its offers and the reason why nothing came of it, if nothing did.

    ``did`` are the ids of the offers that took something off or offer a gift.
    """
    near = {each.offer.rule_id: each for each in offers}
    return tuple(_shown(asked, voucher, near, did) for voucher in vouchers)


def _shown(
    asked: Asked, voucher: str, near: dict[str, Candidate], did: Collection[str]
) -> ShownVoucher:
    opened = asked.book.with_voucher(voucher_key(voucher))
    rule_ids = tuple(offer.rule_id for offer in opened)
    if not opened:
        return ShownVoucher(voucher, (), Reason.UNKNOWN)
    if any(rule_id in did for rule_id in rule_ids):
        return ShownVoucher(voucher, rule_ids)
    reasons = {_reason(asked, offer, near.get(offer.rule_id)) for offer in opened}
    return ShownVoucher(voucher, rule_ids, min(reasons, key=_NEAREST.index))


def _reason(asked: Asked, offer: Offer, candidate: Candidate | None) -> Reason:
    if reason := why_not(asked, offer):
        return reason
    if candidate is None or not candidate.counts or not _reached(candidate):
        return Reason.NOT_REACHED
    return Reason.OTHERS


def _reached(candidate: Candidate) -> bool:
    if isinstance(candidate.offer.benefit, SetOff):
        return bool(shapes_of(candidate, ()))
    return not candidate.parts or (candidate.off is not None and candidate.parts[0].pieces > 0)
