"""Vouchers that are shown, and gifts that are earned: offered, never put in by themselves.

Source: docs/basket.md, "Lines".
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.basket.handler import Moment, put_in, remarked, requote
from kiosk.basket.state import ChoosingGift, Entry, GiftShown, Open, Remark, Sort
from retail.catalogue import Product
from retail.pricing.quoted import GiftChoice
from retail.pricing.vouchers import voucher_key

CODE_MAX = 24  # characters that can be typed


def known_voucher(code: str, vouchers: frozenset[str]) -> str | None:
    """Give the voucher that a code means, as the rules write it; none where no rule has it."""
    key = voucher_key(code)
    return next((each for each in sorted(vouchers) if key and voucher_key(each) == key), None)


def show_voucher(open_: Open, code: str, moment: Moment) -> Open | None:
    """Show a voucher; none where no rule of this store names it."""
    voucher = known_voucher(code, moment.shelf.book.vouchers)
    if voucher is None:
        return None
    basket = open_.basket.with_voucher(voucher)
    after = requote(replace(open_, basket=basket, undo=None), moment)
    waits = any(each.voucher == voucher and each.reason for each in after.quote.vouchers)
    sort = Sort.VOUCHER_WAITS if waits else Sort.VOUCHER_TAKEN
    off = max(after.quote.off - open_.quote.off, 0)
    return remarked(after, Remark(sort, text=voucher, money=off))


def drop_voucher(open_: Open, code: str, moment: Moment) -> Open:
    """Put a voucher away."""
    basket = open_.basket.without_voucher(code)
    return requote(replace(open_, basket=basket, remark=None), moment)


def choose_gift(open_: Open, rule_id: str, moment: Moment) -> ChoosingGift | None:
    """Show the gifts of an offer; none where nothing of it can be taken any more."""
    choice = _choice(open_, rule_id)
    if choice is None or choice.taken >= choice.quantity:
        return None
    shown = tuple(
        GiftShown(product, sku in choice.in_stock)
        for sku in choice.skus
        if (product := moment.shelf.by_sku(sku)) is not None
    )
    return ChoosingGift(open_, rule_id, shown, choice.quantity - choice.taken)


def take_gift(open_: Open, rule_id: str, sku: str, moment: Moment) -> Open:
    """Take one of the gifts, if there is still one to take."""
    choice = _choice(open_, rule_id)
    product = moment.shelf.by_sku(sku)
    if choice is None or choice.taken >= choice.quantity or sku not in choice.skus:
        return open_
    if product is None or sku not in choice.in_stock or not product.packs:
        return remarked(open_, Remark(Sort.GIFT_SOLD_OUT, product))
    return put_in(open_, _single(product), moment, gift_of=rule_id)


def _single(product: Product) -> Entry:
    return Entry(product, min(product.packs, key=lambda pack: pack.pieces))


def _choice(open_: Open, rule_id: str) -> GiftChoice | None:
    return next((gift for gift in open_.quote.gifts if gift.rule_id == rule_id), None)
