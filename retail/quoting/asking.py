"""From two typed files to a quote: who asks, where and when, and the quote of the basket.

What the command line says goes before what the basket's file says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from retail.fields import Record
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import MEMBER_GROUP, Shopper
from retail.pricing.quoted import Quote
from retail.quoting.basket_file import read_asked, read_basket_file
from retail.quoting.quote_record import Told
from retail.quoting.rules_file import RulesFile


@dataclass(frozen=True, slots=True)
class Given:
    """What is said beside the files; what is none, the basket's file says, or else ``now``."""

    now: datetime
    at: datetime | None = None
    store_id: str | None = None
    groups: frozenset[str] | None = None


def quote_files(rules: RulesFile, basket: Record, given: Given) -> Told:
    """Quote a typed basket; refuses with ``RecordError`` what its file cannot be."""
    asked = read_asked(basket)
    at = given.at or asked.at or given.now
    store_id = asked.store_id if given.store_id is None else given.store_id
    groups = asked.groups if given.groups is None else given.groups
    typed = read_basket_file(basket, rules, at.astimezone(rules.shop.zone).date())
    book, zone = rules.book_of(store_id), str(rules.shop.zone)

    def quoted(groups: frozenset[str]) -> Quote:
        return quote_basket(
            book, typed.basket, at, Shopper(groups), used=typed.used, stock=typed.stock
        )

    member = None if MEMBER_GROUP in groups else quoted(groups | {MEMBER_GROUP})
    return Told(quoted(groups), book.shop, zone, Shopper(groups), typed.chosen, rules.rules, member)
