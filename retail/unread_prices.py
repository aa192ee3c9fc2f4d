"""A product whose fixed prices cannot be read: all else of it is taken, and they are kept as told.

A later version of head office may write a fixed price that this one does not know. It may be the
one that goes before another, so none of those that came with it is used; the last good ones are.

Source: docs/feed.md, section 6 ("Rules").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from retail.catalogue import Product
from retail.fields import Record, RecordError
from retail.segment import Change, read_change
from retail.snapshot import read_fixed_prices, read_product

FIELD: Final = "prices"
R = TypeVar("R", Product, Change)


@dataclass(frozen=True, slots=True)
class Unread:
    """``record`` says nothing of fixed prices; ``rule_id`` is that of the first that is unread."""

    record: Product | Change
    prices: Any  # as they came: whatever JSON has
    rule_id: str
    reason: str

    @property
    def sku(self) -> str:
        """Whose they are."""
        return self.record.sku


def read_product_told(record: Record, currency: str) -> Product | Unread:
    """Read a product; refuses with ``RecordError`` for all but its fixed prices."""
    return _read(record, lambda told: read_product(told, currency))


def read_change_told(record: Record, currency: str) -> Change | Unread:
    """Read a change; refuses with ``RecordError`` for all but fixed prices."""
    return _read(record, lambda told: read_change(told, currency))


def _read(record: Record, read: Callable[[Record], R]) -> R | Unread:
    try:
        return read(record)
    except (RecordError, ValueError) as error:
        if not record.get(FIELD):
            raise
        rest = read({name: value for name, value in record.items() if name != FIELD})
        prices = record[FIELD]
        return Unread(rest, prices, *(_first_fault(prices, rest.sku) or ("", str(error))))


def _first_fault(prices: Any, sku: str) -> tuple[str, str] | None:
    """Give the id of the first that cannot be read, as far as it has one, and why."""
    for each in prices if isinstance(prices, list) else ():
        try:
            read_fixed_prices({FIELD: [each]}, sku)
        except (RecordError, ValueError) as error:
            rule_id = each.get("id") if isinstance(each, dict) else None
            return rule_id if isinstance(rule_id, str) else "", str(error)
    return None
