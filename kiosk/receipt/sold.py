"""A sale as its receipt needs it, read from what the journal has of it.

The journal names items by SKU and offers by their rule; the names are the catalogue's, and what it
has no name for any more is told by its number. Nothing of a card is kept but BIN and last four,
whatever the journal may hold.

Source: docs/events.md, "Baskets" and "Payments"; docs/receipts.md, section 1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kiosk.errors import DataError
from kiosk.hardware.terminal.masking import BIN_DIGITS, LAST_DIGITS, mask_text
from retail.catalogue import Text

Body = Mapping[str, Any]
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # UAX #9
_NO_LETTERS = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
_LATIN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


@dataclass(frozen=True, slots=True)
class Named:
    """The names that a receipt needs: of items by SKU, of offers by the rule's id.

    ``store`` and ``address`` are the branch's, where the catalogue knows it.
    """

    items: Mapping[str, Text] = field(default_factory=dict)
    offers: Mapping[str, Text] = field(default_factory=dict)
    store: Text | None = None
    address: Text | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What an offer takes off a line; ``name`` is none where it has none any more."""

    name: Text | None
    off: int


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line; ``price`` is of a piece, a pack or a kilogram, ``grams`` where it was weighed.

    ``amount`` is before offers. ``priced`` says that a label had the price of the whole.
    """

    name: Text | None
    sku: str
    quantity: int
    price: int
    amount: int
    grams: int | None = None
    priced: bool = False
    gift: bool = False
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Paid:
    """A tender, and what the terminal told of it."""

    kind: str
    amount: int
    card_bin: str = ""
    card_last4: str = ""
    terminal_id: str = ""
    receipt: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale that is settled; amounts in the smallest unit of ``currency``.

    ``on`` and ``number`` name it in the store; without a basket it has neither.
    """

    sale_id: UUID
    at: datetime
    currency: str
    total: int
    lines: tuple[SoldLine, ...]
    subtotal: int
    off: int
    vat: int
    vat_included: bool
    paid: tuple[Paid, ...]
    on: date | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A sale as the journal has it: ``basket`` is the whole quote, or empty."""

    sale_id: UUID
    at: datetime
    total: int
    currency: str
    basket: Body
    tenders: Sequence[Body]


def read_sold(row: SaleRow, names: Named = Named()) -> Sold:
    """Read a sale; raises ``DataError``."""
    basket = row.basket
    try:
        subtotal, off = basket.get("subtotal", row.total), basket.get("off", 0)
        return Sold(
            sale_id=row.sale_id,
            at=row.at,
            currency=row.currency,
            total=row.total,
            lines=tuple(_lines(basket, names)),
            subtotal=subtotal,
            off=off,
            vat=basket.get("vat", 0),
            vat_included=row.total == subtotal - off,
            paid=tuple(_paid(each) for each in row.tenders),
            on=date.fromisoformat(basket["date"]) if "date" in basket else None,
            number=basket.get("number"),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        told = f"Expected the sale {row.sale_id}, got a broken one: {error!r}"
        raise DataError(told) from None


def _lines(basket: Body, names: Named) -> Iterable[SoldLine]:
    rules: Sequence[str] = basket.get("rules", ())
    for line in basket.get("lines", ()):
        if line.get("gone"):
            continue
        sku, grams = str(line["sku"]), line.get("grams")
        yield SoldLine(
            names.items.get(sku),
            sku,
            line["quantity"],
            line["price"],
            line["amount"],
            grams,
            bool(line.get("printed")),
            "gift_of" in line,
            tuple(Share(names.offers.get(rules[at]), off) for at, off in line.get("shares", ())),
        )


def _paid(tender: Body) -> Paid:
    return Paid(
        masked(str(tender["kind"])),
        tender["amount"],
        _digits(tender.get("card_bin", ""))[:BIN_DIGITS],
        _digits(tender.get("card_last4", ""))[-LAST_DIGITS:],
        masked(str(tender.get("terminal_id", ""))),
        masked(str(tender.get("receipt", ""))),
        masked(str(tender.get("trace", ""))),
    )


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isascii() and each.isdecimal())


def skus_of(basket: Body) -> tuple[str, ...]:
    """Give the SKUs of a basket, each once."""
    return tuple(dict.fromkeys(str(line["sku"]) for line in basket.get("lines", ())))


def masked(text: str) -> str:
    """Take what is no letter out of words from outside, and hide card numbers in them.

    Signs that join or part Persian letters stay; those that turn a line round go. Card numbers are
    looked for in Persian digits as well; a text with one comes out in Latin ones.
    """
    shown = "".join(each for each in map(_shown, text) if each)
    latin = shown.translate(_LATIN_DIGITS).encode()
    hidden = mask_text(latin)
    return shown if hidden == latin else hidden.decode()


def _shown(each: str) -> str:
    if each in _TURNING:
        return ""
    return " " if unicodedata.category(each) in _NO_LETTERS else each
