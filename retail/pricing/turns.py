"""When a quote of a basket may change by itself, and until when an offer goes.

Source: docs/pricing.md, sections 1 and 7.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from itertools import repeat
from typing import Final

from retail.pricing.earned import Asked
from retail.pricing.item_price import item_changes_at
from retail.pricing.pieces import Priced
from retail.pricing.window import Window

TURNS_MAX: Final = 16  # days in a row, and clocks set, after which an end is not looked for


def changes_at(asked: Asked, lines: tuple[Priced, ...]) -> datetime | None:
    """Give the earliest turn of any rule near the basket, also of those not in force yet."""
    book = asked.book
    turns = [item_changes_at(book, line.line.tag, asked.at) for line in lines]
    offers = {offer.rule_id: offer for offer in book.basket_offers}
    for line in lines:
        offers |= {offer.rule_id: offer for offer in book.offers_near(line.item)}
    windows = {  # many offers share one: a shop has a few hours of the week
        offer.scope.window
        for offer in offers.values()
        if offer.scope.admits(book.shop.store_id, asked.shopper.groups)
    }
    turns += [window.next_turn(asked.at, book.shop.zone) for window in windows]
    return min((turn for turn in turns if turn is not None), default=None)


def ends_at(window: Window, at: datetime, zone: tzinfo) -> datetime | None:
    """Give the instant at which a window that is open now closes; none if it stays open."""
    turn: datetime | None = at
    for _ in repeat(None, TURNS_MAX):
        turn = window.next_turn(turn, zone) if turn else None
        if turn is None or not window.covers(turn, zone):
            return turn
    return None
